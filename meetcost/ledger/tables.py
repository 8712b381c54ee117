# SPDX-License-Identifier: Apache-2.0
"""The tables of today, for SQLAlchemy Core; `migrations` makes them."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import BigInteger, Column, MetaData, Table, Text

METADATA: Final = MetaData()
META_SCHEMA: Final = "schema"
META_KEY: Final = "key_check"
META_WIPE: Final = "wipe_due"


def _draw() -> tuple[Column[Any], ...]:
    """What one meeting takes out of one quota, and the place of it among those of its row."""
    return (
        Column("place", BigInteger, primary_key=True),
        Column("pool", Text),
        Column("at", BigInteger),
        Column("amount", BigInteger),
        Column("unit", Text),
    )


meta: Final = Table("meta", METADATA, Column("name", Text, primary_key=True), Column("value", Text))

head: Final = Table(
    "head",
    METADATA,
    Column("one", BigInteger, primary_key=True),
    Column("length", BigInteger),
    Column("hash", Text),
)
"""One row: the head of the chain. Whoever writes locks it first, so that rows follow one another."""

entries: Final = Table(
    "entries",
    METADATA,
    Column("seq", BigInteger, primary_key=True),
    Column("operation", Text),
    Column("kind", Text),
    Column("recorded", Text),
    Column("versions", Text),
    Column("commitment", Text),
    Column("previous", Text),
    Column("hash", Text),
)
"""The chain, for ever: `chain.Entry`."""

payloads: Final = Table(
    "payloads",
    METADATA,
    Column("seq", BigInteger, primary_key=True),
    Column("uid", Text),
    Column("recurrence_id", Text),
    Column("salt", Text),
    Column("payload", Text),
)
"""What can be erased. `uid` and `recurrence_id` stand in the payload too; here they can be looked up."""

operations: Final = Table(
    "operations",
    METADATA,
    Column("operation", Text, primary_key=True),
    Column("first", BigInteger),
    Column("last", BigInteger),
)
"""What was recorded under which operation id: the same one never twice."""

draws: Final = Table(
    "draws",
    METADATA,
    Column("seq", BigInteger, primary_key=True),
    *_draw(),
)
"""The draws of quota rows, to be added up; made from the payloads."""

counts: Final = Table(
    "counts",
    METADATA,
    Column("uid", Text, primary_key=True),
    Column("home", Text, primary_key=True),
    Column("pool", Text, primary_key=True),
    Column("at", BigInteger, primary_key=True),
    Column("meeting", Text, primary_key=True),
    Column("amount", BigInteger),
    Column("unit", Text),
)
"""The draws of each meeting, summed; made from the payloads. What sums up to nothing is left out."""

reservations: Final = Table(
    "reservations",
    METADATA,
    Column("operation", Text, primary_key=True),
    Column("state", Text),
    Column("reserved", Text),
    Column("ticket", Text),
    Column("uid", Text),
    Column("home", Text),
)
"""Quotas held for writes that are under way, and deletions that are; no part of the chain.

The ticket goes when the matter is settled.
"""

reserved_draws: Final = Table(
    "reserved_draws",
    METADATA,
    Column("operation", Text, primary_key=True),
    *_draw(),
)

reserved_targets: Final = Table(
    "reserved_targets",
    METADATA,
    Column("operation", Text, primary_key=True),
    *_draw(),
    Column("meeting", Text),
)
"""What a meeting takes out of quotas as it is being written, of which the reserved draws are what is new."""

copies: Final = Table(
    "copies",
    METADATA,
    Column("uid", Text, primary_key=True),
    Column("home", Text, primary_key=True),
    *_draw(),
    Column("meeting", Text),
)
"""What of a meeting stands in a calendar and is counted in another one. No part of the chain."""

links: Final = Table(
    "links",
    METADATA,
    Column("token", Text, primary_key=True),
    Column("request", BigInteger),
    Column("expires", Text),
    Column("used", Text),
)
"""Links by which a request is decided once: SHA-256 of the token, and when it was used. No part of the chain."""

sources: Final = Table(
    "sources",
    METADATA,
    Column("href", Text, primary_key=True),
    Column("etag", Text),
    Column("settings", Text),
    Column("first", BigInteger),
    Column("last", BigInteger),
)
"""What an audit has read to its end: a calendar object, its state, how it was priced, for which span of time.

A calendar of an account stands there too, under a name that no object has; its state is its sync-token.
"""

owners: Final = Table("owners", METADATA, Column("uid", Text, primary_key=True), Column("href", Text))
"""Of several calendar objects with one UID, the one whose word counts."""

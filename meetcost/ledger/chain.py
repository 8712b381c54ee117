# SPDX-License-Identifier: Apache-2.0
"""The hash chain: how a row is sealed, and what a head is. Nothing here reads or writes anything.

    commitment = SHA-256(salt || payload)                  salt: 32 random octets; payload: canonical JSON as UTF-8
    hash       = SHA-256(canonical JSON of the header)     with the commitment and the hash of the row before in it

A header holds nothing of a person. The payload stands apart from it: once salt and payload are erased, the commitment
says nothing of what they were, and the chain still verifies.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from meetcost.ledger.canonical import canonical
from meetcost.ledger.faults import LedgerError

if TYPE_CHECKING:
    from collections.abc import Mapping

HEADER_VERSION: Final = 1
BEGINNING: Final = "0" * 64
"""What the first row has for the hash of the row before it."""

HEAD_FORMAT: Final = "meetcost-ledger-head"
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_MOST_OCTETS: Final = 10_000
_MOST_ROWS: Final = 1 << 62


class Entry(NamedTuple):
    """One row without its payload. `versions` is canonical JSON; `recorded` is UTC, `2026-12-10T09:00:00Z`."""

    seq: int
    operation: str
    kind: str
    recorded: str
    versions: str
    commitment: str
    previous: str
    hash: str


class Secret(NamedTuple):
    """What can be erased: the payload, canonical JSON, and its salt in hexadecimal."""

    salt: str
    payload: str

    @property
    def commitment(self) -> str:
        """SHA-256 of both, in hexadecimal."""
        return hashlib.sha256(bytes.fromhex(self.salt) + self.payload.encode()).hexdigest()


class Sealed(NamedTuple):
    """A row of the books; `secret` is None once it has been erased. `key` is what it can be looked up by."""

    entry: Entry
    secret: Secret | None
    key: tuple[str | None, str] = (None, "")


class Head(NamedTuple):
    """How many rows the books have, and the hash of the last one: whoever knows it can tell a later change.

    `time` is when it was read, UTC as in `Entry`.
    """

    length: int
    hash: str
    time: str = ""

    def document(self) -> dict[str, Any]:
        """What is published."""
        return {"format": HEAD_FORMAT, "version": 1, "length": self.length, "hash": self.hash, "time": self.time}

    @classmethod
    def parse(cls, octets: bytes) -> Head:
        """A published head; `LedgerError` for anything else."""
        try:
            value = json.loads(octets) if len(octets) <= _MOST_OCTETS else None
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict) or value.get("format") != HEAD_FORMAT:
            raise LedgerError(
                'is no head of a ledger; one is written {{"format":"{name}","version":1,...}}',
                name=HEAD_FORMAT,
            )
        if value.get("version") != 1:
            raise LedgerError("is a head of a later version of meetcost; use that version")
        length, digest, time = value.get("length"), value.get("hash"), value.get("time", "")
        number = length if isinstance(length, int) and not isinstance(length, bool) else -1
        if not 0 <= number < _MOST_ROWS or not _HASH.fullmatch(str(digest)) or not isinstance(time, str):
            raise LedgerError("is a damaged head: it needs `length`, a whole number, and `hash`, 64 hexadecimal digits")
        return cls(number, str(digest), time)


EMPTY: Final = Head(0, BEGINNING)


def header(entry: Entry) -> dict[str, Any]:
    """What the hash of a row is taken of."""
    return {
        "v": HEADER_VERSION,
        "seq": entry.seq,
        "operation": entry.operation,
        "kind": entry.kind,
        "recorded": entry.recorded,
        "versions": json.loads(entry.versions),
        "commitment": entry.commitment,
        "previous": entry.previous,
    }


def hash_of(entry: Entry) -> str:
    """The hash that the row must have; `LedgerError` if its versions are no JSON."""
    try:
        value = header(entry)
    except (ValueError, TypeError, RecursionError):
        raise LedgerError("row {seq}: `versions` is no JSON", seq=entry.seq) from None
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def sealed(
    after: Head, secret: Secret, *, kind: str, operation: str, recorded: str, versions: Mapping[str, str]
) -> Sealed:
    """The row that follows the head `after`."""
    entry = Entry(
        after.length + 1, operation, kind, recorded, canonical(dict(versions)), secret.commitment, after.hash, ""
    )
    return Sealed(entry._replace(hash=hash_of(entry)), secret)

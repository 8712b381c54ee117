# SPDX-License-Identifier: Apache-2.0
"""The one form in which every rule of the catalogue is documented; the reference page and the schema are made of it.

Each `clause` is a whole policy but for its head, and each invite is judged by it in the tests: the bad one has to be
refused (or raised to a reviewer), the mended one to pass.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

HEAD: Final = """name = "Town"
zone = "Europe/Berlin"
"""
"""What stands before each clause."""

NOW: Final = "2026-12-01T08:00:00Z"
"""When the example invites are written."""

_PEOPLE: Final = ("ORGANIZER:mailto:ann@town.example", "ATTENDEE:mailto:bob@town.example")


class Documentation(NamedTuple):
    """What a rule bans or asks (`what`), and why a body has it; a clause; an invite that breaks it; the invite mended.

    `decided` says, sentence by sentence, what the rule does where one could think otherwise. `source` is where such a
    rule is written. `clause` is TOML; `bad` and `mended` are lines of a VEVENT, without the people unless they matter.
    """

    table: str
    title: str
    what: str
    why: str
    decided: tuple[str, ...]
    clause: str
    bad: tuple[str, ...]
    mended: tuple[str, ...]
    source: str

    @property
    def policy(self) -> str:
        """A policy of this clause alone."""
        return f"{HEAD}\n{self.clause}"


def invite(lines: tuple[str, ...]) -> str:
    """A calendar object with `lines` in its VEVENT."""
    people = () if any(line.startswith("ATTENDEE") for line in lines) else _PEOPLE
    inside = ("UID:example@town.example", "DTSTAMP:20261201T080000Z", *people, *lines)
    whole = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//town//EN", "BEGIN:VEVENT", *inside)
    return "\r\n".join((*whole, "END:VEVENT", "END:VCALENDAR", ""))


def described(doc: Documentation) -> dict[str, Any]:
    """What the JSON Schema of its table says."""
    return {"description": f"{doc.what} {doc.why}"}

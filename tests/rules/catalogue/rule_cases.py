# SPDX-License-Identifier: Apache-2.0
"""A policy of a few clauses, and calendar objects to judge by it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from meetcost.assessment import check
from meetcost.policy.policy import Policy
from meetcost.rules.catalogue.form import HEAD, NOW, invite

if TYPE_CHECKING:
    from meetcost.model.verdict import Verdict

WRITTEN = datetime.fromisoformat(NOW)
"""Tuesday, 1 December 2026, 09:00 in Berlin."""
ANN, BOB, EVE = (f"mailto:{name}@town.example" for name in ("ann", "bob", "eve"))


def policy(clause: str, head: str = HEAD) -> Policy:
    return Policy.parse(f"{head}\n{clause}".encode(), "test.toml")


def event(start: str, *lines: str, length: str = "PT1H", people: tuple[str, ...] = (BOB,)) -> bytes:
    """One VEVENT in Berlin, called by Ann."""
    when = (f"DTSTART;TZID=Europe/Berlin:{start}", f"DURATION:{length}")
    if "T" not in start:
        when = (f"DTSTART;VALUE=DATE:{start}", f"DURATION:{length}" if length != "PT1H" else "DURATION:P1D")
    asked = (f"ORGANIZER:{ANN}", *(f"ATTENDEE:{who}" for who in people or (ANN,)))
    titled = () if any(line.startswith("SUMMARY") for line in lines) else ("SUMMARY:Budget",)
    return invite((*titled, *asked, *when, *lines)).encode()


def judged(octets: bytes, by: Policy, old: bytes | None = None, **more: Any) -> Verdict:
    return check(octets, policy=by, now=more.pop("now", WRITTEN), old=old, **more)[0]


def answered(octets: bytes, who: str = BOB, partstat: str = "ACCEPTED") -> bytes:
    """The same with an answer of one attendee."""
    line = f"ATTENDEE:{who}".encode()
    assert line in octets
    return octets.replace(line, f"ATTENDEE;PARTSTAT={partstat}:{who}".encode())

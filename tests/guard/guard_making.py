# SPDX-License-Identifier: Apache-2.0
"""Calendar objects and policies for the guard's tests: Wednesdays and 2026-W32 are banned, 2026-01-05 is a Monday."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from meetcost.assessment import check
from meetcost.costing.rate_card import RateCard
from meetcost.guard.decide import Context, Refuse, Rewrite, decide
from meetcost.ics.read import read
from meetcost.ics.scan import MEETINGS
from meetcost.model.verdict import Bearing
from meetcost.policy.policy import Policy

if TYPE_CHECKING:
    from meetcost.guard.decide import Decision

TESTS = Path(__file__).parents[1]
EXAMPLES = TESTS.parent / "examples"
REFERENCE = (TESTS / "reference-policy.toml").read_bytes()
INSIDE = b'\n[disclosure]\ninside = ["*@example.test"]\n'
SKIPPING = REFERENCE.replace(b'series = "refuse"', b'series = "skip"') + INSIDE
REFUSE = Policy.parse(REFERENCE + INSIDE)
SKIP = Policy.parse(SKIPPING)
OBSERVE = Policy.parse(SKIPPING.replace(b'mode = "refuse"', b'mode = "observe"'))
QUIET = Policy.parse(SKIPPING.replace(b"[disclosure]", b"[disclosure]\nattach = false"))
RATES = RateCard.load(EXAMPLES / "rates.toml")
NOW = datetime(2026, 1, 2, tzinfo=UTC)
ANN, BOB, EVE = "mailto:ann@example.test", "mailto:bob@example.test", "mailto:eve@elsewhere.test"
MONDAY = ("DTSTART;TZID=Europe/Berlin:20260105T090000", "DTEND;TZID=Europe/Berlin:20260105T100000")
TUESDAY = ("DTSTART;TZID=Europe/Berlin:20260106T090000", "DTEND;TZID=Europe/Berlin:20260106T100000")
WEDNESDAY = ("DTSTART;TZID=Europe/Berlin:20260107T090000", "DTEND;TZID=Europe/Berlin:20260107T100000")


def calendar(*parts: str, top: tuple[str, ...] = ()) -> bytes:
    """A VCALENDAR with these components."""
    head = "".join(f"{line}\r\n" for line in ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//meetcost//tests//EN", *top))
    return f"{head}{''.join(parts)}END:VCALENDAR\r\n".encode()


def part(*lines: str, people: tuple[str, ...] = (ANN, BOB), uid: str = "one", kind: str = "VEVENT") -> str:
    """One component; the first of `people` is the organiser."""
    asked = [f"ORGANIZER:{people[0]}", *(f"ATTENDEE:{who}" for who in people)] if people else []
    head = (f"BEGIN:{kind}", f"UID:{uid}", "DTSTAMP:20260101T000000Z", "SUMMARY:Budget round")
    return "".join(f"{line}\r\n" for line in (*head, *asked, *lines, f"END:{kind}"))


def one(*lines: str, people: tuple[str, ...] = (ANN, BOB), kind: str = "VEVENT") -> bytes:
    """A calendar object of one component."""
    return calendar(part(*lines, people=people, kind=kind))


def decided(
    octets: bytes,
    old: bytes | None = None,
    policy: Policy = REFUSE,
    *,
    now: datetime = NOW,
    rates: RateCard | None = RATES,
) -> Decision:
    """The decision on a write."""
    return decide(octets, old, Context(policy, now, rates))


def stored(octets: bytes, old: bytes | None = None, policy: Policy = SKIP, *, now: datetime = NOW) -> bytes:
    """What stands in the calendar after a write that has to be let pass."""
    decision = decided(octets, old, policy, now=now)
    assert not isinstance(decision, Refuse), decision.verdict.text()
    return decision.octets if isinstance(decision, Rewrite) else octets


def is_refused(octets: bytes, old: bytes | None = None, policy: Policy = REFUSE, *, now: datetime = NOW) -> bool:
    """Whether a write is refused."""
    return isinstance(decided(octets, old, policy, now=now), Refuse)


def banned_left(octets: bytes, *, now: datetime = NOW) -> int:
    """How many instances on banned days are in an object, as the guard reads it."""
    verdict, _ = check(octets, policy=REFUSE, now=now)
    assert not verdict.errors, verdict.errors
    return len({(finding.instance, day) for finding in verdict.bearing(Bearing.REFUSED) for day in finding.days})


def exdates(octets: bytes) -> list[str]:
    """All EXDATEs of an object, as written."""
    found = (meeting.recurrence for meeting in read(octets, components=MEETINGS).meetings)
    return [str(exdate) for recurrence in found if recurrence is not None for exdate in recurrence.exdates]


def lines(octets: bytes) -> list[str]:
    """Its unfolded lines."""
    return octets.replace(b"\r\n ", b"").decode().split("\r\n")

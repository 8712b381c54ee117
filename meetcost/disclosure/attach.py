# SPDX-License-Identifier: Apache-2.0
"""Disclosures into a calendar object and out of it: the text people read, and a copy for machines.

The text stands in DESCRIPTION (and in its HTML copies), since that is the one thing every program shows and every
server passes on; the `X-MEETCOST-*` properties say the same exactly, and may be lost on the way.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from meetcost.disclosure.block import MARKERS, block
from meetcost.ics import write
from meetcost.ics.write import OWN_PREFIX, Addition

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from meetcost.disclosure.state import Disclosure
    from meetcost.model.meeting import Place
    from meetcost.model.moment import Moment
    from meetcost.words.say import Language

VERSION: Final = "1"
JUDGED_UNTIL: Final = f"{OWN_PREFIX}JUDGED-UNTIL"


def attach(
    octets: bytes,
    disclosures: Mapping[Place, Disclosure],
    *,
    language: Language = "en",
    exdates: Mapping[Place, tuple[Moment, ...]] | None = None,
    judged_until: Mapping[Place, datetime] | None = None,
) -> bytes:
    """`octets` with each disclosure in the component at its place (`Meeting.place`), in place of any older one.

    `exdates` are the instances a series steps over, `judged_until` how far an endless one was looked at. All other
    octets stay; `detach` gives them back. Raises `UsageError` for a place that is no component.
    """
    skipped, judged = exdates or {}, judged_until or {}
    additions = {}
    for place in dict.fromkeys((*disclosures, *skipped, *judged)):
        said = disclosures.get(place)
        marks = ((JUDGED_UNTIL, f"{judged[place]:%Y%m%dT%H%M%SZ}"),) if place in judged else ()
        additions[place] = Addition(
            (*(_properties(said) if said is not None else ()), *marks),
            block(said, language) if said is not None else (),
            skipped.get(place, ()),
        )
    return write.attach(octets, additions, (MARKERS[language], *MARKERS.values()))


def judged_until_of(octets: bytes) -> datetime | None:
    """How far an endless series was looked at when it was stored; None where nothing says so."""
    written = [_day(value) for head, value in write.own_lines(octets) if head.name == JUDGED_UNTIL]
    return min((day for day in written if day is not None), default=None)


def detach(octets: bytes) -> bytes:
    """`octets` without any trace of ours, the EXDATEs of skipped instances included."""
    return write.detach(octets, tuple(MARKERS.values()))


def _day(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def _properties(disclosure: Disclosure) -> Iterator[tuple[str, str]]:
    """The machine copy; amounts are exact, durations as in RFC 5545 §3.3.6."""
    values = {
        "VERSION": VERSION,
        "AS-OF": f"{disclosure.as_of:%Y%m%d}",
        "PEOPLE": str(disclosure.people),
        "LENGTH": f"PT{disclosure.seconds}S",
        "PERSON-HOURS": f"{disclosure.hours.hours:f}",
        "TIME-COST": _plain(disclosure.time),
        "CASH-COST": _plain(disclosure.cash),
        "RATE-CARD": str(disclosure.rate_card) if disclosure.rate_card is not None else "",
        "PAPERWORK-HOURS": _interval(disclosure),
        "PAPERWORK-MEASURED": _measured(disclosure),
        "SKIPPED": " ".join(f"{skipped.day:%Y%m%d}" for skipped in disclosure.skipped),
        "LINK": disclosure.link,
    }
    return ((f"{OWN_PREFIX}{name}", value) for name, value in values.items() if value)


def _plain(money: object) -> str:
    return str(money) if money else ""


def _interval(disclosure: Disclosure) -> str:
    paperwork = disclosure.paperwork
    if paperwork is None:
        return ""
    return "/".join(f"{one.hours:f}" for one in (paperwork.low, paperwork.likely, paperwork.high))


def _measured(disclosure: Disclosure) -> str:
    measured = disclosure.measured
    if measured is None:
        return ""
    hours = (f"{one.hours:f}" if one is not None else "" for one in (measured.writing, measured.reading))
    return "/".join((f"{measured.length} {measured.unit}", *hours))

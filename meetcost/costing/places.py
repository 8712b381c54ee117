# SPDX-License-Identifier: Apache-2.0
"""Where a meeting takes place: which rooms are paid for, and who has to travel there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from meetcost.model.attendee import CuType, PartStat, calendar_address
from meetcost.model.directory import EntryKind

if TYPE_CHECKING:
    from meetcost.costing.attendance import Attendance
    from meetcost.costing.choices import CostChoices, Journey, Venue
    from meetcost.model.directory import Directory
    from meetcost.model.meeting import Meeting


class Places(NamedTuple):
    """`names`: addresses and names of rooms and the text of LOCATION, case folded; `sites`: where the rooms are."""

    names: tuple[str, ...]
    sites: frozenset[str]


def places(meeting: Meeting, directory: Directory) -> Places:
    """The rooms that have not declined, and LOCATION unless it is a link."""
    names, sites = [], set()
    for who in meeting.attendees:
        entry = directory.find(who)
        is_room = entry.kind is EntryKind.ROOM if entry is not None else who.cutype is CuType.ROOM
        if not is_room or who.partstat is PartStat.DECLINED:
            continue
        names.append(who.address)
        if entry is not None:
            names += [calendar_address(entry.address), entry.name.casefold(), entry.site.casefold()]
            sites.add(entry.site.casefold())
    location = meeting.location.strip().casefold()
    if not location.startswith(("http://", "https://")):
        names.append(location)
        sites.add(location)
    return Places(tuple(name for name in names if name), frozenset(site for site in sites if site))


def venues_of(meeting: Meeting, directory: Directory, choices: CostChoices) -> tuple[Venue, ...]:
    """The rooms that cost something, each once."""
    if not choices.venues:
        return ()
    names = places(meeting, directory).names
    return tuple(venue for venue in choices.venues if _is(venue.name, names))


def journeys_of(
    meeting: Meeting, present: Attendance, directory: Directory, choices: CostChoices
) -> tuple[Journey | None, ...]:
    """The journey of each seat; empty if nobody travels."""
    if not choices.travel:
        return ()
    there = places(meeting, directory)
    if not there.names:
        return ()
    journeys = []
    for seat in present.seats:
        site = seat.entry.site.casefold() if seat.entry is not None else ""
        journeys.append(None if site and site in there.sites else _journey(site, there, choices.travel))
    return tuple(journeys) if any(journeys) else ()


def _journey(site: str, there: Places, journeys: tuple[Journey, ...]) -> Journey | None:
    """The most particular one: by site and venue, by site, by venue, for everyone."""
    fitting = [
        journey
        for journey in journeys
        if journey.site.casefold() in ("", site) and (not journey.venue or _is(journey.venue, there.names))
    ]
    return max(fitting, key=lambda journey: (bool(journey.site), bool(journey.venue)), default=None)


def _is(name: str, names: tuple[str, ...]) -> bool:
    return name.strip().casefold() in names or calendar_address(name) in names

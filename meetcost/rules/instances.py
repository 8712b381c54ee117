# SPDX-License-Identifier: Apache-2.0
"""Which instances of a meeting a policy looks at, and which of them touch banned time."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from meetcost.ics.expand import expand_between
from meetcost.ics.recur import starts_in_rule
from meetcost.ics.recurrence import rule_of
from meetcost.model.moment import DAY, EPOCH_LOCAL, Moment
from meetcost.model.zone import Zone, ZoneReading, is_exact
from meetcost.values.span import instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from meetcost.model.meeting import Meeting
    from meetcost.model.occurrence import Occurrence

_START: Final = itemgetter(0)
_END: Final = itemgetter(1)
_FEW_YEARS: Final = 60
MOST_YEARS: Final = 400
_LAST_YEAR: Final = 9998
_LAST_INSTANT: Final = 253_370_764_800
"""9999-01-01T00:00:00Z."""


def readings(meeting: Meeting) -> tuple[ZoneReading, ...]:
    """NAME, and FILE too where the object defines a zone that the zone database has as well.

    ALIAS in place of NAME where it has it by another spelling only, such as a Windows name: programs differ there.
    """
    both = [tzid for tzid in meeting.zones.own if meeting.zones.differs(tzid)]
    if not both:
        return (ZoneReading.NAME,)
    return (ZoneReading.NAME if all(map(is_exact, both)) else ZoneReading.ALIAS), ZoneReading.FILE


def instances(
    meeting: Meeting, lo: int, hi: int, zone: Zone, reading: ZoneReading, *, max_instances: int
) -> list[Occurrence]:
    """The instances of `meeting` between two instants (epoch seconds), as strictly read as a guard has to.

    Added to the recurrence set: a DTSTART that its own rule does not produce (RFC 5545 §3.8.5.3 leaves it undefined,
    and calendar programs show it), one that is taken out of nothing but itself (an EXDATE without RRULE or RDATE, which
    they do not look at), and each of several overrides of one instance (they show one or the other).
    Raises `LimitError`.
    """
    recurrence = meeting.recurrence
    found = list(expand_between(meeting, lo, hi, zone, reading, strict=True, max_instances=max_instances))
    if recurrence is not None and _start_is_missing(meeting, found, lo, hi):
        with_start = replace(recurrence, rdates=(*recurrence.rdates, meeting.dtstart))
        recurs = recurrence.rules or recurrence.rdates
        whole = meeting.replace(recurrence=with_start if recurs else None)
        known = {(id(one.meeting), one.start, one.original) for one in found}
        for one in expand_between(whole, lo, hi, zone, reading, strict=True, max_instances=max_instances):
            as_it_is = one._replace(meeting=meeting) if one.meeting is whole else one
            if (id(as_it_is.meeting), as_it_is.start, as_it_is.original) not in known:
                found.append(as_it_is)
    for override in _rivals(meeting):
        alone = expand_between(override, lo, hi, zone, reading, strict=True, max_instances=max_instances)
        found += [one for one in alone if one not in found]
    return found


def _start_is_missing(meeting: Meeting, found: Sequence[Occurrence], lo: int, hi: int) -> bool:
    start = meeting.dtstart
    length = meeting.duration.nominal_seconds if meeting.duration is not None else DAY
    if meeting.dtend is not None:
        length = meeting.dtend.local - start.local
    about = start.local - EPOCH_LOCAL
    if about + length + 2 * DAY < lo or about - 2 * DAY > hi:
        return False
    rules = meeting.recurrence.rules if meeting.recurrence is not None else ()
    if any(starts_in_rule(rule_of(rule), start.local, date_only=start.is_date) for rule in rules):
        return False  # if it is not there, it was taken out
    return all(one.local != start.local or one.meeting is not meeting for one in found)


def _rivals(meeting: Meeting) -> list[Meeting]:
    """The overrides that share their RECURRENCE-ID with another one."""
    if len(meeting.overrides) < 2:
        return []
    by_id: dict[object, list[Meeting]] = {}
    for override in meeting.overrides:
        by_id.setdefault(override.recurrence_id, []).append(override)
    return [override for same in by_id.values() if len(same) > 1 for override in same]


def touching(occurrences: Iterable[Occurrence], edges: Sequence[int]) -> list[Occurrence]:
    """Those that share any time with banned stretches (`RuleSet.edges`); one without length has to lie inside.

    One bisection an occurrence: the way for many.
    """
    return [one for one in occurrences if (at := bisect_right(edges, one[0])) & 1 or edges[at] < one[1]]


def years_of(occurrences: Sequence[Occurrence]) -> tuple[int, ...] | None:
    """The years, with a day to spare, that the occurrences touch; None if they are more than can be looked at."""
    if not occurrences:
        return ()
    first, last = _year(min(map(_START, occurrences)), -DAY), _year(max(map(_END, occurrences)), DAY)
    if last - first < _FEW_YEARS:
        return tuple(range(first, last + 1))
    years: set[int] = set()
    for one in occurrences:
        years.update(range(_year(one.start, -DAY), _year(one.end, DAY) + 1))
        if len(years) > MOST_YEARS:
            return None
    return tuple(sorted(years))


def _year(seconds: int, margin: int) -> int:
    return min(instant(max(min(seconds + margin, _LAST_INSTANT - 1), -62_104_060_800)).year, _LAST_YEAR)


def local_days(occurrence: Occurrence, zone: Zone) -> range:
    """Ordinals of the days of `zone` that the occurrence touches, half-open; one day for one without length."""
    first = zone.to_local(occurrence.start) // DAY
    last = zone.to_local(max(occurrence.end - 1, occurrence.start)) // DAY
    return range(first, last + 1)


def exdate_of(occurrence: Occurrence, series: Meeting, reading: ZoneReading, assumed: Zone) -> Moment:
    """What takes the instance out of `series`: its original start, as DTSTART is written.

    A RECURRENCE-ID may be written in another zone than DTSTART. By the wall clock: an instance may be set for an hour
    that the clocks leave out.
    """
    start, written = series.dtstart, occurrence.meeting.recurrence_id
    if written is None:
        return Moment(occurrence.local, start.zone, start.is_date)
    local = written.local
    if written.zone != start.zone and not (written.is_floating or start.is_date):
        there, here = (series.zones.resolve(one.zone, reading) or assumed for one in (written, start))
        local = here.to_local(there.to_epoch(local))
    return Moment(local, start.zone, start.is_date)


def written_original(occurrence: Occurrence, reading: ZoneReading, assumed: Zone) -> int:
    """The original start as a wall-clock time of the zone it is written in: the same under either reading.

    `assumed` is where a zone that nobody knows was read.
    """
    if occurrence.original is None:
        return occurrence.local
    written = occurrence.meeting.recurrence_id or occurrence.meeting.dtstart
    if written.is_date or not written.zone or not occurrence.zoned:
        return occurrence.original
    zone = occurrence.meeting.zones.resolve(written.zone, reading)
    return (zone or assumed).to_local(occurrence.original)

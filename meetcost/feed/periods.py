# SPDX-License-Identifier: Apache-2.0
"""The periods a publication is compared with, and to which one an occurrence belongs."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from meetcost.model.moment import DAY
from meetcost.values.span import Span, instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from meetcost.model.zone import Zone
    from meetcost.rows import Row


def period_before(window: Span, zone: Zone) -> Span:
    """The period of the same kind just before: as many whole months, or else as many seconds."""
    first, last = (wall_of(seconds, zone) for seconds in window.seconds)
    months = (last[0].year - first[0].year) * 12 + last[0].month - first[0].month
    if months and first[0].day == last[0].day == 1 and first[1] == last[1] == 0:
        index = first[0].year * 12 + first[0].month - 1 - months
        if index >= 12:
            start = date(index // 12, index % 12 + 1, 1)
            return Span(instant(zone.to_epoch(start.toordinal() * DAY)), window.start)
    return Span(window.start - (window.end - window.start), window.start)


def year_before(window: Span, zone: Zone) -> Span:
    """The same days of the calendar a year earlier, the 28th for the 29th of February."""

    def earlier(seconds: int) -> datetime:
        day, second = wall_of(seconds, zone)
        day = day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)
        return instant(zone.to_epoch(day.toordinal() * DAY + second))

    first, last = window.seconds
    return Span(earlier(first), earlier(last))


def wall_of(seconds: int, zone: Zone) -> tuple[date, int]:
    """The day, and the second of it, of an instant in `zone`."""
    local = zone.to_local(seconds)
    return date.fromordinal(local // DAY), local % DAY


def begin_in(found: Iterable[Row], window: Span) -> Iterator[Row]:
    """Each occurrence belongs to the period it begins in."""
    first, last = window.seconds
    return (row for row in found if first <= row.occurrence.start < last)

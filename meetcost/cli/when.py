# SPDX-License-Identifier: Apache-2.0
"""When a meeting takes place, as people write it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from meetcost.cli.stamps import end_local
from meetcost.model.moment import DAY, UTC_ZONE, wall
from meetcost.words.forms import clock, day
from meetcost.words.say import say

if TYPE_CHECKING:
    from meetcost.model.meeting import Meeting
    from meetcost.model.occurrence import Occurrence
    from meetcost.model.zone import Zone
    from meetcost.words.say import Language


def when(start: datetime | date, end: datetime | date, language: Language) -> str:
    """`Thu 10 Dec 2026 10:00–11:30`; the second day only where there is one."""
    if not isinstance(start, datetime):
        return _days(start, end, language)
    if not isinstance(end, datetime):
        end = start
    if start.tzinfo is not None and end.tzinfo is not None:
        end = end.astimezone(start.tzinfo)
    first = f"{day(start, language, year=True)} {clock(start)}"
    utc = " UTC" if start.tzinfo is UTC else ""
    if end == start:
        return f"{first}{utc}"
    if end.date() == start.date():
        return f"{first}–{clock(end)}{utc}"
    return f"{first} – {day(end, language)} {clock(end)}{utc}"


def when_written(meeting: Meeting, language: Language) -> str:
    """When the meeting begins and ends as it is written, in its own zone."""
    start, end = meeting.start, meeting.end
    if meeting.dtstart.zone == UTC_ZONE and isinstance(start, datetime):
        start = start.replace(tzinfo=UTC)
    return when(start, end, language)


def when_of(occurrence: Occurrence, zone: Zone | None, language: Language) -> str:
    """When one occurrence takes place, by the clock where it does."""
    start = wall(occurrence.local)
    if occurrence.all_day:
        return when(start.date(), wall(end_local(occurrence.end, zone)).date(), language)
    own = occurrence.meeting.zones.resolve(occurrence.meeting.dtstart.zone) if occurrence.zoned else zone
    end = wall(end_local(occurrence.end, own or zone))
    if occurrence.meeting.dtstart.zone == UTC_ZONE:
        start, end = start.replace(tzinfo=UTC), end.replace(tzinfo=UTC)
    return when(start, end, language)


def _days(start: date, end: datetime | date, language: Language) -> str:
    last = (end.date() if isinstance(end, datetime) else end) - timedelta(days=1)
    if last <= start:
        return say("{day}, all day", language, day=day(start, language, year=True))
    count = (last - start) // timedelta(seconds=DAY) + 1
    days = f"{day(start, language)} – {day(last, language, year=True)}"
    return say("{days}, {count} days", language, days=days, count=count)

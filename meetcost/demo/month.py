# SPDX-License-Identifier: Apache-2.0
"""From what somebody wants to book to an invite, on days that the policy permits, or does not."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from meetcost.demo.town import address
from meetcost.errors import UsageError
from meetcost.rules.days import WEEKDAYS
from meetcost.rules.weeks import DateRanges, EveryKthWeek, IsoWeeks, WeeksOfMonth

if TYPE_CHECKING:
    from collections.abc import Iterator

    from meetcost.demo.town import Booking, Town
    from meetcost.policy.policy import Policy

_AHEAD: Final = 70
_WEEKS: Final = (DateRanges, EveryKthWeek, IsoWeeks, WeeksOfMonth)


class Month:
    """The days from tomorrow on, as a policy has them."""

    def __init__(self, policy: Policy, today: date) -> None:
        self._policy = policy
        self._days = [today + timedelta(days=ahead) for ahead in range(1, _AHEAD)]

    @property
    def last(self) -> date:
        """The last day of the month that is shown: five weeks from today."""
        return self._days[34]

    def day(self, when: str) -> date:
        """The day that `town.toml` means by `when`; `UsageError` where the policy has none within ten weeks."""
        kind, _, which = when.rpartition(" ")
        if kind == "permitted":
            found = [day for day in self._working() if self._policy.permitted(day)]
            number = int(which)
        elif kind == "weekday":
            found = [day for day in self._days if day.weekday() == WEEKDAYS.index(which)]
            number = 1
        else:
            found = [day for day in self._working() if self._is_banned_by_week(day) is (which == "week")]
            found = [day for day in found if not self._policy.permitted(day)]
            number = 1
        if len(found) < number:
            raise UsageError(
                "within {days} days the policy has no `{when}`; take another one for the demonstration",
                days=_AHEAD,
                when=when,
            )
        return found[number - 1]

    def _working(self) -> Iterator[date]:
        return (day for day in self._days if self._policy.works_on(day))

    def _is_banned_by_week(self, day: date) -> bool:
        """Whether a rule of weeks bans it, and none of days does."""
        rules = self._policy.rules
        indexes = tuple(range(len(rules.rules)))
        met = [rules.rules[index] for index in rules.rules_on(day.toordinal(), indexes)]
        return bool(met) and all(isinstance(rule.days, _WEEKS) for rule in met)


def invite(booking: Booking, month: Month, town: Town, *, uid: str, now: datetime, zone: str) -> bytes:
    """The calendar object a program would send; `zone` is the town's, `now` (zoned) its DTSTAMP."""
    from icalendar import Calendar, Event, vRecur  # noqa: PLC0415 - heavy

    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", now)
    event.add("summary", booking.title)
    first = month.day(booking.when)
    if booking.days:
        event.add("dtstart", first)
        event.add("dtend", first + timedelta(days=booking.days))
    else:
        start = datetime.combine(first, time.fromisoformat(booking.at), ZoneInfo(booking.zone or zone))
        event.add("dtstart", start)
        event.add("dtend", start + timedelta(minutes=booking.minutes))
    if booking.rrule:
        event.add("rrule", vRecur.from_ical(booking.rrule))
    if booking.agenda:
        event.add("description", "\n".join(f"{number}. {item}" for number, item in enumerate(booking.agenda, 1)))
    _add_people(event, booking, town)
    calendar = Calendar()
    calendar.add("prodid", "-//meetcost//demo//EN")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _add_people(event: object, booking: Booking, town: Town) -> None:
    from icalendar import Event, vCalAddress  # noqa: PLC0415 - heavy

    if not isinstance(event, Event) or not (booking.people or booking.outside):
        return
    event.add("organizer", vCalAddress.new(address(booking.by), cn=town.names[booking.by]))
    roles = dict.fromkeys((booking.by, *booking.people, *booking.outside), "REQ-PARTICIPANT")
    roles |= dict.fromkeys(booking.optional, "OPT-PARTICIPANT")
    for name, role in roles.items():
        partstat = "ACCEPTED" if name == booking.by else "NEEDS-ACTION"
        who = vCalAddress.new(address(name), cn=town.names.get(name, name), role=role, partstat=partstat)
        event.add("attendee", who)
    if booking.room:
        room = vCalAddress.new(
            address(booking.room), cn=town.names[booking.room], cutype="ROOM", role="NON-PARTICIPANT"
        )
        event.add("attendee", room)
        event.add("location", town.names[booking.room])

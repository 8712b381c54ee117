# SPDX-License-Identifier: Apache-2.0
"""The no-meeting days of a policy as a calendar anyone can subscribe to: seen before somebody tries."""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import sha256
from itertools import groupby, takewhile
from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.words.say import say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from meetcost.policy.policy import Policy
    from meetcost.words.say import Language


_EARLIEST: Final = date(2020, 1, 1).toordinal()


class Stretch(NamedTuple):
    """Days in a row that one rule bans for one reason; `last` is among them."""

    rule: str
    reason: str
    first: date
    last: date


def stretches(policy: Policy, first: date, days: int, language: Language = "en") -> list[Stretch]:
    """Every stretch that touches the `days` from `first` on, rule by rule, from its first day on.

    Days are those of the rules alone: what binds only some calendars or organisers is there as well.
    """
    begin = first.toordinal()
    found: list[Stretch] = []
    for index, rule in enumerate(policy.rules.rules):
        banned = [day for day in range(begin, begin + days) if policy.rules.rules_on(day, (index,))]
        for _, run in groupby(enumerate(banned), lambda pair: pair[1] - pair[0]):
            ordinals = [day for _, day in run]
            if ordinals[0] == begin:
                ordinals = [*_before(policy, index, begin), *ordinals]
            by_reason = _by_reason(rule.id, [(day, rule.days.reason(day).text(language)) for day in ordinals])
            found += [one for one in by_reason if one.last >= first]
    return sorted(found, key=lambda stretch: (stretch.first, stretch.rule))


def _before(policy: Policy, index: int, begin: int) -> list[int]:
    """The days in a row before `begin` that a rule bans; back to a fixed day, where they never began."""
    days = takewhile(lambda day: policy.rules.rules_on(day, (index,)), range(begin - 1, _EARLIEST - 1, -1))
    return list(days)[::-1]


def _by_reason(rule: str, days: list[tuple[int, str]]) -> Iterator[Stretch]:
    for reason, run in groupby(days, lambda pair: pair[1]):
        ordinals = [day for day, _ in run]
        yield Stretch(rule, reason, date.fromordinal(ordinals[0]), date.fromordinal(ordinals[-1]))


def no_meeting_days(policy: Policy, *, now: datetime, days: int = 400, language: Language = "en") -> bytes:
    """The calendar (RFC 5545, RFC 7986) from a month before `now` (zoned) on: entries of whole days, marked as free.

    A UID is that of a rule and of the first day of its stretch: it stays the same while time goes on, and where
    something else in the policy changes.
    """
    from icalendar import Calendar, Event, vDuration  # noqa: PLC0415 - heavy

    name = say("No-meeting days", language)
    calendar = Calendar()
    calendar.add("prodid", "-//meetcost//no-meeting days//EN")
    calendar.add("version", "2.0")
    titled = f"{name} ({policy.name})" if policy.name else name
    calendar.add("name", titled)
    calendar.add("x-wr-calname", titled)  # what programs showed before RFC 7986, and many still do
    refresh = vDuration(timedelta(days=1))
    refresh.params["VALUE"] = "DURATION"
    calendar["REFRESH-INTERVAL"] = refresh
    first = now.astimezone(policy.zone.tzinfo).date() - timedelta(days=31)
    for stretch in stretches(policy, first, days + 31, language):
        event = Event()
        named = f"{policy.name}/{stretch.rule}/{stretch.first.isoformat()}"
        event.add("uid", f"{sha256(named.encode()).hexdigest()[:32]}@meetcost-day")
        event.add("dtstamp", now.replace(hour=0, minute=0, second=0, microsecond=0))
        event.add("dtstart", stretch.first)
        event.add("dtend", stretch.last + timedelta(days=1))
        event.add("summary", say("No meetings: {reason}", language, reason=stretch.reason))
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())

# SPDX-License-Identifier: Apache-2.0
"""The whole path on one page: the only module that knows the order of the steps.

    octets  -- ics.read / ics.strict -->  Meeting
    Meeting -- ics.expand            -->  Occurrence, ...
            -- costing               -->  Cost
            -- paperwork             -->  Forecast
            -- rules.judge           -->  Verdict
    Assessment -- disclosure.state   -->  Disclosure, for one audience

The command line, and whatever else asks, calls these functions, so that no two answers can differ. Nothing here opens
a file, a socket or a clock.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from meetcost.costing.attendance import attendance, own_seconds
from meetcost.costing.choices import AttendanceRule, CostChoices
from meetcost.costing.price import price, price_one
from meetcost.costing.pricer import Pricer
from meetcost.costing.series import beginning_in, series_cost
from meetcost.costing.small_bands import without_small_bands
from meetcost.costing.what_if import what_if
from meetcost.disclosure.state import Audience, Disclosure, Skipped, state
from meetcost.ics.expand import earliest, expand
from meetcost.ics.strict import read_strict
from meetcost.model.attendee import PartStat
from meetcost.model.cost import PaperworkHours
from meetcost.model.directory import Directory
from meetcost.model.occurrence import OccurrenceId
from meetcost.model.phrase import Phrase
from meetcost.model.verdict import Bearing, Outcome, Tally, Verdict
from meetcost.paperwork.features import Features, Kind, agenda_items
from meetcost.paperwork.forecast import forecast
from meetcost.paperwork.history import NO_RECORDS, own_of
from meetcost.paperwork.measured import measured_paperwork
from meetcost.rules.judge import judge
from meetcost.rules.requirement import Price
from meetcost.values.person_hours import PersonHours
from meetcost.values.span import Span, instant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from meetcost.costing.rate_card import RateCard
    from meetcost.costing.series import SeriesCost
    from meetcost.costing.what_if import WhatIf
    from meetcost.model.attendee import Attendee
    from meetcost.model.cost import Cost
    from meetcost.model.meeting import Meeting
    from meetcost.model.occurrence import Occurrence
    from meetcost.model.zone import Zone
    from meetcost.paperwork.forecast import Forecast
    from meetcost.paperwork.history import History, Record
    from meetcost.paperwork.measured import MeasuredPaperwork
    from meetcost.paperwork.own import Own
    from meetcost.policy.policy import Policy
    from meetcost.rules.requirement import Facts

YEAR: Final = timedelta(days=365)
_REMEMBERED: Final = 4096
_NO_RULES: Final = Verdict(Outcome.ALLOW)
_NO_TALLY: Final = Tally()
_forecast: Final = lru_cache(256)(forecast)
"""Most meetings are like others in all that a forecast goes by."""
_DAY_SKIPPED: Final = Phrase("the day was a no-meeting day when the series was stored")


@dataclass(frozen=True)
class Assessment:
    """Everything there is to say of one meeting before it takes place.

    `cost` is that of one occurrence as the meeting is written; `series` that of all its occurrences within a year from
    `now`, None for a meeting that does not recur. `verdict` allows where there is no policy. `paperwork` is a forecast,
    and in the cost a line of its own that no sum contains; `measured` is what was written afterwards, if that is known.
    """

    meeting: Meeting
    cost: Cost
    verdict: Verdict
    paperwork: Forecast
    now: datetime
    policy: Policy | None = None
    rates: RateCard | None = None
    measured: MeasuredPaperwork | None = None

    @cached_property
    def series(self) -> SeriesCost | None:
        """The cost of a year of the series; raises `LimitError` if it has more occurrences than can be counted."""
        if not self.meeting.recurring:
            return None
        return series_cost(
            self.meeting,
            self._of_the_year(),
            rates=self.rates,
            directory=_directory(self.policy),
            choices=_choices(self.policy),
        )

    def _of_the_year(self) -> list[Occurrence]:
        window = Span(self.now, self.now + YEAR)
        occurrences = expand(self.meeting, window, zone=_zone(self.policy))
        return [one for one in beginning_in(window, occurrences) if not one.meeting.cancelled]

    def what_if(
        self, *, minutes: int | None = None, without: Iterable[Attendee | str] = (), online: bool = False
    ) -> WhatIf:
        """What a shorter, smaller or online meeting would save, for one occurrence.

        Raises `UsageError` for a change that changes nothing, or makes no sense.
        """
        return what_if(
            self.meeting,
            minutes=minutes,
            without=without,
            online=online,
            rates=self.rates,
            directory=_directory(self.policy),
            choices=_choices(self.policy),
        )

    def disclosure(self, audience: Audience = Audience.INSIDE, *, link: str = "") -> Disclosure:
        """What may be said of this to `audience`; `link` is where it is explained.

        Bands with few people are merged in it, as in what is published. Raises `PrivateCostError` for a cost that rests
        on personal rates, `LimitError` as `series`.
        """
        told = self._without_small_bands()
        return self._stated(audience, link) if told is self else told._stated(audience, link)

    def _without_small_bands(self) -> Assessment:
        if self.rates is None or not self.rates.published:
            return self
        rates = without_small_bands(self.rates, _directory(self.policy))
        if rates is self.rates:
            return self
        cost = price(
            self.meeting,
            rates=rates,
            directory=_directory(self.policy),
            choices=_choices(self.policy),
            paperwork=paperwork_hours(self.paperwork),
        )
        return replace(self, rates=rates, cost=cost)

    def _stated(self, audience: Audience, link: str) -> Disclosure:
        policy = self.policy
        a_year = None
        if self.meeting.recurring:  # as in `series`, without its calendar years
            pricer = Pricer(self.rates, _directory(policy), _choices(policy))
            a_year = price(self.meeting, self._of_the_year(), pricer=pricer)
        return state(
            self.meeting,
            self.cost,
            audience=audience,
            as_of=self.now,
            people=attendance(self.meeting, _directory(policy), _choices(policy)).people,
            paperwork=paperwork_hours(self.paperwork),
            measured=self.measured,
            a_year=a_year,
            skipped=_skipped(self.verdict, self.meeting),
            link=link,
        )


def assess(
    meeting: Meeting,
    *,
    policy: Policy | None = None,
    rates: RateCard | None = None,
    now: datetime | None = None,
    kind: Kind = Kind.UNKNOWN,
    verdict: Verdict | None = None,
    history: History = NO_RECORDS,
) -> Assessment:
    """What `meeting` costs, what must be written because of it, and whether it is allowed.

    Without `rates` the cost is in person-hours. `now` (zoned) is from when on the meeting is looked at: its own first
    start if not given. `kind` is how full the minutes will be, which no invite says. A `verdict` that is known already
    is not worked out again. `history` holds own records: the forecast rests on those that were known before the
    meeting, and of a single occurrence `measured` is what its own record says. Raises `UsageError` for a `now` without
    zone where there is a policy.
    """
    at_write = now is not None
    if now is None:
        now = instant(earliest(meeting, _zone(policy)))
    if kind is Kind.UNKNOWN:
        kind = history.kind_of(meeting.uid)
    predicted = forecast_of(meeting, policy=policy, kind=kind, own=own_of(_before(meeting, history), kind))
    cost = price(
        meeting,
        rates=rates,
        directory=_directory(policy),
        choices=_choices(policy),
        paperwork=paperwork_hours(predicted),
    )
    if verdict is None:
        verdict = _NO_RULES
        if policy is not None:
            rules, facts = policy.rules, facts_of(policy, rates)
            verdict = judge([meeting], rules, now=now, directory=policy.directory, facts=facts, at_write=at_write)
    record = history.records.get(_key(meeting)) if _is_single(meeting) else None
    measured = measured_paperwork(record) if record is not None else None
    return Assessment(meeting, cost, verdict, predicted, now, policy, rates, measured)


def check(
    octets: bytes,
    *,
    policy: Policy,
    now: datetime,
    old: bytes | None = None,
    calendar: str | None = None,
    old_until: datetime | None = None,
    tally: Tally = _NO_TALLY,
    rates: RateCard | None = None,
) -> tuple[Verdict, tuple[Meeting, ...]]:
    """The verdict on a calendar object as it would be stored, strictly read; and the meetings in it.

    `old` is the object that stands there already, judged when it came as far as `old_until` (zoned; not given: without
    end), `calendar` the path or name of the calendar, `now` is zoned, `tally` what the books hold of the meeting.
    `rates` are for rules on costs in money. What cannot be read one way only, or is beyond a limit, is
    `Outcome.REJECT`, with the reasons as the verdict's errors. Raises `UsageError` for a `now` without zone.
    """
    reading = read_strict(octets, limits=policy.limits)
    if reading.refusals:
        title = _title(reading.meetings)
        verdict = Verdict(Outcome.REJECT, policy.mode, errors=reading.refusals, policy=policy.name, title=title)
        return verdict, reading.meetings
    stored = read_strict(old, limits=policy.limits).meetings if old is not None else ()
    verdict = judge(
        reading.meetings,
        policy.rules,
        now=now,
        old=stored,
        directory=policy.directory,
        calendar=calendar,
        tally=tally,
        old_until=old_until,
        facts=facts_of(policy, rates),
    )
    return verdict, reading.meetings


class _Facts:
    """What rules on agendas and costs go by: `meetcost.rules.requirement.Facts`."""

    def __init__(self, policy: Policy, rates: RateCard | None) -> None:
        self._policy, self._rates = policy, rates
        self._asked: dict[int, tuple[Meeting, Meeting]] = {}  # by id: each holds its meeting, so no id is used twice
        self._prices: dict[tuple[int, int, int], Price] = {}

    @cached_property
    def _pricer(self) -> Pricer:
        choices = replace(self._policy.cost_choices, attendance=AttendanceRule.INVITED)
        return Pricer(self._rates, self._policy.directory, choices)

    def agenda_items(self, part: Meeting) -> int:
        """How many items its agenda has."""
        return agenda_items(part.description) or 0

    def price(self, part: Meeting, seconds: int, day: int) -> Price:
        """What one instance costs, everybody taken as present."""
        known = self._asked.get(id(part))
        if known is None:
            if len(self._asked) >= _REMEMBERED:
                self._asked.clear()
                self._prices.clear()
            answers = [replace(who, partstat=PartStat.NEEDS_ACTION) for who in part.attendees]
            known = self._asked[id(part)] = part, part.replace(attendees=tuple(answers))
        key = id(part), seconds, self._pricer.period(day)
        price = self._prices.get(key)
        if price is None:
            if len(self._prices) >= _REMEMBERED:
                self._prices.clear()
            price = self._prices[key] = self._price(known[1], seconds, day)
        return price

    def _price(self, asked: Meeting, seconds: int, day: int) -> Price:
        cost = price_one(asked, seconds, day, pricer=self._pricer)
        people = attendance(asked, self._pricer.directory, self._pricer.choices).people
        return Price(people, cost.hours.seconds, cost.time, cost.cash, cost.private)


def facts_of(policy: Policy, rates: RateCard | None = None) -> Facts:
    """What `judge` has to be given for rules on agendas and costs; without `rates` there is no money to compare."""
    return _Facts(policy, rates)


def forecast_of(
    meeting: Meeting, *, policy: Policy | None = None, kind: Kind = Kind.UNKNOWN, own: Own | None = None
) -> Forecast:
    """The paperwork to expect, from what the invite says, and from what the series' `own` records say."""
    present = attendance(meeting, _directory(policy), _choices(policy))
    minutes = own_seconds(meeting) / 60
    features = Features(
        kind=kind,
        minutes=minutes if minutes > 0 and not meeting.all_day else None,
        attendees=present.people or None,
        agenda_items=agenda_items(meeting.description) if meeting.description else None,
        language="zh" if _mostly_chinese(f"{meeting.title}{meeting.description}") else "en",
    )
    return _forecast(features, own=own)


def _is_single(meeting: Meeting) -> bool:
    """Whether the component describes one occurrence, and no series or part of one."""
    return not meeting.this_and_future and (meeting.recurrence_id is not None or not meeting.recurring)


def _before(meeting: Meeting, history: History) -> list[Record]:
    """The records of its series that a forecast may rest on: of an occurrence those before its day, else all."""
    records = history.of_series(meeting.uid)
    return [one for one in records if one.day < meeting.dtstart.day] if _is_single(meeting) else records


def _key(meeting: Meeting) -> tuple[str, str]:
    """That of the record of a single occurrence."""
    of = OccurrenceId.of_override(meeting)
    return of.uid, str(of.recurrence_id) if of.recurrence_id is not None else ""


def _skipped(verdict: Verdict, meeting: Meeting) -> list[Skipped]:
    """The dates the series steps over, each with the first reason found."""
    reasons = {one.instance: one.reason for one in reversed(verdict.bearing(Bearing.SKIPPED))}
    skips = verdict.skips if meeting.recurrence is not None else ()
    own = (skip for skip in skips if skip.instance.uid == meeting.uid)
    found = (Skipped(skip.day, reasons.get(skip.instance, _DAY_SKIPPED)) for skip in own)
    return sorted(dict.fromkeys(found), key=attrgetter("day"))


def _zone(policy: Policy | None) -> Zone | None:
    return policy.zone if policy is not None else None


def _directory(policy: Policy | None) -> Directory:
    return policy.directory if policy is not None else Directory()


def _choices(policy: Policy | None) -> CostChoices:
    return policy.cost_choices if policy is not None else CostChoices()


def _title(meetings: tuple[Meeting, ...]) -> str:
    return next((meeting.title for meeting in meetings if meeting.title), "")


def paperwork_hours(predicted: Forecast) -> PaperworkHours | None:
    """The forecast as a cost line: the 80 % interval of writing and reading together."""
    estimate = predicted.total or predicted.writing
    if estimate is None:
        return None
    low, high = estimate.interval_80.low, estimate.interval_80.high
    hours = (_person_hours(low), _person_hours(estimate.median), _person_hours(high))
    return PaperworkHours(*hours, basis=predicted.basis[0], records=predicted.records)


def _person_hours(hours: float) -> PersonHours:
    return PersonHours(round(hours * 3600))


def _mostly_chinese(text: str) -> bool:
    start = text[:2000]
    return not start.isascii() and sum("\u4e00" <= character <= "\u9fff" for character in start) * 4 > len(start)

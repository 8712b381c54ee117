# SPDX-License-Identifier: Apache-2.0
"""What a meeting takes out of the quotas of a policy: pure, as the decision is.

Each instance that is a meeting and has not ended draws in the periods it lies in: once a pool, however many quotas
count there. So a meeting that is written down when it has just begun counts; one that is over when it is written down
was called by no invite, and draws nothing. An endless series draws as far as the policy looks. Who is a stranger to the
directory draws as the unit with no name.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from meetcost.costing.attendance import lasting
from meetcost.costing.pricer import Pricer
from meetcost.errors import CalendarError, ConfigError, Problem
from meetcost.ics.expand import FAR, is_endless
from meetcost.model.moment import DAY
from meetcost.quotas.taken import Taken
from meetcost.rules.counted import Counts, counts, people
from meetcost.rules.instances import instances, readings
from meetcost.rules.periods import day_of
from meetcost.rules.quota import Measure, Per
from meetcost.values.span import epoch
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from meetcost.costing.rate_card import RateCard
    from meetcost.model.meeting import Meeting
    from meetcost.model.occurrence import Occurrence
    from meetcost.policy.policy import Policy
    from meetcost.rules.quota import Quota


class Context(Protocol):
    """What counting depends on besides the meetings."""

    @property
    def policy(self) -> Policy:
        """Whose quotas."""

    @property
    def now(self) -> datetime:
        """Zoned; what has ended takes nothing."""

    @property
    def rates(self) -> RateCard | None:
        """For quotas of cost."""

    @property
    def calendar(self) -> str | None:
        """The path of the calendar."""


MOST_TAKEN: Final = 5_000
"""Instances times quotas that one write may count: each takes some 100 µs, while nobody else can write to the books."""


def taken_by_write(meetings: Sequence[Meeting], context: Context, *, stood: int = 0) -> tuple[Taken, ...]:
    """`taken_by` for what is being written; raises `CalendarError` also where it would be more than `MOST_TAKEN`.

    What stood there before and took as much (`stood`) can be edited all the same.
    """
    most = max(MOST_TAKEN, stood)
    taken = tuple(islice(taken_by(meetings, context), most + 1))
    if len(taken) > most:
        template = "its instances and the quotas they count in are more than {most:,} together"
        message = Sentence.of(template, most=most)
        line = meetings[0].place.line if meetings[0].place is not None else None
        advice = "let the series end earlier"
        raise CalendarError(Problem("limit", message, line, "RRULE", meetings[0].uid, advice))
    return taken


def taken_by(meetings: Iterable[Meeting], context: Context) -> Iterator[Taken]:
    """What the meetings of a calendar object take; raises `CalendarError` for what cannot be counted."""
    policy, now = context.policy, epoch(context.now)
    if not policy.quotas:
        return
    choices = policy.cost_choices
    pricer, since = Pricer(context.rates, policy.directory, choices), now - choices.minutes_without_end * 60
    for meeting in meetings:
        until = now + policy.rules.horizon_days * DAY if is_endless(meeting) else FAR
        reading = readings(meeting)[0]
        most = policy.limits.instances
        drawing = {id(part): _drawing(part, context) for part in (meeting, *meeting.overrides)}  # instances hold them
        if not any(drawing.values()):
            continue  # nobody's meeting, however often it takes place
        for one in instances(meeting, since, until, policy.zone, reading, max_instances=most):
            if one.start >= now or one.start + lasting(one.meeting, one.end - one.start, choices) > now:
                at = id(one.meeting)
                if at not in drawing:
                    drawing[at] = _drawing(one.meeting, context)
                part = drawing[at]
                if part is not None:
                    yield from _taken(one, part, policy, pricer)


class _Drawing(NamedTuple):
    """What is the same for all instances of one component: the quotas it counts in, each with its key."""

    quotas: tuple[tuple[Quota, str], ...]
    unit: str
    people: int
    organiser: str


def _drawing(part: Meeting, context: Context) -> _Drawing | None:
    policy, directory, calendar = context.policy, context.policy.directory, context.calendar
    rules = policy.rules
    if counts(part, directory, rules.definition) is Counts.NO or not rules.scope.binds(part, directory, calendar):
        return None
    asked = people(part, directory, declined_count=rules.definition.declined_attendees_count).most
    address = directory.person(part.organizer.address) if part.organizer is not None else ""
    entry = directory.find(part.organizer) if part.organizer is not None else None
    unit = entry.unit if entry is not None else ""
    keys = {Per.ORGANISER: address, Per.UNIT: unit, Per.CALENDAR: (calendar or "").strip("/"), Per.BODY: ""}
    found = (
        (quota, keys[quota.per])
        for quota in policy.quotas
        if asked > quota.people_over and quota.scope.binds(part, directory, calendar)
    )
    return _Drawing(tuple(found), unit, asked, address)


def _taken(one: Occurrence, part: _Drawing, policy: Policy, pricer: Pricer) -> Iterator[Taken]:
    day = day_of(one.start, policy.zone)
    for quota, key in part.quotas:
        amount = _amount(quota, one, pricer) if quota.holds(day) else 0
        if amount:
            yield Taken(quota, key, one, amount, part.unit, part.people, part.organiser)


def _amount(quota: Quota, one: Occurrence, pricer: Pricer) -> int:
    if quota.measure is Measure.MEETINGS:
        return 1
    priced = pricer.of(one)
    if quota.measure is Measure.PERSON_HOURS:
        return priced.seconds
    return (priced.minor or 0) + priced.cash


def check_quotas(policy: Policy, rates: RateCard | None, *, books: bool) -> None:
    """Raise `ConfigError` where quotas of `policy` could never be asked: no books, no rates, another currency."""
    problems = []
    if policy.quotas and not books:
        advice = "name the ledger (for Radicale: `ledger = /path/to/books.db` in [storage])"
        problems.append(Problem("quota-books", "quotas are counted in books, and none are named", advice=advice))
    for quota in policy.quotas:
        if quota.measure is Measure.COST and (rates is None or rates.currency != quota.currency):
            message = Sentence.of(
                "quota `{id}` limits cost in {currency}, and no rate card in that currency is named",
                id=quota.id,
                currency=quota.currency,
            )
            problems.append(Problem("quota-rates", message, advice="name one, or limit person-hours"))
    if problems:
        raise ConfigError(f"policy `{policy.name}`", problems)

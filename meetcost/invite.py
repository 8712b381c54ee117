# SPDX-License-Identifier: Apache-2.0
"""An invite with its cost in it: the last step of the whole path, from an assessment back to octets."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Final

from meetcost.assessment import assess
from meetcost.disclosure import attach as disclosing
from meetcost.disclosure.attach import detach, judged_until_of
from meetcost.disclosure.public_id import public_id
from meetcost.disclosure.state import Audience
from meetcost.ics.expand import is_endless
from meetcost.ics.read import read
from meetcost.ics.recent import read_object
from meetcost.ics.write import without
from meetcost.model.occurrence import OccurrenceId
from meetcost.model.verdict import Mode, Outcome, Skip, Verdict
from meetcost.paperwork.history import NO_RECORDS
from meetcost.policy.policy import Policy
from meetcost.rules.counted import Counts, counts
from meetcost.rules.ruleset import RuleSet, Series

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from meetcost.costing.rate_card import RateCard
    from meetcost.disclosure.state import Disclosure
    from meetcost.model.meeting import Meeting, Place
    from meetcost.model.moment import Moment
    from meetcost.paperwork.history import History

__all__ = ["attach", "detach", "disclosures_of", "skips_in"]

_NO_POLICY: Final = Policy(RuleSet())
_MOST_OVERRIDES: Final = 200
"""How many get lines of their own: each takes two milliseconds and a kilobyte."""


def attach(
    octets: bytes,
    *,
    policy: Policy | None = None,
    rates: RateCard | None = None,
    now: datetime,
    verdict: Verdict | None = None,
    kept: Iterable[Skip] = (),
    mark: bool = True,
    costs: bool = True,
    history: History = NO_RECORDS,
) -> bytes:
    """A calendar with the cost of each meeting said in it; every octet that is not ours stays.

    What was there of ours is replaced. `now` (zoned) is as of when the cost is worked out. What is no meeting (one
    person alone, cancelled) gets nothing. Where anybody from outside is asked, hours are said and no money.

    `verdict` is that on `detach(octets)`: its series leave out the dates it names, and an override on such a date goes.
    So do they with what is `kept`, which nobody is told of again: dates that are over.
    An endless series is marked with how far it was judged, unless there is to be no `mark`. Without `costs` that is all
    that is done; without a verdict the dates that are left out already stay so.
    `history` holds own records: forecasts rest on them, and where a component is one occurrence, what was measured of
    it stands beside the forecast.

    Raises `PrivateCostError` for personal rates, `LimitError` for a series that is too much to count.
    """
    policy = policy if policy is not None else _NO_POLICY
    bare = detach(octets)
    seen_until: datetime | None = _midnight(now) + timedelta(days=policy.rules.horizon_days)
    if verdict is None:
        verdict = Verdict(Outcome.ALLOW, planned_skips=tuple(skips_in(octets, policy)))
        seen_until = judged_until_of(octets)
    skipped = {skip.instance for skip in verdict.skips}
    if any(skip.overridden for skip in verdict.skips):
        bare = without(bare, _dropped(bare, skipped, policy))
    judged_until: dict[Place, datetime] = {}
    kept = tuple(kept)
    exdates: dict[Place, tuple[Moment, ...]] = {}
    disclosures: dict[Place, Disclosure] = {}
    for master in read_object(bare, policy.limits).meetings:
        left_out = _left_out(master, (*verdict.skips, *kept))
        if left_out and master.place is not None:
            exdates[master.place] = left_out
        if master.place is not None and mark and seen_until is not None and is_judged_further(master, policy):
            judged_until[master.place] = seen_until
        if costs and master.component == "VEVENT":
            meeting = _without_dates(master, left_out)
            disclosures |= _disclosures(meeting, policy, rates, now, verdict, history=history)
    language = policy.disclosure.language
    return disclosing.attach(bare, disclosures, language=language, exdates=exdates, judged_until=judged_until)


def _midnight(now: datetime) -> datetime:
    """Of the day (UTC): writing twice on one day is writing once."""
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def disclosures_of(
    octets: bytes,
    *,
    policy: Policy | None = None,
    rates: RateCard | None = None,
    now: datetime,
    history: History = NO_RECORDS,
) -> list[tuple[Meeting, Disclosure]]:
    """What `attach` would say of each component, by itself; the arguments and errors are those of `attach`."""
    policy = policy if policy is not None else _NO_POLICY
    bare = detach(octets)
    verdict = Verdict(Outcome.ALLOW, planned_skips=tuple(skips_in(octets, policy)))
    said = []
    for master in read(bare, limits=policy.limits).meetings:
        meeting = _without_dates(master, _left_out(master, verdict.skips))
        stated = _disclosures(meeting, policy, rates, now, verdict, history=history)
        parts = {part.place: part for part in (meeting, *meeting.overrides)}
        said += [(parts[place], disclosure) for place, disclosure in stated.items()]
    return said


def _left_out(master: Meeting, skips: Iterable[Skip]) -> tuple[Moment, ...]:
    """The dates of its own that a series steps over."""
    if master.recurrence is None:
        return ()
    return tuple(sorted({skip.exdate for skip in skips if skip.instance.uid == master.uid}))


def _without_dates(master: Meeting, left_out: tuple[Moment, ...]) -> Meeting:
    """The series with so many EXDATEs more: what is stepped over costs nothing."""
    if not left_out or master.recurrence is None:
        return master
    exdates = (*master.recurrence.exdates, *left_out)
    return master.replace(recurrence=replace(master.recurrence, exdates=exdates))


def is_judged_further(meeting: Meeting, policy: Policy) -> bool:
    """Whether there will be dates to step over that nobody has looked at yet: it never ends, and its policy skips."""
    if policy.rules.series is not Series.SKIP or policy.mode is not Mode.REFUSE or not is_endless(meeting):
        return False
    parts = (meeting, *meeting.overrides)
    return any(counts(part, policy.directory, policy.rules.definition) is not Counts.NO for part in parts)


def skips_in(octets: bytes, policy: Policy) -> Iterator[Skip]:
    """The dates that the series in an object step over already because somebody's guard made them."""
    bare = detach(octets)
    if octets == bare:
        return
    was, are = (read_object(one, policy.limits).meetings for one in (bare, octets))
    recurrences = {one.uid: one.recurrence for one in was}
    for meeting in are:
        before, after = recurrences.get(meeting.uid), meeting.recurrence
        theirs = before.exdates if before is not None else ()
        for one in after.exdates if after is not None else ():
            if one not in theirs:
                yield Skip(OccurrenceId(meeting.uid, one), one, one.day)


def _dropped(octets: bytes, skipped: set[OccurrenceId], policy: Policy) -> list[Place]:
    """The overrides of instances that are left out: some programs show an override even of an EXDATE."""
    meetings = read_object(octets, policy.limits).meetings
    overrides = (one for meeting in meetings for one in meeting.overrides)
    return [one.place for one in overrides if one.place is not None and OccurrenceId.of_override(one) in skipped]


def _disclosures(
    meeting: Meeting, policy: Policy, rates: RateCard | None, now: datetime, verdict: Verdict, *, history: History
) -> dict[Place, Disclosure]:
    """That of the master and of its last overrides, by their places. One audience for all: they travel together."""
    parts = (meeting, *meeting.overrides)
    audiences = {policy.disclosure.audience(part, policy.directory) for part in parts}
    audience = Audience.OUTSIDE if Audience.OUTSIDE in audiences else Audience.INSIDE
    link = policy.disclosure.link_of(public_id(meeting.uid))
    stated: dict[Place, Disclosure] = {}
    for part in (meeting, *meeting.overrides[-_MOST_OVERRIDES:]):
        if part.place is None or counts(part, policy.directory, policy.rules.definition) is not Counts.YES:
            continue
        assessed = assess(part, policy=policy, rates=rates, now=now, verdict=verdict, history=history)
        stated[part.place] = assessed.disclosure(audience, link=link)
    return stated

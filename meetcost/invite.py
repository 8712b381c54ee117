# SPDX-License-Identifier: Apache-2.0
"""An invite with its cost in it: the last step of the whole path, from an assessment back to octets."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Final

from meetcost.assessment import assess
from meetcost.disclosure import attach as disclosing
from meetcost.disclosure.attach import detach
from meetcost.disclosure.public_id import public_id
from meetcost.disclosure.state import Audience
from meetcost.ics.expand import Clock, is_endless
from meetcost.ics.read import read
from meetcost.ics.scan import MEETINGS
from meetcost.ics.write import without
from meetcost.model.occurrence import OccurrenceId
from meetcost.model.verdict import Bearing, Mode, Outcome, Verdict
from meetcost.model.zone import ZoneReading
from meetcost.policy.policy import Policy
from meetcost.rules.counted import Counts, counts
from meetcost.rules.ruleset import RuleSet, Series
from meetcost.values.span import epoch

if TYPE_CHECKING:
    from datetime import datetime

    from meetcost.costing.rate_card import RateCard
    from meetcost.disclosure.state import Disclosure
    from meetcost.model.meeting import Meeting, Place
    from meetcost.model.moment import Moment

__all__ = ["attach", "detach"]

_NO_POLICY: Final = Policy(RuleSet())
_NO_VERDICT: Final = Verdict(Outcome.ALLOW)
_MOST_OVERRIDES: Final = 200
"""How many get lines of their own: each takes two milliseconds and a kilobyte."""


def attach(
    octets: bytes,
    *,
    policy: Policy | None = None,
    rates: RateCard | None = None,
    now: datetime,
    verdict: Verdict = _NO_VERDICT,
    stood: bytes = b"",
    costs: bool = True,
) -> bytes:
    """A calendar with the cost of each meeting said in it; every octet that is not ours stays.

    What was there of ours is replaced. `now` (zoned) is as of when the cost is worked out. What is no meeting (one
    person alone, cancelled) gets nothing. Where anybody from outside is asked, hours are said and no money.

    `verdict` is that on `detach(octets)`: its series leave out the dates it names, and an override on such a date goes.
    `stood` is the stored object that it replaces: dates that were left out there and are over by now stay left out. An
    endless series is marked with how far it was judged, unless it stood before anybody judged it and may stay. Without
    `costs` that is all that is done.

    Raises `PrivateCostError` for personal rates, `LimitError` for a series that is too much to count.
    """
    policy = policy if policy is not None else _NO_POLICY
    bare = detach(octets)
    skipped = {skip.instance for skip in verdict.skips}
    if any(skip.overridden for skip in verdict.skips):
        bare = without(bare, _dropped(bare, skipped, policy))
    judged_until: dict[Place, datetime] = {}
    exdates: dict[Place, tuple[Moment, ...]] = {}
    disclosures: dict[Place, Disclosure] = {}
    for meeting in read(bare, limits=policy.limits, components=MEETINGS).meetings:
        if meeting.place is None:
            continue
        left_out = _left_out(meeting, policy, now, verdict, stood)
        if left_out:
            exdates[meeting.place] = left_out
        if is_judged_further(meeting, policy) and not _stands(meeting, verdict, stood):
            judged_until[meeting.place] = _midnight(now) + timedelta(days=policy.rules.horizon_days)
        if costs and meeting.component == "VEVENT":
            disclosures |= _disclosures(_without(meeting, left_out), policy, rates, now, verdict)
    language = policy.disclosure.language
    return disclosing.attach(bare, disclosures, language=language, exdates=exdates, judged_until=judged_until)


def _left_out(meeting: Meeting, policy: Policy, now: datetime, verdict: Verdict, stood: bytes) -> tuple[Moment, ...]:
    """The EXDATEs of a series: those to come by the verdict, those behind it as they stood."""
    if meeting.recurrence is None:
        return ()
    clock = Clock.of(meeting, meeting.dtstart, policy.zone, ZoneReading.NAME)
    form = (meeting.dtstart.zone, meeting.dtstart.is_date)
    past = (one for one in disclosing.skipped_of(stood) if (one.zone, one.is_date) == form)
    over = [one for one in past if clock.zone.to_epoch(one.local) < epoch(now)]
    to_come = [skip.exdate for skip in verdict.skips if skip.instance.uid == meeting.uid]
    return tuple(dict.fromkeys((*over, *to_come)))


def _without(meeting: Meeting, exdates: tuple[Moment, ...]) -> Meeting:
    if meeting.recurrence is None or not exdates:
        return meeting
    return meeting.replace(recurrence=replace(meeting.recurrence, exdates=(*meeting.recurrence.exdates, *exdates)))


def _stands(meeting: Meeting, verdict: Verdict, stood: bytes) -> bool:
    """Whether it was there before anybody judged it, and may stay as it is: its later instances as well."""
    kept = any(one.instance.uid == meeting.uid for one in verdict.bearing(Bearing.KEPT))
    return kept and disclosing.judged_until_of(stood) is None


def _midnight(now: datetime) -> datetime:
    """Of the day (UTC): writing twice on one day is writing once."""
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def is_judged_further(meeting: Meeting, policy: Policy) -> bool:
    """Whether there will be dates to step over that nobody has looked at yet: it never ends, and its policy skips."""
    if policy.rules.series is not Series.SKIP or policy.mode is not Mode.REFUSE or not is_endless(meeting):
        return False
    parts = (meeting, *meeting.overrides)
    return any(counts(part, policy.directory, policy.rules.definition) is not Counts.NO for part in parts)


def _dropped(octets: bytes, skipped: set[OccurrenceId], policy: Policy) -> list[Place]:
    """The overrides of instances that are left out: some programs show an override even of an EXDATE."""
    meetings = read(octets, limits=policy.limits, components=MEETINGS).meetings
    overrides = (one for meeting in meetings for one in meeting.overrides)
    return [one.place for one in overrides if one.place is not None and OccurrenceId.of_override(one) in skipped]


def _disclosures(
    meeting: Meeting, policy: Policy, rates: RateCard | None, now: datetime, verdict: Verdict
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
        assessed = assess(part, policy=policy, rates=rates, now=now, verdict=verdict)
        stated[part.place] = assessed.disclosure(audience, link=link)
    return stated

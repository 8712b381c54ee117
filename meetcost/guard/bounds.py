# SPDX-License-Identifier: Apache-2.0
"""What no calendar server should be given, whoever sends it: what cannot be read one way only, or never ends.

A server's own reader comes before its storage, and some rules of under 250 octets keep it busy for ever. This is the
look before that, and it is bounded itself.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from meetcost.errors import CalendarError, Problem
from meetcost.guard.decide import Refuse
from meetcost.ics.expand import FAR, is_endless
from meetcost.ics.recur import expand_rule
from meetcost.ics.recurrence import rule_of
from meetcost.ics.rule import RuleError
from meetcost.ics.strict import read_strict
from meetcost.model.moment import DAY
from meetcost.model.verdict import Mode, Outcome, Verdict
from meetcost.rules.instances import instances, readings
from meetcost.values.span import epoch
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from meetcost.model.meeting import Meeting
    from meetcost.policy.policy import Policy

_LONG: Final = 3660 * DAY
_MANY: Final = 8
"""How many times the largest object a calendar of several may be."""
_WITHIN_THE_HOUR: Final = frozenset({"SECONDLY", "MINUTELY"})


def unbearable(octets: bytes, policy: Policy, now: datetime) -> Refuse | None:
    """Why nothing of `octets` is to be stored, or handed to another reader; None if it may be looked at.

    `octets` is a calendar object, or a calendar of many, which may be larger; `now` is zoned. Whether it is permitted
    is not asked here.
    """
    most = policy.limits.octets
    larger = len(octets) > most  # otherwise it is read as it is judged, and once
    reading = read_strict(octets, limits=replace(policy.limits, octets=most * _MANY) if larger else policy.limits)
    problems = [problem for problem in reading.refusals if problem.code != "several-uids"]
    if larger and len({meeting.uid for meeting in reading.meetings}) < 2:
        problems.append(
            Problem("limit", Sentence.of("{count:,} octets, more than {most:,}", count=len(octets), most=most), 1)
        )
    if not problems:
        problems = [problem for one in reading.meetings for problem in _endless_work(one, policy, now)]
    if not problems:
        return None
    title = next((one.title for one in reading.meetings if one.title), "")
    verdict = Verdict(Outcome.REJECT, mode=policy.mode, errors=tuple(problems), policy=policy.name, title=title)
    return Refuse(verdict, reading.meetings)


def barred(octets: bytes, policy: Policy, now: datetime) -> Refuse | None:
    """`unbearable`; under a policy that only observes, only what would keep the server busy."""
    refuse = unbearable(octets, policy, now)
    if refuse is None or policy.mode is not Mode.OBSERVE:
        return refuse
    return refuse if any(problem.code == "limit" for problem in refuse.verdict.errors) else None


def _endless_work(meeting: Meeting, policy: Policy, now: datetime) -> Iterator[Problem]:
    """What is beyond a limit when the instances are counted, meeting or not."""
    for part in (meeting, *meeting.overrides):
        for rule in part.recurrence.rules if part.recurrence is not None else ():
            message = _without_end(part, rule)
            if message:
                line = part.place.line if part.place is not None else None
                yield Problem("limit", message, line, "RRULE", part.uid)
                return
    until = epoch(now) + policy.rules.horizon_days * DAY if is_endless(meeting) else FAR
    for reading in readings(meeting):
        try:
            instances(meeting, epoch(now), until, policy.zone, reading, max_instances=policy.limits.instances)
        except CalendarError as error:
            yield error.problem
            return


def _without_end(part: Meeting, text: str) -> str:
    """Why other programs do not come to an end with a rule; empty where they do."""
    rule, start = rule_of(text), part.dtstart
    if rule.freq in _WITHIN_THE_HOUR:
        return "a rule that recurs within the hour: some calendar servers never end with it"
    if rule.until is not None and rule.until.seconds < start.local + _LONG:
        return ""
    try:
        found = expand_rule(rule, start.local, start.local, start.local + _LONG, date_only=start.is_date)
    except RuleError:
        return ""  # told when the instances are counted
    return "" if found else "a rule that gives no date in ten years: some calendar servers look for ever"

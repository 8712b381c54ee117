# SPDX-License-Identifier: Apache-2.0
"""What a reviewer sees of a meeting that needs a waiver, and the waiver that would let it pass. Nothing here is stored.

A waiver is drawn as tightly as the meeting: its UID, the instances that are refused, their times, as many people as
are asked. Whatever is wider is another meeting.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from meetcost.assessment import assess, check
from meetcost.costing.attendance import own_seconds
from meetcost.costing.what_if import optional_people
from meetcost.errors import UsageError
from meetcost.ics.expand import FAR, is_endless
from meetcost.model.moment import DAY
from meetcost.model.verdict import Bearing
from meetcost.model.waiver import Span, Waiver, WaiverClass
from meetcost.rules.catalogue.purpose import PURPOSE, RESULT
from meetcost.rules.counted import organisers, people
from meetcost.rules.instances import instances, readings
from meetcost.schedule.instead import Instead, instead
from meetcost.values.span import epoch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from meetcost.assessment import Assessment
    from meetcost.costing.what_if import WhatIf
    from meetcost.guard.decide import Context
    from meetcost.model.meeting import Meeting
    from meetcost.model.verdict import Finding, Verdict
    from meetcost.policy.policy import Policy
    from meetcost.schedule.busy import Busy

_WANTING: Final = (Bearing.REFUSED, Bearing.REVIEW, Bearing.SKIPPED)
_SHORTEST: Final = 20
_MOST_PEOPLE: Final = 1_000_000
_MOST_SPANS: Final = 500
_LABEL: Final = re.compile(r"[\W\d]*(?P<label>[^:：]*?)\s*(?:[:：]\s*(?P<rest>.*))?")


@dataclass(frozen=True)
class Case:
    """One meeting before its reviewer.

    `waiver` is what would let it pass; `purpose` and `result` are what the invite says (lines `Purpose:` and `Expected
    result:` of its description), empty where it says nothing; `cheaper` are changes with what they save, of which
    written circulation saves at most the whole of `assessment.cost.hours`; `instead` are permitted times.
    """

    meeting: Meeting
    verdict: Verdict
    waiver: Waiver
    assessment: Assessment
    cheaper: tuple[WhatIf, ...]
    instead: Instead
    purpose: str
    result: str
    exemption: str = ""


def case_of(
    octets: bytes,
    context: Context,
    *,
    reason: str,
    klass: WaiverClass = WaiverClass.OTHER,
    rules: Sequence[str] = (),
    busy: Busy | None = None,
) -> Case:
    """The case of a calendar object; `rules` are ids besides those that refuse it, as of a quota.

    Raises `UsageError` where no waiver can help: nothing is refused, it cannot be judged, or a group is of no known
    size, so that nobody could say how many people were approved.
    """
    policy = context.policy
    verdict, meetings = check(
        octets,
        policy=policy,
        now=context.now,
        calendar=context.calendar,
        tally=context.tally,
        rates=context.rates,
    )
    if verdict.errors or len(meetings) != 1:
        raise UsageError("no waiver helps: {verdict}", verdict=verdict)
    meeting = meetings[0]
    refused = verdict.bearing(*_WANTING)
    if not refused and not rules:
        raise UsageError("no rule refuses this meeting; name the rule or quota if a waiver is needed all the same")
    waiver = Waiver(
        id="",
        uid=meeting.uid,
        spans=_spans(refused, whole=_ahead(meeting, context) if rules else ()),
        people=_people(meeting, policy),
        klass=klass,
        rules=frozenset((*rules, *(one.rule for one in refused))),
        instances=frozenset(one.instance for one in refused if not rules),
        reason=reason,
        organiser=_caller(meeting, policy),
    )
    found = assess(meeting, policy=policy, rates=context.rates, now=context.now, verdict=verdict)
    times = instead(meeting, policy=policy, now=context.now, busy=busy, calendar=context.calendar)
    claimed = next((one.name for one in policy.rules.exemptions if one.claimed(meeting)), "")
    purpose, result = (_said(words, meeting.description) for words in (PURPOSE, RESULT))
    return Case(meeting, verdict, waiver, found, tuple(_cheaper(found)), times, purpose, result, claimed)


def _spans(findings: Iterable[Finding], whole: Iterable[Span]) -> tuple[Span, ...]:
    spans = {*whole, *(Span(epoch(one.starts), epoch(one.ends)) for one in findings)}
    if not 0 < len(spans) <= _MOST_SPANS:
        raise UsageError(
            "{count} instances are to be approved; one can ask for 1 to {most} at a time",
            count=len(spans),
            most=_MOST_SPANS,
        )
    return tuple(sorted(spans))


def _ahead(meeting: Meeting, context: Context) -> Iterator[Span]:
    """The time of every instance that is still to come, as far as the policy looks."""
    rules = context.policy.rules
    now = epoch(context.now)
    until = now + rules.horizon_days * DAY if is_endless(meeting) else FAR
    for reading in readings(meeting):
        found = instances(meeting, now, until, rules.zone, reading, max_instances=rules.max_instances)
        yield from (Span(one.start, one.end) for one in found)


def _caller(meeting: Meeting, policy: Policy) -> str:
    callers = organisers(meeting, policy.directory)
    if len(callers) > 1:
        raise UsageError("its instances name different organisers; a waiver is for the meeting of one")
    return next(iter(callers))


def _people(meeting: Meeting, policy: Policy) -> int:
    declined = policy.rules.definition.declined_attendees_count
    parts = (meeting, *meeting.overrides)
    most = max(people(part, policy.directory, declined_count=declined).most for part in parts)
    if most > _MOST_PEOPLE:
        raise UsageError("a group of no known size is asked; write its size into the directory")
    return most


def _cheaper(found: Assessment) -> Iterator[WhatIf]:
    """Half the time; and without those who are free not to come."""
    meeting, policy = found.meeting, found.policy
    minutes = own_seconds(meeting) // 60
    if minutes >= _SHORTEST and not meeting.all_day and found.cost.hours.seconds:
        yield found.what_if(minutes=minutes // 2 // 5 * 5)
    directory, choices = (policy.directory, policy.cost_choices) if policy is not None else (None, None)
    optional = optional_people(meeting, directory=directory, choices=choices)
    if optional:
        try:
            yield found.what_if(without=optional)
        except UsageError:  # nobody would be left
            return


def _said(words: Sequence[str], description: str) -> str:
    """The statement behind one of the words and a colon, or on the line below it."""
    lines = [line.strip() for line in description.splitlines() if line.strip()]
    for at, line in enumerate(lines):
        found = _LABEL.fullmatch(line)
        if found is not None and found["label"].casefold() in words:
            return found["rest"] or next(iter(lines[at + 1 :]), "")
    return ""

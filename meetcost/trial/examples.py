# SPDX-License-Identifier: Apache-2.0
"""A policy on its own examples: each invite is judged as a guard would, and compared with what is expected."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.assessment import check, facts_of
from meetcost.errors import MeetcostError, Problem, said_by
from meetcost.ics.expand import FAR, earliest
from meetcost.ics.strict import read_strict
from meetcost.model.phrase import Phrase
from meetcost.model.verdict import Bearing, Mode, Outcome, Tally, Verdict
from meetcost.model.waiver import Span, Waiver, WaiverClass
from meetcost.policy.example_table import Expected
from meetcost.rules.judge import judge
from meetcost.trial.used import Asked, with_quotas
from meetcost.values.span import instant
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from meetcost.model.meeting import Meeting
    from meetcost.policy.example_table import Example
    from meetcost.policy.policy import Policy

_ANYBODY: Final = 1 << 40
_DECISIVE: Final = {
    Expected.REFUSE: (Bearing.REFUSED,),
    Expected.REVIEW: (Bearing.REVIEW,),
    Expected.WARN: (Bearing.WARNED,),
    Expected.SKIP: (Bearing.SKIPPED,),
    Expected.ALLOW: (Bearing.EXEMPTED, Bearing.WAIVED, Bearing.KEPT, Bearing.PAST),
    Expected.FLAG: (Bearing.UNDECIDED, Bearing.LATER),
}


class Tried(NamedTuple):
    """One example: what became of it, the rules it met so, and why that is not what was expected (None if it is)."""

    example: Example
    got: str
    rules: tuple[str, ...]
    verdict: Verdict | None
    fault: Phrase | None = None


def try_examples(policy: Policy, invites: Mapping[str, bytes | Problem]) -> Iterator[Tried]:
    """Judge the policy's examples in their order. `invites` are the files they name, or why they cannot be read.

    The policy is taken as one that refuses. Raises nothing for what an example may hold.
    """
    refusing = replace(policy, rules=replace(policy.rules, mode=Mode.REFUSE))
    for example in policy.examples:
        try:
            verdict = _verdict(example, refusing, invites)
        except (MeetcostError, ValueError, OverflowError) as error:
            yield _unreadable(example, said_by(error))
            continue
        if isinstance(verdict, Problem):
            yield _unreadable(example, Sentence.of(verdict.message))
        else:
            yield _compared(example, verdict)


def _unreadable(example: Example, why: str) -> Tried:
    return Tried(example, "error", (), None, Phrase.of("cannot be judged: {why}", why=why))


def _verdict(example: Example, policy: Policy, invites: Mapping[str, bytes | Problem]) -> Verdict | Problem:
    table, zone = example.table, policy.zone
    octets = invites[table.invite] if table.invite else None
    if isinstance(octets, Problem):
        return octets
    meetings: Sequence[Meeting] = [] if octets is not None else [example.meeting(zone)]
    if octets is not None:
        meetings = read_strict(octets, limits=policy.limits).meetings
    if not meetings:
        return Problem("no-meeting", "there is no meeting in it")
    begins = min(earliest(meeting, zone) for meeting in meetings)
    now = example.now(zone, instant(begins))
    tally = Tally(waivers=(_granted(meetings[0].uid, begins),) if table.approved else ())
    if octets is not None:
        verdict, _ = check(octets, policy=policy, now=now, calendar=table.calendar, tally=tally)
    else:
        verdict = judge(
            meetings,
            policy.rules,
            now=now,
            directory=policy.directory,
            calendar=table.calendar,
            tally=tally,
            facts=facts_of(policy),
        )
    return with_quotas(verdict, meetings, Asked(policy, now, table.calendar), table.used, tally.waivers)


def _granted(uid: str, begins: int) -> Waiver:
    """A waiver for everything that it might need one for."""
    return Waiver("example", uid, (Span(begins, FAR),), _ANYBODY, WaiverClass.OTHER)


def _got(verdict: Verdict) -> str:
    """What became of it, in the words of an expectation where it has one."""
    match verdict.would_be:
        case Outcome.DENY:
            return Expected.REFUSE.value if verdict.bearing(Bearing.REFUSED) else Expected.REVIEW.value
        case Outcome.ALLOW if verdict.planned_skips:
            return Expected.SKIP.value
        case Outcome.ALLOW if verdict.bearing(Bearing.WARNED):
            return Expected.WARN.value
        case other:
            return other.value


def _compared(example: Example, verdict: Verdict) -> Tried:
    got = _got(verdict)
    decisive = _DECISIVE.get(Expected(got), ()) if got in set(Expected) else ()
    rules = tuple(dict.fromkeys(one.rule for one in verdict.findings if not decisive or one.bearing in decisive))
    fault = None
    wanted = example.table.rule
    if got != example.table.expect:
        fault = Phrase.of("expected `{expect}`, got `{got}`", expect=example.table.expect.value, got=got)
    elif wanted is not None and set(wanted) != set(rules):
        template = "expected rule {expect}, met {got}"
        fault = Phrase.of(template, expect=tuple(wanted), got=rules or Phrase("none"))
    return Tried(example, got, rules, verdict, fault)

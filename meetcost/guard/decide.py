# SPDX-License-Identifier: Apache-2.0
"""May this object be stored, and as what? The one pure function behind every guard.

    octets, old  --  assessment.check  -->  Verdict
    Verdict      --  invite.attach     -->  Allow | Rewrite | Refuse

Whatever goes wrong on the way is a refusal under a policy that refuses; one that only observes lets everything pass.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, TypeAlias

from meetcost.assessment import check
from meetcost.disclosure.attach import judged_until_of
from meetcost.errors import MeetcostError, Problem, UsageError, said_by
from meetcost.ics.strict import read_strict
from meetcost.invite import attach, detach, skips_in
from meetcost.model.verdict import Bearing, Mode, Outcome, Skip, Tally, Verdict
from meetcost.paperwork.history import NO_RECORDS
from meetcost.rules.ruleset import Series
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from datetime import datetime

    from meetcost.costing.rate_card import RateCard
    from meetcost.model.meeting import Meeting
    from meetcost.paperwork.history import History
    from meetcost.policy.policy import Policy
    from meetcost.quotas.taken import Spent


_NO_TALLY: Final = Tally()


@dataclass(frozen=True, slots=True)
class Context:
    """What a decision depends on besides the object.

    `now` is zoned, `calendar` the path of the calendar written to, `tally` what the books hold of the meeting.
    `history` holds own records, on which what is said of the paperwork rests.
    """

    policy: Policy
    now: datetime
    rates: RateCard | None = None
    calendar: str | None = None
    history: History = NO_RECORDS
    tally: Tally = _NO_TALLY


@dataclass(frozen=True, slots=True)
class Allow:
    """It may be stored as it is. `operation` names the room that is held for it in quotas until it is settled."""

    verdict: Verdict
    meetings: tuple[Meeting, ...] = ()
    operation: str = ""


@dataclass(frozen=True, slots=True)
class Rewrite:
    """It may be stored as `octets`. The answer carries no ETag, so that the sender reads it again (RFC 4791 §5.3.4)."""

    verdict: Verdict
    octets: bytes
    meetings: tuple[Meeting, ...] = ()
    operation: str = ""


@dataclass(frozen=True, slots=True)
class Refuse:
    """It must not be stored; `spent` are the quotas that have no room for it."""

    verdict: Verdict
    meetings: tuple[Meeting, ...] = ()
    spent: tuple[Spent, ...] = ()


Decision: TypeAlias = Allow | Rewrite | Refuse


def decide(octets: bytes, old: bytes | None, context: Context) -> Decision:
    """The decision on `octets`, a calendar object on its way to a calendar where `old` stands under the same UID.

    What stands there of ours is taken out first and made anew: a claim that nobody else can check counts for nothing.
    `old` is taken as it is, so that an instance it leaves out has not been there; nor has one that lay beyond the
    horizon when it was stored, where a series can step over it.
    """
    policy = context.policy
    bare = detach(octets) if len(octets) <= policy.limits.octets else octets  # refused for its size
    verdict, meetings = _judged(bare, old, context)
    if not verdict.allowed:
        return Allow(verdict, meetings) if policy.mode is Mode.OBSERVE else Refuse(verdict, meetings)
    try:
        wanted = _with_ours(bare, old, verdict, context)
    except MeetcostError as error:
        if policy.mode is Mode.OBSERVE:
            return Allow(verdict, meetings)
        message = Sentence.of("its lines could not be written: {error}", error=said_by(error))
        return Refuse(failed(policy, message, verdict.title), meetings)
    return Allow(verdict, meetings) if wanted == octets else Rewrite(verdict, wanted, meetings)


def _judged(octets: bytes, old: bytes | None, context: Context) -> tuple[Verdict, tuple[Meeting, ...]]:
    policy = context.policy
    skips = policy.rules.series is Series.SKIP
    return check(
        octets,
        policy=policy,
        now=context.now,
        old=old,
        calendar=context.calendar,
        old_until=judged_until_of(old) if old is not None and skips else None,
        tally=context.tally,
        rates=context.rates,
    )


def _over(old: bytes | None, context: Context) -> tuple[Skip, ...]:
    """What the stored object steps over and is past by now: it is not judged any more, and must not come back."""
    if old is None:
        return ()
    today = context.now.astimezone(context.policy.zone.tzinfo).date()
    return tuple(skip for skip in skips_in(old, context.policy) if skip.day <= today)


def _stands(old: bytes | None, verdict: Verdict) -> bool:
    """Whether it was there before anybody judged it, and may stay as it is: its later instances as well."""
    return bool(verdict.bearing(Bearing.KEPT)) and (old is None or judged_until_of(old) is None)


def _with_ours(bare: bytes, old: bytes | None, verdict: Verdict, context: Context) -> bytes:
    """The object as it is to be stored. A cost that cannot be said is left out; a date to step over never is."""
    policy, kept, mark = context.policy, _over(old, context), not _stands(old, verdict)
    write = partial(attach, bare, policy=policy, now=context.now, verdict=verdict, kept=kept, mark=mark)
    if policy.disclosure.attach:
        with suppress(MeetcostError):
            return _confirmed(write(rates=context.rates, history=context.history), old, verdict, context)
    return _confirmed(write(costs=False), old, verdict, context)


def _confirmed(octets: bytes, old: bytes | None, verdict: Verdict, context: Context) -> bytes:
    """`octets`, if nothing banned is left in it, and it has not grown too large to be read again.

    What is stored counts, not what was planned.
    """
    limits = context.policy.limits
    if verdict.skips:
        again, _ = _judged(octets, old, context)
        if not again.allowed or again.planned_skips:
            raise UsageError("dates to step over would not be left out")
    elif len(octets) > min(limits.octets, limits.line_octets) and read_strict(octets, limits=limits).refusals:
        raise UsageError("it would be too large")
    return octets


def unchanged(decision: Decision, policy: Policy) -> Allow | Refuse:
    """What becomes of a decision where the octets have to stay as they came: a series cannot step over dates then."""
    if isinstance(decision, Refuse):
        return decision
    if decision.verdict.skips:
        message = "the series has to step over dates, and what is sent this way is not changed; leave them out yourself"
        return Refuse(failed(policy, message, decision.verdict.title), decision.meetings)
    return Allow(decision.verdict, decision.meetings, decision.operation)


def failed(policy: Policy, message: str, title: str = "") -> Verdict:
    """The verdict where the guard itself could not do its work."""
    problem = Problem("guard-failed", message, advice="tell whoever runs the calendar server")
    return Verdict(Outcome.ERROR, mode=policy.mode, errors=(problem,), policy=policy.name, title=title)

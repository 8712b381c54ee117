# SPDX-License-Identifier: Apache-2.0
"""The decision on all that one request writes: a calendar object, or a whole calendar of them."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from meetcost.guard.bounds import barred
from meetcost.guard.break_glass import broken
from meetcost.guard.decide import Allow, Refuse, Rewrite, failed, unchanged
from meetcost.guard.objects import objects_of
from meetcost.model.verdict import Mode

if TYPE_CHECKING:
    from meetcost.guard.decide import Decision
    from meetcost.guard.guard import Guard

_log = logging.getLogger("meetcost.guard")


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of a write: `octets` are to be stored, unless `refuse` says why not."""

    octets: bytes
    decisions: tuple[Decision, ...] = ()
    refuse: Refuse | None = None
    calendar: str | None = None

    @property
    def rewritten(self) -> bool:
        """Whether it is not stored as it was sent."""
        return any(isinstance(one, Rewrite) for one in self.decisions)

    @property
    def outcome(self) -> str:
        """In a word, for the log."""
        if self.refuse is not None:
            return str(self.refuse.verdict.would_be)
        return "rewrite" if self.rewritten else "allow"

    def settle(self, guard: Guard, *, stored: bool) -> None:
        """Tell the guard how the write has ended; what goes wrong here changes no answer."""
        try:
            for one in self.decisions:
                guard.settle(one, stored=stored, calendar=self.calendar)
        except Exception:  # noqa: BLE001 - the server has answered already
            _log.exception("could not settle a decision")


def as_it_came(guard: Guard, decision: Decision, user: str) -> Decision:
    """What becomes of a decision where the octets have to stay as they came; an administrator's do whatever it says."""
    kept: Decision = unchanged(decision, guard.policy)
    if user in guard.break_glass and isinstance(kept, Refuse) and not isinstance(decision, Refuse):
        let_pass = broken(kept)
        return let_pass if isinstance(let_pass, Refuse) else replace(let_pass, operation=decision.operation)
    return kept


def judged(
    guard: Guard, octets: bytes, old: bytes | None, calendar: str | None, *, as_is: bool = False, user: str = ""
) -> Judged:
    """The decision on `octets` where `old` stands. `as_is`: they are stored as they came, or not at all.

    `user` is as in `Guard.decide`.

    Never raises: what goes wrong is a refusal, unless the policy observes.
    """
    try:
        return _judged(guard, octets, old, calendar, as_is=as_is, user=user)
    except Exception as error:  # noqa: BLE001 - a guard fails closed
        _log.exception("could not judge a write")
        verdict = failed(guard.policy, type(error).__name__)
        if guard.policy.mode is Mode.OBSERVE:
            return Judged(octets, (Allow(verdict),), None, calendar)
        return Judged(octets, (), Refuse(verdict), calendar)


def _judged(guard: Guard, octets: bytes, old: bytes | None, calendar: str | None, *, as_is: bool, user: str) -> Judged:
    policy = guard.policy
    refuse = barred(octets, policy, guard.clock())
    if refuse is not None:
        guard.record(refuse, calendar=calendar)
        return Judged(octets, (), refuse, calendar)
    parts = objects_of(octets, policy.limits) or {"": octets}
    before = objects_of(old, policy.limits) if old is not None else {}
    as_is = as_is or len(parts) > 1
    passed: list[Decision] = []
    for uid, part in parts.items():
        decision = guard.decide(part, before.get(uid), calendar=calendar, user=user)
        kept = as_it_came(guard, decision, user) if as_is else decision
        if isinstance(kept, Refuse):
            held = [*passed] if isinstance(decision, Refuse) else [*passed, decision]
            Judged(octets, tuple(held), None, calendar).settle(guard, stored=False)
            if kept is not decision:
                guard.record(kept, calendar=calendar)
            return Judged(octets, (), kept, calendar)
        passed.append(kept)
    if len(passed) == 1 and isinstance(passed[0], Rewrite):
        octets = passed[0].octets
    return Judged(octets, tuple(passed), None, calendar)

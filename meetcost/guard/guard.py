# SPDX-License-Identifier: Apache-2.0
"""What every adapter does around a decision: the clock, the journal, the words of the answer."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from meetcost.errors import ConfigError, Problem
from meetcost.guard.decide import Allow, Context, Refuse, decide, failed
from meetcost.guard.notice import notice
from meetcost.guard.reply import refusal, text_of
from meetcost.model.verdict import Mode
from meetcost.paperwork.history import NO_RECORDS
from meetcost.schedule.instead import Instead, instead

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from meetcost.costing.rate_card import RateCard
    from meetcost.guard.decide import Decision
    from meetcost.guard.journal import Journal
    from meetcost.guard.reply import Reply
    from meetcost.model.meeting import Meeting
    from meetcost.paperwork.history import History
    from meetcost.policy.policy import Policy
    from meetcost.schedule.busy import Busy
    from meetcost.words.say import Language

_log = logging.getLogger("meetcost.guard")


def _no_records() -> History:
    return NO_RECORDS


@dataclass(frozen=True)
class Refusal:
    """A refusal in all its forms: `reply` for the program, `notice` (a calendar object) for its user."""

    decision: Refuse
    reply: Reply
    notice: bytes


@dataclass(frozen=True)
class Guard:
    """One policy at work. `clock` gives the present, zoned; `journal` may be left out.

    `history` gives own records, as they are at the time: forecasts rest on them, and what was measured is said again.

    Raises `ConfigError` for a rate card with personal rates: they must not get into invites.
    """

    policy: Policy
    clock: Callable[[], datetime]
    rates: RateCard | None = None
    journal: Journal | None = None
    history: Callable[[], History] = _no_records

    def __post_init__(self) -> None:
        if self.rates is not None and self.rates.personal:
            advice = "take a card of bands or a flat rate (`personal = false`)"
            problem = Problem(
                "personal-rates", "lets personal rates in, which must not get into invites", advice=advice
            )
            raise ConfigError(f"rate card `{self.rates.ref}`", [problem])

    @property
    def language(self) -> Language:
        """What people are answered in."""
        return self.policy.disclosure.language

    def decide(self, octets: bytes, old: bytes | None = None, *, calendar: str | None = None) -> Decision:
        """The decision on a write. Never raises: what goes wrong is a refusal, unless the policy observes.

        A refusal is recorded here. What is let pass is not known to be stored yet: tell `settle` how it ended.
        """
        try:
            decision = decide(octets, old, self._context(calendar))
        except Exception as error:  # noqa: BLE001 - a guard fails closed
            _log.exception("could not judge an object")
            verdict = failed(self.policy, f"{type(error).__name__}")
            decision = Allow(verdict) if self.policy.mode is Mode.OBSERVE else Refuse(verdict)
        if isinstance(decision, Refuse):
            self.record(decision, calendar=calendar)
        return decision

    def settle(self, decision: Decision, *, stored: bool, calendar: str | None = None) -> None:
        """How a write that was let pass has ended: what the server did not store has not taken place."""
        if stored and not isinstance(decision, Refuse):
            self.record(decision, calendar=calendar)

    def record(self, decision: Decision, *, calendar: str | None = None) -> None:
        """Write a decision down; one that could not be written holds all the same."""
        if self.journal is None:
            return
        try:
            self.journal.add(decision, self._context(calendar))
        except OSError:
            _log.exception("could not write the journal")

    def _context(self, calendar: str | None) -> Context:
        return Context(self.policy, self.clock(), self.rates, calendar, self.history())

    def refusal(
        self, decision: Refuse, *, calendar: str | None = None, busy: Callable[[Meeting], Busy | None] | None = None
    ) -> Refusal:
        """The words of a refusal, with the next permitted times; `busy` says who is known to be busy, if asked."""
        now, spoken = self.clock(), self.language
        found = self._instead(decision, now, calendar, busy)
        text = text_of(decision, found, spoken)
        today = now.astimezone(self.policy.zone.tzinfo)
        return Refusal(decision, refusal(decision, found, spoken), notice(decision, text, now=today, language=spoken))

    def _instead(
        self,
        decision: Refuse,
        now: datetime,
        calendar: str | None,
        busy: Callable[[Meeting], Busy | None] | None,
    ) -> Instead:
        if len(decision.meetings) != 1 or decision.meetings[0].component != "VEVENT" or decision.verdict.errors:
            return Instead()
        meeting = decision.meetings[0]
        try:
            known = busy(meeting) if busy is not None else None
            return instead(meeting, policy=self.policy, now=now, busy=known, calendar=calendar)
        except Exception:  # noqa: BLE001 - without a proposal it is a refusal all the same
            _log.exception("could not look for permitted times")
            return Instead()

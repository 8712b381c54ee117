# SPDX-License-Identifier: Apache-2.0
"""What every adapter does around a decision: the clock, the journal, the words of the answer."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.errors import CalendarError, ConfigError, MeetcostError, Problem
from meetcost.guard.break_glass import broken
from meetcost.guard.decide import Allow, Context, Refuse, Rewrite, decide, failed
from meetcost.guard.fuse import with_quotas
from meetcost.guard.notice import notice
from meetcost.guard.reply import refusal, text_of
from meetcost.ics.strict import read_strict
from meetcost.model.phrase import Phrase
from meetcost.model.verdict import Bearing, Mode, Outcome, Tally
from meetcost.paperwork.history import NO_RECORDS
from meetcost.quotas.draws import check_quotas, taken_by, taken_by_write
from meetcost.quotas.taken import Held, Taken
from meetcost.rules.counted import organisers
from meetcost.schedule.instead import Instead, instead

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from meetcost.costing.rate_card import RateCard
    from meetcost.guard.books import Books
    from meetcost.guard.decide import Decision
    from meetcost.guard.journal import Journal
    from meetcost.guard.reply import Reply
    from meetcost.model.meeting import Meeting
    from meetcost.paperwork.history import History
    from meetcost.policy.policy import Policy
    from meetcost.schedule.busy import Busy
    from meetcost.words.say import Language

_log = logging.getLogger("meetcost.guard")
_NOTHING: Final = Tally()
_NO_BOOKS: Final = Phrase(
    "whether a level above has approved it cannot be known: the books cannot be read at the moment"
)


def _no_records() -> History:
    return NO_RECORDS


@dataclass(frozen=True)
class Refusal:
    """A refusal in all its forms: `reply` for the program, `notice` (a calendar object) for its user, `text`."""

    decision: Refuse
    reply: Reply
    notice: bytes
    text: str = ""


class Removing(NamedTuple):
    """A deletion that is under way: what its end has to be told to, and the calendar."""

    operations: tuple[str, ...]
    calendar: str | None


@dataclass(frozen=True)
class Guard:
    """One policy at work. `clock` gives the present, zoned; `journal` and `books` may be left out.

    `history` gives own records, as they are at the time: forecasts rest on them, and what was measured is said again.
    `break_glass` are the login names of who may store what a rule refuses.

    Without books nobody's approval is known. Raises `ConfigError` for a rate card with personal rates, which must not
    get into invites, and for quotas that cannot be counted.
    """

    policy: Policy
    clock: Callable[[], datetime]
    rates: RateCard | None = None
    journal: Journal | None = None
    history: Callable[[], History] = _no_records
    books: Books | None = None
    break_glass: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.rates is not None and self.rates.personal:
            advice = "take a card of bands or a flat rate (`personal = false`)"
            problem = Problem(
                "personal-rates", "lets personal rates in, which must not get into invites", advice=advice
            )
            raise ConfigError(f"rate card `{self.rates.ref}`", [problem])
        check_quotas(self.policy, self.rates, books=self.books is not None)

    @property
    def language(self) -> Language:
        """What people are answered in."""
        return self.policy.disclosure.language

    @property
    def is_bare(self) -> bool:
        """Whether it has nothing to refuse a meeting for."""
        return not self.policy.rules.clauses and not self.policy.quotas

    @property
    def state(self) -> str:
        """What an administrator reads at the start."""
        rules = len(self.policy.rules.clauses)
        doing = "observing" if self.policy.mode is Mode.OBSERVE else "guarding"
        return f'meetcost: {doing}, policy "{self.policy.name}" ({rules} rule{"s" if rules != 1 else ""})'

    def decide(
        self,
        octets: bytes,
        old: bytes | None = None,
        *,
        calendar: str | None = None,
        quotas: bool = True,
        user: str = "",
    ) -> Decision:
        """The decision on a write. Never raises: what goes wrong is a refusal, unless the policy observes.

        A refusal is recorded here. What is let pass is not known to be stored yet, and may hold room in quotas: tell
        `settle` how it ended. Without `quotas` nothing is counted: for what is written anew and stands already. `user`
        is the login of who writes, where that is certain.
        """
        try:
            context = self._context(calendar)
            decision = self._decided(octets, old, context)
            if quotas and self.policy.quotas and not isinstance(decision, Refuse):
                decision = self._with_quotas(decision, old, context)
        except Exception as error:  # noqa: BLE001 - a guard fails closed
            _log.exception("could not judge an object")
            verdict = failed(self.policy, f"{type(error).__name__}")
            decision = Allow(verdict) if self.policy.mode is Mode.OBSERVE else Refuse(verdict)
        if isinstance(decision, Refuse) and user in self.break_glass:
            decision = self._broken(decision, old, calendar, quotas=quotas)
        if isinstance(decision, Refuse):
            self.record(decision, calendar=calendar)
        return decision

    def _broken(self, decision: Refuse, old: bytes | None, calendar: str | None, *, quotas: bool) -> Decision:
        """The decision for an administrator; what it takes of quotas is counted, beyond their limits too."""
        let_pass = broken(decision)
        if not quotas or self.books is None or not self.policy.quotas or isinstance(let_pass, Refuse):
            return let_pass
        try:
            held = self._held(let_pass.meetings, old, self._context(calendar), enforce=False)
        except Exception:  # noqa: BLE001 - it is stored all the same
            _log.exception("could not count what an administrator stored")
            return let_pass
        return replace(let_pass, operation=held.operation)

    def settle(self, decision: Decision, *, stored: bool, calendar: str | None = None) -> None:
        """How a write that was let pass has ended: what the server did not store has not taken place."""
        operation = "" if isinstance(decision, Refuse) else decision.operation
        if operation:
            self._end(operation, stored=stored, calendar=calendar)
        if stored and not isinstance(decision, Refuse):
            self.record(decision, calendar=calendar)

    def _end(self, operation: str, *, stored: bool, calendar: str | None) -> None:
        """Confirm what is held, or release it."""
        if self.books is None:
            return
        try:
            if stored:
                self.books.confirm(operation, self._context(calendar))
            else:
                self.books.release(operation)
        except MeetcostError as error:  # it stays open, and is settled later
            _log.error("could not settle a quota: %s", error)

    def removing(self, old: bytes, *, by: bytes | None = None, calendar: str | None = None, path: str = "") -> Removing:
        """The server is about to take `old` out of a calendar, by a deletion or a move; `settle_removal` ends it.

        Where `by` is put in its place, the meetings of which stay. Nothing keeps it from doing so. What a crash cuts
        off between the two is settled as a write is, or, where nobody may look, once it is known that nothing stands at
        `path` any more (`gone`).
        """
        operations: list[str] = []
        if self.books is not None and self.policy.quotas:
            try:
                context = self._context(calendar)
                uids, stay = (
                    {meeting.uid for meeting in read_strict(octets, limits=self.policy.limits).meetings}
                    for octets in (old, by or b"")
                )
                operations += (self.books.remove(uid, context, path) for uid in sorted(uids - stay))
            except MeetcostError as error:
                _log.error("could not ask what a deleted meeting took: %s", error)
        return Removing(tuple(one for one in operations if one), calendar)

    def settle_removal(self, one: Removing, *, removed: bool) -> None:
        """How a removal has ended: what it took of quotas, and has not begun, is given back.

        What stands in another calendar, as after a move, is counted there from now on. So that it is known there,
        `settle` what was written first.
        """
        for operation in one.operations:
            self._end(operation, stored=removed, calendar=one.calendar)

    def removed(self, old: bytes, *, calendar: str | None = None) -> None:
        """The server has deleted `old`, and nobody had said so before: `removing` and `settle_removal` in one."""
        self.settle_removal(self.removing(old, calendar=calendar), removed=True)

    def gone(self, path: str) -> None:
        """Somebody has looked, and nothing stands at `path`: a deletion there that was cut off has taken place."""
        if self.books is None or not self.policy.quotas:
            return
        try:
            self.books.gone(path, self._context(None))
        except MeetcostError as error:
            _log.error("could not give back what a deleted meeting took: %s", error)

    def settle_open(self, stored: Callable[[str, str], bytes | None] | None) -> None:
        """End what a crash left open. `stored` gives what stands in a calendar (its path) under a UID; None if nothing.

        Where there is no `stored` nobody can say, and all of it counts as stored: the same meeting again counts no
        more, and what is deleted is given back. A deletion stays open then, until `gone`. Nobody may be writing
        meanwhile, else what is under way would be taken for left open.
        """
        if self.books is None or not self.policy.quotas:
            return

        def meetings(calendar: str, uid: str) -> tuple[Meeting, ...] | None:
            octets = stored(calendar, uid) if stored is not None else None
            return read_strict(octets, limits=self.policy.limits).meetings if octets is not None else None

        try:
            ended = self.books.settle(meetings if stored is not None else None, self._context(None))
        except MeetcostError as error:
            _log.error("could not settle what was left open: %s", error)
            return
        if any(ended):
            _log.warning("settled what was left open: %d stored, %d not", *ended)

    def _with_quotas(self, decision: Allow | Rewrite, old: bytes | None, context: Context) -> Decision:
        """The decision with what the quotas say of it; where they cannot be asked, a refusal."""
        if self.books is None or not decision.meetings or decision.verdict.errors:
            return decision  # what nobody can read is let pass only by a policy that observes
        meetings = decision.meetings
        if isinstance(decision, Rewrite) and decision.verdict.skips:
            meetings = read_strict(decision.octets, limits=self.policy.limits).meetings
        observing = self.policy.mode is Mode.OBSERVE
        try:
            held = self._held(meetings, old, context, enforce=not observing)
        except CalendarError as error:
            verdict = replace(decision.verdict, would_be=Outcome.REJECT, errors=(error.problem,))
            return decision if observing else Refuse(verdict, meetings)
        except MeetcostError as error:
            _log.error("could not ask the quotas: %s", error)
            if observing or not tuple(taken_by(meetings, context)):
                return decision
            return Refuse(failed(self.policy, "its quotas cannot be asked", decision.verdict.title), meetings)
        return with_quotas(decision, held, self.policy)

    def _held(self, meetings: Sequence[Meeting], old: bytes | None, context: Context, *, enforce: bool) -> Held:
        """Room in the quotas for what is written where `old` stands; nothing where nothing is counted."""
        if self.books is None or not meetings:
            return Held("")
        stood = self._taken_before(old, context)
        taken = taken_by_write(meetings, context, stood=len(stood))
        return self.books.reserve(taken, stood, meetings[0].uid, context, enforce=enforce)

    def _taken_before(self, old: bytes | None, context: Context) -> tuple[Taken, ...]:
        """What the stored object takes; one that cannot be counted takes nothing, and must not bar its own repair."""
        if old is None:
            return ()
        try:
            return tuple(taken_by(read_strict(old, limits=self.policy.limits).meetings, context))
        except CalendarError:
            return ()

    def record(self, decision: Decision, *, calendar: str | None = None) -> None:
        """Write a decision down; one that could not be written holds all the same."""
        context = self._context(calendar)
        try:
            if self.journal is not None:
                self.journal.add(decision, context)
        except OSError:
            _log.exception("could not write the journal")
        try:
            if self.books is not None:
                self.books.record(decision, context)
        except MeetcostError as error:
            _log.error("could not write the books: %s", error)

    def _decided(self, octets: bytes, old: bytes | None, context: Context) -> Decision:
        """The decision with what the books hold of the meeting. A series is judged once: each time costs as much."""
        meetings = read_strict(octets, limits=self.policy.limits).meetings if self.books is not None else ()
        if self.books is not None and any(meeting.recurring for meeting in meetings):
            with suppress(MeetcostError):  # told below, if it makes a difference
                callers = organisers(meetings[0], self.policy.directory)
                tally = self.books.tally(meetings[0].uid, callers, context.now)
                return decide(octets, old, replace(context, tally=tally))
        return self._with_approvals(decide(octets, old, context), octets, old, context)

    def _with_approvals(self, decision: Decision, octets: bytes, old: bytes | None, context: Context) -> Decision:
        """The decision with what the books hold of the meeting: asked only where it would make a difference."""
        verdict = decision.verdict
        wanting = verdict.would_be is Outcome.DENY or verdict.planned_skips or verdict.bearing(Bearing.KEPT)
        if self.books is None or not decision.meetings or not wanting:
            return decision
        try:
            meeting = decision.meetings[0]
            tally = self.books.tally(meeting.uid, organisers(meeting, self.policy.directory), context.now)
        except MeetcostError as error:
            _log.error("could not read the books: %s", error)
            if verdict.bearing(Bearing.KEPT):  # it may stand under a waiver, and not have grown beyond it
                decision = decide(octets, None, context)
            return replace(decision, verdict=replace(decision.verdict, notes=(*decision.verdict.notes, _NO_BOOKS)))
        return decide(octets, old, replace(context, tally=tally)) if tally != _NOTHING else decision

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
        kept = notice(decision, text, now=today, language=spoken)
        return Refusal(decision, refusal(decision, found, spoken), kept, text)

    def _instead(
        self,
        decision: Refuse,
        now: datetime,
        calendar: str | None,
        busy: Callable[[Meeting], Busy | None] | None,
    ) -> Instead:
        meeting = to_move(decision)
        if meeting is None:
            return Instead()
        try:
            known = busy(meeting) if busy is not None else None
            return instead(meeting, policy=self.policy, now=now, busy=known, calendar=calendar)
        except Exception:  # noqa: BLE001 - without a proposal it is a refusal all the same
            _log.exception("could not look for permitted times")
            return Instead()


def to_move(decision: Refuse) -> Meeting | None:
    """The meeting for which other times are proposed; None where none are."""
    if decision.spent:
        return None  # another time of the same period would be refused as well
    if len(decision.meetings) != 1 or decision.meetings[0].component != "VEVENT" or decision.verdict.errors:
        return None
    return decision.meetings[0]

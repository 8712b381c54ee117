# SPDX-License-Identifier: Apache-2.0
"""The steps of a write: intent, GET, splice, PUT If-Match, GET to verify, result. Each can be the last one.

What the server has is the truth. A write goes out only against the strong entity tag of the very octets it was spliced
into, so whoever was faster wins and we read again. An answer that is lost says nothing: we look. Killed at any point,
the next run finds either our block there, and writes the result, or finds it missing, and writes it once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.account.account import key_of
from meetcost.account.backoff import AGAIN
from meetcost.account.faults import AccountError, AwayError, RefusedError
from meetcost.account.listing import AT_A_TIME, fetch
from meetcost.disclosing.found import Said
from meetcost.disclosing.plan import Plan, Why, says
from meetcost.errors import MeetcostError, Problem
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from meetcost.account.account import Account, Stored
    from meetcost.account.listing import Listing
    from meetcost.disclosing.plan import Planner
    from meetcost.disclosing.records import Booked, Records, State

_RACES: Final = AGAIN | {409, 412}
"""Answers to a PUT after which it is worth reading again: 412 says that somebody was faster, and so do 409, 423 and 500
of some servers."""
_MOST_LOST: Final = 3
"""Writes that were accepted and did not stand: somebody may have written without looking once, not each time."""
_MOST_AWAY: Final = 3
"""Objects in a row for which the server was away: then it is gone."""


class NotKeptError(MeetcostError):
    """The server takes a description and does not keep what stands in it: nothing more is written there."""

    def __init__(self, href: str) -> None:
        super().__init__(href)
        self.href = href

    def sentence(self) -> str:
        """At which object it was seen."""
        return Sentence.of(
            "{place}: the server accepts the block and does not keep it; nothing more was written", place=self.href
        )


class Outcome(NamedTuple):
    """What became of one object. `written`: the server has it now; `problem`: why it could not be."""

    href: str
    plan: Plan
    written: bool = False
    problem: Problem | None = None


@dataclass
class Writer:
    """Goes through calendars. Without `records` nothing is written: the outcome is what would be.

    At most `at_most` objects are written in one run; what is left is counted in `left`.
    """

    account: Account
    planner: Planner
    records: Records | None = None
    at_most: int | None = None
    left: int = 0
    _written: int = 0
    _away: int = 0

    def run(self, calendar: str, listed: Listing) -> Iterator[Outcome]:
        """Each object of a calendar. Raises `AwayError` if the server is gone, `NotKeptError`, `LedgerError`."""
        urls = [one.url for one in listed.objects]
        for at in range(0, len(urls), AT_A_TIME):
            found = fetch(self.account, calendar, urls[at : at + AT_A_TIME])
            for url, one in found.items():
                if isinstance(one, Problem):
                    yield Outcome(key_of(url), Plan(Why.UNREADABLE), problem=one)
            texts = {url: one.encode() for url, one in found.items() if isinstance(one, str)}
            yield from self._some(texts)

    def _some(self, texts: dict[str, bytes]) -> Iterator[Outcome]:
        plans = {url: self.planner.plan(octets) for url, octets in texts.items()}
        booked: dict[str, Booked] = {}
        erased: set[str] = set()
        uids = sorted({plan.uid for plan in plans.values() if plan.uid and plan.why is not Why.NOT_OURS})
        if self.records is not None and uids:
            booked, erased = self.records.booked(uids), self.records.erased(uids)
        for url, plan in plans.items():
            known = booked.get(plan.uid)
            if plan.uid in erased and plan.why is not Why.NOT_OURS:
                yield Outcome(key_of(url), Plan(Why.ERASED, plan.meeting))
                continue
            if known is not None and known.figures and plan.why is Why.DAMAGED:  # perhaps it lacks our properties only
                plan = self.planner.plan(texts[url], known.figures)  # noqa: PLW2901
            if self.records is None or not (plan.why.writes or (known is not None and known.is_open)):
                yield Outcome(key_of(url), plan)
            elif plan.why.writes and self.at_most is not None and self._written >= self.at_most:
                self.left += 1
                yield Outcome(key_of(url), plan)
            else:
                yield self._counted(_Write(self.account, self.planner, self.records, known).run(url, plan))

    def _counted(self, outcome: Outcome) -> Outcome:
        self._written += outcome.written
        away = outcome.problem is not None and outcome.problem.code == "away"
        self._away = self._away + 1 if away else 0
        if self._away >= _MOST_AWAY and outcome.problem is not None:
            raise AwayError(outcome.href, outcome.problem.message, "run it again when the server is back")
        return outcome


class _Write:
    """One object on its way."""

    def __init__(self, account: Account, planner: Planner, records: Records, known: Booked | None) -> None:
        self._account, self._planner, self._records = account, planner, records
        self._figures = known.figures if known is not None else {}
        self._lost = self._tries = 0
        self._sent: Plan | None = None

    def run(self, url: str, plan: Plan) -> Outcome:
        """Until it stands there, need not, or cannot. `plan` was made of what a listing gave."""
        if plan.why.writes:
            self._records.intend(plan.uid, _wished(plan))
        while True:
            try:
                outcome = self._once(url, plan)
            except AccountError as error:
                outcome = self._failed(url, plan, error)
            if outcome is not None:
                return outcome

    def _once(self, url: str, hint: Plan) -> Outcome | None:
        """One try; None if there is to be another."""
        stored = self._account.get(url)
        if stored is None:
            self._records.result(hint.uid, "failed", _wished(hint))
            return Outcome(key_of(url), hint, problem=Problem("gone", "was deleted meanwhile; it is not made anew"))
        plan = self._planner.plan(stored.octets, self._figures)
        if not plan.why.writes:
            return self._settled(url, hint, plan)
        if not stored.is_strong:
            return self._refused(url, plan, _tag_problem(stored))
        self._records.intend(plan.uid, _wished(plan))
        self._sent = plan
        self._account.put(url, plan.octets, stored.etag)
        return self._verified(url, plan)

    def _verified(self, url: str, plan: Plan) -> Outcome | None:
        after = self._account.get(url)
        if after is not None and says(after.octets, plan.said, self._planner.policy):
            self._records.result(plan.uid, "done" if plan.said else "removed", _wished(plan))
            return Outcome(key_of(url), plan, written=True)
        self._lost += 1
        if (
            self._lost >= _MOST_LOST
            and after is not None
            and self._planner.plan(after.octets, self._figures).why.writes
        ):
            self._records.result(plan.uid, "failed", _wished(plan))
            raise NotKeptError(key_of(url))
        return None

    def _settled(self, url: str, hint: Plan, plan: Plan) -> Outcome:
        """There is nothing to write: because we did before an answer was lost, or somebody else did, or it is over."""
        if plan.uid == hint.uid:
            state: State = "done" if plan.said else "removed" if self._planner.remove else "failed"
            self._records.result(hint.uid, state, plan.said or {key: Said() for key in _wished(hint)})
        return Outcome(key_of(url), plan, written=self._sent is not None and plan.why in (Why.UNCHANGED, Why.NOTHING))

    def _failed(self, url: str, plan: Plan, error: AccountError) -> Outcome | None:
        """After an error: None to try again. Whether the last write was carried out may be open; then it stays so."""
        plan = self._sent or plan
        if isinstance(error, RefusedError) and error.status not in _RACES:
            return self._refused(url, plan, Problem("refused", error.message, advice=error.advice))
        self._tries += 1
        asked = error.retry_after if isinstance(error, RefusedError) else None
        if self._account.patience.wait(self._tries, asked):
            return None
        code = "away" if isinstance(error, AwayError) else "not-written"
        return Outcome(key_of(url), plan, problem=Problem(code, error.message, advice=error.advice))

    def _refused(self, url: str, plan: Plan, problem: Problem) -> Outcome:
        self._records.result(plan.uid, "failed", _wished(plan))
        return Outcome(key_of(url), plan, problem=problem)


def _wished(plan: Plan) -> dict[str, Said]:
    """What each component is to say; where our lines are to go, nothing."""
    return dict(plan.said) or {key: Said() for key in plan.before} or {"": Said()}


def _tag_problem(stored: Stored) -> Problem:
    if not stored.etag:
        return Problem("no-etag", "the server gives no entity tag, so a write could undo somebody's change")
    return Problem("weak-etag", "the server gives weak entity tags, so a write could undo somebody's change")

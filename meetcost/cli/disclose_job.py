# SPDX-License-Identifier: Apache-2.0
"""One call of `meetcost disclose`."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from meetcost.account.listing import listing
from meetcost.cli.cost_text import withheld
from meetcost.cli.ledger_job import present
from meetcost.cli.progress import counting
from meetcost.cli.settings import personal_rates
from meetcost.cli.times import instant_of
from meetcost.disclosing.plan import Planner, Why
from meetcost.disclosing.records import Records
from meetcost.disclosing.writer import Writer
from meetcost.errors import UsageError
from meetcost.ledger.ledger import Ledger
from meetcost.ledger.versions import Versions
from meetcost.model.attendee import calendar_address
from meetcost.policy.policy import Policy
from meetcost.rules.ruleset import RuleSet
from meetcost.words.say import say, say_count

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from meetcost.account.account import Account
    from meetcost.cli.shell import Shell
    from meetcost.costing.rate_card import RateCard
    from meetcost.disclosing.writer import Outcome
    from meetcost.paperwork.history import History
    from meetcost.words.say import Language

_REASONS: Final = {
    Why.NEW: "says nothing yet",
    Why.MOVED: "a figure has moved by a tenth or more, or the money has to go",
    Why.DAMAGED: "the lines are doubled or damaged",
    Why.GONE: "our lines are to go",
}
_QUIET: Final = {
    Why.UNCHANGED: "{count} say it already",
    Why.NOT_OURS: "{count} are called by others",
    Why.OVER: "{count} are over",
    Why.NOTHING: "{count} are no meetings",
    Why.ERASED: "{count} were erased from the books",
    Why.NO_UID: "{count} have no UID, or several",
    Why.TOO_MUCH: "{count} are beyond the limits",
    Why.UNREADABLE: "{count} cannot be read",
}


@dataclass
class DiscloseJob:
    """One call, with all that was chosen; `chose_language` means that the lines are in that of the output."""

    shell: Shell
    policy: Policy | None
    rates: RateCard | None
    history: History
    chose_language: bool
    remove: bool
    at_most: int | None
    _counted: Counter[Why] = field(default_factory=Counter)
    _written: int = 0
    _failed: int = 0

    def run(
        self,
        account: Account,
        organizers: Sequence[str],
        now: str | None,
        first: str | None,
        *,
        books: str | None,
        key: str | None,
        write: bool,
    ) -> None:
        """All calendars of the account; without `write` only what would be done."""
        if personal_rates(self.rates, self.policy):
            self.rates = None
            self.shell.note(withheld(self.shell.language))
        policy = self.policy if self.policy is not None else Policy(RuleSet())
        if self.chose_language or self.policy is None:
            policy = replace(policy, disclosure=replace(policy.disclosure, language=self.shell.language))
        at = present(now)
        since = instant_of(first, "--from", policy.zone) if first is not None else at
        addresses = _addresses(account, organizers)
        planner = Planner(policy, self.rates, addresses, at, since, self.history, self.remove)
        with ExitStack() as stack:
            records = None
            if write and books is not None:
                ledger = stack.enter_context(Ledger.open(books, key=key, create=True))
                versions = Versions.of(self.policy, self.rates.ref if self.rates is not None else None)
                records = Records(ledger, at, versions, policy.disclosure.language)
            writer = Writer(account, planner, records, self.at_most)
            found = [(calendar, listing(account, calendar)) for calendar in account.calendars()]
            total, done = sum(len(listed.objects) for _, listed in found), 0
            progress = stack.enter_context(counting(say("disclosed", self.shell.language)))
            for calendar, listed in found:
                for outcome in writer.run(calendar, listed):
                    done += 1
                    progress(done, total)
                    self._tell(outcome, write=write)
        self._close(writer.left, write=write)

    def _tell(self, outcome: Outcome, *, write: bool) -> None:
        plan, problem = outcome.plan, outcome.problem
        if problem is not None:
            self._failed += 1
            self.shell.findings = True
            self.shell.problem(outcome.href, problem)
        self._written += outcome.written
        if not outcome.written and problem is None:
            self._counted[plan.why] += 1
        if self.shell.json:
            self.shell.object(_object(outcome))
        elif plan.why.writes and (outcome.written or not write):
            self._show(outcome)

    def _show(self, outcome: Outcome) -> None:
        """The lines that go and the lines that come."""
        plan, language = outcome.plan, self.shell.language
        meeting = plan.meeting
        title = meeting.title if meeting is not None and meeting.title else plan.uid
        when = f"{meeting.dtstart}" if meeting is not None else ""
        self.shell.line(f"{title}  {when}  {say(_REASONS[plan.why], language)}", "bold")
        self.shell.line(f"  {outcome.href}")
        for key in dict.fromkeys((*plan.before, *plan.said)):
            before = plan.before[key].lines if key in plan.before else ()
            after = plan.said[key].lines if key in plan.said else ()
            if key and (before or after):
                self.shell.line(f"  {key}")
            for sign, lines, style in (("-", before, "red"), ("+", after, "green")):
                for line in lines:
                    if line not in (after if sign == "-" else before):
                        self.shell.line(f"  {sign} {line}", style)

    def _close(self, left: int, *, write: bool) -> None:
        language = self.shell.language
        if self.shell.json:
            counts = {str(why): number for why, number in self._counted.items()}
            self.shell.object({"written": self._written, "failed": self._failed, "left": left, "others": counts})
            return
        waiting = sum(number for why, number in self._counted.items() if why.writes)
        if write:
            parts = [say_count(self._written, "{count} invite written", "{count} invites written", language)]
            if left:
                parts.append(say("{count} left for the next run", language, count=left))
        else:
            parts = [say_count(waiting, "{count} invite to write", "{count} invites to write", language)]
        parts += _quiet(self._counted, language)
        if self._failed:
            parts.append(say_count(self._failed, "{count} failed", "{count} failed", language))
        self.shell.line({"en": ", ", "zh": "，"}[language].join(parts))
        if not write and waiting:
            self.shell.line(say("nothing was changed; --write does it", language))


def _quiet(counted: Counter[Why], language: Language) -> Iterable[str]:
    return (say(text, language, count=counted[why]) for why, text in _QUIET.items() if counted[why])


def _addresses(account: Account, organizers: Sequence[str]) -> frozenset[str]:
    addresses = [*organizers] or account.addresses()
    if not addresses:
        raise UsageError(
            "{url}: the server does not say which addresses are this user's, so nobody knows whose "
            "meetings these are; name them by --organizer",
            url=account.url,
        )
    return frozenset(map(calendar_address, addresses))


def _object(outcome: Outcome) -> dict[str, Any]:
    plan, problem = outcome.plan, outcome.problem
    value: dict[str, Any] = {
        "href": outcome.href,
        "uid": plan.uid,
        "why": str(plan.why),
        "writes": plan.why.writes,
        "written": outcome.written,
    }
    if plan.why.writes:
        value["before"] = {key: list(one.lines) for key, one in plan.before.items()}
        value["after"] = {key: list(one.lines) for key, one in plan.said.items()}
    if problem is not None:
        value["problem"] = problem.code
    return value

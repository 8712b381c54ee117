# SPDX-License-Identifier: Apache-2.0
"""One call of `meetcost policy try`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from meetcost.cli.policy_try_json import objects
from meetcost.cli.policy_try_quotas import percent, quota_lines, share_told, unit_named
from meetcost.cli.readings import calendars
from meetcost.cli.times import instant_of
from meetcost.errors import UsageError
from meetcost.model.phrase import shown
from meetcost.trial.standing import few, letters, meaning
from meetcost.trial.trial import Effect, Trial, TrialOf, by_unit
from meetcost.values.span import Span
from meetcost.words.forms import day, number
from meetcost.words.say import say, say_count

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from meetcost.cli.shell import Shell
    from meetcost.costing.rate_card import RateCard
    from meetcost.policy.policy import Policy
    from meetcost.words.say import Language

_A_YEAR: Final = timedelta(days=365)
_DOT: Final = " · "


def try_policy(
    shell: Shell,
    policy: Policy,
    files: Sequence[str],
    *,
    now: datetime,
    since: str | None,
    write: bool,
    rates: RateCard | None = None,
) -> None:
    """What the policy would have done since a year ago or `since`, and what it means for what stands."""
    start = instant_of(since, "--since", policy.zone) if since is not None else now - _A_YEAR
    if start >= now:
        raise UsageError("--since lies in the future; the trial looks back from now")
    ahead = Span(now, now + timedelta(days=policy.rules.horizon_days))
    trial = TrialOf(policy, Span(start, now), ahead, rates)
    for calendar in calendars(shell, files, policy.zone):
        shell.problems(calendar.name, calendar.problems, calendar.octets)
        trial.calendar(calendar.meetings)
    result = trial.result()
    _Answer(shell, policy, result, Span(start, now), ahead, asked=since is not None).give(write=write)


@dataclass
class _Answer:
    shell: Shell
    policy: Policy
    trial: Trial
    past: Span
    ahead: Span
    asked: bool

    @property
    def language(self) -> Language:
        return self.shell.language

    def give(self, *, write: bool) -> None:
        self.shell.findings |= bool(self.trial.problems)
        for problem in self.trial.problems:
            self.shell.problem(self.policy.name or "-", problem)
        if self.shell.json:
            for told in objects(self.policy, self.trial, self.past, self.ahead, self.language, write=write):
                self.shell.object(told)
            return
        self._sum()
        self._units()
        for line in quota_lines(self.trial.quotas, self.language):
            self.shell.line(line)
        self._standing()
        if write:
            self._letters()
        self.shell.line(say("nothing was changed", self.language))

    def _sum(self) -> None:
        trial, language = self.trial, self.language
        if self.asked:
            since = self.past.start.astimezone(self.policy.zone.tzinfo).date()
            span = say("since {day}", language, day=day(since, language, year=True))
        else:
            span = say("last 12 months", language)
        single = "{span}: {count:,} meeting, {met} meet the rules"
        several = "{span}: {count:,} meetings, {met} meet the rules"
        met = number(len(trial.met), language)
        self.shell.line(say_count(trial.meetings, single, several, language, span=span, met=met))
        skipping = trial.of(Effect.SKIPS)
        dates = say_count(sum(len(one.dates) for one in skipping), "{count:,} date", "{count:,} dates", language)
        refused, series, banned = (
            len(trial.of(effect)) for effect in (Effect.REFUSED, Effect.SERIES_REFUSED, Effect.BANNED)
        )
        parts = [
            say_count(refused, "{count:,} one-off would be refused", "{count:,} one-offs would be refused", language)
        ]
        if skipping or not series:
            parts.append(say("{count:,} series would skip {dates}", language, count=len(skipping), dates=dates))
        if series:
            parts.append(say("{count:,} series would be refused as a whole", language, count=series))
        parts.append(
            say_count(banned, "{count:,} series is wholly banned", "{count:,} series are wholly banned", language)
        )
        review = len(trial.of(Effect.REVIEW))
        if review:
            parts.append(say("{count:,} would need approval", language, count=review))
        self.shell.line(f"  {_DOT.join(parts)}")
        self._hours()
        others = []
        if trial.exempt:
            others.append(say("{count:,} more are exempt", language, count=trial.exempt))
        if trial.undecided:
            others.append(say("of {count:,} more it cannot be known", language, count=trial.undecided))
        if others:
            self.shell.line(f"  {_DOT.join(others)}")
        self._not_asked()
        timed = (*self.policy.rules.clauses, *self.policy.quotas)
        if any(rule.first is not None and rule.first > self.past.start.date() for rule in timed):
            self.shell.line(f"  {say('rules that begin later are tried as if they had begun', language)}")
        if any(rule.scope.calendars for rule in timed) or self.policy.rules.scope.calendars:
            self.shell.line(f"  {say('rules for some calendars only are tried on all of these', language)}")

    def _not_asked(self) -> None:
        if self.trial.not_asked:
            rules = say(", ", self.language).join(self.trial.not_asked)
            single = "{count:,} meeting is not judged by {rules}, which could not be asked"
            several = "{count:,} meetings are not judged by {rules}, which could not be asked"
            self.shell.line(f"  {say_count(self.trial.unjudged, single, several, self.language, rules=rules)}")

    def _hours(self) -> None:
        hours = shown(self.trial.time, self.language)
        shares = [share for share in by_unit(self.trial.met) if share.unit]
        if not shares or not self.trial.time.seconds:
            self.shell.line(f"  {hours}")
            return
        most = {"unit": shares[0].unit, "share": percent(shares[0].time, self.trial.time)}
        self.shell.line(f"  {say('{hours}; most: {unit} {share} %', self.language, hours=hours, **most)}")

    def _units(self) -> None:
        shares = by_unit(self.trial.met)
        if len(shares) < 2:
            return
        self.shell.line(say("by calling unit", self.language))
        for share in shares:
            self.shell.line(f"  {share_told(share, self.trial.time, self.language)}")

    def _standing(self) -> None:
        standing, language = self.trial.standing, self.language
        last = day(self.ahead.end.astimezone(self.policy.zone.tzinfo).date(), language, year=True)
        template = "standing meetings with banned dates up to {day}: {count}"
        self.shell.line(say(template, language, day=last, count=number(len(standing), language)))
        for unit in sorted({one.unit for one in standing}):
            self.shell.line(f"  {unit_named(unit, language)}")
            for one in standing:
                if one.unit == unit:
                    about = {"banned": len(one.dates), "held": one.held, "dates": few(one.dates, language)}
                    title = one.title or say("The meeting", language)
                    means = meaning(self.policy, one).text(language)
                    template = "{title}: {banned} of {held} dates ({dates}); {meaning}"
                    self.shell.line(f"    {say(template, language, title=title, meaning=means, **about)}")

    def _letters(self) -> None:
        for letter in letters(self.policy, self.trial.standing):
            self.shell.line()
            self.shell.line(f"--- {letter.organiser.address.removeprefix('mailto:')}")
            self.shell.line(letter.text(self.language))
        self.shell.line()

# SPDX-License-Identifier: Apache-2.0
"""What a meeting costs, in the few lines that a person reads."""

from __future__ import annotations

from math import floor, log10
from typing import TYPE_CHECKING

from meetcost.cli.cheaper import Cheaper, cheaper
from meetcost.cli.cost_json import people_of
from meetcost.cli.when import when_of, when_written
from meetcost.errors import CalendarError
from meetcost.model.moment import wall
from meetcost.model.phrase import shown
from meetcost.model.verdict import Outcome
from meetcost.values.money import Money
from meetcost.values.person_hours import PersonHours
from meetcost.words.forms import day, duration
from meetcost.words.say import say, say_count

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from meetcost.assessment import Assessment
    from meetcost.cli.shell import Shell
    from meetcost.costing.rate_card import RateCard
    from meetcost.model.cost import Cost
    from meetcost.model.zone import Zone
    from meetcost.rows import Row
    from meetcost.words.say import Language

_GAP = "   "


class Totals:
    """What has been shown so far, added up."""

    def __init__(self) -> None:
        self.meetings = 0
        self.hours = PersonHours(0)
        self.money: Money | None = None
        self.withheld = False

    def add(self, cost: Cost) -> None:
        """One more meeting."""
        self._add(cost.hours, cost.total)

    def add_row(self, row: Row, currency: str | None) -> None:
        """One more occurrence."""
        self._add(PersonHours(row.priced.seconds), row_money(row, currency))

    def _add(self, hours: PersonHours, money: Money | None) -> None:
        self.meetings += 1
        self.hours += hours
        if money is not None:
            self.money = money if self.money is None else self.money + money


def show_cost(shell: Shell, found: Assessment, *, judged: bool) -> None:
    """One meeting: a headline, and the lines that there is something to say on."""
    language = shell.language
    shell.line(headline(found, language), "bold")
    for label, text, style in _lines(found, language, judged=judged):
        shell.line(f"  {padded(label, language)}{text}", style)


def headline(found: Assessment, language: Language) -> str:
    """Title, time, people, hours, money."""
    meeting, cost = found.meeting, found.cost
    heads = people_of(found)
    parts = [
        meeting.title or say("(no title)", language),
        when_written(meeting, language),
        say_count(heads, "{count} person", "{count} people", language),
        shown(cost.hours, language),
    ]
    if cost.total is not None:
        parts.append(shown(cost.total, language))
    return _GAP.join(parts)


def together(totals: Totals, language: Language) -> str:
    """The last line of several meetings."""
    parts = [
        say_count(totals.meetings, "{count} meeting", "{count} meetings", language),
        shown(totals.hours, language),
    ]
    if totals.money is not None:
        parts.append(shown(totals.money, language))
    return _GAP.join(parts)


def close(shell: Shell, totals: Totals, rates: RateCard | None) -> None:
    """The last lines."""
    if totals.meetings > 1:
        shell.line()
        shell.line(together(totals, shell.language), "bold")
    if totals.withheld:
        shell.note(withheld(shell.language))
    elif totals.meetings and rates is None:
        shell.line(no_rates(shell.language), "dim")


def no_rates(language: Language) -> str:
    """What to do for money."""
    text = 'no rate card: hours only. add one with --rate "46 EUR" or --rates rates.toml'
    return say(text, language)


def withheld(language: Language) -> str:
    """Why there is no money though there is a rate card."""
    text = (
        "the rate card lets personal pay in, so money is left out: hours only. --private shows it, for your own eyes; "
        "a card of bands with `personal = false` can be shown to all"
    )
    return say(text, language)


def row_money(row: Row, currency: str | None) -> Money | None:
    """Time and cash of one occurrence."""
    minor = row.priced.minor
    return Money.from_minor(minor + row.priced.cash, currency) if minor is not None and currency is not None else None


def row_line(row: Row, currency: str | None, rules: Sequence[str], zone: Zone | None, language: Language) -> str:
    """One occurrence on one line."""
    occurrence, priced, banned = row
    money = row_money(row, currency)
    parts = [
        when_of(occurrence, zone, language),
        occurrence.meeting.title or say("(no title)", language),
        shown(PersonHours(priced.seconds), language),
    ]
    if money is not None:
        parts.append(shown(money, language))
    parts += [say("rule {rule}", language, rule=rules[number]) for number in banned]
    return _GAP.join(parts)


def figure(value: float) -> str:
    """Two digits of a forecast that can carry no more, and never more than hundredths."""
    rounded = round(value, 1 - floor(log10(abs(value)))) if value else 0.0
    return f"{rounded:,.0f}" if rounded >= 10 else f"{round(rounded, 2):g}"


def _lines(found: Assessment, language: Language, *, judged: bool) -> list[tuple[str, str, str]]:
    lines = []
    paper = _paperwork(found, language)
    if paper:
        lines.append((say("paperwork", language), paper, ""))
    changes = [_cheaper(change, language) for change in cheaper(found)]
    if changes:
        lines.append((say("cheaper", language), (_GAP * 2).join(changes), ""))
    series = _series(found, language)
    if series:
        lines.append((say("a year", language), series, ""))
    borne = found.cost.borne_by
    if any(borne):
        lines.append((say("paid by", language), _borne(found.cost, language), ""))
    if judged and found.verdict.would_be is not Outcome.ALLOW:
        lines.append((say("rules", language), found.verdict.text(language), "red"))
    return lines


def _paperwork(found: Assessment, language: Language) -> str:
    estimate = found.paperwork.total or found.paperwork.writing
    if estimate is None or not found.cost.hours.seconds:
        return ""
    low, high = figure(estimate.interval_80.low), figure(estimate.interval_80.high)
    text = "+{low}–{high} h   (rough: fitted on the minutes of other bodies; none of your own records)"
    return say(text, language, low=low, high=high)


def _cheaper(change: Cheaper, language: Language) -> str:
    saved = _less(change.saved, language)
    if change.minutes is not None:
        length = duration(change.minutes * 60, language)
        return say("{length}: {saved}", language, length=length, saved=saved)
    one = "{count} optional person reads the minutes instead: {saved}"
    many = "{count} optional people read the minutes instead: {saved}"
    return say_count(change.optional, one, many, language, saved=saved)


def _less(saved: Cost, language: Language) -> str:
    parts = [say("−{hours} h", language, hours=f"{saved.hours.hours:,f}")]
    if saved.total:
        parts.append(f"−{shown(saved.total, language)}")
    return say(", ", language).join(parts)


def _series(found: Assessment, language: Language) -> str:
    try:
        series = found.series
    except CalendarError as error:
        return error.problem.text(language)
    if series is None:
        return ""
    parts = [say_count(series.occurrences, "once", "{count} times", language), shown(series.cost.hours, language)]
    if series.cost.total is not None:
        parts.append(shown(series.cost.total, language))
    text = say(", ", language).join(parts)
    return say("{text}   (from {day})", language, text=text, day=day(_first_day(found), language, year=True))


def _first_day(found: Assessment) -> date:
    """From when on the year counts: a first start, where none is named, is looked for from a little before."""
    first = wall(found.meeting.dtstart.local).date()
    return max(found.now.date(), first)


def _borne(cost: Cost, language: Language) -> str:
    parts = []
    for unit, (hours, money) in cost.borne_by.items():
        name = unit or say("unit unknown", language)
        amount = shown(money, language) if money is not None else say("{hours} h", language, hours=f"{hours.hours:,f}")
        parts.append(f"{name} {amount}")
    text = " · ".join(parts)
    if cost.called_by:
        return say("{text}   (called by {unit})", language, text=text, unit=cost.called_by)
    return text


def padded(label: str, language: Language) -> str:
    """The labels in one column; a Chinese character is two wide."""
    width = sum(2 if ord(character) > 0x2E80 else 1 for character in label)
    return label + " " * max((13 if language == "en" else 14) - width, 1)

# SPDX-License-Identifier: Apache-2.0
"""Parts of a policy as phrases: what a rule says, whom it binds, how an exemption is claimed, what a meeting is."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.model.phrase import Phrase
from meetcost.model.verdict import Mode
from meetcost.rules.catalogue.blackout import Blackout, MonthDay
from meetcost.rules.catalogue.plan import Plan
from meetcost.rules.days import Dates, YearlyDates
from meetcost.rules.exemption import Passes
from meetcost.rules.requirement import action_told
from meetcost.rules.ruleset import OnHoliday, Rule, Series
from meetcost.rules.weeks import DateRanges, EveryKthWeek, IsoWeeks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from meetcost.policy.policy import Policy
    from meetcost.rules.counted import MeetingDefinition
    from meetcost.rules.days import DayPattern
    from meetcost.rules.exemption import Exemption
    from meetcost.rules.requirement import Requirement
    from meetcost.rules.scope import Scope
    from meetcost.values.citation import Citation
    from meetcost.words.say import Language

_YEARS: Final = 8
"""Among so many years in a row every pattern that repeats shows all it has: a leap year, and a fifth week."""


class Quoted(NamedTuple):
    """Words of others, in the quotation marks of the reader."""

    words: str

    def text(self, language: Language = "en") -> str:
        """`“words”`."""
        del language  # one form serves both
        return f"“{self.words}”"


def rule_phrases(rule: Rule | Requirement, today: date) -> tuple[Phrase, ...]:
    """What a rule says, from when to when, whom it binds; the days of a repeating one are said as of `today`."""
    said = tuple(_banned(rule, today) if isinstance(rule, Rule) else (*rule.told(), *_planned(rule)))
    return (*said, *held_phrases(rule.first, rule.last), *scope_phrases(rule.scope))


def _planned(rule: Requirement) -> Iterator[Phrase]:
    """What is in a plan: for those who have the file, and no part of what `told` says in public."""
    if isinstance(rule.condition, Plan) and rule.condition.written:
        yield Phrase.of("planned: {planned}", planned=rule.condition.written)


def held_phrases(first: date | None, last: date | None) -> Iterator[Phrase]:
    """From when to when it holds; nothing where it always does."""
    if first is not None:
        yield Phrase.of("holds from {day} on", day=first)
    if last is not None:
        yield Phrase.of("holds up to {day}, that day included", day=last)


def _banned(rule: Rule, today: date) -> Iterator[Phrase]:
    yield from days_phrases(rule.days, today)
    if rule.on_holiday is OnHoliday.LAPSES:
        yield Phrase("it does not hold on public holidays")
    else:
        yield Phrase("it holds on public holidays too")
    yield from action_told(rule.action, rule.reviewer)


def days_phrases(pattern: DayPattern, today: date) -> tuple[Phrase, ...]:
    """Which days are banned, each kind of them once."""
    match pattern:
        case Dates():
            days = tuple(date.fromordinal(day) for day in sorted(pattern.ordinals))
            return (Phrase.of("no-meeting days: {days}", days=days),)
        case YearlyDates():
            yearly = tuple(MonthDay(*day) for day in sorted(pattern.days))
            return (Phrase.of("no-meeting days of every year: {days}", days=yearly),)
        case Blackout(days=Dates(ordinals=ordinals)):
            days = tuple(date.fromordinal(day) for day in sorted(ordinals))
            return (Phrase.of("blackout dates: {days}", days=days),)
        case EveryKthWeek():
            return (pattern.reason(pattern.anchor),)
        case _:
            return tuple(dict.fromkeys(_reasons(pattern, today))) or (Phrase("bans no day at all"),)


def _reasons(pattern: DayPattern, today: date) -> Iterator[Phrase]:
    for year in _years_of(pattern, today):
        for day in sorted(pattern.in_year(year)):
            yield pattern.reason(day)


def _years_of(pattern: DayPattern, today: date) -> Iterable[int]:
    """The years that show all it says: its own, or those to come if it repeats."""
    match pattern:
        case IsoWeeks():
            return sorted({year for week, _ in pattern.weeks for year in (week - 1, week)})
        case Blackout():
            return _years_of(pattern.days, today)
        case DateRanges():
            return sorted({date.fromordinal(day).year for ends in pattern.ranges for day in ends})
        case _:
            return range(today.year, today.year + _YEARS)


def scope_phrases(scope: Scope) -> tuple[Phrase, ...]:
    """Whom and what it binds; nothing where it binds everything."""
    said = []
    if scope.directory_only:
        said.append(Phrase("binds only organisers whom the directory knows"))
    if scope.organisers:
        said.append(Phrase.of("binds only organisers among {who}", who=scope.organisers))
    if scope.categories:
        template = "binds only invites with the category {categories}"
        if len(scope.categories) > 1:
            template = "binds only invites with one of the categories {categories}"
        said.append(Phrase.of(template, categories=scope.categories))
    if scope.calendars:
        said.append(Phrase.of("binds only the calendars {calendars}", calendars=scope.calendars))
    return tuple(said)


def exemption_phrases(exemption: Exemption) -> tuple[Phrase, ...]:
    """How it is claimed, by whom, from what it exempts, and what has to follow."""
    said = list(_claimed(exemption.claims))
    if exemption.by:
        said.append(Phrase.of("open only to {who}", who=exemption.by))
    if exemption.rules:
        said.append(Phrase.of("only from the rules {rules}", rules=tuple(sorted(exemption.rules))))
    if exemption.passes is Passes.AT_ONCE:
        said.append(Phrase("passes at once"))
    else:
        said.append(Phrase("passes once it is approved"))
    within = exemption.confirm_within
    if within is not None:
        unit = _UNITS[within.unit.value]
        said.append(Phrase.of("has to be confirmed within {amount} {unit}", amount=within.amount, unit=unit))
    return tuple(said)


def _claimed(claims: tuple[str, ...]) -> Iterator[Phrase]:
    """Only what begins with `#` is looked for in titles; any claim counts as a category."""
    tags = tuple(one for one in claims if one.startswith("#"))
    categories = tuple(one for one in claims if not one.startswith("#"))
    if tags:
        yield Phrase.of("claimed by {tags} in the title or as a category", tags=tags)
    if categories:
        yield Phrase.of("claimed by the category {categories}", categories=categories)


_UNITS: Final = {"working days": Phrase("working days"), "days": Phrase("days"), "hours": Phrase("hours")}


def definition_phrases(definition: MeetingDefinition) -> tuple[Phrase, ...]:
    """What counts as a meeting, and of the doubtful cases which do and which do not."""
    template = "an entry is a meeting from {people} people on; rooms are nobody, a group is all its members"
    yes = tuple(what for name, what in _DOUBTFUL.items() if getattr(definition, name))
    no = tuple(what for name, what in _DOUBTFUL.items() if not getattr(definition, name))
    said = [Phrase.of(template, people=definition.people)]
    if yes:
        said.append(Phrase.of("counted as well: {kinds}", kinds=yes))
    if no:
        said.append(Phrase.of("not counted: {kinds}", kinds=no))
    return tuple(said)


_DOUBTFUL: Final = {
    "transparent_timed_counts": Phrase("entries with a time that are marked as free"),
    "transparent_all_day_counts": Phrase("entries of whole days that are marked as free"),
    "opaque_all_day_counts": Phrase("entries of whole days that are marked as busy"),
    "cancelled_counts": Phrase("cancelled entries"),
    "declined_attendees_count": Phrase("people who declined"),
    "zero_length_counts": Phrase("entries without length"),
    "tasks_and_journals_count": Phrase("tasks and journals with a time"),
}


def setting_phrases(policy: Policy) -> dict[str, tuple[Phrase, ...]]:
    """What the policy says besides its rules and exemptions, by its name in the file."""
    rules = policy.rules
    if policy.mode is Mode.OBSERVE:
        mode = Phrase("for now only observed: nothing is refused, what would have been is on record")
    else:
        mode = Phrase("in force: an invite that breaks a rule is not saved, and its organiser is told why")
    if rules.series is Series.SKIP:
        series = Phrase("a series steps over banned days; it is refused if nothing of it would be left")
    else:
        series = Phrase("a series with a banned day is refused until its organiser takes that day out")
    existing = Phrase("meetings that stood before may stay as they are")
    if rules.keep_until is not None:
        template = "meetings that stood before may stay as they are up to {day}; a change made later is judged as new"
        existing = Phrase.of(template, day=rules.keep_until)
    return {
        "mode": (mode,),
        "zone": (Phrase.of("days begin and end at midnight in {zone}", zone=policy.zone.name),),
        "[scope]": scope_phrases(rules.scope) or (Phrase("binds everybody"),),
        "[meeting]": definition_phrases(rules.definition),
        "series": (series,),
        "existing": (existing,),
    }


def source_text(source: Citation, language: Language = "en") -> str:
    """Where it is written, the sentence first; empty where nobody said."""
    where = str(source)
    if not source.quote:
        return where
    said = Quoted(source.quote).text(language)
    return said + {"en": f" ({where})", "zh": f"（{where}）"}[language] if where else said


def sentence(phrases: Iterable[Phrase], language: Language) -> str:
    """Phrases as one sentence, with its capital and its full stop."""
    text = {"en": "; ", "zh": "；"}[language].join(phrase.text(language) for phrase in phrases)
    stop = {"en": ".", "zh": "。"}[language]
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '。')) else stop}"

# SPDX-License-Identifier: Apache-2.0
"""RRULE, RDATE, EXDATE of one component (RFC 5545 §3.8.5)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, Protocol

from meetcost.ics.content import split_line
from meetcost.ics.quirks import departure
from meetcost.ics.recur import starts_in_rule
from meetcost.ics.rule import Rule, RuleError, parse_rule
from meetcost.ics.values import parse_duration, parse_moment
from meetcost.model.meeting import Period, Recurrence
from meetcost.model.moment import Moment
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from meetcost.ics.limits import Limits


_REMEMBERED: Final = 512  # characters: longer rules would let a stranger fill the memory with them


class Source(Protocol):
    """A component whose recurrence is read: its lines by property, and whom to tell of a problem."""

    many: dict[str, list[str]]

    def tell(self, code: str, message: str, name: str = "", line: str = "") -> None:
        """Note a problem and the unfolded line it is in."""


def rule_of(text: str) -> Rule:
    """`parse_rule`, remembered: calendars repeat their rules."""
    return _known_rule(text) if len(text) <= _REMEMBERED else parse_rule(text)


_known_rule: Final = lru_cache(maxsize=4096)(parse_rule)


def read_recurrence(component: Source, start: Moment, limits: Limits) -> Recurrence | None:
    """What makes `component` recur; parts that cannot be used are told and left out."""
    rules = _rules(component, start)
    rdates = _dates(component, "RDATE", limits)
    exdates = tuple(date for date in _dates(component, "EXDATE", limits) if isinstance(date, Moment))
    for line in component.many.get("EXRULE", ()):
        component.tell("exrule", "EXRULE is no part of RFC 5545", "EXRULE", line)
    if any(date.is_date != start.is_date or bool(date.zone) != bool(start.zone) for date in exdates):
        component.tell("exdate-kind", "an EXDATE of another kind than DTSTART", "EXDATE")
    if not rules and not rdates and not exdates:
        return None
    return Recurrence(rules, rdates, exdates)


def _rules(component: Source, start: Moment) -> tuple[str, ...]:
    kept = []
    lines = component.many.get("RRULE", [])
    for line in lines:
        parts = split_line(line)
        text = parts[1].strip() if parts is not None else ""
        try:
            rule = rule_of(text)
            produced = starts_in_rule(rule, start.local, date_only=start.is_date)
        except RuleError as error:
            code = "rscale" if error.code == "rule-rscale" else "bad-rule"
            component.tell(code, Sentence.of("`{text}`: {why}", text=text[:80], why=error.message), "RRULE", line)
            continue
        for quirk in rule.quirks:
            code = "rule-part-twice" if quirk == "duplicate-part" else "rule-tolerated"
            component.tell(code, Sentence.of("`{text}`: {why}", text=text[:80], why=Sentence.of(quirk)), "RRULE", line)
        if rule.has_doubtful_hours(date_only=start.is_date):
            template = "`{rule}`: programs differ on which hours it comes to"
            component.tell("rule-hours", Sentence.of(template, rule=text[:80]), "RRULE", line)
        if not produced:
            template = "DTSTART {start} is not produced by `{rule}`"
            component.tell("start-not-in-rule", Sentence.of(template, start=start, rule=text[:80]), "RRULE", line)
        if rule.until is not None and rule.until.kind != until_kind(start):
            template = "UNTIL in `{rule}` does not fit DTSTART {start}"
            component.tell("until-kind", Sentence.of(template, rule=text[:80], start=start), "RRULE", line)
        kept.append(text)
    if len(kept) > 1:
        component.tell("several-rules", Sentence.of("{count} RRULEs", count=len(kept)), "RRULE", lines[1])
    return tuple(kept)


def until_kind(start: Moment) -> str:
    """The kind UNTIL has to be of (RFC 5545 §3.3.10): UTC for zoned starts, else as DTSTART."""
    if start.is_date:
        return "date"
    return "utc" if start.zone else "local"


def _dates(component: Source, name: str, limits: Limits) -> tuple[Moment | Period, ...]:
    dates: list[Moment | Period] = []
    for line in component.many.get(name, ()):
        parts = split_line(line)
        if parts is None:
            component.tell("broken-line", "no `NAME;PARAMETERS:VALUE` line", name, line)
            continue
        parameters, text = parts[0].parameters, parts[1]
        if parts[0].twice:
            component.tell("parameter-twice", departure("parameter-twice", line[:80]), name, line)
        values = text.strip().split(",", limits.rdates + 1)
        if len(dates) + len(values) > limits.rdates:
            component.tell(
                "limit", Sentence.of("more than {most:,} {name} values", most=limits.rdates, name=name), name, line
            )
            return tuple(dates)
        for value in values:
            date = _date(component, value.strip(), parameters, name, line)
            if date is not None:
                dates.append(date)
    return tuple(dates)


def _date(component: Source, value: str, parameters: dict[str, str], name: str, line: str) -> Moment | Period | None:
    quirks: list[str] = []
    first, slash, second = value.partition("/")
    if slash and parameters.get("VALUE", "").upper() == "PERIOD":
        parameters = {**parameters, "VALUE": "DATE-TIME"}
    date: Moment | Period | None = parse_moment(first, parameters, quirks)
    if slash and isinstance(date, Moment):
        end = parse_duration(second) if second[:1] in ("P", "p", "+", "-") else parse_moment(second, parameters, quirks)
        date = Period(date, end) if end is not None else None
    if date is None:
        component.tell("bad-value", Sentence.of("`{value}` is no date or time", value=value[:60]), name, line)
    for quirk in quirks:
        component.tell(quirk, departure(quirk, value[:60]), name, line)
    return date

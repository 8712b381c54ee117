# SPDX-License-Identifier: Apache-2.0
"""What differs between two policies, and for whom: rules, exemptions, settings, and the days of a span.

Rules go by their ids. One without an id is known by its number, which moves when another is put before it: a rule that
is the same but for its id is renamed, not gone.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from meetcost.model.phrase import Phrase
from meetcost.policy.quota_wording import quota_phrases
from meetcost.policy.wording import Quoted, exemption_phrases, rule_phrases, scope_phrases, setting_phrases
from meetcost.rules.ruleset import Rule
from meetcost.rules.scope import UNSOURCED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from meetcost.policy.policy import Policy
    from meetcost.rules.exemption import Exemption
    from meetcost.rules.quota import Quota
    from meetcost.rules.requirement import Requirement
    from meetcost.words.say import Language

T = TypeVar("T", "Rule", "Requirement", "Exemption", "Quota")

C = TypeVar("C", "Rule", "Requirement", "Quota")


class Kind(StrEnum):
    """What became of a clause."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    RENAMED = "renamed"
    SOURCE = "source"  # it says the same, and names another source


class What(StrEnum):
    """What a change is one of."""

    RULE = "rule"
    EXEMPTION = "exemption"
    SETTING = "setting"


class Change(NamedTuple):
    """One clause or setting: `before` is empty for what is new, `after` for what is gone; `fields` are what differs."""

    what: What
    kind: Kind
    name: str
    before: tuple[Phrase, ...] = ()
    after: tuple[Phrase, ...] = ()
    fields: tuple[str, ...] = ()

    @property
    def phrase(self) -> Phrase:
        """The change as a sentence."""
        said = {"name": Quoted(self.name), "before": _Side(self.before), "after": _Side(self.after)}
        template = _TEMPLATES[self.what, self.kind] if self.before or self.after else _WORDLESS[self.what]
        return Phrase.of(template, **{key: value for key, value in said.items() if f"{{{key}}}" in template})


class _Side(NamedTuple):
    phrases: tuple[Phrase, ...]

    def text(self, language: Language = "en") -> str:
        return {"en": "; ", "zh": "；"}[language].join(phrase.text(language) for phrase in self.phrases)


_TEMPLATES: Final = {
    (What.RULE, Kind.ADDED): "new rule {name}: {after}",
    (What.RULE, Kind.REMOVED): "rule {name} is gone: {before}",
    (What.RULE, Kind.CHANGED): "rule {name} was: {before}. It is now: {after}",
    (What.RULE, Kind.RENAMED): "rule {name} is now called {after}",
    (What.EXEMPTION, Kind.ADDED): "new exemption {name}: {after}",
    (What.EXEMPTION, Kind.REMOVED): "exemption {name} is gone: {before}",
    (What.EXEMPTION, Kind.CHANGED): "exemption {name} was: {before}. It is now: {after}",
    (What.EXEMPTION, Kind.RENAMED): "exemption {name} is now called {after}",
    (What.SETTING, Kind.CHANGED): "{name} was: {before}. It is now: {after}",
}
_WORDLESS: Final = {
    What.RULE: "rule {name} says the same and names another source",
    What.EXEMPTION: "exemption {name} says the same and names another source",
    What.SETTING: "{name} has changed",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """All that differs. `banned` and `permitted` are days from `first` to `last` that become so for somebody."""

    changes: tuple[Change, ...]
    banned: tuple[date, ...]
    permitted: tuple[date, ...]
    first: date
    last: date

    def __bool__(self) -> bool:
        return bool(self.changes or self.banned or self.permitted)


def difference(old: Policy, new: Policy, first: date, last: date) -> Difference:
    """From `old` to `new`; days are compared from `first` to `last`, both included."""
    before, after = (set(policy.rules.banned_days(first, last)) for policy in (old, new))
    return Difference(
        (*_rules(old, new, first), *_exemptions(old, new), *_settings(old, new)),
        tuple(sorted(after - before)),
        tuple(sorted(before - after)),
        first,
        last,
    )


def _rules(old: Policy, new: Policy, today: date) -> Iterator[Change]:
    def said(rule: Rule | Requirement) -> tuple[Phrase, ...]:
        narrowed = scope_phrases(rule.scope) or (not isinstance(rule, Rule) and _binds_some(rule))
        return (*rule_phrases(rule, today), *(() if narrowed else (Phrase("binds everybody"),)))

    yield from _clauses(old.rules.rules, new.rules.rules, said)
    yield from _clauses(old.rules.requirements, new.rules.requirements, said)
    yield from _clauses(old.quotas, new.quotas, quota_phrases)


def _binds_some(rule: Requirement) -> bool:
    """Whether it says itself that it is for large or long meetings only."""
    return rule.people_over is not None or rule.minutes_over is not None


def _clauses(old: Sequence[C], new: Sequence[C], said: Callable[[C], tuple[Phrase, ...]]) -> Iterator[Change]:
    for one, other in _pairs(old, new, "id"):
        if one is None and other is not None:
            yield Change(What.RULE, Kind.ADDED, other.id, (), said(other))
        elif other is None and one is not None:
            yield Change(What.RULE, Kind.REMOVED, one.id, said(one))
        elif one is not None and other is not None:
            yield from _changed(What.RULE, one, other, said(one), said(other))


def _exemptions(old: Policy, new: Policy) -> Iterator[Change]:
    for one, other in _pairs(old.rules.exemptions, new.rules.exemptions, "name"):
        if one is None and other is not None:
            yield Change(What.EXEMPTION, Kind.ADDED, other.name, (), exemption_phrases(other))
        elif other is None and one is not None:
            yield Change(What.EXEMPTION, Kind.REMOVED, one.name, exemption_phrases(one))
        elif one is not None and other is not None:
            yield from _changed(What.EXEMPTION, one, other, exemption_phrases(one), exemption_phrases(other))


def _settings(old: Policy, new: Policy) -> Iterator[Change]:
    before, after = setting_phrases(old), setting_phrases(new)
    for name in before:
        if before[name] != after[name]:
            yield Change(What.SETTING, Kind.CHANGED, name, before[name], after[name], (name,))
    if old.name != new.name:
        yield Change(What.SETTING, Kind.CHANGED, "name", _named(old), _named(new), ("name",))
    for name, of in _UNWORDED.items():
        if of(old) != of(new):
            yield Change(What.SETTING, Kind.CHANGED, name, fields=(name,))


def _named(policy: Policy) -> tuple[Phrase, ...]:
    return (Phrase.of("“{name}”", name=policy.name) if policy.name else Phrase("none"),)


_UNWORDED: Final[dict[str, Callable[[Policy], object]]] = {
    "source": lambda policy: policy.source,
    "horizon_days": lambda policy: policy.rules.horizon_days,
    "[holidays]": lambda policy: policy.rules.calendar,
    "[working_hours]": lambda policy: policy.working_hours,
    "[[roster]]": lambda policy: policy.directory.entries,
    "[costing]": lambda policy: policy.cost_choices,
    "[disclosure]": lambda policy: policy.disclosure,
    "[limits]": lambda policy: (policy.limits, policy.budget),
}
"""What is not put into words, by its name in the file."""


def _changed(what: What, one: T, other: T, before: tuple[Phrase, ...], after: tuple[Phrase, ...]) -> Iterator[Change]:
    name = "id" if what is What.RULE else "name"
    called, now = getattr(one, name), getattr(other, name)
    if called != now:
        yield Change(what, Kind.RENAMED, called, (), (Phrase.of("“{name}”", name=now),), (name,))
    differing = tuple(one_field.name for one_field in fields(one) if _differs(one, other, one_field.name, name))
    if differing == ("source",):
        yield Change(what, Kind.SOURCE, now, fields=differing)
    elif differing:
        yield Change(what, Kind.CHANGED, now, before, after, differing)


def _differs(one: object, other: object, field: str, name: str) -> bool:
    return field != name and getattr(one, field) != getattr(other, field)


def _pairs(old: Sequence[T], new: Sequence[T], name: str) -> Iterator[tuple[T | None, T | None]]:
    """Each clause with what it is in the other policy: the same, by whatever name; else that of its name."""
    left, right = list(old), list(new)
    paired: list[tuple[T, T]] = []
    for alike in (_same, _renamed, _by_name):
        for one in list(left):
            found = next((other for other in right if alike(one, other, name)), None)
            if found is not None:
                left.remove(one)
                right.remove(found)
                paired.append((one, found))
    yield from sorted(paired, key=lambda pair: new.index(pair[1]))
    for one in left:
        yield one, None
    for other in right:
        yield None, other


def _same(one: T, other: T, name: str) -> bool:
    del name
    return one == other


def _renamed(one: T, other: T, name: str) -> bool:
    bare = {name: "", "source": UNSOURCED}
    return replace(one, **bare) == replace(other, **bare)  # type: ignore[arg-type]


def _by_name(one: T, other: T, name: str) -> bool:
    return bool(getattr(one, name) == getattr(other, name))

# SPDX-License-Identifier: Apache-2.0
"""A policy as a page that a clerk can read to others: what it forbids, to whom, what is exempt, what happens next."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.model.phrase import Phrase
from meetcost.policy.quota_wording import quota_phrases
from meetcost.policy.wording import (
    Quoted,
    exemption_phrases,
    rule_phrases,
    sentence,
    setting_phrases,
    source_text,
)
from meetcost.words.say import say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from meetcost.policy.policy import Policy
    from meetcost.values.citation import Citation
    from meetcost.words.say import Language

_A_YEAR: Final = timedelta(days=366)
_NEXT: Final = 5


class Clause(NamedTuple):
    """One thing the policy says: its label (a rule's id, an exemption's class, or none), the text, where it is from."""

    label: str
    phrases: tuple[Phrase, ...]
    source: Citation | None = None

    def text(self, language: Language = "en") -> str:
        """The sentence, after its label."""
        said = sentence(self.phrases, language)
        return {"en": f"{self.label}: {said}", "zh": f"{self.label}：{said}"}[language] if self.label else said


class Section(NamedTuple):
    """Clauses under one heading."""

    heading: Phrase
    clauses: tuple[Clause, ...]


def explain(policy: Policy, today: date) -> tuple[Section, ...]:
    """The policy, section by section; banned days are counted from `today` (in the policy's zone)."""
    sections = (
        Section(Phrase("In short"), tuple(_in_short(policy))),
        Section(Phrase("The rules"), tuple(_rules(policy, today))),
        Section(Phrase("The total volume"), tuple(_quotas(policy))),
        Section(Phrase("What counts as a meeting"), tuple(_meeting(policy))),
        Section(Phrase("What is exempt"), tuple(_exemptions(policy))),
        Section(Phrase("Series and standing meetings"), tuple(_series(policy))),
        Section(Phrase("The next banned days"), tuple(_next(policy, today))),
        Section(Phrase("What the file leaves open"), tuple(Clause("", (one,)) for one in policy.assumptions)),
    )
    return tuple(section for section in sections if section.clauses)


def page(policy: Policy, today: date, language: Language = "en") -> str:
    """`explain` as Markdown; the sentence of the source stands below each clause that has one."""
    lines = [f"# {policy.name or say('Rules of meetings', language)}"]
    for section in explain(policy, today):
        lines += ["", f"## {section.heading.text(language)}", ""]
        for clause in section.clauses:
            lines.append(f"- {clause.text(language)}")
            if clause.source is not None and (source := source_text(clause.source, language)):
                lines.append(f"  > {source}")
    return "\n".join(lines) + "\n"


def _in_short(policy: Policy) -> Iterator[Clause]:
    said = setting_phrases(policy)
    yield Clause("", said["mode"])
    yield Clause("", said["zone"])
    yield Clause("", said["[scope]"], policy.source)


def _rules(policy: Policy, today: date) -> Iterator[Clause]:
    for rule in policy.rules.clauses:
        own = rule.source if rule.source != policy.source else None
        yield Clause(rule.id, rule_phrases(rule, today), own)


def _quotas(policy: Policy) -> Iterator[Clause]:
    for quota in policy.quotas:
        yield Clause(quota.id, quota_phrases(quota), quota.source if quota.source != policy.source else None)


def _meeting(policy: Policy) -> Iterator[Clause]:
    for phrase in setting_phrases(policy)["[meeting]"]:
        yield Clause("", (phrase,))


def _exemptions(policy: Policy) -> Iterator[Clause]:
    exemptions = policy.rules.exemptions
    if not exemptions:
        yield Clause("", (Phrase("nothing is exempt"),))
    for one in exemptions:
        yield Clause(one.name, exemption_phrases(one), one.source if one.source != policy.source else None)


def _series(policy: Policy) -> Iterator[Clause]:
    said = setting_phrases(policy)
    yield Clause("", said["series"])
    yield Clause("", said["existing"])
    yield Clause("", (Phrase("nothing that stands is ever deleted; what is over is never refused"),))


def _next(policy: Policy, today: date) -> Iterator[Clause]:
    banned = policy.rules.banned_days(today, today + _A_YEAR)
    if not banned:
        yield Clause("", (Phrase("none within a year"),))
    for day, rules in list(banned.items())[:_NEXT]:
        template = "{day} (rule {rules})" if len(rules) == 1 else "{day} (rules {rules})"
        yield Clause("", (Phrase.of(template, day=day, rules=tuple(Quoted(rule.id) for rule in rules)),))
    if len(banned) > _NEXT:
        yield Clause("", (Phrase.of("within a year from {day}: {count} days", day=today, count=len(banned)),))

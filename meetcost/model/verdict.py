# SPDX-License-Identifier: Apache-2.0
"""What the rules say of a meeting: a decision, what it rests on, and what went wrong on the way.

A verdict is never a boolean. Every rule is asked; what each found is a `Finding` that names the rule, the instance, the
reason and the source. A rule that could not be asked is an error of the verdict, never a pass.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.model.phrase import Phrase, shown
from meetcost.words.forms import day
from meetcost.words.say import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date, datetime

    from meetcost.errors import Problem
    from meetcost.model.moment import Moment
    from meetcost.model.occurrence import OccurrenceId
    from meetcost.model.waiver import Waiver
    from meetcost.model.zone import ZoneReading
    from meetcost.values.citation import Citation
    from meetcost.words.say import Language

_JOIN: Final = {"en": ", ", "zh": "、"}
_STOP: Final = {"en": (" ", "."), "zh": ("", "。")}
_FEW: Final = 3


class Outcome(StrEnum):
    """What is to be done with the object; the words of the reference policy."""

    ALLOW = "allow"
    DENY = "deny"
    REJECT = "reject"  # it cannot be judged because of what it is: beyond a limit, unreadable
    FLAG = "flag"  # let pass, and put on record that the policy could not decide
    ERROR = "error"  # a rule could not be asked; not a pass


class Mode(StrEnum):
    """Whether a policy only watches or also refuses."""

    OBSERVE = "observe"
    REFUSE = "refuse"


class Action(StrEnum):
    """What a rule does with a meeting that breaks it."""

    REFUSE = "refuse"
    REVIEW = "review"  # raised one level: not allowed until a waiver covers it
    WARN = "warn"  # recorded and told, never refused


class Bearing(StrEnum):
    """What a finding means for the decision."""

    REFUSED = "refused"
    REVIEW = "review"  # refused until whoever reviews it grants a waiver
    WAIVED = "waived"  # a waiver of the books covers it
    WARNED = "warned"  # the rule only warns
    SKIPPED = "skipped"  # the series steps over this instance
    EXEMPTED = "exempted"
    KEPT = "kept"  # the stored object had this very instance already
    PAST = "past"  # it had ended before now: recorded, never refused
    UNDECIDED = "undecided"  # on a banned day, but whether it is a meeting cannot be known
    LATER = "later"  # an endless rule meets its first banned day beyond the horizon


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule met by one instance.

    `rule` is the rule's id, `days` the banned days it touches, or under a rule that bans no days those it takes place
    on; `starts` and `ends` are the interval in the policy's zone; `reading` is FILE where only the file's own
    definition of its zone puts the instance there; `exempted_by` and `confirm_by` belong to EXEMPTED, `reviewer` (an
    address, or `unit:NAME`) to REVIEW, `waiver` to WAIVED. `kind` is the table of the rule and `brief` the reason in a
    few ASCII words, both empty for banned days; `doubt` says what cannot be known where that is not whether it is a
    meeting; `moves` says whether another time would help.
    """

    rule: str
    instance: OccurrenceId
    days: tuple[date, ...]
    starts: datetime
    ends: datetime
    reason: Phrase
    source: Citation
    reading: ZoneReading
    bearing: Bearing = Bearing.REFUSED
    exempted_by: str = ""
    confirm_by: datetime | None = None
    reviewer: str = ""
    waiver: Waiver | None = None
    kind: str = ""
    brief: str = ""
    doubt: Phrase | None = None
    moves: bool = True

    def text(self, language: Language = "en") -> str:
        """`Wed 9 Dec: every Wednesday is a no-meeting day (rule 1)`."""
        return _grouped([self], language, year=self.bearing in _DISTANT)

    def record(self, language: Language = "en") -> dict[str, object]:
        """For machines: plain text and lists; `instance` as in `OccurrenceId`, times with their offset."""
        return {
            "rule": self.rule,
            "instance": str(self.instance),
            "reason": self.text(language),
            "source": str(self.source),
            "bearing": str(self.bearing),
            "days": [when.isoformat() for when in self.days],
            "starts": self.starts.isoformat(),
            "ends": self.ends.isoformat(),
            "zone_reading": str(self.reading),
            "exempted_by": self.exempted_by or None,
            "confirm_by": self.confirm_by.isoformat() if self.confirm_by is not None else None,
            "reviewer": self.reviewer or None,
            "waiver": self.waiver.id if self.waiver is not None else None,
        }


class Skip(NamedTuple):
    """An instance that a series leaves out: the EXDATE to write, and whether an override of it has to go too."""

    instance: OccurrenceId
    exdate: Moment
    day: date
    overridden: bool = False


class Approval(NamedTuple):
    """Somebody confirmed that the claim of `exemption` by the meeting `uid` holds."""

    uid: str
    exemption: str


@dataclass(frozen=True, slots=True)
class Tally:
    """What the books hold that a decision depends on. The caller reads it; the rules never do.

    `lapsed` are waivers that were granted and are none for this meeting now (expired, revoked, of others): what was
    stored under one may stand, and may not grow.
    """

    approvals: frozenset[Approval] = frozenset()
    waivers: tuple[Waiver, ...] = ()
    lapsed: tuple[Waiver, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision on one object, with everything it rests on.

    `would_be` is the decision were the policy to refuse; `outcome` is what holds under its `mode`. `break_glass`: an
    administrator lets it pass all the same. `notes` are
    assumptions and what else a reader has to know; `hints` tell the organiser what would help.
    """

    would_be: Outcome
    mode: Mode = Mode.REFUSE
    findings: tuple[Finding, ...] = ()
    errors: tuple[Problem, ...] = ()
    notes: tuple[Phrase, ...] = ()
    hints: tuple[Phrase, ...] = ()
    planned_skips: tuple[Skip, ...] = ()
    title: str = ""
    policy: str = ""
    counted: bool = field(default=False)
    break_glass: bool = False

    @property
    def outcome(self) -> Outcome:
        """What is to be done: a policy that observes denies nothing."""
        if self.break_glass:
            return Outcome.ALLOW
        if self.mode is Mode.OBSERVE and self.would_be is Outcome.DENY:
            return Outcome.ALLOW
        return self.would_be

    @property
    def allowed(self) -> bool:
        """Whether the object may be stored. Errors do not allow, unless the policy only observes."""
        if self.outcome is Outcome.ERROR:
            return self.mode is Mode.OBSERVE
        return self.outcome in (Outcome.ALLOW, Outcome.FLAG)

    @property
    def skips(self) -> tuple[Skip, ...]:
        """The instances to leave out before the object is stored; none while the policy only observes."""
        return self.planned_skips if self.allowed and self.mode is Mode.REFUSE else ()

    @property
    def moves(self) -> bool:
        """Whether another time would help: not where anything else is wrong with the meeting as well."""
        return all(finding.moves for finding in self.bearing(Bearing.REFUSED, Bearing.REVIEW))

    def bearing(self, *wanted: Bearing) -> tuple[Finding, ...]:
        """The findings of these bearings, in their order."""
        return tuple(finding for finding in self.findings if finding.bearing in wanted)

    def text(self, language: Language = "en", *, slots: str = "") -> str:
        """What happened, why, under which rule, and what helps; `slots` is the caller's sentence on permitted times."""
        sentences = [self._head(language), *self._why(language)]
        if self.would_be is Outcome.DENY:
            sentences += [slots] if slots and self.moves else []
            sentences += [hint.text(language) for hint in self.hints]
        sentences += [note.text(language) for note in self.notes]
        return _prose(sentences, language)

    def _head(self, language: Language) -> str:
        name = self.title or say("The meeting", language)
        if self.would_be is Outcome.DENY and self.mode is Mode.OBSERVE:
            return say("“{title}” would have been refused", language, title=name)
        if self.would_be is Outcome.DENY:
            return say("“{title}” was not saved", language, title=name)
        if self.would_be is Outcome.REJECT:
            return say("“{title}” cannot be judged and was not saved", language, title=name)
        if self.would_be is Outcome.ERROR:
            return say("“{title}” could not be judged", language, title=name)
        if self.would_be is Outcome.FLAG:
            return say("“{title}” is let pass, though the policy cannot decide on it", language, title=name)
        if self.planned_skips:
            days = _days(sorted({skip.day for skip in self.planned_skips}), language)
            if self.mode is Mode.OBSERVE:
                return say("“{title}” would leave out {days}", language, title=name, days=days)
            return say("“{title}” leaves out {days}", language, title=name, days=days)
        return say("“{title}” is permitted", language, title=name)

    def _why(self, language: Language) -> list[str]:
        said = []
        for bearing, template in _WHY.items():
            found = self.bearing(bearing)
            for doubt, some in _apart(found):
                said.append(self._reason(some, doubt or template, language))
            due = [one.confirm_by for one in found if one.confirm_by is not None]
            if due:
                said.append(say("to be confirmed by {due}", language, due=shown(min(due), language)))
        said += [problem.text(language) for problem in self.errors]
        return said

    def _reason(self, found: list[Finding], template: str | Phrase, language: Language) -> str:
        """Findings that are told in one sentence."""
        why = _grouped(found, language, self.policy, year=found[0].bearing in _DISTANT)
        if isinstance(template, Phrase):
            return say("{why}; {doubt}", language, why=why, doubt=template.text(language))
        by = _JOIN[language].join(dict.fromkeys(one.exempted_by for one in found if one.exempted_by))
        waivers = dict.fromkeys(one.waiver for one in found if one.waiver is not None)
        waived = _JOIN[language].join(f"{one.id} ({one.by})" if one.by else one.id for one in waivers)
        reviewer = found[0].reviewer.removeprefix("unit:") or say("the level above", language)
        return say(template, language, why=why, exemption=by, waiver=waived, reviewer=reviewer)


def _apart(found: Iterable[Finding]) -> Iterator[tuple[Phrase | None, list[Finding]]]:
    """The findings of one bearing by who reviews them and what is in doubt, each group with its doubt."""
    groups: dict[tuple[str, Phrase | None], list[Finding]] = {}
    for one in found:
        doubt = one.doubt if one.bearing is Bearing.UNDECIDED else None
        groups.setdefault((one.reviewer, doubt), []).append(one)
    return ((doubt, some) for (_, doubt), some in groups.items())


_DISTANT: Final = (Bearing.LATER, Bearing.PAST)
_WHY: Final = {
    Bearing.REFUSED: "{why}",
    Bearing.REVIEW: "{why}; not allowed until {reviewer} has approved it",
    Bearing.SKIPPED: "{why}",
    Bearing.UNDECIDED: "{why}; whether enough people take part to make it a meeting cannot be known",
    Bearing.LATER: "beyond the horizon: {why}",
    Bearing.EXEMPTED: "{why}; exempt as `{exemption}`",
    Bearing.WAIVED: "{why}; permitted by waiver {waiver}",
    Bearing.WARNED: "{why}; recorded, not refused",
    Bearing.KEPT: "stood before the change: {why}",
    Bearing.PAST: "already over: {why}",
}


def _grouped(findings: Iterable[Finding], language: Language, policy: str = "", *, year: bool = False) -> str:
    """Each rule once, with the days on which it was met."""
    by_rule: dict[str, list[Finding]] = {}
    for finding in findings:
        by_rule.setdefault(finding.rule, []).append(finding)
    parts = []
    for rule, found in by_rule.items():
        days = _days(sorted({when for one in found for when in one.days}), language, year=year)
        label = say("rule {rule}" if rule.isdigit() else "rule “{rule}”", language, rule=rule)
        under = {"en": ", ", "zh": "，"}[language].join([label, policy] if policy else [label])
        reason = found[0].reason.text(language)
        parts.append(say("{days}: {reason} ({under})", language, days=days, reason=reason, under=under))
    return {"en": "; ", "zh": "；"}[language].join(parts)


def _days(days: list[date], language: Language, *, year: bool = False) -> str:
    named = _JOIN[language].join(day(one, language, year=year) for one in days[:_FEW])
    if len(days) > _FEW:
        return say("{days} and {more} more", language, days=named, more=len(days) - _FEW)
    return named


def _prose(sentences: Iterable[str], language: Language) -> str:
    """Phrases side by side, each with its full stop."""
    space, stop = _STOP[language]
    ends = (".", "。", "!", "！", "?", "？")
    return space.join(text[0].upper() + text[1:] + ("" if text.endswith(ends) else stop) for text in sentences if text)

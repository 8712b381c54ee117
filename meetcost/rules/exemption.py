# SPDX-License-Identifier: Apache-2.0
"""Exemption classes, claimed from any calendar program by a category or a tag in the title."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from meetcost.model.phrase import Phrase
from meetcost.model.verdict import Approval
from meetcost.rules.scope import UNSOURCED, matches

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from meetcost.model.directory import Directory
    from meetcost.model.meeting import Meeting
    from meetcost.model.verdict import Tally
    from meetcost.rules.holidays import WorkCalendar
    from meetcost.values.citation import Citation
    from meetcost.words.say import Language


class Passes(StrEnum):
    """When a claim takes effect."""

    AT_ONCE = "at once"
    AFTER_APPROVAL = "after approval"


class Unit(StrEnum):
    """What a time limit is counted in."""

    WORKING_DAYS = "working days"
    DAYS = "days"
    HOURS = "hours"


class Within(NamedTuple):
    """A time limit: `2 working days`."""

    amount: int
    unit: Unit

    def after(self, now: datetime, calendar: WorkCalendar) -> datetime:
        """The end of it, counted from `now` (in the policy's zone); days end at midnight."""
        if self.unit is Unit.HOURS:
            return now + timedelta(hours=self.amount)
        if self.unit is Unit.DAYS:
            last = now.date() + timedelta(days=self.amount)
        else:
            last = calendar.after_working_days(now.date(), self.amount)
        return datetime.combine(last + timedelta(days=1), datetime.min.time(), now.tzinfo)


@dataclass(frozen=True, slots=True)
class Exemption:
    """One class: how it is claimed, by whom, from which rules, and what has to follow.

    `claims` are tags and categories; `by` are patterns of organisers as in a scope, empty for everybody; `rules` are
    rule ids, empty for all of them.
    """

    name: str
    claims: tuple[str, ...]
    by: tuple[str, ...] = ()
    passes: Passes = Passes.AT_ONCE
    confirm_within: Within | None = None
    rules: frozenset[str] = frozenset()
    source: Citation = UNSOURCED

    @property
    def tags(self) -> tuple[str, ...]:
        """Those of its claims that count in a title too."""
        return tuple(claim for claim in self.claims if _folded(claim).startswith("#"))

    def claimed(self, meeting: Meeting) -> bool:
        """Whether the title or a category of `meeting` carries one of its claims."""
        title = _folded(meeting.title)
        said = {_folded(category).lstrip("#") for category in meeting.categories}
        wanted = [_folded(claim) for claim in self.claims]
        return any(claim.lstrip("#") in said or _in_title(claim, title) for claim in wanted)

    def run_on(self, meeting: Meeting) -> str:
        """The claim with which a longer word of the title begins, as `#应急` in `#应急演练`; empty if none does."""
        title = _folded(meeting.title)
        return next((claim for claim in self.claims if _in_title(_folded(claim), title, run_on=True)), "")

    def open_to(self, meeting: Meeting, directory: Directory) -> bool:
        """Whether the organiser may claim it; where only some may, a meeting without an organiser may not."""
        if not self.by:
            return True
        return meeting.organizer is not None and matches(meeting.organizer.address, self.by, directory)


def hint(exemptions: Sequence[Exemption]) -> Phrase | None:
    """How to claim one of `exemptions`, in a sentence for the organiser; None where there is none.

    Of one that has tags with `#` they are named, as a title and a category both carry them; without `#` only a
    category does.
    """
    if not exemptions:
        return None
    tags = tuple(Tags(exemption.tags or exemption.claims) for exemption in exemptions)
    in_title = [bool(exemption.tags) for exemption in exemptions]
    if len(exemptions) == 1:
        title, category = "{exemption}? Put {tag} in the title", "{exemption}? Give the invite the category {tag}"
        return Phrase.of(title if all(in_title) else category, exemption=exemptions[0].name, tag=tags[0])
    if all(in_title):
        return Phrase.of("exempt? Put the tag of its class in the title: {tags}", tags=tags)
    return Phrase.of("exempt? Give the invite the category of its class: {tags}", tags=tags)


class Tags(NamedTuple):
    """Several spellings of one tag, of which a reader is shown that of their own script."""

    spellings: tuple[str, ...]

    def text(self, language: Language = "en") -> str:
        """The first ASCII spelling for English, the first other one for Chinese, else the first."""
        fitting = (one for one in self.spellings if one.isascii() is (language == "en"))
        return next(fitting, self.spellings[0])


class Claim(NamedTuple):
    """What the claims of one component come to: the exemptions that hold, and what has to be said of the others."""

    holding: tuple[Exemption, ...] = ()
    notes: tuple[Phrase, ...] = ()


def claim(meeting: Meeting, exemptions: Iterable[Exemption], directory: Directory, tally: Tally) -> Claim:
    """Which exemptions `meeting` claims and has."""
    holding, notes = [], []
    for exemption in exemptions:
        if not exemption.claimed(meeting):
            tag = exemption.run_on(meeting)
            if tag:
                template = "`{tag}` is a tag only with a space or a punctuation mark after it"
                notes.append(Phrase.of(template, tag=tag))
            continue
        if not exemption.open_to(meeting, directory):
            template = "`{exemption}` may be claimed only by {who}"
            notes.append(Phrase.of(template, exemption=exemption.name, who=exemption.by))
        elif exemption.passes is Passes.AT_ONCE or Approval(meeting.uid, exemption.name) in tally.approvals:
            holding.append(exemption)
        else:
            notes.append(Phrase.of("`{exemption}` has to be approved first", exemption=exemption.name))
    return Claim(tuple(holding), tuple(notes))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


def _in_title(tag: str, title: str, *, run_on: bool = False) -> bool:
    """Whether it stands there as a word, or with `run_on` as the beginning of a longer one.

    Another script ends a Latin tag. Chinese is written without spaces, so a Chinese tag goes on in any letter or digit.
    """
    if not tag.startswith("#"):
        return False
    at = title.find(tag)
    while at >= 0:
        before, after = title[at - 1 : at] if at else "", title[at + len(tag) : at + len(tag) + 1]
        if _goes_on(tag[-1], after) is run_on and not _is_latin(before):
            return True
        at = title.find(tag, at + 1)
    return False


def _goes_on(last: str, after: str) -> bool:
    """Whether the word whose last letter of the tag is `last` goes on with `after`."""
    if _is_latin(after) or unicodedata.category(after or " ").startswith("M"):
        return True
    return after.isalnum() and not last.isascii()


def _is_latin(character: str) -> bool:
    return character.isascii() and bool(character) and (character.isalnum() or character in ("_", "-"))

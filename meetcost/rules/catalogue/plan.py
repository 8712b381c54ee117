# SPDX-License-Identifier: Apache-2.0
"""Annual plan: what is not planned is approved one by one."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, ClassVar, Final

from meetcost.model.phrase import Phrase
from meetcost.rules.catalogue.form import Documentation
from meetcost.rules.requirement import Breach, Traits

if TYPE_CHECKING:
    from meetcost.rules.requirement import Seen

_AT: Final = ("CATEGORIES:city-wide", "DTSTART;TZID=Europe/Berlin:20261210T090000", "DURATION:PT1H")

DOC: Final = Documentation(
    table="plan",
    title="Annual plan",
    what="Meetings of a kind take place if they are in the plan; any other is approved one by one.",
    why="A plan made once a year, and seen as a whole, is shorter than the sum of what seemed needed week by week.",
    decided=(
        (
            "An entry of `planned` is a title (`*` stands for anything; width and letter case do not matter), `uid:` "
            "with the UID of the meeting, or `category:` with one of its categories."
        ),
        (
            "Whoever gives a meeting a planned title claims its place in the plan: it is on record, and the audit shows"
            " it. Only a UID cannot be claimed by another meeting."
        ),
        "With `planned = []` nothing is planned: each meeting of the kind is approved one by one.",
        "Its action is `review` unless the policy says another, so that somebody has to be named who reviews.",
    ),
    clause="""[[plan]]
planned = ["Budget conference", "uid:census-2027@town.example"]
scope.categories = ["city-wide"]
reviewer = "unit:Office"
""",
    bad=("SUMMARY:Kick-off of the lake project", *_AT),
    mended=("SUMMARY:Budget conference", *_AT),
    source="Zhangjiajie, 2022: unplanned meetings are approved one by one (一事一议).",
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is planned: patterns of titles, UIDs, categories, all folded but the UIDs; `written` are its entries."""

    titles: frozenset[str] = frozenset()
    uids: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    written: tuple[str, ...] = ()
    kind: ClassVar = "plan"
    traits: ClassVar = Traits(timeless=True)

    @classmethod
    def of(cls, planned: list[str]) -> Plan:
        """From entries as they are written."""
        uids = (one.removeprefix("uid:").strip() for one in planned if one.startswith("uid:"))
        categories = (folded(one.removeprefix("category:")) for one in planned if one.startswith("category:"))
        titles = (folded(one) for one in planned if not one.startswith(("uid:", "category:")))
        return cls(frozenset(titles), frozenset(uids), frozenset(categories), tuple(sorted(planned)))

    def told(self) -> Phrase:
        """The rule in a sentence."""
        if not (self.titles or self.uids or self.categories):
            return Phrase("no such meeting is planned")
        return Phrase("a meeting has to be in the plan")

    def breach(self, seen: Seen) -> Breach | None:
        """That it is not in the plan."""
        part = seen.part
        if part.uid in self.uids or any(folded(one) in self.categories for one in part.categories):
            return None
        title = folded(part.title)
        if any(fnmatchcase(title, pattern) for pattern in self.titles):
            return None
        return Breach(Phrase("it is not in the plan"), "Not in the annual plan", 1)


def folded(text: str) -> str:
    """As titles are compared."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())

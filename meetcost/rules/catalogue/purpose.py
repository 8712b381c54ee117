# SPDX-License-Identifier: Apache-2.0
"""Statement of purpose and expected result."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from meetcost.model.phrase import Phrase
from meetcost.rules.catalogue.form import Documentation
from meetcost.rules.requirement import Breach, Traits
from meetcost.values.letters import letters

if TYPE_CHECKING:
    from meetcost.rules.requirement import Seen

_AT: Final = ("SUMMARY:Budget", "DTSTART;TZID=Europe/Berlin:20261210T090000", "DURATION:PT1H")

PURPOSE: Final = ("purpose", "aim", "objective", "goal", "目的", "会议目的", "会议宗旨", "目标", "会议目标")
RESULT: Final = (
    "expected result", "expected results", "expected outcome", "expected outcomes", "outcome", "decision wanted",
    "预期成果", "预期结果", "预期效果", "预期目标", "拟达成果", "拟议定事项",
)  # fmt: skip
"""Words that stand before a colon, or alone on their line, before the statement."""

DOC: Final = Documentation(
    table="purpose",
    title="Statement of purpose and expected result",
    what="The description of the invite says what the meeting is for and what is to come of it.",
    why="A reviewer, and everybody invited, can only weigh a meeting whose purpose and result somebody wrote down.",
    decided=(
        (
            "A statement is a line such as `Purpose: ...` or `预期成果：...`, or such a word alone on its line with "
            "text below it; marks of lists and headings around the word do not matter. Your own words go into "
            "`purpose` and `result`."
        ),
        "At least four letters or digits are asked for; whether they say anything is for people to judge.",
        "A standing meeting without one may be changed as long as it keeps its time and loses no statement.",
    ),
    clause="""[[purpose]]
ask_for = ["purpose", "result"]
""",
    bad=(*_AT, "DESCRIPTION:Purpose: settle the accounts of 2026"),
    mended=(*_AT, r"DESCRIPTION:Purpose: settle the accounts of 2026\nExpected result: a draft for the council"),
    source="Asked for by what a reviewer has to see (提级审核); none of the published rules in the gallery words it.",
)

_MARKS: Final = " \t#*_-–•·>【】[]「」《》<>()（）0123456789.、一二三四五六七八九十"
_SHORTEST: Final = 4
_PURPOSE_MISSING: Final = Phrase("the invite does not say what it is for")
_RESULT_MISSING: Final = Phrase("the invite does not say what is to come of it")
_BOTH_MISSING: Final = Phrase("the invite says neither what it is for nor what is to come of it")


@dataclass(frozen=True, slots=True)
class Purpose:
    """Words before each statement that is asked for; empty where it is not."""

    purpose: tuple[str, ...] = PURPOSE
    result: tuple[str, ...] = RESULT
    kind: ClassVar = "purpose"
    traits: ClassVar = Traits(timeless=True)

    def told(self) -> Phrase:
        """The rule in a sentence."""
        if not self.result:
            return Phrase("the invite says what it is for")
        if not self.purpose:
            return Phrase("the invite says what is to come of it")
        return Phrase("the invite says what it is for and what is to come of it")

    def breach(self, seen: Seen) -> Breach | None:
        """Which statements are missing."""
        text = seen.part.description
        no_purpose = bool(self.purpose) and not states(text, self.purpose)
        no_result = bool(self.result) and not states(text, self.result)
        missing = frozenset((("purpose",) if no_purpose else ()) + (("result",) if no_result else ()))
        if no_purpose and no_result:
            return Breach(_BOTH_MISSING, "Purpose and expected result are missing", 2, missing)
        if no_purpose:
            return Breach(_PURPOSE_MISSING, "Purpose is missing", 1, missing)
        return Breach(_RESULT_MISSING, "Expected result is missing", 1, missing) if no_result else None


def states(text: str, words: tuple[str, ...]) -> bool:
    """Whether a line of `text` begins with one of the words and a colon, or is one, and text follows.

    >>> states("Purpose: settle the accounts", PURPOSE), states("purpose:", PURPOSE)
    (True, False)
    """
    wanted = {word.casefold() for word in words}
    following = ""  # the next line that has a letter: from the end, so that no line is looked for twice
    for line in reversed([line.strip() for line in text.splitlines()]):
        label, colon, rest = _parted(line)
        if label in wanted:
            if colon and letters(rest) >= _SHORTEST:
                return True
            if not letters(rest) and letters(following.strip(_MARKS)) >= _SHORTEST and not _is_label(following):
                return True
        if letters(line):
            following = line
    return False


def _parted(line: str) -> tuple[str, bool, str]:
    found = re.search("[:：]", line)
    label = line[: found.start()] if found else line
    return label.strip(_MARKS).casefold(), found is not None, line[found.end() :].strip(_MARKS) if found else ""


def _is_label(line: str) -> bool:
    """Whether a line is the label of another statement, so that nothing was said under the one before."""
    return _parted(line)[0] in {word.casefold() for word in (*PURPOSE, *RESULT)}

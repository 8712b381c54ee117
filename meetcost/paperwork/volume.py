# SPDX-License-Identifier: Apache-2.0
"""How long a document is against its ceiling, and volume in disguise: several papers in one, papers without a number.

A finding says what is there to be seen; whether it was meant is for a person to say. Ceilings are dated data; an
organisation's own take their place.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.errors import UsageError
from meetcost.model.phrase import Count, Phrase
from meetcost.paperwork.minutes import OFFICIAL_TITLE, count
from meetcost.values.citation import Citation
from meetcost.values.dated import Dated

if TYPE_CHECKING:
    from collections.abc import Iterator

REGULATION: Final = Citation(
    title="整治形式主义为基层减负若干规定",
    locator="一、切实精简文件",
    published="2024-08-06",
    url="https://m.iguohe.com/news/xinwen/2025-09-04/83606.html",
    quote="除部署综合性工作外，地方和部门文件一般不超过5000字，部署专项工作或者具体任务的文件一般不超过4000字",
)
GENERAL: Final = Dated({date(2024, 8, 6): 5000})
SPECIFIC: Final = Dated({date(2024, 8, 6): 4000})
"""Characters of a document of local bodies and departments, and of one on a special task, by the regulation."""

_NUMBER: Final = re.compile(r"[〔［\[(（]\s*(20\d\d)\s*[〕］\])）]\s*(?:第\s*)?(\d{1,5})\s*号")
_TITLE_EN: Final = re.compile(
    r"^(?:minutes of|report on|circular|memorandum|memo|notice|directive)\b[^.;]{0,100}$", re.IGNORECASE
)


class Finding(NamedTuple):
    """Something to look at: a stable code, a sentence, the 1-based line, the source of the rule if there is one."""

    code: str
    phrase: Phrase
    line: int | None = None
    citation: Citation | None = None


def examined(text: str, *, day: date, ceiling: int | None = None) -> tuple[Finding, ...]:
    """The findings on a document's text as `documents.text_of` gives it.

    `ceiling` is an organisation's own, in characters of a Chinese text and words of another; without it Chinese texts
    are held to the regulation in force on `day`. `UsageError` for a ceiling that is not positive.
    """
    if ceiling is not None and ceiling < 1:
        raise UsageError("ceiling: `{ceiling}`; give at least 1", ceiling=ceiling)
    lines = [line.strip("# \t*") for line in text.split("\n")]
    return (*_long(text, day, ceiling), *_several(lines), *_unnumbered(lines))


def _long(text: str, day: date, ceiling: int | None) -> Iterator[Finding]:
    characters, words = count(text)
    length, chinese = characters + words, characters > words
    unit = Phrase("characters") if chinese else Phrase("words")
    if ceiling is not None:
        if length > ceiling:
            phrase = Phrase.of("{length} {unit}, over your ceiling of {most}", length=length, unit=unit, most=ceiling)
            yield Finding("over-ceiling", phrase)
    elif chinese and day >= next(iter(GENERAL))[0]:
        general, specific = GENERAL.on(day), SPECIFIC.on(day)
        if length > general:
            phrase = Phrase.of("{length} characters, over the ceiling of {most}", length=length, most=general)
            yield Finding("over-ceiling", phrase, None, REGULATION)
        elif length > specific:
            text = "{length} characters, over the ceiling of {most} for documents on a special task"
            yield Finding("over-special-ceiling", Phrase.of(text, length=length, most=specific), None, REGULATION)


def _several(lines: list[str]) -> Iterator[Finding]:
    """Titles of papers in lines of their own: the first is the document's, each further one another paper."""
    titles: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        if OFFICIAL_TITLE.match(line) or _TITLE_EN.match(line):
            titles.setdefault(line, number)
    if len(titles) > 1:
        papers = Count(len(titles), "{count} paper", "{count} papers")
        shown = tuple(list(titles)[:5])
        phrase = Phrase.of("{papers} in one document: {titles}", papers=papers, titles=shown)
        yield Finding("several-papers", phrase, list(titles.values())[1])


def _unnumbered(lines: list[str]) -> Iterator[Finding]:
    """An official Chinese paper bears a number, such as 张政办〔2026〕5号; one that does not is in nobody's count."""
    if any(_NUMBER.search(line) for line in lines):
        return
    for number, line in enumerate(lines, 1):
        if OFFICIAL_TITLE.match(line):
            yield Finding("unnumbered", Phrase.of("an official paper without a number: {title}", title=line), number)
            return

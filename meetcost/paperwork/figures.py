# SPDX-License-Identifier: Apache-2.0
"""Speeds of writing and reading, and the assumptions, each with where it comes from.

A figure changes by a new edition of its source: put in the new one with its date, and say so in the changelog.
Those of the Standard Cost Model are in `standard_cost`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from meetcost.values.citation import Citation


class Tag(Enum):
    """How firmly a figure stands; a result is tagged as its weakest ingredient."""

    MEASURED = "measured"
    LITERATURE = "literature"
    ASSUMPTION = "assumption"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its unit and its source.

    `spread` is the standard deviation of its logarithm from one person to another, or 0; `note` says how `value` and
    `spread` follow from the quoted sentence, or on what an assumption rests.
    """

    name: str
    value: float
    unit: str
    tag: Tag
    citation: Citation | None = None
    spread: float = 0.0
    note: str = ""

    def __str__(self) -> str:
        source = f" ({self.citation})" if self.citation else ""
        return f"{self.name} {self.value:g} {self.unit}, {self.tag.value}{source}"


COMPOSING = Figure(
    "composing text",
    19.0,
    "words a minute",
    Tag.LITERATURE,
    Citation(
        title="Karat et al., as reported in the encyclopedia article Words per minute",
        locator="Alphanumeric entry",
        published="1999",
        url="https://handwiki.org/wiki/Words_per_minute",
        quote="Karat et al. found in one study of average computer users in 1999 that the average rate for "
        "transcription was 32.5 words per minute, and 19.0 words per minute for composition.",
    ),
    spread=0.40,
    note="the spread is an assumption: groups of typists differed by 40 to 23 words a minute in copying, and composing "
    "minutes is more than typing; minutes are assumed to take as long as other composed text",
)

COMPOSING_CHINESE = Figure(
    "composing Chinese text",
    30.4,
    "characters a minute",
    Tag.ASSUMPTION,
    None,
    spread=0.40,
    note="19.0 words a minute x 1.6 characters a word; no measurement of composing in Chinese was found",
)

READING = Figure(
    "reading",
    238.0,
    "words a minute",
    Tag.LITERATURE,
    Citation(
        title="Brysbaert, How many words do we read per minute? A review and meta-analysis of reading rate",
        locator="Journal of Memory and Language 109, 104047, abstract",
        published="2019-12",
        url="https://doi.org/10.1016/j.jml.2019.104047",
        quote="Based on the analysis of 190 studies (18,573 participants), we estimate that the average silent reading "
        "rate for adults in English is 238 words per minute (wpm) for non-fiction and 260 wpm for fiction.",
    ),
    spread=0.16,
    note="the same abstract: most adults read non-fiction at 175 to 300 words a minute; taken as the middle 90 %, "
    "log(300/175) / (2 x 1.645) = 0.16",
)

READING_CHINESE = Figure(
    "reading Chinese",
    259.5,
    "characters a minute",
    Tag.LITERATURE,
    Citation(
        title="Wang, Lin & Guo, Visual requirement for Chinese reading with normal vision",
        locator="Brain and Behavior 9, e01216, abstract",
        published="2019",
        url="https://doi.org/10.1002/brb3.1216",
        quote="The maximum reading speed for Chinese characters was 259.5 ± 38.2 characters/min",
    ),
    spread=0.147,
    note="38.2 / 259.5 = 0.147; 30 students, words shown one after another on a screen",
)

TRANSCRIBING = Figure(
    "transcribing a recorded meeting by hand",
    7.75,
    "hours an hour",
    Tag.LITERATURE,
    Citation(
        title="IB Transcription Services, Transcription times",
        locator="groups and meetings",
        url="http://www.ibtranscriptionservices.co.uk/transtimes.htm",
        quote="meetings, conference presentations, group interviews, teleconferences, vox pops - between 6 to 10 "
        "hours.",
    ),
    spread=0.20,
    note="6 to 10 hours for a one-hour recording: geometric mean 7.75; taken as the middle 80 %, "
    "log(10/6) / (2 x 1.282) = 0.20; an undated page of the trade",
)

CHARACTERS_PER_WORD = Figure(
    "Chinese characters for an English word",
    1.6,
    "characters a word",
    Tag.ASSUMPTION,
    note="the data count 1.6 characters as a word; both lengths and hours in Chinese rest on it",
)

TIDYING = Figure(
    "tidying up live notes, as a share of composing them",
    0.25,
    "of composing time",
    Tag.ASSUMPTION,
    note="no measurement was found",
)

FIGURES = (
    COMPOSING,
    COMPOSING_CHINESE,
    READING,
    READING_CHINESE,
    TRANSCRIBING,
    CHARACTERS_PER_WORD,
    TIDYING,
)

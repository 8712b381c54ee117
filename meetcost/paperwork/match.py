# SPDX-License-Identifier: Apache-2.0
"""Which meeting a document is the minutes of: by the day it names, then by the words of its title.

A day is looked for in the name of the file, then in the first lines. Of several meetings on that day the one whose
title has most in common with the name and the first lines is taken; where two are as good, none is.
"""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.errors import Problem
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_HEAD: Final = 1500  # characters in which a day and a title stand
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH: Final = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DAYS: Final = (
    (re.compile(r"(?<!\d)(20\d\d)[-_./ ]?(\d\d)[-_./ ]?(\d\d)(?!\d)"), "ymd"),
    (re.compile(r"(?<!\d)(20\d\d)\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日"), "ymd"),
    (re.compile(r"(?<!\d)(20\d\d)[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)"), "ymd"),
    (re.compile(rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th)?(?: of)?[ -]{_MONTH},?[ -](20\d\d)", re.IGNORECASE), "dmy"),
    (re.compile(rf"\b{_MONTH} (\d{{1,2}})(?:st|nd|rd|th)?,? (20\d\d)", re.IGNORECASE), "mdy"),
)
_TOKEN: Final = re.compile(r"[a-z0-9]+|[\u4e00-\u9fff]")
_SAME: Final = 0.5
"""A title has at least this share of its words in the document's head, where the day alone does not decide."""


class Candidate(NamedTuple):
    """A meeting that took place: its key, its day where it was held, its title."""

    uid: str
    recurrence_id: str
    day: date
    title: str


def day_of(name: str, text: str) -> date | None:
    """The day that the name of a file names, else the first lines of its text; None without any."""
    return _day(name) or _day(text[:_HEAD])


def match(name: str, text: str, held: Iterable[Candidate]) -> Candidate | Problem:
    """The meeting whose minutes these are, or why it cannot be said."""
    day = day_of(name, text)
    if day is None:
        advice = "put the day into the file's name, such as 2026-12-10, or say --day"
        return Problem("minutes-day", "names no day, neither in its name nor in its first lines", advice=advice)
    same_day = [one for one in held if one.day == day]
    if not same_day:
        advice = "give the calendar it is in, or say --series for minutes without a calendar"
        return Problem("minutes-meeting", Sentence.of("no meeting on {day} in the calendars", day=day), advice=advice)
    return _best(name, text, same_day)


def _best(name: str, text: str, same_day: Sequence[Candidate]) -> Candidate | Problem:
    head = _tokens(f"{name} {text[:_HEAD]}")
    scored = sorted(((_share(one.title, head), one) for one in same_day), key=lambda pair: -pair[0])
    best, one = scored[0]
    if len(scored) == 1 or (best >= _SAME and best > scored[1][0]):
        return one
    titles = ", ".join(f"`{one.title}`" for _, one in scored[:4])
    message = Sentence.of("may be the minutes of several meetings on {day}: {titles}", day=one.day, titles=titles)
    return Problem("minutes-ambiguous", message, advice="name the meeting in the title of the minutes, or say --series")


def _share(title: str, head: set[str]) -> float:
    wanted = _tokens(title)
    return len(wanted & head) / len(wanted) if wanted else 0.0


def _tokens(text: str) -> set[str]:
    """Words, and pairs of Chinese characters."""
    found = _TOKEN.findall(text.lower())
    pairs = {a + b for a, b in pairwise(found) if not a.isascii() and not b.isascii()}
    return {one for one in found if one.isascii() and not one.isdigit()} | pairs


def _day(text: str) -> date | None:
    found = [
        (place.start(), day) for form, order in _DAYS for place in form.finditer(text) if (day := _date(place, order))
    ]
    return min(found, key=lambda pair: pair[0])[1] if found else None


def _date(place: re.Match[str], order: str) -> date | None:
    parts = dict(zip(order, place.groups(), strict=True))
    month = parts["m"].lower()[:3]
    number = _MONTHS.index(month) + 1 if month in _MONTHS else int(parts["m"])
    try:
        return date(int(parts["y"]), number, int(parts["d"]))
    except ValueError:
        return None

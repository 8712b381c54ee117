# SPDX-License-Identifier: Apache-2.0
"""Rows and figures that several pages have."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from meetcost.feed.site import meeting_path
from meetcost.words.forms import duration

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from meetcost.feed.publication import BandHours, Entry, Paperwork, Worked
    from meetcost.feed.wording import Wording


class Fact(NamedTuple):
    """A figure with what it says; `unit` stands small behind it."""

    said: str
    figure: str
    unit: str = ""


class MeetingRow(NamedTuple):
    """A meeting in a list."""

    href: str
    title: str
    unit: str
    when: str
    people: str
    hours: str
    money: str


class SumLine(NamedTuple):
    """A line of the arithmetic: of which band, how, what comes out."""

    band: str
    said: str
    figure: str
    money: str = ""


def meeting_row(entry: Entry, words: Wording, home: str) -> MeetingRow:
    """A meeting with all the occurrences that `entry` has."""
    times = len(entry.held)
    when = words.when(entry.held[0]) if times == 1 else words.plain_n(times, "once", "{count} times")
    return MeetingRow(
        f"{home}{meeting_path(entry.id)}",
        words.title(entry),
        words.unit(entry.called_by),
        when,
        people_of(entry, words),
        words.worked(entry.seconds),
        words.round_money(entry.minor),
    )


def people_of(entry: Entry, words: Wording) -> str:
    """How many people an occurrence has."""
    counts = [held.worked.people for held in entry.held]
    low, high = min(counts), max(counts)
    if low == high:
        return words.plain_n(low, "{count} person", "{count} people")
    return words.plain("{low}–{high} people", low=low, high=high)


def paperwork_figure(paperwork: Paperwork, words: Wording) -> str:
    """The interval, in two digits: it can carry no more."""
    return f"{_two_digits(paperwork.low, words)}–{_two_digits(paperwork.high, words)}"


def _two_digits(seconds: int, words: Wording) -> str:
    unit = 36
    while seconds >= 100 * unit:
        unit *= 10
    return words.exact_hours(round(seconds / unit) * unit)


def sum_lines(worked: Worked, words: Wording) -> Iterator[SumLine]:
    """Hours by published band: people × length × rate. What is rounded on the way is said to be."""
    for line in worked.bands:
        hours = words.exact_hours(line.people * line.each)
        people = words.plain_n(line.people, "{count} person", "{count} people")
        each = _length(line.each, words)
        if line.rate is None or line.minor is None:
            yield SumLine("", words.plain("{people} × {each}", people=people, each=each), hours)
            continue
        equals = "=" if is_exact(line) else "≈"
        rate = words.shown(line.rate)
        text = "{people} × {each} × {rate} {equals}"
        said = words.plain(text, people=people, each=each, rate=rate, equals=equals)
        yield SumLine(line.band or words.plain("everybody"), _unbroken(said), hours, words.money(line.minor))


@lru_cache(1 << 12)
def is_exact(line: BandHours) -> bool:
    """Whether people × length × rate, each person's share rounded once, is what was counted."""
    return line.rate is None or line.minor is None or line.rate.for_seconds(line.each).minor * line.people == line.minor


def _unbroken(text: str) -> str:
    """Without a break inside a factor: lines end before a sign."""
    return " × ".join(part.replace(" ", "\u00a0") for part in text.split(" × "))


def _length(seconds: int, words: Wording) -> str:
    """`1.5 h` where that is exact, else `1 h 10 min`."""
    if seconds % 36:
        return duration(seconds, words.language)
    return words.plain("{hours} h", hours=words.exact_hours(seconds))


def sum_total(worked: Worked, words: Wording) -> SumLine:
    """The last line."""
    return SumLine("", "", words.exact_hours(worked.seconds), words.money(worked.minor))


class RowExample(NamedTuple):
    """One occurrence of a meeting, worked by hand in a line."""

    title: Markup
    sum: str


def row_example(entries: Sequence[Entry], words: Wording, home: str) -> RowExample | None:
    """The arithmetic of one of `entries`: the first with several bands, else the first; None without any."""
    entry = next((one for one in entries if 2 <= len(usual(one).bands) <= 3), next(iter(entries), None))
    if entry is None:
        return None
    link = Markup('<a href="{}"><bdi>{}</bdi></a>').format(f"{home}{meeting_path(entry.id)}", words.title(entry))
    return RowExample(link, by_hand(usual(entry), words))


def by_hand(worked: Worked, words: Wording) -> str:
    """The arithmetic of one occurrence in a line."""
    parts = []
    for line in sum_lines(worked, words):
        if line.money:
            parts.append(f"{line.band} {line.said} {line.money}")
        else:
            parts.append(f"{line.said} = {words.plain('{hours} h', hours=line.figure)}")
    return words.plain("; ").join(parts)


def usual(entry: Entry) -> Worked:
    """What most occurrences of a meeting cost; of several that are as frequent the first."""
    if len(entry.held) == 1:
        return entry.held[0].worked
    return Counter(held.worked for held in entry.held).most_common(1)[0][0]


def shares_of(entries: Iterable[Entry]) -> dict[str, tuple[int, int | None]]:
    """Unit -> what it bore of these meetings: seconds, minor units; the most first."""
    found: dict[str, tuple[int, int | None]] = {}
    for entry in entries:
        for held in entry.held:
            for unit, seconds, minor in held.worked.shares:
                before = found.get(unit, (0, 0))
                both = before[1] is not None and minor is not None
                found[unit] = before[0] + seconds, (before[1] or 0) + (minor or 0) if both else None
    return dict(sorted(found.items(), key=lambda one: (-one[1][0], one[0])))

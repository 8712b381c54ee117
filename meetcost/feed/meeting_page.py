# SPDX-License-Identifier: Apache-2.0
"""The page of one meeting; a series is one page with its occurrences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from meetcost.feed.picture import share_bar
from meetcost.feed.site import meeting_path
from meetcost.feed.views import Fact, paperwork_figure, people_of, shares_of, sum_lines, sum_total, usual
from meetcost.model.moment import DAY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from meetcost.feed.publication import Entry
    from meetcost.feed.site import Site
    from meetcost.feed.wording import Wording

_MOST_TIMES = 400


def meeting_page(site: Site, entry: Entry) -> tuple[str, bytes]:
    """(path, octets)."""
    words = site.wording
    path = meeting_path(entry.id)
    series = len(entry.held) > 1
    worked = usual(entry)
    lines = list(sum_lines(worked, words))
    return site.render(
        "meeting.html",
        path,
        "meeting",
        title=words.title(entry.title),
        unit=words.unit(entry.called_by),
        when=words.plain_n(len(entry.held), "once", "{count} times") if series else words.when(entry.held[0]),
        said=_said(entry, words),
        facts=list(_facts(entry, words)),
        sum_caption=words.t("One of its meetings") if series else words.t("By published pay band")
        if site.publication.currency is not None else words.t("In hours"),
        sum_lines=lines,
        sum_total=sum_total(worked, words) if len(lines) > 1 else None,
        priced=worked.minor is not None,
        notes=list(_notes(entry, words)),
        shares=list(_shares(entry, words)),
        occurrences=list(_occurrences(entry, words)) if series else [],
    )


def _said(entry: Entry, words: Wording) -> str:
    people = people_of(entry, words)
    lengths = {held.end - held.start for held in entry.held}
    hours = words.hours(entry.seconds)
    if len(entry.held) > 1:
        if len(lengths) == 1 and not entry.held[0].all_day:
            each = words.length(lengths.pop())
            return words.plain("{hours} hours of work: {times} × {people} × {each}.", hours=hours, times=len(entry.held), people=people, each=each)
        return words.plain("{hours} hours of work in {times} meetings, {people} each.", hours=hours, times=len(entry.held), people=people)
    held = entry.held[0]
    if held.all_day or held.end - held.start > DAY:
        return words.plain("{hours} hours of work: {people}.", hours=hours, people=people)
    return words.plain("{hours} hours of work: {people} × {each}.", hours=hours, people=people, each=words.length(held.end - held.start))


def _facts(entry: Entry, words: Wording) -> Iterator[Fact]:
    if entry.minor is not None:
        yield Fact(words.plain("working time, by published pay band"), words.money(entry.minor))
    if entry.cash:
        yield Fact(words.plain("travel and rooms"), words.money(entry.cash))
    if entry.paperwork is not None:
        paperwork = entry.paperwork * len(entry.held)
        yield Fact(words.plain("more for minutes afterwards, a forecast"), paperwork_figure(paperwork, words), words.plain("h"))


def _notes(entry: Entry, words: Wording) -> Iterator[str]:
    if any(line.minor is not None and line.rate is not None and line.rate.for_seconds(line.each).minor * line.people != line.minor for held in entry.held for line in held.worked.bands):
        yield words.plain("≈: each person's share is rounded to the minor unit, and parts of it by themselves.")
    met = sorted({rule for held in entry.held for rule in held.rules})
    if met and len(entry.held) == 1:
        yield words.plain("It fell on a no-meeting day (rule {rules}); whether it was exempt or stood there before is not looked at here.", rules=", ".join(met))


def _shares(entry: Entry, words: Wording) -> Iterator[dict[str, Any]]:
    for unit, (seconds, minor) in shares_of([entry]).items():
        yield {
            "unit": words.unit(unit),
            "hours": words.hours(seconds),
            "bar": share_bar(seconds / (entry.seconds or 1), "paid"),
            "money": words.money(minor),
        }


def _occurrences(entry: Entry, words: Wording) -> Iterator[dict[str, Any]]:
    for held in entry.held[:_MOST_TIMES]:
        yield {
            "when": words.when(held),
            "rules": words.plain("no-meeting day") if held.rules else "",
            "people": held.worked.people,
            "hours": words.hours(held.worked.seconds),
            "money": words.money(held.worked.minor),
        }



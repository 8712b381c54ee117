# SPDX-License-Identifier: Apache-2.0
"""The page of one meeting; a series is one page with its occurrences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from meetcost.feed.minutes import minutes_rows
from meetcost.feed.picture import share_bar
from meetcost.feed.site import meeting_path
from meetcost.feed.views import Fact, is_exact, paperwork_figure, people_of, shares_of, sum_lines, sum_total, usual

if TYPE_CHECKING:
    from collections.abc import Iterator

    from meetcost.feed.publication import Entry, Worked
    from meetcost.feed.site import Site
    from meetcost.feed.wording import Wording


def meeting_page(site: Site, entry: Entry) -> tuple[str, bytes]:
    """(path, octets)."""
    words = site.wording
    path = meeting_path(entry.id)
    series = len(entry.held) > 1
    worked = usual(entry)
    lines = list(sum_lines(worked, words))
    return site.render(
        "meeting",
        path,
        f"{words.title(entry)} · {site.publication.body}",
        title=words.title(entry),
        unit=words.unit(entry.called_by),
        kind=entry.kind,
        when=words.plain_n(len(entry.held), "once", "{count} times") if series else words.when(entry.held[0]),
        said=_said(entry, words),
        facts=list(_facts(entry, words)),
        sum_caption=words.t("One of its meetings") if series else "",
        sum_lines=lines,
        sum_total=sum_total(worked, words) if len(lines) > 1 else None,
        notes=list(_notes(entry, worked, words)),
        minutes=minutes_rows(entry, words),
        shares=list(_shares(entry, words)),
        occurrences=list(_occurrences(entry, words)) if series else [],
    )


def _said(entry: Entry, words: Wording) -> str:
    people, hours = people_of(entry, words), words.worked(entry.seconds)
    first, times = entry.held[0], len(entry.held)
    length, heads = first.end - first.start, first.worked.people
    plain = all(held.end - held.start == length and held.worked[:2] == (heads, heads * length) for held in entry.held)
    if times > 1 and plain:
        text = "{hours} of work: {times} × {people} × {each}."
        return words.plain(text, hours=hours, times=times, people=people, each=words.length(length))
    if times > 1:
        text = "{hours} of work in {times} meetings, {people} each."
        return words.plain(text, hours=hours, times=times, people=people)
    if plain:
        text = "{hours} of work: {people} × {each}."
        return words.plain(text, hours=hours, people=people, each=words.length(length))
    return words.plain("{hours} of work: {people}.", hours=hours, people=people)


def _facts(entry: Entry, words: Wording) -> Iterator[Fact]:
    if entry.minor is not None:
        yield Fact(words.plain("working time, by published pay band"), words.money(entry.minor))
    if entry.cash:
        yield Fact(words.plain("travel and rooms"), words.money(entry.cash))
    if entry.paperwork is not None:
        figure = paperwork_figure(entry.paperwork * len(entry.held), words)
        yield Fact(words.plain("more for minutes afterwards, a forecast"), figure, words.plain("h"))


def _notes(entry: Entry, worked: Worked, words: Wording) -> Iterator[str]:
    if not all(map(is_exact, worked.bands)):
        yield words.plain("≈: each person's share is rounded to the minor unit, and parts of it by themselves.")
    met = sorted({rule for held in entry.held for rule in held.rules})
    if met and len(entry.held) == 1:
        text = (
            "It fell on a no-meeting day (rule {rules}); whether it was exempt or stood there before is not looked at "
            "here."
        )
        yield words.plain(text, rules=", ".join(met))


def _shares(entry: Entry, words: Wording) -> Iterator[dict[str, Any]]:
    shares = shares_of([entry])
    most = max((seconds for seconds, _ in shares.values()), default=0) or 1
    for unit, (seconds, minor) in shares.items():
        yield {
            "unit": words.unit(unit),
            "hours": words.hours(seconds),
            "bar": share_bar(seconds / most, "paid"),
            "money": words.money(minor),
        }


def _occurrences(entry: Entry, words: Wording) -> Iterator[dict[str, Any]]:
    for held in entry.held:
        yield {
            "when": words.when(held),
            "rules": words.plain("no-meeting day") if held.rules else "",
            "people": held.worked.people,
            "hours": words.hours(held.worked.seconds),
            "money": words.money(held.worked.minor),
        }

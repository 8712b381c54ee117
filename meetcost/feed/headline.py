# SPDX-License-Identifier: Apache-2.0
"""The first lines of the overview: what it came to, against the period before, and a few figures at a glance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from meetcost.feed.minutes import compared_said
from meetcost.feed.totals import change
from meetcost.feed.views import Fact, paperwork_figure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from meetcost.feed.publication import Before, Publication
    from meetcost.feed.totals import Totals
    from meetcost.feed.wording import Wording


def _strong(text: str) -> Markup:
    return Markup("<strong>{}</strong>").format(text)


def headline(publication: Publication, whole: Totals, words: Wording) -> Markup:
    """How many hours went into how many meetings."""
    if not whole.occurrences:
        return words.t("No meeting is on record for this period.")
    hours = _strong(words.worked(whole.seconds))
    meetings = _strong(words.plain_n(whole.occurrences, "{count} meeting", "{count} meetings"))
    if publication.coverage.planned:
        return words.t("{hours} of work go into {meetings}", hours=hours, meetings=meetings)
    return words.t("{hours} of work went into {meetings}", hours=hours, meetings=meetings)


def lede(publication: Publication, whole: Totals, words: Wording) -> Markup:
    """The change, the target, what is still to come, and the paperwork."""
    sentences = []
    if publication.before is not None and whole.seconds:
        sentences.append(_change(publication.before, whole, words))
    if publication.target is not None:
        sentences.append(words.t("The target is {target}.", target=_strong(words.percent(publication.target))))
    if publication.coverage.planned:
        count = publication.coverage.planned
        if count == whole.occurrences > 1:
            sentences.append(words.t("All of them are still to come."))
        else:
            sentences.append(words.n(count, "{count} of them is still to come.", "{count} of them are still to come."))
    if whole.paperwork.high:
        if (measured := compared_said(publication.entries, words)) is not None:
            sentences.append(measured)
        text = (
            "Minutes afterwards take about {range} hours more, by forecast; whether work moved from meetings into "
            "paper cannot be told yet."
        )
        sentences.append(words.t(text, range=paperwork_figure(whole.paperwork, words)))
    return Markup("" if words.language == "zh" else " ").join(sentences)  # noqa: S704 - a space


def _change(before: Before, whole: Totals, words: Wording) -> Markup:
    by, period = change(before.seconds, whole.seconds) or 0, words.period(before.first, before.last)
    if not by:
        return words.t("That is as much as in {period}.", period=period)
    text = "That is {change} less than in {period}." if by < 0 else "That is {change} more than in {period}."
    return words.t(text, change=_strong(words.percent(abs(by))), period=period)


def facts(publication: Publication, whole: Totals, words: Wording) -> Iterator[Fact]:
    """The figures at a glance; none without a meeting."""
    if not whole.occurrences:
        return
    if whole.minor is not None:
        yield Fact(words.plain("of working time, at the published pay bands"), words.round_money(whole.minor))
    if whole.cash:
        yield Fact(words.plain("travel and rooms"), words.round_money(whole.cash))
    yield Fact(words.plain("people in an average meeting"), words.average(whole.people, whole.occurrences))
    banned = sum(bool(held.rules) for entry in publication.entries for held in entry.held)
    if publication.method.rules:
        yield Fact(words.plain("of the meetings fell on a no-meeting day"), f"{banned:,}")
    if publication.withheld.occurrences:
        yield Fact(words.plain("more were confidential: only counted"), f"{publication.withheld.occurrences:,}")

# SPDX-License-Identifier: Apache-2.0
"""Paperwork as it was forecast and as it was measured, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from meetcost.feed.publication import NO_PAPERWORK
from meetcost.feed.views import paperwork_figure

if TYPE_CHECKING:
    from collections.abc import Iterable

    from markupsafe import Markup

    from meetcost.feed.publication import Entry, Paperwork
    from meetcost.feed.wording import Wording


class Compared(NamedTuple):
    """Occurrences with both: how many, measured seconds, the forecast for the same, how many lay in its interval."""

    occurrences: int = 0
    seconds: int = 0
    forecast: Paperwork = NO_PAPERWORK
    within: int = 0


def compared(entries: Iterable[Entry]) -> Compared:
    """Over all occurrences whose hours are measured and forecast."""
    sums = Compared()
    for entry in entries:
        for held in entry.held if entry.paperwork is not None else ():
            if held.measured is not None and held.measured.seconds is not None and entry.paperwork is not None:
                seconds, forecast = held.measured.seconds, entry.paperwork
                sums = Compared(
                    sums.occurrences + 1,
                    sums.seconds + seconds,
                    sums.forecast + forecast,
                    sums.within + (forecast.low <= seconds <= forecast.high),
                )
    return sums


def compared_said(entries: Iterable[Entry], words: Wording) -> Markup | None:
    """The sentence of the overview; None where nothing was measured."""
    found = compared(entries)
    if not found.occurrences:
        return None
    one = (
        "Minutes of {count} meeting were measured: {hours} of writing and reading; the forecast for them was "
        "{range} hours."
    )
    many = (
        "Minutes of {count} meetings were measured: {hours} of writing and reading; the forecast for them was "
        "{range} hours, and {within} of {count} lay in their interval."
    )
    return words.n(
        found.occurrences,
        one,
        many,
        hours=words.worked(found.seconds),
        range=paperwork_figure(found.forecast, words),
        within=f"{found.within:,}",
    )


def minutes_rows(entry: Entry, words: Wording) -> list[dict[str, Any]]:
    """The table of a meeting's page: a row for each occurrence that was measured."""
    rows = []
    for held in entry.held:
        measured = held.measured
        if measured is None:
            continue
        if not measured.length:
            length = words.plain("no minutes")
        elif measured.unit == "words":
            length = words.plain("{count} words", count=f"{measured.length:,}")
        else:
            length = words.plain("{count} characters", count=f"{measured.length:,}")
        rows.append(
            {
                "when": words.when(held),
                "forecast": paperwork_figure(entry.paperwork, words) if entry.paperwork is not None else "–",
                "length": length,
                "hours": words.exact_hours(measured.seconds) if measured.seconds is not None else "–",
            }
        )
    return rows

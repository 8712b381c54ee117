# SPDX-License-Identifier: Apache-2.0
"""The hours against the target that was promised: the year before, what was aimed at, what it came to."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, Any

from meetcost.feed.picture import share_bar
from meetcost.feed.totals import change, days_of

if TYPE_CHECKING:
    from meetcost.feed.publication import Before, Publication
    from meetcost.feed.wording import Wording


def aimed_at(before: Before, target: Decimal) -> int:
    """The seconds that the target allows, after `before`."""
    allowed = Decimal(before.seconds) * (100 + target) / 100
    return max(int(allowed.to_integral_value(ROUND_HALF_EVEN)), 0)


def against_target(publication: Publication, seconds: int, words: Wording) -> dict[str, Any] | None:
    """The section of the overview; None where no target was given."""
    target, before = publication.target, publication.year_before
    if target is None:
        return None
    source = publication.target_source
    if before is None:
        text = "The target is {target} against the year before. The calendars do not reach back that far."
        return {"said": words.plain(text, target=words.percent(target)), "rows": [], "source": source}
    aim, by = aimed_at(before, target), change(before.seconds, seconds) or 0
    fields = {
        "by": words.percent(abs(by)),
        "before": words.period(before.first, before.last),
        "target": words.percent(target),
        "apart": words.worked(abs(seconds - aim)),
    }
    if publication.coverage.planned:
        text = "So far it is {by} {less} than in {before}; the target is {target}. Part of it is still to come."
    elif seconds <= aim:
        text = "It is {by} {less} than in {before}; the target of {target} is met, with {apart} to spare."
    else:
        text = "It is {by} {less} than in {before}; the target of {target} is missed by {apart}."
    less = words.plain("less") if by < 0 else words.plain("more")
    now = words.period(*days_of(publication))
    lines = [
        (words.period(before.first, before.last), before.seconds, "called"),
        (words.plain("Target: {target}", target=words.percent(target)), aim, "aim"),
        (now, seconds, "paid" if seconds > aim else "called"),
    ]
    most = max(line[1] for line in lines) or 1
    return {
        "said": words.plain(text, less=less, **fields),
        "source": source,
        "rows": [
            {"name": name, "hours": words.hours(value), "bar": share_bar(value / most, kind)}
            for name, value, kind in lines
        ],
    }

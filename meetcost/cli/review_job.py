# SPDX-License-Identifier: Apache-2.0
"""One call of `meetcost paperwork evaluate`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from meetcost.cli.histories import history_at
from meetcost.paperwork.review import looked_back, reviewed
from meetcost.words.say import say, say_count

if TYPE_CHECKING:
    from meetcost.cli.shell import Shell
    from meetcost.paperwork.review import Review
    from meetcost.words.say import Language


def show_review(shell: Shell, path: str) -> None:
    """The forecasts in retrospect, by the number of own records there were."""
    language = shell.language
    looked = looked_back(history_at(path))
    if not looked:
        shell.note(say("{file}: no record has minutes yet", language, file=path))
    reviews = reviewed(looked)
    if shell.json:
        for review in reviews:
            shell.object({name: round(v, 3) if isinstance(v, float) else v for name, v in asdict(review).items()})
        return
    for review in reviews:
        shell.line(_band(review, language), "bold")
        text = "{share} % of the measured lengths lay in the interval that should hold 80 %"
        shell.line(f"  {say(text, language, share=round(100 * review.coverage))}")
        text = "the interval goes from the median ÷ {factor} to the median × {factor}"
        shell.line(f"  {say(text, language, factor=f'{review.factor:.1f}')}")
        text = "half of the forecasts were off by less than × or ÷ {error} (without own records: {without})"
        shell.line(f"  {say(text, language, error=f'{review.error:.2f}', without=f'{review.without:.2f}')}")


def _band(review: Review, language: Language) -> str:
    if review.least == 0 == review.most:
        records = say("no own records", language)
    elif review.most is None:
        records = say("{least} own records or more", language, least=review.least)
    else:
        records = say("{least} to {most} own records", language, least=review.least, most=review.most)
    count = say_count(review.forecasts, "{count} forecast", "{count} forecasts", language)
    return say("{records}: {forecasts}", language, records=records, forecasts=count)

# SPDX-License-Identifier: Apache-2.0
"""One call of `meetcost burden shift`: the verdict first, then what it rests on, so that it can be followed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from meetcost.burden.plot import drawn, rows_of
from meetcost.burden.points import series_of
from meetcost.burden.shift import Outcome, Shift, scan, shift
from meetcost.cli.documents import day_named
from meetcost.cli.histories import history_at
from meetcost.words.forms import day as day_text
from meetcost.words.say import say, say_count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from meetcost.cli.shell import Shell
    from meetcost.words.say import Language

_VERDICTS: Final = {
    Outcome.MOVED: "the burden moved: fewer meetings, and more paperwork for each comparable one (明减暗增)",
    Outcome.HEAVIER: "paperwork rose for each comparable meeting, but meetings were not cut: nothing moved, it grew",
    Outcome.NOT_SEEN: "no sign that work moved into paperwork; a fully moved cut of 30 % would mostly have shown",
    Outcome.CANNOT_TELL: "cannot tell yet: so few meetings would not show it",
}


def show_shift(shell: Shell, path: str, since: str | None) -> None:
    """The verdict at the day that is named, or at the one that stands out most."""
    series = series_of(history_at(path))
    day = day_named(since)
    found = shift(series, day) if day is not None else scan(series)
    if found is None:
        text = "{file}: cannot tell yet: a series needs 8 meetings before a day and 3 from then on"
        shell.line(say(text, shell.language, file=path))
        return
    shell.findings = found.outcome in (Outcome.MOVED, Outcome.HEAVIER)
    if shell.json:
        shell.object(_object(found))
        return
    language = shell.language
    shell.line(say(_VERDICTS[found.outcome], language), "bold")
    for line in _grounds(found, language):
        shell.line(f"  {line}")
    rows = rows_of([one for one, _ in found.contrasts], found.since)
    if not rows:
        return
    shell.line(say("paperwork of a comparable meeting, 1 = as before; meetings looked at on the right:", language))
    for line in drawn(rows, found.since):
        shell.line(f"  {line}")


def _grounds(found: Shift, language: Language) -> Iterator[str]:
    day = day_text(found.since, language, year=True)
    if found.scanned:
        yield say(
            "{day} is where the change is greatest; the day was looked for, which counts against it", language, day=day
        )
    else:
        yield say("before and after {day}:", language, day=day)
    yield from _hours(found, language)
    yield from _statistic(found, language)
    if found.more is not None:
        yield from _more(found, language)
    if found.left_out:
        count = say_count(len(found.left_out), "{count} series", "{count} series", language)
        text = "left out: {series} with fewer than 8 meetings before or 3 after"
        yield say(text, language, series=count)


def _hours(found: Shift, language: Language) -> Iterator[str]:
    hours = found.hours
    if hours.meeting_before is None or hours.meeting_after is None:
        yield say("meeting hours: not known for all meetings, so that no cut can be seen", language)
    else:
        text = "meeting hours a month: {before} → {after} person-hours ({change}); meetings: {number} → {now}"
        yield say(
            text,
            language,
            before=_figure(hours.meeting_before),
            after=_figure(hours.meeting_after),
            change=_percent(-hours.fall) if hours.fall is not None else "–",
            number=_figure(hours.number_before),
            now=_figure(hours.number_after),
        )
    text = "paperwork hours a month: {before} → {after} (lengths measured, speeds from literature)"
    yield say(text, language, before=_figure(hours.paperwork_before), after=_figure(hours.paperwork_after))
    if found.ratio is not None:
        text = "  had comparable meetings kept their paperwork, it would be about {expected} hours now"
        yield say(text, language, expected=_figure(hours.paperwork_after / found.ratio))
    if hours.transfer is not None:
        text = "transfer ratio: {ratio} paperwork hours more for each meeting hour saved (1 = all of it)"
        yield say(text, language, ratio=f"{hours.transfer + 0.0:.2f}".replace("-", "−"))
    if found.split is not None:
        text = "paperwork per meeting hour: × {within} within series, × {mix} because other meetings are held now"
        within, mix = math.exp(found.split.within), math.exp(found.split.mix)
        yield say(text, language, within=f"{within:.2f}", mix=f"{mix:.2f}")


def _statistic(found: Shift, language: Language) -> Iterator[str]:
    if found.c is None or found.threshold is None or found.ratio is None or found.interval is None:
        return
    count = say_count(len(found.contrasts), "{count} series", "{count} series", language)
    low, high = found.interval
    text = "a comparable meeting has × {ratio} the paperwork (80 % interval {low} to {high}), {series}"
    yield say(text, language, ratio=f"{found.ratio:.2f}", low=f"{low:.2f}", high=f"{high:.2f}", series=count)
    text = "c = {c}; {threshold} is exceeded in 5 % of cases in which nothing happened"
    yield say(text, language, c=f"{found.c:.2f}", threshold=f"{found.threshold:.2f}")
    if found.chance is not None and found.chance < 1:
        text = "by chance alone c is as large in at most {share} % of cases"
        yield say(text, language, share=f"{100 * found.chance:g}")
    text = "had a cut of 30 % moved in full, these data would have shown it in {share} % of cases"
    yield say(text, language, share=round(100 * found.power))


def _more(found: Shift, language: Language) -> Iterator[str]:
    more = found.more
    if more is None:
        return
    if found.c is None:
        text = "needs about {count} more meetings of a series: 8 before the day and 3 from then on"
        yield say(text, language, count=more.meetings)
    elif more.meetings is not None:
        text = "needs about {count} more meetings of each series"
        yield say(text, language, count=more.meetings)
    if more.series is not None:
        text = "needs about {count} more series with as many meetings; more series help more than waiting"
        yield say(text, language, count=more.series)


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"


def _percent(share: float) -> str:
    return f"{100 * share:+.0f} %".replace("-", "−")


def _object(found: Shift) -> dict[str, Any]:
    hours, more = found.hours, found.more
    return {
        "since": found.since.isoformat(),
        "scanned": found.scanned,
        "outcome": found.outcome.value,
        "series": len(found.contrasts),
        "left_out": [one.title for one in found.left_out],
        "c": _round(found.c),
        "threshold": _round(found.threshold),
        "chance": found.chance,
        "ratio": _round(found.ratio),
        "interval_80": [_round(end) for end in found.interval] if found.interval is not None else None,
        "power": found.power,
        "meetings": [_round(hours.number_before), _round(hours.number_after)],
        "meeting_hours": [_round(hours.meeting_before), _round(hours.meeting_after)],
        "paperwork_hours": [_round(hours.paperwork_before), _round(hours.paperwork_after)],
        "transfer_ratio": _round(hours.transfer),
        "within_series": _round(found.split.within) if found.split is not None else None,
        "mix": _round(found.split.mix) if found.split is not None else None,
        "needs": {"series": more.series, "meetings": more.meetings} if more is not None else None,
    }


def _round(value: float | None) -> float | None:
    return round(value, 3) if value is not None else None

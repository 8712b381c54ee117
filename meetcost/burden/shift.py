# SPDX-License-Identifier: Apache-2.0
"""Whether the burden of meetings fell, or only moved into paper (明减暗增): the verdict, and all it rests on.

Two things together are a shift: meetings were cut (their number or their person-hours fell by `FALL` or more, and the
hours did not rise), and paperwork per comparable meeting rose by more than it does by itself. One alone is none. Where
the data could not have shown a shift, the verdict is that nothing can be told yet, and how much more it takes: nobody
is accused on noise, and nobody acquitted by it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from statistics import fmean, median
from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.burden.calibration import ENOUGH_POWER, Calibration, shipped_calibration
from meetcost.burden.contrast import LEAST_AFTER, LEAST_BEFORE, Contrast, contrast, enough
from meetcost.burden.mix import Flow, Split, split

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from meetcost.burden.points import Series

FALL: Final = 0.15
YEAR: Final = 365
_MONTH: Final = 30


class Outcome(Enum):
    """What can be said."""

    MOVED = "moved"
    """Meetings were cut and paperwork per comparable meeting rose."""
    HEAVIER = "heavier"
    """Paperwork per comparable meeting rose; meetings were not cut, or their hours are not known."""
    NOT_SEEN = "not seen"
    """No rise of paperwork, where a fully moved cut of 30 % would mostly have been found."""
    CANNOT_TELL = "cannot tell yet"
    """No rise of paperwork, and too little to have found one."""


class Hours(NamedTuple):
    """Meetings and hours a month (30 days) before and after; `meeting` only where all meetings' hours are known."""

    number_before: float
    number_after: float
    meeting_before: float | None
    meeting_after: float | None
    paperwork_before: float
    paperwork_after: float

    @property
    def fall(self) -> float | None:
        """Share by which meeting hours fell; negative if they rose."""
        if not self.meeting_before or self.meeting_after is None:
            return None
        return 1 - self.meeting_after / self.meeting_before

    @property
    def cut(self) -> bool:
        """Whether meetings were cut: the number counts too, because hours vary with who comes."""
        if self.fall is None or self.fall <= 0 or not self.number_before:
            return False
        return max(self.fall, 1 - self.number_after / self.number_before) >= FALL

    @property
    def transfer(self) -> float | None:
        """Paperwork hours gained for a meeting hour saved; None unless meeting hours fell.

        1: all of it went into paper. 0: paperwork stayed as it was, though fewer meetings should have left less.
        """
        if not self.meeting_before or self.meeting_after is None or self.meeting_after >= self.meeting_before:
            return None
        return (self.paperwork_after - self.paperwork_before) / (self.meeting_before - self.meeting_after)


class More(NamedTuple):
    """What it takes for an answer: so many series more, or so many meetings more of each; None where none will do."""

    series: int | None
    meetings: int | None


@dataclass(frozen=True, slots=True)
class Shift:
    """The verdict at a date and its grounds.

    `c` pooled over the series in `contrasts`, beside its `threshold`; `chance`: the share of placebo cuts with such a
    c; `ratio`: paperwork per comparable meeting after over before, with an 80 % `interval`; `power`: how often a fully
    moved cut of 30 % would have been found. `scanned`: the date was looked for, and the threshold is that of the
    largest of many.
    """

    since: date
    outcome: Outcome
    contrasts: tuple[tuple[Series, Contrast], ...]
    left_out: tuple[Series, ...]
    c: float | None
    threshold: float | None
    chance: float | None
    ratio: float | None
    interval: tuple[float, float] | None
    power: float
    hours: Hours
    split: Split | None
    more: More | None
    scanned: bool = False


def shift(series: Sequence[Series], since: date, calibration: Calibration | None = None) -> Shift:
    """The verdict for a change that began on `since`, a day known beforehand and not chosen by looking at the data."""
    return _judged(series, since, shipped_calibration() if calibration is None else calibration, scanned=False)


def scan(series: Sequence[Series], calibration: Calibration | None = None) -> Shift | None:
    """The verdict at the day on which c stands out most; None where no day can be looked at.

    Looking for the day is looking often: c has to exceed the threshold of the largest of as many cuts.
    """
    limits = shipped_calibration() if calibration is None else calibration
    best: tuple[float, date] | None = None
    for day in cuts(series):
        found = _contrasts(series, day)
        if found:
            score = fmean(one.c for _, one in found) / limits.threshold(len(found))
            best = max(best, (score, day)) if best is not None else (score, day)
    return _judged(series, best[1], limits, scanned=True) if best is not None else None


MOST_CUTS: Final = 24


def cuts(series: Iterable[Series]) -> list[date]:
    """Days to look at, evenly among those with meetings: at most `MOST_CUTS`."""
    days = sorted({point.day for one in series for point in one.points})[1:]
    if len(days) <= MOST_CUTS:
        return days
    return [days[round(i * (len(days) - 1) / (MOST_CUTS - 1))] for i in range(MOST_CUTS)]


def _judged(series: Sequence[Series], since: date, limits: Calibration, *, scanned: bool) -> Shift:
    found = _contrasts(series, since)
    seen = {one.uid for one, _ in found}
    hours, flows = _hours(series, since)
    count = len(found)
    c = fmean(one.c for _, one in found) if found else None
    threshold = (limits.scanned(count) if scanned else limits.threshold(count)) if found else None
    after = round(median(one.after for _, one in found)) if found else 0
    power = limits.found(count, after)
    outcome = _outcome(c, threshold, power, cut=hours.cut)
    ratio, interval = _ratio(found, limits) if found else (None, None)
    return Shift(
        since=since,
        outcome=outcome,
        contrasts=tuple(found),
        left_out=tuple(one for one in series if one.uid not in seen),
        c=c,
        threshold=threshold,
        chance=limits.chance(count, c) if c is not None and not scanned else None,
        ratio=ratio,
        interval=interval,
        power=power,
        hours=hours,
        split=split(*flows) if hours.meeting_before is not None else None,
        more=_more(series, since, count, after, limits) if outcome is Outcome.CANNOT_TELL else None,
        scanned=scanned,
    )


def _outcome(c: float | None, threshold: float | None, power: float, *, cut: bool) -> Outcome:
    if c is not None and threshold is not None and c > threshold:
        return Outcome.MOVED if cut else Outcome.HEAVIER
    return Outcome.NOT_SEEN if power >= ENOUGH_POWER else Outcome.CANNOT_TELL


def _contrasts(series: Iterable[Series], since: date) -> list[tuple[Series, Contrast]]:
    found = []
    for one in series:
        before, after = one.split(since)
        if enough(len(before), len(after)):
            found.append((one, contrast(before, after, one.spread)))
    return found


def _ratio(found: list[tuple[Series, Contrast]], limits: Calibration) -> tuple[float, tuple[float, float]]:
    """exp of the mean step, and of the step that placebo cuts take by themselves around it."""
    step = fmean(one.step for _, one in found)
    unit = fmean(one.step / one.c if one.c else series.spread for series, one in found)
    reach = 1.282 * limits.spread(len(found)) * unit
    return math.exp(step), (math.exp(step - reach), math.exp(step + reach))


def _hours(series: Iterable[Series], since: date) -> tuple[Hours, tuple[dict[str, Flow], dict[str, Flow]]]:
    """Rates over the year before (or as much as there is) and the time after, and the flows by series."""
    points = [(one.uid, point) for one in series for point in one.points]
    days = [point.day for _, point in points]
    if not days:
        return Hours(0.0, 0.0, None, None, 0.0, 0.0), ({}, {})
    first = max(min(days), since - timedelta(days=YEAR))
    last = max(days) + timedelta(days=_gap(series))
    flows: tuple[dict[str, Flow], dict[str, Flow]] = ({}, {})
    known, numbers = True, [0, 0]
    for uid, point in points:
        if point.day < first:
            continue
        known = known and point.meeting is not None
        part = flows[point.day >= since]
        numbers[point.day >= since] += 1
        old = part.get(uid, Flow(0, 0))
        part[uid] = Flow(old.meeting + (point.meeting or 0), old.paperwork + point.paperwork)
    months = [max((since - first).days, 1) / _MONTH, max((last - since).days, 1) / _MONTH]
    sums = [
        (sum(one.meeting for one in part.values()) / length, sum(one.paperwork for one in part.values()) / length)
        for part, length in zip(flows, months, strict=True)
    ]
    (meeting_before, paper_before), (meeting_after, paper_after) = sums
    number_before, number_after = (number / length for number, length in zip(numbers, months, strict=True))
    if not known:
        return Hours(number_before, number_after, None, None, paper_before, paper_after), flows
    return Hours(number_before, number_after, meeting_before, meeting_after, paper_before, paper_after), flows


def _gap(series: Iterable[Series]) -> int:
    """Days from one meeting of a series to the next, as a rule: as long the last meetings still stand for."""
    gaps = [
        (later.day - earlier.day).days
        for one in series
        for earlier, later in zip(one.points, one.points[1:], strict=False)
    ]
    return max(round(median(gaps)), 1) if gaps else 1


def _more(series: Sequence[Series], since: date, count: int, after: int, limits: Calibration) -> More:
    """The least number of series, at as many meetings, and of meetings, of as many series, with enough power."""
    if not count:
        lacking = [_lacking(*map(len, one.split(since))) for one in series]
        return More(None, min(lacking, default=LEAST_AFTER))
    meetings = max(after, LEAST_AFTER)
    series_more = next((n - count for n in sorted(limits.power) if n > count and _does(limits, n, meetings)), None)
    grid = sorted(next(iter(limits.power.values())))
    meetings_more = next((m - after for m in grid if m > after and _does(limits, count, m)), None)
    return More(series_more, meetings_more)


def _does(limits: Calibration, series: int, after: int) -> bool:
    return limits.found(series, after) >= ENOUGH_POWER


def _lacking(before: int, after: int) -> int:
    return max(LEAST_BEFORE - before, 0) + max(LEAST_AFTER - after, 0)

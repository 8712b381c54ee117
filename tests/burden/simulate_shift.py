# SPDX-License-Identifier: Apache-2.0
"""Calibrate the detection of moved burden on real series in which nothing happened, and say how good it is.

    python tests/burden/simulate_shift.py            print false alarms and power
    python tests/burden/simulate_shift.py --write    and write meetcost/burden/calibration.json

A placebo cut is a day in a real series of minutes at which no policy began. Series are drawn so that bodies count
equally, each body once before any twice. Policies are simulated on the same series: meetings are dropped, and the
minutes of those that remain are lengthened.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import log
from pathlib import Path
from statistics import fmean, quantiles, stdev
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "paperwork"))

import fit_minutes

from meetcost.burden import contrast as contrast_module
from meetcost.burden.calibration import ALARM, Calibration, parse
from meetcost.burden.contrast import LEAST_BEFORE, MOST, contrast
from meetcost.burden.points import Point, Series, series_of
from meetcost.burden.shift import Outcome, Shift, scan, shift
from meetcost.paperwork.features import Features, Kind
from meetcost.paperwork.history import History, Record

OUT = Path(__file__).parents[2] / "meetcost" / "burden" / "calibration.json"
COUNTS = (1, 2, 3, 4, 5, 6, 8, 10, 15, 20)
SCANNED = (1, 3, 5, 10)
AFTER = (3, 5, 8, 12, 20)
SHARES = (0.5, 0.2, 0.1, 0.05, 0.02, 0.01)
LEAST_MEETINGS = LEAST_BEFORE + max(AFTER)
MOVED = 1 / 0.7  # what is left of the meetings carries all the paperwork
MONDAY = date(2024, 1, 1)
SEED = 20261127


@dataclass(frozen=True)
class Body:
    """A body's series of minutes written by people, each long enough for a cut."""

    name: str
    series: tuple[Series, ...]


def bodies() -> list[Body]:
    """From the table of the fit; minutes of two kinds in one series are two series."""
    records: dict[str, dict[str, list[Record]]] = {}
    for row in fit_minutes.read():
        kind = fit_minutes.KIND[row["kind"]]
        if kind in fit_minutes.HUMAN and row["no_minutes"] == "0":
            name = f"{row['org']}/{row['series']}/{kind}"
            records.setdefault(row["org"], {}).setdefault(name, []).append(_record(row, name, Kind(kind)))
    found = []
    for body, by_series in sorted(records.items()):
        series = [_weekly(one) for one in by_series.values() if len(one) >= LEAST_MEETINGS]
        if series:
            found.append(Body(body, tuple(series)))
    return found


def _record(row: dict[str, str], name: str, kind: Kind) -> Record:
    def number(column: str) -> float | None:
        return float(row[column]) if row[column] else None

    people, items = number("attendees"), number("agenda_items")
    features = Features(
        kind, number("duration_min"), round(people) if people else None, round(items) if items is not None else None
    )
    order = f"{row['date'] or '0000-00-00'} {int(row['seq_in_series'] or 0):06}"
    return Record(name, order, MONDAY, float(row["word_equiv"]), features)


def _weekly(records: list[Record]) -> Series:
    """The series in its order, one meeting a week from `MONDAY`; unknown hours are one hour with twelve people."""
    (series,) = series_of(History.of(records))
    points = []
    for week, point in enumerate(series.points):
        hours = point.meeting if point.meeting is not None else 12.0
        points.append(point._replace(day=MONDAY + timedelta(weeks=week), meeting=hours))
    return Series(series.uid, series.uid, series.spread, tuple(points))


def draw(rng: random.Random, drawn: list[Body], count: int) -> list[Series]:
    """`count` series: bodies equal, each once before any twice."""
    chosen: list[Body] = []
    while len(chosen) < count:
        chosen += rng.sample(drawn, min(count - len(chosen), len(drawn)))
    return [rng.choice(body.series) for body in chosen]


def placebo(rng: random.Random, series: Series, after: int, factor: float = 1.0, least: int = MOST) -> float:
    """c at a random cut with `least` meetings before it, all paperwork after it times `factor`.

    The first meetings of a series tend to leave longer minutes than the next ones, so that early cuts raise fewer
    alarms; thresholds come from cuts in series that have run for a while.
    """
    r = [point.r for point in series.points if point.r is not None]
    cut = rng.randint(min(least, len(r) - after), len(r) - after)
    before, later = r[max(cut - MOST, 0) : cut], r[cut : cut + after]
    return contrast(before, [one + log(factor) for one in later], series.spread).c


def pooled(
    rng: random.Random, drawn: list[Body], count: int, after: int, factor: float = 1.0, least: int = MOST
) -> float:
    return fmean(placebo(rng, one, after, factor, least) for one in draw(rng, drawn, count))


# --- policies --------------------------------------------------------------------------------------------------------


def policy(rng: random.Random, series: Series, *, slots: int = 10, dropped: float = 0.0, factor: float = 1.0) -> Series:
    """Twenty meetings before and `slots` after, of which a share is dropped and the others' paperwork lengthened."""
    cut = rng.randint(min(MOST, len(series.points) - slots), len(series.points) - slots)
    window = series.points[max(cut - MOST, 0) : cut + slots]
    first = len(window) - slots
    points = []
    for at, point in enumerate(window):
        moved = point._replace(day=MONDAY + timedelta(weeks=MOST + at - first))
        if at >= first:
            if rng.random() < dropped:
                continue
            r = moved.r + log(factor) if moved.r is not None else None
            moved = Point(moved.day, r, moved.meeting, moved.paperwork * factor)
        points.append(moved)
    return Series(series.uid, series.uid, series.spread, tuple(points))


BEGAN = MONDAY + timedelta(weeks=MOST)


def verdicts(
    rng: random.Random, drawn: list[Body], limits: Calibration, count: int, times: int, **changes: float
) -> list[Shift]:
    """The verdict on as many simulated organisations."""
    found = []
    for _ in range(times):
        series = [
            Series(f"{number}", one.title, one.spread, one.points)
            for number, one in enumerate(policy(rng, one, **changes) for one in draw(rng, drawn, count))
        ]
        found.append(shift(series, BEGAN, limits))
    return found


# --- the maximum over many cuts --------------------------------------------------------------------------------------


def largest(rng: random.Random, drawn: list[Body], limits: Calibration, count: int) -> float:
    """The largest c over all cuts of some series side by side, over the threshold of one cut."""
    series = []
    for number, one in enumerate(draw(rng, drawn, count)):
        length = min(rng.randint(LEAST_MEETINGS, 60), len(one.points))
        start = rng.randint(0, len(one.points) - length)
        points = [
            point._replace(day=MONDAY + timedelta(weeks=week))
            for week, point in enumerate(one.points[start : start + length])
        ]
        series.append(Series(f"{number}", one.title, one.spread, tuple(points)))
    found = scan(series, limits)
    return found.c / limits.threshold(len(found.contrasts)) if found is not None and found.c is not None else 0.0


# --- the whole -------------------------------------------------------------------------------------------------------


def upper(values: list[float], share: float) -> float:
    """The value that `share` of `values` exceed."""
    return quantiles(values, n=1000, method="inclusive")[round(1000 * (1 - share)) - 1]


def calibrated(rng: random.Random, drawn: list[Body], times: int, counts: tuple[int, ...] = COUNTS) -> dict[str, Any]:
    """Tails and spread of the pooled c at placebo cuts, by number of series; power and maximum still to come."""
    rows = {}
    for count in counts:
        values = [pooled(rng, drawn, count, rng.choice(AFTER)) for _ in range(times)]
        tail = {f"{share:g}": round(upper(values, share), 3) for share in SHARES}
        power = dict.fromkeys(map(str, AFTER), 0.0)
        rows[str(count)] = {"tail": tail, "sd": round(stdev(values), 3), "maximum": 1.0, "power": power}
    return {"series": rows}


def calibration(times: int, seed: int = SEED) -> dict[str, Any]:
    """The content of calibration.json."""
    rng, drawn = random.Random(seed), bodies()
    content = calibrated(rng, drawn, times)
    rows = content["series"]
    limits = parse(content)
    for name, row in rows.items():
        count = int(name)
        row["power"] = {
            str(after): round(
                fmean(pooled(rng, drawn, count, after, MOVED) > limits.threshold(count) for _ in range(times // 4)),
                2,
            )
            for after in AFTER
        }
        maxima = [largest(rng, drawn, limits, count) for _ in range(times // 8)] if count in SCANNED else None
        row["maximum"] = round(upper(maxima, ALARM), 3) if maxima else None
    data = fit_minutes.DATA
    return {
        "provenance": {
            "script": "tests/burden/simulate_shift.py",
            "data": {"file": data.name, "sha256": fit_minutes.hashlib.sha256(data.read_bytes()).hexdigest()},
            "series": sum(len(body.series) for body in drawn),
            "bodies": len(drawn),
            "meetings": sum(len(one.points) for body in drawn for one in body.series),
            "cuts": times,
            "seed": seed,
        },
        **content,
    }


def false_alarms(times: int, least: int = MOST, seed: int = SEED + 1) -> dict[int, dict[int, float]]:
    """Share of placebo cuts above a threshold learnt on one half of the bodies, in the other half; by series, after."""
    rng, drawn = random.Random(seed), bodies()
    raised: dict[int, dict[int, list[bool]]] = {n: {after: [] for after in AFTER} for n in (1, 3, 5, 8)}
    for _ in range(10):
        rng.shuffle(drawn)
        half = len(drawn) // 2
        for train, test in ((drawn[:half], drawn[half:]), (drawn[half:], drawn[:half])):
            limits = parse(calibrated(rng, train, times, tuple(raised)))
            for count, by_after in raised.items():
                threshold = limits.threshold(count)
                for after, hits in by_after.items():
                    cuts = (pooled(rng, test, count, after, least=least) for _ in range(times // 20))
                    hits += [c > threshold for c in cuts]
    return {n: {after: fmean(hits) for after, hits in row.items()} for n, row in raised.items()}


def without_holding(times: int, seed: int = SEED + 3) -> list[tuple[int, float, float]]:
    """Power over five series with and without holding r to the median before: (meetings after, without, with)."""
    drawn, held, out = bodies(), contrast_module.HELD, []
    try:
        for after in (5, 10, 20):
            found = []
            for reach in (float("inf"), held):
                contrast_module.HELD = reach
                rng = random.Random(seed)
                threshold = upper([pooled(rng, drawn, 5, after) for _ in range(times)], ALARM)
                found.append(fmean(pooled(rng, drawn, 5, after, MOVED) > threshold for _ in range(times)))
            out.append((after, *found))
    finally:
        contrast_module.HELD = held
    return out


POLICIES = {
    "nothing happens": {},
    "honest cut of 30 %": {"dropped": 0.3},
    "cut of 30 %, fully moved (x 1.43)": {"dropped": 0.3, "factor": MOVED},
    "cut of 30 %, minutes twice as long": {"dropped": 0.3, "factor": 2.0},
    "cut of 50 %, fully moved (x 2)": {"dropped": 0.5, "factor": 2.0},
}


def policies(limits: Calibration, times: int, seed: int = SEED + 2) -> dict[str, dict[int, tuple[float, float]]]:
    """By policy and number of series: the share whose c is above the threshold, and the share called `moved`."""
    rng, drawn = random.Random(seed), bodies()
    out: dict[str, dict[int, tuple[float, float]]] = {}
    for name, changes in POLICIES.items():
        out[name] = {}
        for count in (1, 3, 5, 8):
            found = verdicts(rng, drawn, limits, count, times, **changes)
            above = fmean(one.c is not None and one.c > (one.threshold or 0) for one in found)
            out[name][count] = above, fmean(one.outcome is Outcome.MOVED for one in found)
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--write", action="store_true", help=f"write {OUT.name}")
    parser.add_argument("--times", type=int, default=8000, help="placebo cuts by number of series")
    options = parser.parse_args()
    content = calibration(options.times)
    limits = parse(content)
    print("| series | threshold | chance 1 % | spread | date unknown | power after 3 | 5 | 8 | 12 | 20 |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for count in COUNTS:
        power = " | ".join(f"{share:.2f}" for share in limits.power[count].values())
        print(
            f"| {count} | {limits.threshold(count):.2f} | {limits.threshold(count, 0.01):.2f} "
            f"| {limits.spread(count):.2f} | {limits.scanned(count):.2f} | {power} |"
        )
    for least in (MOST, LEAST_BEFORE):
        print(f"\n| false alarms, {least} or more before | after 3 | 5 | 8 | 12 | 20 |")
        print("| --- | --- | --- | --- | --- | --- |")
        for count, row in false_alarms(2000, least).items():
            print(f"| {count} series | {' | '.join(f'{100 * share:.1f} %' for share in row.values())} |")
    print("\n| policy | c, 1 series | 3 | 5 | 8 | moved, 1 series | 3 | 5 | 8 |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for name, row in policies(limits, 2000).items():
        cells = [f"{one[side]:.2f}" for side in (0, 1) for one in row.values()]
        print(f"| {name} | {' | '.join(cells)} |")
    print("\n| power over 5 series, meetings after | r as it is | r held |\n| --- | --- | --- |")
    for after, bare, held in without_holding(3000):
        print(f"| {after} | {bare:.2f} | {held:.2f} |")
    if options.write:
        content["provenance"]["made"] = datetime.now(UTC).date().isoformat()
        OUT.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
        print(f"wrote {OUT.name}")


if __name__ == "__main__":
    main()

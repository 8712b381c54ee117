# SPDX-License-Identifier: Apache-2.0
"""The attack on random bodies: `python -m tests.privacy.attack_rosters --rosters 200`, `--control` for the wrong feeds.

For each body the real publisher makes the release, and the solver tries to get everybody's hourly pay out of it. What
it finds is compared with what the published rate card says of everybody, and with true pay.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parent))

from rosters_for_attack import Body, significant

from meetcost.privacy.attack import solve
from meetcost.privacy.check import check

NEAR = 0.05


class Outcome(NamedTuple):
    """Of one body: people, whose pay was found, whom the attack knows better than the rate card does."""

    people: int
    found: int
    beyond: int
    blocked: bool
    errors: tuple[float, ...]
    card_errors: tuple[float, ...]


def attacked(body: Body) -> Outcome:
    """The published feed of a body, attacked."""
    report = check([body.release()], body.outsider(), solver=solve)
    rates = body.band_rate()
    bounds = {who.person.removeprefix("mailto:"): one for who, one in report.explained.bounds.items()}
    found = {who.person.removeprefix("mailto:") for who in report.explained.found}
    beyond = 0
    for person, one in bounds.items():
        outside = not one.low * 0.9999 - 2 <= rates[person] <= one.high * 1.0001 + 2
        nearer = person in found and abs(one.likely - body.pay[person]) < abs(rates[person] - body.pay[person]) - 2
        beyond += outside or nearer
    errors = tuple(abs(bounds[who].likely / body.pay[who] - 1) for who in found)
    card = tuple(abs(rates[who] / body.pay[who] - 1) for who in found)
    return Outcome(len(bounds), len(found), beyond, report.blocked, errors, card)


def bands_of(body: Body, count: int) -> dict[str, float]:
    """The mean pay of so many bands of equal size."""
    ordered = sorted(body.pay, key=lambda name: body.pay[name])
    size = len(ordered) // count
    means = {}
    for at in range(count):
        own = ordered[at * size : (at + 1) * size]
        means |= dict.fromkeys(own, round(sum(body.pay[name] for name in own) / size))
    return means


CONTROL = {
    "exact sums of real pay": lambda body: body.sums(body.pay),
    "rounded to 10": lambda body: body.sums(body.pay, lambda cents, _: round(cents / 1000) * 1000),
    "two significant digits": lambda body: body.sums(body.pay, significant(2)),
    "two digits, only meetings of 5 or more": lambda body: body.sums(body.pay, significant(2), 5),
    "rounded to 50": lambda body: body.sums(body.pay, lambda cents, _: round(cents / 5000) * 5000),
    "10 % fresh noise on each": lambda body: body.sums(body.pay, lambda cents, rng: cents * rng.uniform(0.9, 1.1)),
    "one significant digit": lambda body: body.sums(body.pay, significant(1)),
    "4 bands of 5 (mean of the band)": lambda body: body.sums(bands_of(body, 4)),
    "2 bands": lambda body: body.sums(bands_of(body, 2)),
    "one flat rate": lambda body: body.sums(bands_of(body, 1)),
}


def recovered(body: Body, made: str) -> tuple[float, float]:
    """Median error of the recovered pay, and the share of people found within 5 %."""
    solution = solve(CONTROL[made](body))
    errors = [abs(one.likely / body.pay[who.person] - 1) for who, one in solution.bounds.items()]
    return statistics.median(errors), sum(error <= NEAR for error in errors) / len(errors)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rosters", type=int, default=200)
    parser.add_argument("--meetings", type=int, default=100)
    parser.add_argument("--control", action="store_true", help="the feeds that must not be: how much they give away")
    chosen = parser.parse_args()
    if chosen.control:
        bodies = [Body.random(seed, meetings=400) for seed in range(chosen.rosters)]
        print("| published | median error | found within 5 % |\n|---|---|---|")
        for made in CONTROL:
            results = [recovered(body, made) for body in bodies]
            error, share = (statistics.mean(one) for one in zip(*results, strict=True))
            print(f"| {made} | {error:.1%} | {share:.0%} |", flush=True)
        return 0
    outcomes = [attacked(Body.random(seed, meetings=chosen.meetings)) for seed in range(chosen.rosters)]
    people, found, beyond = (sum(getattr(one, name) for one in outcomes) for name in ("people", "found", "beyond"))
    print(
        f"{len(outcomes)} rosters, {people} people, {found} solved for, {sum(one.blocked for one in outcomes)} blocked"
    )
    print(f"better than the rate card: {beyond}")
    errors = [error for one in outcomes for error in one.errors]
    card = [error for one in outcomes for error in one.card_errors]
    print(
        f"median error of those solved for: {statistics.median(errors):.1%}; by the card {statistics.median(card):.1%}"
    )
    return 1 if beyond or any(one.blocked for one in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())

# SPDX-License-Identifier: Apache-2.0
"""Random bodies with true pay, and the feeds that are made of their meetings: the right one, and wrong ones."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from meetcost.costing.rate_card import RateCard
from meetcost.costing.small_bands import without_small_bands
from meetcost.feed.data import data_file
from meetcost.feed.gate import outsider_of
from meetcost.feed.gather import gather
from meetcost.feed.method import bands_told
from meetcost.model.directory import Directory, Entry
from meetcost.model.meeting import Meeting
from meetcost.policy.policy import Policy
from meetcost.privacy.figures import Figure, Unknown
from meetcost.privacy.kept import kept_release
from meetcost.privacy.release import BandRate
from meetcost.privacy.release_file import read_release
from meetcost.values.rate import Rate
from meetcost.values.span import Span

START = datetime(2026, 7, 1, tzinfo=UTC)
WINDOW = Span(START, datetime(2026, 10, 1, tzinfo=UTC))
AS_OF = datetime(2026, 10, 2, tzinfo=UTC)
MINUTES = (30, 45, 60, 90, 120)


def euros(cents: int) -> str:
    return f"{Decimal(cents) / 100:.2f}"


@dataclass
class Body:
    """People with what an hour of each truly costs (cents), in bands; who met whom, and for how long."""

    pay: dict[str, int]
    band: dict[str, str]
    unit: dict[str, str]
    rates: dict[str, int]
    meetings: list[tuple[tuple[str, ...], int]]

    @classmethod
    def random(cls, seed: int, *, people: int = 20, meetings: int = 100, bands: int = 0, fewest: int = 2) -> Body:
        """Pay is spread as in real offices: the best guess without any figures, the mean, is off by a quarter."""
        rng = random.Random(seed)
        names = [f"p{number}@body.example" for number in range(people)]
        pay = {name: round(4500 * rng.lognormvariate(0, 0.35)) for name in names}
        count = bands or rng.randint(1, 4)
        ordered = sorted(names, key=lambda name: pay[name])
        cuts = [0, *sorted(rng.sample(range(1, people), count - 1)), people] if not bands else [
            people * at // bands for at in range(bands + 1)
        ]  # fmt: skip
        band = {name: f"b{at}" for at in range(count) for name in ordered[cuts[at] : cuts[at + 1]]}
        rates = {}
        for at in range(count):
            own = [pay[name] for name in ordered[cuts[at] : cuts[at + 1]]]
            rates[f"b{at}"] = round(Fraction(sum(own), len(own)))
        unit = {name: f"Unit {rng.randint(1, 3)}" for name in names}
        met = [
            (tuple(rng.sample(names, rng.randint(fewest, min(12, people)))), rng.choice(MINUTES))
            for _ in range(meetings)
        ]
        return cls(pay, band, unit, rates, met)

    @property
    def directory(self) -> Directory:
        """True pay is in it, as in that of a careless office: nothing that is published may depend on it."""
        return Directory(
            Entry(name, band=self.band[name], unit=self.unit[name], rate=Rate(euros(cents), "EUR"))
            for name, cents in self.pay.items()
        )

    @property
    def policy(self) -> Policy:
        return Policy.parse(b'name = "Body"\nzone = "UTC"\n', directory=self.directory)

    @property
    def card(self) -> RateCard:
        lines = ['name = "Card"', 'version = "1"', 'currency = "EUR"', "published = true", 'default_band = "b0"']
        for name, cents in self.rates.items():
            lines += [f"[bands.{name}]", f"values = {{2026-01-01 = {euros(cents)}}}"]
        return RateCard.parse("\n".join(lines).encode())

    def calendar(self) -> list[Meeting]:
        """One meeting after the other; nobody is the organiser of any."""
        return [
            Meeting(
                uid=f"m{number}@body.example",
                title="Round",
                start=START + timedelta(hours=4 * number),
                minutes=minutes,
                attendees=list(who),
            )
            for number, (who, minutes) in enumerate(self.meetings)
        ]

    def publication(self, **about):
        return gather(self.calendar(), WINDOW, as_of=AS_OF, policy=self.policy, rates=self.card, **about)

    def document(self) -> dict:
        """`data.json` as the publisher writes it."""
        return json.loads(data_file(self.publication()))

    def release(self, document=None, name="release"):
        """As it would be kept."""
        merged = without_small_bands(self.card, self.directory)
        told = [BandRate(one.band, one.first, one.rate.amount) for one in bands_told(merged)]
        return read_release(json.dumps(kept_release(document or self.document(), told)).encode(), name)

    def outsider(self):
        return outsider_of(self.calendar(), WINDOW, policy=self.policy, cards=[self.card])

    def band_rate(self) -> dict[str, int]:
        """What the rate card says of each, bands merged (cents)."""
        merged = without_small_bands(self.card, self.directory)
        return {name: int(merged.rate(band, date(2026, 7, 1)).rate.amount * 100) for name, band in self.band.items()}

    def sums(self, price, rounded=lambda cents, rng: cents, least=0, seed=0) -> list[Figure]:
        """What an office would publish that adds up `price` of each person (cents an hour)."""
        rng = random.Random(seed)
        found = []
        for number, (who, minutes) in enumerate(self.meetings):
            if len(who) >= least:
                cents = round(Fraction(sum(price[name] for name in who) * minutes, 60))
                hours = {Unknown(name, 1): minutes * 60 for name in who}
                found.append(Figure("sums", f"m{number}", max(round(rounded(cents, rng)), 0), len(who), hours))
        return found

    def document_of_sums(self, rounded=lambda cents, rng: cents) -> dict:
        """The publisher's document with sums of personal pay in place of its figures, unit by unit."""
        document = self.document()
        rows = [one for meeting in document["meetings"] for one in meeting["occurrences"]]
        whole = 0
        for row, (who, minutes) in zip(rows, self.meetings, strict=True):
            minor = 0
            for share in row["paid_by"]:
                own = Fraction(sum(self.pay[name] for name in who if self.unit[name] == share["unit"]) * minutes, 60)
                cents = round(rounded(round(own), None))
                share["working_time"] = euros(cents)
                minor += cents
            row["working_time"] = euros(minor)
            whole += minor
            spread(row["by_band"], minor, "people")
        document["totals"]["working_time"] = euros(whole)
        return document


def spread(parts: list[dict], minor: int, by: str) -> None:
    """A sum over the lines beside it, so that everything adds up."""
    weights = [Fraction(str(part[by])) for part in parts]
    left = minor
    for part, weight in zip(parts[:-1], weights[:-1], strict=True):
        own = round(minor * weight / sum(weights))
        part["working_time"] = euros(own)
        left -= own
    parts[-1]["working_time"] = euros(left)


def significant(digits: int):
    """Rounding to so many significant digits."""

    def rounded(cents, rng):
        return Fraction(f"{float(cents):.{digits - 1}e}") if cents else 0

    return rounded

# SPDX-License-Identifier: Apache-2.0
"""What an hour of people's time costs: by published pay band or grade, and by day.

An hourly rate that is worked out (yearly pay divided by hours, pay times a loading factor) is rounded once, half to
even to the minor unit, so that anyone can work it out again. `RateCard.load` reads a TOML file; its form is in
`rate_file`.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.costing.loading import LOADINGS, PEOPLE_DAILY, PEOPLE_DAILY_FACTOR, HoursBasis, Loading
from meetcost.errors import UsageError
from meetcost.model.cost import Assumption, CardRef, Step
from meetcost.model.phrase import Phrase
from meetcost.values.citation import Citation
from meetcost.values.currency import minor_digits
from meetcost.values.dated import Dated
from meetcost.values.money import Money
from meetcost.values.rate import Rate

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from meetcost.costing.rate_file import LoadingFile, RateFile, SourceFile, ValueFile


class Method(StrEnum):
    """How an hour is priced. A figure names its method; figures by two methods are never added up."""

    HOURS_ONLY = "hours-only"
    FLAT_RATE = "flat-rate"
    HOURLY_RATES = "hourly-rates"
    LOADED_RATES = "loaded-rates"
    PEOPLE_DAILY_1999 = "people-daily-1999"


class BandRate(NamedTuple):
    """The rate of a band from a day on, and how it was worked out (empty if it is written in the card)."""

    rate: Rate
    steps: tuple[Step, ...] = ()


class Band(NamedTuple):
    """A pay band or grade."""

    name: str
    label: str
    rates: Dated[BandRate]


_ALWAYS: Final = date.min


@dataclass(frozen=True, slots=True)
class RateCard:
    """Rates by band. Made by `load`, `parse` or `flat`.

    Who has no band, or one that is not in the card, is priced by `default_band`. Personal rates (from the directory)
    count only if `personal`; a cost with one is private. `pooled`: bands with fewer people were merged
    (`small_bands`); a name of one stands for the band it went into.
    """

    name: str
    version: str
    currency: str
    bands: Mapping[str, Band]
    default_band: str
    method: Method = Method.HOURLY_RATES
    published: bool = False
    personal: bool = False
    loading: Loading | None = None
    source: Citation | None = None
    first_days: tuple[date, ...] = ()
    pooled: int = 0

    def __post_init__(self) -> None:
        if self.default_band not in self.bands:
            raise UsageError("the default band `{band}` is not among the bands", band=self.default_band)
        days = {day for band in self.bands.values() for day, _ in band.rates}
        object.__setattr__(self, "first_days", tuple(sorted(days)))

    @classmethod
    def flat(cls, rate: Rate | str) -> RateCard:
        """One rate for everybody: `RateCard.flat("46 EUR")`."""
        one = rate if isinstance(rate, Rate) else Rate.parse(rate)
        band = Band("", "", Dated({_ALWAYS: BandRate(one)}))
        return cls(f"flat rate, {one}", "", one.currency, {"": band}, "", Method.FLAT_RATE)

    @classmethod
    def load(cls, path: Path | str) -> RateCard:
        """Read a TOML file; `ConfigError` lists all its mistakes, OSError is the file system's."""
        file = Path(path)
        return cls.parse(file.read_bytes(), file.name)

    @classmethod
    def parse(cls, data: bytes, source: str = "rates.toml") -> RateCard:
        """From the octets of a TOML file; `ConfigError` lists all its mistakes."""
        from meetcost.costing import rate_file  # noqa: PLC0415 - pydantic, only for those who have a file

        return _card(rate_file.read(data, source))

    @property
    def ref(self) -> CardRef:
        """Its name and version, for every figure worked out with it."""
        return CardRef(self.name, self.version, self.published)

    def band_of(self, name: str) -> Band:
        """The band of that name, the default one if there is none."""
        return self.bands.get(name) or self.bands[self.default_band]

    def rate(self, band: str, day: date) -> BandRate:
        """What an hour of `band` costs on `day`. Before the band's first day its first rate holds (`early`)."""
        rates = self.band_of(band).rates
        return rates.on(max(day, next(iter(rates))[0]))

    def early(self, band: str, day: date) -> date | None:
        """The first day of `band` if `day` lies before it, else None."""
        first = next(iter(self.band_of(band).rates))[0]
        return first if day < first else None

    def period(self, day: date) -> int:
        """The number of the period that `day` lies in: within one, no rate of the card changes."""
        return bisect_right(self.first_days, day)

    def assumptions(self) -> tuple[Assumption, ...]:
        """What using this card means, with its sources."""
        named = []
        if self.method is Method.FLAT_RATE:
            rate = self.bands[self.default_band].rates.on(_ALWAYS).rate
            named.append(Assumption.named("flat-rate", "assumption: everybody costs {rate}", rate=rate))
        if self.loading is not None:
            named.append(_loading_assumption(self.loading))
        if self.method is Method.PEOPLE_DAILY_1999:
            text = "method of 1999: pay counts 2 × 3 = {factor} times; not comparable with a loading factor"
            named.append(Assumption.named("people-daily-1999", text, PEOPLE_DAILY, factor=PEOPLE_DAILY_FACTOR))
        if self.pooled:
            text = "bands with fewer than {fewest} people count as the next dearer one, at the top as the next cheaper"
            named.append(Assumption.named("small-bands", text, fewest=self.pooled))
        if self.source is not None:
            named.append(
                Assumption.named("rate-card", "rates from the rate card {card}", self.source, card=str(self.ref))
            )
        return tuple(named)


def _loading_assumption(loading: Loading) -> Assumption:
    if loading.pay_share is not None:
        return Assumption.named(
            "loading",
            "loading factor {name}: pay is {share} % of the employer's cost, 100 ÷ {share} ≈ {factor}, on paid hours",
            loading.citation,
            name=loading.name,
            share=loading.pay_share,
            factor=loading.factor,
        )
    if loading.basis is HoursBasis.PAID:
        text = "assumption of the organisation: pay counts {factor} times, on paid hours"
    else:
        text = "assumption of the organisation: pay counts {factor} times, on worked hours"
    return Assumption.named("loading", text, loading.citation, factor=loading.factor)


def _card(form: RateFile) -> RateCard:
    loading = _loading(form.loading) if form.loading is not None else None
    if form.method is not None:
        method = Method(form.method)
    else:
        method = Method.LOADED_RATES if loading is not None else Method.HOURLY_RATES
    bands = {
        name: Band(
            name,
            band.label or name,
            Dated({day: _band_rate(value, form.currency, method, loading) for day, value in band.values.items()}),
        )
        for name, band in form.bands.items()
    }
    return RateCard(
        form.name,
        form.version,
        form.currency,
        bands,
        form.default_band,
        method,
        form.published,
        form.personal,
        loading,
        _citation(form.source),
    )


def _loading(form: LoadingFile) -> Loading:
    if form.factor is None or form.basis is None:
        return LOADINGS[form.name]
    return Loading(form.name, form.factor, form.basis, _citation(form.source))


def _citation(form: SourceFile | None) -> Citation | None:
    return Citation(form.title, form.locator, form.published, form.url, form.quote) if form is not None else None


def _band_rate(value: ValueFile, currency: str, method: Method, loading: Loading | None) -> BandRate:
    factor: Decimal | int = 1
    if method is Method.PEOPLE_DAILY_1999:
        factor = PEOPLE_DAILY_FACTOR
    elif loading is not None:
        factor = loading.factor
    if value.hourly is not None and factor == 1:
        return BandRate(Rate(value.hourly, currency))
    pay = value.hourly if value.hourly is not None else value.yearly
    exact = Fraction(pay or 0) * Fraction(factor) / Fraction(value.hours or 1)
    minor = round(exact * 10 ** minor_digits(currency))
    rate = Rate(Money.from_minor(minor, currency).amount, currency)
    written = _written(value, currency)
    equals = "=" if exact == Fraction(rate.amount) else "≈"
    if method is Method.PEOPLE_DAILY_1999:
        step = Step.of("2 × 3 × {pay} {equals} {rate}", pay=written, equals=equals, rate=rate)
    elif loading is not None:
        text = "{pay} × {factor} {equals} {rate}"
        step = Step.of(text, pay=written, factor=loading.factor, equals=equals, rate=rate)
    else:
        step = Step.of("{pay} {equals} {rate}", pay=written, equals=equals, rate=rate)
    return BandRate(rate, (replace(step, once=True),))


def _written(value: ValueFile, currency: str) -> Phrase | Rate:
    if value.yearly is None or value.hours is None:
        return Rate(value.hourly or 0, currency)
    pay = Money(value.yearly, currency)
    if value.basis is HoursBasis.PAID:
        return Phrase.of("{pay} a year ÷ {hours} paid hours", pay=pay, hours=value.hours)
    return Phrase.of("{pay} a year ÷ {hours} worked hours", pay=pay, hours=value.hours)

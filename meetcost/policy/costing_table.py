# SPDX-License-Identifier: Apache-2.0
"""The `[costing]` of `meetcost.toml`: what an organisation counts as the cost of a meeting, and how.

What goes wrong between keys is asked of the bare data (`clashes`), so that one mistake does not hide another.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

from pydantic import AfterValidator, Field

from meetcost.costing.choices import AttendanceRule, CostChoices, Journey, Preparation, Venue
from meetcost.errors import MoneyError, said_by
from meetcost.model.wrong_value import WrongValueError, all_of, quoted
from meetcost.policy.table import Source, Sourced, Table
from meetcost.policy.written import not_one
from meetcost.values.citation import Citation
from meetcost.values.money import Money
from meetcost.values.rate import Rate
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from meetcost.policy.place import Path

_PER_HOUR: Final = ("h", "hour", "小时")
_MINUTES_OF_A_WEEK: Final = 10_080


def _hourly(value: str) -> str:
    try:
        Rate.parse(value)
    except MoneyError as error:
        raise ValueError(said_by(error)) from None
    return value


def _cash(value: str) -> str:
    if value.rstrip().endswith(_PER_HOUR):
        raise WrongValueError("`{value}` is money per hour; an amount is wanted, such as `12 EUR`", value=value)
    try:
        Rate.parse(value)  # an amount is written as a rate is, without the hour
    except MoneyError:
        raise WrongValueError(
            "`{value}` is no amount; write one such as `12 EUR` or `12.50 EUR`", value=value
        ) from None
    return value


Hourly = Annotated[str, AfterValidator(_hourly), Field(max_length=60, examples=["30 EUR"])]
Cash = Annotated[str, AfterValidator(_cash), Field(max_length=60, examples=["12 EUR"])]


class PreparationTable(Table):
    """Working time before the meeting, each person's: exactly one of minutes, ratio."""

    minutes: int | None = Field(None, ge=0, le=_MINUTES_OF_A_WEEK, description="so many minutes")
    ratio: Decimal | None = Field(None, ge=0, le=100, description="so many times the length of the meeting")
    source: Sourced | None = Field(None, description="who says so: the sentence, or a table")


class JourneyTable(Table):
    """There and back, for each person. The most particular table counts: site and venue, site, venue, neither."""

    site: str = Field("", description="the site of the traveller in the directory; everybody else without")
    venue: str = Field("", description="a room's address or site, or the text of LOCATION; every place without")
    minutes: int = Field(0, ge=0, le=_MINUTES_OF_A_WEEK, description="minutes of working time, there and back")
    cash: Cash | None = Field(None, description="money, there and back: `12 EUR`")


class VenueTable(Table):
    """What a room costs: hourly, each time, or both."""

    name: str = Field(min_length=1, description="its address, or the text of LOCATION")
    hourly: Hourly | None = Field(None, description="money per hour: `30 EUR`")
    each: Cash | None = Field(None, description="money each time: `50 EUR`")


class CostingTable(Table):
    """What counts as the cost of a meeting. Whatever is chosen here is named as an assumption in every cost."""

    attendance: AttendanceRule = Field(
        AttendanceRule.INVITED,
        description="`invited`: everybody who has not declined; `accepted`: who said yes, and the organiser",
    )
    day_hours: Decimal = Field(Decimal(8), gt=0, le=24, description="hours of work that a whole day counts as")
    group_size: int = Field(2, ge=1, le=1_000_000, description="people that a group of unknown size counts as")
    minutes_without_end: int = Field(
        60, ge=0, le=1440, description="minutes that an event counts as which gives no end, or ends when it begins"
    )
    preparation: PreparationTable | None = Field(None, description="time before the meeting; not counted without")
    travel: list[JourneyTable] = Field([], description="journeys; not counted without")
    venues: list[VenueTable] = Field([], description="rooms that cost money; not counted without")
    online: bool = Field(False, description="nobody travels and no room is paid for")

    def choices(self) -> CostChoices:
        """What the costing goes by."""
        before = self.preparation
        return CostChoices(
            attendance=self.attendance,
            day_hours=self.day_hours,
            group_size=self.group_size,
            minutes_without_end=self.minutes_without_end,
            preparation=Preparation(before.minutes, before.ratio, _cited(before.source)) if before else None,
            travel=tuple(Journey(one.site, one.venue, one.minutes, _money(one.cash)) for one in self.travel),
            venues=tuple(Venue(one.name, _rate(one.hourly), _money(one.each)) for one in self.venues),
            online=self.online,
        )


class Clash(NamedTuple):
    """A mistake between keys that are right by themselves."""

    message: str
    path: Path
    advice: str = ""


def clashes(costing: object) -> Iterator[Clash]:
    """What is wrong between the keys of `[costing]`, whatever else is; paths begin with `costing`."""
    if not isinstance(costing, Mapping):
        return
    before = costing.get("preparation")
    if isinstance(before, Mapping) and (wrong := not_one(("minutes", "ratio"), before)):
        yield Clash(wrong, ("costing", "preparation"))
    for at, venue in _tables(costing.get("venues")):
        if "hourly" not in venue and "each" not in venue:
            yield Clash("the room has no price", ("costing", "venues", at), "write `hourly`, `each` or both")
    yield from _twice(costing, "venues", ("name",))
    yield from _twice(costing, "travel", ("site", "venue"))
    yield from _currencies(costing)


def _twice(costing: Mapping[str, Any], kind: str, keys: tuple[str, ...]) -> Iterator[Clash]:
    seen: dict[tuple[str, ...], int] = {}
    for at, table in _tables(costing.get(kind)):
        names = tuple(str(table.get(key, "")).strip().casefold() for key in keys)
        if seen.setdefault(names, at) != at:
            same = all_of(quoted(keys))
            message = Sentence.of("has the same {same} as `{kind}[{first}]`", same=same, kind=kind, first=seen[names])
            yield Clash(message, ("costing", kind, at), "keep one of them")


def _currencies(costing: Mapping[str, Any]) -> Iterator[Clash]:
    prices = [(kind, at, key) for kind, key in (("travel", "cash"), ("venues", "hourly"), ("venues", "each"))
              for at, table in _tables(costing.get(kind)) if key in table]  # fmt: skip
    first = None
    for kind, at, key in prices:
        written = costing[kind][at][key]
        try:
            rate = Rate.parse(written) if isinstance(written, str) else None
        except MoneyError:
            continue
        first = first or rate
        if rate is not None and first is not None and rate.currency != first.currency:
            message = Sentence.of(
                "`{written}`: other prices are in {currency}", written=written, currency=first.currency
            )
            yield Clash(message, ("costing", kind, at, key), "convert one first")


def _tables(value: object) -> list[tuple[int, Mapping[str, Any]]]:
    return [(at, one) for at, one in enumerate(value) if isinstance(one, Mapping)] if isinstance(value, list) else []


def _rate(text: str | None) -> Rate | None:
    return Rate.parse(text) if text is not None else None


def _money(text: str | None) -> Money | None:
    return money_of(text) if text is not None else None


def money_of(text: str) -> Money:
    """The amount that is written."""
    rate = Rate.parse(text)
    return Money(rate.amount, rate.currency)


def _cited(source: Source | None) -> Citation | None:
    return Citation(**source.model_dump()) if source is not None else None

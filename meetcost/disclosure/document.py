# SPDX-License-Identifier: Apache-2.0
"""A disclosure as a JSON document, for other systems; its form has a version and a published JSON Schema."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema

from meetcost.disclosure.state import Audience

if TYPE_CHECKING:
    from meetcost.disclosure.state import Disclosure
    from meetcost.paperwork.measured import MeasuredPaperwork
    from meetcost.values.money import Money as ExactMoney
    from meetcost.words.say import Language

SCHEMA_ID: Final = "urn:meetcost:schema:disclosure:1"
_AS_TEXT: Final = {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}

Exact = Annotated[
    Decimal,
    PlainSerializer(lambda value: f"{value:f}", return_type=str, when_used="json"),
    WithJsonSchema(_AS_TEXT, mode="serialization"),
]
"""A decimal, written as text without an exponent."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Money(_Part):
    """An exact amount; decimals are written as text, so that no reader makes them binary fractions."""

    amount: Exact = Field(description="as text, with the decimals of the currency")
    currency: str = Field(pattern="^[A-Z]{3}$", description="ISO 4217")

    @classmethod
    def of(cls, money: ExactMoney | None) -> Money | None:
        """The same amount."""
        return cls(amount=money.amount, currency=money.currency) if money is not None else None


class Share(_Part):
    """What one unit bears of one occurrence."""

    unit: str = Field(description="empty for people of no known unit")
    person_hours: Exact
    money: Money | None = None


class Forecast(_Part):
    """Hours of follow-up paperwork, expected before the meeting."""

    low: Exact
    likely: Exact
    high: Exact
    level: Exact = Field(description="the share of cases in which the hours should lie between low and high")


class Measured(_Part):
    """The follow-up paperwork as it was measured after the meeting, to be held against the forecast."""

    length: int = Field(ge=0, description="of the minutes; 0 if there are none")
    unit: Literal["words", "characters"]
    writing: Exact | None = Field(None, description="hours; none where they depend on what is not known")
    reading: Exact | None = Field(None, description="hours of all readers; none where nobody knows how many")
    standing: Literal["measured", "literature", "assumption"] = Field(
        description="how firmly the hours stand: the length is measured, the speeds are not"
    )
    figures: tuple[str, ...] = Field((), description="the speeds behind the hours, each with its source")


class Year(_Part):
    """The series over a year from `as_of`."""

    occurrences: int
    person_hours: Exact
    money: Money | None = None


class Skip(_Part):
    """A date that the series steps over."""

    day: date
    reason: str


class Note(_Part):
    """What was assumed; `code` is stable."""

    code: str
    text: str
    source: str = ""


class DisclosureDocument(_Part):
    """What may be said of the cost of one meeting to one audience. Money is of one occurrence unless it says a year."""

    version: Literal[1] = 1
    audience: Audience
    as_of: datetime
    people: int = Field(ge=0, description="how many are counted as present")
    seconds: int = Field(ge=0, description="how long one occurrence lasts")
    person_hours: Exact = Field(description="working time of attendance, preparation and travel")
    time: Money | None = Field(None, description="the worth of that time; none where only hours are said")
    cash: Money | None = Field(None, description="travel and venue paid in money")
    method: str = Field(description="how an hour is priced")
    rate_card: str = Field("", description="name and version of the published rate card")
    called_by: str = Field("", description="the unit that called the meeting")
    borne_by: tuple[Share, ...] = ()
    paperwork: Forecast | None = None
    measured: Measured | None = None
    a_year: Year | None = None
    skipped: tuple[Skip, ...] = ()
    link: str = ""
    assumptions: tuple[Note, ...] = ()

    @classmethod
    def of(cls, disclosure: Disclosure, language: Language = "en") -> DisclosureDocument:
        """The document of a disclosure, its sentences in `language`."""
        paperwork, year = disclosure.paperwork, disclosure.a_year
        return cls(
            audience=disclosure.audience,
            as_of=disclosure.as_of,
            people=disclosure.people,
            seconds=disclosure.seconds,
            person_hours=disclosure.hours.hours,
            time=Money.of(disclosure.time),
            cash=Money.of(disclosure.cash),
            method=disclosure.method,
            rate_card=str(disclosure.rate_card) if disclosure.rate_card is not None else "",
            called_by=disclosure.called_by,
            borne_by=tuple(
                Share(unit=share.unit, person_hours=share.hours.hours, money=Money.of(share.money))
                for share in disclosure.borne_by
            ),
            paperwork=Forecast(
                low=paperwork.low.hours,
                likely=paperwork.likely.hours,
                high=paperwork.high.hours,
                level=paperwork.level,
            )
            if paperwork is not None
            else None,
            measured=_measured(disclosure.measured),
            a_year=Year(occurrences=year.occurrences, person_hours=year.hours.hours, money=Money.of(year.money))
            if year is not None
            else None,
            skipped=tuple(Skip(day=one.day, reason=one.reason.text(language)) for one in disclosure.skipped),
            link=disclosure.link,
            assumptions=tuple(
                Note(code=one.code, text=one.text(language), source=str(one.citation) if one.citation else "")
                for one in disclosure.assumptions
            ),
        )

    @classmethod
    def json_schema(cls) -> dict[str, Any]:
        """The JSON Schema (draft 2020-12) of the document."""
        head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID}
        return {**head, **cls.model_json_schema(mode="serialization")}


def _measured(measured: MeasuredPaperwork | None) -> Measured | None:
    if measured is None:
        return None
    return Measured(
        length=measured.length,
        unit=measured.unit,
        writing=measured.writing.hours if measured.writing is not None else None,
        reading=measured.reading.hours if measured.reading is not None else None,
        standing=measured.tag.value,
        figures=tuple(map(str, measured.figures)),
    )

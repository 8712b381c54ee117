# SPDX-License-Identifier: Apache-2.0
"""A release: the figures of one published `data.json`, in integers. Titles and other texts are not looked at."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, StrictInt, ValidationError

from meetcost.errors import ConfigError, MoneyError, Problem
from meetcost.values.currency import minor_digits

if TYPE_CHECKING:
    from collections.abc import Sequence

FEED: Final = "urn:meetcost:schema:feed:1"
KEPT: Final = "urn:meetcost:schema:release:1"
"""What is kept of a release: `feed`, the document without its texts, and `bands`, the rates it was published with."""
_MOST_TOLD: Final = 20
_HOUR: Final = 3600
_YEARS: Final = frozenset(range(1900, 3000))


class Line(NamedTuple):
    """People of one band with the same working time: `people` times `each` seconds at `rate` (money per hour)."""

    band: str
    people: int
    each: int
    rate: Decimal | None
    minor: int


class Share(NamedTuple):
    """What a unit bears, in minor units; `seconds` are as exact as the hundredths of an hour that are published."""

    unit: str
    seconds: int
    minor: int | None


class Row(NamedTuple):
    """One occurrence. `start` is as published; `minor` is working time, None where only hours are said."""

    meeting: str
    start: str
    people: int
    seconds: int
    minor: int | None
    cash: int
    shares: tuple[Share, ...]
    lines: tuple[Line, ...]

    @property
    def place(self) -> str:
        """Where it stands, for whoever looks it up."""
        return f"{self.meeting} {self.start}"

    @property
    def day(self) -> date:
        """The day it begins on."""
        return date.fromisoformat(self.start[:10])

    @property
    def key(self) -> tuple[str, int | str]:
        """The meeting, and when it begins: seconds since the epoch, or the date of a whole day."""
        if len(self.start) == 10:
            return self.meeting, self.start
        return self.meeting, int(datetime.fromisoformat(self.start).timestamp())


class Promise(NamedTuple):
    """A series in the year after the period."""

    meeting: str
    occurrences: int
    minor: int | None


class Account(NamedTuple):
    """A quota as it is published: `used` and `parts` (what units have used of it) in its measure; None is not said."""

    quota: str
    measure: str
    used: Decimal | None
    parts: tuple[Decimal, ...]


class Sums(NamedTuple):
    """The totals, as they are published."""

    occurrences: int
    seconds: int
    minor: int | None
    cash: int | None


class BandRate(NamedTuple):
    """A line of a published rate card; `first` is None for always."""

    band: str
    first: date | None
    rate: Decimal


class Release(NamedTuple):
    """One release. The period is `first` to `last`, both included; `card` names the rate card.

    `bands` are the rates it was published with, empty if they were not kept. `hidden` are the confidential meetings:
    how many, and their hours in seconds, None where they are not said. `waived` are the meeting and the start of
    each occurrence that is said to have been let pass.
    """

    name: str
    as_of: datetime
    first: date
    last: date
    currency: str | None
    card: str
    bands: tuple[BandRate, ...]
    rows: tuple[Row, ...]
    totals: Sums
    hidden: tuple[int, int | None]
    promises: tuple[Promise, ...]
    accounts: tuple[Account, ...] = ()
    waived: tuple[tuple[str, str], ...] = ()


class _Form(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


_Count = Annotated[StrictInt, Field(ge=0, le=10**12)]
_Number = Annotated[Decimal, Field(max_digits=30, decimal_places=6)]
_Name = Annotated[str, Field(max_length=1000)]


class _Shared(_Form):
    unit: _Name
    person_hours: _Number
    working_time: _Number | None


class _Banded(_Form):
    band: _Name
    people: _Count
    seconds_each: _Count
    rate: _Number | None
    working_time: _Number | None


class _Occurrence(_Form):
    start: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d([+-]\d\d:\d\d(:\d\d)?|Z))?$")]
    people: _Count
    person_seconds: _Count
    working_time: _Number | None
    cash: _Number | None
    paid_by: list[_Shared]
    by_band: list[_Banded]


class _Meeting(_Form):
    id: _Name
    occurrences: list[_Occurrence]


class _Commitment(_Form):
    id: _Name
    occurrences: _Count
    working_time: _Number | None


class _Used(_Form):
    used: _Number | None


class _Quota(_Form):
    quota: _Name
    measure: _Name
    used: _Number | None
    by_unit: list[_Used]


class _Waiver(_Form):
    id: _Name
    starts: list[_Name]


class _Waived(_Form):
    meetings: list[_Waiver]


class _Totals(_Form):
    occurrences: _Count
    person_seconds: _Count
    working_time: _Number | None
    cash: _Number | None


class _Confidential(_Form):
    occurrences: _Count
    person_hours: _Number | None


class _Period(_Form):
    first: date
    last: date


class _Feed(_Form):
    schema_: Annotated[str, Field(alias="schema", pattern=f"^{FEED}$")]
    period: _Period
    as_of: datetime
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] | None
    rate_card: _Name | None
    totals: _Totals
    confidential: _Confidential
    commitments: list[_Commitment]
    quotas: list[_Quota] = []
    waived: _Waived | None = None
    meetings: list[Any]


class _Told(_Form):
    band: _Name
    first: date | None
    rate: _Number


class _Kept(_Form):
    feed: _Feed
    bands: list[_Told]


def read_release(octets: bytes, name: str) -> Release:
    """A release from its `data.json` or from what `publish` kept of it; `ConfigError` with the mistakes in it."""
    try:
        value = json.loads(octets, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise ConfigError(name, [Problem("json", f"is no JSON: {error}")]) from None
    return release_of(value, name)


def release_of(value: object, name: str) -> Release:
    """The same from a document that has been read."""
    kept = isinstance(value, dict) and value.get("schema") == KEPT
    try:
        form = _Kept.model_validate(value) if kept else _Kept(feed=_Feed.model_validate(value), bands=[])
        return _release(form, name)
    except ValidationError as error:
        raise ConfigError(name, _problems(error)) from None
    except _MistakeError as error:
        raise ConfigError(name, error.problems) from None
    except (MoneyError, ValueError, OverflowError) as error:
        raise ConfigError(name, [Problem("release", str(error))]) from None


def kept_release(document: dict[str, Any], bands: Sequence[BandRate]) -> dict[str, Any]:
    """What is to be kept of a published document: its figures, and the rates they were worked out with.

    No title and no sentence: what is taken back from the page must not live on here.
    """
    wanted = ("schema", "period", "as_of", "currency", "rate_card", "totals", "confidential")
    feed = {name: document[name] for name in wanted}
    feed["quotas"] = [
        {
            **{name: one[name] for name in ("quota", "measure", "used")},
            "by_unit": [{"used": unit["used"]} for unit in one["by_unit"]],
        }
        for one in document["quotas"]
    ]
    if document["waived"] is not None:
        told = document["waived"]["meetings"]
        feed["waived"] = {"meetings": [{"id": one["id"], "starts": one["starts"]} for one in told]}
    feed["commitments"] = [_without_title(one) for one in document["commitments"]]
    feed["meetings"] = [_without_title(one) for one in document["meetings"]]
    rates = [
        {"band": one.band, "first": one.first.isoformat() if one.first else None, "rate": f"{one.rate:f}"}
        for one in bands
    ]
    return {"schema": KEPT, "bands": rates, "feed": feed}


def _without_title(part: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in part.items() if name in ("id", "occurrences", "working_time")}


def _release(form: _Kept, name: str) -> Release:
    feed = form.feed
    digits = minor_digits(feed.currency) if feed.currency is not None else 0

    def minor(amount: Decimal | None) -> int | None:
        if amount is None:
            return None
        if feed.currency is None:
            raise MoneyError("there is money in it, and no currency")
        scaled = amount.scaleb(digits)
        if scaled != int(scaled):
            raise MoneyError(f"`{amount}` is no amount in {feed.currency}")
        return int(scaled)

    rows = tuple(row for at, meeting in enumerate(feed.meetings) for row in _rows(at, meeting, minor))
    totals, hidden = feed.totals, feed.confidential
    if feed.as_of.tzinfo is None:
        raise ValueError("as_of: has no offset from UTC")
    if not {feed.period.first.year, feed.period.last.year} <= _YEARS or feed.period.last < feed.period.first:
        raise ValueError("period: begins and ends in the years 1900 to 2999, and not before it begins")
    return Release(
        name,
        feed.as_of,
        feed.period.first,
        feed.period.last,
        feed.currency,
        feed.rate_card or "",
        tuple(BandRate(one.band, one.first, one.rate) for one in form.bands),
        rows,
        Sums(totals.occurrences, totals.person_seconds, minor(totals.working_time), minor(totals.cash)),
        (hidden.occurrences, _seconds(hidden.person_hours) if hidden.person_hours is not None else None),
        tuple(Promise(one.id, one.occurrences, minor(one.working_time)) for one in feed.commitments),
        tuple(_account(one) for one in feed.quotas),
        tuple((one.id, start.replace("Z", "+00:00")) for one in _waivers(feed) for start in one.starts),
    )


def _account(one: _Quota) -> Account:
    return Account(one.quota, one.measure, one.used, tuple(part.used for part in one.by_unit if part.used is not None))


def _waivers(feed: _Feed) -> list[_Waiver]:
    return feed.waived.meetings if feed.waived is not None else []


def _rows(at: int, value: Any, minor: Any) -> list[Row]:
    """The occurrences of one meeting: read one by one, a whole year of them never stands there twice."""
    try:
        meeting = _Meeting.model_validate(value)
    except ValidationError as error:
        raise _MistakeError(_problems(error, f"meetings.{at}.")) from None
    return [_row(meeting.id, one, minor) for one in meeting.occurrences]


class _MistakeError(Exception):
    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems)
        self.problems = problems


def _row(meeting: str, one: _Occurrence, minor: Any) -> Row:
    row = Row(
        meeting,
        one.start.replace("Z", "+00:00"),
        one.people,
        one.person_seconds,
        minor(one.working_time),
        minor(one.cash) or 0,
        tuple(Share(share.unit, _seconds(share.person_hours), minor(share.working_time)) for share in one.paid_by),
        tuple(
            Line(line.band, line.people, line.seconds_each, line.rate, minor(line.working_time) or 0)
            for line in one.by_band
        ),
    )
    _ = row.key, row.day  # a date that is none is told here
    return row


def _seconds(hours: Decimal) -> int:
    return round(hours * _HOUR)


def _problems(error: ValidationError, place: str = "") -> list[Problem]:
    """The first mistakes with their places; what stood there is not repeated."""
    told = error.errors(include_url=False, include_input=False, include_context=False)
    return [
        Problem("release", one["msg"][:1].lower() + one["msg"][1:], None, place + ".".join(map(str, one["loc"])))
        for one in told[:_MOST_TOLD]
    ]

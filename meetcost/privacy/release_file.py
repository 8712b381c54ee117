# SPDX-License-Identifier: Apache-2.0
"""A release out of its `data.json`, or out of what was kept of it.

A year of meetings is large as objects, so each occurrence becomes a few shared tuples as soon as it is read: what units
bear and what bands cost is the same again and again.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from pydantic import ValidationError

from meetcost.errors import ConfigError, MoneyError, Problem, said_by
from meetcost.model.wrong_value import wrong_value
from meetcost.privacy.release import Account, BandRate, Line, Promise, Release, Row, Share, Sums
from meetcost.privacy.release_form import KEPT, FeedForm, KeptForm, MeetingForm, OccurrenceForm
from meetcost.values.currency import minor_digits
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from meetcost.privacy.release_form import QuotaForm, WaiverForm

_T = TypeVar("_T")
_MOST_TOLD: Final = 20
_HOUR: Final = 3600
_YEARS: Final = frozenset(range(1900, 3000))
_OCCURRENCE: Final = frozenset(OccurrenceForm.model_fields)


class _Read(NamedTuple):
    """An occurrence as it stands in the document, checked; amounts are not in minor units yet."""

    start: str
    people: int
    seconds: int
    working_time: Decimal | None
    cash: Decimal | None
    paid_by: tuple[tuple[str, Decimal, Decimal | None], ...]
    by_band: tuple[tuple[str, int, int, Decimal | None, Decimal | None], ...]

    @classmethod
    def of(cls, value: dict[str, Any], known: dict[object, Any]) -> _Read:
        """Raises `ValidationError`; what `known` has already stands there once."""
        one = OccurrenceForm.model_validate(value)
        shares = ((share.unit, share.person_hours, share.working_time) for share in one.paid_by)
        lines = ((line.band, line.people, line.seconds_each, line.rate, line.working_time) for line in one.by_band)
        return cls(
            one.start,
            one.people,
            one.person_seconds,
            known.setdefault(one.working_time, one.working_time),
            known.setdefault(one.cash, one.cash),
            tuple([known.setdefault(share, share) for share in shares]),
            tuple([known.setdefault(line, line) for line in lines]),
        )


Once = dict[Any, Any]
"""Parts of releases by themselves: what several say stands in memory once if they are read with the same."""


def read_release(octets: bytes, name: str, once: Once | None = None) -> Release:
    """A release from its `data.json` or from what `publish` kept of it; `ConfigError` with the mistakes in it."""
    known: dict[object, Any] = {}

    def smaller(value: dict[str, Any]) -> dict[str, Any] | _Read:
        if value.keys() >= _OCCURRENCE:
            try:
                return _Read.of(value, known)
            except ValidationError:
                return value  # is told with its place later
        return value

    try:
        value = json.loads(octets, parse_float=Decimal, object_hook=smaller)
    except (ValueError, RecursionError) as error:
        raise ConfigError(name, [Problem("json", Sentence.of("is no JSON: `{why}`", why=error))]) from None
    return release_of(value, name, once=once)


def release_of(
    value: object, name: str, meetings: Iterable[dict[str, Any]] | None = None, once: Once | None = None
) -> Release:
    """The same from a document that has been read; `meetings` take the place of its own."""
    kept = isinstance(value, dict) and value.get("schema") == KEPT
    try:
        form = KeptForm.model_validate(value) if kept else KeptForm(feed=FeedForm.model_validate(value), bands=[])
        rows = _Rows(form.feed.currency, once if once is not None else {})
        return _release(form, name, rows, form.feed.meetings if meetings is None else meetings)
    except ValidationError as error:
        raise ConfigError(name, _problems(error)) from None
    except _MistakeError as error:
        raise ConfigError(name, error.problems) from None
    except (MoneyError, ValueError, OverflowError) as error:
        raise ConfigError(name, [Problem("release", said_by(error))]) from None


class _MistakeError(Exception):
    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems)
        self.problems = problems


class _Rows:
    """Occurrences in the minor units of a currency."""

    def __init__(self, currency: str | None, once: Once) -> None:
        self._currency = currency
        self._digits = minor_digits(currency) if currency is not None else 0
        self._known: dict[object, Any] = {}
        self._made: dict[object, Any] = {}
        self._once = once

    def minor(self, amount: Decimal | None) -> int | None:
        """Raises `MoneyError` for what is no amount."""
        if amount is None:
            return None
        if self._currency is None:
            raise MoneyError("there is money in it, and no currency")
        scaled = amount.scaleb(self._digits)
        if scaled != int(scaled):
            raise MoneyError("`{amount}` is no amount in {currency}", amount=amount, currency=self._currency)
        return int(scaled)

    def of(self, meetings: Iterable[Any]) -> Iterator[Row]:
        """Meeting by meeting: all of them never stand there twice."""
        for at, value in enumerate(meetings):
            try:
                meeting = MeetingForm.model_validate(value)
            except ValidationError as error:
                raise _MistakeError(_problems(error, f"meetings.{at}.")) from None
            for number, one in enumerate(meeting.occurrences):
                if not isinstance(one, _Read):
                    try:
                        one = _Read.of(one, self._known)  # noqa: PLW2901 - the same, read
                    except ValidationError as error:
                        place = f"meetings.{at}.occurrences.{number}."
                        raise _MistakeError(_problems(error, place)) from None
                yield self._row(meeting.id, one)

    def _row(self, meeting: str, one: _Read) -> Row:
        row = Row(
            meeting,
            one.start.replace("Z", "+00:00"),
            one.people,
            one.seconds,
            self.minor(one.working_time),
            self.minor(one.cash) or 0,
            self._parts(one.paid_by, self._share),
            self._parts(one.by_band, self._line),
        )
        _ = row.key, row.day  # a date that is none is told here
        return self._shared(row)

    def _parts(self, parts: tuple[tuple[Any, ...], ...], make: Callable[..., _T]) -> tuple[_T, ...]:
        found: list[_T] = []
        for part in parts:
            if part not in self._made:
                self._made[part] = self._shared(make(*part))
            found.append(self._made[part])
        return self._shared(tuple(found))

    def _shared(self, value: _T) -> _T:
        """The first that was equal to it."""
        found: _T = self._once.setdefault(value, value)
        return found

    def _share(self, unit: str, hours: Decimal, amount: Decimal | None) -> Share:
        return Share(unit, _seconds(hours), self.minor(amount))

    def _line(self, band: str, people: int, each: int, rate: Decimal | None, amount: Decimal | None) -> Line:
        return Line(band, people, each, rate, self.minor(amount) or 0)


def _release(form: KeptForm, name: str, rows: _Rows, meetings: Iterable[Any]) -> Release:
    feed = form.feed
    found = tuple(rows.of(meetings))
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
        found,
        Sums(totals.occurrences, totals.person_seconds, rows.minor(totals.working_time), rows.minor(totals.cash)),
        (hidden.occurrences, _seconds(hidden.person_hours) if hidden.person_hours is not None else None),
        tuple(Promise(one.id, one.occurrences, rows.minor(one.working_time)) for one in feed.commitments),
        tuple(_account(one) for one in feed.quotas),
        tuple((one.id, start.replace("Z", "+00:00")) for one in _waivers(feed) for start in one.starts),
        feed.policy.sha256 if feed.policy is not None else "",
    )


def _account(one: QuotaForm) -> Account:
    parts, past = (tuple(each.used for each in said if each.used is not None) for said in (one.by_unit, one.past))
    return Account(one.quota, one.measure, one.used, parts, past)


def _waivers(feed: FeedForm) -> list[WaiverForm]:
    return feed.waived.meetings if feed.waived is not None else []


def _seconds(hours: Decimal) -> int:
    return round(hours * _HOUR)


def _problems(error: ValidationError, place: str = "") -> list[Problem]:
    """The first mistakes with their places; what stood there is not repeated."""
    told = error.errors(include_url=False, include_input=False)
    return [
        Problem("release", wrong_value(one), None, place + ".".join(map(str, one["loc"]))) for one in told[:_MOST_TOLD]
    ]

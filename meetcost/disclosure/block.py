# SPDX-License-Identifier: Apache-2.0
"""A disclosure as the few lines that stand in an invite.

At most six lines of sixty columns, the marker lines among them, wide characters (UAX #11) counted as two: a phone shows
that much. Hours come first, money second, a link last. What has no room stands in the machine copy only: first the
year and the date go, then the paperwork.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import TYPE_CHECKING, Final
from unicodedata import east_asian_width

from meetcost.costing.rate_card import Method
from meetcost.ics.markers import Markers
from meetcost.model.moment import DAY
from meetcost.model.phrase import Count, Phrase, shown
from meetcost.values.money import Money
from meetcost.words.forms import duration, short_day
from meetcost.words.say import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from meetcost.disclosure.state import Disclosure
    from meetcost.paperwork.measured import MeasuredPaperwork
    from meetcost.words.say import Language

COLUMNS: Final = 60
LINES: Final = 4
"""Besides the two markers."""
MARKERS: Final[dict[Language, Markers]] = {
    "en": Markers("-- meeting cost (added automatically) --", "-- end --", LINES),
    "zh": Markers("—— 会议成本（系统自动生成）——", "—— 以上 ——", LINES),
}
_JOIN: Final = {"en": ("; ", ", "), "zh": ("；", "、")}
_FEW: Final = 2
_TWO_DIGITS: Final = Context(prec=2, rounding=ROUND_HALF_EVEN)


def width(text: str) -> int:
    """Columns in a fixed-width font; ambiguous characters count as wide (UAX #11), as Chinese fonts show them."""
    if text.isascii():
        return len(text)
    return sum(2 if not one.isascii() and east_asian_width(one) in "WFA" else 1 for one in text)


def block(disclosure: Disclosure, language: Language = "en") -> tuple[str, ...]:
    """The lines between the markers of `language`."""
    first = [_hours(disclosure, language), *_fitting(_money(disclosure, language))]
    paperwork = _fitting(_paperwork(disclosure, language))
    essential = [*_skips(disclosure, language), *_link(disclosure, language)]
    for middle, last in ((paperwork, [*essential, *_rest(disclosure, language)]), (paperwork, essential)):
        lines = [*first, *middle, *_packed(last, language)]
        if len(lines) <= LINES:
            return tuple(lines)
    return tuple([*first, *_packed(essential, language)][:LINES])


def _fitting(candidates: Iterable[str]) -> list[str]:
    """The first one that is no wider than a line."""
    return next(([text] for text in candidates if text and width(text) <= COLUMNS), [])


def _hours(disclosure: Disclosure, language: Language) -> str:
    people = shown(Count(disclosure.people, "{count} person", "{count} people"), language)
    fields = {
        "hours": shown(disclosure.hours, language),
        "people": people,
        "length": duration(disclosure.seconds, language),
    }
    if disclosure.exact:
        full = say("{hours}: {people} x {length}", language, **fields)
    elif disclosure.seconds >= DAY:
        days = Count(round(disclosure.seconds / DAY), "{count} day", "{count} days")
        full = say("{hours}: {people} x {days}", language, **fields, days=shown(days, language))
    else:
        full = say("{hours}: {people} x {length} and what is around it", language, **fields)
    each = say("{line}, each time", language, line=full) if disclosure.a_year is not None else full
    return (_fitting([each, full]) or [fields["hours"]])[0]


def _money(disclosure: Disclosure, language: Language) -> Iterator[str]:
    if disclosure.time is None:
        return
    money = shown(_about(disclosure.time), language)
    flat = disclosure.method == Method.FLAT_RATE
    basis = say("by the published rate" if flat else "by published pay band", language)
    if disclosure.cash:
        cash = shown(disclosure.cash, language)
        yield say("about {money} of working time, {basis}, and {cash}", language, money=money, basis=basis, cash=cash)
        yield say("about {money} of working time, and {cash} in cash", language, money=money, cash=cash)
    yield say("about {money} of working time, {basis}", language, money=money, basis=basis)
    yield say("about {money} of working time", language, money=money)


def _about(money: Money) -> Money:
    """Two significant digits, half to even: the line says `about`."""
    return Money(Decimal(f"{_TWO_DIGITS.plus(money.amount):f}"), money.currency)


def _paperwork(disclosure: Disclosure, language: Language) -> Iterator[str]:
    """The forecast; once there is a measured figure, that one and the forecast beside it."""
    expected, measured = disclosure.paperwork, disclosure.measured
    ends = [_two_digits(end.seconds) for end in (expected.low, expected.high)] if expected is not None else []
    if measured is not None:
        yield from _measured(measured, ends, language)
    elif expected is not None:
        low, high = ends
        if expected.records:
            records = Count(expected.records, "{count} own record", "{count} own records")
            of = shown(records, language)
            yield say("minutes: {low}-{high} h more (from {records})", language, low=low, high=high, records=of)
        else:
            yield say("minutes: {low}-{high} h more (rough, no records yet)", language, low=low, high=high)
        yield say("minutes: {low}-{high} h more", language, low=low, high=high)


def _measured(measured: MeasuredPaperwork, ends: Sequence[str], language: Language) -> Iterator[str]:
    if not measured.length:
        said = say("no minutes", language)
    else:
        length = say("{length} {unit}", language, length=f"{measured.length:,}", unit=say(measured.unit, language))
        said = say("minutes: {length}", language, length=length)
        if measured.hours is not None:
            hours = _two_digits(measured.hours.seconds)
            said = say("minutes: {length}, {hours} h", language, length=length, hours=hours)
    if ends:
        low, high = ends
        yield say("{measured} (forecast {low}-{high} h)", language, measured=said, low=low, high=high)
    yield said


def _two_digits(seconds: int) -> str:
    hours = Decimal(seconds) / 3600
    places = min(hours.adjusted() - 1, 0) if hours else 0
    text = f"{hours.quantize(Decimal(1).scaleb(max(places, -2))):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _skips(disclosure: Disclosure, language: Language) -> Iterator[str]:
    """The dates a series steps over; the first ones by name."""
    days = sorted({skipped.day for skipped in disclosure.skipped})
    if not days:
        return
    named = _JOIN[language][1].join(short_day(day, language) for day in days[:_FEW])
    if len(days) > _FEW:
        more = len(days) - _FEW
        yield say("skips {days} and {more} more (no-meeting days)", language, days=named, more=more)
    else:
        template = "skips {days} (no-meeting day)" if len(days) == 1 else "skips {days} (no-meeting days)"
        yield say(template, language, days=named)


def _link(disclosure: Disclosure, language: Language) -> list[str]:
    link = disclosure.link
    return _fitting([say("details: {link}", language, link=link), link]) if link else []


def _rest(disclosure: Disclosure, language: Language) -> Iterator[str]:
    """What is said if it has room."""
    year = disclosure.a_year
    if year is not None and year.occurrences > 1:
        times = Count(year.occurrences, "{count} time", "{count} times")
        yield Phrase.of("{times} in a year: {hours}", times=times, hours=year.hours).text(language)
    yield say("as of {day}", language, day=short_day(disclosure.as_of.date(), language, year=True))


def _packed(parts: Iterable[str], language: Language) -> list[str]:
    """As few lines as will do, the parts in their order; what is wider than a line is left out."""
    lines: list[str] = []
    for part in (part for part in parts if width(part) <= COLUMNS):
        joined = f"{lines[-1]}{_JOIN[language][0]}{part}" if lines else part
        if (
            lines and width(joined) <= COLUMNS and "://" not in lines[-1]
        ):  # a mark behind a link would become part of it
            lines[-1] = joined
        else:
            lines.append(part)
    return lines

# SPDX-License-Identifier: Apache-2.0
"""Figures, days and sentences as the pages have them, in one language."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from markupsafe import Markup, escape

from meetcost.model.moment import DAY
from meetcost.model.phrase import shown
from meetcost.values.money import Money
from meetcost.words.forms import day as day_text
from meetcost.words.forms import duration
from meetcost.words.say import say, say_count

if TYPE_CHECKING:
    from meetcost.feed.publication import Commitment, Entry, Held
    from meetcost.model.zone import Zone
    from meetcost.words.say import Language

_MONTH_DAY: Final = {"en": "d MMM", "zh": "M月d日"}
_LOCALE: Final = {"en": "en_GB", "zh": "zh_Hans_CN"}


@cache
def _template(text: str, language: Language) -> Markup:
    return escape(say(text, language))


@cache
def _day(value: date, language: Language, *, year: bool) -> str:
    return day_text(value, language, year=year)


@cache
def _pattern(value: date, pattern: str, language: Language) -> str:
    from babel.dates import format_date  # noqa: PLC0415 - heavy

    return format_date(value, pattern, locale=_LOCALE[language])


class Wording:
    """One language, one currency, one zone."""

    def __init__(self, language: Language, currency: str | None, zone: Zone) -> None:
        self.language = language
        self.currency = currency
        self.zone = zone
        self._money: dict[int, str] = {}  # the same few amounts stand on thousands of pages

    def t(self, template: str, /, **fields: object) -> Markup:
        """A sentence as HTML: fields that are no `Markup` are escaped."""
        text = _template(template, self.language)
        return text.format(**fields) if fields else text

    def n(self, count: int, one: str, many: str, /, **fields: object) -> Markup:
        """The same with a number, by English plural."""
        template = one if count == 1 and self.language == "en" else many
        return self.t(template, count=f"{count:,}", **fields)

    def plain(self, template: str, /, **fields: object) -> str:
        """A sentence as text, for formats that escape it themselves."""
        return say(template, self.language, **fields)

    def plain_n(self, count: int, one: str, many: str, /) -> str:
        """The same with a number."""
        return say_count(count, one, many, self.language)

    def hours(self, seconds: int) -> str:
        """`3,410`, `13.5`, `0.25`: no more digits than can be read at a glance.

        >>> from meetcost.model.zone import UTC_TIME
        >>> [Wording("en", None, UTC_TIME).hours(seconds) for seconds in (12_276_000, 48_600, 900)]
        ['3,410', '13.5', '0.25']
        """
        return _hours(seconds, 0 if seconds >= 360_000 else 1 if seconds >= 36_000 else 2)

    def worked(self, seconds: int) -> str:
        """The same with its unit: `13.5 hours`, `1 hour`."""
        hours = self.hours(seconds)
        return self.plain("{hours} hour" if hours == "1" else "{hours} hours", hours=hours)

    def average(self, whole: int, parts: int) -> str:
        """`11.7`."""
        return _trimmed(Decimal(whole) / parts, 1)

    def exact_hours(self, seconds: int) -> str:
        """To hundredths of an hour."""
        return _hours(seconds, 2)

    def fixed_hours(self, seconds: int) -> str:
        """`13.50`: to hundredths, for a column."""
        return f"{Decimal(seconds) / 3600:,.2f}"

    def bare_money(self, minor: int | None) -> str:
        """An amount to the minor unit without its currency, for a column that names it; empty without one."""
        if minor is None or self.currency is None:
            return ""
        return f"{Money.from_minor(minor, self.currency).amount:,f}"

    def money(self, minor: int | None) -> str:
        """An amount to the minor unit; empty without one."""
        if minor is None or self.currency is None:
            return ""
        text = self._money.get(minor)
        if text is None:
            text = self._money[minor] = shown(Money.from_minor(minor, self.currency), self.language)
        return text

    def round_money(self, minor: int | None) -> str:
        """An amount to the unit: for sums, which have digits enough."""
        if minor is None or self.currency is None:
            return ""
        amount = Money.from_minor(minor, self.currency).amount.quantize(Decimal(1), ROUND_HALF_EVEN)
        return shown(Money(amount, self.currency), self.language)

    def shown(self, value: object) -> str:
        """A value as in every other sentence of meetcost."""
        return shown(value, self.language)

    def sentence(self, value: object) -> str:
        """The same as a sentence by itself."""
        text = self.shown(value)
        return f"{text[:1].upper()}{text[1:]}{'。' if self.language == 'zh' else '.'}"

    def unit(self, name: str) -> str:
        """The name of a unit, or that nobody knows it."""
        return name or say("unit unknown", self.language)

    def title(self, of: Entry | Commitment) -> str:
        """Its title, or that there is none, or that it is withheld."""
        if of.title_withheld:
            return say("(title withheld)", self.language)
        return of.title or say("(no title)", self.language)

    def percent(self, value: int | Decimal) -> str:
        """`−12 %`, with a minus that is as wide as a plus."""
        text = f"{abs(value):,f}" if isinstance(value, Decimal) else f"{abs(value):,}"
        gap = "\u202f" if self.language == "en" else ""
        return f"{'−' if value < 0 else ''}{text}{gap}%"

    def share(self, part: int, whole: int) -> str:
        """`58 %` of it."""
        return self.percent(round(part * 100 / whole)) if whole else ""

    def day(self, value: date, *, year: bool = True) -> str:
        """`Thu 10 Dec 2026`."""
        return _day(value, self.language, year=year)

    def short_day(self, value: date) -> str:
        """`10 Dec`, below a bar."""
        return _pattern(value, _MONTH_DAY[self.language], self.language)

    def month(self, value: date, *, year: bool = True) -> str:
        """`December 2026`."""
        pattern = {"en": "MMMM y" if year else "LLLL", "zh": "y年M月" if year else "M月"}[self.language]
        return _pattern(value, pattern, self.language)

    def short_month(self, value: date) -> str:
        """`Dec`, below a bar."""
        return _pattern(value, {"en": "LLL", "zh": "M月"}[self.language], self.language)

    def weekday(self, value: date) -> str:
        """`Thu`."""
        return _pattern(value, "EEE", self.language)

    def length(self, seconds: int) -> str:
        """`1 h 30 min`."""
        return duration(seconds, self.language)

    def when(self, held: Held) -> str:
        """`Thu 10 Dec 2026 10:00–11:30`."""
        day = date.fromordinal(held.day)
        if held.all_day:
            return self._days(held, day)
        start, end = (divmod(self.zone.to_local(seconds), DAY) for seconds in (held.start, held.end))
        first = f"{self.day(day)} {_clock(start[1])}"
        if end == start:
            return first
        if end[0] == start[0]:
            return f"{first}–{_clock(end[1])}"
        return f"{first} – {self.day(date.fromordinal(end[0]), year=False)} {_clock(end[1])}"

    def _days(self, held: Held, first: date) -> str:
        count = max(round((held.end - held.start) / DAY), 1)
        if count == 1:
            return say("{day}, all day", self.language, day=self.day(first))
        last = first + timedelta(days=count - 1)
        days = f"{self.day(first, year=False)} – {self.day(last)}"
        return say("{days}, {count} days", self.language, days=days, count=count)

    def period(self, first: date, last: date) -> str:
        """`July–September 2026` for whole months, else days; both included."""
        if self.language == "zh":
            return _period_zh(first, last)
        if not _whole_months(first, last):
            if first == last:
                return self.day(first)
            if (first.year, first.month) == (last.year, last.month):
                return f"{first.day}–{self.short_day(last)} {last.year}"
            begin = self.short_day(first) if first.year == last.year else f"{self.short_day(first)} {first.year}"
            return f"{begin} – {self.short_day(last)} {last.year}"
        if (first.month, last.month) == (1, 12) and first.year == last.year:
            return str(first.year)
        if first.replace(day=1) == last.replace(day=1):
            return self.month(first)
        if first.year == last.year:
            return f"{self.month(first, year=False)}–{self.month(last)}"
        return f"{self.month(first)} – {self.month(last)}"


@lru_cache(1 << 14)
def _hours(seconds: int, places: int) -> str:
    return _trimmed(Decimal(seconds) / 3600, places)


def _trimmed(value: Decimal, places: int) -> str:
    text = f"{value:,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}"


def _whole_months(first: date, last: date) -> bool:
    return first.day == 1 and (last + timedelta(days=1)).day == 1


def _period_zh(first: date, last: date) -> str:
    same_year = first.year == last.year
    if not _whole_months(first, last):
        if same_year and first.month == last.month:
            days = f"{first.day}日" if first == last else f"{first.day}日至{last.day}日"
            return f"{first.year}年{first.month}月{days}"
        end = f"{last.month}月{last.day}日" if same_year else f"{last.year}年{last.month}月{last.day}日"
        return f"{first.year}年{first.month}月{first.day}日至{end}"
    if same_year and (first.month, last.month) == (1, 12):
        return f"{first.year}年"
    if same_year and first.month == last.month:
        return f"{first.year}年{first.month}月"
    return f"{first.year}年{first.month}月至{'' if same_year else f'{last.year}年'}{last.month}月"

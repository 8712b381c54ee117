# SPDX-License-Identifier: Apache-2.0
"""Days off and days of work: public holidays from the `holidays` package, and the weekends that a country works.

China publishes each year's holidays, and the weekend days worked in exchange (调休), in a notice of the State Council's
General Office, usually in November of the year before. The package holds these notices; for a year without one it
still computes the statutory festivals, but neither the bridging days nor the days worked. `knows` says so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from meetcost.errors import UsageError

if TYPE_CHECKING:
    from holidays import HolidayBase

_WEEKEND: Final = frozenset({5, 6})
_STILL_SHIFTING: Final = 3


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Which days are days of work in one country or part of it.

    Without a country only weekends are days off. `days_off` and `working_days` are the organisation's own and outrank
    the package; `decreed` are years it vouches for itself. Raises `UsageError` for a country or part that the
    package does not have.
    """

    country: str = ""
    subdivision: str = ""
    days_off: frozenset[date] = frozenset()
    working_days: frozenset[date] = frozenset()
    decreed: frozenset[int] = frozenset()
    _table: HolidayBase | None = field(init=False, repr=False, compare=False)
    _known: tuple[int, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        table = _load(self.country, self.subdivision) if self.country else None
        object.__setattr__(self, "_table", table)
        object.__setattr__(self, "_known", _known_years(table) if table is not None else (1, 9999))

    def knows(self, day: date) -> bool:
        """Whether the holidays of that day's year are settled.

        False before the package's first year and after its last. Where a country shifts days of work by yearly
        decree, the last year is the last one with a decree; where a date of that year is marked as estimated (a
        moon has to be seen), the year is not settled either. A decree for the year after can still change the last
        days of December, as China's for 2019 did with 29 to 31 December 2018.
        """
        if day.year in self.decreed or self._table is None:
            return True
        first, last = self._known
        return first <= day.year <= last and not _estimated(self._table, day.year)

    def is_holiday(self, day: date) -> bool:
        """Whether it is a public holiday or a day off given in exchange; a plain weekend is not."""
        if day in self.days_off:
            return True
        if day in self.working_days or self._table is None:
            return False
        return day in self._table

    def is_working_day(self, day: date) -> bool:
        """Whether people work: a weekday that is no holiday, or a weekend day worked in exchange."""
        if day in self.days_off:
            return False
        if day in self.working_days:
            return True
        if self._table is None:
            return day.weekday() not in _WEEKEND
        return self._table.is_working_day(day)

    def is_adjusted_working_day(self, day: date) -> bool:
        """Whether it is a weekend day on which people work (调休上班)."""
        weekend = self._table.is_weekend(day) if self._table is not None else day.weekday() in _WEEKEND
        return weekend and self.is_working_day(day)

    def name(self, day: date) -> str:
        """What the holiday is called in its country; empty if it is none."""
        if not self.is_holiday(day):
            return ""
        return self._table.get(day, "") if self._table is not None else ""

    def after_working_days(self, day: date, count: int) -> date:
        """The `count`th working day after `day`.

        >>> WorkCalendar().after_working_days(date(2026, 11, 20), 2)
        datetime.date(2026, 11, 24)
        """
        while count > 0:
            day += timedelta(days=1)
            count -= self.is_working_day(day)
        return day


WEEKENDS_ONLY: Final = WorkCalendar()


def _load(country: str, subdivision: str) -> HolidayBase:
    import holidays  # noqa: PLC0415 - 50 ms that a policy without holidays need not wait

    try:
        plain = holidays.country_holidays(country)
        # a language is named, because the package would else take one from the environment
        return holidays.country_holidays(country, subdiv=subdivision or None, language=plain.default_language)
    except NotImplementedError:
        if subdivision:
            raise UsageError(
                "`{subdivision}` is no part of `{country}` with holidays of its own",
                subdivision=subdivision,
                country=country,
            ) from None
        raise UsageError(
            "`{country}` is no country whose holidays are known; write a code such as `CN`", country=country
        ) from None


def _known_years(table: HolidayBase) -> tuple[int, int]:
    shifted = _shifted_years(table)
    if not shifted:
        return table.start_year, table.end_year
    if shifted[-1] <= _newest_decree() - _STILL_SHIFTING:  # shifted days once, does no longer
        return table.start_year, table.end_year
    return max(table.start_year, shifted[0]), shifted[-1]


def _newest_decree() -> int:
    """The last year for which China, which decrees every year, is in the package: how fresh the package is."""
    return _shifted_years(_load("CN", ""))[-1]


def _shifted_years(table: HolidayBase) -> list[int]:
    """The years with a (month, day, from month, from day) entry: a day off taken from a weekend day."""
    if not getattr(table, "has_substituted_holidays", False):
        return []
    special = getattr(table, "special_public_holidays", {})
    years = []
    for year, entries in special.items():
        each = entries if entries and isinstance(entries[0], tuple) else (entries,)
        if any(len(entry) > 3 and isinstance(entry[2], int) for entry in each):
            years.append(year)
    return sorted(years)


def _estimated(table: HolidayBase, year: int) -> bool:
    label = getattr(table, "estimated_label", "")
    if not label:
        return False
    mark = table.tr(label).replace("%s", "").strip()
    first, last = date(year, 1, 1), date(year, 12, 31)
    table.get(first)  # the package fills itself a year at a time
    return any(first <= day <= last and mark in name for day, name in table.items())

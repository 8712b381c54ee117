# SPDX-License-Identifier: Apache-2.0
"""Values as people write them into `meetcost.toml`: days, weeks, times, tags; a wrong one is told with a right one."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from meetcost.model.wrong_value import WrongValueError, all_of, quoted
from meetcost.rules.days import WEEKDAYS
from meetcost.rules.exemption import Unit
from meetcost.rules.exemption import Within as Limit
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Mapping

FIRST_YEAR: Final = 1970
LAST_YEAR: Final = 2200

_WEEKDAYS_ZH: Final = {f"周{name}": WEEKDAYS[at] for at, name in enumerate("一二三四五六日")}
_ISO_WEEK: Final = re.compile(r"^(\d{4})-W(\d{2})$", re.ASCII)
_MONTH_DAY: Final = re.compile(r"\d{2}-\d{2}", re.ASCII)
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_CLOCK: Final = re.compile(r"(\d{2}):(\d{2})(?::00)?", re.ASCII)
_WITHIN: Final = re.compile(r"(\d{1,3}) (working days?|days?|hours?)", re.ASCII)
_EXISTING: Final = re.compile(r"keep|until (\d{4}-\d{2}-\d{2})", re.ASCII)


def day_of(value: object) -> object:
    """The day that somebody wrote, ValueError for anything else."""
    if isinstance(value, date) and not isinstance(value, datetime):
        found = value
    elif isinstance(value, str) and _DATE.fullmatch(value):
        try:
            found = date.fromisoformat(value)
        except ValueError:
            raise WrongValueError("`{value}` is no day of the calendar", value=value) from None
    else:
        raise WrongValueError("`{value}` is no date; write one such as 2026-12-09", value=value)
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise WrongValueError("`{value}` lies outside {first} to {last}", value=value, first=FIRST_YEAR, last=LAST_YEAR)
    return found


def _weekday(value: object) -> object:
    return _WEEKDAYS_ZH.get(value, value.lower()) if isinstance(value, str) else value


def _iso_week(value: str) -> str:
    found = _ISO_WEEK.fullmatch(value)
    if not found:
        raise WrongValueError("`{value}` is no ISO week; write one such as 2026-W32", value=value)
    try:
        year = date.fromisocalendar(int(found[1]), int(found[2]), 1).year
    except ValueError:
        raise WrongValueError("`{value}`: the year has no such week", value=value) from None
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise WrongValueError("`{value}` lies outside {first} to {last}", value=value, first=FIRST_YEAR, last=LAST_YEAR)
    return value


def _month_day(value: str) -> str:
    try:
        date.fromisoformat(f"2000-{value}" if _MONTH_DAY.fullmatch(value) else "")
    except ValueError:
        raise WrongValueError("`{value}` is no day of the year; write one such as 12-24", value=value) from None
    return value


def _clock(value: object) -> object:
    if isinstance(value, time):
        return f"{value:%H:%M}"
    found = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    if not found or not (int(found[1]) * 60 + int(found[2]) <= 1440 and int(found[2]) < 60):
        raise WrongValueError("`{value}` is no time of day; write one such as 09:00", value=value)
    return f"{found[1]}:{found[2]}"


def _within(value: str) -> str:
    if not _WITHIN.fullmatch(value):
        raise WrongValueError(
            "`{value}` is no time limit; write one such as `2 working days`, `3 days` or `48 hours`", value=value
        )
    return value


def within_of(value: str) -> Limit:
    """The time limit that is written."""
    amount, unit = value.split(" ", 1)
    return Limit(int(amount), Unit(unit if unit.endswith("s") else f"{unit}s"))


def seconds_of(clock: str) -> int:
    """Seconds of the day of a time such as `09:00`."""
    return int(clock[:2]) * 3600 + int(clock[3:]) * 60


def _existing(value: str) -> str:
    found = _EXISTING.fullmatch(value)
    if not found:
        raise WrongValueError(
            "`{value}` is neither `keep` nor `until` with a date such as `until 2027-03-31`", value=value
        )
    if found[1]:
        day_of(found[1])
    return value


def _claim(value: str) -> str:
    if not value.strip("# \t"):
        raise WrongValueError("`{value}` is no tag; write one such as #emergency", value=value)
    return value.strip()


def _as_list(value: object) -> object:
    return value if isinstance(value, list) else [value]


def _not_empty(value: list[Any]) -> list[Any]:
    if not value:
        raise WrongValueError("the list is empty")
    return value


def _link(value: str) -> str:
    if value and (not value.startswith("https://") or not value.isascii() or not value.isprintable() or " " in value):
        raise WrongValueError(
            "`{value}` is no https address; write one such as https://costs.town.example/{{id}}.html", value=value
        )
    return value


Day = Annotated[date, BeforeValidator(day_of), Field(examples=["2026-12-09"])]
_English = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_Chinese = Literal["周一", "周二", "周三", "周四", "周五", "周六", "周日"]
Weekday = Annotated[_English, BeforeValidator(_weekday, json_schema_input_type=_English | _Chinese)]
IsoWeek = Annotated[
    str, AfterValidator(_iso_week), Field(json_schema_extra={"pattern": _ISO_WEEK.pattern}, examples=["2026-W32"])
]
MonthDay = Annotated[str, AfterValidator(_month_day), Field(examples=["12-24"])]
Clock = Annotated[str, BeforeValidator(_clock, json_schema_input_type=str), Field(examples=["09:00"])]
_Week = Literal[1, 2, 3, 4, 5]
_Weekday = Literal[1, 2, 3, 4, 5, -1]
NthWeek = Annotated[list[_Week], BeforeValidator(_as_list, json_schema_input_type=_Week | list[_Week])]
NthWeekday = Annotated[list[_Weekday], BeforeValidator(_as_list, json_schema_input_type=_Weekday | list[_Weekday])]
Within = Annotated[str, AfterValidator(_within)]
Existing = Annotated[str, AfterValidator(_existing)]
Claim = Annotated[str, AfterValidator(_claim)]
Link = Annotated[str, AfterValidator(_link)]
NOT_EMPTY: Final = AfterValidator(_not_empty)


def check_order(first: object, last: object) -> None:
    """Raise ValueError if the one comes after the other, whether they are dates or written as ones."""
    if isinstance(first, str) or isinstance(last, str):
        try:
            first, last = day_of(first), day_of(last)
        except ValueError:
            return
    if type(first) is not date or type(last) is not date:
        return
    if first > last:
        raise WrongValueError("begins on {first}, after its last day {last}", first=first, last=last)


def check_one(**kinds: object) -> None:
    """Raise ValueError unless exactly one is given."""
    given = [name for name, value in kinds.items() if value is not None]
    if len(given) != 1:
        raise WrongValueError(
            "exactly one of {names} is wanted, here is {here}; write one table for each",
            names=quoted(kinds),
            here=all_of(quoted(given)) if given else Sentence.of("none"),
        )


def not_one(kinds: tuple[str, str], table: Mapping[str, object]) -> Sentence | None:
    """What is wrong with a table that has both of two keys, or none of them; None if it has one."""
    given = [name in table for name in kinds]
    if given[0] != given[1]:
        return None
    here = Sentence.of("both" if given[0] else "none")
    return Sentence.of("exactly one of {names} is wanted, here is {here}", names=quoted(kinds), here=here)

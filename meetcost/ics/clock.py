# SPDX-License-Identifier: Apache-2.0
"""Which times of day a recurrence rule's time parts let through (RFC 5545, section 3.3.10).

Times are seconds after midnight on the wall clock; no zone is known here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from meetcost.ics.year_days import chosen
from meetcost.model.moment import DAY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from meetcost.ics.rule import Rule

UNITS: Final = {"HOURLY": 3600, "MINUTELY": 60, "SECONDLY": 1}


def times_of_day(rule: Rule, start: int, *, date_only: bool) -> Sequence[int]:
    """The times of every day on which a rule that steps by days or more takes place.

    A part not given is as in `start`. `date_only` leaves the time parts out, as RFC 5545 asks
    where DTSTART is a DATE. For a daily rule BYSETPOS has been applied: its set is the day.
    """
    if date_only:
        times: Sequence[int] = (0,)
    elif rule.by_hour or rule.by_minute or rule.by_second:
        hours = rule.by_hour or (start % DAY // 3600,)
        within = _within_hour(rule, start)
        times = [hour * 3600 + second for hour in hours for second in within]
    else:
        times = (start % DAY,)
    if rule.by_set_pos and rule.freq == "DAILY":
        return [times[i] for i in chosen(len(times), rule.by_set_pos)]
    return times


def times_in_unit(rule: Rule, start: int) -> Sequence[int]:
    """The seconds within each hour, minute or second in which a sub-daily rule takes place.

    BYSETPOS has been applied: the set it picks from is that of one such unit.
    """
    seconds: Sequence[int] = (0,)
    if rule.freq == "HOURLY":
        seconds = _within_hour(rule, start)
    elif rule.freq == "MINUTELY":
        seconds = rule.by_second or (start % 60,)
    if rule.by_set_pos:
        return [seconds[i] for i in chosen(len(seconds), rule.by_set_pos)]
    return seconds


def units_of_day(rule: Rule) -> Sequence[int]:
    """The beginnings of the hours, minutes or seconds of a day that a sub-daily rule allows."""
    unit = UNITS[rule.freq]
    if not limits_units(rule):
        return range(0, DAY, unit)
    hours = [hour * 3600 for hour in rule.by_hour or range(24)]
    if unit == 3600:
        return hours
    minutes = [hour + minute * 60 for hour in hours for minute in rule.by_minute or range(60)]
    if unit == 60:
        return minutes
    return [minute + second for minute in minutes for second in rule.by_second or range(60)]


def limits_units(rule: Rule) -> bool:
    """Whether a sub-daily rule leaves out some of the hours, minutes or seconds it steps by."""
    if rule.freq == "HOURLY":
        return bool(rule.by_hour)
    if rule.freq == "MINUTELY":
        return bool(rule.by_hour or rule.by_minute)
    return bool(rule.by_hour or rule.by_minute or rule.by_second)


def _within_hour(rule: Rule, start: int) -> list[int]:
    minutes = rule.by_minute or (start % 3600 // 60,)
    seconds = rule.by_second or (start % 60,)
    return [minute * 60 + second for minute in minutes for second in seconds]

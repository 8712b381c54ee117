# SPDX-License-Identifier: Apache-2.0
"""Numbers, days and times as people write them."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from meetcost.words.say import Language

_LOCALE: Final = {"en": "en_GB", "zh": "zh_Hans_CN"}
_DAY: Final = {"en": "EEE d MMM", "zh": "M月d日(EEE)"}
_SHORT: Final = {"en": "d MMM", "zh": "M月d日"}
_SHORT_YEAR: Final = {"en": "d MMM yyyy", "zh": "y年M月d日"}
_DAY_YEAR: Final = {"en": "EEE d MMM yyyy", "zh": "y年M月d日(EEE)"}


def day(value: date, language: Language = "en", *, year: bool = False) -> str:
    """`Thu 10 Dec 2026` or `2026年12月10日(周四)`."""
    return _written(value.year, value.month, value.day, (_DAY_YEAR if year else _DAY)[language], _LOCALE[language])


def short_day(value: date, language: Language = "en", *, year: bool = False) -> str:
    """`10 Dec` or `12月10日`, with the year `10 Dec 2026` or `2026年12月10日`."""
    return _written(value.year, value.month, value.day, (_SHORT_YEAR if year else _SHORT)[language], _LOCALE[language])


@lru_cache(1024)
def _written(year: int, month: int, day: int, pattern: str, locale: str) -> str:
    from babel.dates import format_date  # noqa: PLC0415 - heavy

    return format_date(date(year, month, day), pattern, locale=locale)


def clock(value: datetime) -> str:
    """`10:00`."""
    return f"{value:%H:%M}"


def number(value: Decimal | int, language: Language = "en") -> str:
    """`1,204.5`, with all the decimals the value has."""
    from babel.numbers import format_decimal  # noqa: PLC0415 - heavy

    return format_decimal(value, locale=_LOCALE[language], decimal_quantization=False)


def duration(seconds: int, language: Language = "en") -> str:
    """`1 h 30 min` or `1 小时 30 分钟`."""
    hours, minutes = divmod(round(seconds / 60), 60)
    units = {"en": ("h", "min"), "zh": ("小时", "分钟")}[language]
    parts = [f"{value} {unit}" for value, unit in zip((hours, minutes), units, strict=True) if value]
    return " ".join(parts) or f"0 {units[1]}"

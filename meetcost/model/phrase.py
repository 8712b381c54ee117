# SPDX-License-Identifier: Apache-2.0
"""Sentences that travel with a result and are put into words only when somebody reads them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple, Self

from meetcost.values.money import Money
from meetcost.values.person_hours import PersonHours
from meetcost.values.rate import Rate
from meetcost.words import forms
from meetcost.words.say import say, say_count

if TYPE_CHECKING:
    from meetcost.words.say import Language

_YUAN: Final = "CNY"


class Count(NamedTuple):
    """A number with what is counted: `Count(2, "{count} person", "{count} people")`."""

    number: int
    one: str
    many: str


class Lasting(NamedTuple):
    """A length of time in seconds."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Phrase:
    """An English template, the key of its translation, and the values of its fields."""

    template: str
    fields: tuple[tuple[str, object], ...] = ()

    @classmethod
    def of(cls, template: str, /, **fields: object) -> Self:
        """`Phrase.of("{people} for {time}", people=..., time=...)`; the fields are hashable."""
        return cls(template, tuple(fields.items()))

    def text(self, language: Language = "en") -> str:
        """The sentence in `language`."""
        return say(self.template, language, **{name: shown(value, language) for name, value in self.fields})


def shown(value: object, language: Language = "en") -> str:
    """A value as it stands in a sentence.

    >>> from meetcost.values.money import Money
    >>> shown(Money("1620.00", "CNY"), "zh"), shown(Money("1620.00", "CNY"))
    ('1,620.00 元', 'CNY 1,620.00')
    """
    text = getattr(value, "text", None)  # a Phrase, or whatever else knows its own wording
    if text is not None:
        return str(text(language))
    match value:
        case Count():
            return say_count(value.number, value.one, value.many, language)
        case Lasting():
            return _lasting(value.seconds, language)
        case Money():
            return _money(value, language)
        case Rate():
            return say("{money} per hour", language, money=_money(Money(value.amount, value.currency), language))
        case PersonHours():
            hours = f"{value.hours:,f}"
            if hours == "1":
                return say("{hours} person-hour", language, hours=hours)
            return say("{hours} person-hours", language, hours=hours)
        case datetime():
            return f"{forms.day(value, language)} {forms.clock(value)}"
        case date():
            return forms.day(value, language, year=True)
        case tuple() | list():
            return {"en": ", ", "zh": "、"}[language].join(shown(item, language) for item in value)
        case Decimal() | int():
            return f"{value:,}" if isinstance(value, int) else f"{value:,f}"
        case _:
            return str(value)


def _money(value: Money, language: Language) -> str:
    amount = f"{value.amount:,f}"
    if language == "en":
        return f"{value.currency} {amount}"
    if value.currency == _YUAN:
        return f"{amount} 元"
    from babel.numbers import get_currency_name  # noqa: PLC0415 - heavy

    return f"{amount} {get_currency_name(value.currency, locale='zh_Hans_CN')}"


def _lasting(seconds: int, language: Language) -> str:
    minutes, rest = divmod(seconds, 60)
    if not rest:
        return forms.duration(seconds, language)
    unit = {"en": "s", "zh": "秒"}[language]
    return f"{forms.duration(minutes * 60, language)} {rest} {unit}" if minutes else f"{rest} {unit}"

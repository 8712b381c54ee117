# SPDX-License-Identifier: Apache-2.0
"""What is wrong with a value in somebody's file; pydantic says it in English, and to programmers."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from meetcost.errors import said_by
from meetcost.words.near import nearest
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pydantic_core import ErrorDetails

_SHOWN: Final = 40
_LISTED: Final = 12
_TABLE: Final = "{value} is no table"
_TRUTH: Final = "{value} is neither true nor false"
_WHOLE: Final = "{value} is no whole number"
_NUMBER: Final = "{value} is no number"
_DATE: Final = "{value} is no date; write one such as 2026-12-09"
_TOO_SHORT: Final = "{value} has fewer than {min_length} characters"
_TEMPLATES: Final = {
    "bool_parsing": _TRUTH,
    "bool_type": _TRUTH,
    "date_from_datetime_inexact": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_parsing": _DATE,
    "date_type": _DATE,
    "decimal_max_places": "{value} has more than {decimal_places} decimals",
    "decimal_parsing": _NUMBER,
    "decimal_type": _NUMBER,
    "dict_type": _TABLE,
    "finite_number": _NUMBER,
    "float_parsing": _NUMBER,
    "float_type": _NUMBER,
    "greater_than": "{value} is not more than {gt}",
    "greater_than_equal": "{value} is less than {ge}",
    "int_from_float": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": _WHOLE,
    "int_type": _WHOLE,
    "less_than": "{value} is not less than {lt}",
    "less_than_equal": "{value} is more than {le}",
    "list_type": "{value} is no list; write it between `[` and `]`",
    "model_attributes_type": _TABLE,
    "model_type": _TABLE,
    "string_pattern_mismatch": "{value} does not have the form `{pattern}`",
    "string_too_long": "{value} has more than {max_length} characters",
    "string_too_short": _TOO_SHORT,
    "string_type": "{value} is no text; write it between quotation marks",
    "too_long": "{value} has more than {max_length} entries",
    "too_short": "{value} has fewer than {min_length} entries",
}
"""Of pydantic's kinds of errors those that our forms give; tests plant wrong values in every key to find others."""


class WrongValueError(ValueError):
    """What a validator of ours raises: an English template, the key of its translation, and its fields."""

    def __init__(self, template: str, /, **fields: object) -> None:
        super().__init__(Sentence.of(template, **fields))


def wrong_value(detail: ErrorDetails) -> Sentence:
    """One of pydantic's errors as a sentence."""
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "missing":
        return Sentence.of("is missing")
    if kind == "extra_forbidden":
        return Sentence.of("is not known here")
    if kind == "value_error":
        return said_by(context["error"])
    value = shown(detail.get("input", []))
    if kind in ("enum", "literal_error"):
        return Sentence.of("{value} is none of {choices}", value=value, choices=choices_of(detail))
    if kind in _TEMPLATES:
        return Sentence.of(_TEMPLATES[kind], value=value, **context)
    return Sentence.of("{value}: {why}", value=value, why=f"{detail['msg'][:1].lower()}{detail['msg'][1:]}")


def choices_of(detail: ErrorDetails) -> tuple[str, ...]:
    """The values that pydantic would have taken, of an error of the kind `enum` or `literal_error`."""
    expected = str(detail.get("ctx", {})["expected"]).replace(" or ", ", ")
    return tuple(choice.strip("'") for choice in expected.split(", "))


def shown(value: object) -> str:
    """A value as it is quoted: short, and lists and tables by no more than that."""
    if not isinstance(value, str | int | float | Decimal):
        return Sentence.of("the value")
    text = str(value) if not isinstance(value, int) or abs(value) < 10**_SHOWN else "..."
    return f"`{text}`" if len(text) <= _SHOWN else f"`{text[:_SHOWN]}...`"


def quoted(names: Iterable[str]) -> tuple[str, ...]:
    """Each in backticks."""
    return tuple(f"`{name}`" for name in names)


def all_of(names: Iterable[str]) -> str:
    """`a, b and c`."""
    *first, last = names
    return Sentence.of("{first} and {last}", first=tuple(first), last=last) if first else last


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A question for whoever wrote `word`; empty if nothing like it is known."""
    near = nearest(word, known)
    return Sentence.of("did you mean `{word}`?", word=near) if near else ""


def one_of(word: str, known: Sequence[str]) -> str:
    """The same question, or what is known where nothing is like it."""
    near = did_you_mean(word, known)
    return near or (Sentence.of("one of {choices}", choices=tuple(known[:_LISTED])) if known else "")

# SPDX-License-Identifier: Apache-2.0
"""A TOML document from anybody, read in bounded time: a mistake in it is told with its line."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any, Final

from meetcost.errors import ConfigError, Problem
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Callable

_PLACE: Final = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_SYNTAX: Final = (
    "cannot declare {what} twice",
    "cannot mutate immutable namespace {what}",
    "cannot overwrite a value",
    "cannot redefine namespace {what}",
    "duplicate inline table key {what}",
    "escaped character is not a Unicode scalar value",
    "expected '=' after a key in a key/value pair",
    "expected ']' at the end of a table declaration",
    "expected ']]' at the end of an array declaration",
    "expected newline or end of document after a statement",
    "expected {what}",
    "found invalid character {what}",
    "illegal character {what}",
    "invalid date or datetime",
    "invalid hex value",
    "invalid initial character for a key part",
    "invalid statement",
    "invalid value",
    "unclosed array",
    "unclosed inline table",
    "unescaped '\\' in a string",
    "unterminated string",
)
"""What `tomllib` says, in lower case and without the place."""
_MOST_PARTS: Final = 32
"""Parts of one dotted key: for each of them `tomllib` copies all before it, and looks them up again."""
_MOST_DIGITS: Final = 128
"""Digits of a number in another base than ten: TOML promises 64 bits, and Python does not write all that it reads."""
_LONG_NUMBER: Final = re.compile(rf"(?<![\w.\-])[+-]?0[xob][0-9A-Fa-f_]{{{_MOST_DIGITS},}}")
_NO_KEY: Final = re.compile(
    r'"""(?:[^"\\]++|\\.|"(?!""))*+(?:"{3,5})?'
    r"|'''(?:[^']++|'(?!''))*+(?:'{3,5})?"
    r'|"(?:[^"\\\n]++|\\[^\n])*+"?'
    r"|'[^'\n]*+'?"
    r"|\#[^\n]*+",
    re.DOTALL,
)
"""Strings and comments, to their end where they have one."""
_BETWEEN: Final = re.compile(r"[^\n=,\[\]{}]+")


def read_toml(
    text: str, source: str, *, parse_float: Callable[[str], Any] = float, most: int | None = None
) -> dict[str, Any]:
    """The tables of a document; `ConfigError` for what is no TOML, or nests deeper than anybody writes.

    `most` is how many values it may hold, tables and lists among them: for what looks at each of them for long.
    """
    text = text.replace("\r\n", "\n")
    _check(_NO_KEY.sub(_bare, text), source)
    try:
        table = tomllib.loads(text, parse_float=parse_float)
    except RecursionError:
        raise ConfigError(source, [Problem("toml", "is nested too deeply")]) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(source, [_syntax(str(error), text)]) from None
    except (ValueError, ArithmeticError):  # of `int`, and of `Decimal` as `parse_float`
        raise ConfigError(source, [Problem("toml", "a number is out of reach")]) from None
    count = _values(table) if most is not None else 0
    if most is not None and count > most:
        raise ConfigError(
            source, [Problem("limit", Sentence.of("{count:,} values, more than {most:,}", count=count, most=most))]
        )
    return table


def _check(bare: str, source: str) -> None:
    """Raise `ConfigError` for what takes long, or what no program can hold, in a text without strings and comments."""
    wrong = next((found for found in _BETWEEN.finditer(bare) if found[0].count(".") >= _MOST_PARTS), None)
    message = Sentence.of("a key of more than {most} parts", most=_MOST_PARTS)
    if wrong is None:
        wrong = _LONG_NUMBER.search(bare)
        message = Sentence.of("a number of more than {most} digits", most=_MOST_DIGITS)
    if wrong is not None:
        raise ConfigError(source, [Problem("toml", message, bare.count("\n", 0, wrong.start()) + 1)])


def _values(table: dict[str, Any]) -> int:
    """How many there are in all."""
    count, pending = 0, [iter(table.values())]
    while pending:
        for value in pending.pop():
            count += 1
            if isinstance(value, dict):
                pending.append(iter(value.values()))
            elif isinstance(value, list):
                pending.append(iter(value))
    return count


def _bare(found: re.Match[str]) -> str:
    """In place of a string: as many lines, and nothing that could be of a key."""
    return '"' + "\n" * found[0].count("\n")


def _syntax(message: str, text: str) -> Problem:
    found = _PLACE.search(message)
    line = int(found[1]) if found and found[1] else text.count("\n") + 1
    advice = Sentence.of("look at column {column}", column=found[2]) if found and found[2] else ""
    what = message[: found.start()] if found else message
    return Problem("toml", _said(f"{what[:1].lower()}{what[1:]}"), line, "", "", advice)


def _said(message: str) -> str:
    for template in _SYNTAX:
        head, field, _ = template.partition("{what}")
        if field and message.startswith(head):
            return Sentence.of(template, what=f"`{message[len(head) :]}`")
        if message == template:
            return Sentence.of(template)
    return message

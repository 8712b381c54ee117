# SPDX-License-Identifier: Apache-2.0
"""The octets of somebody's file as text, and as a TOML table, or what is wrong with them and in which line."""

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


def decode_text(data: bytes, source: str) -> str:
    """UTF-8 (a BOM is dropped) or GB18030; `ConfigError` for anything else."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ConfigError(source, [Problem("encoding", "is neither UTF-8 nor GB18030 text", advice="save it as UTF-8")])


def read_toml(text: str, source: str, parse_float: Callable[[str], Any] = float) -> dict[str, Any]:
    """The table that `text` is; `ConfigError` for what is no TOML, with its line."""
    try:
        return tomllib.loads(text, parse_float=parse_float)
    except RecursionError:
        raise ConfigError(source, [Problem("toml", "is nested too deeply")]) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(source, [_syntax(str(error), text)]) from None
    except (ValueError, ArithmeticError):  # of `int`, and of `Decimal` as `parse_float`
        raise ConfigError(source, [Problem("toml", "a number is out of reach")]) from None


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

# SPDX-License-Identifier: Apache-2.0
"""From the octets of `meetcost.toml` to its checked tables."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Final

from meetcost.errors import ConfigError, Problem
from meetcost.model.directory import decode_text
from meetcost.policy.place import lines_of

if TYPE_CHECKING:
    from meetcost.policy.schema import PolicyFile

_LINE: Final = re.compile(r"\(at line (\d+), column (\d+)\)")
_MOST_OCTETS: Final = 4_194_304


def parse_file(data: bytes, source: str) -> PolicyFile:
    """The checked tables of a policy; `ConfigError` with all its mistakes and their lines."""
    from pydantic import ValidationError  # noqa: PLC0415 - heavy

    from meetcost.policy import mistakes, schema  # noqa: PLC0415 - heavy

    if len(data) > _MOST_OCTETS:
        raise ConfigError(source, [Problem("limit", f"{len(data):,} octets, more than {_MOST_OCTETS:,}")])
    text = decode_text(data, source).replace("\r\n", "\n")
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise ConfigError(source, [_syntax(str(error), text)]) from None
    places = lines_of(text)
    problems = list(mistakes.between_tables(table, places))
    try:
        file = schema.PolicyFile.model_validate(table, by_alias=True, by_name=False)
    except ValidationError as error:
        problems += mistakes.of_schema(error, table, places)
        file = None
    if problems or file is None:
        once = {(problem.property, problem.message): problem for problem in problems}
        raise ConfigError(source, sorted(once.values(), key=lambda problem: (problem.line or 0, problem.property)))
    return file


def _syntax(message: str, text: str) -> Problem:
    found = _LINE.search(message)
    said = message.split("(at ", maxsplit=1)[0].strip()
    advice = f"look at column {found[2]}" if found else ""
    line = int(found[1]) if found else text.count("\n") + 1
    return Problem("toml", f"{said[:1].lower()}{said[1:]}", line, "", "", advice)

# SPDX-License-Identifier: Apache-2.0
"""From the octets of `meetcost.toml` to its checked tables."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from meetcost.errors import MOST_MISTAKES, ConfigError, Problem
from meetcost.model.text_file import decode_text
from meetcost.policy.place import lines_of
from meetcost.values.toml_text import read_toml
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from meetcost.policy.schema import PolicyFile

_MOST_OCTETS: Final = 4_194_304
_MOST_VALUES: Final = 100_000


def parse_file(data: bytes, source: str) -> PolicyFile:
    """The checked tables of a policy; `ConfigError` with all its mistakes and their lines."""
    from pydantic import ValidationError  # noqa: PLC0415 - heavy

    from meetcost.policy import mistakes, schema  # noqa: PLC0415 - heavy

    if len(data) > _MOST_OCTETS:
        message = Sentence.of("{count:,} octets, more than {most:,}", count=len(data), most=_MOST_OCTETS)
        raise ConfigError(source, [Problem("limit", message)])
    text = decode_text(data, source).replace("\r\n", "\n")
    table = read_toml(text, source, most=_MOST_VALUES)
    places = lines_of(text)
    problems = list(islice(mistakes.between_tables(table, places), MOST_MISTAKES))
    try:
        file = schema.PolicyFile.model_validate(table, by_alias=True, by_name=False)
    except ValidationError as error:
        problems += mistakes.of_schema(error, table, places)
        file = None
    if problems or file is None:
        once = {(problem.property, problem.message): problem for problem in problems}
        raise ConfigError(source, sorted(once.values(), key=lambda problem: (problem.line or 0, problem.property)))
    return file

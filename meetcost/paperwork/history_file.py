# SPDX-License-Identifier: Apache-2.0
"""Records as a JSON file: small, versioned, sorted, so that a difference between two of them can be read."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from meetcost.errors import ConfigError, Problem
from meetcost.model.wrong_value import wrong_value
from meetcost.paperwork.features import Features, Kind
from meetcost.paperwork.history import History, Record
from meetcost.words.sentence import Sentence

VERSION: Final = 1
MOST_OCTETS: Final = 64 * 1024 * 1024
_MOST_TOLD: Final = 20

Text = Annotated[str, Field(max_length=2000)]
Count = Annotated[int, Field(ge=0, le=10**6)]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


class RecordForm(_Form):
    """One meeting; lengths in words (a Chinese character is 1/1.6), duration in minutes."""

    uid: Text
    recurrence_id: Text = ""
    day: date
    words: Annotated[float, Field(ge=0, le=10**8, allow_inf_nan=False)]
    kind: Kind = Kind.UNKNOWN
    minutes: Annotated[float, Field(gt=0, le=10**6, allow_inf_nan=False)] | None = None
    attendees: Annotated[int, Field(ge=1, le=10**6)] | None = None
    agenda_items: Count | None = None
    language: Literal["en", "zh"] | None = None
    forms: Count = 0
    reports: Count = 0
    title: Text = ""


class HistoryForm(_Form):
    """The file."""

    version: Literal[1]
    records: list[RecordForm]


def read_history(octets: bytes, source: str = "history.json") -> History:
    """The records in a file's octets; `ConfigError` lists its mistakes, a newer version among them."""
    if len(octets) > MOST_OCTETS:
        raise ConfigError(
            source,
            [Problem("history-size", Sentence.of("is larger than {most:,} octets", most=MOST_OCTETS))],
        )
    try:
        form = HistoryForm.model_validate_json(octets)
    except ValidationError as error:
        problems = [
            Problem("history", wrong_value(one), property=".".join(map(str, one["loc"])), advice=_advice(one["loc"]))
            for one in error.errors()[:_MOST_TOLD]
        ]
        raise ConfigError(source, problems) from None
    return History.of(_record(one) for one in form.records)


def write_history(history: History) -> bytes:
    """The file's octets; one record a line."""
    lines = []
    for records in history.series.values():
        lines += [json.dumps(_written(record), ensure_ascii=False, separators=(", ", ": ")) for record in records]
    body = ",\n".join(lines)
    return f'{{"version": {VERSION}, "records": [\n{body}\n]}}\n'.encode("utf-8", "replace")


def _record(form: RecordForm) -> Record:
    features = Features(form.kind, form.minutes, form.attendees, form.agenda_items, form.language)
    return Record(form.uid, form.recurrence_id, form.day, form.words, features, form.forms, form.reports, form.title)


def _written(record: Record) -> dict[str, object]:
    known = record.features
    values = {
        "uid": record.uid,
        "recurrence_id": record.recurrence_id,
        "day": record.day.isoformat(),
        "title": record.title,
        "words": round(record.words, 1),
        "kind": known.kind.value,
        "minutes": known.minutes,
        "attendees": known.attendees,
        "agenda_items": known.agenda_items,
        "language": known.language,
        "forms": record.forms,
        "reports": record.reports,
    }
    return {name: value for name, value in values.items() if value not in (None, "") or name == "uid"}


def _advice(place: tuple[int | str, ...]) -> str:
    if place == ("version",):
        return Sentence.of("this release reads version {version}", version=VERSION)
    return "`meetcost paperwork learn` writes this file; take it from a copy if it was changed by hand"

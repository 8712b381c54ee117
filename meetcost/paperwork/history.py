# SPDX-License-Identifier: Apache-2.0
"""What was really written because of meetings: measured records, and what a forecast takes from them.

A record holds counts and no text. Its key is (UID, RECURRENCE-ID), so that measuring the same minutes twice counts
once. `history_file` writes and reads them; a ledger may carry them instead.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from meetcost.paperwork.features import Features, Kind
from meetcost.paperwork.model import shipped
from meetcost.paperwork.own import Own

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from meetcost.paperwork.model import Coefficients

LEAST_WORDS: Final = 30
"""A text below this many words counts as none, as in the data of the fit."""
_HUMAN: Final = (Kind.SUMMARY, Kind.DETAILED, Kind.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Record:
    """One meeting that has taken place, and its measured paperwork.

    `uid` is the series, `recurrence_id` (as in `OccurrenceId`) the meeting in it, "" for one that does not recur;
    `words` the length of its minutes in words, a Chinese character as 1/1.6; `forms` and `reports` what was asked for
    because of it; `features` what was known of it, with the kind of minutes.
    """

    uid: str
    recurrence_id: str
    day: date
    words: float
    features: Features
    forms: int = 0
    reports: int = 0
    title: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """(UID, RECURRENCE-ID)."""
        return self.uid, self.recurrence_id

    @property
    def minuted(self) -> bool:
        """Whether anything was written that counts."""
        return self.words >= LEAST_WORDS

    @property
    def person_hours(self) -> float | None:
        """Working time of the meeting itself; None where its length or its people are not known."""
        if self.features.minutes is None or self.features.attendees is None:
            return None
        return self.features.minutes / 60 * self.features.attendees


@dataclass(frozen=True, slots=True)
class History:
    """Records by their key."""

    records: Mapping[tuple[str, str], Record]

    @classmethod
    def of(cls, records: Iterable[Record] = ()) -> History:
        """From records; of two with one key the later one holds."""
        return cls({record.key: record for record in records})

    def with_records(self, records: Iterable[Record]) -> History:
        """The same with `records` added, or put in the place of those with their key."""
        return History(dict(self.records) | {record.key: record for record in records})

    @property
    def series(self) -> dict[str, list[Record]]:
        """By UID, in order of time."""
        found: dict[str, list[Record]] = {}
        for record in sorted(self.records.values(), key=_order):
            found.setdefault(record.uid, []).append(record)
        return found

    def of_series(self, uid: str) -> list[Record]:
        """The records of one series, in order of time."""
        return sorted((record for record in self.records.values() if record.uid == uid), key=_order)

    def kind_of(self, uid: str) -> Kind:
        """The kind of minutes that the latest record of the series with any names: it is asked once."""
        kinds = (record.features.kind for record in reversed(self.of_series(uid)))
        return next((kind for kind in kinds if kind is not Kind.UNKNOWN), Kind.UNKNOWN)


NO_RECORDS: Final = History.of()
"""Of an organisation that has measured nothing yet."""


def _order(record: Record) -> tuple[date, str]:
    return record.day, record.recurrence_id


def own_of(records: Iterable[Record], kind: Kind, coefficients: Coefficients | None = None) -> Own:
    """The state after `records` of one series, in order of time, for minutes of `kind`.

    Records of another kind say nothing of this one; those of unknown kind belong to whatever people write.
    """
    fit = shipped() if coefficients is None else coefficients
    state = Own()
    for record in records:
        if speaks_of(record, kind):
            state = state.after(deviation_of(record, fit) if record.minuted else None)
    return state


def speaks_of(record: Record, kind: Kind) -> bool:
    """Whether a record is about minutes of `kind`."""
    known = record.features.kind
    if Kind.UNKNOWN in (known, kind):
        return known in _HUMAN and kind in _HUMAN
    return known is kind


def deviation_of(record: Record, fit: Coefficients) -> float:
    """By how much the log length of minutes differs from what is expected without any record of their series."""
    return math.log(record.words) - fit.prior(record.features).location

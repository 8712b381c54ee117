# SPDX-License-Identifier: Apache-2.0
"""The paperwork of one meeting after it: the measured length, and the hours that it stands for.

The hours are worked out from the length as those of a forecast are, so that the two can be put side by side.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from meetcost.paperwork.figures import Tag
from meetcost.paperwork.model import shipped
from meetcost.paperwork.work import reading_work, units_a_word, weakest, writing_work
from meetcost.values.person_hours import PersonHours

if TYPE_CHECKING:
    from meetcost.paperwork.figures import Figure
    from meetcost.paperwork.history import Record
    from meetcost.paperwork.work import Work

_NONE: Final = PersonHours(0)


@dataclass(frozen=True, slots=True)
class MeasuredPaperwork:
    """How long the minutes of a meeting are (0: none were written), and the hours of writing and of reading them.

    `writing` and `reading` are None where they depend on what is not known: duration for transcribed minutes, people
    for reading. The length is measured; `tag` and `figures` say what the hours rest on beside it.
    """

    length: int
    unit: Literal["words", "characters"]
    writing: PersonHours | None
    reading: PersonHours | None
    tag: Tag
    figures: tuple[Figure, ...] = ()

    @property
    def hours(self) -> PersonHours | None:
        """Writing and reading together, as far as they are known; None where the writing is not."""
        return self.writing + (self.reading or _NONE) if self.writing is not None else None


def measured_paperwork(record: Record) -> MeasuredPaperwork:
    """What a record says of its meeting, by the speeds of a forecast; all who attended are taken to read."""
    known = record.features
    unit: Literal["words", "characters"] = "characters" if known.language == "zh" else "words"
    if not record.words:
        return MeasuredPaperwork(0, unit, _NONE, _NONE, Tag.MEASURED)
    write = writing_work(known, record.words, shipped())
    read = reading_work(known, record.words, known.attendees)
    used = tuple(dict.fromkeys(figure for work in (write, read) if work is not None for figure in work.figures))
    length = round(record.words * units_a_word(known))
    return MeasuredPaperwork(length, unit, _hours(write), _hours(read), weakest(used), used)


def _hours(work: Work | None) -> PersonHours | None:
    return PersonHours(round(work.hours * 3600)) if work is not None else None

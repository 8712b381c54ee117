# SPDX-License-Identifier: Apache-2.0
"""What an invite tells about the minutes that will follow: `Features`, and the number of items on its agenda."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import Literal

from meetcost.errors import UsageError
from meetcost.paperwork.agenda import count_items

AGENDA_LIMIT = 20_000
"""Characters of a DESCRIPTION that are looked at."""

Language = Literal["en", "zh"]


class Kind(Enum):
    """How full the minutes are: what matters most for their length, and what no invite says."""

    SUMMARY = "summary"
    """Action or decision minutes: each topic with its outcome, decisions and actions."""
    DETAILED = "detailed"
    """Discussion minutes: who said what, or a narrative of the discussion for each item."""
    VERBATIM = "verbatim"
    """A transcript, word for word."""
    DIGEST = "digest"
    """One paragraph on the whole meeting, by a person or a machine."""
    UNKNOWN = "unknown"
    """Written by people, but not known how: between summary and detailed, with a wider interval."""


@dataclass(frozen=True, slots=True)
class Features:
    """What is known of a meeting beforehand; None is "not known", and makes the forecast less certain.

    `minutes` is the planned duration, `attendees` the number of people expected to come, `agenda_items` the number of
    items on the agenda, `language` that of the minutes. Raises `UsageError` for a duration or a number of people that
    is not positive, or a negative number of items.
    """

    kind: Kind = Kind.UNKNOWN
    minutes: float | None = None
    attendees: int | None = None
    agenda_items: int | None = None
    language: Language | None = None

    def __post_init__(self) -> None:
        if self.minutes is not None and not (math.isfinite(self.minutes) and self.minutes > 0):
            raise UsageError(
                "planned duration: `{minutes:g}` minutes; give a positive number or None", minutes=self.minutes
            )
        if self.attendees is not None and self.attendees < 1:
            raise UsageError(
                "expected people: `{attendees}`; give at least 1, or None if unknown", attendees=self.attendees
            )
        if self.agenda_items is not None and self.agenda_items < 0:
            raise UsageError(
                "agenda items: `{agenda_items}`; give 0 or more, or None if there is no agenda",
                agenda_items=self.agenda_items,
            )
        if self.language not in ("en", "zh", None):
            raise UsageError("language of the minutes: `{language}`; give `en`, `zh` or None", language=self.language)


def agenda_items(description: str) -> int | None:
    """The number of items on the agenda in an invite's DESCRIPTION (unescaped text); None when it has no agenda.

    Counted are leaf items, as people write them in English and Chinese: numbers (`1.` `1)` `1、` `（一）` `一、` `①`),
    bullets, time boxes (`10:00-10:15 Topic`), lines or a list after a heading such as `Agenda:`, `议程` or `议题`. An
    item that is only divided into others is not counted beside them. Without such a heading a list counts from two
    items on, unless a line above it says that it is a list of something else (`Please bring:`, `参会人员：`). Lines of
    logistics (place, link, dial-in) are no items, nor is what has not two letters, or a letter and a digit. Calendar
    programs' HTML is read as lines.

    Takes time proportional to the length; what is beyond `AGENDA_LIMIT` characters is not looked at.
    """
    return count_items(description[:AGENDA_LIMIT])

# SPDX-License-Identifier: Apache-2.0
"""Time for answering what a meeting asks for, by the Standard Cost Model: minutes per activity x number of answers.

The times are those of the German table for businesses: of the eight activities, the four that a form or a report on an
action item takes once its duty is known. The guide says that most duties take four to six activities, and that one who
reports regularly needs no time to become familiar with the duty.
"""

from __future__ import annotations

from enum import Enum
from typing import Final, NamedTuple

from meetcost.paperwork.figures import Figure, Tag
from meetcost.values.citation import Citation

TABLE: Final = Citation(
    title="Leitfaden zur Ermittlung und Darstellung des Erfüllungsaufwands, Zeitwerttabelle Wirtschaft",
    locator="Anhang V, Tabelle 3, activities 2, 3, 5 and 8",
    url="https://fragdenstaat.de/dokumente/246481-ordner-2/?page=464",
    quote="Tabelle 3: Zeitwerttabelle Wirtschaft, Komplexität einfach mittel hoch, Zeit in Minuten: 2 Beschaffung von "
    "Daten 2 10 120; 3 Formulare ausfüllen, Beschriftung, Kennzeichnung 3 5 30; 5 Überprüfung der Daten und Eingaben "
    "1 10 60; 8 Datenübermittlung und Veröffentlichung 1 2 5",
)


class Complexity(Enum):
    """How hard an answer is; the three columns of the table."""

    SIMPLE = "simple"
    MEDIUM = "medium"
    HIGH = "high"


class Activity(NamedTuple):
    """A standard activity with its minutes for a simple, medium and high complexity."""

    name: str
    minutes: tuple[int, int, int]


ACTIVITIES: Final = (
    Activity("obtain data", (2, 10, 120)),
    Activity("fill in", (3, 5, 30)),
    Activity("check", (1, 10, 60)),
    Activity("send", (1, 2, 5)),
)

_NAMES: Final = {
    Complexity.SIMPLE: "one form or report, simple (obtain data, fill in, check, send)",
    Complexity.MEDIUM: "one form or report, medium (obtain data, fill in, check, send)",
    Complexity.HIGH: "one form or report, high (obtain data, fill in, check, send)",
}
_NOTE: Final = (
    "the sum of four activities; the table gives no spread within a column, so that simple to high (7 to 215 minutes) "
    "is taken as the middle 90 % around medium, log(215/7) / (2 x 1.645) = 1.04"
)


def answering(complexity: Complexity = Complexity.MEDIUM) -> Figure:
    """Minutes for one form, or one report on an action item.

    >>> answering().value, answering(Complexity.HIGH).value
    (27.0, 215.0)
    """
    column = list(Complexity).index(complexity)
    minutes = float(sum(activity.minutes[column] for activity in ACTIVITIES))
    return Figure(_NAMES[complexity], minutes, "minutes", Tag.LITERATURE, TABLE, spread=1.04, note=_NOTE)

# SPDX-License-Identifier: Apache-2.0
"""A recurring series needs an end date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from meetcost.errors import LimitError
from meetcost.ics.expand import FAR, earliest, expand_between, is_endless
from meetcost.model.moment import DAY
from meetcost.model.phrase import Count, Phrase
from meetcost.rules.catalogue.form import Documentation
from meetcost.rules.requirement import Breach, Traits

if TYPE_CHECKING:
    from meetcost.rules.requirement import Seen

_AT: Final = ("SUMMARY:Weekly round", "DTSTART;TZID=Europe/Berlin:20261210T090000", "DURATION:PT1H")
_ENDLESS: Final = 1 << 40

DOC: Final = Documentation(
    table="series_end",
    title="A series needs an end date",
    what="A recurring meeting has an end (COUNT or UNTIL), and may have a longest span.",
    why="A series without an end outlives its reason: nobody ever decides to hold it again.",
    decided=(
        "The span runs from the first to the last instance. One of 366 days is a year.",
        (
            "A standing series without an end may be changed, moved too; whoever splits it (this and all following) "
            "makes a new series, which needs an end."
        ),
        "A series may step over nothing to mend it: it is refused as a whole.",
    ),
    clause="""[[series_end]]
longest_days = 366
""",
    bad=(*_AT, "RRULE:FREQ=WEEKLY"),
    mended=(*_AT, "RRULE:FREQ=WEEKLY;UNTIL=20270630T080000Z"),
    source="Usual in meeting policies of companies (Shopify deleted its standing series in 2023).",
)


@dataclass(frozen=True, slots=True)
class SeriesEnd:
    """An end, and at most so many days from the first to the last instance."""

    longest_days: int | None = None
    kind: ClassVar = "series_end"
    traits: ClassVar = Traits(timeless=True, of_series=True)

    def told(self) -> Phrase:
        """The rule in a sentence."""
        if self.longest_days is None:
            return Phrase("a series has an end")
        return Phrase.of("a series ends within {days}", days=_days(self.longest_days))

    def breach(self, seen: Seen) -> Breach | None:
        """That it has no end, or how long it runs."""
        series = seen.part
        if series.recurrence is None:
            return None
        if is_endless(series):
            return Breach(Phrase("the series has no end"), "Series without an end", _ENDLESS)
        if self.longest_days is None:
            return None
        zone, most = seen.around.zone, seen.around.max_instances
        try:
            found = expand_between(series, earliest(series, zone), FAR, zone, strict=True, max_instances=most)
        except LimitError:  # of those to come there may be few enough
            reason = Phrase("the series has more instances than can be counted")
            return Breach(reason, f"Series too long, at most {self.longest_days} days", _ENDLESS - 1)
        if not found:
            return None
        last, first = max(one.start for one in found), min(one.start for one in found)
        days = -(-(last - first) // DAY)
        if days <= self.longest_days:
            return None
        template = "the series runs for {days}, at most {most}"
        reason = Phrase.of(template, days=_days(days), most=self.longest_days)
        return Breach(reason, f"Series of {days} days, at most {self.longest_days}", days)


def _days(count: int) -> Count:
    return Count(count, "{count} day", "{count} days")

# SPDX-License-Identifier: Apache-2.0
"""Which instances a series steps over, and when it may not step over any."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeAlias

from meetcost.ics.some_read import is_read_differently
from meetcost.model.moment import DAY, Moment
from meetcost.model.phrase import Phrase
from meetcost.model.verdict import Action, Bearing, Skip
from meetcost.rules.instances import exdate_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from meetcost.model.meeting import Meeting
    from meetcost.model.occurrence import Occurrence
    from meetcost.rules.lookout import Hit, Lookout
    from meetcost.rules.requirement import Requirement
    from meetcost.rules.ruleset import Rule, RuleSet

Met: TypeAlias = dict[Bearing, list[int]]
"""The rules that one instance meets, by their indexes, under what they mean for it."""

_MOOT: Final = (Bearing.REFUSED, Bearing.REVIEW, Bearing.WARNED, Bearing.UNDECIDED)
_LOST: Final = Phrase(
    "the series leaves out dates that it does not have, and some programs then show others it leaves out"
)


def denial(clause: Rule | Requirement) -> Bearing:
    """What a rule means for an instance that nothing lets pass."""
    return Bearing.REVIEW if clause.action is Action.REVIEW else Bearing.REFUSED


def is_skippable(one: Occurrence, meeting: Meeting) -> bool:
    """Whether a series can leave the instance out: its rule or RDATE puts it there, nobody moved it there by hand.

    An override that only changes other things stays on its own date and goes with it.
    """
    if one.original is None or meeting.recurrence is None or is_read_differently(meeting):
        return False
    if one.meeting is meeting:
        return True
    written = one.meeting.recurrence_id
    stays = written == one.meeting.dtstart or (one.zoned and one.original == one.start)
    return written is not None and not one.meeting.this_and_future and stays


class Skipping:
    """Steps over instances under `series = skip`."""

    def __init__(self, rules: RuleSet, look: Lookout) -> None:
        self._zone, self._clauses, self._look = rules.zone, rules.clauses, look

    def settled(
        self, hits: Sequence[Hit], bearings: list[Met], meeting: Meeting, old: Sequence[Meeting], remaining: int
    ) -> tuple[list[Met], Phrase | None]:
        """What holds for the hits of the whole series, with what has to be said of it.

        Nothing is stepped over if none of the `remaining` instances would be left, unless `old` left the same ones out
        already, or if a program would show what was left out.
        """
        met_by = zip(hits, bearings, strict=True)
        skipped = {self._look.written(hit): hit for hit, met in met_by if Bearing.SKIPPED in met}
        if not skipped:
            return bearings, None
        if len(skipped) >= remaining and not self._left_out_already(skipped.values(), meeting, old):
            return [self._denied(met) for met in bearings], None
        if self._would_be_shown(skipped.values(), meeting):
            return [self._denied(met) for met in bearings], _LOST
        if len(skipped) == len(hits):
            return bearings, None
        by_hit = zip(hits, bearings, strict=True)
        return [self.gone(met) if self._look.written(hit) in skipped else met for hit, met in by_hit], None

    def gone(self, met: Met) -> Met:
        """What else an instance meets that is stepped over goes with it; what its series meets as a whole stays."""
        found: Met = {}
        for bearing, indexes in met.items():
            for index in indexes:
                stays = bearing not in _MOOT or self._clauses[index].traits.of_series
                found.setdefault(bearing if stays else Bearing.SKIPPED, []).append(index)
        return found

    def skip(self, hit: Hit, meeting: Meeting) -> Skip:
        """How `meeting` leaves the instance out."""
        one = hit.occurrence
        exdate = exdate_of(one, meeting, hit.reading, self._zone)
        return Skip(one.id, exdate, Moment(hit.days[0] * DAY).day, one.meeting is not meeting)

    def _denied(self, met: Met) -> Met:
        """The same, with what was to be skipped refused."""
        if Bearing.SKIPPED not in met:
            return met
        kept = dict(met)
        for index in kept.pop(Bearing.SKIPPED):
            kept.setdefault(denial(self._clauses[index]), []).append(index)
        return kept

    def _left_out_already(self, skipped: Iterable[Hit], meeting: Meeting, old: Sequence[Meeting]) -> bool:
        """Whether the stored object left all of them out: a series that is nearly over can still be edited."""
        recurrences = (stored.recurrence for stored in old if stored.recurrence is not None)
        left_out = {exdate for recurrence in recurrences for exdate in recurrence.exdates}
        return all(exdate_of(hit.occurrence, meeting, hit.reading, self._zone) in left_out for hit in skipped)

    def _would_be_shown(self, skipped: Collection[Hit], meeting: Meeting) -> bool:
        """Whether some program shows one of the instances that are to be left out, though its EXDATE stands there."""
        recurrence, zone = meeting.recurrence, self._zone
        if recurrence is None:
            return False
        exdates = {exdate_of(hit.occurrence, meeting, hit.reading, zone) for hit in skipped}
        if not recurrence.exdates and meeting.dtstart not in exdates:
            return False  # each of them matches an instance
        after = meeting.replace(recurrence=replace(recurrence, exdates=(*recurrence.exdates, *exdates)))
        lo, hi = min(hit.occurrence.start for hit in skipped), max(hit.occurrence.end for hit in skipped) + 1
        by_reading = {one: self._look.instances(after, lo, hi, one) for one in {hit.reading for hit in skipped}}
        shown = ((one, reading) for reading, found in by_reading.items() for one in found)
        return any(one.meeting is after and exdate_of(one, after, reading, zone) in exdates for one, reading in shown)

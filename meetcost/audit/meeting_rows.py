# SPDX-License-Identifier: Apache-2.0
"""The rows of one meeting: what it is, when it takes place in a span, what that costs, which rules it meets."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from meetcost.assessment import facts_of
from meetcost.costing.bands import by_band
from meetcost.costing.price import price_one
from meetcost.costing.pricer import Pricer
from meetcost.ics.expand import earliest, expand
from meetcost.ledger.making import RowMaker
from meetcost.model.directory import Directory
from meetcost.model.moment import DAY
from meetcost.rules.counted import REFERENCE, Counts, counts
from meetcost.rules.judge import judge
from meetcost.values.span import instant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from meetcost.costing.bands import BandShare
    from meetcost.costing.rate_card import RateCard
    from meetcost.ledger.pseudonym import Pseudonyms
    from meetcost.ledger.rows import Written
    from meetcost.model.cost import Cost
    from meetcost.model.meeting import Meeting
    from meetcost.model.occurrence import Occurrence
    from meetcost.policy.policy import Policy
    from meetcost.values.span import Span

_A_MOMENT: Final = timedelta(seconds=1)
_NOBODY: Final = Directory()


@dataclass
class MeetingRows:
    """Makes the rows of meetings, all with one policy and one rate card, for one span of time."""

    pseudonyms: Pseudonyms
    window: Span
    policy: Policy | None = None
    rates: RateCard | None = None
    _priced: dict[tuple[int, int, int], tuple[Cost, tuple[BandShare, ...]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        policy = self.policy
        self._directory = policy.directory if policy is not None else _NOBODY
        self._definition = policy.rules.definition if policy is not None else REFERENCE
        self._pricer = Pricer(self.rates, self._directory, policy.cost_choices if policy is not None else None)
        self._make = RowMaker(self.pseudonyms, self._directory)

    @property
    def settings(self) -> str:
        """What the rows depend on besides the calendar: other settings give other rows of the same meeting."""
        policy = self.policy
        rules = (policy.digest, policy.zone.name) if policy is not None else ()
        bands = self.rates and (self.rates.ref, self.rates.method, sorted(self.rates.bands.items()))
        said = repr((rules, self._directory.entries, bands))
        return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()

    def of(self, meeting: Meeting) -> list[Written]:
        """None for what takes place outside the span, was cancelled, or is no meeting; `LimitError` for too many."""
        zone = self.policy.zone if self.policy is not None else None
        held = [one for one in expand(meeting, self.window, zone=zone) if self._counts(one.meeting)]
        if not held:
            return []
        self._priced.clear()
        people = self._pricer.seat(meeting).attendance.people
        entry = self._directory.find(meeting.organizer) if meeting.organizer is not None else None
        unit = entry.unit if entry is not None else ""
        rows: list[Written] = [self._make.meeting(meeting, people=people, calling_unit=unit)]
        for one in held:
            rows += self._occurrence(one)
        if self.policy is not None:
            # As on the day before it began: the same answer whenever the audit is made.
            before = instant(earliest(meeting, zone)) - _A_MOMENT
            facts = facts_of(self.policy, self.rates)
            rules, directory = self.policy.rules, self._directory
            verdict = judge([meeting], rules, now=before, directory=directory, facts=facts, at_write=False)
            rows.append(self._make.verdict(verdict, meeting.uid, calling_unit=unit))
        return rows

    def _counts(self, component: Meeting) -> bool:
        if component.component != "VEVENT" or component.cancelled:
            return False
        return counts(component, self._directory, self._definition) is not Counts.NO

    def _occurrence(self, one: Occurrence) -> Iterator[Written]:
        seconds, day = max(0, one.seconds), one.local // DAY
        key = id(one.meeting), seconds, self._pricer.period(day)
        if key not in self._priced:
            cost = price_one(one.meeting, seconds, day, pricer=self._pricer)
            self._priced[key] = cost, by_band(one.meeting, seconds, day, pricer=self._pricer)
        cost, bands = self._priced[key]
        people = self._pricer.seat(one.meeting).attendance.people
        yield self._make.occurrence(one, people=people)
        yield self._make.cost(cost, one.id, bands=bands)


def with_uid(meeting: Meeting) -> Meeting:
    """The meeting itself, or, if it has no UID, with one made from when it is and what it is called."""
    if meeting.uid:
        return meeting
    said = repr((meeting.title, meeting.dtstart, meeting.dtend, meeting.duration, meeting.recurrence))
    digest = hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()
    return meeting.replace(uid=f"no-uid-{digest}")

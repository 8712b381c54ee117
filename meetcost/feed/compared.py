# SPDX-License-Identifier: Apache-2.0
"""What stands in the same calendars outside the window: the period before, and the series of the year to come."""

from __future__ import annotations

from datetime import UTC, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Final

from meetcost.disclosure.public_id import public_id
from meetcost.feed.copies import confidential
from meetcost.feed.periods import begin_in, wall_of
from meetcost.feed.publication import Before, Commitment
from meetcost.feed.titles import called_by
from meetcost.model.moment import EPOCH_LOCAL
from meetcost.rows import rows
from meetcost.values.span import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from meetcost.costing.rate_card import RateCard
    from meetcost.feed.entries import MeetingTest
    from meetcost.feed.titles import Titles
    from meetcost.model.directory import Directory
    from meetcost.model.meeting import Meeting
    from meetcost.model.zone import Zone
    from meetcost.policy.policy import Policy

_YEAR: Final = timedelta(days=365)


def before(
    meetings: Sequence[Meeting], span: Span, policy: Policy | None, is_meeting: MeetingTest, zone: Zone
) -> Before | None:
    """An earlier period, if the calendars reach back to its beginning.

    They do if one of their meetings that do not recur began before a tenth of it had passed: old series stand in young
    calendars as well.
    """
    first, last = span.seconds
    early = first + (last - first) // 10 + EPOCH_LOCAL
    if not any(meeting.dtstart.local < early for meeting in meetings if not meeting.recurring):
        return None
    occurrences = seconds = 0
    for row in begin_in(rows(meetings, span, policy=policy, problems=[]), span):
        meeting = row.occurrence.meeting
        if is_meeting(meeting) and not confidential(meeting):
            occurrences += 1
            seconds += row.priced.seconds
    if not seconds:
        return None
    return Before(wall_of(first, zone)[0], wall_of(span.seconds[1] - 1, zone)[0], occurrences, seconds)


def commitments(
    meetings: Sequence[Meeting],
    window: Span,
    directory: Directory,
    titles: Titles,
    is_meeting: MeetingTest,
    *,
    policy: Policy | None,
    rates: RateCard | None,
) -> tuple[Commitment, ...]:
    """The series that go on for the year after the window, the most hours first."""
    series = [meeting for meeting in meetings if meeting.recurring]
    ahead = Span(window.end.astimezone(UTC), window.end.astimezone(UTC) + _YEAR)
    found = begin_in(rows(series, ahead, policy=policy, rates=rates, problems=[]), ahead)
    made = []
    for uid, group in groupby(found, key=lambda row: row.occurrence.meeting.uid):
        public = [
            row for row in group if is_meeting(row.occurrence.meeting) and not confidential(row.occurrence.meeting)
        ]
        if public:
            meeting = public[0].occurrence.meeting
            minors = [row.priced.minor for row in public]
            made.append(
                Commitment(
                    public_id(uid),
                    titles.title(meeting),
                    called_by(meeting, directory),
                    len(public),
                    sum(row.priced.seconds for row in public),
                    sum(minor for minor in minors if minor is not None) if None not in minors else None,
                    titles.withholds(meeting),
                )
            )
    return tuple(sorted(made, key=lambda one: (-one.seconds, one.id)))

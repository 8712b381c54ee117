# SPDX-License-Identifier: Apache-2.0
"""Which copy of a meeting counts, however many calendars hold one, and whether only its existence may be counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from meetcost.model.meeting import Meeting

_PUBLIC: Final = ("", "PUBLIC")


def counted_once(meetings: Iterable[Meeting]) -> tuple[list[Meeting], int]:
    """The copies that are counted, as they are counted, and how many are not."""
    return one_copy(_inherited(_identified(one)) for one in meetings)


def one_copy(meetings: Iterable[Meeting]) -> tuple[list[Meeting], int]:
    """One copy of each meeting, and how many not.

    It is the newest by SEQUENCE; of equals one that is not public, or else the one that names most people.

    An instance alone, as the calendar of somebody who was asked to one instance holds it, counts where no calendar has
    the series.
    """
    best: dict[tuple[str, object], Meeting] = {}
    copies = 0
    for meeting in meetings:
        key = (meeting.uid or f"\0{id(meeting)}", meeting.recurrence_id)
        other = best.get(key)
        copies += other is not None
        if other is None or _rank(meeting) > _rank(other):
            best[key] = meeting
    whole = {uid for uid, instance in best if instance is None}
    kept = [one for (uid, instance), one in best.items() if instance is None or uid not in whole]
    return kept, copies + len(best) - len(kept)


def _identified(meeting: Meeting) -> Meeting:
    """With a UID; one that lacks it, as RFC 5545 §3.8.4.7 forbids, is known by when it begins and what it is called."""
    return meeting if meeting.uid else meeting.replace(uid=f"{meeting.dtstart}\n{meeting.organizer}\n{meeting.title}")


def _inherited(meeting: Meeting) -> Meeting:
    """With an override that says nothing of CLASS as confidential as its series."""
    if not confidential(meeting):
        return meeting
    said = meeting.classification
    return meeting.replace(
        overrides=tuple(one if one.classification else one.replace(classification=said) for one in meeting.overrides)
    )


def _rank(meeting: Meeting) -> tuple[int, bool, int]:
    return meeting.sequence, confidential(meeting), len(meeting.attendees)


def confidential(meeting: Meeting) -> bool:
    """Whether only its existence may be counted."""
    return meeting.classification.upper() not in _PUBLIC

# SPDX-License-Identifier: Apache-2.0
"""Calendar objects into the books: once each, resumable, and only what is new or has changed.

An object in a state that was read to its end is not read again. A meeting that was recorded and has changed is
corrected, unless it was over when it was recorded: such a row stands as it is, whatever rates, rules or time zones say
later. A UID that lies in several objects (the organiser's and the attendees' copies) counts once, by the first of them.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.audit.entering import batches, correction, enter
from meetcost.audit.meeting_rows import with_uid
from meetcost.errors import LimitError
from meetcost.ics.read import read
from meetcost.ledger.rows import MeetingRow, OccurrenceRow
from meetcost.ledger.sources import Seen, owned, remember, seen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from meetcost.audit.meeting_rows import MeetingRows
    from meetcost.audit.source import CalendarObject
    from meetcost.errors import Problem
    from meetcost.ledger.ledger import Ledger
    from meetcost.ledger.rows import Written
    from meetcost.ledger.sources import Standing
    from meetcost.ledger.versions import Versions
    from meetcost.model.meeting import Meeting
    from meetcost.values.span import Span

_ANY_ZONE: Final = timedelta(hours=14)


class Audited(NamedTuple):
    """One object: what was done with it. `copies` are meetings that another object has recorded already."""

    href: str
    unchanged: bool = False
    meetings: int = 0
    copies: int = 0
    rows: int = 0
    corrections: int = 0
    problems: tuple[Problem, ...] = ()
    readable: bool = True


def audit(
    objects: Iterable[CalendarObject],
    ledger: Ledger,
    rows: MeetingRows,
    *,
    now: datetime,
    versions: Versions,
) -> Iterator[Audited]:
    """Record each object in turn; stopped at any point, it goes on there when it is called again.

    What cannot be read is told as problems and not remembered as read. Raises `LedgerError` if the books give up.
    """
    settings = rows.settings
    for one in objects:
        state = Seen(one.etag, settings, *rows.window.seconds)
        before = seen(ledger, one.href)
        if before is not None and before.covers(state):
            yield Audited(one.href, unchanged=True)
            continue
        done = _Object(ledger, rows, now, versions).record(one)
        if done.readable:
            remember(ledger, one.href, state)
        yield done


class _Object:
    """One calendar object on its way into the books."""

    def __init__(self, ledger: Ledger, rows: MeetingRows, now: datetime, versions: Versions) -> None:
        self._ledger, self._rows, self._now, self._versions = ledger, rows, now, versions
        self._problems: list[Problem] = []
        self._new = self._corrected = self._copies = 0

    def record(self, source: CalendarObject) -> Audited:
        reading = read(source.octets())
        self._problems += reading.problems
        meetings: dict[str, list[Meeting]] = {}
        for meeting in map(with_uid, reading.meetings):
            meetings.setdefault(meeting.uid, []).append(meeting)
        for some in batches(list(meetings)):
            mine = owned(self._ledger, source.href, some)
            self._copies += len(some) - len(mine)
            self._enter({uid: meetings[uid] for uid in some if uid in mine})
        return Audited(
            source.href,
            meetings=len(meetings),
            copies=self._copies,
            rows=self._new,
            corrections=self._corrected,
            problems=tuple(self._problems),
            readable=bool(meetings) or not reading.problems,
        )

    def _enter(self, meetings: Mapping[str, Sequence[Meeting]]) -> None:
        wanted: dict[str, dict[tuple[str, str], Written]] = {}
        for uid, parts in meetings.items():
            try:
                rows = [row for part in parts for row in self._rows.of(part)]
            except LimitError as error:
                self._problems.append(error.problem)
                continue
            of_it = wanted.setdefault(uid, {})
            for row in rows:
                of_it.setdefault((row.kind, row.recurrence_id), row)
        window = self._rows.window

        def difference(uid: str, there: Mapping[tuple[str, str], Standing]) -> list[Written]:
            return _difference(wanted[uid], there, window)

        entered = enter(self._ledger, wanted, difference, operation="audit", now=self._now, versions=self._versions)
        self._new += entered.rows
        self._corrected += entered.corrections


def _difference(
    wanted: Mapping[tuple[str, str], Written], there: Mapping[tuple[str, str], Standing], window: Span
) -> list[Written]:
    """The rows that bring the books to what is wanted."""
    final = {recurrence_id for (kind, recurrence_id), one in there.items() if kind == "occurrence" and _was_over(one)}
    rows: list[Written] = []
    for key, row in wanted.items():
        before = there.get(key)
        if before is None:
            rows.append(row)
            continue
        wished = _as_erased(before.row, row)
        if before.row != wished and key[1] not in final:
            rows.append(correction(before, wished, "changed"))
    for (kind, recurrence_id), before in there.items():
        gone = kind in ("occurrence", "cost") and before.row is not None and (kind, recurrence_id) not in wanted
        if gone and recurrence_id not in final and _within(there.get(("occurrence", recurrence_id)), window):
            rows.append(correction(before, None, "withdrawn"))
    return rows


def _as_erased(before: Written | None, row: Written) -> Written:
    """Whose name was taken out of a row once does not come back with a change of the meeting."""
    if not isinstance(before, MeetingRow) or before.withheld != "erasure":
        return row
    return row.model_copy(update={"organiser": None, "title": None, "withheld": "erasure"})


def _was_over(one: Standing) -> bool:
    """Whether an occurrence had ended by the time it was recorded."""
    if not isinstance(one.row, OccurrenceRow):
        return False
    start, margin = _start(one.row)
    return start + timedelta(seconds=one.row.seconds) + margin <= datetime.fromisoformat(one.recorded)


def _within(one: Standing | None, window: Span) -> bool:
    return one is not None and isinstance(one.row, OccurrenceRow) and _start(one.row)[0] in window


def _start(row: OccurrenceRow) -> tuple[datetime, timedelta]:
    """Its start, and by how much that may be wrong: dates and floating times are those of some zone."""
    start = datetime.fromisoformat(row.start)
    if start.tzinfo is not None:
        return start, timedelta(0)
    return start.replace(tzinfo=UTC), _ANY_ZONE

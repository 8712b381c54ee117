# SPDX-License-Identifier: Apache-2.0
"""Calendar objects into the books: once each, resumable, and only what is new or has changed.

An object in a state that was read to its end is not read again. A meeting that was recorded and has changed is
corrected, unless it was over when it was recorded: such a row stands as it is, whatever rates, rules or time zones say
later. A UID that lies in several objects (the organiser's and the attendees' copies) counts once, by the first of them.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from meetcost.audit.entering import batches, correction, enter
from meetcost.audit.meeting_rows import with_uid
from meetcost.errors import LimitError, Problem
from meetcost.ics.read import read
from meetcost.ledger.rows import MeetingRow, OccurrenceRow
from meetcost.ledger.sources import Seen, owned, remember, seen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from meetcost.audit.meeting_rows import MeetingRows
    from meetcost.audit.source import CalendarObject, Fetching
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
    fetching: Fetching | None = None,
) -> Iterator[Audited]:
    """Record each object in turn; stopped at any point, it goes on there when it is called again.

    What cannot be read is told as problems and not remembered as read. With `fetching` many objects are got, and enter
    the books, together. Raises `LedgerError` if the books give up.
    """
    waiting = iter(objects)
    while some := list(islice(waiting, fetching.many if fetching is not None else 1)):
        states = {one.href: Seen(one.etag, rows.settings, *rows.window.seconds) for one in some}
        before = seen(ledger, list(states))
        known = {href for href, state in before.items() if state.etag and state.covers(states[href])}
        batch = _Batch(ledger, rows, now, versions)
        batch.record(_contents([one for one in some if one.href not in known], fetching))
        remember(ledger, {href: states[href] for href in batch.readable if states[href].etag})
        for one in some:
            if one.href in known:
                yield Audited(one.href, unchanged=True)
            elif one.href in batch.done:
                yield batch.done[one.href]


def _contents(wanted: Sequence[CalendarObject], fetching: Fetching | None) -> Mapping[str, bytes | Problem]:
    if fetching is None:
        return {one.href: one.octets() for one in wanted}
    return fetching.fetch([one.href for one in wanted]) if wanted else {}


class _Batch:
    """Some calendar objects on their way into the books; `done` says of each what became of it."""

    def __init__(self, ledger: Ledger, rows: MeetingRows, now: datetime, versions: Versions) -> None:
        self._ledger, self._rows, self._now, self._versions = ledger, rows, now, versions
        self.done: dict[str, Audited] = {}

    @property
    def readable(self) -> list[str]:
        """Those that were read to their ends."""
        return [href for href, one in self.done.items() if one.readable]

    def record(self, contents: Mapping[str, bytes | Problem]) -> None:
        """Read them all, and enter the meetings of each that it has the word on."""
        meetings: dict[str, dict[str, list[Meeting]]] = {}
        for href, octets in contents.items():
            if isinstance(octets, Problem):
                self.done[href] = Audited(href, problems=(octets,), readable=False)
            else:
                meetings[href] = self._read(href, octets)
        for at in _at_a_time(meetings):
            mine = dict(zip(at, owned(self._ledger, at.items()), strict=True))
            for href, uids in at.items():
                self._change(href, copies=len(uids) - len(mine[href]))
            self._enter(
                {uid: (href, meetings[href][uid]) for href, uids in at.items() for uid in uids if uid in mine[href]}
            )

    def _read(self, href: str, octets: bytes) -> dict[str, list[Meeting]]:
        reading = read(octets)
        meetings: dict[str, list[Meeting]] = {}
        for meeting in map(with_uid, reading.meetings):
            meetings.setdefault(meeting.uid, []).append(meeting)
        readable = bool(meetings) or not reading.problems
        self.done[href] = Audited(href, meetings=len(meetings), problems=tuple(reading.problems), readable=readable)
        return meetings

    def _enter(self, meetings: Mapping[str, tuple[str, Sequence[Meeting]]]) -> None:
        """Meetings by their UIDs, each with the object it stands in."""
        wanted: dict[str, dict[tuple[str, str], Written]] = {}
        for uid, (href, parts) in meetings.items():
            try:
                rows = [row for part in parts for row in self._rows.of(part)]
            except LimitError as error:
                self._change(href, problems=(error.problem,))
                continue
            of_it = wanted.setdefault(uid, {})
            for row in rows:
                of_it.setdefault((row.kind, row.recurrence_id), row)
        window = self._rows.window

        def difference(uid: str, there: Mapping[tuple[str, str], Standing]) -> list[Written]:
            return _difference(wanted[uid], there, window)

        entered = enter(self._ledger, wanted, difference, operation="audit", now=self._now, versions=self._versions)
        for uid, new in entered.items():
            self._change(meetings[uid][0], rows=new.rows, corrections=new.corrections)

    def _change(self, href: str, **more: Any) -> None:
        """Add to what is said of an object."""
        one = self.done[href]
        self.done[href] = one._replace(**{name: getattr(one, name) + value for name, value in more.items()})


def _at_a_time(meetings: Mapping[str, Mapping[str, object]]) -> Iterator[dict[str, list[str]]]:
    """As many UIDs as are entered together, by the objects they stand in."""
    for some in batches([(href, uid) for href, of_it in meetings.items() for uid in of_it]):
        by_object: dict[str, list[str]] = {}
        for href, uid in some:
            by_object.setdefault(href, []).append(uid)
        yield by_object


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

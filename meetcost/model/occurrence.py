# SPDX-License-Identifier: Apache-2.0
"""One instance of a meeting, and the id that stays its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from functools import partial
from itertools import groupby, repeat
from operator import itemgetter
from typing import Final, NamedTuple, overload

from meetcost.errors import UsageError
from meetcost.model.meeting import Meeting  # noqa: TC001 - a field's type, for those who resolve annotations
from meetcost.model.moment import EPOCH_LOCAL, FLOATING, LAST_LOCAL, UTC_ZONE, Moment, local_seconds, wall
from meetcost.values.span import instant

_WRITTEN: Final = re.compile(r"[0-9]{8}(?:T[0-9]{6}Z?)?")
_FIRST: Final = local_seconds(date.min) - EPOCH_LOCAL
_LAST: Final = LAST_LOCAL - EPOCH_LOCAL


class OccurrenceId(NamedTuple):
    """UID and RECURRENCE-ID: what names an instance for ever, even when it is moved onto another's time.

    `recurrence_id` is the original start (zoned times as UTC), None for a meeting that does not recur. As text it is
    `20261210T090000Z/uid`, `-/uid` without one.

    >>> OccurrenceId.parse("20261210/a/b").uid
    'a/b'
    """

    uid: str
    recurrence_id: Moment | None = None

    @classmethod
    def of_override(cls, override: Meeting) -> OccurrenceId:
        """Of the one instance that a component with a RECURRENCE-ID describes; the UID alone without one."""
        written = override.recurrence_id
        if written is None:
            return cls(override.uid)
        zone = override.zones.resolve(written.zone) if written.zone else None
        if zone is not None:
            return cls(override.uid, Moment(zone.to_epoch(written.local) + EPOCH_LOCAL, UTC_ZONE))
        return cls(override.uid, Moment(written.local, FLOATING, written.is_date))

    @classmethod
    def parse(cls, text: str) -> OccurrenceId:
        """The id that was written as `text`; `UsageError` for any other text."""
        when, slash, uid = text.partition("/")
        if slash and when == "-":
            return cls(uid)
        moment = _written(when) if slash else None
        if moment is None:
            raise UsageError("`{text}` is no occurrence id; one looks like `20261210T090000Z/uid`", text=text)
        return cls(uid, moment)

    def __str__(self) -> str:
        return f"{self.recurrence_id if self.recurrence_id is not None else '-'}/{self.uid}"


def _written(text: str) -> Moment | None:
    if not _WRITTEN.fullmatch(text):
        return None
    try:
        if len(text) == 8:
            return Moment(local_seconds(date.fromisoformat(text)), "", True)
        zone = "Z" if text.endswith("Z") else ""
        return Moment(local_seconds(datetime.fromisoformat(text.removesuffix("Z"))), zone)
    except ValueError:
        return None


class Occurrence(NamedTuple):
    """One instance. A tuple, because there are many: a year of 10,000 meetings has 90,000.

    `start`, `end`: seconds since the epoch at UTC (floating times and dates: read in the zone given to `expand`);
    `meeting`: the component that describes it, the master or an override; `local`: wall-clock local seconds of the
    start in its own zone; `original`: the original start where it recurs, in seconds since the epoch if zoned, else in
    local seconds; `zoned`: False for dates, floating times and zones nobody knows.
    """

    start: int
    end: int
    meeting: Meeting
    local: int
    original: int | None
    zoned: bool

    @property
    def id(self) -> OccurrenceId:
        """(UID, RECURRENCE-ID)."""
        uid, written = self.meeting.uid, self.meeting.recurrence_id
        if self.original is None:
            return OccurrenceId(uid)
        if written is not None and not self.meeting.this_and_future:
            return OccurrenceId.of_override(self.meeting)
        written = written or self.meeting.dtstart
        if written.is_date:
            return OccurrenceId(uid, Moment(self.original, FLOATING, True))
        if written.zone and self.zoned:
            return OccurrenceId(uid, Moment(self.original + EPOCH_LOCAL, UTC_ZONE))
        return OccurrenceId(uid, Moment(self.original))

    @property
    def all_day(self) -> bool:
        """Whether it is a matter of days."""
        return self.meeting.dtstart.is_date

    @property
    def floating(self) -> bool:
        """Whether its wall-clock time belongs to no (known) zone."""
        return not self.zoned and not self.meeting.dtstart.is_date

    @property
    def starts(self) -> datetime:
        """The start as a UTC datetime."""
        return _instant(self.start)

    @property
    def ends(self) -> datetime:
        """The end as a UTC datetime, exclusive; 9999-12-31T23:59:59 where it is later."""
        return _instant(self.end)

    @property
    def seconds(self) -> int:
        """How long it lasts, in real time."""
        return self.end - self.start

    @property
    def local_start(self) -> datetime:
        """The wall-clock start in its own zone, naive."""
        return wall(self.local)

    @property
    def day(self) -> date:
        """The day it begins on, in its own zone."""
        return wall(self.local).date()

    def zoned_start(self) -> datetime:
        """The start in the zone the meeting is written in; UTC where it has none."""
        zone = self.meeting.zones.resolve(self.meeting.dtstart.zone) if self.zoned else None
        try:
            return self.starts.astimezone(zone.tzinfo if zone is not None else UTC)
        except OverflowError:  # on the calendar's first or last day
            return self.starts


class Occurrences(Sequence[Occurrence]):
    """Instances that one component describes, in columns; each `Occurrence` is made when it is asked for.

    A year of a whole organisation is mostly such columns: they need a quarter of the memory, and the cyclic collector
    has nothing to walk. The columns are those of `Occurrence`.
    """

    __slots__ = ("ends", "locals", "meeting", "originals", "starts", "zoned")

    def __init__(
        self,
        meeting: Meeting,
        starts: Sequence[int],
        ends: Sequence[int],
        locals_: Sequence[int],
        originals: Sequence[int | None],
        *,
        zoned: bool,
    ) -> None:
        self.meeting = meeting
        self.starts = starts
        self.ends = ends
        self.locals = locals_
        self.originals = originals
        self.zoned = zoned

    @classmethod
    def of_one(cls, occurrence: Occurrence) -> Occurrences:
        """One alone."""
        start, end, meeting, local, original, zoned = occurrence
        return cls(meeting, (start,), (end,), (local,), (original,), zoned=zoned)

    @classmethod
    def by_component(cls, found: Sequence[Occurrence]) -> Iterator[Occurrences]:
        """The same in the same order, neighbours of one component together."""
        if isinstance(found, Occurrences):
            yield found
            return
        if len(found) == 1:
            yield cls.of_one(found[0])
            return
        for (meeting, zoned), neighbours in groupby(found, _COMPONENT):
            starts, ends, _, locals_, originals, _ = zip(*neighbours, strict=True)
            yield cls(meeting, starts, ends, locals_, originals, zoned=zoned)

    def part(self, first: int, last: int) -> Occurrences:
        """Those from number `first` up to, not including, `last`."""
        if first == 0 and last == len(self.starts):
            return self
        cut = slice(first, last)
        columns = self.starts[cut], self.ends[cut], self.locals[cut], self.originals[cut]
        return Occurrences(self.meeting, *columns, zoned=self.zoned)

    def __len__(self) -> int:
        return len(self.starts)

    def __iter__(self) -> Iterator[Occurrence]:
        columns = (self.starts, self.ends, repeat(self.meeting), self.locals, self.originals, repeat(self.zoned))
        return map(_occurrence, zip(*columns))  # noqa: B905 - two of the columns are endless

    @overload
    def __getitem__(self, at: int) -> Occurrence: ...
    @overload
    def __getitem__(self, at: slice) -> list[Occurrence]: ...
    def __getitem__(self, at: int | slice) -> Occurrence | list[Occurrence]:
        if isinstance(at, slice):
            return list(self)[at]
        return Occurrence(self.starts[at], self.ends[at], self.meeting, self.locals[at], self.originals[at], self.zoned)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"<{len(self)} occurrences of {self.meeting.title!r}>"


_COMPONENT: Final = itemgetter(2, 5)
_occurrence: Final = partial(tuple.__new__, Occurrence)


def _instant(seconds: int) -> datetime:
    return instant(min(max(seconds, _FIRST), _LAST))

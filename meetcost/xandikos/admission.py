# SPDX-License-Identifier: Apache-2.0
"""The decision on one object on its way into a collection of Xandikos's, and the error it answers a refusal with."""

from __future__ import annotations

import asyncio
import logging
import re
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from xandikos import webdav
from xandikos.icalendar import ICalendarFile

from meetcost.guard.bounds import barred
from meetcost.guard.break_glass import broken
from meetcost.guard.decide import Allow, Refuse, Rewrite, failed
from meetcost.guard.judge import as_it_came
from meetcost.guard.objects import objects_of
from meetcost.guard.reply import FORBIDDEN, NAMESPACE, malformed
from meetcost.ics.content import unfold
from meetcost.ics.read import read
from meetcost.ics.scan import MEETINGS
from meetcost.model.attendee import calendar_address
from meetcost.model.verdict import Mode
from meetcost.xandikos import notices
from meetcost.xandikos.busy import own_busy
from meetcost.xandikos.exchange import CURRENT, Passed, current

if TYPE_CHECKING:
    from collections.abc import Iterable

    from meetcost.guard.decide import Decision
    from meetcost.guard.guard import Guard
    from meetcost.guard.reply import Reply
    from meetcost.model.meeting import Meeting
    from meetcost.model.moment import Moment
    from meetcost.schedule.busy import Busy

_log = logging.getLogger("meetcost.xandikos")
_METHOD: Final = re.compile(rb"(?im)^METHOD[:;](?:[^\r\n]*:)?[ \t]*([A-Z-]*)[ \t]*\r?\n")
_ANSWERS: Final = frozenset({b"REPLY", b"CANCEL", b"COUNTER", b"DECLINECOUNTER", b"REFRESH"})


class RefusedError(webdav.ForbiddenPrecondition):
    """Xandikos makes 403 with a `DAV:error` of it; the application puts the whole answer in its place."""


class AsSentFile(ICalendarFile):
    """A calendar object that is stored as it is: the octets judged are the ones stored."""

    def normalized(self) -> Any:
        """Xandikos's own writes all of it anew."""
        return self.content


class Admission:
    """Judges what is written to the calendar at `path` (as the server has it, with a slash)."""

    def __init__(self, guard: Guard, backend: Any, path: str) -> None:
        self.guard, self._backend, self._path = guard, backend, path
        self.calendar = path.strip("/")

    async def admit(self, octets: bytes, old: bytes | None, *, own: frozenset[str] = frozenset()) -> bytes:
        """What is to be stored of `octets` where `old` stands; raises `RefusedError`."""
        exchange = current()
        known = exchange.admitted.get((self.calendar, octets))
        if known is not None:
            return known
        decision, stored = await self.judge(octets, old, own=own, quotas=CURRENT.get() is not None)
        exchange.rewritten = exchange.rewritten or stored != octets
        exchange.admitted[self.calendar, octets] = stored
        exchange.judged.add((self.calendar, stored))
        exchange.passed.append(Passed(decision, self._path))
        return stored

    async def judge_as_is(self, octets: bytes, old: bytes | None) -> Decision:
        """The decision on what is stored as it is, or not at all; raises `RefusedError`. Nothing is counted."""
        return (await self.judge(octets, old, as_is=True))[0]

    async def judge(
        self,
        octets: bytes,
        old: bytes | None,
        *,
        own: frozenset[str] = frozenset(),
        quotas: bool = False,
        as_is: bool = False,
    ) -> tuple[Decision, bytes]:
        """The decision, and what is to be stored; raises `RefusedError`.

        With `quotas` it may hold room, and is to be settled.

        `own` are the addresses of the calendar's owner: whoever is only asked keeps the organiser's lines as they are,
        since Xandikos refuses an answer in which anything else has changed (RFC 6638 §3.2.2).
        """
        try:
            decision, stored = await asyncio.to_thread(self._decided, octets, old, own, quotas=quotas, as_is=as_is)
        except Exception as error:  # noqa: BLE001 - a guard fails closed
            _log.exception("could not judge an object")
            verdict = failed(self.guard.policy, type(error).__name__)
            observes = self.guard.policy.mode is Mode.OBSERVE
            decision, stored = Allow(verdict) if observes else Refuse(verdict), octets
            if current().user in self.guard.break_glass:
                decision = broken(decision)
        if not isinstance(decision, Refuse):
            return decision, stored
        current().reply = reply = await asyncio.to_thread(self._told, decision)
        element = "no-meeting-day" if decision.verdict.findings else "calendar-object-refused"
        raise RefusedError(f"{{{NAMESPACE}}}{element}", reply.reason)

    def _told(self, decision: Refuse) -> Reply:
        """The answer to a refusal; its notice is left as well."""
        backend = self._backend.apart()
        try:
            refusal = self.guard.refusal(decision, calendar=self.calendar, busy=partial(self._busy, backend))
        except Exception:  # noqa: BLE001 - it is refused, whatever can be said of it
            _log.exception("could not put a refusal into words")
            return malformed("The meeting policy refuses it", FORBIDDEN)
        if self._backend.keeps_notices:
            notices.leave(backend, self._path, refusal, self.guard.language)
        return refusal.reply

    def _busy(self, backend: Any, meeting: Meeting) -> Busy | None:
        return own_busy(backend, self._path, meeting, self.guard.policy, self.guard.clock())

    def is_judged(self, octets: bytes) -> bool:
        """Whether it may be stored here without being judged again."""
        exchange = current()
        return exchange.delivers or (self.calendar, octets) in exchange.judged

    def _decided(
        self, octets: bytes, old: bytes | None, own: frozenset[str], *, quotas: bool, as_is: bool
    ) -> tuple[Decision, bytes]:
        """The decision, and what is stored if it lets pass. What others are sent is judged as well."""
        guard = self.guard
        refuse = barred(octets, guard.policy, guard.clock())
        if refuse is not None:
            guard.record(refuse, calendar=self.calendar)
            return refuse, octets
        before = old if old is not None and uids(old) == uids(octets) else None
        decision = guard.decide(octets, before, calendar=self.calendar, quotas=quotas, user=current().user)
        if as_is:
            kept = as_it_came(guard, decision, current().user)
            if isinstance(kept, Refuse) and kept is not decision:
                guard.record(kept, calendar=self.calendar)
            return kept, octets
        stored = octets
        if isinstance(decision, Rewrite) and not (before is not None and _may_stay(octets, decision, own)):
            stored = decision.octets
        if isinstance(decision, Refuse) or not own:
            return decision, stored
        again = self._as_delivered(stored, before)
        if isinstance(again, Refuse):
            guard.settle(decision, stored=False, calendar=self.calendar)
            return again, stored
        if again is not None and again.verdict.break_glass:
            return replace(again, operation=decision.operation), stored
        return decision, stored

    def _as_delivered(self, octets: bytes, old: bytes | None) -> Decision | None:
        """The decision on it as Xandikos writes it anew, which is what others are sent; None if it stays as it is."""
        with suppress(Exception):  # what Xandikos cannot read it neither stores nor delivers
            file: Any = ICalendarFile([octets], "text/calendar")
            written = joined(file.normalized())
            if written != octets:  # it stands or falls as the one that is stored, and is counted once
                user = current().user
                return self.guard.decide(written, old, calendar=self.calendar, quotas=False, user=user)
        return None


def bare_message(octets: bytes) -> bytes | None:
    """What an iTIP message (RFC 5546 §1.4) asks to be put into a calendar; None where it only answers or takes away."""
    methods = [method.upper() for method in _METHOD.findall(unfold(octets))]
    return None if len(methods) == 1 and methods[0] in _ANSWERS else _METHOD.sub(b"", octets)


def joined(contents: Iterable[bytes]) -> bytes:
    """The octets of a body in pieces."""
    return b"".join(contents)


def uids(octets: bytes) -> frozenset[str]:
    """Those of the meetings in some octets."""
    return frozenset(objects_of(octets))


def _may_stay(octets: bytes, decision: Rewrite, own: frozenset[str]) -> bool:
    """Whether it may be stored as it came: its owner is asked and does not call it, and it has no date too many."""
    meeting = decision.meetings[0] if decision.meetings else None
    if meeting is None or meeting.organizer is None or calendar_address(meeting.organizer.address) in own:
        return False
    if not own & {calendar_address(one.address) for one in meeting.attendees}:
        return False
    (left_out, changed), (to_leave_out, to_stay) = _dates(octets), _dates(decision.octets)
    return changed == to_stay and to_leave_out <= left_out


def _dates(octets: bytes) -> tuple[set[Moment], set[Moment | None]]:
    """The instances that are left out, and those that were changed."""
    parts = [part for one in read(octets, components=MEETINGS).meetings for part in (one, *one.overrides)]
    left_out = {day for part in parts if part.recurrence is not None for day in part.recurrence.exdates}
    return left_out, {part.recurrence_id for part in parts}

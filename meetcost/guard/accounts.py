# SPDX-License-Identifier: Apache-2.0
"""The quotas of a policy on a ledger: what is held and settled, and which limit holds."""

from __future__ import annotations

import json
import logging
import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from meetcost.errors import CalendarError
from meetcost.guard.last_year import last_year
from meetcost.ledger.counting import Bound, Counted, counted_elsewhere
from meetcost.ledger.faults import LedgerError, QuotaError
from meetcost.ledger.making import made
from meetcost.ledger.quota import Quotas
from meetcost.ledger.rows import Draw
from meetcost.model.verdict import Action
from meetcost.quotas.draws import taken_by_write
from meetcost.quotas.taken import Held, Spent
from meetcost.quotas.waived import covering
from meetcost.rules.periods import Stretch, day_of
from meetcost.rules.quota import Per
from meetcost.values.span import epoch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from meetcost.guard.decide import Context
    from meetcost.ledger.counting import Place
    from meetcost.ledger.ledger import Ledger
    from meetcost.ledger.reserving import Reservation
    from meetcost.ledger.versions import Versions
    from meetcost.model.meeting import Meeting
    from meetcost.model.waiver import Waiver
    from meetcost.quotas.taken import Taken
    from meetcost.rules.quota import Quota

_log: Final = logging.getLogger("meetcost.guard")


class Accounts:
    """The quotas of a policy in some books."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.quotas = Quotas(ledger)
        self._last_year: dict[tuple[str, Stretch], int | None] = {}

    def reserve(
        self, taken: Sequence[Taken], stood: Sequence[Taken], uid: str, context: Context, *, enforce: bool
    ) -> Held:
        """As `Books.reserve`; raises `LedgerError` also where a limit rests on a year that the books do not know."""
        operation, who = secrets.token_hex(16), self._who(uid, context)
        ticket = _ticket(uid, context)
        asked = self._asked(taken, context, enforce=enforce)
        targets = self._draws(taken, context)
        before: dict[Place, int] = {}
        for draw in self._draws(stood, context):
            before[draw.pool, draw.at] = before.get((draw.pool, draw.at), 0) + draw.amount
        waived: dict[str, Waiver] = {}

        def waives(connection: Connection, error: QuotaError) -> bool:
            waiver = self._waiver(connection, error.name, taken, uid, who, context)
            if waiver is not None:
                waived[error.name] = waiver
            return waiver is not None

        bounds = [one.bound for one in asked]
        options: dict[str, Any] = {"now": context.now, "ticket": ticket, "stood": before, "waives": waives}
        try:
            held, broken = self.quotas.count(operation, targets, bounds, who, **options)
        except QuotaError as error:
            return Held("", (self._spent(error, asked, enforced=True),))
        once = {error.name: error for error in broken}.values()
        spent = (self._spent(error, asked, enforced=False) for error in once)
        named = (one._replace(waiver=waived.get(one.taken.quota.id)) for one in spent)
        return Held(operation if held else "", tuple(named))

    def remove(self, uid: str, context: Context, path: str) -> str:
        """As `Books.remove`."""
        operation, ticket = secrets.token_hex(16), _ticket(uid, context, path)
        held = self.quotas.remove(operation, self._who(uid, context), now=context.now, ticket=ticket)
        return operation if held else ""

    def gone(self, path: str, context: Context, versions: Versions) -> None:
        """As `Books.gone`."""
        for held in self.quotas.open():
            if held.removes and path and _said(held).get("path") == path:
                self.quotas.confirm_open(held, now=context.now, versions=versions)

    def settle(
        self, stored: Callable[[str, str], Sequence[Meeting] | None] | None, context: Context, versions: Versions
    ) -> tuple[int, int]:
        """As `Books.settle`: what is stored by now counts, whatever the write was that a crash cut off."""
        until = context.now + timedelta(days=36_500)  # those of a clock that has been set back since, too
        if stored is None:
            return self.quotas.settle(until, lambda _: (), now=context.now, versions=versions)

        def stands(held: Reservation) -> list[Draw] | None:
            said = _said(held)
            uid, calendar = said.get("uid", ""), said.get("calendar", "")
            meetings = stored(calendar, uid) if uid else None
            if meetings is None:
                return None
            written = min(datetime.fromisoformat(held.reserved), context.now)  # a clock may have been set back since
            then = replace(context, calendar=calendar or None, now=written)
            reserved = self.quotas.wanted(held)
            try:  # somebody may have put there what no write could: it must not keep the others from being settled
                return self._draws(taken_by_write(meetings, then, stood=len(reserved)), then)
            except CalendarError as error:
                _log.error("counted as it was reserved, since it cannot be counted as it stands: %s", error)
                return reserved

        return self.quotas.settle_counted(until, stands, now=context.now, versions=versions)

    def label(self, quota: Quota, key: str) -> str:
        """The name of the account that `key` has in `quota`; people and calendars under a pseudonym."""
        names = self._ledger.pseudonyms
        if quota.per is Per.ORGANISER:
            key = names.person(key) if key else ""
        elif quota.per is Per.CALENDAR:
            key = names.source(key) if key else ""
        return quota.label(key)

    def limit(self, quota: Quota, key: str, stretch: Stretch, context: Context) -> int:
        """The limit that holds in a stretch; raises `LedgerError` where it rests on what the books do not know."""
        label, before = self.label(quota, key), None
        earlier = quota.period.last_year(stretch)
        if quota.share is not None:
            before = self._last_year.get((label, earlier))
            if before is None:
                zone, unit = context.policy.zone, key if quota.per is Per.UNIT else None
                before = last_year(self._ledger, quota, earlier, zone, label=label, unit=unit)
                self._last_year[label, earlier] = before
        limit = quota.limit_of(before)
        if limit is None:
            first, last = earlier.days
            raise LedgerError(
                "quota `{id}` rests on last year, and the books hold nothing of {first} to {last}; run "
                "an audit of that time into them",
                id=quota.id,
                first=first,
                last=last,
            )
        return limit

    def _draws(self, taken: Iterable[Taken], context: Context) -> list[Draw]:
        """Each instance once a pool; what one organiser calls for the same instant is summed: it may be several."""
        once = {(self.label(one.quota, one.key), one.at.start, one.at.id): one for one in taken}
        found: dict[tuple[str, int, str], list[Taken]] = {}
        for (label, at, _), one in once.items():
            found.setdefault((label, at, one.organiser), []).append(one)
        of, here = self._ledger.pseudonyms.meeting, context.calendar or ""
        return [
            made(
                Draw,
                pool=label,
                at=at,
                amount=sum(one.amount for one in several),
                unit=several[0].unit,
                meeting=of(several[0].at.id.uid, organiser, here),
            )
            for (label, at, organiser), several in found.items()
        ]

    def _asked(self, taken: Iterable[Taken], context: Context, *, enforce: bool) -> list[_Asked]:
        asked: dict[tuple[str, str, Stretch], _Asked] = {}
        days: set[tuple[str, str, int]] = set()
        zone = context.policy.zone
        for one in taken:
            quota = one.quota
            label, binds = self.label(quota, one.key), enforce and quota.action is not Action.WARN
            day = day_of(one.at.start, zone)
            if (quota.id, label, day) in days:
                continue
            days.add((quota.id, label, day))
            for stretch in quota.period.around(day):
                place = quota.id, label, stretch
                if place not in asked:
                    limit = self.limit(quota, one.key, stretch, context)
                    asked[place] = _Asked(Bound(quota.id, label, limit, *stretch.seconds(zone), binds), one, stretch)
        return list(asked.values())

    def _waiver(  # noqa: PLR0917 - one thing each
        self, connection: Connection, quota: str, taken: Iterable[Taken], uid: str, who: Counted, context: Context
    ) -> Waiver | None:
        """The waiver that lets a quota be exceeded by what it counts of a meeting.

        Within the transaction that holds the room: so two who use one approved time at once see each other.
        """
        wanted = [one for one in taken if one.quota.id == quota]
        callers = {one.organiser for one in wanted}
        waivers = self._ledger.tally_in(connection, uid, context.now, callers).waivers
        if not waivers:
            return None
        of, here = self._ledger.pseudonyms.meeting, context.calendar or ""
        meetings = {of(uid, organiser, here) for organiser in callers}
        return covering(wanted, waivers, counted_elsewhere(connection, who, meetings))

    def _who(self, uid: str, context: Context) -> Counted:
        names = self._ledger.pseudonyms
        return Counted(names.uid(uid), names.source(context.calendar or ""), epoch(context.now))

    def _spent(self, error: QuotaError, asked: Iterable[_Asked], *, enforced: bool) -> Spent:
        wanted = error.name, error.pool, error.start
        of = next(one for one in asked if (one.bound.name, one.bound.pool, one.bound.start) == wanted)
        units = tuple(self.quotas.by_unit(error.pool, error.start, error.end).items())
        return Spent(of.taken, of.stretch, error.used, error.limit, error.wanted, units, enforced)


class _Asked(NamedTuple):
    """A bound, and the first of a meeting's instances that it is asked for."""

    bound: Bound
    taken: Taken
    stretch: Stretch


def _ticket(uid: str, context: Context, path: str = "") -> str:
    said = {"uid": uid, "calendar": context.calendar or ""}
    return json.dumps({**said, "path": path} if path else said)


def _said(held: Reservation) -> Mapping[str, str]:
    """What the ticket of a reservation says of what was being written; nothing for what is none of ours."""
    try:
        return {name: str(value) for name, value in json.loads(held.ticket).items()}
    except (ValueError, TypeError, AttributeError):
        return {}

# SPDX-License-Identifier: Apache-2.0
"""Xandikos's collections, into which only what the guard lets pass is written.

A PUT comes to `pre_put_hook`, and is judged before anybody is sent an invitation. All that writes otherwise (POST,
COPY, MOVE, an invitation that comes in) goes through `create_member` or `set_body`, and is judged there.
"""

from __future__ import annotations

import asyncio
import posixpath
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from xandikos import caldav, scheduling, web, webdav

from meetcost.guard.body import names_calendar
from meetcost.guard.objects import objects_of
from meetcost.model.attendee import calendar_address
from meetcost.xandikos.admission import Admission, bare_message, joined, uids
from meetcost.xandikos.deliveries import calendars_of_asked, depends_on_calendar
from meetcost.xandikos.exchange import CURRENT, Passed, current

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator

    from meetcost.guard.guard import Guard

_CALENDAR: Final = caldav.CALENDAR_RESOURCE_TYPE


class GuardedObject(web.ObjectResource):
    """An object in a guarded collection."""

    async def set_body(self, *args: Any, **kwargs: Any) -> str:
        """Xandikos's own, of what the guard made of its first argument, the octets; raises `RefusedError`."""
        octets = joined(args[0])
        if isinstance(self._parent, Guarded):
            octets = await self._parent.admitted(octets, self.name)
        return await super().set_body([octets], *args[1:], **kwargs)


class Guarded(web.StoreBasedCollection, webdav.Collection):
    """What is no calendar may hold anything, but no calendar object that is refused: it can be made a calendar."""

    @property
    def admission(self) -> Admission:
        """What judges here."""
        return Admission(self.backend.guard, self.backend, self.relpath)

    def is_judged_here(self, octets: bytes, /) -> bool:
        """Whether it may be a calendar object."""
        return names_calendar(octets)

    async def admitted(self, octets: bytes, name: str | None, /) -> bytes:
        """What is to be stored of `octets` under `name`; raises `RefusedError`."""
        admission = self.admission
        if not self.is_judged_here(octets) or admission.is_judged(octets):
            return octets
        old = await self._stored(name)
        admitted = await admission.admit(octets, old, own=self.own())
        if old is not None and not uids(old) & uids(octets):  # another meeting stands in its place from now on
            await leaving(admission.guard, old, admission.calendar)
        return admitted

    async def pre_put_hook(
        self, member_name: str, new_contents: Iterable[bytes], content_type: str
    ) -> Iterable[bytes] | None:
        """Judges, then lets Xandikos send what is to be sent; raises `RefusedError`."""
        octets = joined(new_contents)
        admitted = await self.admitted(octets, member_name)
        await self._judge_where_delivered(admitted, member_name)
        exchange = current()
        with exchange.delivering():
            annotated = await super().pre_put_hook(member_name, [admitted], content_type)
        stored = joined(annotated) if annotated is not None else admitted
        if annotated is not None and not self.own():  # written anew, and sent to nobody: not judged like this yet
            await self.admission.judge_as_is(stored, await self._stored(member_name))
        if stored != octets:
            exchange.rewritten = True
            exchange.judged.add((self.admission.calendar, stored))
        return [stored]

    async def pre_delete_hook(self, member_name: str) -> None:
        """Xandikos's own: takes a meeting back, which is always permitted."""
        if self.backend.guard.policy.quotas:
            for calendar, octets in [one async for one in self._below(member_name)]:
                await leaving(self.backend.guard, octets, calendar)
        with current().delivering():
            await super().pre_delete_hook(member_name)

    async def create_member(
        self, name: str | None, contents: Iterable[bytes], content_type: str, *args: Any, **kwargs: Any
    ) -> tuple[str, str]:
        """Xandikos's own, of what the guard made of `contents`; raises `RefusedError`."""
        octets = await self.admitted(joined(contents), name)
        return await super().create_member(name, [octets], content_type, *args, **kwargs)

    async def move_member(
        self, name: str, destination: webdav.Collection, destination_name: str, *args: Any, **kwargs: Any
    ) -> bool:
        """Xandikos's own; in another calendar it is counted from now on."""
        there = destination.admission.calendar if isinstance(destination, Guarded) else ""
        octets = await self._stored(name) if there != self.admission.calendar else None
        if octets is not None and self.is_judged_here(octets):
            await leaving(self.backend.guard, octets, self.admission.calendar)
        return await super().move_member(name, destination, destination_name, *args, **kwargs)

    def set_resource_types(self, resource_types: Iterable[str]) -> None:
        """Xandikos's own; what holds anything is not made a calendar: nobody has judged it as one."""
        kinds = set(resource_types)
        if _CALENDAR in kinds and _CALENDAR not in self.resource_types and any(self.store.iter_with_etag()):
            raise webdav.ProtectedPropertyError
        super().set_resource_types(kinds)  # type: ignore[no-untyped-call]

    def _get_resource(self, name: str, content_type: str, etag: str, file: Any = None) -> Any:
        return GuardedObject(self.store, name, content_type, etag, file=file, parent=self)

    async def _judge_where_delivered(self, octets: bytes, name: str) -> None:
        """Raises `RefusedError` where it must not come into the calendar of somebody it asks."""
        guard = self.admission.guard
        if not depends_on_calendar(guard.policy) or not self.is_judged_here(octets):
            return
        old = await self._stored(name)
        for calendar in calendars_of_asked(self.backend, octets, self.own()):
            if isinstance(calendar, Guarded):
                await calendar.admission.judge_as_is(octets, old)

    async def _below(self, name: str) -> AsyncIterator[tuple[str, bytes]]:
        """(calendar, octets) of the objects at `name`, or in the collection there."""
        with suppress(KeyError):
            member = self.get_member(name)  # type: ignore[no-untyped-call]
            if isinstance(member, web.ObjectResource):
                yield self.admission.calendar, joined(await member.get_body())
            elif isinstance(member, Guarded):
                for below, _ in list(member.members()):
                    async for one in member._below(below):
                        yield one

    async def _stored(self, name: str | None) -> bytes | None:
        if name is None:
            return None
        try:
            member = self.get_member(name)  # type: ignore[no-untyped-call]
        except KeyError:
            return None
        return joined(await member.get_body()) if isinstance(member, web.ObjectResource) else None

    def own(self) -> frozenset[str]:
        """The calendar addresses of whoever owns the collection."""
        owning = scheduling.find_owning_principal(self.backend, self.relpath)
        addresses = owning[1].get_calendar_user_address_set() if owning is not None else ()
        return frozenset(calendar_address(one) for one in addresses)


class GuardedCollection(Guarded, web.Collection):
    """A plain collection."""


class GuardedPrincipal(Guarded, web.PrincipalCollection):
    """A principal that is a collection."""


class GuardedSubscription(Guarded, web.SubscriptionCollection):
    """A subscription."""


class GuardedOutbox(Guarded, web.ScheduleOutbox):
    """Where free/busy is asked for (RFC 6638 §5)."""


class GuardedAddressbook(Guarded, web.AddressbookCollection):
    """Contacts: nobody looks at them, and they are not made a calendar."""

    def is_judged_here(self, _octets: bytes, /) -> bool:
        """None of it."""
        return False


class GuardedCalendar(Guarded, web.CalendarCollection):
    """A calendar: whatever is written is judged, and what is no calendar object refused."""

    def is_judged_here(self, _octets: bytes, /) -> bool:
        """All of it."""
        return True


class GuardedInbox(Guarded, web.ScheduleInbox):
    """Where invitations come in (RFC 6638 §2.2). What the guard let pass elsewhere is delivered; all else is judged."""

    def is_judged_here(self, _octets: bytes, /) -> bool:
        """All of it."""
        return True

    async def admitted(self, octets: bytes, _name: str | None, /) -> bytes:
        """`octets`, which stay as they are; raises `RefusedError`."""
        exchange, here = current(), (self.relpath, octets)
        if exchange.delivers or here in exchange.judged:
            return octets
        asked = bare_message(octets)
        if asked is not None:
            calendar = self._default_calendar()
            there = calendar if isinstance(calendar, Guarded) else self
            before = await _under_uid(calendar, asked)
            counted = CURRENT.get() is not None  # else nobody would say how it ended
            decision, _ = await there.admission.judge(asked, before, own=self.own(), quotas=counted)
            exchange.passed.append(Passed(decision, there.relpath))
        exchange.judged.add(here)
        return octets

    async def _apply_cancel(self, *args: Any, **kwargs: Any) -> None:
        with current().delivering():
            await super()._apply_cancel(*args, **kwargs)

    async def _apply_reply(self, *args: Any, **kwargs: Any) -> None:
        with current().delivering():
            await super()._apply_reply(*args, **kwargs)


async def _under_uid(calendar: Any, octets: bytes) -> bytes | None:
    """What stands in a calendar under the UID of an object."""
    uids = list(objects_of(octets))
    if not isinstance(calendar, GuardedCalendar) or len(uids) != 1:
        return None
    found = await web._find_calendar_member_by_uid(calendar, uids[0])
    return joined(await found[1].get_body()) if found is not None else None


async def leaving(guard: Guard, octets: bytes, calendar: str) -> None:
    """What stands in a calendar is about to be taken out of it by the request at hand, which tells how that ended."""
    exchange = CURRENT.get()
    if exchange is not None and guard.policy.quotas:
        exchange.gone.append(await asyncio.to_thread(guard.removing, octets, calendar=calendar.strip("/")))


def below(resource: Any, path: str) -> Iterator[tuple[str, Guarded]]:
    """All guarded collections of a tree, with the path they would have."""
    if isinstance(resource, Guarded):
        yield path, resource
    if isinstance(resource, webdav.Collection):
        for name, member in resource.members():
            if isinstance(member, webdav.Collection):
                yield from below(member, posixpath.join(path, name))

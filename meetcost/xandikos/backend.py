# SPDX-License-Identifier: Apache-2.0
"""Xandikos's backend, with the guard in each of its collections."""

from __future__ import annotations

from copy import copy
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, Final

from xandikos import caldav, web
from xandikos.fs import open_store_from_path

from meetcost.guard.objects import objects_of
from meetcost.xandikos.admission import AsSentFile, joined, uids
from meetcost.xandikos.collections import (
    Guarded,
    GuardedAddressbook,
    GuardedCalendar,
    GuardedCollection,
    GuardedInbox,
    GuardedOutbox,
    GuardedPrincipal,
    GuardedSubscription,
    below,
    leaving,
)
from meetcost.xandikos.exchange import CURRENT, Passed, current
from meetcost.xandikos.patience import add_patiently

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Self

    from meetcost.guard.guard import Guard

_GUARDED: Final[Mapping[type, type[Guarded]]] = {
    web.CalendarCollection: GuardedCalendar,
    web.ScheduleInbox: GuardedInbox,
    web.ScheduleOutbox: GuardedOutbox,
    web.AddressbookCollection: GuardedAddressbook,
    web.Collection: GuardedCollection,
    web.PrincipalCollection: GuardedPrincipal,
    web.SubscriptionCollection: GuardedSubscription,
}
"""All that holds objects: any of it could be made a calendar."""


class GuardedBackend(web.SingleUserFilesystemBackend):
    """What Xandikos looks its resources up in. A subclass says what gives its guard."""

    guards: ClassVar[Callable[[], Guard]]
    keeps_notices: ClassVar[bool] = True

    @property
    def guard(self) -> Guard:
        """The guard at work, with a policy that is at most a second old."""
        return type(self).guards()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.guard.settle_open(self._stored)

    def apart(self) -> Self:
        """A backend like this one for another thread: its stores are its own, as each remembers what it has read."""
        other = copy(self)
        other._open_store = lru_cache(maxsize=16)(lambda path: self._prepared(open_store_from_path.__wrapped__(path)))
        return other

    def _stored(self, calendar: str, uid: str) -> bytes | None:
        """What stands in a calendar under a UID."""
        store: Any = getattr(super().get_resource(f"/{calendar}/"), "store", None)  # type: ignore[no-untyped-call]
        for name, kind, _ in store.iter_with_etag() if store is not None else ():
            octets = joined(store.get_file(name, kind).content)
            if uid in objects_of(octets):
                return octets
        return None

    def get_resource(self, relpath: str) -> Any:
        """Xandikos's own, guarded."""
        return self._guarded(super().get_resource(relpath))  # type: ignore[no-untyped-call]

    def create_collection(self, relpath: str) -> Any:
        """Xandikos's own, guarded."""
        return self._guarded(super().create_collection(relpath))  # type: ignore[no-untyped-call]

    async def copy_collection(self, source_path: str, dest_path: str, overwrite: bool = True) -> bool:
        """Xandikos's own, which copies files: each object is judged and counted first; raises `RefusedError`."""
        await self._judge_all(source_path, dest_path)
        await self._replaced(source_path, dest_path)
        return await super().copy_collection(source_path, dest_path, overwrite)

    async def move_collection(self, source_path: str, dest_path: str, overwrite: bool = True) -> bool:
        """Xandikos's own, which moves files: each object is judged and counted first; raises `RefusedError`."""
        await self._judge_all(source_path, dest_path)
        await self._replaced(source_path, dest_path)
        for path, octets in await self._objects(source_path) if self.guard.policy.quotas else ():
            await leaving(self.guard, octets, path)
        return await super().move_collection(source_path, dest_path, overwrite)

    def _open_store_uncached(self, path: str) -> Any:
        return self._prepared(super()._open_store_uncached(path))

    def _prepared(self, store: Any) -> Any:
        store.load_extra_file_handler(AsSentFile)
        add_patiently(store.repo.object_store)
        return store

    def _guarded(self, resource: Any) -> Any:
        kind = _GUARDED.get(type(resource))
        return kind(self, resource.relpath, resource.store) if kind is not None else resource

    async def _judge_all(self, source: str, target: str) -> None:
        """Judge and count each calendar object below `source` as it would stand below `target`."""
        counted = CURRENT.get() is not None  # else nobody would say how it ended
        for path, octets in await self._objects(source, target):
            at = Guarded(self, path, None)
            decision, _ = await at.admission.judge(octets, None, as_is=True, quotas=counted)
            current().passed.append(Passed(decision, path))

    async def _replaced(self, source: str, target: str) -> None:
        """What stands below `target` and is not written there again is about to be deleted."""
        if not self.guard.policy.quotas:
            return
        written = {
            (path.strip("/"), uid) for path, octets in await self._objects(source, target) for uid in uids(octets)
        }
        for path, octets in await self._objects(target):
            if not any((path.strip("/"), uid) in written for uid in uids(octets)):
                await leaving(self.guard, octets, path)

    async def _objects(self, root: str, named: str | None = None) -> list[tuple[str, bytes]]:
        """(path of its calendar, octets) of all calendar objects below a path, as if it were `named`."""
        found = []
        for path, collection in below(self.get_resource(root), named or root):
            if caldav.CALENDAR_RESOURCE_TYPE in collection.resource_types:
                for _, member in collection.members():
                    if isinstance(member, web.ObjectResource):
                        octets = joined(await member.get_body())
                        if collection.is_judged_here(octets):
                            found.append((path, octets))
        return found

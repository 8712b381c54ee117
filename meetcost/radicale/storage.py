# SPDX-License-Identifier: Apache-2.0
"""The storage plugin: decides when Radicale has checked who writes and under which condition, and holds the lock.

Radicale parses and writes anew what it is sent; here it stores the octets that came in (with ours in them, and CRLF at
the end of each line), so that the ones judged are the ones stored. Without the door nobody could drop the ETag of what
was changed, so nothing is: it refuses all the same, in words of Radicale's.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from inspect import signature
from typing import TYPE_CHECKING, Any, Final

from radicale import pathutils
from radicale.item import Item
from radicale.storage import multifilesystem

from meetcost.guard.decide import Refuse, Rewrite, failed
from meetcost.model.verdict import Outcome
from meetcost.radicale import notices
from meetcost.radicale.busy import own_busy
from meetcost.radicale.exchange import CURRENT, HAS_DOOR, Exchange
from meetcost.radicale.lines import collectable
from meetcost.radicale.mail import mail_in_utf8
from meetcost.radicale.settings import SCHEMA, guard_of
from meetcost.radicale.sweep import Sweeper
from meetcost.radicale.walk import below, collections
from meetcost.radicale.zones import with_zones

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from radicale.config import Configuration
    from radicale.storage import BaseCollection

    from meetcost.guard.decide import Decision
    from meetcost.guard.guard import Guard
    from meetcost.model.meeting import Meeting
    from meetcost.schedule.busy import Busy

_log = logging.getLogger("radicale")
_USER: Final[ContextVar[str]] = ContextVar("meetcost_user", default="")
_CONTACTS: Final = "VADDRESSBOOK"
_LOCK_TAKES: Final = frozenset(signature(multifilesystem.Storage.acquire_lock).parameters)
"""Later versions of Radicale lock a part of the storage, and are told which; 3.5.0 knows nothing of parts."""


class RefusedError(ValueError):
    """Radicale makes 400 of a ValueError, and 403 where it names this errno (PUT, MOVE).

    Behind the door its answer does not matter, and 400 is the one that it gives without the delay of `[auth] delay`.
    """

    def __init__(self, phrase: str, *, forbidden: bool) -> None:
        super().__init__(f"[Errno 13] {phrase}" if forbidden else phrase)


class Collection(multifilesystem.Collection):
    """A calendar into which only what the guard lets pass is written."""

    _storage: Storage

    def upload(self, href: str, item: Item) -> Any:
        """Radicale's own upload of what the guard made of `item`; raises `RefusedError`."""
        if self.tag == _CONTACTS:
            return super().upload(href, item)
        with self._storage.admitted(self.path) as admit:
            return super().upload(href, _told(item, admit(item, self._get(href, verify_href=False))))

    def delete(self, href: str | None = None) -> None:
        """Radicale's own; what is gone gives back what it took of quotas."""
        if self.tag == _CONTACTS:
            super().delete(href)
            return
        items = self._storage.calendar_items(f"/{self.path}/") if href is None else [(self.path, self._get(href))]
        with self._storage.leaving(items):
            super().delete(href)


def _saying(octets: bytes, item: Item) -> Item:
    """`item`, with `octets` to be stored of it."""
    return Item(
        collection_path=item._collection_path,
        text=octets.decode(),
        uid=item.uid,
        name=item.name,
        component_name=item.component_name,
        time_range=item.time_range,
    )


def _told(item: Item, admitted: Item) -> Item:
    """`admitted`; and `item`, which Radicale hands on to its hooks, says the same: what it mails is what is stored."""
    if admitted is not item:
        item._text, item._vobject_item, item._etag = admitted.serialize(), None, None
    return admitted


class Storage(multifilesystem.Storage):
    """`[storage] type = meetcost.radicale`; all options of `multifilesystem`, and those of `settings`."""

    _collection_class = Collection

    def __init__(self, configuration: Configuration) -> None:
        super().__init__(configuration.copy(SCHEMA))
        mail_in_utf8(self.configuration)
        self.guards: Callable[[], Guard] = guard_of(self.configuration)
        self.has_door = HAS_DOOR.get()
        self._keeps_notices: bool = self.configuration.get("storage", "notices")
        self.sweeper = Sweeper(self, lambda: self.guard)
        _log.info("%s", self.state())
        self._settle_open()
        if self.guard.is_bare:
            _log.warning("meetcost: the policy has no rules, so that nothing is refused")

    @property
    def guard(self) -> Guard:
        """The guard at work, with a policy that is at most a second old. Whoever needs it twice asks once."""
        return self.guards()

    def state(self) -> str:
        """What an administrator reads at the start."""
        guard = self.guard
        text = f"{guard.state}; "
        if self.has_door:
            carries = "yes" if guard.policy.disclosure.attach else "no (`[disclosure] attach = false`)"
            return f"{text}reasons reach clients: yes; invites carry their cost: {carries}"
        return (
            f"{text}reasons reach clients: no; invites carry their cost: no; series cannot step over dates. Start "
            "`python -m meetcost.radicale` instead, or serve `meetcost.radicale:application`, and they do"
        )

    def _settle_open(self) -> None:
        """What a crash left open, while no other process is writing."""

        def stored(calendar: str, uid: str) -> bytes | None:
            items = self._stored(f"/{calendar}/")
            return items[uid].serialize().encode() if uid in items else None

        if self.guard.policy.quotas:
            with super().acquire_lock("w", ""):
                self.guard.settle_open(stored)

    @contextmanager
    def acquire_lock(self, mode: str, user: str = "", *args: Any, **kwargs: Any) -> Iterator[None]:
        """As Radicale's; who writes is known from here on."""
        token = _USER.set(str(kwargs.get("actor") or user))
        known = {name: value for name, value in kwargs.items() if name in _LOCK_TAKES}
        try:
            with super().acquire_lock(mode, user, *args, **known):
                yield
        finally:
            _USER.reset(token)

    def create_collection(
        self, href: str, items: Iterable[Item] | None = None, props: Mapping[str, str] | None = None
    ) -> Any:
        """As Radicale's; a calendar that is written as a whole is refused as a whole."""
        if items is None or (props or {}).get("tag") == _CONTACTS:
            return super().create_collection(href, items, props)
        stored, items = self._stored(href), list(items)
        path = pathutils.strip_path(href)
        replaced = [(path, stored[uid]) for uid in stored.keys() - {item.uid for item in items}]
        with self.leaving(replaced), self.admitted(path) as admit:
            admitted = [_told(item, admit(item, stored.get(item.uid))) for item in items]
            return super().create_collection(href, admitted, props)

    def _stored(self, href: str) -> dict[str, Item]:
        """UID -> item of what stands there already."""
        collection = next(iter(self.discover(href)), None)
        return {item.uid: item for item in collection.get_all()} if isinstance(collection, Collection) else {}

    def move(self, item: Item, to_collection: BaseCollection, to_href: str) -> None:
        """As Radicale's; within a calendar what stood there may stay, and in another one it is counted from now on."""
        if not isinstance(to_collection, Collection) or to_collection.tag == _CONTACTS:
            super().move(item, to_collection, to_href)
            return
        source = item.collection.path if item.collection is not None else ""
        same = item.collection is not None and source == to_collection.path
        old = item if same else to_collection._get(to_href, verify_href=False)
        with (
            self.leaving([] if same else [(source, item)]),
            self.admitted(to_collection.path, stored=True) as admit,  # settled first, so that it is known there
        ):
            admitted = admit(item, old)
            super().move(item, to_collection, to_href)
            if admitted is not item:
                multifilesystem.Collection.upload(to_collection, to_href, admitted)

    def calendar_items(self, href: str) -> Iterator[tuple[str, Item]]:
        """(path of its calendar, item) of all that stands in a collection and those below it."""
        for collection in (*collections(self, href), *below(self, href)):
            if collection.tag != _CONTACTS:
                yield from ((collection.path, item) for item in collection.get_all())

    @contextmanager
    def leaving(self, items: Iterable[tuple[str, Item | None]]) -> Iterator[None]:
        """While items are taken out of their calendars (paths): what they took of quotas is given back at the end.

        Where it does not come to an end, nobody knows what became of them: it is settled at the next start.
        """
        guard = self.guard
        gone = []
        if guard.policy.quotas:
            for path, item in items:
                if item is not None:
                    gone.append(guard.removing(item.serialize().encode(), calendar=path))
        yield
        for one in gone:
            guard.settle_removal(one, removed=True)

    @contextmanager
    def admitted(self, path: str, *, stored: bool = False) -> Iterator[Callable[[Item, Item | None], Item]]:
        """One write to the calendar at `path`: gives what says what is to be stored of an item where another stands.

        What it lets pass is settled at the end, when Radicale has stored it or has raised. `stored`: it stands in
        another calendar, so that nothing of it came in with the request.
        """
        guard = self.guard
        passed: list[tuple[str, Decision]] = []

        def admit(item: Item, old: Item | None) -> Item:
            admitted, decision = self._admit(guard, item, old, path, stored=stored)
            passed.append((item.uid, decision))
            return admitted

        done = False
        try:
            yield admit
            done = True
        finally:
            for uid, decision in passed:
                guard.settle(decision, stored=done, calendar=path)
                if done and self._keeps_notices:  # what was left to say of it is over
                    notices.withdraw(self, _USER.get(), uid)

    def _admit(self, guard: Guard, item: Item, old: Item | None, path: str, *, stored: bool) -> tuple[Item, Decision]:
        """What is to be stored of `item`, and the decision it rests on; raises `RefusedError`."""
        exchange = CURRENT.get()
        if exchange is not None and exchange.unacceptable is not None:
            guard.record(exchange.unacceptable, calendar=path)
            self._refuse(guard, exchange.unacceptable, path, exchange)
        octets = item.serialize().encode()
        if exchange is not None and not stored:
            octets = with_zones(octets, exchange.zones)
            sent = exchange.objects.get(item.uid, octets)
            octets = collectable(sent) or octets
            exchange.rewritten = exchange.rewritten or octets != sent
        before = old.serialize().encode() if old is not None and old.uid == item.uid else None
        decision = guard.decide(octets, before, calendar=path, user=_USER.get())
        if isinstance(decision, Refuse):
            self._refuse(guard, decision, path, exchange)
        try:
            return self._as_decided(guard, item, octets, decision, exchange), decision
        except BaseException:
            guard.settle(decision, stored=False, calendar=path)
            raise

    def _as_decided(
        self, guard: Guard, item: Item, octets: bytes, decision: Decision, exchange: Exchange | None
    ) -> Item:
        if exchange is None:
            if decision.verdict.skips:  # it cannot be changed unseen, and must not stay as it is
                message = "the series has to step over dates, which this server cannot do as it was started"
                self._refuse(guard, Refuse(failed(guard.policy, message), decision.meetings), "", None)
            return item
        if decision.verdict.would_be is Outcome.REJECT:
            # let pass by a policy that observes: as Radicale reads it, since nobody else can
            return _saying(with_zones(item.serialize().encode(), exchange.zones), item)
        if isinstance(decision, Rewrite):
            exchange.rewritten = True
            octets = decision.octets
        return _saying(octets, item)

    def _refuse(self, guard: Guard, decision: Refuse, path: str, exchange: Exchange | None) -> None:
        refusal = guard.refusal(decision, calendar=path or None, busy=partial(self._busy, guard))
        if self._keeps_notices:
            notices.leave(self, _USER.get(), refusal, guard.language)
        if exchange is not None:
            exchange.refusal = refusal
        raise RefusedError(refusal.reply.reason, forbidden=exchange is None)

    def _busy(self, guard: Guard, meeting: Meeting) -> Busy | None:
        return own_busy(self, _USER.get(), meeting, guard.policy, guard.clock())

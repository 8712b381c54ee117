# SPDX-License-Identifier: Apache-2.0
"""A CalDAV account into the books: only what has changed is fetched, and what was interrupted goes on.

How far each calendar was read, its sync-token, is remembered in the database of the books, with the states of its
objects and in the same way: books that are put back to an older copy are read to again from there, and a file beside
them would not know. The token is kept once everything it stands for is in the books, and given to the server only if
the same would be recorded of what has not changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.account.account import key_of
from meetcost.account.listing import AT_A_TIME, Listing, fetch, listing
from meetcost.audit.audit import Audited, audit
from meetcost.audit.source import CalendarObject, Fetching
from meetcost.ledger.sources import Seen, remember, seen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from meetcost.account.account import Account
    from meetcost.audit.meeting_rows import MeetingRows
    from meetcost.errors import Problem
    from meetcost.ledger.ledger import Ledger
    from meetcost.ledger.versions import Versions

_NAME: Final = "sync-token "
"""Before the URL of a calendar: no object is called so."""


class Listed(NamedTuple):
    """A calendar, what is to be looked at in it, and what stands for it once all of that is in the books."""

    url: str
    listing: Listing
    state: Seen


def listed(account: Account, ledger: Ledger, rows: MeetingRows) -> Iterator[Listed]:
    """Each calendar of the account: what lies there, or what has changed since the books know it."""
    for calendar in account.calendars():
        name = _NAME + key_of(calendar)
        wanted = Seen("", rows.settings, *rows.window.seconds)
        before = seen(ledger, [name]).get(name)
        known = before is not None and before._replace(etag="").covers(wanted)
        found = listing(account, calendar, before.etag if known and before is not None else "")
        yield Listed(calendar, found, wanted._replace(etag=found.token))


def audit_account(
    account: Account,
    calendars: Sequence[Listed],
    ledger: Ledger,
    rows: MeetingRows,
    *,
    now: datetime,
    versions: Versions,
    progress: Callable[[int, int | None], None],
) -> Iterator[Audited]:
    """Record what was listed; the arguments and errors are those of `audit`, those of the account beside them.

    `progress` is told of how many objects how many are done.
    """
    total, done = sum(len(one.listing.objects) for one in calendars), 0
    for calendar in calendars:
        complete = True
        source = _Source(account, calendar)
        for one in audit(source.objects(), ledger, rows, now=now, versions=versions, fetching=source.fetching):
            complete &= one.readable
            done += 1
            progress(done, total)
            yield one
        if complete and calendar.state.etag:
            remember(ledger, {_NAME + key_of(calendar.url): calendar.state})


class _Source:
    """The objects of one calendar; they go by the one spelling of their URLs."""

    def __init__(self, account: Account, calendar: Listed) -> None:
        self._account, self._calendar = account, calendar
        self._urls = {key_of(one.url): one.url for one in calendar.listing.objects}

    @property
    def fetching(self) -> Fetching:
        return Fetching(AT_A_TIME, self._fetch)

    def objects(self) -> Iterator[CalendarObject]:
        for one in self._calendar.listing.objects:
            yield CalendarObject(key_of(one.url), one.etag, bytes)

    def _fetch(self, hrefs: Sequence[str]) -> Mapping[str, bytes | Problem]:
        found = fetch(self._account, self._calendar.url, [self._urls[href] for href in hrefs])
        return {key_of(url): one.encode() if isinstance(one, str) else one for url, one in found.items()}

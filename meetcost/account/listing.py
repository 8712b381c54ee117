# SPDX-License-Identifier: Apache-2.0
"""What lies in a calendar, and what has changed there since a sync-token (RFC 6578) was given.

A server without sync-collection is asked for the entity tags of all that lies there; so is one that has forgotten the
token. Objects are fetched by calendar-multiget (RFC 4791 §7.9), many at a time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple
from xml.sax.saxutils import escape

from meetcost.account.account import SLOW, key_of
from meetcost.account.faults import RefusedError, TooLargeError
from meetcost.errors import Problem
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from meetcost.account.account import Account
    from meetcost.account.multistatus import Resource

AT_A_TIME: Final = 500
"""Objects that are fetched in one answer."""
_MOST_LISTED: Final = 1 << 30
_MOST_RESOURCES: Final = 500_000
"""Of one calendar, those that are gone among them: about as many as there is memory for."""
_MOST_ROUNDS: Final = 10_000
_TRUNCATED: Final = 507
_HEAD: Final = '<?xml version="1.0" encoding="utf-8"?>\n'
_ALL_TAGS: Final = (
    f'{_HEAD}<D:propfind xmlns:D="DAV:"><D:prop><D:getetag/><D:resourcetype/></D:prop></D:propfind>'.encode()
)


class Listed(NamedTuple):
    """An object of a calendar: its URL as the server writes it, and its entity tag (empty if it was not told)."""

    url: str
    etag: str


class Listing(NamedTuple):
    """What lies in a calendar, or, if not `whole`, what changed there and is `gone`; `token` is for next time."""

    objects: tuple[Listed, ...]
    gone: tuple[str, ...] = ()
    token: str = ""
    whole: bool = True


def listing(account: Account, calendar: str, token: str = "") -> Listing:
    """What lies in the calendar at this URL, or, with the `token` of an earlier listing, what changed since."""
    if token:
        changed = _synchronised(account, calendar, token)
        if changed is not None:
            return changed
    return _synchronised(account, calendar, "") or _by_tags(account, calendar)


def fetch(account: Account, calendar: str, urls: Sequence[str]) -> dict[str, str | Problem]:
    """The objects at these URLs, by URL; of what cannot be had a problem, of what is gone nothing.

    An answer that is too large is asked for in halves.
    """
    found: dict[str, str | Problem] = {}
    for at in range(0, len(urls), AT_A_TIME):
        found |= _fetched(account, calendar, urls[at : at + AT_A_TIME])
    return found


def _synchronised(account: Account, calendar: str, token: str) -> Listing | None:
    """By sync-collection; None if the server has no such thing, or has forgotten the token."""
    objects: dict[str, Listed] = {}
    gone: dict[str, str] = {}
    whole, given = not token, token
    for _ in range(_MOST_ROUNDS):
        cut, known = False, len(objects) + len(gone)

        def take(one: Resource) -> None:
            nonlocal cut
            url = account.absolute(one.href, calendar)
            if url is None:
                return
            if key_of(url).rstrip("/") == key_of(calendar).rstrip("/"):
                cut |= one.status == _TRUNCATED
            elif one.status in (404, 410):
                objects.pop(key_of(url), None)
                gone[key_of(url)] = url
            elif not url.endswith("/"):
                gone.pop(key_of(url), None)
                objects[key_of(url)] = Listed(url, one.etag)
            _check(calendar, len(objects) + len(gone))

        try:
            reached = account.multistatus(
                "REPORT", calendar, _sync_body(token), take, depth="0", most=_MOST_LISTED, timeout=SLOW
            )
        except RefusedError as error:
            if error.status == 401 or error.status in (404, 410) or (error.status >= 500 and error.status != 501):
                raise
            return None
        if not reached or (cut and (reached == token or len(objects) + len(gone) == known)):
            return None  # it would go on for ever, or has nothing for next time
        token = reached
        if not cut:
            return Listing(tuple(objects.values()), tuple(gone.values()) if given else (), token, whole)
    return None


def _by_tags(account: Account, calendar: str) -> Listing:
    objects: dict[str, Listed] = {}

    def take(one: Resource) -> None:
        url = account.absolute(one.href, calendar)
        if url is not None and not one.is_collection and not url.endswith("/"):
            objects[key_of(url)] = Listed(url, one.etag)
            _check(calendar, len(objects))

    account.multistatus("PROPFIND", calendar, _ALL_TAGS, take, depth="1", most=_MOST_LISTED, timeout=SLOW)
    return Listing(tuple(objects.values()))


def _fetched(account: Account, calendar: str, urls: Sequence[str]) -> dict[str, str | Problem]:
    by_key = {key_of(url): url for url in urls}
    found: dict[str, str | Problem] = {}
    answered: set[str] = set()

    def take(one: Resource) -> None:
        url = account.absolute(one.href, calendar)
        asked = by_key.get(key_of(url)) if url is not None else None
        if asked is None:
            return
        answered.add(asked)
        if one.data:
            found[asked] = one.data
        elif one.status not in (404, 410):
            found[asked] = Problem("not-given", "the server gives no calendar data for it")

    try:
        account.multistatus("REPORT", calendar, _multiget_body(account, urls), take, depth="1", timeout=SLOW)
    except TooLargeError as error:
        if len(urls) == 1:
            return {urls[0]: Problem("too-large", error.message)}
        half = len(urls) // 2
        return _fetched(account, calendar, urls[:half]) | _fetched(account, calendar, urls[half:])
    unanswered = Problem("not-given", "the server says nothing of it")
    return found | {url: unanswered for url in urls if url not in answered}


def _check(calendar: str, count: int) -> None:
    if count > _MOST_RESOURCES:
        message = Sentence.of("a calendar of more than {most:,} objects is not read", most=_MOST_RESOURCES)
        raise TooLargeError(calendar, message)


def _sync_body(token: str) -> bytes:
    return (
        f'{_HEAD}<D:sync-collection xmlns:D="DAV:"><D:sync-token>{escape(token)}</D:sync-token>'
        "<D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop></D:sync-collection>"
    ).encode()


def _multiget_body(account: Account, urls: Sequence[str]) -> bytes:
    hrefs = "".join(f"<D:href>{escape(account.path_of(url))}</D:href>" for url in urls)
    return (
        f'{_HEAD}<C:calendar-multiget xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">'
        f"<D:prop><D:getetag/><C:calendar-data/></D:prop>{hrefs}</C:calendar-multiget>"
    ).encode()

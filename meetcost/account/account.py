# SPDX-License-Identifier: Apache-2.0
"""One account on a CalDAV server: sign in, find its calendars, ask.

Signing in (Basic, Digest, Bearer) and discovery are the `caldav` package's; what has to be bounded, or exact to the
octet, is asked for directly, on the same session.
"""

from __future__ import annotations

import re
from html import unescape
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self
from urllib.parse import unquote, urljoin, urlsplit

from caldav.davclient import DAVClient
from caldav.lib.error import AuthorizationError, DAVError, NotFoundError, RateLimitError
from caldav.lib.http_sync import requests

from meetcost.account.backoff import AGAIN, Patience, retry_after
from meetcost.account.faults import AccountError, AwayError, RefusedError
from meetcost.account.multistatus import Multistatus, NotXmlError, Resource
from meetcost.account.session import MOST_OCTETS, OneServerSession, chunks, origin_of
from meetcost.errors import said_by
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_TIMEOUT: Final = (15.0, 120.0)
"""Seconds until a connection stands, and between two pieces of an answer."""
SLOW: Final = (15.0, 3600.0)
"""The same for listings: a server that has to look at 20,000 objects first was seen to take half an hour."""
_XML: Final = "application/xml; charset=utf-8"
_ICALENDAR: Final = "text/calendar; charset=utf-8"
_STRONG: Final = '"'
_DESCRIPTION: Final = re.compile(rb"<(?:[\w.-]+:)?responsedescription[^>]*>([^<]+)<")
_MOST_WORDS: Final = 500
_MOST_SEARCHED: Final = 65_536
_MOST_TOLD: Final = 16 << 20
"""Octets of a multistatus, of which several copies are in memory at a time."""
_WELL_KNOWN: Final = "/.well-known/caldav"
_NAME_ONE: Final = "give the URL of a calendar or of the user's home"
_UNEXPECTED: Final = (ValueError, LookupError, AttributeError, AssertionError, TypeError, SyntaxError)
"""What the package raises for answers that it does not expect, such as a principal on another server."""
_WHAT_IT_IS: Final = b"""<?xml version="1.0" encoding="utf-8"?>
<D:propfind xmlns:D="DAV:"><D:prop><D:resourcetype/></D:prop></D:propfind>"""


class Stored(NamedTuple):
    """A calendar object as it is stored, and its entity tag (empty if the server gave none)."""

    octets: bytes
    etag: str

    @property
    def is_strong(self) -> bool:
        """Whether the tag stands for these very octets (RFC 9110 §8.8.1): only such a one may guard a write."""
        return len(self.etag) > 1 and self.etag.startswith(_STRONG) and self.etag.endswith(_STRONG)


class Account:
    """A user's account. `url` is that of the server, the user's home or one calendar."""

    def __init__(
        self, url: str, user: str | None = None, password: str | None = None, *, patience: Patience | None = None
    ) -> None:
        parts = urlsplit(url)
        _check(url, parts.scheme, parts.hostname, signs_in=user is not None)
        self.url = url
        self.patience = patience if patience is not None else Patience()
        connect: Any = DAVClient
        self._client = connect(url=url, username=user, password=password, timeout=_TIMEOUT, enable_rfc6764=False)
        self._client.session.close()
        self._session = self._client.session = OneServerSession(url)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def calendars(self) -> list[str]:
        """The URL of the calendar at our URL, or those of all of the user's calendars (RFC 4791 §6.2.1), sorted."""
        is_calendar = False

        def look(one: Resource) -> None:
            nonlocal is_calendar
            is_calendar |= one.is_calendar

        self.multistatus("PROPFIND", self.url, _WHAT_IT_IS, look, depth="0")
        if is_calendar:
            return [_folder(self.url)]
        listed = self._through_caldav(lambda: self._principal().get_calendars())
        if not listed:
            raise AccountError(self.url, "there is no calendar", _NAME_ONE)
        return sorted({_folder(str(one.url)) for one in listed})

    def addresses(self) -> list[str]:
        """The calendar user addresses (RFC 6638 §2.4.1) that are mail addresses; none if the server has no such."""

        def ask() -> list[str]:
            try:
                return [str(one) for one in self._principal().calendar_user_address_set() if one]
            except NotFoundError:
                return []

        found: list[str] = self._through_caldav(ask)
        return [one for one in found if one.lower().startswith("mailto:")]

    def get(self, href: str) -> Stored | None:
        """An object, octet for octet; None if there is none."""
        # A tag may be of the compressed form alone, and would not fit what is stored.
        response, octets = self._ask("GET", href, headers={"Accept-Encoding": "identity"})
        if response.status_code in (404, 410):
            return None
        if response.status_code != 200:
            raise _refused(href, response)
        return Stored(octets, response.headers.get("ETag", "").strip())

    def put(self, href: str, octets: bytes, etag: str) -> None:
        """Put `octets` in the place of the object with this strong tag (RFC 9110 §13.1.1), in one try.

        Raises `RefusedError` (412: it is another one by now), `AwayError` where nobody knows whether it was done.
        """
        if not Stored(octets, etag).is_strong:
            raise AccountError(href, "is not written without a strong entity tag")
        headers = {"If-Match": etag, "Content-Type": _ICALENDAR}
        response, said = self._ask("PUT", href, octets, headers=headers, patience=Patience(tries=1))
        if response.status_code // 100 != 2:
            raise _refused(href, response, _described(said))

    def multistatus(
        self,
        method: str,
        url: str,
        body: bytes,
        found: Callable[[Resource], None],
        *,
        depth: str,
        most: int = _MOST_TOLD,
        timeout: tuple[float, float] = _TIMEOUT,
    ) -> str:
        """Ask with an XML body and hand on each resource of the answer; returns its sync-token.

        After an answer that was cut off it is asked again, so `found` may be called with a resource twice.
        """

        def take(response: Any) -> str:
            reader = Multistatus(found)
            try:
                for chunk in chunks(response, url, most):
                    reader.feed(chunk)
                reader.close()
            except NotXmlError as error:
                raise AwayError(url, Sentence.of("the answer {why}", why=said_by(error))) from None
            return reader.token

        headers = {"Depth": depth, "Content-Type": _XML}
        response, token = self._ask(method, url, body, headers=headers, timeout=timeout, take=take)
        if response.status_code != 207:
            raise _refused(url, response)
        return str(token)

    def absolute(self, href: str, base: str) -> str | None:
        """The URL of an href in an answer to `base`; None if it lies on another server."""
        try:
            url = urljoin(base, href)
            return url if origin_of(url) == origin_of(self.url) else None
        except ValueError:  # no URL at all
            return None

    @staticmethod
    def path_of(url: str) -> str:
        """What stands for a URL in a request: its path, as the server wrote it."""
        return urlsplit(url)._replace(scheme="", netloc="", fragment="").geturl()

    def _signs_in(self, response: Any, url: str) -> bool:
        """After a first 401: the package finds out how the server wants to be told who we are."""
        if response.status_code != 401 or self._client.auth is not None or self._client.username is None:
            return False
        response.close()
        self._through_caldav(lambda: self._client.propfind(url, depth=0))
        return self._client.auth is not None

    def _principal(self) -> Any:
        """The user's principal; for `_through_caldav`.

        A server that lets in whoever asks, as Cyrus does at `/`, has not asked who we are by now, and knows no
        principal of ours (RFC 5397 §3, `DAV:unauthenticated`). What RFC 6764 §5 names leads to a place that asks.
        """
        for url in (self.url, urljoin(self.url, _WELL_KNOWN)):
            if self._client.auth is not None or self._client.username is None:
                break
            try:
                self._client.propfind(url, depth=0)
            except AuthorizationError:
                raise
            except (DAVError, AccountError):  # no such place, or on another server; what is wrong is said below
                continue
        return self._client.principal()

    def _through_caldav(self, ask: Callable[[], Any]) -> Any:
        """What the package answers, its errors as ours; tried again where that may help."""
        done = 0
        while True:
            done += 1
            try:
                return ask()
            except AuthorizationError as error:
                raise RefusedError(self.url, getattr(error, "status", None) or 401) from None
            except RateLimitError as error:
                if not self.patience.wait(done, error.retry_after_seconds):
                    raise RefusedError(self.url, 429) from None
            except requests.exceptions.RequestException as error:
                if not self.patience.wait(done):
                    raise _away(self.url, error) from None
            except DAVError as error:
                said = str(error.reason or "").partition("\n")[0] or type(error).__name__
                raise AccountError(
                    self.url, Sentence.of("the account cannot be found: {why}", why=said), _NAME_ONE
                ) from None
            except _UNEXPECTED:
                message = "the account cannot be found: the server gives answers that do not fit this address"
                raise AccountError(self.url, message, _NAME_ONE) from None

    def _ask(
        self,
        method: str,
        url: str,
        body: bytes = b"",
        *,
        headers: Mapping[str, str],
        timeout: tuple[float, float] = _TIMEOUT,
        take: Callable[[Any], Any] | None = None,
        patience: Patience | None = None,
    ) -> tuple[Any, Any]:
        """The answer and its body, or what `take` makes of a multistatus; asked again as long as there is patience."""
        patience = patience if patience is not None else self.patience
        done = 0
        while True:
            done += 1
            try:
                response = self._session.request(
                    method,
                    url,
                    data=body,
                    headers={"User-Agent": "meetcost", **headers},
                    auth=self._client.auth,
                    timeout=timeout,
                    whole=take is None,
                    most=MOST_OCTETS,
                )
                if self._signs_in(response, url):
                    done -= 1
                    continue
                if response.status_code in AGAIN and patience.wait(done, _retry_after(response)):
                    response.close()
                    continue
                if take is None:
                    return response, response.content
                if response.status_code == 207:
                    return response, take(response)
                response.close()
                return response, None  # noqa: TRY300 - the loop goes on below
            except AwayError:
                if not patience.wait(done):
                    raise
            except requests.exceptions.RequestException as error:
                if not patience.wait(done):
                    raise _away(url, error) from None


def key_of(url: str) -> str:
    """One spelling of a URL: servers write `@` as `%40` in one place and not in the other."""
    return unquote(url)


def _check(url: str, scheme: str, host: str | None, *, signs_in: bool) -> None:
    if scheme not in ("http", "https") or not host:
        raise AccountError(url, "is no address of a server", "write https://calendar.example/")
    if "@" in urlsplit(url).netloc:
        raise AccountError(f"{scheme}://...@{host}", "a URL with a user in it", "give the user by --user")
    if scheme == "http" and signs_in and not _is_loopback(host):
        raise AccountError(url, "would send the password unencrypted", "write https://")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _folder(url: str) -> str:
    return url if url.endswith("/") else f"{url}/"


def _retry_after(response: Any) -> float | None:
    return retry_after(response.headers.get("Retry-After"), response.headers.get("Date"))


def _refused(url: str, response: Any, described: str = "") -> RefusedError:
    said = str(response.reason or "")
    return RefusedError(
        url, response.status_code, f"{said}: {described}" if described else said, _retry_after(response)
    )


def _described(body: bytes) -> str:
    """The words of a refusal: DAV:responsedescription (RFC 4918 §14.25)."""
    found = _DESCRIPTION.search(body[:_MOST_SEARCHED])
    return unescape(found[1].decode("utf-8", "replace"))[:_MOST_WORDS].strip() if found is not None else ""


def _away(url: str, error: Exception) -> AwayError:
    """In words of our own: those of the library may be long, and hold what was sent."""
    kinds = requests.exceptions
    if isinstance(error, kinds.SSLError):
        return AwayError(url, "the certificate of the server is not accepted")
    if isinstance(error, kinds.Timeout):
        return AwayError(url, "the server does not answer")
    return AwayError(url, "the server cannot be reached, or the connection broke off")

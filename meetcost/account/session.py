# SPDX-License-Identifier: Apache-2.0
"""The HTTP session beneath the `caldav` package: one server and no other, and answers of a bounded size.

The package follows redirects wherever they lead and reads answers of any size. Here no request leaves the scheme, host
and port that the user named, so neither do the credentials, and no answer is read beyond a stated size: not that which
a redirect or a question for the password comes with either, which the library beneath reads to its end.
"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin, urlsplit

from caldav.lib.http_sync import requests

from meetcost.account.faults import AccountError, TooLargeError
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOST_OCTETS: Final = 64 << 20
"""Of one object, decompressed; listings, which are read as they come in, may have more."""
_MOST_FOUND: Final = 4 << 20
"""Of an answer that the package makes a tree of, which takes fifty times as much."""
_MOST_RESPONSES: Final = 10_000
"""The word stands twice in each; the package takes a millisecond for one."""
_MOST_SECONDS: Final = 7200.0
"""From the first to the last octet of an answer: a server that sends one a minute never ends."""
_AS_IT_COMES: Final = -1
_ENCODINGS: Final = frozenset(("", "identity", "gzip", "x-gzip", "deflate"))
"""One of them: what is compressed several times over, or by other means, becomes a million times as large at once."""
_REDIRECTS: Final = frozenset((301, 302, 307, 308))
_UNAUTHORIZED: Final = 401
_MOST_REDIRECTS: Final = 5
_PORTS: Final = {"http": 80, "https": 443}


class OneServerSession(requests.Session):
    """Asks one server and no other; redirects are followed within it."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._origin = origin_of(url)
        self.headers["Accept-Encoding"] = "gzip, deflate"
        for adapter in self.adapters.values():
            adapter.send = _bounded(adapter.send)  # type: ignore[method-assign]

    def resolve_redirects(self, *_: Any, **__: Any) -> Iterator[Any]:  # type: ignore[override]
        """None: the library would read their bodies to the end, and look at their addresses, to say what comes next."""
        return iter(())

    def request(  # type: ignore[override]
        self, method: str, url: str, *, whole: bool = True, most: int = _MOST_FOUND, **options: Any
    ) -> Any:
        """The answer to one request, its body read, of up to `most` octets, unless not `whole`.

        Raises `AccountError` for another server.
        """
        for _ in range(_MOST_REDIRECTS + 1):
            if _origin_or_none(url) != self._origin:
                advice = "if you trust that server with this password, give its address as the URL of the account"
                raise AccountError(_shown(url), "the server sends us to another one, which is not followed", advice)
            try:
                response = super().request(method, url, **{**options, "allow_redirects": False, "stream": True})
            except RecursionError:  # it goes one level down for each interim answer (RFC 9110 §15.2)
                raise AccountError(_shown(url), "the server does not come to an answer") from None
            location = response.headers.get("Location")
            if response.status_code not in _REDIRECTS or not location:
                if whole:
                    _read(response, _shown(url), most)
                    if most == _MOST_FOUND and (response.content or b"").count(b"response") > _MOST_RESPONSES:
                        raise TooLargeError(_shown(url), "more calendars than are looked at")
                return response
            response.close()
            try:
                url = urljoin(url, location)
            except ValueError:
                raise AccountError(_shown(url), "the server sends us to what is no address") from None
        raise AccountError(_shown(url), "the server sends us in a circle", "give the address of the calendar itself")


def chunks(response: Any, place: str, most: int) -> Iterator[bytes]:
    """The body as it comes in. `TooLargeError` beyond `most` octets; what the session raises if it is cut off."""
    if response.headers.get("Content-Encoding", "").strip().lower() not in _ENCODINGS:
        response.close()
        raise AccountError(place, "the answer is compressed in a way that was not asked for")
    length, until = 0, monotonic() + _MOST_SECONDS
    try:
        for chunk in response.iter_content(_AS_IT_COMES):
            length += len(chunk)
            if length > most:
                raise TooLargeError(
                    place, Sentence.of("an answer of more than {most} MiB is not read", most=most >> 20)
                )
            if monotonic() > until:
                hours = f"{_MOST_SECONDS / 3600:g}"
                raise AccountError(place, Sentence.of("the answer has not ended after {hours} hours", hours=hours))
            yield chunk
    finally:
        response.close()
    declared = response.headers.get("Content-Length", "")
    if declared.isdecimal() and not response.headers.get("Content-Encoding") and length != int(declared):
        raise requests.exceptions.ConnectionError(f"{length} of {declared} octets came in")


def origin_of(url: str) -> tuple[str, str, int]:
    """Scheme, host and port of a URL."""
    parts = urlsplit(url)
    return parts.scheme.lower(), (parts.hostname or "").lower(), parts.port or _PORTS.get(parts.scheme.lower(), 0)


def _origin_or_none(url: str) -> tuple[str, str, int] | None:
    try:
        return origin_of(url)
    except ValueError:
        return None


def _bounded(send: Callable[..., Any]) -> Callable[..., Any]:
    """`send` of the library, with the body of what it would itself read to the end read here."""

    def sent(request: Any, *args: Any, **options: Any) -> Any:
        response = send(request, *args, **options)
        if response.status_code == _UNAUTHORIZED:
            _read(response, _shown(str(request.url)), _MOST_FOUND)
        return response

    return sent


def _read(response: Any, place: str, most: int) -> None:
    """Take the body in, as far as it is allowed: where the `caldav` package will look for it."""
    if response._content_consumed:
        return
    response._content = b"".join(chunks(response, place, most))
    response._content_consumed = True


def _shown(url: str) -> str:
    """Without user and password."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()

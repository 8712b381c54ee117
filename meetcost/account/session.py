# SPDX-License-Identifier: Apache-2.0
"""The HTTP session beneath the `caldav` package: one server and no other, and answers of a bounded size.

The package follows redirects wherever they lead and reads answers of any size. Here no request leaves the scheme, host
and port that the user named, so neither do the credentials, and an answer beyond `MOST_OCTETS` is not read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin, urlsplit

from caldav.lib.http_sync import requests

from meetcost.account.faults import AccountError, TooLargeError
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_OCTETS: Final = 64 << 20
"""Of one answer, decompressed; listings, which are read as they come in, may have more."""
_CHUNK: Final = 1 << 16
_REDIRECTS: Final = frozenset((301, 302, 307, 308))
_MOST_REDIRECTS: Final = 5
_PORTS: Final = {"http": 80, "https": 443}


class OneServerSession(requests.Session):
    """Asks one server and no other; redirects are followed within it."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._origin = origin_of(url)

    def request(self, method: str, url: str, *, whole: bool = True, **options: Any) -> Any:  # type: ignore[override]
        """The answer to one request, its body read unless not `whole`. `AccountError` for another server."""
        for _ in range(_MOST_REDIRECTS + 1):
            if origin_of(url) != self._origin:
                advice = "if you trust that server with this password, give its address as the URL of the account"
                raise AccountError(_shown(url), "the server sends us to another one, which is not followed", advice)
            response = super().request(method, url, **{**options, "allow_redirects": False, "stream": True})
            location = response.headers.get("Location")
            if response.status_code not in _REDIRECTS or not location:
                if whole:
                    _read(response, _shown(url))
                return response
            response.close()
            url = urljoin(url, location)
        raise AccountError(_shown(url), "the server sends us in a circle", "give the address of the calendar itself")


def chunks(response: Any, place: str, most: int) -> Iterator[bytes]:
    """The body as it comes in. `TooLargeError` beyond `most` octets; what the session raises if it is cut off."""
    length = 0
    try:
        for chunk in response.iter_content(_CHUNK):
            length += len(chunk)
            if length > most:
                raise TooLargeError(
                    place, Sentence.of("an answer of more than {most} MiB is not read", most=most >> 20)
                )
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


def _read(response: Any, place: str) -> None:
    """Take the body in, as far as it is allowed: where the `caldav` package will look for it."""
    response._content = b"".join(chunks(response, place, MOST_OCTETS))
    response._content_consumed = True


def _shown(url: str) -> str:
    """Without user and password."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()

# SPDX-License-Identifier: Apache-2.0
"""Where a request goes: one spelling of each path, and one host.

Servers take several spellings of a path for the same calendar. What writes is sent on in the one form that was judged;
what has a form of its own for no reason is refused.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple
from urllib.parse import unquote_to_bytes, urlsplit

_LEGAL: Final = re.compile(r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*")
_QUERY: Final = re.compile(r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?\[\]|{}^`\\]|%[0-9A-Fa-f]{2})*")
_ENCODED: Final = re.compile("%[0-9A-Fa-f]{2}")
_UNRESERVED: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PORTS: Final = {"http": "80", "https": "443"}


class WrongTargetError(Exception):
    """A target or a path that is not sent on; its text says why, in ASCII."""


class Target(NamedTuple):
    """A request target in origin form (RFC 9112 §3.2.1): the path as it came, and the query with its `?`."""

    path: str
    query: str = ""


def target_of(raw: str, host: str) -> Target:
    """The target of a request line; the absolute form is taken for the origin form where it names `host`.

    The whole server (`OPTIONS *`) is asked for as its root.
    """
    if raw == "*":
        return Target("/")
    if not raw.startswith("/"):
        scheme, _, rest = raw.partition("://")
        authority, slash, rest = rest.partition("/")
        if scheme.lower() not in _PORTS or not same_host(authority, host):
            raise WrongTargetError("The request is for another server")
        raw = slash + rest or "/"
    path, mark, query = raw.partition("?")
    if not _LEGAL.fullmatch(path) or not _QUERY.fullmatch(query):
        raise WrongTargetError("The request target has characters that no URL has")
    return Target(path, mark + query)


def canonical(path: str) -> str:
    """The one spelling of a path that is written to (RFC 3986 §6.2.2), or `WrongTargetError`."""
    if not path.startswith("/") or not _LEGAL.fullmatch(path):
        raise WrongTargetError("The path has characters that no URL has")
    decoded = unquote_to_bytes(path)
    try:
        decoded.decode("utf-8")
    except UnicodeDecodeError:
        raise WrongTargetError("The path is not UTF-8") from None
    if any(octet < 0x20 or octet == 0x7F for octet in decoded) or b"\\" in decoded:
        raise WrongTargetError("The path holds control characters")
    if decoded.count(b"/") != path.count("/") or b"//" in decoded:
        raise WrongTargetError("The path holds an encoded slash, or two in a row")
    if any(segment in (b".", b"..") for segment in decoded.split(b"/")):
        raise WrongTargetError("The path holds dot segments")
    return _ENCODED.sub(_normal, path)


def decoded(path: str) -> str:
    """The path in letters; of one that is canonical."""
    return unquote_to_bytes(path).decode("utf-8", "replace")


def parent(path: str) -> str:
    """The path of the collection that holds it."""
    return path.rstrip("/").rpartition("/")[0] + "/"


def destination_path(value: str, host: str) -> str:
    """The path of a Destination (RFC 4918 §10.3): absolute and for `host`, or a path alone."""
    text = value.strip()
    if not text.startswith("/"):
        try:
            parts = urlsplit(text)
        except ValueError:
            raise WrongTargetError("The Destination is no URL") from None
        if parts.scheme.lower() not in _PORTS or not same_host(parts.netloc, host, parts.scheme.lower()):
            raise WrongTargetError("The Destination is on another server")
        if parts.query or parts.fragment:
            raise WrongTargetError("The Destination has a query")
        text = parts.path or "/"
    path = canonical(text)
    if any(one in decoded(path) for one in "?#%;"):  # some servers decode it twice, or before they take it apart
        raise WrongTargetError("The Destination has characters that servers read in different ways")
    return path


def same_host(one: str, other: str, scheme: str = "") -> bool:
    """Whether two authorities are the same, in any letter case; the port of the scheme may be left out."""
    return bool(one) and "@" not in one and _plain(one, scheme) == _plain(other, scheme)


def _plain(authority: str, scheme: str) -> str:
    host = authority.strip().lower()
    ports = (_PORTS[scheme],) if scheme in _PORTS else tuple(_PORTS.values())
    name, colon, port = host.rpartition(":")
    return name if colon and port in ports and not name.endswith(":") else host


def _normal(found: re.Match[str]) -> str:
    octet = int(found[0][1:], 16)
    return chr(octet) if octet in _UNRESERVED else found[0].upper()

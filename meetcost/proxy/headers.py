# SPDX-License-Identifier: Apache-2.0
"""Which headers go on to the server, and which come back.

Framing and what belongs to one connection (RFC 9110 §7.6.1) are never copied. Nor is what says who somebody is, or what
is really meant, in place of the server: only what stands before a server may say so, and that is the proxy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from multidict import CIMultiDict

from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from meetcost.proxy.settings import Settings

HOP_BY_HOP: Final = frozenset(
    "connection keep-alive proxy-authenticate proxy-authorization proxy-authentication-info proxy-connection te "
    "trailer transfer-encoding upgrade http2-settings".split()
)
IDENTITY: Final = frozenset(
    "forwarded remote-user remote-groups remote-name remote-email x-remote-user x-remote-groups x-authenticated-user "
    "x-forwarded-user x-forwarded-for x-forwarded-host x-forwarded-proto x-forwarded-port x-forwarded-prefix "
    "x-forwarded-server x-forwarded-scheme x-forwarded-ssl x-forwarded-email x-forwarded-groups "
    "x-forwarded-preferred-username x-forwarded-access-token x-forwarded-client-cert x-real-ip x-client-ip x-user "
    "x-username x-webauth-user x-auth-user x-auth-request-user x-auth-request-email x-auth-request-groups "
    "x-script-name x-original-url x-original-uri x-rewrite-url x-http-method x-http-method-override x-method-override "
    "x-client-cert x-client-dn x-ssl-client-cert x-ssl-client-dn x-ssl-client-s-dn x-ssl-client-verify ssl-client-cert "
    "ssl-client-dn ssl-client-verify x-host x-forwarded max-forwards via".split()
)
"""What clients do not say of themselves. `--keep-header` lets one through, `--drop-header` adds to it."""
_OURS: Final = "x-meetcost-"
_END_TO_END: Final = frozenset(
    "authorization cookie host destination depth overwrite lock-token content-type content-length content-encoding "
    "content-range expect prefer brief timeout schedule-reply originator recipient range accept accept-encoding".split()
)
"""What `Connection` cannot make a matter of one hop, nor what begins with `If`: a lost condition is a lost update."""
_ONCE: Final = frozenset(
    "host destination depth overwrite authorization content-type content-length transfer-encoding lock-token expect "
    "content-range originator schedule-reply".split()
)
_OWN_BODY: Final = frozenset({"content-length", "expect", "content-encoding"})
_UNGUARDED: Final = frozenset({"alt-svc", "upgrade", "content-length", "alternates", "refresh", "via"})
"""Alt-Svc and Upgrade lead past the guard; a length is made anew."""


class WrongHeaderError(Exception):
    """A header that is not sent on; its text says why, in ASCII."""


def named_in_connection(headers: Iterable[tuple[str, str]]) -> frozenset[str]:
    """What `Connection` says to be a matter of one hop, as far as it may."""
    named = {
        name.strip().lower() for header, value in headers if header.lower() == "connection" for name in value.split(",")
    }
    return frozenset(one for one in named if one not in _END_TO_END and not one.startswith("if"))


def onward(headers: Mapping[str, str], settings: Settings) -> CIMultiDict[str]:
    """The headers of a request that go on. Raises `WrongHeaderError` for what stands there twice and may not."""
    names = [name.lower() for name, _ in headers.items()]  # to go through the names alone gives each of them once
    for name in _ONCE:
        if names.count(name) > 1:
            raise WrongHeaderError(Sentence.of("More than one {name}", name=name.title()))
    lost = HOP_BY_HOP | _OWN_BODY | named_in_connection(headers.items())
    foreign = (IDENTITY | settings.dropped) - settings.kept
    kept: CIMultiDict[str] = CIMultiDict()
    for name, value in headers.items():
        lower = name.lower()
        if lower in lost or lower in foreign or "_" in lower or lower.startswith(_OURS):
            continue
        if not _is_plain(value):
            raise WrongHeaderError(Sentence.of("{name} holds characters that no header has", name=name))
        kept.add(name, value)
    return kept


def backward(headers: Iterable[tuple[str, str]], *, etag: bool = True) -> list[tuple[str, str]]:
    """The headers of an answer that come back. `etag`: whether the object was stored as it was sent."""
    given = list(headers)
    lost = HOP_BY_HOP | _UNGUARDED | named_in_connection(given)
    if not etag:
        lost |= {"etag"}
    return [(name, value) for name, value in given if name.lower() not in lost and _is_plain(value)]


def _is_plain(value: str) -> bool:
    """Whether it is of one line, and can be written as it was read."""
    return not any((one < " " and one != "\t") or one == "\x7f" or "\ud800" <= one <= "\udfff" for one in value)

# SPDX-License-Identifier: Apache-2.0
"""What the proxy asks the server for itself, always with the credentials of the client and nobody else's.

Before a word of the policy is said the server has to have said that this client may write there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from multidict import CIMultiDict

from meetcost.guard.reply import Reply, malformed
from meetcost.proxy.conditions import Current
from meetcost.proxy.target import decoded, parent
from meetcost.proxy.xml_body import DAV, WrongXmlError, read_xml
from meetcost.rules.quota import Per

if TYPE_CHECKING:
    from meetcost.guard.guard import Guard
    from meetcost.proxy.asked import Asked
    from meetcost.proxy.upstream import Upstream

NOT_THERE: Final = frozenset({404, 410})
_NOT_NOW: Final = frozenset({401, 403, 407, 429})
_PRIVILEGES: Final = (
    b'<?xml version="1.0" encoding="utf-8"?><D:propfind xmlns:D="DAV:"><D:prop><D:current-user-privilege-set/>'
    b"</D:prop></D:propfind>"
)
_TYPES: Final = (
    b'<?xml version="1.0" encoding="utf-8"?><D:propfind xmlns:D="DAV:"><D:prop><D:resourcetype/></D:prop></D:propfind>'
)
_WRITING: Final = frozenset(f"{DAV} {name}" for name in ("all", "write", "write-content", "bind"))
_CALENDAR: Final = "urn:ietf:params:xml:ns:caldav calendar"
_MOST_PROPERTIES: Final = 262_144


async def current(upstream: Upstream, asked: Asked, path: str) -> Current | Reply:
    """What stands at `path`, or the server's own answer to give: who may not read cannot be judged."""
    reply = await upstream.ask("GET", path, asked.to_look())
    if reply.status in NOT_THERE:
        return Current()
    if reply.status in _NOT_NOW or 300 <= reply.status < 400 or reply.status >= 500:
        return reply
    headers = {name.lower(): value for name, value in reply.headers}
    if reply.status != 200 or headers.get("content-encoding", "identity").lower() != "identity":
        return Current(exists=True, known=False)
    return Current(True, headers.get("etag", ""), reply.body)


async def no_right(upstream: Upstream, asked: Asked, path: str) -> Reply | None:
    """The answer for who may not write at `path` (RFC 3744 §5.5), or whom the server does not know; else None."""
    reply = await upstream.ask("PROPFIND", path, _properties(asked), _PRIVILEGES, most=_MOST_PROPERTIES)
    if reply.status in (401, 407):
        return reply
    if reply.status != 207:
        return malformed("The server does not say that this may be written", 403, "valid-calendar-data")
    found = _elements(reply.body, f"{DAV} privilege")
    if found is None or (not found and "Authorization" not in asked.headers):
        return malformed("The server does not say that this may be written", 403, "valid-calendar-data")
    return malformed("Not permitted to write here", 403) if found and not found & _WRITING else None


async def is_known(upstream: Upstream, asked: Asked, path: str) -> bool:
    """Whether the server knows the client by the name in its credentials.

    They alone have to open `path`, and nobody gets in without any: a server that asks nobody who they are believes
    every name.
    """
    with_them = _properties(asked)
    for name in set(with_them) - {"Authorization", "Host", "Via", "Depth", "Content-Type", "Accept-Encoding"}:
        with_them.popall(name, None)
    without = CIMultiDict(with_them)
    without.popall("Authorization", None)
    opened = await upstream.ask("PROPFIND", path, with_them, _TYPES, most=_MOST_PROPERTIES)
    if opened.status != 207:
        return False
    closed = await upstream.ask("PROPFIND", path, without, _TYPES, most=_MOST_PROPERTIES)
    return closed.status == 401


async def calendar_of(upstream: Upstream, asked: Asked, path: str, guard: Guard) -> str:
    """The path of the calendar to which a write at `path` goes, as a policy names calendars.

    A server takes some writes to a path for a whole calendar, and nothing in the path says so. It is asked where a
    rule or quota binds some calendars only.
    """
    if path.endswith("/"):
        return decoded(path).strip("/")
    above = parent(path)
    if _binds_some(guard):
        reply = await upstream.ask("PROPFIND", above, _properties(asked), _TYPES, most=_MOST_PROPERTIES)
        found = _elements(reply.body, f"{DAV} resourcetype") if reply.status == 207 else None
        if found is None or _CALENDAR not in found:
            return decoded(path).strip("/")
    return decoded(above).strip("/")


def _binds_some(guard: Guard) -> bool:
    rules, quotas = guard.policy.rules, guard.policy.quotas
    scopes = (rules.scope, *(one.scope for one in (*rules.clauses, *quotas)))
    return any(scope.calendars for scope in scopes) or any(quota.per is Per.CALENDAR for quota in quotas)


def _properties(asked: Asked) -> CIMultiDict[str]:
    return asked.to_look(Depth="0", Content_Type="application/xml; charset=utf-8")


def _elements(octets: bytes, inside: str) -> frozenset[str] | None:
    """The elements within `inside`, of a multistatus; None where it cannot be read."""
    found: set[str] = set()
    open_ones: list[str] = []

    def begin(name: str) -> None:
        if inside in open_ones:
            found.add(name)
        open_ones.append(name)

    def end(_name: str) -> None:
        open_ones.pop()

    try:
        read_xml(octets, begin, end)
    except WrongXmlError:
        return None
    return frozenset(found)

# SPDX-License-Identifier: Apache-2.0
"""A request as it will go on: nothing in it that the client says in two ways, or says for somebody else."""

from __future__ import annotations

import re
from base64 import b64decode
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from multidict import CIMultiDict

from meetcost.errors import said_by
from meetcost.proxy.body import check_framing, read_body
from meetcost.proxy.headers import WrongHeaderError, onward
from meetcost.proxy.refused import EndedError
from meetcost.proxy.target import Target, WrongTargetError, canonical, same_host, target_of
from meetcost.proxy.upstream import READS
from meetcost.proxy.xml_body import WrongXmlError, check_xml

if TYPE_CHECKING:
    from aiohttp.web_request import BaseRequest

    from meetcost.proxy.settings import Settings

JUDGED: Final = frozenset({"PUT", "POST", "MOVE", "COPY"})
PASSED: Final = READS | frozenset({"DELETE", "PROPPATCH", "MKCALENDAR", "MKCOL", "LOCK", "UNLOCK", "ACL"})
"""Nothing that these write is a meeting."""
ALLOWED: Final = ", ".join(sorted(JUDGED | PASSED))
_HOST: Final = re.compile(r"[A-Za-z0-9._\-]+(?::[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](?::[0-9]{1,5})?")
_MOST_XML: Final = 10_485_760
MANY: Final = 8
"""How many times the largest object a whole calendar may be."""
_OF_A_WRITE: Final = frozenset(
    "content-type prefer depth overwrite destination schedule-reply range lock-token brief if if-match if-none-match "
    "if-modified-since if-unmodified-since if-schedule-tag-match if-range originator recipient timeout accept-encoding "
    "accept slug cache-control".split()
)
"""Headers that say something of a write, not of who writes."""


@dataclass(frozen=True)
class Asked:
    """`path` is canonical where the method writes; `headers` go on; `host` is the Host that the client named."""

    method: str
    path: str
    query: str
    headers: CIMultiDict[str]
    body: bytes
    host: str

    @property
    def target(self) -> str:
        """What stands in the request line that goes on."""
        return self.path + self.query

    def to_look(self, **more: str) -> CIMultiDict[str]:
        """Headers of a request of our own for the same client: with its credentials, and nothing of what it writes."""
        kept = CIMultiDict((name, value) for name, value in self.headers.items() if name.lower() not in _OF_A_WRITE)
        kept["Accept-Encoding"] = "identity"
        kept["Cache-Control"] = "no-cache"
        kept.update({name.replace("_", "-"): value for name, value in more.items()})
        return kept

    @property
    def login(self) -> str:
        """The name in the credentials (Basic, RFC 7617 §2), whether they are right or not; empty if there is none."""
        scheme, _, sent = self.headers.get("Authorization", "").partition(" ")
        try:
            name, colon, _ = b64decode(sent.strip(), validate=True).decode().partition(":")
        except ValueError:
            return ""
        return name if scheme.lower() == "basic" and colon else ""

    @property
    def looked_at(self) -> str:
        """A name for the path as this client sees it: another one may see nothing there. It does not tell who it is."""
        who = self.login or self.headers.get("Authorization", "")
        return sha256(f"{who}\n{self.path}".encode("utf-8", "surrogatepass")).hexdigest()

    def is_below(self, prefixes: tuple[str, ...]) -> bool:
        """Whether its path begins with one of these."""
        return self.path.startswith(prefixes) if prefixes else False


def most_octets(method: str, path: str, content_type: str, largest: int) -> int:
    """How large a body may be, where an object may be of `largest` octets."""
    if method not in JUDGED:
        return _MOST_XML
    many = path.endswith("/") or "vcard" in content_type.lower()
    return largest * MANY if many else largest


async def asked(request: BaseRequest, settings: Settings, largest: int) -> Asked:
    """The request, with its body. Raises `EndedError` for one that is not sent on whatever is in it."""
    method, given = request.method, request.headers
    if method not in JUDGED and method not in PASSED:
        raise EndedError.malformed("The method is not let through by the guard", 405)
    if request.raw_path == "*" and method != "OPTIONS":
        raise EndedError.malformed("The request target is none of this method")
    hosts = given.getall("Host", [])
    host = hosts[0].strip() if hosts else settings.server.origin.partition("://")[2]
    if not _HOST.fullmatch(host):
        raise EndedError.malformed("The host is no name")
    if settings.hosts and not any(same_host(host, one) for one in settings.hosts):
        raise EndedError.malformed("The host is not this one")
    try:
        target = target_of(request.raw_path, host)
        if method not in READS:
            target = Target(canonical(target.path), target.query)
        headers = onward(given, settings)
    except (WrongTargetError, WrongHeaderError) as error:
        raise EndedError.malformed(said_by(error)) from None
    most = most_octets(method, target.path, given.get("Content-Type", ""), largest)
    check_framing(given, most=most)
    body = await read_body(request, most=most, within=settings.timeout)
    if method in PASSED and body and method not in ("GET", "HEAD", "DELETE"):
        try:
            check_xml(body)
        except WrongXmlError as error:
            raise EndedError.malformed(said_by(error)) from None
    headers["Host"] = host
    headers["Via"] = "1.1 meetcost"
    if request.remote:
        headers["X-Forwarded-For"] = request.remote
    headers["X-Forwarded-Proto"] = "https" if settings.listening is not None else "http"
    return Asked(method, target.path, target.query, headers, body, host)

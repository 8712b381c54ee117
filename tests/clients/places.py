# SPDX-License-Identifier: Apache-2.0
"""The servers to which programs connect: an organiser and an attendee on each, and what is stored of a meeting.

`radicale` and `xandikos` run with the guard in them, `cyrus` behind the guarding proxy. `outside` is a Radicale
without a guard, into which `meetcost disclose` writes.
"""

from __future__ import annotations

import base64
import http.client
import re
import sys
import time
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

_TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(_TESTS / name) for name in (".", "account", "cyrus", "disclosing", "proxy", "radicale", "xandikos")]

from caldav_servers import BadDay, Radicale, Xandikos  # noqa: E402 - found by the lines above, as those that follow
from cyrus_serving import Cyrus, Person  # noqa: E402
from processes import EXAMPLES, Answer  # noqa: E402
from proxying import start_proxy  # noqa: E402
from serving import PASSWORD, Home  # noqa: E402
from serving import start as start_radicale  # noqa: E402
from xandikos_serving import SET_ADDRESS  # noqa: E402
from xandikos_serving import start as start_xandikos  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NAMES = ("radicale", "outside", "xandikos", "cyrus")
WITHIN = 30.0


@dataclass(frozen=True)
class Place:
    """A server; programs connect to `port`. Where it delivers no invites itself, there is no `attendee`."""

    name: str
    port: int
    organizer: Any
    attendee: Any = None

    def calendar(self, who: Home) -> str:
        """The path of the calendar, as a program is given it."""
        path: str = who.path("work/")  # type: ignore[attr-defined]
        return path

    @property
    def realm(self) -> str:
        """For which it asks a password (RFC 7617)."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("PROPFIND", self.calendar(self.organizer), headers={"Depth": "0"})
            asked = connection.getresponse().headers["WWW-Authenticate"]
        finally:
            connection.close()
        (realm,) = re.findall('realm="([^"]*)"', asked)
        return str(realm)


def objects(who: Home) -> list[str]:
    """The paths of all that is in somebody's calendar."""
    listed = who.send("PROPFIND", "work/", b"", Depth="1", Content_Type="application/xml")
    return re.findall(r"href>([^<]+\.ics)<", listed.text)


def copies(who: Home, uid: str) -> list[str]:
    """What is stored in somebody's calendar of a meeting, unfolded."""
    found = [who.get(path) for path in objects(who)]
    texts = [re.sub("\r\n[ \t]", "", one.text) for one in found if one.status == 200]
    return [text for text in texts if f"\r\nUID:{uid}\r\n" in text]


def copy_with(who: Home, uid: str, when: Callable[[str], object] = bool) -> str:
    """The one copy, as soon as it is as wanted: servers deliver behind the answer."""
    until = time.monotonic() + WITHIN
    while True:
        found = copies(who, uid)
        if [one for one in found if when(one)]:
            (text,) = found
            return text
        assert time.monotonic() < until, found
        time.sleep(0.1)


@contextmanager
def place(name: str, folder: Path, policy: str) -> Iterator[Place]:
    """A server of one of the `NAMES`, ended afterwards."""
    with ExitStack() as stack:
        if name in ("radicale", "outside"):
            server = start_radicale(folder, "launcher" if name == "radicale" else "bare", policy)
            stack.callback(server.stop)
            server.add_user("ann")
            ann = Radicale(server, "ann")
            ann.calendar()
            yield Place(name, server.port, ann)
        elif name == "xandikos":
            server = start_xandikos(folder, policy)
            stack.callback(server.stop)
            people = [Xandikos(server, user) for user in ("ann", "ben")]
            for one in people:
                assert one.send("OPTIONS", f"/{one.user}/").status == 200
                body = SET_ADDRESS.format(f"{one.user}@town.example").encode()
                assert one.send("PROPPATCH", f"/{one.user}/", body, Content_Type="application/xml").status == 207
            front = stack.enter_context(_authenticating(server))
            yield Place(name, front.port, *people)
        else:
            cyrus = Cyrus()
            stack.callback(cyrus.stop)
            for user in ("ann", "ben"):
                cyrus.add_user(user)
            options = ("--directory", str(EXAMPLES / "directory.csv"), "--rates", str(EXAMPLES / "rates.toml"))
            proxy = start_proxy(folder, cyrus.url, policy, *options)
            stack.callback(proxy.stop)
            yield Place(name, proxy.port, *(Person(proxy, user) for user in ("ann", "ben")))


def _authenticating(server: Any) -> AbstractContextManager[BadDay]:
    """Before a Xandikos for several users: asks for a password, and says who has come."""

    def rule(request: Any, pass_on: Callable[[Any], Answer]) -> Answer:
        given = request.headers.get("Authorization", "").removeprefix("Basic ")
        user, _, password = base64.b64decode(given).decode().partition(":")
        if password != PASSWORD:
            return Answer(401, "Unauthorized", {"WWW-Authenticate": 'Basic realm="Xandikos"'}, b"")
        return pass_on(request._replace(headers={**request.headers, "X-Remote-User": user}))

    return BadDay(server, rule)

# SPDX-License-Identifier: Apache-2.0
"""When whoever was refused, and whom they ask, are busy: what the server tells this client, asked with its credentials.

The outbox of the principal is asked for everybody (RFC 6638 §5), the calendars of its home for the organiser where the
outbox does not tell (RFC 4791 §7.10). It is done after the decision, within bounds, and whatever fails only makes the
proposed times permitted ones. Nothing of it is logged or kept.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from meetcost.guard.own import addresses_of, is_address_of
from meetcost.model.attendee import calendar_address
from meetcost.proxy.target import WrongTargetError, decoded, destination_path
from meetcost.proxy.upstream import UpstreamError
from meetcost.proxy.xml_body import WrongXmlError, check_xml
from meetcost.schedule.freebusy import busy_told, free_busy_request, read_free_busy, written_span
from meetcost.schedule.instead import window_after
from meetcost.schedule.needs import needs_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from multidict import CIMultiDict

    from meetcost.guard.reply import Reply
    from meetcost.model.meeting import Meeting
    from meetcost.policy.policy import Policy
    from meetcost.proxy.asked import Asked
    from meetcost.proxy.upstream import Upstream
    from meetcost.schedule.busy import Busy, Interval
    from meetcost.values.span import Span

_log = logging.getLogger("meetcost.proxy")
_SECONDS: Final = 2.0
_MOST_OCTETS: Final = 1_048_576
_MOST_PEOPLE: Final = 50
_MOST_CALENDARS: Final = 20
_AT_ONCE: Final = 4
_DAV, _CALDAV = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}"
_WHO: Final = (
    b'<?xml version="1.0" encoding="utf-8"?><D:propfind xmlns:D="DAV:"><D:prop><D:current-user-principal/></D:prop>'
    b"</D:propfind>"
)
_WHERE: Final = (
    b'<?xml version="1.0" encoding="utf-8"?><D:propfind xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop>'
    b"<C:calendar-home-set/><C:calendar-user-address-set/><C:schedule-outbox-URL/></D:prop></D:propfind>"
)
_WHICH: Final = (
    b'<?xml version="1.0" encoding="utf-8"?><D:propfind xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop>'
    b"<D:resourcetype/><C:schedule-calendar-transp/></D:prop></D:propfind>"
)
_QUERY: Final = (
    '<?xml version="1.0" encoding="utf-8"?><C:free-busy-query xmlns:C="urn:ietf:params:xml:ns:caldav">'
    '<C:time-range start="{}" end="{}"/></C:free-busy-query>'
)


async def known_busy(
    upstream: Upstream, asked: Asked, path: str, meeting: Meeting, *, policy: Policy, now: datetime
) -> Busy | None:
    """What `upstream` tells of the people of `meeting`, which was to be written at `path`; None if nothing."""
    if meeting.organizer is None or not meeting.organizer.address.isprintable():
        return None
    within = window_after(meeting, policy, now)
    question = _Question(upstream, asked, meeting, policy, within, now)
    try:
        async with asyncio.timeout(_SECONDS):
            await question.ask(path)
    except (TimeoutError, UpstreamError, WrongXmlError, WrongTargetError) as error:
        _log.info("free/busy was not told: %s", type(error).__name__)
    except Exception as error:  # noqa: BLE001 - the times are proposed all the same; its text could name people
        _log.warning("could not ask for free/busy: %s", type(error).__name__)
    if not question.told:
        return None
    return busy_told(question.told, within, looked_at=question.looked_at, directory=policy.directory)


@dataclass
class _Question:
    """One question, and what has been told of it so far, by canonical address."""

    upstream: Upstream
    asked: Asked
    meeting: Meeting
    policy: Policy
    within: Span
    now: datetime
    told: dict[str, list[Interval]] = field(default_factory=dict)
    looked_at: set[str] = field(default_factory=set)

    async def ask(self, path: str) -> None:
        """Raises what goes wrong on the way; what was told before that stays."""
        organizer = self.meeting.organizer
        if organizer is None:
            return
        principal = next(self._hrefs(await self._find(path, _WHO), f"{_DAV}current-user-principal"), None)
        if principal is None:
            return
        place = self._path(principal)
        found = await self._find(place, _WHERE)
        addresses = list(self._hrefs(found, f"{_CALDAV}calendar-user-address-set"))
        login = decoded(place).rstrip("/").rpartition("/")[2]
        if not is_address_of(addresses, login, organizer.address, self.policy.directory):
            return  # who writes for somebody else would be told of themselves
        outbox = next(self._hrefs(found, f"{_CALDAV}schedule-outbox-URL"), None)
        if outbox is not None:
            await self._ask_outbox(self._path(outbox), organizer.address)
        if not self.looked_at & addresses_of(organizer.address, self.policy.directory):
            homes = [self._path(one) for one in self._hrefs(found, f"{_CALDAV}calendar-home-set")]
            await self._ask_calendars(homes, calendar_address(organizer.address))

    async def _ask_outbox(self, path: str, organizer: str) -> None:
        """Free/busy of everybody whom the server answers for."""
        needs = needs_of(self.meeting, self.policy.directory)
        people = dict.fromkeys((organizer, *(need.who.address for need in needs if not need.group)))
        plain = [one for one in people if one.isprintable()][:_MOST_PEOPLE]
        uid = f"meetcost-{secrets.token_hex(16)}"
        body = free_busy_request(organizer, plain, self.within, uid=uid, now=self.now)
        headers = self.asked.to_look(Content_Type="text/calendar; charset=utf-8")
        reply = await self.upstream.ask("POST", path, headers, body, most=_MOST_OCTETS)
        if reply.status != 200:
            return
        asked = {calendar_address(one) for one in plain}
        for response in _tree(reply).iter(f"{_CALDAV}response"):
            recipient = response.findtext(f"{_CALDAV}recipient/{_DAV}href", "")
            data = response.findtext(f"{_CALDAV}calendar-data", "")
            succeeded = response.findtext(f"{_CALDAV}request-status", "").strip().startswith("2.")
            periods = read_free_busy(data.encode(), self.within) if succeeded and data else None
            address = calendar_address(recipient)
            if periods is not None and address in asked:
                self.told.setdefault(address, []).extend(periods)
                self.looked_at.add(address)

    async def _ask_calendars(self, homes: list[str], organizer: str) -> None:
        """Free/busy of one person; they are looked at only where each of their calendars has told."""
        calendars: list[str] = []
        for home in homes:
            calendars += await self._calendars(home)
        query = _QUERY.format(*written_span(self.within)).encode()
        limit = asyncio.Semaphore(_AT_ONCE)

        async def one(path: str) -> bool:
            async with limit:
                try:
                    reply = await self.upstream.ask("REPORT", path, self._headers("1"), query, most=_MOST_OCTETS)
                except UpstreamError:
                    return False
            periods = read_free_busy(reply.body, self.within) if reply.status == 200 else None
            if periods is not None:
                self.told.setdefault(organizer, []).extend(periods)
            return periods is not None

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(path)) for path in calendars[:_MOST_CALENDARS]]
        if tasks and all(task.result() for task in tasks) and len(calendars) <= _MOST_CALENDARS:
            self.looked_at.add(organizer)

    async def _calendars(self, home: str) -> list[str]:
        """Those in a home that take up time (RFC 6638 §9.1)."""
        reply = await self.upstream.ask("PROPFIND", home, self._headers("1"), _WHICH, most=_MOST_OCTETS)
        if reply.status != 207:
            return []
        found = []
        for response in _tree(reply).iter(f"{_DAV}response"):
            href = response.findtext(f"{_DAV}href", "")
            props = list(_props(response))
            kinds = {kind.tag for prop in props for kind in prop.iterfind(f"{_DAV}resourcetype/*")}
            clear = any(
                prop.find(f"{_CALDAV}schedule-calendar-transp/{_CALDAV}transparent") is not None for prop in props
            )
            if href and f"{_CALDAV}calendar" in kinds and not clear:
                found.append(self._path(href))
        return found

    async def _find(self, path: str, body: bytes) -> ET.Element:
        reply = await self.upstream.ask("PROPFIND", path, self._headers("0"), body, most=_MOST_OCTETS)
        if reply.status != 207:
            raise UpstreamError("no properties")
        return _tree(reply)

    def _headers(self, depth: str) -> CIMultiDict[str]:
        return self.asked.to_look(Depth=depth, Content_Type="application/xml; charset=utf-8")

    def _path(self, href: str) -> str:
        """A path of this server; raises `WrongTargetError` for any other place."""
        return destination_path(href, self.asked.host)

    @staticmethod
    def _hrefs(tree: ET.Element, name: str) -> Iterator[str]:
        for response in tree.iter(f"{_DAV}response"):
            for prop in _props(response):
                for href in prop.iterfind(f"{name}/{_DAV}href"):
                    if href.text and href.text.strip():
                        yield href.text.strip()


def _tree(reply: Reply) -> ET.Element:
    check_xml(reply.body)  # neither a document type, nor deeper than anybody nests
    return ET.fromstring(reply.body)  # noqa: S314 - as above


def _props(response: ET.Element) -> Iterator[ET.Element]:
    """The properties that there are (RFC 4918 §9.1)."""
    for propstat in response.iterfind(f"{_DAV}propstat"):
        prop = propstat.find(f"{_DAV}prop")
        if prop is not None and " 200" in propstat.findtext(f"{_DAV}status", ""):
            yield prop

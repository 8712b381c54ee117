# SPDX-License-Identifier: Apache-2.0
"""A CalDAV client (the `caldav` package), as any program would use it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple
from xml.etree import ElementTree as ET

from meetcost.demo.server import PASSWORD
from meetcost.errors import UsageError

if TYPE_CHECKING:
    from meetcost.demo.town import Booking

_CALENDAR: Final = "work"
_DESCRIPTION: Final = "{DAV:}responsedescription"


class Booked(NamedTuple):
    """What became of a booking: the octets as they stand in the calendar, or why they do not."""

    booking: Booking
    stored: bytes = b""
    refusal: str = ""


class Client:
    """One user's program."""

    def __init__(self, url: str, user: str) -> None:
        try:
            from caldav.davclient import DAVClient  # noqa: PLC0415 - an extra
        except ImportError:
            raise UsageError("the demonstration needs a CalDAV client; run: pip install 'meetcost[all]'") from None
        connect: Any = DAVClient
        self._client = connect(url=f"{url}/", username=user, password=PASSWORD, enable_rfc6764=False)
        self._principal = self._client.principal()
        self._calendar = self._principal.make_calendar(name=user, cal_id=_CALENDAR)

    def book(self, booking: Booking, octets: bytes) -> Booked:
        """Create the event, and read it back."""
        from caldav.lib.error import AuthorizationError  # noqa: PLC0415 - an extra

        try:
            event: Any = self._calendar.add_event(octets.decode(), increase_seqno=False)
        except AuthorizationError as error:
            return Booked(booking, refusal=_text(getattr(error, "body", b"") or b""))
        event.load()
        return Booked(booking, stored=str(event.data).replace("\r\n", "\n").replace("\n", "\r\n").encode())

    def notices(self) -> list[str]:
        """The titles in the user's notices calendar."""
        found = [one for one in self._principal.calendars() if str(one.url).rstrip("/").endswith("meetcost-notices")]
        return [str(event.icalendar_component["summary"]) for one in found for event in one.events()]

    def close(self) -> None:
        """End the connection."""
        self._client.close()


def _text(body: bytes) -> str:
    """The words of a refusal."""
    try:
        found = ET.fromstring(body).find(_DESCRIPTION)  # noqa: S314 - from our own server
    except ET.ParseError:
        return body.decode("utf-8", "replace")
    return found.text or "" if found is not None else ""

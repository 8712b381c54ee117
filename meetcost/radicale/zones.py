# SPDX-License-Identifier: Apache-2.0
"""Time zones that Radicale has read before are handed to it in short: reading one anew takes a third of its PUT.

vobject, which reads for Radicale, goes by the first definition of a TZID that a process has read, and works the later
ones out from 1970 on for nothing. What is stored has them as they came.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from vobject.icalendar import getTzid  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST: Final = 64_000
"""Octets of an object; in a longer one the zones do not count, and less is remembered."""
_MOST: Final = 64
_LINE: Final = (
    rb"(?:(?:LAST-MODIFIED|TZURL|X-LIC-LOCATION|TZOFFSETFROM|TZOFFSETTO|TZNAME|DTSTART|RRULE|RDATE):[ -~]+"
    rb"|(?:BEGIN|END):(?:STANDARD|DAYLIGHT))\r?\n"
)
_ZONE: Final = re.compile(
    rb"^BEGIN:VTIMEZONE\r?\nTZID:([!-~]+)\r?\n(?:" + _LINE + rb"){1,500}END:VTIMEZONE\r?\n(?![ \t])", re.MULTILINE
)
"""As programs write it, with nothing in it by which it could be read as part of something else."""
_ANY: Final = re.compile(rb"^BEGIN:VTIMEZONE\r\nTZID:([!-~]+)\r\n.*?^END:VTIMEZONE\r\n", re.MULTILINE | re.DOTALL)
_QUOTED: Final = re.compile(rb"QUOTED-PRINTABLE", re.IGNORECASE)
"""vobject reads on over the ends of such lines, so that what looks like a zone may be text."""
_SHORT: Final = (
    b"BEGIN:VTIMEZONE\r\nTZID:%b\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+1234\r\n"
    b"TZOFFSETTO:+1234\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
)
"""No zone has this offset, so that vobject sees at once that it is not UTC."""


class Zones:
    """The definitions that Radicale has read in this process, octet by octet."""

    def __init__(self) -> None:
        self._known: set[bytes] = set()

    def shortened(self, octets: bytes) -> tuple[bytes, Mapping[bytes, bytes]]:
        """`octets` for Radicale to read; and TZID -> definition of those that are short in it, for `with_zones`."""
        short = {tzid: zone for tzid, zone in _zones(octets).items() if zone in self._known}
        for tzid, zone in short.items():
            octets = octets.replace(zone, _SHORT % tzid)
        return octets, short

    def learn(self, octets: bytes) -> None:
        """Radicale has read `octets` whole: their definitions need not be read again, where vobject goes by one."""
        zones = _zones(octets)
        if len(self._known) + len(zones) > _MOST:
            self._known.clear()
        self._known |= {zone for tzid, zone in zones.items() if getTzid(tzid.decode(), False) is not None}


def with_zones(octets: bytes, zones: Mapping[bytes, bytes]) -> bytes:
    """What vobject has written, with the definitions as they came."""
    return _ANY.sub(lambda found: zones.get(found[1], found[0]), octets) if zones else octets


def _zones(octets: bytes) -> dict[bytes, bytes]:
    """TZID -> definition; none where one of them is there twice, or what looks like one may be something else."""
    if len(octets) > _LONGEST or _QUOTED.search(octets):
        return {}
    found = [(match[1], match[0]) for match in _ZONE.finditer(octets)]
    zones = dict(found)
    return zones if len(zones) == len(found) == octets.count(b"BEGIN:VTIMEZONE") else {}

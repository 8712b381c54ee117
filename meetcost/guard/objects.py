# SPDX-License-Identifier: Apache-2.0
"""A calendar of many meetings as the objects a CalDAV server makes of it: one for each UID (RFC 4791 §4.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from meetcost.ics.component import Component
from meetcost.ics.limits import LIMITS, Limits
from meetcost.ics.scan import MEETINGS, Scanner
from meetcost.model.zone import ZoneTable

if TYPE_CHECKING:
    from collections.abc import Mapping

_NO_ZONES: Final = ZoneTable()


def objects_of(octets: bytes, limits: Limits = LIMITS) -> Mapping[str, bytes]:
    """UID -> the octets of its object; the whole of `octets` where there is no more than one UID.

    Each object has the lines of the calendar itself and all of its time zones; its components are as they were, whether
    they can be read or not. What belongs to no component that has ended is in every object.
    """
    scanner = Scanner(limits)
    places: dict[str, list[tuple[int, int]]] = {}
    for block in (*scanner.feed(octets), *scanner.close()):
        if block.name in MEETINGS:
            uid = Component(block, _NO_ZONES, limits).text("UID").strip()
            places.setdefault(uid, []).append((block.start, block.end))
    if len(places) < 2:
        return dict.fromkeys(places, octets)
    everything = sorted(place for own in places.values() for place in own)
    if len(everything) * len(places) > limits.components * 4:
        return {}
    return {uid: _only(octets, everything, set(own)) for uid, own in places.items()}


def _only(octets: bytes, everything: list[tuple[int, int]], own: set[tuple[int, int]]) -> bytes:
    pieces, at = [], 0
    for start, end in everything:
        pieces.append(octets[at:start])
        if (start, end) in own:
            pieces.append(octets[start:end])
        at = end
    return b"".join([*pieces, octets[at:]])

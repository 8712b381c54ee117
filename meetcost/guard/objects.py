# SPDX-License-Identifier: Apache-2.0
"""A calendar of many meetings as the objects a CalDAV server makes of it: one for each UID (RFC 4791 §4.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.ics.component import Component
from meetcost.ics.limits import LIMITS, Limits
from meetcost.ics.scan import MEETINGS, Scanner
from meetcost.model.zone import ZoneTable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_NO_ZONES: Final = ZoneTable()
_MOST_COPIES: Final = 64
"""Of the largest object: how much all of them together may be."""


def objects_of(octets: bytes, limits: Limits = LIMITS) -> Mapping[str, bytes]:
    """UID -> the octets of its object; the whole of `octets` where there is no more than one UID.

    Each object has the lines of the calendar itself and all of its time zones; its components are as they were, whether
    they can be read or not. What belongs to no component that has ended is in every object. Nothing where they
    would be too much, as many meetings with very many time zones.
    """
    scanner = Scanner(limits)
    places: dict[str, list[tuple[int, int]]] = {}
    for block in (*scanner.feed(octets), *scanner.close()):
        if block.name in MEETINGS:
            uid = Component(block, _NO_ZONES, limits).text("UID").strip()
            places.setdefault(uid, []).append((block.start, block.end))
    if len(places) < 2:
        return dict.fromkeys(places, octets)
    shared = _Shared.of(octets, sorted(place for own in places.values() for place in own))
    if len(shared.octets) * len(places) > limits.octets * _MOST_COPIES:
        return {}
    return {uid: shared.around(octets, own) for uid, own in places.items()}


class _Shared(NamedTuple):
    """What is no component of a meeting, and how much of it stands before each of them, by where they begin."""

    octets: bytes
    before: Mapping[int, int]

    @classmethod
    def of(cls, octets: bytes, places: Sequence[tuple[int, int]]) -> _Shared:
        pieces, before = list[bytes](), dict[int, int]()
        at = length = 0
        for start, end in places:
            pieces.append(octets[at:start])
            length += start - at
            before[start] = length
            at = end
        return cls(b"".join([*pieces, octets[at:]]), before)

    def around(self, octets: bytes, own: Sequence[tuple[int, int]]) -> bytes:
        pieces, at = list[bytes](), 0
        for start, end in own:
            pieces += [self.octets[at : self.before[start]], octets[start:end]]
            at = self.before[start]
        return b"".join([*pieces, self.octets[at:]])

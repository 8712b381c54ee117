# SPDX-License-Identifier: Apache-2.0
"""The calendar objects that were read last: on its way into a calendar each is looked at several times."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from meetcost.ics.limits import LIMITS, Limits
from meetcost.ics.read import Reading, read
from meetcost.ics.scan import MEETINGS

MOST_OBJECTS: Final = 16
MOST_LARGE: Final = 1
"""Larger ones: what a stranger sends must not fill the memory."""
SMALL: Final = 1 << 16
"""Octets of the largest object of which many are remembered."""


def read_object(octets: bytes, limits: Limits = LIMITS) -> Reading:
    """`read` of VEVENT, VTODO and VJOURNAL alike. The same octets under the same limits are read once."""
    if len(octets) <= SMALL:
        return _recent(octets, limits)
    return _recent_large(octets, limits) if len(octets) <= limits.octets else _read(octets, limits)


def _read(octets: bytes, limits: Limits) -> Reading:
    return read(octets, limits=limits, components=MEETINGS)


_recent: Final = lru_cache(MOST_OBJECTS)(_read)
_recent_large: Final = lru_cache(MOST_LARGE)(_read)

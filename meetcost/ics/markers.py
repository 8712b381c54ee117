# SPDX-License-Identifier: Apache-2.0
"""How a text of ours is told from what others wrote around it, and into it."""

from __future__ import annotations

from typing import Final, NamedTuple

MOST_BETWEEN: Final = 6000
"""Octets between two markers: what is further apart is not ours."""


class Markers(NamedTuple):
    """The lines between which a text of ours stands in DESCRIPTION, and of how many lines it is at most."""

    begin: str
    end: str
    lines: int | None = None

# SPDX-License-Identifier: Apache-2.0
"""How much one calendar object may ask for: part of the interface, as in h11."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Limits:
    """Per calendar object for a guard; per component for files, which have no limit on their size."""

    octets: int = 1_048_576
    line_octets: int = 262_144  # after unfolding
    lines: int = 40_000  # as they are folded; of an object alone
    components: int = 20_000
    depth: int = 8
    parameters: int = 64  # on one line
    attendees: int = 1_000  # of one instance
    instances: int = 10_000  # within the span that is looked at
    rdates: int = 5_000  # RDATE and EXDATE values each
    rules: int = 50  # RRULE lines of one component
    zones: int = 200  # VTIMEZONEs
    observances: int = 2_000  # STANDARD and DAYLIGHT sub-components
    steps: int = 200_000  # candidates a recurrence rule may look at


LIMITS: Final = Limits()

# SPDX-License-Identifier: Apache-2.0
"""What the door (the WSGI wrapper) and the storage tell each other about the request at hand."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from meetcost.guard.decide import Refuse
    from meetcost.guard.guard import Refusal


@dataclass
class Exchange:
    """One write on its way. The door says what came in, the storage what it did with it.

    `objects`: UID -> octets as they came; `unacceptable`: why nothing of it may be stored, whatever else is decided;
    `zones`: TZID -> definition of those that Radicale was handed in short.
    """

    objects: Mapping[str, bytes] = field(default_factory=dict)
    unacceptable: Refuse | None = None
    zones: Mapping[bytes, bytes] = field(default_factory=dict)
    refusal: Refusal | None = None
    rewritten: bool = False


CURRENT: Final[ContextVar[Exchange | None]] = ContextVar("meetcost_exchange", default=None)
"""That of the request this thread is working on; None if the door is not there."""

HAS_DOOR: Final[ContextVar[bool]] = ContextVar("meetcost_has_door", default=False)
"""Whether the storage is being made for an application behind the door."""

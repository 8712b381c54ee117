# SPDX-License-Identifier: Apache-2.0
"""Who, and what, is asked to a meeting (RFC 5545 §3.8.4.1)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import unquote

_MAILTO: Final = "mailto:"


class CuType(StrEnum):
    """Calendar user type, RFC 5545 §3.2.3; what is not recognised is UNKNOWN."""

    INDIVIDUAL = "INDIVIDUAL"
    GROUP = "GROUP"
    RESOURCE = "RESOURCE"
    ROOM = "ROOM"
    UNKNOWN = "UNKNOWN"

    @property
    def is_thing(self) -> bool:
        """Rooms and resources have no working time."""
        return self in (CuType.ROOM, CuType.RESOURCE)


class Role(StrEnum):
    """Participation role, RFC 5545 §3.2.16; what is not recognised is REQ-PARTICIPANT."""

    CHAIR = "CHAIR"
    REQ_PARTICIPANT = "REQ-PARTICIPANT"
    OPT_PARTICIPANT = "OPT-PARTICIPANT"
    NON_PARTICIPANT = "NON-PARTICIPANT"


class PartStat(StrEnum):
    """Participation status, RFC 5545 §3.2.12; what is not recognised is NEEDS-ACTION."""

    NEEDS_ACTION = "NEEDS-ACTION"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    TENTATIVE = "TENTATIVE"
    DELEGATED = "DELEGATED"
    COMPLETED = "COMPLETED"
    IN_PROCESS = "IN-PROCESS"


def calendar_address(text: str) -> str:
    """The form in which two spellings of one calendar address are equal.

    `mailto:` is added where no scheme stands; letter case is folded, in the local part too: RFC 5321 §2.4 lets a
    host tell `Ann@` from `ann@`, none in use does, and clients spell one person both ways in one invite.

    Percent-encoding of a mail address is undone (RFC 6068 §2). Letters are made small, not casefolded: `ß` and `ss` are
    two people's addresses (RFC 6531), and two domains (RFC 5892).

    >>> calendar_address("MAILTO:Ann@Example.test"), calendar_address("mailto:%41nn%40example.test")
    ('mailto:ann@example.test', 'mailto:ann@example.test')
    """
    address = text.strip().lower()
    if ":" not in address:
        return f"mailto:{address}"
    if not address.startswith(_MAILTO) or ("%" not in address and not address[len(_MAILTO) :][:1].isspace()):
        return address
    mail = unquote(address[len(_MAILTO) :]).strip().lower()
    return f"{_MAILTO}{mail}" if mail.isprintable() else address


@dataclass(frozen=True, slots=True)
class Attendee:
    """One ATTENDEE or ORGANIZER line (RFC 5545 §3.8.4.1, §3.8.4.3). `address` is in the form of `calendar_address`.

    `email`, in the same form, is the mail address that the line gives beside one that is none (RFC 7986 §6.2).
    """

    address: str
    name: str = ""
    cutype: CuType = CuType.INDIVIDUAL
    role: Role = Role.REQ_PARTICIPANT
    partstat: PartStat = PartStat.NEEDS_ACTION
    delegated_to: tuple[str, ...] = ()
    email: str = ""

    @classmethod
    def of(cls, who: Attendee | str) -> Attendee:
        """An address as it is typed, `ann@town.example`, or an Attendee as it is."""
        return who if isinstance(who, Attendee) else cls(calendar_address(who))

    @property
    def optional(self) -> bool:
        """Asked to come, free not to."""
        return self.role is Role.OPT_PARTICIPANT

    def __str__(self) -> str:
        return self.name or self.address.removeprefix("mailto:")

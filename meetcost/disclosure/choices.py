# SPDX-License-Identifier: Apache-2.0
"""What an organisation decided about the disclosures in its invites, and who counts as inside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from meetcost.disclosure.state import Audience
from meetcost.rules.scope import matches

if TYPE_CHECKING:
    from meetcost.model.directory import Directory
    from meetcost.model.meeting import Meeting
    from meetcost.words.say import Language


@dataclass(frozen=True, slots=True)
class DisclosureChoices:
    """`attach`: whether a guard writes disclosures into what it lets pass. `link` is an https address, in which `{id}`
    stands for the public id of the meeting. `inside` are patterns of addresses such as `*@town.example`; without any,
    whoever the directory knows is inside.
    """

    attach: bool = True
    language: Language = "en"
    link: str = ""
    inside: tuple[str, ...] = ()

    def audience(self, meeting: Meeting, directory: Directory) -> Audience:
        """Whom an invite reaches, rooms and those whom it was passed on to among them.

        Whoever cannot be told to be inside is outside.
        """
        organizer = (meeting.organizer,) if meeting.organizer is not None else ()
        for who in (*organizer, *meeting.attendees):
            if not all(self._is_inside(address, directory) for address in (who.address, *who.delegated_to)):
                return Audience.OUTSIDE
        return Audience.INSIDE

    def _is_inside(self, address: str, directory: Directory) -> bool:
        if address.count("@") > 1 or set("?,") & set(address):
            return False  # several recipients may stand in one mailto (RFC 6068 §2)
        return matches(address, self.inside, directory) if self.inside else directory.find(address) is not None

    def link_of(self, public_id: str) -> str:
        """Where the figures of one meeting are explained; empty where nothing is published."""
        return self.link.replace("{id}", public_id)


USUAL: Final = DisclosureChoices()
"""In English, without a link."""

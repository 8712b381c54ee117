# SPDX-License-Identifier: Apache-2.0
"""What a plain VEVENT looks like: a regular expression that takes one apart in a single step of C.

Plain is an event of unfolded names in upper case, each property that may stand once standing once, attendees and
EXDATEs together, alarms behind all that, and nothing else that a reader would have to look at.
"""

from __future__ import annotations

from typing import Final

PROPERTIES: Final = tuple(
    "DTSTART DTEND UID ORGANIZER SUMMARY DESCRIPTION LOCATION STATUS TRANSP SEQUENCE RRULE RECURRENCE-ID DURATION "
    "CLASS CATEGORIES URL".split()
)
RUNS: Final = ("ATTENDEE", "EXDATE")
_MOST_LINES: Final = 1000  # runs count as one, folds not at all
_UNREAD: Final = (
    "DTSTAMP|CREATED|LAST-MODIFIED|X-[A-Za-z0-9-]*+|ACKNOWLEDGED|ATTACH|COLOR|COMMENT|CONFERENCE|CONTACT|GEO|IMAGE|"
    "PRIORITY|RELATED-TO|REQUEST-STATUS|RESOURCES"
)
_REST: Final = r"[^\n]*+(?:\n[ \t][^\n]*+)*+"  # of a line and all that is folded to it
_END: Final = r"\r?+(?!\n[ \t])"  # of a line that is not folded
_OTHER_LINES: Final = r"(?:(?:\n[^BEbe\r\n][^\n]*+)++|\nEXDATE[^\n]*+)*+"  # neither BEGIN nor END, however folded
_ALARMS: Final = rf"(?:\nBEGIN:VALARM{_END}{_OTHER_LINES}\nEND:VALARM\r?+)*+"


def _lines() -> str:
    """Lines in any order; `(?(1)(?!))` fails where group 1 has matched before."""
    once = (rf"{name}(?({group})(?!))([:;]{_REST})" for group, name in enumerate(PROPERTIES, 1))
    runs = (
        rf"{name}(?({group})(?!))([^\n]*+(?:\n(?:{name}|[ \t])[^\n]*+)*+)"
        for group, name in enumerate(RUNS, len(PROPERTIES) + 1)
    )
    unread = rf"(?:{_UNREAD})(?::|;[^\n:]*+:){_REST}"
    # Not `*+`: Python before 3.11.7 loses count of groups in a possessive repeat (gh-101955). Any other repeat keeps
    # some hundred octets a line, so their number has an end: a stranger must not fill the memory with them.
    return rf"(?:\n(?:{'|'.join((*once, *runs, unread))})){{0,{_MOST_LINES}}}"


PLAIN_EVENT: Final = rf"\nBEGIN:VEVENT{_END}{_lines()}({_ALARMS})\nEND:VEVENT{_END}(?![^\n])".encode()
"""A group for what stands behind each of PROPERTIES and RUNS (None without such a line), one for all alarms.

A run is several lines, parted by a line end and the name.
"""

# SPDX-License-Identifier: Apache-2.0
"""What can be told of the body of a write before anybody reads it as a calendar."""

from __future__ import annotations

from email.message import Message
from typing import Final

UTF_8: Final = frozenset({"", "utf-8", "utf8", "us-ascii", "ascii"})
"""The charsets in which a body may be: any other turns what was judged into something else for the server."""
_BLANK: Final = b"\xef\xbb\xbf\n\t "


def charset_of(content_type: str) -> str:
    """The charset that a Content-Type names, in lower case; empty if it names none."""
    message = Message()
    message["Content-Type"] = content_type
    return str(message.get_param("charset", "")).strip().strip("\"'").lower()


def may_be_calendar(body: bytes) -> bool:
    """Whether anything but contacts is in it: what names no VCALENDAR in any letter case, folds taken out, is none."""
    upper = body.upper().replace(b"\r", b"").replace(b"\n ", b"").replace(b"\n\t", b"")
    return b"VCALENDAR" in upper or not upper.lstrip(_BLANK).startswith(b"BEGIN:VCARD")


def names_calendar(body: bytes) -> bool:
    """Whether VCALENDAR stands in it, in any letter case, folds taken out."""
    return b"VCALENDAR" in body.upper().replace(b"\r", b"").replace(b"\n ", b"").replace(b"\n\t", b"")

# SPDX-License-Identifier: Apache-2.0
"""What of a request is refused before its body is read: what another program could read as something else."""

from __future__ import annotations

from email.message import Message
from typing import TYPE_CHECKING, Final

from meetcost.guard.reply import malformed

if TYPE_CHECKING:
    from meetcost.guard.reply import Reply

MOST_OCTETS: Final = 100_000_000
"""How large a body is at most."""
_CHARSETS: Final = frozenset({"", "utf-8", "utf8", "us-ascii", "ascii"})


def unwelcome(*, encoding: str, content_range: str, content_type: str) -> Reply | None:
    """The answer to a write with such Content-Encoding, Content-Range and Content-Type; None where they will do."""
    if encoding.strip().lower() not in ("", "identity"):
        return malformed("Content-Encoding is not accepted", 415, "supported-calendar-data")
    if content_range:
        return malformed("Content-Range is not accepted")
    if _charset(content_type) not in _CHARSETS:
        return malformed("Only UTF-8 is accepted", 415, "supported-calendar-data")
    return None


def too_large() -> Reply:
    """The answer to a body of more than `MOST_OCTETS`."""
    return malformed("Too large", 413, "max-resource-size")


def _charset(content_type: str) -> str:
    message = Message()
    message["Content-Type"] = content_type
    return str(message.get_param("charset", "")).strip().strip("\"'").lower()

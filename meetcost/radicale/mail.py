# SPDX-License-Identifier: Apache-2.0
"""The invite that Radicale's e-mail hook attaches, in UTF-8.

Radicale 3.9.0 hands it to a MIME part as text without a charset. Python then writes each letter beyond Latin-1 as
`\\u4f1a` and those within it in one octet: a Chinese title, and our lines, cannot be read by whoever is asked.
"""

from __future__ import annotations

from email.encoders import encode_base64
from functools import wraps
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from email.mime.base import MIMEBase

    from radicale.config import Configuration

_MENDED: Final = "_meetcost_mended"


def mail_in_utf8(configuration: Configuration) -> None:
    """Where Radicale is to send mail, mend what it attaches; what is whole already, as in other versions, stays."""
    if "email" not in str(configuration.get("hook", "type")):
        return
    from radicale.hook import email  # noqa: PLC0415 - older versions have none, and most servers send no mail

    attachment = getattr(email, "ICSEmailAttachment", None)
    if attachment is None or hasattr(attachment, _MENDED):
        return
    own = attachment.prepare_email_part

    @wraps(own)
    def prepare_email_part(self: Any) -> MIMEBase:
        part: MIMEBase = own(self)
        octets = self.file_content.encode()
        if part.get_payload(decode=True) != octets:
            del part["Content-Transfer-Encoding"]
            part.set_payload(octets)
            encode_base64(part)
        return part

    attachment.prepare_email_part = prepare_email_part
    setattr(attachment, _MENDED, True)

# SPDX-License-Identifier: Apache-2.0
"""The lines by which Radicale puts a whole calendar together (GET of a collection, its web interface, a subscription).

It splits each stored object at CRLF and looks for `BEGIN:` and `END:` as they stand. That holds for what Radicale has
written itself; of octets as they came in, what ends its lines otherwise or folds such a line would be left out.
"""

from __future__ import annotations

import re
from typing import Final

_LINE_END: Final = re.compile(rb"\r?\n")
_FOLD: Final = re.compile(rb"\r\n[ \t]")
_FRAME: Final = re.compile(rb"(?im)^(?:BEGIN|END)[;:][^\r\n]*")
_PLAIN: Final = re.compile(rb"(?:BEGIN|END):[A-Z0-9-]+")


def collectable(octets: bytes) -> bytes | None:
    """The octets with CRLF at the end of each line; None if Radicale would still lose components of them.

    Line ends are no content (RFC 5545 §3.1 has no other than CRLF), so that nothing is said otherwise than it was.
    """
    octets = _LINE_END.sub(b"\r\n", octets)
    frame = _FRAME.findall(octets)
    plain = all(_PLAIN.fullmatch(line) for line in frame) and frame == _FRAME.findall(_FOLD.sub(b"", octets))
    return octets if plain else None

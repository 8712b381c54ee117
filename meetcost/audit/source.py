# SPDX-License-Identifier: Apache-2.0
"""Where calendar objects come from: a folder of files today, a CalDAV account by the same three things."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


class CalendarObject(NamedTuple):
    """One object: where it lies, the state it is in, and how to get its octets.

    `etag` changes whenever the octets do: an entity tag (RFC 4791 §5.3.4), or a digest of them. The octets are asked
    for only if the books do not know this state.
    """

    href: str
    etag: str
    octets: Callable[[], bytes]

# SPDX-License-Identifier: Apache-2.0
"""Where calendar objects come from: a folder of files, a CalDAV account, by the same three things."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from meetcost.errors import Problem


class CalendarObject(NamedTuple):
    """One object: where it lies, the state it is in, and how to get its octets.

    `etag` changes whenever the octets do: an entity tag (RFC 4791 §5.3.4), or a digest of them; empty if nobody knows,
    and then the object is read each time. The octets are asked for only if the books do not know this state.
    """

    href: str
    etag: str
    octets: Callable[[], bytes]


class Fetching(NamedTuple):
    """How to get many objects at once: `many` of them a time, by their hrefs.

    `fetch` gives the octets of each, a problem for what cannot be had, and nothing for what is gone by now.
    """

    many: int
    fetch: Callable[[Sequence[str]], Mapping[str, bytes | Problem]]

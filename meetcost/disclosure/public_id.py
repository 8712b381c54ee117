# SPDX-License-Identifier: Apache-2.0
"""The name under which a meeting is published."""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

_OCTETS: Final = 8


def public_id(uid: str) -> str:
    """A short stable name: the same UID has the same one wherever it is worked out.

    A UID may hold a name or a host, so it is never published itself. Whoever knows a UID can work the name out; that is
    whoever has the invite.

    >>> public_id("20261210T090000Z-1@town.example")
    'm-7nsp4yc7btrx5'
    """
    digest = int.from_bytes(blake2b(uid.encode("utf-8", "surrogatepass"), digest_size=_OCTETS).digest())
    letters = ""
    for _ in range(13):
        digest, at = divmod(digest, 32)
        letters = "0123456789abcdefghjkmnpqrstvwxyz"[at] + letters
    return f"m-{letters}"

# SPDX-License-Identifier: Apache-2.0
"""A file of the public folder that is yet to be made, and what it would be made from."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Part(NamedTuple):
    """`pieces` gives the octets of the file at `path`, piece by piece, anew at each call.

    `inputs` is a digest of everything they depend on: of two parts with the same path and inputs the octets are the
    same. It is empty where nobody has worked it out, and the file is then made each time.
    """

    path: str
    pieces: Callable[[], Iterable[bytes]]
    inputs: str = ""

    @classmethod
    def of(cls, path: str, octets: bytes) -> Part:
        """A file that is there already."""
        return cls(path, lambda: (octets,))


def digest(*values: object) -> bytes:
    """A digest of values whose `repr` says all of them, or of octets."""
    found = blake2b(digest_size=16)
    for value in values:
        octets = value if isinstance(value, bytes) else repr(value).encode("utf-8", "surrogatepass")
        found.update(b"%d:" % len(octets))
        found.update(octets)
    return found.digest()

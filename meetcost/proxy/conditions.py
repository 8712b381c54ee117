# SPDX-License-Identifier: Apache-2.0
"""Under which condition a write is sent on, so that only what was judged can happen (RFC 9110 §13)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from multidict import CIMultiDict

_TAG: Final = re.compile(r'(?:W/)?"[^"]*"')


@dataclass(frozen=True, slots=True)
class Current:
    """What stands at a path: nothing, or `octets` under `etag`; `octets` is None where it is not known."""

    exists: bool = False
    etag: str = ""
    octets: bytes | None = None
    known: bool = True

    @property
    def bound(self) -> bool:
        """Whether a condition can say that it is still this: a strong ETag, or nothing there."""
        return self.known and (not self.exists or self.etag.startswith('"'))


@dataclass(frozen=True, slots=True)
class Conditions:
    """What the client asked for: the values of If-Match and If-None-Match, None where there is none."""

    match: str | None
    none_match: str | None

    @classmethod
    def of(cls, headers: CIMultiDict[str]) -> Conditions:
        """Those of a request."""

        def named(name: str) -> str | None:
            return ",".join(headers.getall(name)) if name in headers else None

        return cls(named("If-Match"), named("If-None-Match"))

    def hold(self, current: Current) -> bool:
        """Whether they hold for what stands there; weak ETags never do for a write (§8.8.3.2)."""
        if self.match is not None and not (current.exists and _names(self.match, current.etag)):
            return False
        return self.none_match is None or not (current.exists and _names(self.none_match, current.etag))

    def narrowed(self, headers: CIMultiDict[str], current: Current) -> bool:
        """Let `headers` ask for `current` and nothing else; whether that is more than the client asked for."""
        for name in ("If-Match", "If-None-Match"):
            headers.popall(name, None)
        if not current.exists:
            headers["If-None-Match"] = "*"
            return self.none_match is None or self.none_match.strip() != "*"
        headers["If-Match"] = current.etag
        if self.none_match is not None:
            headers["If-None-Match"] = self.none_match
        return self.match is None or self.match.strip() != current.etag


def _names(value: str, etag: str) -> bool:
    if value.strip() == "*":
        return True
    if not etag or etag.startswith("W/"):
        return False
    return etag in _TAG.findall(value) or value.strip() == etag.strip('"')  # some clients leave the quotes out

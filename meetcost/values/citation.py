# SPDX-License-Identifier: Apache-2.0
"""Where a figure or a rule comes from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Citation:
    """A source that a reader can look up: title, place in it, date, address, the sentence itself."""

    title: str
    locator: str = ""
    published: str = ""
    url: str = ""
    quote: str = ""

    def __str__(self) -> str:
        return ", ".join(part for part in (self.title, self.locator, self.published) if part)

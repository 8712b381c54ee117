# SPDX-License-Identifier: Apache-2.0
"""With what a row was made: without it nobody could work a figure out again."""

from __future__ import annotations

import hashlib
import zoneinfo
from functools import cache
from importlib import resources
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from meetcost.model.cost import CardRef
    from meetcost.policy.policy import Policy

_LONGEST: Final = 200
_MODEL_DIGITS: Final = 12


class Versions(NamedTuple):
    """`policy` is the SHA-256 of its file, `rates` name and version: both empty where there was none."""

    meetcost: str
    policy: str = ""
    rates: str = ""
    model: str = ""
    tzdata: str = ""

    @classmethod
    def of(cls, policy: Policy | None = None, rates: CardRef | None = None) -> Versions:
        """Those in use."""
        card = str(rates)[:_LONGEST] if rates is not None else ""
        return cls(version("meetcost"), policy.digest if policy is not None else "", card, model_version(), tzdata())


@cache
def tzdata() -> str:
    """The time zone database in use: that of the system where there is one, else the version of package `tzdata`.

    `system 2026a` where the system says which it is, else `system`. Python looks for it in this order (PEP 615).
    """
    for folder in zoneinfo.TZPATH:
        if Path(folder, "Etc", "UTC").is_file():
            return f"system {_release(Path(folder))}".strip()
    return version("tzdata")


@cache
def model_version() -> str:
    """The paperwork model: the first digits of the SHA-256 of its coefficients."""
    octets = (resources.files("meetcost.paperwork") / "coefficients.json").read_bytes()
    return hashlib.sha256(octets).hexdigest()[:_MODEL_DIGITS]


def _release(folder: Path) -> str:
    """`2026a` of `# version 2026a`, which begins the file tzdata.zi."""
    try:
        with (folder / "tzdata.zi").open(encoding="ascii") as file:
            words = file.readline(80).split()
    except (OSError, UnicodeDecodeError):
        return ""
    return words[2] if words[:2] == ["#", "version"] and len(words) > 2 else ""

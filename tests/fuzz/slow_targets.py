# SPDX-License-Identifier: Apache-2.0
"""What is done with a slow object: the guard's whole way, or reading and auditing it as a file."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final, TypeAlias

from meetcost.guard.decide import Context, decide
from meetcost.ics.read import read
from meetcost.ics.scan import MEETINGS
from tests.fuzz.slow_guards import NOW, guard, policy, write

if TYPE_CHECKING:
    from pathlib import Path

Target: TypeAlias = Callable[[bytes, bytes | None], str]


def _guard(folder: Path, **made: bool) -> Target:
    return partial(write, guard(folder, **made))


def _decide(folder: Path) -> Target:
    at = policy(quotas=False)
    return lambda new, old: type(decide(new, old, Context(at, NOW))).__name__


def _read(folder: Path) -> Target:
    return lambda new, old: f"{len(read(new, components=MEETINGS).problems)} problems"


TARGETS: Final[dict[str, Callable[[Path], Target]]] = {
    "guard": _guard,
    "warns": partial(_guard, warns=True),
    "days": partial(_guard, days=True),
    "no quotas": partial(_guard, warns=True, quotas=False),
    "decide": _decide,
    "read": _read,
}

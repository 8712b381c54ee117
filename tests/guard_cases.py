# SPDX-License-Identifier: Apache-2.0
"""The guard's cases (tests/data/guard): their index, and their octets, those of a recipe (`gen`) too."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

GUARD = Path(__file__).parent / "data" / "guard"
CASES = [
    case
    for case in json.loads((GUARD / "index.json").read_text("utf-8"))["cases"]
    if case["file"].startswith(("ics/", "gen/")) and (GUARD / case["file"]).is_file()
]


def octets(case: dict[str, Any]) -> bytes:
    file = GUARD / case["file"]
    return b"".join(chunks(file)) if case.get("recipe") else file.read_bytes()


def chunks(recipe: Path) -> Iterator[bytes]:
    """What a recipe makes, piece by piece: some are far larger than a test wants to hold."""
    spec = importlib.util.spec_from_file_location("materialise", GUARD / "materialise.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made: Iterator[bytes] = module.chunks(json.loads(recipe.read_text("utf-8")))
    return made

# SPDX-License-Identifier: Apache-2.0
"""Policies to begin with: a friendly one, and some after rules that exist."""

from __future__ import annotations

from importlib import resources
from typing import Final

from meetcost.errors import UsageError

USUAL: Final = "town-office"
STARTERS: Final = (
    USUAL,
    "hangzhou-2014",
    "shopify-2023",
    "zhangjiajie-2022",
    "china-2024",
    "china-meeting-fees-2016",
    "us-omb-2012",
    "xuancheng-2017",
    "berkeley-2020",
)
"""The names that `starter` knows."""


def starter(like: str = USUAL) -> str:
    """The text of a `meetcost.toml` to begin with; `UsageError` for a name that is none of STARTERS."""
    if like not in STARTERS:
        raise UsageError(
            "there is no policy like `{like}`; the known ones are {known}", like=like, known=tuple(STARTERS)
        )
    return (resources.files("meetcost.policy") / "starters" / f"{like}.toml").read_text("utf-8")

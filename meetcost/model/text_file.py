# SPDX-License-Identifier: Apache-2.0
"""The octets of somebody's file as text."""

from __future__ import annotations

from meetcost.errors import ConfigError, Problem


def decode_text(data: bytes, source: str) -> str:
    """UTF-8 (a BOM is dropped) or GB18030; `ConfigError` for anything else."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ConfigError(source, [Problem("encoding", "is neither UTF-8 nor GB18030 text", advice="save it as UTF-8")])

# SPDX-License-Identifier: Apache-2.0
"""The one way to write a value as JSON, so that a hash over it can be had again (RFC 8785).

Only what the books need of JSON: objects with ASCII names, arrays, text, whole numbers, true, false, null. Amounts are
decimal numbers as text, because RFC 8785 writes numbers as binary floats. Within that, `json.dumps` with sorted names
and no spaces gives exactly the octets of RFC 8785.
"""

from __future__ import annotations

import json
from typing import Any

from meetcost.ledger.faults import LedgerError


def canonical(value: Any) -> str:
    """`value` as canonical JSON; `LedgerError` for text that is not Unicode (lone surrogates), floats, other types.

    >>> canonical({"b": 1, "a": "会议"})
    '{"a":"会议","b":1}'
    """
    try:
        text = json.dumps(_exact(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
        text.encode()
    except (TypeError, ValueError, RecursionError):
        raise LedgerError(
            "a row holds a value that has no canonical form; give text, whole numbers and lists"
        ) from None
    return text


def _exact(value: Any) -> Any:
    if isinstance(value, float):
        raise TypeError("a float")
    if isinstance(value, dict):
        return {_ascii(name): _exact(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_exact(inner) for inner in value]
    return value


def _ascii(name: object) -> str:
    if not isinstance(name, str) or not name.isascii():
        raise TypeError("a name that is not ASCII")  # sorted by code point, which RFC 8785 does by UTF-16
    return name

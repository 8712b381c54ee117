# SPDX-License-Identifier: Apache-2.0
"""What came of one object when a guard left its server."""

from __future__ import annotations

from typing import NamedTuple


class Detached(NamedTuple):
    """`path` on the server; how many `octets` were taken out, or that it was a `notice`, which is gone as a whole.

    `problem` says why it could not be written and stays as it was; empty if it could.
    """

    path: str
    octets: int = 0
    notice: bool = False
    problem: str = ""

# SPDX-License-Identifier: Apache-2.0
"""`meetcost` with a clock that stands still: `python at_an_instant.py INSTANT guard ...`. The cases have their own present."""

from __future__ import annotations

import sys
from datetime import datetime

from meetcost.cli import guard, main

if __name__ == "__main__":
    instant = datetime.fromisoformat(sys.argv.pop(1))
    guard.the_clock = lambda: instant
    main.run()

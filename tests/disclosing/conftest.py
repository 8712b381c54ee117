# SPDX-License-Identifier: Apache-2.0
"""The servers whose accounts are written into."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "account"))

from caldav_servers import (
    bad_day,
    guarded_xandikos,
    guarded_xandikos_server,
    radicale,
    radicale_server,
    user,
    xandikos,
    xandikos_server,
)

__all__ = [
    "bad_day",
    "guarded_xandikos",
    "guarded_xandikos_server",
    "radicale",
    "radicale_server",
    "user",
    "xandikos",
    "xandikos_server",
]

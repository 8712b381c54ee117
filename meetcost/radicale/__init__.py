# SPDX-License-Identifier: Apache-2.0
"""Radicale with a guard: `[storage] type = meetcost.radicale`, started by `python -m meetcost.radicale`.

`Storage` is what Radicale looks for under this name, `application` what a WSGI server does.
"""

from __future__ import annotations

from meetcost.radicale.storage import Storage
from meetcost.radicale.wsgi import application

__all__ = ["Storage", "application"]

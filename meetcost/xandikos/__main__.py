# SPDX-License-Identifier: Apache-2.0
"""`python -m meetcost.xandikos`: as `python -m xandikos`, guarded. Takes Xandikos's own options and ours."""

from __future__ import annotations

import sys

if __name__ == "__main__":
    try:
        from meetcost.xandikos.launch import run
    except ImportError as error:
        sys.exit(f"this needs an extra: pip install 'meetcost[xandikos]' ({error})")
    sys.exit(run(sys.argv[1:]))

# SPDX-License-Identifier: Apache-2.0
"""`python -m meetcost.radicale`: as `python -m radicale`, with the guard at the door. Takes Radicale's own options."""

from __future__ import annotations

from radicale import server
from radicale.__main__ import run as run_radicale

from meetcost.radicale.wsgi import behind_the_door, guarded


def run() -> None:
    """Start the server; it ends as Radicale's does."""
    setattr(server, "Application", guarded)  # noqa: B010 - what its server makes its application with
    with behind_the_door():  # `--verify-storage` makes a storage, and no application
        run_radicale()


if __name__ == "__main__":
    run()

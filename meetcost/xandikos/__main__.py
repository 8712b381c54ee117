# SPDX-License-Identifier: Apache-2.0
"""`python -m meetcost.xandikos`: as `python -m xandikos`, guarded. Takes Xandikos's own options and ours."""

from __future__ import annotations

import asyncio
import logging
import sys
from typing import TYPE_CHECKING, Any

from xandikos import __main__ as command
from xandikos import web

from meetcost.errors import MeetcostError
from meetcost.xandikos.app import GuardedApp
from meetcost.xandikos.backend import GuardedBackend
from meetcost.xandikos.settings import parser, settings_of

if TYPE_CHECKING:
    from meetcost.guard.guard import Guard

_log = logging.getLogger("meetcost.xandikos")


def install(guard: Guard, *, notices: bool) -> None:
    """Have Xandikos make its servers with the guard. Before `xandikos.multi_user` is imported, which builds on them."""

    class Backend(GuardedBackend):
        pass

    Backend.guard, Backend.keeps_notices = guard, notices
    for name, made in (("SingleUserFilesystemBackend", Backend), ("XandikosApp", GuardedApp)):
        setattr(web, name, made)


def run(arguments: list[str]) -> int:
    """Start the server; it ends as Xandikos's does."""
    if {"-h", "--help"} & set(arguments):
        parser().print_help()
    else:
        try:
            settings = settings_of(arguments)
        except MeetcostError as error:
            sys.stderr.write(f"{error}\n")
            return 2
        arguments = settings.rest
        install(settings.guard, notices=settings.notices)
        logging.basicConfig(level=logging.INFO, format="%(message)s")
        _log.info("%s", settings.guard.state)
    main: Any = command.main
    return asyncio.run(main(arguments)) or 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))

# SPDX-License-Identifier: Apache-2.0
"""Xandikos's own command, with the guard in what it starts."""

from __future__ import annotations

import argparse
import asyncio
import io
import logging
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import xandikos
from xandikos import __main__ as command
from xandikos import web

from meetcost.errors import MeetcostError, UsageError
from meetcost.guard.alone import alone
from meetcost.xandikos.app import GuardedApp
from meetcost.xandikos.backend import GuardedBackend
from meetcost.xandikos.settings import parser, settings_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from meetcost.guard.guard import Guard

_log = logging.getLogger("meetcost.xandikos")
_FIRST: Final = (0, 4, 10)
_NOT_YET: Final = (0, 5)
"""The versions of Xandikos whose ways of writing are known."""


def install(guards: Callable[[], Guard], *, notices: bool) -> None:
    """Have Xandikos make its servers with the guard. Before `xandikos.multi_user` is imported, which builds on them."""

    class Backend(GuardedBackend):
        pass

    Backend.guards, Backend.keeps_notices = staticmethod(guards), notices
    for name, made in (("SingleUserFilesystemBackend", Backend), ("XandikosApp", GuardedApp)):
        setattr(web, name, made)


def _check_version() -> None:
    """Raises `UsageError` for a Xandikos that may write in ways that nobody looked at."""
    found = tuple(xandikos.__version__)
    if not _FIRST <= found < _NOT_YET:
        named = ".".join(map(str, found))
        raise UsageError("Xandikos {named} is installed; this guards 0.4.10 and later ones of 0.4", named=named)


def run(arguments: list[str]) -> int:
    """Start the server; it ends as Xandikos's does."""
    if {"-h", "--help"} & set(arguments):
        parser().print_help()
    else:
        try:
            _check_version()
            settings = settings_of(arguments)
        except MeetcostError as error:
            sys.stderr.write(f"{error}\n")
            return 2
        arguments = settings.rest
        install(settings.guard, notices=settings.notices)
        logging.basicConfig(level=logging.INFO, format="%(message)s")
        _log.info("%s", settings.guard.held.state)
    main: Any = command.main
    with _beside_a_server(arguments):
        return asyncio.run(main(arguments)) or 0


def _beside_a_server(arguments: list[str]) -> AbstractContextManager[None]:
    """While a command writes into the folder that a guarded server may be writing to as well."""
    if not {"import-imip", "create-collection"} & set(arguments):
        return nullcontext()
    known = argparse.ArgumentParser(add_help=False)  # abbreviations as Xandikos takes them
    known.add_argument("-d", "--directory", default="")
    folder = known.parse_known_args(arguments)[0].directory
    if "import-imip" in arguments:  # before the lock: whoever sends the mail may be slow
        sys.stdin = io.TextIOWrapper(io.BytesIO(sys.stdin.buffer.read()))
    return alone(Path(folder)) if folder else nullcontext()

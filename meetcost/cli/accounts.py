# SPDX-License-Identifier: Apache-2.0
"""A CalDAV account as it is named on the command line; its password never stands there."""

from __future__ import annotations

import os
import stat
import sys
from getpass import getpass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from meetcost.errors import UsageError

if TYPE_CHECKING:
    from meetcost.account.account import Account

PASSWORD: Final = "MEETCOST_PASSWORD"  # noqa: S105 - the name of the variable
_LONGEST: Final = 4096

Url = Annotated[
    str | None,
    typer.Option(
        "--url",
        "-u",
        metavar="URL",
        help="A CalDAV account: the address of the server, of the user's home, or of one calendar.",
    ),
]
User = Annotated[str | None, typer.Option("--user", "-U", metavar="NAME", help="Who signs in there.")]
PasswordFile = Annotated[
    str | None,
    typer.Option(
        "--password-file",
        metavar="FILE",
        help="The password is the first line of this file, which nobody else may read. "
        f"Without it {PASSWORD} of the environment; without that you are asked.",
    ),
]


def account_of(url: str, user: str | None, password_file: str | None) -> Account:
    """The account; `UsageError` for a password that is not there, or where the extra is not installed."""
    if find_spec("caldav") is None:
        raise UsageError("a CalDAV account needs the extra `caldav`; run: pip install 'meetcost[caldav]'")
    import logging  # noqa: PLC0415 - as below

    from meetcost.account.account import Account  # noqa: PLC0415 - heavy

    if user is None and password_file is not None:
        raise UsageError("--password-file without --user: say whose password it is")
    # What the package has to say is in our own messages; its log may quote what was sent.
    logging.getLogger("caldav").addHandler(logging.NullHandler())
    logging.getLogger("caldav").propagate = False
    return Account(url, user, _password(user, password_file) if user is not None else None)


def _password(user: str, file: str | None) -> str:
    if file is not None:
        return _first_line(Path(file))
    given = os.environ.get(PASSWORD)
    if given:
        return given
    if not sys.stdin.isatty():
        raise UsageError(
            "the password of {user}: name a file by --password-file, or set {variable}", user=user, variable=PASSWORD
        )
    return getpass(f"Password of {user}: ")


def _first_line(file: Path) -> str:
    with file.open("rb") as opened:
        if os.name == "posix" and stat.S_IMODE(os.fstat(opened.fileno()).st_mode) & 0o077:
            raise UsageError("{file}: others can read this password; run: chmod 600 {file}", file=file)
        octets = opened.readline(_LONGEST)
    try:
        password = octets.decode().rstrip("\r\n")
    except UnicodeDecodeError:
        password = ""
    if not password:
        raise UsageError("{file}: its first line is no password (UTF-8)", file=file)
    return password

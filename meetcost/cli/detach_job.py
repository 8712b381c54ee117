# SPDX-License-Identifier: Apache-2.0
"""One call of `meetcost detach` for a whole server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from meetcost.errors import Problem, UsageError
from meetcost.words.say import say
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from meetcost.cli.shell import Shell
    from meetcost.guard.detached import Detached


def detach_server(shell: Shell, *, radicale: str | None, xandikos: str | None, notices: bool) -> None:
    """Tell of each object what was taken out; an exit code of 2 where one could not be written."""
    objects = octets = gone = 0
    for one in _of_radicale(radicale, notices) if radicale is not None else _of_xandikos(xandikos or "", notices):
        if one.problem:
            shell.unreadable(one.path, Problem("not-written", Sentence.of("stays as it was: {why}", why=one.problem)))
        elif shell.json:
            shell.object({"path": one.path, "octets": one.octets, "notice": one.notice})
        objects += one.octets > 0
        octets += one.octets
        gone += one.notice
    if not shell.json:
        language = shell.language
        shell.line(say("Invites changed: {count}; octets taken out: {octets}.", language, count=objects, octets=octets))
        if notices:
            shell.line(say("Notices and their calendars deleted: {count}.", language, count=gone))


def _of_radicale(configuration: str, notices: bool) -> Iterator[Detached]:
    try:
        from meetcost.radicale.detach import detach_all  # noqa: PLC0415 - needs the extra
    except ImportError:
        raise UsageError("this needs an extra: pip install 'meetcost[radicale]'") from None
    return detach_all(configuration, notices=notices)


def _of_xandikos(folder: str, notices: bool) -> Iterator[Detached]:
    try:
        from meetcost.xandikos.detach import detach_all  # noqa: PLC0415 - needs the extra
    except ImportError:
        raise UsageError("this needs an extra: pip install 'meetcost[xandikos]'") from None
    return detach_all(folder, notices=notices)

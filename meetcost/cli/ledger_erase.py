# SPDX-License-Identifier: Apache-2.0
"""One call of `meetcost ledger erase`."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Final, cast

from meetcost.cli.inputs import STANDARD_INPUT
from meetcost.cli.ledger_job import present
from meetcost.cli.times import instant_of
from meetcost.errors import UsageError
from meetcost.ledger.erase import Selection, erase, finish, ranges, selected
from meetcost.ledger.ledger import Ledger
from meetcost.ledger.making import stamp
from meetcost.ledger.versions import Versions
from meetcost.words.say import say, say_count

if TYPE_CHECKING:
    from datetime import datetime

    from meetcost.cli.shell import Shell
    from meetcost.ledger.rows import Ground

_AGO: Final = re.compile(r"([0-9]{1,4})\s*(day|week|month|year)s?")


def erase_rows(
    shell: Shell,
    location: str,
    key: str | None,
    chosen: tuple[str | None, str | None, str | None, list[int]],
    *,
    ground: str,
    now: str | None,
    done: bool,
) -> None:
    """Say what would be erased, or erase it."""
    time = present(now)
    uid, person, before, rows = chosen
    if person == STANDARD_INPUT:
        person = sys.stdin.readline().strip()
    selection = Selection(uid, person, _instant(before, time) if before is not None else None, tuple(rows))
    with Ledger.open(location, key=key) as books:
        seqs = selected(books, selection)
        wiped = False
        if done and seqs:
            operation = f"erase {stamp(time)} {selection!r}"
            why = cast("Ground", ground)
            erasure = erase(books, selection, ground=why, operation=operation, now=time, versions=Versions.of())
            seqs, wiped = erasure.rows, erasure.wiped
        elif done:
            wiped = finish(books)
        name, server = books.store.name, not books.store.sqlite
    shell.findings = done and not wiped
    if shell.json:
        shell.object({"ledger": name, "rows": seqs, "erased": done, "wiped": wiped})
    else:
        _tell(shell, name, seqs, done=done, wiped=wiped, server=server)


def _tell(shell: Shell, name: str, seqs: tuple[int, ...], *, done: bool, wiped: bool, server: bool) -> None:
    language = shell.language
    numbers = ", ".join(f"{first:,}" if first == last else f"{first:,}–{last:,}" for first, last in ranges(seqs))
    rows = say_count(len(seqs), "{count} row", "{count} rows", language)
    told = f"{rows} ({numbers})" if seqs else rows
    if not done:
        shell.line(say("{ledger}: {rows} would be erased; nothing was changed", language, ledger=name, rows=told))
        shell.line(f"  {say('add --yes to erase them: it cannot be undone', language)}", "dim")
        return
    shell.line(say("{ledger}: {rows} erased", language, ledger=name, rows=told))
    if not wiped:
        text = "somebody still reads an older state of the books, so the files keep it; run this command again"
        shell.line(f"  {say(text, language)}", "bold red")
    elif server:
        text = "back-ups and the server's write-ahead log keep it until they are recycled"
        shell.line(f"  {say(text, language)}", "dim")


def _instant(text: str, now: datetime) -> datetime:
    """A date, or so long before `now`, by the calendar."""
    match = _AGO.fullmatch(text.strip())
    if match is None:
        return instant_of(text, "--before")
    import pendulum  # noqa: PLC0415 - heavy

    try:
        return pendulum.instance(now).subtract(**{f"{match[2]}s": int(match[1])})
    except (OverflowError, ValueError):
        raise UsageError("--before: `{text}` lies before the calendar begins", text=text) from None

# SPDX-License-Identifier: Apache-2.0
"""The demonstration in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from meetcost.demo.server import PASSWORD
from meetcost.ics.read import read
from meetcost.model.phrase import Count, Phrase, shown
from meetcost.words.say import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from meetcost.cli.shell import Shell
    from meetcost.demo.bill import Bill, Share
    from meetcost.demo.client import Booked
    from meetcost.demo.server import Radicale
    from meetcost.demo.story import Setting

_DAYS_PATH: Final = "/.meetcost/no-meeting-days.ics"
_BAR: Final = 24
_SKIPPED: Final = b"X-MEETCOST=SKIPPED"


def show_bookings(shell: Shell, done: Sequence[Booked]) -> None:
    """How many were accepted, what was refused and why, and two that were accepted as they stand there."""
    refused = [one for one in done if one.refusal]
    stored = [one for one in done if one.stored]
    skipping = [one for one in stored if _SKIPPED in one.stored]
    _heading(shell, say("Booked by a CalDAV client", shell.language))
    template = "{accepted} accepted, {refused} refused; {series} over no-meeting days"
    series = Count(len(skipping), "{count} series steps", "{count} series step")
    _tell(shell, Phrase.of(template, accepted=len(stored), refused=len(refused), series=series))
    _heading(shell, say("Refused, with the next permitted times", shell.language))
    for one in refused:
        shell.line(f"  {one.refusal}")
    for one in [one for one in stored if one.booking.shown][:1]:
        _heading(shell, say("Accepted, as it stands in the calendar", shell.language))
        _event(shell, one)
    for one in skipping[:1]:
        _heading(shell, say("A series that steps over no-meeting days", shell.language))
        _event(shell, one)


def show_notices(shell: Shell, notices: Mapping[str, Sequence[str]]) -> None:
    """What the organisers find in their notices calendars."""
    if not notices:
        return
    title = say("For organisers whose program shows no reason: their calendar of notices", shell.language)
    _heading(shell, title)
    for name, titles in notices.items():
        shell.line(f"  {name}: {', '.join(titles)}")


def show_bill(shell: Shell, found: Bill) -> None:
    """What the weeks cost, by who called and by who bears."""
    _heading(shell, say("What five weeks of it cost", shell.language))
    meetings = Count(found.meetings, "{count} meeting", "{count} meetings")
    template = "{meetings}, {hours}, {money} of working time"
    _tell(shell, Phrase.of(template, meetings=meetings, hours=found.hours, money=found.money))
    _shares(shell, say("called by", shell.language), found.called)
    _shares(shell, say("borne by", shell.language), found.borne)


def show_files(shell: Shell, setting: Setting, page: Path) -> None:
    """Where to look."""
    _heading(shell, say("Where to look", shell.language))
    _tell(shell, Phrase.of("public page: {page}", page=str(page)))
    _tell(shell, Phrase.of("policy, log of the server, decisions: {folder}", folder=str(setting.folder)))


def show_server(shell: Shell, setting: Setting, server: Radicale) -> None:
    """How to come in with a calendar program."""
    _heading(shell, say("The server goes on running; Ctrl-C ends it", shell.language))
    _tell(shell, Phrase.of("address for a calendar program: {url}", url=f"{server.url}/{setting.town.users[0]}/"))
    users = ", ".join(setting.town.users)
    _tell(shell, Phrase.of("users: {users}; the password is `{word}`", users=users, word=PASSWORD))
    _tell(shell, Phrase.of("no-meeting days to subscribe to: {url}", url=f"{server.url}{_DAYS_PATH}"))


def _shares(shell: Shell, title: str, shares: Mapping[str, Share]) -> None:
    shell.line(f"  {title}")
    comma = say(", ", shell.language)
    whole = sum(share.hours.seconds for share in shares.values()) or 1
    for unit, share in shares.items():
        named = unit or say("others", shell.language)
        bar = "█" * max(1, round(_BAR * share.hours.seconds / whole))
        hours, money = (shown(value, shell.language) for value in (share.hours, share.money))
        shell.line(f"    {bar:<{_BAR}} {named}: {hours}{comma}{money}")


def _event(shell: Shell, one: Booked) -> None:
    meeting = read(one.stored).meetings[0]
    rule = [one.booking.rrule] if one.booking.rrule else []
    shell.line("  " + say(", ", shell.language).join([meeting.title, shown(meeting.start, shell.language), *rule]))
    for line in meeting.description.splitlines():
        shell.line(f"  | {line}".rstrip())


def _heading(shell: Shell, text: str) -> None:
    shell.line()
    shell.line(text, "bold")


def _tell(shell: Shell, phrase: Phrase) -> None:
    shell.line(f"  {phrase.text(shell.language)}")

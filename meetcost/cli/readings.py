# SPDX-License-Identifier: Apache-2.0
"""The calendars that are asked about, one after the other, each read as far as sense goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from meetcost.cli.inputs import opened
from meetcost.ics.read import read
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from meetcost.cli.shell import Shell
    from meetcost.errors import Problem
    from meetcost.model.meeting import Meeting
    from meetcost.model.zone import Zone


class Calendar(NamedTuple):
    """One file that could be opened; `octets` are for showing the line that a problem stands in."""

    name: str
    octets: bytes
    meetings: tuple[Meeting, ...]
    problems: tuple[Problem, ...]


def calendars(shell: Shell, files: Sequence[str], zone: Zone | None = None) -> Iterator[Calendar]:
    """Each of `files`, and of what lies below them; what cannot be opened is told, and the rest goes on.

    A file that gives nothing but problems is unusable: the command will end so. `zone` is where unknown zones are read.
    """
    for source, octets in opened(files, shell.unreadable):
        reading = read(octets)
        if reading.problems and not reading.meetings:
            shell.unusable = True
        problems = tuple(_in_zone(problem, zone) for problem in reading.problems)
        yield Calendar(source.name, octets, reading.meetings, problems)


def meetings_of(shell: Shell, files: Sequence[str], zone: Zone | None, read: list[str]) -> Iterator[Meeting]:
    """What stands in `calendars`, their problems told; the names of those that could be opened are added to `read`."""
    for calendar in calendars(shell, files, zone):
        shell.problems(calendar.name, calendar.problems, calendar.octets)
        read.append(calendar.name)
        yield from calendar.meetings


def _in_zone(problem: Problem, zone: Zone | None) -> Problem:
    """A problem of reading, saying what `zone` made of it."""
    if problem.code != "unknown-zone" or zone is None:
        return problem
    return problem._replace(advice=Sentence.of("read in {zone}", zone=zone.name))

# SPDX-License-Identifier: Apache-2.0
"""Whose calendars say who is busy when."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from meetcost.cli.readings import calendars
from meetcost.errors import UsageError
from meetcost.schedule.busy import busy_from

if TYPE_CHECKING:
    from collections.abc import Sequence

    from meetcost.cli.shell import Shell
    from meetcost.model.meeting import Meeting
    from meetcost.policy.policy import Policy
    from meetcost.schedule.busy import Busy
    from meetcost.values.span import Span


def busy_of(shell: Shell, given: Sequence[str], within: Span, policy: Policy | None) -> Busy | None:
    """What `--busy` says: `ADDRESS=FILE` and `ADDRESS.ics` are the calendars of one person, other files of nobody's.

    Raises `UsageError` where some calendars have an owner and others none.
    """
    if not given:
        return None
    zone = policy.zone if policy is not None else None
    owned: dict[str, list[Meeting]] = {}
    loose: list[Meeting] = []
    for text in given:
        owner, equals, name = text.partition("=")
        if not equals or "@" not in owner:
            owner, name = "", text
        for calendar in calendars(shell, [name], zone):
            stem = Path(calendar.name).stem
            whose = owner or (stem if "@" in stem else "")
            (owned.setdefault(whose, []) if whose else loose).extend(calendar.meetings)
    if owned and loose:
        raise UsageError("--busy: some calendars have an owner and others none; write ADDRESS=FILE for each")
    directory = policy.directory if policy is not None else None
    return busy_from(owned or loose, within, zone, directory=directory)

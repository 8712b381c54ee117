# SPDX-License-Identifier: Apache-2.0
"""A request that ends here: with its answer, or with a refusal that is still to be put into words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from meetcost.guard.reply import malformed

if TYPE_CHECKING:
    from meetcost.guard.decide import Refuse
    from meetcost.guard.reply import Reply


class EndedError(Exception):
    """What is answered in place of the server."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status_line)
        self.reply = reply

    @classmethod
    def malformed(cls, reason: str, status: int = 400, precondition: str = "valid-calendar-data") -> EndedError:
        """One that is refused before it is looked at; `reason` is ASCII."""
        return cls(malformed(reason, status, precondition))


class RefusedError(Exception):
    """A write to `calendar` that is refused; whoever may not write at `path` is not told why."""

    def __init__(self, refuse: Refuse, calendar: str | None, path: str) -> None:
        super().__init__("refused")
        self.refuse, self.calendar, self.path = refuse, calendar, path

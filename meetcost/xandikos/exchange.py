# SPDX-License-Identifier: Apache-2.0
"""What the application and the collections tell each other about the request at hand."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from meetcost.guard.decide import Decision
    from meetcost.guard.guard import Removing
    from meetcost.guard.reply import Reply


class Passed(NamedTuple):
    """A write that was let pass, and whether it is stored is not known yet."""

    decision: Decision
    calendar: str


@dataclass
class Exchange:
    """One request on its way. `user` is the login of who asks, as Xandikos takes it for certain; empty if nobody's.

    `judged`: (calendar, octets) of what may be stored there without being judged again; `admitted`: as what that came;
    `gone`: what is being taken out of a calendar; `reply`: the answer to what was refused; `delivers`: what is written
    now is Xandikos's own delivery of something judged (RFC 6638 §3).
    """

    user: str = ""
    judged: set[tuple[str, bytes]] = field(default_factory=set)
    admitted: dict[tuple[str, bytes], bytes] = field(default_factory=dict)
    passed: list[Passed] = field(default_factory=list)
    gone: list[Removing] = field(default_factory=list)
    reply: Reply | None = None
    rewritten: bool = False
    delivers: bool = False

    @contextmanager
    def delivering(self) -> Iterator[None]:
        """While Xandikos delivers."""
        before, self.delivers = self.delivers, True
        try:
            yield
        finally:
            self.delivers = before


CURRENT: Final[ContextVar[Exchange | None]] = ContextVar("meetcost_xandikos_exchange", default=None)
"""That of the request this task is working on."""


def current() -> Exchange:
    """That of the request at hand; a new one where there is none (a command, a mail that comes in)."""
    exchange = CURRENT.get()
    return exchange if exchange is not None else Exchange()

# SPDX-License-Identifier: Apache-2.0
"""One call of `meetcost audit`."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple, TypedDict

from meetcost.audit.audit import Audited, audit
from meetcost.audit.meeting_rows import MeetingRows
from meetcost.audit.source import CalendarObject
from meetcost.cli.cost_text import withheld
from meetcost.cli.evasion_job import EvasionJob
from meetcost.cli.inputs import Input, inputs, octets_of
from meetcost.cli.ledger_job import books_text, present
from meetcost.cli.progress import counting
from meetcost.cli.settings import personal_rates
from meetcost.cli.times import instant_of
from meetcost.errors import Problem, UsageError
from meetcost.ledger.ledger import Ledger
from meetcost.ledger.versions import Versions
from meetcost.values.span import Span
from meetcost.words.say import say, say_count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from meetcost.account.account import Account
    from meetcost.cli.shell import Shell
    from meetcost.costing.rate_card import RateCard
    from meetcost.ledger.chain import Head
    from meetcost.policy.policy import Policy

    Progress = Callable[[int, int | None], None]
    Entering = Callable[[Ledger, MeetingRows, "Made", Progress], Iterator[Audited]]

_A_YEAR: Final = timedelta(days=365)


class Patterns(NamedTuple):
    """What `--evasion` looks for: a limit on length in minutes, names of levels from the top down."""

    longest: int | None
    levels: str | None

    def job(self, policy: Policy | None, window: Span) -> EvasionJob:
        """It, on its way through the calendars."""
        names = tuple(name for one in (self.levels or "").split(",") if (name := one.strip()))
        return EvasionJob(policy, window, self.longest, names)


class Made(TypedDict):
    """When and with what the rows are made."""

    now: datetime
    versions: Versions


@dataclass
class AuditJob:
    """One call, with all that was chosen."""

    shell: Shell
    policy: Policy | None
    rates: RateCard | None
    first: str | None
    last: str | None
    now: str | None
    patterns: Patterns | None = None
    _evasion: EvasionJob | None = None
    _octets: dict[str, bytes] = field(default_factory=dict)

    def files(self, files: Sequence[str], location: str, key: str | None) -> None:
        """All files, one after the other, and what they came to."""
        sources = inputs(files)

        def entering(books: Ledger, rows: MeetingRows, made: Made, progress: Progress) -> Iterator[Audited]:
            return audit(self._objects(sources, progress), books, rows, **made)

        name, done, head = self._run(location, key, entering)
        self._close(name, done, head, say_count(len(done), "{count} file", "{count} files", self.shell.language))
        if self._evasion is not None:
            self._evasion.tell(self.shell)

    def account(self, account: Account, location: str, key: str | None) -> None:
        """All calendars of an account, and what they came to."""
        from meetcost.audit.account import audit_account, listed  # noqa: PLC0415 - an extra

        calendars = 0

        def entering(books: Ledger, rows: MeetingRows, made: Made, progress: Progress) -> Iterator[Audited]:
            nonlocal calendars
            found = list(listed(account, books, rows))
            calendars = len(found)
            return audit_account(account, found, books, rows, **made, progress=progress)

        name, done, head = self._run(location, key, entering)
        language = self.shell.language
        count = say_count(calendars, "{count} calendar", "{count} calendars", language)
        objects = say_count(len(done), "{count} object was listed", "{count} objects were listed", language)
        self._close(name, done, head, count, objects)

    def _run(self, location: str, key: str | None, entering: Entering) -> tuple[str, list[Audited], Head]:
        """The name of the books, what was done with each object, and where the books end now."""
        if personal_rates(self.rates, self.policy):
            self.rates = None
            self.shell.note(withheld(self.shell.language))
        now = present(self.now)
        window = self._window(now)
        self._evasion = self.patterns.job(self.policy, window) if self.patterns is not None else None
        made = Made(now=now, versions=Versions.of(self.policy, self.rates.ref if self.rates is not None else None))
        done: list[Audited] = []
        words = say("recorded", self.shell.language)
        with Ledger.open(location, key=key, create=True) as books, counting(words) as progress:
            rows = MeetingRows(books.pseudonyms, window, self.policy, self.rates)
            for one in entering(books, rows, made, progress):
                done.append(one)
                self._tell(one)
            return books.store.name, done, books.head()

    def _window(self, now: datetime) -> Span:
        zone = self.policy.zone if self.policy is not None else None
        end = instant_of(self.last, "--to", zone) if self.last is not None else now
        start = instant_of(self.first, "--from", zone) if self.first is not None else end - _A_YEAR
        if end < start:
            raise UsageError("--to lies before --from; the end is not included, so write the day after")
        return Span(start, end)

    def _objects(self, sources: Sequence[Input], progress: Progress) -> Iterator[CalendarObject]:
        """The files that can be opened, each with the digest of its octets."""
        for count, source in enumerate(sources):
            progress(count, len(sources))
            octets = octets_of(source)
            if isinstance(octets, Problem):
                self.shell.unreadable(source.name, octets)
                continue
            if self._evasion is not None:
                self._evasion.look(octets)
            self._octets = {source.name: octets}  # for showing the line of a problem
            yield CalendarObject(source.name, hashlib.sha256(octets).hexdigest(), partial(bytes, octets))

    def _tell(self, one: Audited) -> None:
        self.shell.problems(one.href, one.problems, self._octets.get(one.href, b""))
        self.shell.unusable |= not one.readable
        if self.shell.json:
            counted = {name: getattr(one, name) for name in ("unchanged", "meetings", "copies", "rows", "corrections")}
            self.shell.object({"href" if "://" in one.href else "file": one.href, **counted})

    def _close(self, name: str, done: Sequence[Audited], head: Head, *counted: str) -> None:
        """The sum; `counted` says of how many files or objects."""
        language = self.shell.language
        unchanged = sum(one.unchanged for one in done)
        meetings, copies, rows, corrections = (
            sum(getattr(one, what) for one in done) for what in ("meetings", "copies", "rows", "corrections")
        )
        if self.shell.json:
            self.shell.object(
                {
                    "ledger": name,
                    "files": len(done),
                    "unchanged": unchanged,
                    "meetings": meetings,
                    "copies": copies,
                    "rows": rows,
                    "corrections": corrections,
                    "length": head.length,
                    "hash": head.hash,
                }
            )
            return
        parts = [
            *counted,
            say("{count} of them unchanged", language, count=unchanged),
            say_count(meetings, "{count} meeting", "{count} meetings", language),
        ]
        if copies:
            parts.append(say("{count} of them copies", language, count=copies))
        self.shell.line({"en": ", ", "zh": "，"}[language].join(parts))
        self.shell.line(books_text(name, rows, corrections, head, language))

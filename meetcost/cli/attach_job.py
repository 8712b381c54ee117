# SPDX-License-Identifier: Apache-2.0
"""One call of `meetcost attach` or `meetcost detach`."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from meetcost.cli.inputs import STANDARD_INPUT, inputs, opened
from meetcost.disclosure.document import DisclosureDocument
from meetcost.errors import MeetcostError, Problem, UsageError, said_by
from meetcost.ics.read import read
from meetcost.invite import attach, detach, disclosures_of
from meetcost.paperwork.history import NO_RECORDS
from meetcost.policy.policy import Policy
from meetcost.rules.ruleset import RuleSet
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from meetcost.cli.inputs import Input
    from meetcost.cli.shell import Shell
    from meetcost.costing.rate_card import RateCard
    from meetcost.paperwork.history import History


@dataclass
class AttachJob:
    """One call, with all that was chosen; `chose_language` means that the lines are in that of the output."""

    shell: Shell
    policy: Policy | None
    rates: RateCard | None
    now: datetime
    chose_language: bool
    out: str | None
    in_place: bool
    history: History = NO_RECORDS
    _written: set[Path] = field(default_factory=set)
    _read: set[Path] = field(default_factory=set)

    def attach(self, files: Sequence[str]) -> None:
        """Each file with what its meetings cost."""
        self._check(files)
        policy = self.policy if self.policy is not None else Policy(RuleSet())
        if self.chose_language or self.policy is None:
            policy = replace(policy, disclosure=replace(policy.disclosure, language=self.shell.language))
        for source, octets in opened(files, self.shell.unreadable):
            name, reading = source.name, read(octets)
            self.shell.problems(name, reading.problems, octets)
            if reading.problems and not reading.meetings:
                self.shell.unusable = True
                continue
            try:
                written = attach(octets, policy=policy, rates=self.rates, now=self.now, history=self.history)
                if self.shell.json:
                    self._tell(name, octets, policy)
            except MeetcostError as error:
                self.shell.unreadable(name, getattr(error, "problem", None) or Problem("not-attached", said_by(error)))
                continue
            self._write(source, written)

    def detach(self, files: Sequence[str]) -> None:
        """Each file without a trace of ours."""
        self._check(files)
        for source, octets in opened(files, self.shell.unreadable):
            bare = detach(octets)
            nothing = [problem for problem in read(octets).problems if problem.code == "not-a-calendar"]
            if nothing:
                self.shell.unreadable(source.name, nothing[0])
                continue
            if self.shell.json:
                self.shell.object({"file": source.name, "octets": len(octets) - len(bare)})
            self._write(source, bare)

    def _check(self, files: Sequence[str]) -> None:
        if self.out is not None and self.in_place:
            raise UsageError("--out and --in-place say two places; give one of them")
        if self.in_place and STANDARD_INPUT in files:
            raise UsageError("standard input has no place to write to; leave --in-place out")
        one = len(files) == 1 and not Path(files[0]).is_dir()
        if self.out is None and not self.in_place and not one and not self.shell.json:
            raise UsageError("several calendars: say where they go, by --out DIR or --in-place")
        self._read = {one.path.resolve() for one in inputs(files) if one.path is not None}

    def _tell(self, name: str, octets: bytes, policy: Policy) -> None:
        stated = disclosures_of(octets, policy=policy, rates=self.rates, now=self.now, history=self.history)
        for meeting, disclosure in stated:
            document = DisclosureDocument.of(disclosure, self.shell.language)
            written = meeting.recurrence_id
            about = {"file": name, "uid": meeting.uid, "recurrence_id": str(written) if written is not None else None}
            self.shell.object({**about, "disclosure": document.model_dump(mode="json")})

    def _write(self, source: Input, octets: bytes) -> None:
        try:
            if self.in_place and source.path is not None:
                _replace(source.path.resolve(), octets)  # what a link leads to, and the link stays
            elif self.out is not None:
                self._write_below(Path(self.out), source, octets)
            elif not self.shell.json:
                self.shell.octets(octets)
        except OSError as error:
            if self.out is None and not self.in_place:
                raise
            message = Sentence.of("cannot be written: {why}", why=said_by(error))
            self.shell.unreadable(source.name, Problem("not-written", message))

    def _write_below(self, folder: Path, source: Input, octets: bytes) -> None:
        into = folder / (source.path.name if source.path is not None else "stdin.ics")
        place, advice = into.resolve(), "write them into folders of their own"
        if place in self._written:
            message = Sentence.of("another calendar went to {into} already", into=into)
            self.shell.unreadable(source.name, Problem("same-name", message, advice=advice))
        elif place in self._read:
            message = Sentence.of(
                "{into} is one of the calendars that are read; --in-place writes into them", into=into
            )
            self.shell.unreadable(source.name, Problem("same-file", message, advice=advice))
        else:
            self._written.add(place)
            place.parent.mkdir(parents=True, exist_ok=True)
            _replace(place, octets)


def _replace(path: Path, octets: bytes) -> None:
    """The whole file or nothing: what stands there stays until the new one is complete."""
    made = path.with_name(f".meetcost-{os.getpid()}")
    with made.open("xb") as file:
        try:
            file.write(octets)
            file.flush()
            os.fsync(file.fileno())
            if path.exists():
                made.chmod(path.stat().st_mode)
            made.replace(path)
        except BaseException:
            made.unlink(missing_ok=True)
            raise

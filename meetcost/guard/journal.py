# SPDX-License-Identifier: Apache-2.0
"""What a guard decided, one JSON object a line: what is counted in public, and nothing that names anybody.

A program that is refused tries again at each synchronisation; the same object, decided the same way, has the same `id`
and is written once a process.
"""

from __future__ import annotations

import errno
import hmac
import json
import os
import secrets
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from meetcost.errors import ConfigError, Problem
from meetcost.guard.decide import Refuse, Rewrite
from meetcost.model.verdict import Bearing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from meetcost.guard.decide import Context, Decision
    from meetcost.model.verdict import Finding

_REMEMBERED: Final = 10_000
_KEY_OCTETS: Final = 32
_SAID: Final = (
    Bearing.REFUSED,
    Bearing.REVIEW,
    Bearing.SKIPPED,
    Bearing.EXEMPTED,
    Bearing.WAIVED,
    Bearing.WARNED,
    Bearing.UNDECIDED,
)


def record(decision: Decision, context: Context, *, key: bytes) -> dict[str, Any]:
    """The line of one decision.

    `outcome` is what happened (`allow`, `deny`, `reject`, `flag`, `error`), `would_be` what would have happened under a
    policy that refuses; `skip` stands for a series that leaves out dates. `break_glass` is there, and true, where an
    administrator stored what would have been refused; who it was is nowhere. `unit` is the unit of the organiser. `id`
    is keyed, so that nobody without the key can tell which meeting it is.
    """
    verdict = decision.verdict
    findings = [one for one in verdict.findings if one.bearing in _SAID]
    meeting = decision.meetings[0] if decision.meetings else None
    organizer = meeting.organizer if meeting is not None else None
    entry = context.policy.directory.find(organizer) if organizer is not None else None
    what = f"{meeting.uid}\n{meeting.sequence}\n{meeting.dtstart}" if meeting is not None else verdict.title
    outcome = str(verdict.outcome) if not isinstance(decision, Refuse) else str(verdict.would_be)
    broken = {"break_glass": True} if verdict.break_glass else {}
    return {
        "at": context.now.isoformat(timespec="seconds"),
        "outcome": "skip" if outcome == "allow" and verdict.skips else outcome,
        "would_be": "skip" if verdict.would_be == "allow" and verdict.planned_skips else str(verdict.would_be),
        "mode": str(verdict.mode),
        **broken,
        "rules": list(dict.fromkeys(one.rule for one in findings)),
        "reasons": sorted({one.reason.text() for one in findings}),
        "unit": entry.unit if entry is not None else "",
        "exemption": next((one.exempted_by for one in findings if one.exempted_by), ""),
        "confirm_by": _due(findings),
        "dates": len({day for one in findings for day in one.days}),
        "rewritten": isinstance(decision, Rewrite),
        "policy": verdict.policy,
        "policy_digest": context.policy.digest,
        "id": hmac.new(key, what.encode("utf-8", "surrogatepass"), sha256).hexdigest()[:24],
    }


def _due(findings: Iterable[Finding]) -> str | None:
    due = [one.confirm_by for one in findings if one.confirm_by is not None]
    return min(due).isoformat(timespec="seconds") if due else None


def worth_telling(decision: Decision) -> bool:
    """Whether a rule was met: a meeting on a permitted day leaves no trace."""
    verdict = decision.verdict
    return isinstance(decision, Refuse) or any(one.bearing in _SAID for one in verdict.findings) or bool(verdict.errors)


@dataclass
class Journal:
    """Appends decisions to a file; the key beside it (`FILE.key`, mode 0600) is made when there is none."""

    path: Path
    key: bytes

    def __post_init__(self) -> None:
        self._lock = Lock()
        self._said: OrderedDict[str, None] = OrderedDict()

    @classmethod
    def open(cls, path: Path | str) -> Journal:
        """A journal in the file `path`; OSError is the file system's, `ConfigError` for a key that is none."""
        file = Path(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        return cls(file, _key_at(file.with_name(f"{file.name}.key")))

    def add(self, decision: Decision, context: Context) -> None:
        """Write the decision down, if a rule was met. OSError is the file system's."""
        if not worth_telling(decision):
            return
        line = record(decision, context, key=self.key)
        known = json.dumps({name: line[name] for name in ("id", "outcome", "rules", "policy_digest")})
        with self._lock:
            if known in self._said:
                return
            octets = (json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
            _append(self.path, octets)
            self._said[known] = None
            if len(self._said) > _REMEMBERED:
                self._said.popitem(last=False)


def _append(path: Path, line: bytes) -> None:
    """A whole line at the end; one that a full disk or a crash cut short before it is ended first."""
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o640)
    try:
        with suppress(ImportError, OSError):  # not everywhere; an empty line is the worst of it
            from fcntl import LOCK_EX, flock  # noqa: PLC0415 - as just said

            flock(handle, LOCK_EX)  # or else a line on its way looks like one cut short
        if os.lseek(handle, 0, os.SEEK_END):
            os.lseek(handle, -1, os.SEEK_END)
            line = line if os.read(handle, 1) == b"\n" else b"\n" + line
        written = os.write(handle, line)  # one write: lines of several processes do not mix
        os.fsync(handle)
    finally:
        os.close(handle)
    if written < len(line):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))


def _key_at(path: Path) -> bytes:
    """The key in a file, made by whoever comes first; it is there whole or not at all."""
    if not path.exists():
        made = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        handle = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(secrets.token_hex(_KEY_OCTETS).encode())
                file.flush()
                os.fsync(handle)
            _put(made, path)
        finally:
            made.unlink(missing_ok=True)
    key = path.read_bytes()
    if len(key) < _KEY_OCTETS:
        problem = Problem("short-key", "is too short to hide anything", advice="remove it, and a new one is made")
        raise ConfigError(f"journal key `{path}`", [problem])
    return key


def _put(made: Path, path: Path) -> None:
    """Under its name, unless somebody was first."""
    try:
        path.hardlink_to(made)
    except FileExistsError:
        return
    except OSError:  # no hard links here (FAT, some network shares): of two who come at once, the last one counts
        made.replace(path)

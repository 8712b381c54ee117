# SPDX-License-Identifier: Apache-2.0
"""Where the output of a command goes, how a mistake is told, and with which code it ends.

A mistake is told as: place, excerpt, explanation, advice. What comes out of a calendar may hold anything: control
characters never reach a terminal.
"""

from __future__ import annotations

import errno
import json
import os
import sys
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, NoReturn, ParamSpec, TypeVar

import typer

from meetcost.errors import MeetcostError, Problem
from meetcost.words.sentence import said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from meetcost.cli.options import Tongue
    from meetcost.errors import ConfigError
    from meetcost.words.say import Language

P = ParamSpec("P")
R = TypeVar("R")

FINE, FINDINGS, UNUSABLE = 0, 1, 2
_PIPE_CLOSED: Final = 141  # as of a program that SIGPIPE ends: neither fine nor a finding
_MOST_TOLD: Final = 10
_EXCERPT: Final = 100
_COMPACT: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
_HARMLESS: Final = {
    code: "\N{REPLACEMENT CHARACTER}"
    for code in (*range(32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A))
    if code not in (0x09, 0x0A)
}


class MistakesError(MeetcostError):
    """A configuration with mistakes, told with the lines they stand in."""

    def __init__(self, error: ConfigError, octets: bytes) -> None:
        super().__init__(error, octets)
        self.error = error
        self.octets = octets

    def __str__(self) -> str:
        return told_mistakes(self.error, self.octets)


class Shell:
    """One run of a command: `json` or words in `language`; it ends with the worst that was met."""

    def __init__(self, *, json_lines: bool = False, language: Language = "en") -> None:
        self.json = json_lines
        self.language = language
        self.findings = False
        self.unusable = False
        self._styled: Any = None
        if not json_lines and sys.stdout.isatty():
            from rich.console import Console  # noqa: PLC0415 - only where colours can be seen

            self._styled = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)

    def line(self, text: str = "", style: str = "") -> None:
        """A line (or several) of words, in the style of `rich` where the terminal has any."""
        text = harmless(text)
        if self._styled is not None:
            self._styled.print(text, style=style or None)
        else:
            sys.stdout.write(f"{text}\n")

    def object(self, value: Any) -> None:
        """A line of JSON."""
        self.octets(json_text(value).encode("utf-8", "replace") + b"\n")

    def octets(self, octets: bytes) -> None:
        """Octets as they are, in order with everything else."""
        sys.stdout.flush()
        sys.stdout.buffer.write(octets)

    def note(self, text: str) -> None:
        """What is said beside the output, on standard error."""
        sys.stdout.flush()
        print(harmless(text), file=sys.stderr)  # noqa: T201 - the shell is who prints

    def problem(self, file: str, problem: Problem, octets: bytes = b"") -> None:
        """One mistake in a file, with its line if `octets` has it."""
        self.problems(file, [problem], octets)

    def problems(self, file: str, problems: Iterable[Problem], octets: bytes = b"") -> None:
        """The mistakes in a file: a JSON line each, or told in words on standard error (the first few)."""
        told = list(problems)
        if self.json:
            for one in told:
                self.object(problem_object(file, one))
            return
        for one in told[:_MOST_TOLD]:
            self.note(told_problem(file, one, octets, self.language))
        if len(told) > _MOST_TOLD:
            self.note(f"{file}: {len(told) - _MOST_TOLD:,} more; --json lists all")

    def unreadable(self, file: str, problem: Problem) -> None:
        """A file that gives nothing at all: the rest goes on, the end will be `UNUSABLE`."""
        self.unusable = True
        self.problem(file, problem)

    def end(self) -> None:
        """End with the code that was earned."""
        sys.stdout.flush()
        code = UNUSABLE if self.unusable else FINDINGS if self.findings else FINE
        if code:
            raise typer.Exit(code)


def answering(command: Callable[P, R]) -> Callable[P, R]:
    """What the user can cause ends a command in words and with a code, never in a traceback."""

    @wraps(command)
    def answered(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            result = command(*args, **kwargs)
            sys.stdout.flush()
        except MeetcostError as error:
            _give_up(str(error))
        except OSError as error:
            if error.errno == errno.EPIPE:
                _leave_quietly()
            name = f"{error.filename}: " if error.filename else ""
            _give_up(f"{name}{(error.strerror or str(error)).lower()}")
        return result

    return answered


def language_of(chosen: Tongue | None) -> Language:
    """What `--lang` says, else what the environment does."""
    if chosen is not None:
        return "zh" if chosen.value == "zh" else "en"
    wanted = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    return "zh" if wanted.lower().startswith("zh") else "en"


def json_text(value: Any) -> str:
    """Compact JSON with the letters as they are."""
    return _COMPACT.encode(value)


def harmless(text: str) -> str:
    """`text` without control characters and without marks that turn the direction of writing."""
    return text if text.isascii() and text.isprintable() else text.translate(_HARMLESS)


def problem_object(file: str, problem: Problem) -> dict[str, Any]:
    """A problem as a line of JSON."""
    text = f"{problem.message}; {problem.advice}" if problem.advice else problem.message
    value: dict[str, Any] = {"file": file, "problem": text, "line": problem.line, "code": problem.code}
    if problem.property:
        value["property"] = problem.property
    if problem.uid:
        value["uid"] = problem.uid
    return value


def told_problem(file: str, problem: Problem, octets: bytes = b"", language: Language = "en") -> str:
    """Place, excerpt, explanation, advice."""
    place = f"{file}:{problem.line}" if problem.line is not None else file
    message = said(problem.message, language)
    what = f"{problem.property}: {message}" if problem.property else message
    lines = [f"{place}: {what}"]
    excerpt = _line_of(octets, problem.line) if problem.line is not None and octets else ""
    if excerpt:
        lines.append(f"  {problem.line} | {excerpt}")
    if problem.advice:
        lines.append(f"  {said(problem.advice, language)}")
    return "\n".join(lines)


def told_mistakes(error: ConfigError, octets: bytes = b"") -> str:
    """All mistakes of a configuration."""
    return "\n".join([error.head, *(told_problem(error.source, problem, octets) for problem in error.problems)])


def _line_of(octets: bytes, number: int) -> str:
    start = 0
    for _ in range(number - 1):
        start = octets.find(b"\n", start) + 1
        if not start:
            return ""
    end = octets.find(b"\n", start)
    text = octets[start : end if end >= 0 else None].decode("utf-8-sig", "replace").strip("\r")
    return text if len(text) <= _EXCERPT else f"{text[:_EXCERPT]}..."


def _give_up(text: str) -> NoReturn:
    sys.stdout.flush()
    print(f"meetcost: {harmless(text)}", file=sys.stderr)  # noqa: T201 - the shell is who prints
    raise typer.Exit(UNUSABLE)


def _leave_quietly() -> NoReturn:
    """Whoever read our output has closed it, as `head` does; nothing more is to be written, at exit neither."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise typer.Exit(_PIPE_CLOSED)

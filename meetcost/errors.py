# SPDX-License-Identifier: Apache-2.0
"""What stops a call, and how a mistake in somebody's data is told.

    MeetcostError
    ├── LocatedError           something of which no use can be made, with its place
    │   └── CalendarError      bytes or an object that cannot be read as a calendar
    │       └── LimitError     a stated limit (octets, instances, steps) is exceeded
    ├── ConfigError            a policy, rate card or directory with mistakes, all of them at once
    ├── MoneyError             an amount, currency or rate that has no exact meaning
    └── UsageError             a call whose arguments contradict each other

A mistake in *data* that leaves the rest readable is no exception: it is a `Problem`, a value that says where it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.words.say import say
from meetcost.words.sentence import Sentence, said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from meetcost.words.say import Language

MOST_MISTAKES: Final = 100
"""Mistakes of one configuration that are told; whoever made more of them looks at the first ones first."""
_LONGEST: Final = 1000
_MARKS: Final = {"en": (", ", ": ", "; "), "zh": ("，", "：", "；")}


class Problem(NamedTuple):
    """One mistake in somebody's data, with its place.

    `code` is stable and kebab-case; `line` is the 1-based physical line (before unfolding);
    `property` is an iCalendar property name or the dotted key of a configuration file; `message` and `advice` are in
    English, and `text` says them in Chinese where the catalogues have it.
    """

    code: str
    message: str
    line: int | None = None
    property: str = ""
    uid: str = ""
    advice: str = ""

    def __str__(self) -> str:
        return self.text()

    def text(self, language: Language = "en") -> str:
        """`line 7, RRULE: what is wrong; what to do` in `language`."""
        comma, colon, semicolon = _MARKS[language]
        place = [say("line {line}", language, line=self.line)] if self.line is not None else []
        place += [self.property] if self.property else []
        message = said(self.message, language)
        text = f"{comma.join(place)}{colon}{message}" if place else message
        return f"{text}{semicolon}{said(self.advice, language)}" if self.advice else text


class MeetcostError(Exception):
    """The one exception type that input can cause.

    It is raised with an English template, the key of its translation, and the values of its fields: `str` says it in
    English, `text` in either language.

    >>> UsageError("`{name}` is no time zone", name="Mars").text("zh")
    '`Mars` 不是时区'
    """

    def __init__(self, *args: object, **fields: object) -> None:
        super().__init__(*((Sentence.of(str(args[0]), **fields), *args[1:]) if fields else args))

    def __str__(self) -> str:
        return str(self.sentence())

    def text(self, language: Language = "en") -> str:
        """What it says, in `language`."""
        return said(self.sentence(), language)

    def sentence(self) -> str:
        """What it says: a `Sentence`, or a template that has no fields."""
        only = self.args[0] if len(self.args) == 1 else None
        return only if isinstance(only, str) else super().__str__()


def said_by(error: Exception) -> Sentence:
    """What an exception says, as part of another sentence; of the system's own errors the reason, without the file."""
    if isinstance(error, MeetcostError):
        text = error.sentence()
    elif isinstance(error, OSError) and error.strerror:
        text = error.strerror.lower()
    else:
        only = error.args[0] if len(error.args) == 1 else None
        text = only if isinstance(only, str) else str(error)
    return Sentence.of(text)


class LocatedError(MeetcostError):
    """Something of which no use can be made; `problem` says where and why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem

    def sentence(self) -> str:
        """The place, what is wrong there, and what to do."""
        return Sentence.of("{problem}", problem=self.problem)


class CalendarError(LocatedError):
    """A calendar, or one meeting of it, that cannot be used; `problem` says where and why."""


class LimitError(CalendarError):
    """A calendar object beyond a stated limit; refused before the work is done."""


class ConfigError(MeetcostError):
    """A configuration with mistakes: all of them (of very many the first `MOST_MISTAKES`), each with its place."""

    def __init__(self, source: str, problems: Sequence[Problem]) -> None:
        told = tuple(map(_shortened, problems[:MOST_MISTAKES]))
        super().__init__(source, told)
        self.source = source
        self.problems = told

    def head(self) -> Sentence:
        """`meetcost.toml: 2 mistakes`."""
        count = len(self.problems)
        template = "{source}: {count} mistake" if count == 1 else "{source}: {count} mistakes"
        if count >= MOST_MISTAKES:
            template = "{source}: {count} mistakes or more, the first are"
        return Sentence.of(template, source=self.source, count=count)

    def sentence(self) -> str:
        """How many mistakes, and each of them on a line of its own."""
        fields = {f"problem_{at}": problem for at, problem in enumerate(self.problems)}
        return Sentence.of("\n  ".join(f"{{{name}}}" for name in ("head", *fields)), head=self.head(), **fields)


class MoneyError(MeetcostError):
    """An amount, currency or rate that has no exact meaning."""


class UsageError(MeetcostError):
    """Arguments that contradict each other."""


def _shortened(problem: Problem) -> Problem:
    """The same, where it quotes more than anybody reads."""
    if max(map(len, (problem.message, problem.property, problem.advice))) <= _LONGEST:
        return problem
    message, key, advice = (
        text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
        for text in (problem.message, problem.property, problem.advice)
    )
    return problem._replace(message=message, property=key, advice=advice)

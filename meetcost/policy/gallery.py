# SPDX-License-Identifier: Apache-2.0
"""The gallery: policies that exist, clause by clause, and its page.

A policy of the gallery has a comment for each clause of its source, and the tables and examples of it below:

    # Clause 7. Summary: the scheme of a meeting is filed 5 working days ahead.
    # In part: the invite has to be written that early; no calendar shows the scheme itself.
    [[notice]]
    id = "five days"
    ...
    [[example]]
    ...

A line that begins with one of `LABELS` says something of the clause; lines below go on with it, up to an empty one.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from meetcost.policy.starter import STARTERS, starter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LABELS: Final = ("Said by", "In part", "Elsewhere", "Not expressible", "Left out", "To fill in", "Our choice")
_CLAUSE: Final = re.compile(r"# Clause (\d+)\. (.+)")
_LABEL: Final = re.compile(rf"# ({'|'.join(LABELS)}): (.+)")
_TABLE: Final = re.compile(r"\[\[(\w+)\]\]")
_BREAKING: Final = ("refuse", "review", "warn", "skip")

_HEAD: Final = """# The gallery: rules that exist, clause by clause

*This page is made from the policies, `python tests/docs/reference_pages.py gallery.md` writes it, and every example on
it is run by the tests.*

Each policy is one to begin with: `meetcost policy init --like NAME`. In the file every clause has its sentence beside
it, or a summary where only that is at hand, then the tables that say it, then invites that break it and invites that
keep it; `meetcost policy test` judges them. All are made to observe only.

What a clause comes to:

- **said**: a table of the policy says it; what that leaves to choose, or to fill in, is told.
- **in part**: a table says some of it.
- **elsewhere**: no rule for invites, but something else that meetcost does.
- **not expressible**: no calendar shows what it depends on.
- **left out**: it could be said, and what we have read does not say what.
"""


@dataclass
class Clause:
    """One clause of a policy's source.

    `text` is its sentence or a summary, `notes` what else is said of it, by label. `rules` are the tables that say it,
    as (kind, id or class), and those that `Said by` names, as ("", id); `examples` are those below it, as written.
    """

    number: int
    text: str
    notes: dict[str, str] = field(default_factory=dict)
    rules: list[tuple[str, str]] = field(default_factory=list)
    examples: list[Mapping[str, Any]] = field(default_factory=list)

    @property
    def ids(self) -> frozenset[str]:
        """The ids of its rules and quotas, and the classes of its exemptions."""
        return frozenset(name for _, name in self.rules)

    @property
    def status(self) -> str:
        """What it comes to, in the words of the page."""
        for label in ("Not expressible", "Elsewhere", "Left out", "In part"):
            if label in self.notes:
                return label.lower()
        return "said" if self.rules else ""

    @property
    def breaking(self) -> list[Mapping[str, Any]]:
        """Its examples that break it: what meets one of its rules, or what no exemption of it covers."""
        return [one for one in self.examples if self._breaks(one)]

    @property
    def keeping(self) -> list[Mapping[str, Any]]:
        """Its examples that keep it."""
        return [one for one in self.examples if not self._breaks(one)]

    def _breaks(self, example: Mapping[str, Any]) -> bool:
        if example["expect"] not in _BREAKING:
            return False
        if all(kind == "exemption" for kind, _ in self.rules):
            return True
        wanted = example.get("rule", [])
        return bool(self.ids & set(map(str, wanted if isinstance(wanted, list) else [wanted])))


def clauses(text: str) -> list[Clause]:
    """The clauses of a policy, from its text."""
    data, seen = tomllib.loads(text), Counter[str]()
    numbers = _numbers(data)
    found: list[Clause] = []
    label = ""
    for line in text.splitlines():
        if opened := _CLAUSE.match(line):
            found.append(Clause(int(opened[1]), opened[2]))
            label = "text"
        elif said := _LABEL.match(line):
            label = said[1]
            if found:
                found[-1].notes[label] = said[2]
        elif line.startswith("# ") and label and found:
            _go_on(found[-1], label, line.removeprefix("# "))
        else:
            label = ""
        if table := _TABLE.match(line):
            kind, at = table[1], seen[table[1]]
            seen[kind] += 1
            if found and kind == "example":
                found[-1].examples.append(data[kind][at])
            elif found:
                found[-1].rules.append((kind, numbers[kind, at]))
    for one in found:
        one.rules += [("", name.strip()) for name in one.notes.pop("Said by", "").split(",") if name.strip()]
    return found


def _go_on(clause: Clause, label: str, text: str) -> None:
    if label == "text":
        clause.text += f" {text}"
    else:
        clause.notes[label] = f"{clause.notes[label]} {text}"


def _numbers(data: Mapping[str, Any]) -> dict[tuple[str, int], str]:
    """What each table of a list is called: its id, its class, its number among the rules."""
    from meetcost.policy.clauses import DAY_KINDS, REQUIREMENT_KINDS  # noqa: PLC0415 - heavy

    found, number = {}, 0
    for kind in (*DAY_KINDS, *REQUIREMENT_KINDS, "quota", "exemption"):
        for at, table in enumerate(data.get(kind, ())):
            number += 1
            found[kind, at] = str(table.get("id") or table.get("class") or number)
    return found


def gallery() -> str:
    """The page, in Markdown."""
    return "\n".join([_HEAD, *(_section(name) for name in STARTERS)])


def _section(name: str) -> str:
    text = starter(name)
    data = tomllib.loads(text)
    source = data.get("source", {})
    lines = [f"## `{name}`: {data['name']}\n"]
    if source:
        lines.append(f"Source: {', '.join(filter(None, map(source.get, ('title', 'published', 'url'))))}.\n")
    lines += ["| clause | rule | status | breaks it | keeps it |", "| --- | --- | --- | --- | --- |"]
    lines += [_row(one) for one in clauses(text)]
    return "\n".join(lines) + "\n"


def _row(clause: Clause) -> str:
    rules = "<br>".join(f"`[[{kind}]]` {name}" if kind else f"{name}" for kind, name in clause.rules) or "–"
    told = [f"**{clause.status}**"]
    for label, text in clause.notes.items():
        told.append(text if label.lower() == clause.status else f"{label}: {text}")
    cells = (
        f"{clause.number}. {clause.text}",
        rules,
        "<br>".join(told),
        "<br>".join(_examples(clause.breaking)) or "–",
        "<br>".join(_examples(clause.keeping)) or "–",
    )
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _examples(examples: list[Mapping[str, Any]]) -> Iterator[str]:
    for one in examples:
        yield f"{one.get('name') or one.get('title')}: `{one['expect']}`"

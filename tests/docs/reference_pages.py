# SPDX-License-Identifier: Apache-2.0
"""The pages under docs/reference that are made from the code; `python tests/docs/reference_pages.py` writes them."""

from __future__ import annotations

import ast
import json
import sys
from dataclasses import fields
from functools import cache
from importlib import import_module
from inspect import cleandoc
from pathlib import Path
from typing import TYPE_CHECKING, Any

import meetcost
from meetcost.costing.rate_file import RateFile
from meetcost.decision import protocol
from meetcost.disclosure.document import DisclosureDocument
from meetcost.ics.limits import LIMITS, Limits
from meetcost.ics.quirks import QUIRKS, Quirk
from meetcost.ledger.rows import json_schema
from meetcost.policy.describe import reference
from meetcost.policy.gallery import gallery
from meetcost.policy.policy import Policy
from meetcost.policy.rules_page import rules_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"
WIDTH = 100

GROUPS = {
    "Read and write": "read read_one read_stream Reading to_calendar",
    "Meetings and their occurrences": "Meeting Attendee expand Occurrence OccurrenceId Span",
    "All at once": "assess Assessment",
    "Is it allowed?": "check Verdict Policy",
    "What does it cost?": "price explain what_if Cost RateCard Rate Money Directory",
    "What must be written because of it?": "forecast",
    "What may be said of it, and to whom?": "attach detach Audience Disclosure",
    "When instead?": "find_slots Slot",
    "What can go wrong": "MeetcostError CalendarError LimitError ConfigError MoneyError UsageError Problem",
}
BESIDE = {  # met as an argument or a result; imported from where they live
    "meetcost.disclosure.document": "DisclosureDocument",
    "meetcost.guard.decide": "decide Context Allow Rewrite Refuse",
    "meetcost.guard.reply": "refusal",
    "meetcost.audit.audit": "audit Audited",
    "meetcost.audit.meeting_rows": "MeetingRows",
    "meetcost.audit.source": "CalendarObject",
    "meetcost.costing.bands": "BandShare by_band",
    "meetcost.burden.points": "series_of",
    "meetcost.burden.shift": "Shift shift scan",
    "meetcost.costing.series": "SeriesCost series_cost",
    "meetcost.costing.what_if": "WhatIf",
    "meetcost.ics.objects": "to_event",
    "meetcost.ledger.append": "Receipt",
    "meetcost.ledger.chain": "Head",
    "meetcost.ledger.discrepancy": "Discrepancy",
    "meetcost.ledger.erase": "erase Selection Erasure",
    "meetcost.ledger.faults": "LedgerError MovedError OtherRowsError QuotaError",
    "meetcost.ledger.ledger": "Ledger Recorded",
    "meetcost.ledger.making": "RowMaker",
    "meetcost.ledger.quota": "Quotas Claim",
    "meetcost.ledger.reserving": "Reservation",
    "meetcost.ledger.transfer": "export imported",
    "meetcost.ledger.usage": "Usage",
    "meetcost.ledger.verify": "verify Verification",
    "meetcost.ledger.versions": "Versions",
    "meetcost.model.cost": "CostLine Borne Assumption Step",
    "meetcost.model.verdict": "Outcome Finding Skip",
    "meetcost.paperwork.documents": "text_of",
    "meetcost.paperwork.features": "Features Kind",
    "meetcost.paperwork.forecast": "Forecast",
    "meetcost.rows": "Row rows",
    "meetcost.paperwork.history": "History Record own_of",
    "meetcost.paperwork.history_file": "read_history write_history",
    "meetcost.paperwork.measured": "MeasuredPaperwork measured_paperwork",
    "meetcost.paperwork.minutes": "Measured measure",
    "meetcost.paperwork.own": "Own",
    "meetcost.paperwork.requests": "Request requests_in",
    "meetcost.paperwork.standard_cost": "Complexity",
    "meetcost.paperwork.volume": "examined",
    "meetcost.schedule.busy": "busy_from",
    "meetcost.schedule.series": "SeriesSlot find_series_slots",
    "meetcost.schedule.slot": "NoSlots slots_text",
    "meetcost.schedule.slots": "why_none",
}

API_HEAD = """# `import meetcost`: every public name

*This page is made from the docstrings and signatures. For a start, read [the tutorial](../tutorial.md).*

`import meetcost` is light: each name is imported when it is first used. Everything is typed. Whatever input can cause
is a `MeetcostError`; a mistake in a calendar that leaves the rest readable is a `Problem` beside the result.
"""
BESIDE_HEAD = """## Beside these

Names that one meets as an argument or a result. They are imported from the module that is named.
"""
QUIRKS_HEAD = """# What departs from RFC 5545, and how it is read

*This page is made from `meetcost/ics/quirks.py` and `meetcost/ics/limits.py`. Why it is so:
[how calendars are read](../explanation/reading.md).*

Each departure has a name, the `code` of the `Problem` that tells it. `read` and `read_stream` are tolerant: a
departure costs the line or the component it stands in, and is told. `check` reads strictly, as one calendar object on
its way to a server: it refuses where two programs could read differently. *Unsaid*: read so without a problem.

Sections are those of RFC 5545 unless another document is named.

| code | section | what | how it is read | a strict reading |
| --- | --- | --- | --- | --- |
"""
LIMITS_HEAD = """
## Limits

For a calendar object that is checked; for a file, each component. The size of a file is not limited. `Limits` is an
argument of `read` and `read_stream`; the table `[limits]` of a [policy](policy.md) sets them for `check`.

| `Limits` | at most | of |
| --- | --- | --- |
"""
WHAT_IS_LIMITED = {
    "octets": "octets of one calendar object",
    "line_octets": "octets of one line, folds taken out",
    "lines": "lines of one calendar object, as they are folded",
    "components": "components",
    "depth": "components inside components",
    "parameters": "parameters on one line",
    "attendees": "ATTENDEE lines of one component",
    "instances": "instances within the span that is looked at",
    "rdates": "RDATE values of one component, and as many EXDATE values",
    "rules": "RRULE lines of one component",
    "zones": "VTIMEZONEs",
    "observances": "STANDARD and DAYLIGHT parts of them",
    "steps": "candidates that a recurrence rule may look at",
}
DECISION_HEAD = """# The decision service

`meetcost guard --decide --policy FILE` serves decisions to calendar servers that can refuse and rewrite by
themselves, over HTTP on this machine: `--listen 127.0.0.1:5233` (that is what it does without being told) or
`--listen unix:/PATH`. How one such server asks: [guard Nextcloud, Baïkal or another sabre/dav
server](../how-to/guard-sabre.md). The form of all bodies is a [JSON Schema](decision.schema.json) (draft
2020-12); `Content-Type` is `application/json`.

| request | body | answer |
| --- | --- | --- |
| `POST /decide` | a `Question` | `200` with an `Answer` |
| `POST /settle` | a `Settlement` | `204`; `404` where no such decision is open |
| `POST /removed` | a `Removal` | `204` |
| `GET /health` | | `200` with a `Health` |

**Store nothing unless `/decide` answered `200` with the outcome `allow` or `rewrite`.** All else is a
refusal: no answer, a `Mistake`, an outcome that you do not know. Ask before invitations are sent, when it is
known who writes and that they may; send as `old` what stands under the name that is written to, as it is read
under the same lock or condition. Do not ask about what you deliver by yourself after a decision.

- `allow`: store `new`. `rewrite`: store `octets` in its place, and answer without an ETag (RFC 4791 §5.3.4).
  Where that is not possible, ask with `may_rewrite` false: what could only be stored otherwise is refused
  then.
- `refuse`: answer with what stands in `refusal`. Never with 409, 412 or a 5xx: programs offer to overwrite
  then, drop what was typed, or keep it.
- Then say how it ended, by `POST /settle` with the `id` of the answer: only what was stored is written into
  the journal. What nobody settles within ten minutes counts as not stored. A refusal has no `id`, and is
  written down at once.

Bodies are limited to what two objects of the largest permitted size come to; a larger one is answered with
`413`. With `--token-file` all but `/health` want `Authorization: Bearer TOKEN`, or are answered with `401`.
Without a token the service listens on no address that other machines reach. A page in a browser is answered
with `403`. A changed policy is taken within a second, one with mistakes not; on SIGTERM it ends when all are
answered.

Where a policy has quotas, say `POST /removed` with `old` when an object was deleted: what it took is given
back. Say it with `moved_to` when a MOVE took it to another calendar: it is counted there from then on. A
decision that nobody had settled when the service crashed counts as stored from its next start on.
"""

DISCLOSURE_HEAD = """# The disclosure document, and what stands in an invite

*This page is made from `meetcost/disclosure/document.py` and `meetcost/disclosure/attach.py`. What is said to whom, and
why: [the cost in an invite](../explanation/disclosure.md).*

A disclosure is what may be said of one meeting's cost to one audience. As a JSON document it has a version and a
[JSON Schema](disclosure.schema.json) (draft 2020-12). Decimals are written as text, so that no reader makes them binary
fractions; times have an offset.
"""
PROPERTIES_HEAD = """## `X-MEETCOST-*` properties

The copy for machines, in each component that is a meeting. A server may drop them. They are replaced at each write, so
that a value somebody else put there counts for nothing.

| property | value | what it is |
| --- | --- | --- |
"""
PARAMETERS = """## Parameters

| where | what it says |
| --- | --- |
| `DESCRIPTION;X-MEETCOST=ADDED` | there was no DESCRIPTION: the line goes with the text, if nobody wrote into it |
| `EXDATE;X-MEETCOST=SKIPPED` | a date that a series steps over: one value a line |
"""
PROPERTIES = {
    "VERSION": ("`1`", "the version of these properties"),
    "AS-OF": ("a DATE", "the day on which the cost was worked out"),
    "PEOPLE": ("an INTEGER", "how many are counted as present"),
    "LENGTH": ("a DURATION", "how long one occurrence lasts"),
    "PERSON-HOURS": ("a decimal", "working time of attendance, preparation and travel, of one occurrence"),
    "TIME-COST": ("currency and amount", "the exact worth of that time; not where anybody is from outside"),
    "CASH-COST": ("currency and amount", "travel and venue paid in money; not where anybody is from outside"),
    "RATE-CARD": ("a TEXT", "name and version of the published rate card"),
    "PAPERWORK-HOURS": ("low/likely/high", "the paperwork to expect, with its 80 % interval"),
    "PAPERWORK-MEASURED": (
        "length unit/writing/reading",
        "the minutes that there were, in `words` or `characters`, and hours; empty where not known",
    ),
    "SKIPPED": ("DATEs", "the dates that a series steps over, with spaces between"),
    "LINK": ("a URI", "where the figures are explained"),
    "JUDGED-UNTIL": ("a DATE-TIME in UTC", "how far an endless series was judged when it was stored"),
}


def api() -> str:
    """docs/reference/api.md."""
    parts = [API_HEAD]
    for title, names in GROUPS.items():
        parts.append(f"## {title}\n")
        parts += [_entry(getattr(meetcost, name).__module__.removeprefix("meetcost."), name) for name in names.split()]
    parts.append(BESIDE_HEAD)
    for module, names in BESIDE.items():
        parts += [_entry(module.removeprefix("meetcost."), name, beside=True) for name in names.split()]
    return "\n".join(parts)


def quirks() -> str:
    """docs/reference/quirks.md."""
    rows = [f"| `{code}` | {quirk.section} | {quirk.what} | {_reading(quirk)} |\n" for code, quirk in QUIRKS.items()]
    names = [one.name for one in fields(Limits)]
    limits = [f"| `{name}` | {getattr(LIMITS, name):,} | {WHAT_IS_LIMITED[name]} |\n" for name in names]
    return QUIRKS_HEAD + "".join(rows) + LIMITS_HEAD + "".join(limits)


def _reading(quirk: Quirk) -> str:
    unsaid = "" if quirk.told else " (unsaid)"
    return f"{quirk.reading}{unsaid} | {'refuses' if quirk.strict else 'allows'}"


def policy_schema() -> str:
    """docs/reference/policy.schema.json, as `meetcost policy schema` prints it."""
    return _json(Policy.json_schema())


def disclosure() -> str:
    """docs/reference/disclosure.md."""
    schema = DisclosureDocument.json_schema()
    tables = [
        _table("", schema),
        *(_table(name, part) for name, part in schema["$defs"].items() if "properties" in part),
    ]
    rows = "".join(f"| `X-MEETCOST-{name}` | {value} | {what} |\n" for name, (value, what) in PROPERTIES.items())
    return "\n".join([DISCLOSURE_HEAD, *tables, PROPERTIES_HEAD + rows, PARAMETERS])


def _table(name: str, schema: dict[str, Any]) -> str:
    head = f"## `{name}`\n\n{schema['description']}\n" if name else f"{schema['description']}\n"
    rows = [
        f"| `{key}` | {_type(part)} | {part.get('description', '')} |" for key, part in schema["properties"].items()
    ]
    return "\n".join([head, "| key | type | what it is |", "| --- | --- | --- |", *rows, ""])


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return name if name != "Audience" else "`inside`, `outside` or `public`"
    if "anyOf" in schema:
        return " or ".join(map(_type, schema["anyOf"]))
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return " or ".join(f"`{value}`" for value in schema["enum"])
    if schema.get("contentEncoding") == "base64":
        return "octets in base64"
    if schema["type"] == "array":
        return f"list of {_type(schema['items'])}"
    if schema["type"] == "string" and "[0-9]" in schema.get("pattern", ""):
        return "decimal as text"
    return {"date-time": "time", "date": "day"}.get(schema.get("format", ""), schema["type"])


def disclosure_schema() -> str:
    """docs/reference/disclosure.schema.json."""
    return _json(DisclosureDocument.json_schema())


def decision() -> str:
    """docs/reference/decision-service.md."""
    parts = protocol.json_schema()["$defs"]
    order = "Question Answer RefusalObject VerdictObject Finding Settlement Removal Health Mistake".split()
    return "\n".join([DECISION_HEAD, *(_table(name, parts[name]) for name in order)])


def decision_schema() -> str:
    """docs/reference/decision.schema.json."""
    return _json(protocol.json_schema())


def rates_schema() -> str:
    """docs/reference/rates.schema.json, as `meetcost rates schema` prints it."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "meetcost rate card"}
    return _json({**RateFile.model_json_schema(), **head})


def ledger_schema() -> str:
    """docs/reference/ledger.schema.json: the payloads of the books."""
    return _json(json_schema())


PAGES: dict[str, Callable[[], str]] = {
    "api.md": api,
    "decision-service.md": decision,
    "decision.schema.json": decision_schema,
    "disclosure.md": disclosure,
    "disclosure.schema.json": disclosure_schema,
    "gallery.md": gallery,
    "ledger.schema.json": ledger_schema,
    "policy.md": reference,
    "policy.schema.json": policy_schema,
    "quirks.md": quirks,
    "rates.schema.json": rates_schema,
    "rules.md": rules_page,
}


def _json(schema: dict[str, object]) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


@cache
def _definitions(module: str) -> dict[str, ast.ClassDef | ast.FunctionDef]:
    source = Path(import_module(f"meetcost.{module}").__file__ or "").read_text("utf-8")
    return {node.name: node for node in ast.parse(source).body if isinstance(node, ast.ClassDef | ast.FunctionDef)}


def _entry(module: str, name: str, *, beside: bool = False) -> str:
    node = _definitions(module)[name]
    parts = [f"### `{name}`\n"]
    if beside:
        parts.append(f"`from meetcost.{module} import {name}`\n")
    if isinstance(node, ast.FunctionDef):
        return "\n".join([*parts, _code(_signature(node)), _doc(node)])
    return "\n".join([*parts, *_class(node, module)])


def _class(node: ast.ClassDef, module: str) -> Iterator[str]:
    parts = _parts(node, module)
    makers = [part for part in parts if isinstance(part, ast.FunctionDef) and part.name in ("__init__", "__new__")]
    public = [part for part in parts if isinstance(part, ast.FunctionDef) and not part.name.startswith("_")]
    bases = ", ".join(ast.unparse(base) for base in node.bases if not ast.unparse(base).startswith("_"))
    head = f"class {node.name}({bases})" if bases else f"class {node.name}"
    if makers and not bases.endswith("Error"):
        head += "\n\n" + _signature(makers[0], node.name)
    held = [_field(part) for part in parts if isinstance(part, ast.AnnAssign | ast.Assign)]
    yield _code("\n".join([head, *(["", *filter(None, held)] if any(held) else [])]))
    yield _doc(node)
    for part in public:
        yield f"`{node.name}.{_short(part)}`\n"
        yield _doc(part)


def _parts(node: ast.ClassDef, module: str) -> list[ast.stmt]:
    """What stands in the class, and in the private bases beside it."""
    own = list(node.body)
    for base in node.bases:
        below = _definitions(module).get(ast.unparse(base))
        if isinstance(below, ast.ClassDef) and below.name.startswith("_"):
            own = [*below.body, *own]
    return [part for part in own if not (isinstance(part, ast.FunctionDef) and "overload" in _decorators(part))]


def _field(part: ast.AnnAssign | ast.Assign) -> str:
    if isinstance(part, ast.Assign):  # a member of an enumeration
        names = [ast.unparse(target) for target in part.targets]
        plain = isinstance(part.value, ast.Constant) and not names[0].startswith("_")
        return f"{names[0]} = {ast.unparse(part.value)}" if plain else ""
    name = ast.unparse(part.target)
    if name.startswith("_"):
        return ""
    default = ""
    if part.value is not None:
        default = " = ..." if isinstance(part.value, ast.Call) else f" = {ast.unparse(part.value)}"
    return f"{name}: {ast.unparse(part.annotation)}{default}"


def _decorators(node: ast.FunctionDef) -> list[str]:
    return [ast.unparse(one).rpartition(".")[2] for one in node.decorator_list]


def _short(node: ast.FunctionDef) -> str:
    if {"property", "cached_property"} & set(_decorators(node)):
        return f"{node.name}: {ast.unparse(node.returns)}" if node.returns else node.name
    return _one_line(node, node.name, method=not {"staticmethod"} & set(_decorators(node)))


def _one_line(node: ast.FunctionDef, name: str, *, method: bool = False) -> str:
    arguments = ", ".join(_arguments(node, method=method))
    returns = f" -> {ast.unparse(node.returns)}" if node.returns is not None and node.name == name else ""
    return f"{name}({arguments}){returns}"


def _signature(node: ast.FunctionDef, name: str = "") -> str:
    made = bool(name)
    line = _one_line(node, name or node.name, method=made)
    if len(line) <= WIDTH:
        return line
    returns = f" -> {ast.unparse(node.returns)}" if node.returns is not None and not made else ""
    inside = "".join(f"    {argument},\n" for argument in _arguments(node, method=made))
    return f"{name or node.name}(\n{inside}){returns}"


def _arguments(node: ast.FunctionDef, *, method: bool) -> list[str]:
    """Each parameter as it is written, without `self` of a method."""
    given = node.args
    positional = [*given.posonlyargs, *given.args]
    missing = len(positional) - len(given.defaults)
    defaults = [None] * missing + list(given.defaults)
    told = [_argument(*pair) for pair in zip(positional, defaults, strict=True)]
    if given.posonlyargs:
        told.insert(len(given.posonlyargs), "/")
    if method:
        told = told[1:]
    if given.vararg is not None:
        told.append(f"*{_argument(given.vararg, None)}")
    elif given.kwonlyargs:
        told.append("*")
    told += [_argument(*pair) for pair in zip(given.kwonlyargs, given.kw_defaults, strict=True)]
    return [*told, f"**{_argument(given.kwarg, None)}"] if given.kwarg is not None else told


def _argument(argument: ast.arg, default: ast.expr | None) -> str:
    kind = f": {ast.unparse(argument.annotation)}" if argument.annotation is not None else ""
    if default is None:
        return f"{argument.arg}{kind}"
    return f"{argument.arg}{kind}{' = ' if kind else '='}{ast.unparse(default)}"


def _code(text: str) -> str:
    return f"```text\n{text}\n```\n"


def _doc(node: ast.ClassDef | ast.FunctionDef) -> str:
    """The docstring, its examples as blocks."""
    lines: list[str] = []
    example = False
    for line in cleandoc(ast.get_docstring(node) or "").splitlines():
        if line.startswith(">>>") and not example:
            lines.append("```pycon")
            example = True
        if example and not line:
            lines.append("```")
            example = False
        lines.append(line)
    return "\n".join([*lines, "```"] if example else lines) + "\n"


def write(names: Iterable[str] = PAGES) -> None:
    """Write the pages."""
    for name in names:
        (REFERENCE / name).write_text(PAGES[name](), encoding="utf-8")


if __name__ == "__main__":
    write(sys.argv[1:] or PAGES)

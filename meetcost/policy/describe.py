# SPDX-License-Identifier: Apache-2.0
"""The reference page of `meetcost.toml`, made from its schema."""

from __future__ import annotations

from typing import Any, Final

from meetcost.policy.policy import Policy

_HEAD: Final = """# `meetcost.toml`: every table and key

*This page is made from the schema (`meetcost policy schema` prints it). For a start, read
[how to write a policy](../how-to/write-a-policy.md).*

Unknown keys are mistakes, and all mistakes of a file are told at once, each with its line. Days are written
`2026-12-09`, times of day `09:00`, ISO weeks `2026-W32`. Rules are numbered in the order of
the tables below, and in each as they stand in the file, unless they have an `id`. What each rule does, with an invite
that breaks it and the invite mended, is in [the catalogue of rules](rules.md).
"""

_TITLES: Final = {
    "MeetingTable": "`[meeting]`: what counts as a meeting",
    "PolicyScope": "`[scope]`: whom the policy binds",
    "ScopeTable": "`scope` of one rule",
    "HolidaysTable": "`[holidays]`",
    "NoMeetingDay": "`[[no_meeting_day]]`",
    "NoMeetingWeek": "`[[no_meeting_week]]`",
    "Blackout": "`[[blackout]]`",
    "DateRange": "a range of `[[no_meeting_week]]` or `[[blackout]]`",
    "YearlyRange": "a part of the year of `[[blackout]]`",
    "Hours": "`[[hours]]`",
    "Break": "a break of `[[hours]]`",
    "Window": "`[[window]]`",
    "Duration": "`[[duration]]`",
    "Attendance": "`[[attendance]]`",
    "Notice": "`[[notice]]`",
    "Agenda": "`[[agenda]]`",
    "Purpose": "`[[purpose]]`",
    "SeriesEnd": "`[[series_end]]`",
    "Level": "`[[level]]`",
    "Plan": "`[[plan]]`",
    "CashCeiling": "`[[cash_ceiling]]`",
    "Cost": "`[[cost]]`",
    "ExemptionTable": "`[[exemption]]`",
    "QuotaTable": "`[[quota]]`",
    "LastYearTable": "`limit` of `[[quota]]`",
    "QuotaScope": "`scope` of `[[quota]]`",
    "RosterEntry": "`[[roster]]`",
    "WorkingHoursTable": "`[working_hours]`",
    "CostingTable": "`[costing]`",
    "PreparationTable": "`[costing.preparation]`",
    "JourneyTable": "`[[costing.travel]]`",
    "VenueTable": "`[[costing.venues]]`",
    "DisclosureTable": "`[disclosure]`",
    "Source": "`source`",
    "LimitsTable": "`[limits]`",
    "ExampleTable": "`[[example]]`",
}


def reference() -> str:
    """The page, in Markdown."""
    schema = Policy.json_schema()
    tables = schema["$defs"]
    parts = [_HEAD, "## At the top of the file\n", _keys(schema, tables)]
    for name, title in _TITLES.items():
        parts += [f"## {title}\n", f"{tables[name]['description']}\n", _keys(tables[name], tables)]
    return "\n".join(parts)


def _keys(table: dict[str, Any], tables: dict[str, Any]) -> str:
    required = table.get("required", [])
    lines = ["| key | kind | without it | meaning |", "| --- | --- | --- | --- |"]
    for key, schema in table["properties"].items():
        without = "a mistake" if key in required else _default(schema)
        lines.append(f"| `{key}` | {_kind(schema, tables)} | {without} | {_meaning(schema, tables)} |")
    return "\n".join(lines) + "\n"


def _meaning(schema: dict[str, Any], tables: dict[str, Any]) -> str:
    text = schema.get("description", "")
    ref = schema.get("$ref") or schema.get("items", {}).get("$ref")
    if not text and ref:
        text = tables[ref.rsplit("/", 1)[-1]].get("description", "")
    return " ".join(str(text).split()).replace("|", "\\|")


def _default(schema: dict[str, Any]) -> str:
    default = schema.get("default")
    if default is None or default == "":
        return "nothing"
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if isinstance(default, list):
        return f"`{', '.join(map(str, default))}`" if default else "empty"
    if isinstance(default, dict):
        return "its defaults" if default else "empty"
    return f"`{default}`"


def _kind(schema: dict[str, Any], tables: dict[str, Any]) -> str:
    if "anyOf" in schema:
        kinds = [_kind(one, tables) for one in schema["anyOf"] if one.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds))
    if "allOf" in schema:
        return _kind(schema["allOf"][0], tables)
    if "$ref" in schema:
        table = tables[schema["$ref"].rsplit("/", 1)[-1]]
        return _kind(table, tables) if "enum" in table else "table"
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    if schema.get("type") == "array":
        return f"list of {_plural(_kind(schema['items'], tables))}"
    return {
        "string": "date" if schema.get("format") == "date" else "text",
        "integer": "whole number",
        "number": "number",
        "boolean": "`true`, `false`",
        "object": "table",
    }[schema["type"]]


def _plural(kind: str) -> str:
    return {"text": "texts", "date": "dates", "table": "tables", "whole number": "whole numbers"}.get(kind, kind)

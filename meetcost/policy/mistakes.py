# SPDX-License-Identifier: Apache-2.0
"""All mistakes of a policy at once: pydantic's, worded as ours, and those between tables, each with its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from meetcost.errors import MOST_MISTAKES, Problem, UsageError, said_by
from meetcost.model.attendee import calendar_address
from meetcost.model.wrong_value import choices_of, did_you_mean, wrong_value
from meetcost.model.zone import named_zone
from meetcost.policy.clauses import DAY_KINDS, REQUIREMENT_KINDS
from meetcost.policy.costing_table import clashes
from meetcost.policy.example_table import check_example
from meetcost.policy.place import Path, line_of
from meetcost.policy.quota_table import quota_clashes
from meetcost.policy.requirement_tables import check_clock
from meetcost.policy.schema import PolicyFile, check_day, check_week
from meetcost.policy.table import Table
from meetcost.policy.written import check_one, check_order
from meetcost.rules.holidays import WorkCalendar
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

_KINDS: Final[dict[str, tuple[Callable[..., None], tuple[str, ...]]]] = {
    "no_meeting_day": (check_day, ("weekdays", "dates", "yearly", "nth")),
    "no_meeting_week": (check_week, ("nth", "definition", "weeks", "ranges", "every", "anchor")),
    "blackout": (check_one, ("dates", "ranges", "yearly", "months")),
    "hours": (check_clock, ("start", "end")),
    "window": (check_clock, ("start", "end")),
    "level": (check_one, ("lowest", "steps")),
    "cost": (check_one, ("money", "person_hours")),
}
"""What is asked of the keys of one rule together."""


def of_schema(error: ValidationError, data: Mapping[str, Any], places: dict[Path, int]) -> list[Problem]:
    """Each of pydantic's errors once, in our words; of very many the first."""
    found: dict[tuple[Path, str], Problem] = {}
    for detail in error.errors(include_url=False)[:MOST_MISTAKES]:
        path = _path(detail["loc"], data)
        message = wrong_value(detail)
        line = line_of(path, places)
        problem = Problem(_code(detail["type"]), message, line, dotted(path), "", _advice(detail, path))
        found.setdefault((path, message), problem)
    return list(found.values())


def between_tables(data: Mapping[str, Any], places: dict[Path, int]) -> Iterator[Problem]:
    """What is wrong though every table by itself is right; asked of the bare data, so that nothing hides it."""

    def mistake(code: str, message: str, path: Path, advice: str = "") -> Problem:
        return Problem(code, message, line_of(path, places), dotted(path), "", advice)

    zone = data.get("zone")
    if isinstance(zone, str) and named_zone(zone) is None:
        message = Sentence.of("`{name}` is no time zone", name=zone)
        yield mistake("policy-zone", message, ("zone",), "write one such as Europe/Berlin or Asia/Shanghai")
    yield from _clashes(data, mistake)
    yield from _holidays(data, mistake)
    yield from _rule_ids(data, mistake)
    yield from _reviewers(data, mistake)
    yield from _levels(data, mistake)
    yield from _roster(data, mistake)
    for clash in clashes(data.get("costing")):
        yield mistake("policy-costing", clash.message, clash.path, clash.advice)
    ids = {str(rule.get("id", number)): number for number, (_, _, rule) in enumerate(_clauses(data), 1)}
    for clash in quota_clashes(data.get("quota"), ids):
        yield mistake("policy-quota", clash.message, clash.path, clash.advice)


def dotted(path: Path) -> str:
    """`no_meeting_day[0].weekdays[1]`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _clashes(data: Mapping[str, Any], mistake: Any) -> Iterator[Problem]:
    """Keys of one table that do not go together: pydantic looks only once each by itself is right."""
    yield from _asked(lambda: check_order(data.get("from"), data.get("until")), (), mistake)
    for kind, at, rule in _clauses(data):
        yield from _asked(partial(check_order, rule.get("from"), rule.get("until")), (kind, at), mistake)
        if kind in _KINDS:
            check, names = _KINDS[kind]
            yield from _asked(partial(check, **{name: rule.get(name) for name in names}), (kind, at), mistake)


def _asked(check: Callable[[], None], path: Path, mistake: Any) -> Iterator[Problem]:
    try:
        check()
    except ValueError as error:
        yield mistake("bad-value", said_by(error), path)


def _holidays(data: Mapping[str, Any], mistake: Any) -> Iterator[Problem]:
    table = _table(data.get("holidays"))
    country, subdivision = table.get("country", ""), table.get("subdivision", "")
    if isinstance(country, str) and isinstance(subdivision, str) and country:
        try:
            WorkCalendar(country, subdivision)
        except UsageError as error:
            key = "subdivision" if subdivision and error.args[0].startswith(f"`{subdivision}`") else "country"
            yield mistake("policy-holidays", said_by(error), ("holidays", key))
    elif isinstance(subdivision, str) and subdivision:
        yield mistake("policy-holidays", "a part of which country?", ("holidays", "subdivision"), "write `country`")
    known = bool(country or table.get("days_off"))
    for kind, at, rule in _clauses(data):
        if rule.get("on_holiday") == "lapses" and not known:
            message = "holidays are not known, so nothing can lapse on them"
            yield mistake(
                "policy-holidays", message, (kind, at, "on_holiday"), 'write `[holidays]` with `country = "CN"`'
            )


def _rule_ids(data: Mapping[str, Any], mistake: Any) -> Iterator[Problem]:
    ids: dict[str, int] = {}
    for number, (kind, at, rule) in enumerate(_clauses(data), 1):
        name = rule.get("id", str(number))
        if not isinstance(name, str):
            continue
        if name in ids:
            yield mistake(
                "policy-id",
                Sentence.of("`{name}` names rule {number} already", name=name, number=ids[name]),
                (kind, at, "id"),
            )
        ids.setdefault(name, number)
    classes: set[str] = set()
    for at, exemption in enumerate(_tables(data.get("exemption"))):
        name = exemption.get("class")
        if isinstance(name, str):
            if name in classes:
                yield mistake(
                    "policy-class", Sentence.of("`{name}` stands twice", name=name), ("exemption", at, "class")
                )
            classes.add(name)
        wanted = exemption.get("rules", [])
        for index, rule_id in enumerate(wanted if isinstance(wanted, list) else []):
            if isinstance(rule_id, str) and rule_id not in ids:
                message = Sentence.of("there is no rule `{rule_id}`", rule_id=rule_id)
                yield mistake("policy-rules", message, ("exemption", at, "rules", index), _did_you_mean(rule_id, ids))
    known = dict.fromkeys([*ids, *(str(one.get("id")) for one in _tables(data.get("quota")))])
    for at, example in enumerate(_tables(data.get("example"))):
        yield from _asked(partial(check_example, **{"invite": None, **example}), ("example", at), mistake)
        wanted = example.get("rule", [])
        for rule_id in map(str, wanted if isinstance(wanted, list) else [wanted]):
            if rule_id not in known:
                message = Sentence.of("there is no rule `{rule_id}`", rule_id=rule_id)
                yield mistake("policy-rules", message, ("example", at, "rule"), _did_you_mean(rule_id, known))


def _reviewers(data: Mapping[str, Any], mistake: Any) -> Iterator[Problem]:
    """Who is asked for a review has to be named."""
    for kind, at, rule in _clauses(data):
        action = rule.get("action", "review" if kind == "plan" else "refuse")
        if action == "review" and not (rule.get("reviewer") or data.get("reviewer")):
            advice = 'write `reviewer = "unit:Office"`, or an address, here or at the top of the file'
            yield mistake("policy-reviewer", "nobody is named who reviews", (kind, at, "action"), advice)


def _levels(data: Mapping[str, Any], mistake: Any) -> Iterator[Problem]:
    """Levels are named where they are ordered, and nowhere else by another name."""
    written = data.get("levels", [])
    levels = [one for one in written if isinstance(one, str)] if isinstance(written, list) else []
    known: set[str] = set()
    for at, level in enumerate(levels):
        if level.strip().casefold() in known:
            yield mistake("policy-level", Sentence.of("`{name}` stands twice", name=level), ("levels", at))
        known.add(level.strip().casefold())
    for at, rule in enumerate(_tables(data.get("level"))):
        if not levels:
            advice = 'write `levels = ["city", "county", "township"]` at the top, the highest first'
            yield mistake("policy-level", "nothing says which level is above which", ("level", at), advice)
            continue
        called_by = rule.get("called_by", [])
        named = [
            ("called_by", index, one) for index, one in enumerate(called_by if isinstance(called_by, list) else [])
        ]
        for key, index, one in (*named, ("lowest", None, rule.get("lowest"))):
            if isinstance(one, str) and one.strip().casefold() not in known:
                path: Path = ("level", at, key) if index is None else ("level", at, key, index)
                yield mistake(
                    "policy-level",
                    Sentence.of("`{one}` is none of `levels`", one=one),
                    path,
                    _did_you_mean(one, levels),
                )
    for at, entry in enumerate(_tables(data.get("roster")) if levels else []):
        one = entry.get("level")
        if isinstance(one, str) and one and one.strip().casefold() not in known:
            path = ("roster", at, "level")
            yield mistake(
                "policy-level", Sentence.of("`{one}` is none of `levels`", one=one), path, _did_you_mean(one, levels)
            )


def _roster(data: Mapping[str, Any], mistake: Any) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for at, entry in enumerate(_tables(data.get("roster"))):
        aliases = entry.get("aliases", [])
        for address in [entry.get("address"), *(aliases if isinstance(aliases, list) else [])]:
            if isinstance(address, str) and seen.setdefault(calendar_address(address), at) != at:
                yield mistake(
                    "directory-twice", Sentence.of("`{address}` stands in two entries", address=address), ("roster", at)
                )


def _clauses(data: Mapping[str, Any]) -> list[tuple[str, int, Mapping[str, Any]]]:
    """All rules in the order of their numbers."""
    kinds = (*DAY_KINDS, *REQUIREMENT_KINDS)
    return [(kind, at, rule) for kind in kinds for at, rule in enumerate(_tables(data.get(kind)))]


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _tables(value: object) -> list[Mapping[str, Any]]:
    return [_table(one) for one in value] if isinstance(value, list) else []


def _path(loc: Sequence[str | int], data: object) -> Path:
    """The part of pydantic's place that is in the file: names of union members are left out."""
    path: list[str | int] = []
    for at, part in enumerate(loc):
        if isinstance(data, Mapping) and isinstance(part, str):
            if part not in data and at < len(loc) - 1:
                continue
            path.append(part)
            data = data.get(part)
        elif isinstance(data, list) and isinstance(part, int):
            path.append(part)
            data = data[part] if part < len(data) else None
    return tuple(path)


def _code(kind: str) -> str:
    return {"extra_forbidden": "unknown-key", "missing": "missing-key"}.get(kind, "bad-value")


def _advice(detail: ErrorDetails, path: Path) -> str:
    if detail["type"] == "extra_forbidden":
        return _did_you_mean(str(path[-1]) if path else "", known_keys(path[:-1]))
    if detail["type"] in ("enum", "literal_error"):
        return _did_you_mean(str(detail["input"]), choices_of(detail))
    return ""


_OTHER_WORDS: Final = {
    "categories": ("tags",),
    "category": ("tags",),
    "duration": ("minutes", "at_most"),
    "organizer": ("organiser",),
    "summary": ("title",),
}
"""Names that come to mind for keys, among them those of RFC 5545."""


def _did_you_mean(word: str, known: Collection[str]) -> str:
    return did_you_mean(word, known) or next(
        (did_you_mean(name, [name]) for name in _OTHER_WORDS.get(word, ()) if name in known), ""
    )


def known_keys(path: Path) -> list[str]:
    """The keys that may stand in the table at `path`."""
    model: type[Table] = PolicyFile
    for part in path:
        if isinstance(part, str):
            inner = _model_in(model, part)
            if inner is None:
                return []
            model = inner
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_in(model: type[Table], key: str) -> type[Table] | None:
    field = next((field for name, field in model.model_fields.items() if key in (name, field.alias)), None)
    pending: list[Any] = [field.annotation] if field is not None else []
    while pending:
        one = pending.pop()
        if isinstance(one, type) and issubclass(one, Table):
            return one
        pending += getattr(one, "__args__", ())
    return None

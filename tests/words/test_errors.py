# SPDX-License-Identifier: Apache-2.0
"""Whoever makes a mistake reads what is wrong in their own language: no error of the package is English only."""

from __future__ import annotations

import ast
import inspect
import pickle
import re
import tomllib
from datetime import date
from decimal import Decimal
from tomllib import _parser
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import BaseModel, ValidationError
from test_catalogues import CHINESE, MODULES, PACKAGE, literals, tree

from meetcost.costing.loading import LEAVE_TWICE
from meetcost.costing.rate_file import RateFile, read
from meetcost.errors import CalendarError, ConfigError, MoneyError, Problem, UsageError, said_by
from meetcost.model.directory import Directory
from meetcost.model.wrong_value import wrong_value
from meetcost.paperwork.history_file import HistoryForm
from meetcost.policy.mistakes import between_tables, of_schema
from meetcost.policy.policy import Policy
from meetcost.policy.schema import PolicyFile
from meetcost.values.toml_text import read_toml
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TELLING = {
    "Problem": (1, 5),
    "Clash": (0, 2),
    "mistake": (1, 3),
    "UsageError": (0,),
    "MoneyError": (0,),
    "WrongValueError": (0,),
    "LedgerError": (0,),
    "NotXmlError": (0,),
    "AccountError": (1, 2),
    "AwayError": (1, 2),
    "TooLargeError": (1,),
    "_error": (0, 1),
    "_unusable": (1, 2),
    "blame": (4,),
    "malformed": (0,),
    "WrongTargetError": (0,),
    "WrongHeaderError": (0,),
    "WrongXmlError": (0,),
}
"""Where a text stands among the arguments of a call that tells a mistake."""
SPEAKING = [
    path for path in MODULES if path.parent.name in ("policy", "costing", "model", "values", "rules", "schedule")
]
QUOTED = re.compile(r"f['\"]`\{[^{}]*\}`['\"]")


def told(path: Path) -> Iterator[ast.expr]:
    """The texts that a module gives to such calls; a name stands for all that the module gives it."""
    named: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            named.setdefault(node.targets[0].id, []).append(node.value)
    for node in ast.walk(tree(path)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
        places = [node.args[at] for at in TELLING.get(name, ()) if at < len(node.args)]
        places += [one.value for one in node.keywords if name in TELLING and one.arg in ("message", "advice")]
        for place in places:
            yield from named.get(place.id, ()) if isinstance(place, ast.Name) else [place]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_module_tells_a_mistake_that_cannot_be_translated(path: Path) -> None:
    for text in told(path):
        for part in (text.body, text.orelse) if isinstance(text, ast.IfExp) else (text,):
            if isinstance(part, ast.JoinedStr):
                assert QUOTED.fullmatch(ast.unparse(part)), ast.unparse(part)
        assert set(literals(text)) - {""} <= CHINESE.keys()


# what is wrong in a file

WRONG: list[Any] = [True, -1, 10**13, 1.5, "", "nonsense", "x" * 20_000, [], ["nonsense"], [True], {}, {"nonsense": 1}]
WRONG += [date(1, 1, 1), [{}], [[]], Decimal("0.12345678901"), float("inf")]


def names(schema: object) -> Iterator[str]:
    """The keys of a JSON Schema and their choices, which are written alike in both languages."""
    if isinstance(schema, dict):
        yield from schema.get("properties", ())
        for choice in [*schema.get("enum", ()), schema.get("const", "")]:
            yield from str(choice).split()
    for inner in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from names(inner)


NAMES = frozenset(names([Policy.json_schema(), RateFile.model_json_schema(), HistoryForm.model_json_schema()]))


def english_left(text: str) -> set[str]:
    """The English words of a text outside of what it quotes and cites."""
    text = text.replace(str(LEAVE_TWICE), "")
    return set(re.findall(r"\b[a-z][a-z0-9_-]+", re.sub(r"`[^`]*`|https?://\S+", "", text))) - NAMES


def assert_chinese(problem: Problem) -> None:
    for part in filter(None, (problem.message, problem.advice)):
        said = part.text("zh") if isinstance(part, Sentence) else CHINESE[part]
        assert re.search("[\u4e00-\u9fff]", said), said
        assert not english_left(said), said


def paths(form: type[BaseModel], known: tuple[type, ...] = ()) -> Iterator[tuple[tuple[str, ...], bool]]:
    """Each key of a form with those above it, and whether it is a list of tables."""
    for name, field in form.model_fields.items():
        key = field.alias or name
        yield (key,), False
        pending: list[Any] = [field.annotation]
        while pending:
            one = pending.pop()
            if isinstance(one, type) and issubclass(one, BaseModel) and one not in known:
                for path, _ in paths(one, (*known, one)):
                    yield (key, *path), "list" in str(field.annotation)
            pending += getattr(one, "__args__", ())


def planted(path: tuple[str, ...], value: object, *, several: bool) -> dict[str, Any]:
    inner = {path[-1]: value}
    for key in reversed(path[1:-1]):
        inner = {key: inner}
    return inner if len(path) == 1 else {path[0]: [inner] if several else inner}


@pytest.mark.parametrize("value", WRONG, ids=lambda value: repr(value)[:20])
def test_a_wrong_value_in_any_key_of_a_policy_is_told_in_chinese(value: object) -> None:
    told = 0
    for path, several in paths(PolicyFile):
        data = planted(path, value, several=several)
        problems = list(between_tables(data, {}))
        try:
            PolicyFile.model_validate(data, by_alias=True, by_name=False)
        except ValidationError as error:
            problems += of_schema(error, data, {})
        for problem in problems:
            assert_chinese(problem)
        told += bool(problems)
    assert told > 50


@pytest.mark.parametrize("form", [RateFile, HistoryForm], ids=lambda form: form.__name__)
@pytest.mark.parametrize("value", WRONG, ids=lambda value: repr(value)[:20])
def test_a_wrong_value_in_any_key_of_another_file_is_told_in_chinese(form: type[BaseModel], value: object) -> None:
    for path, several in paths(form):
        with pytest.raises(ValidationError) as caught:
            form.model_validate(planted(path, value, several=several))
        for detail in caught.value.errors():
            assert_chinese(Problem("x", wrong_value(detail)))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", ""),
        ("a.csv", "name,unit\nAnn,Roads\n"),
        ("a.csv", 'address\n"a@x.example\n'),
        ("a.csv", "address,mail\na@x.example,b@x.example\n"),
        ("a.csv", "address,kind,size,rate\na@x.example,thing,many,none,more\n,,,\nb@x.example,thing,many,none\n"),
        ("a.csv", "address\na@x.example\nA@x.example\n"),
        ("a.toml", "entry = 1\nentries = 2"),
        ("a.toml", "[[entry]]\nadress = 'a'"),
        ("a.toml", "a = "),
    ],
)
def test_mistakes_of_a_directory_are_told_in_chinese(name: str, text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Directory.parse(text.encode(), name)
    for problem in caught.value.problems:
        assert_chinese(problem)
    assert f"{name}：{len(caught.value.problems)} 处错误" in caught.value.text("zh")


@pytest.mark.parametrize(
    "more",
    [
        'method = "people-daily-1999"\nloading = "us-civilian-2016"',
        'method = "people-daily-1999"\npersonal = true',
        'method = "loaded-rates"',
        'method = "hourly-rates"\nloading = "us-civilian-2016"',
        "loading = { factor = 1.2 }",
        'loading = { name = "us-civilian-2016", factor = 1.2, basis = "paid" }',
        'loading = { name = "us-civilian-2016", basis = "paid" }',
        'loading = { factor = 1.2, basis = "worked" }',
        'loading = { factor = 1.2, basis = "paid" }\nbands.B.values.2024-01-01 = { hourly = 30, basis = "worked" }',
        'loading = { factor = 1.2, basis = "paid" }\nbands.B.values.2024-01-01 = 30',
        'loading = "of-mine"',
        "bands.B.values.2024-01-01 = { hours = 3, hourly = 1, yearly = 1 }",
        "bands.B.values.2024-01-01 = { yearly = 1 }",
        "bands.B.values.soon = 1",
    ],
)
def test_mistakes_of_a_rate_card_are_told_in_chinese(more: str) -> None:
    head = 'name = "n"\nversion = "1"\ncurrency = "EURO"\ndefault_band = "C"\n'
    text = f'{head}{more}\nbands.A.values.2024-01-01 = {{ hourly = 30, basis = "paid" }}'
    with pytest.raises(ConfigError) as caught:
        read(text.encode(), "rates.toml")
    assert len(caught.value.problems) > 2
    for problem in caught.value.problems:
        assert_chinese(problem)


def test_whatever_the_reader_of_toml_says_has_its_chinese() -> None:
    source = inspect.getsource(_parser)
    said = re.findall(r'(?:suffixed_err\(\s*\w+, \w+, |TOMLDecodeError\(\s*)f?("(?:[^"\\\\]|\\\\.)*")', source)
    assert len(said) > 20
    for message in {ast.literal_eval(text) for text in said if " (at " not in text}:
        english = re.sub(r"\{[^}]*\}", "{what}", message)
        assert english[:1].lower() + english[1:] in CHINESE, english


@pytest.mark.parametrize("text", ["a = ", "a = 1\na = 2", "[a\n", "a = [1", 'a = "\x00"', "= 1", "a = 99-99-99", "a.b"])
def test_what_is_no_toml_is_told_in_chinese_with_its_line(text: str) -> None:
    with pytest.raises(tomllib.TOMLDecodeError):
        tomllib.loads(text)
    with pytest.raises(ConfigError) as caught:
        read_toml(text, "a.toml")
    (problem,) = caught.value.problems
    assert problem.line
    assert_chinese(problem)


@pytest.mark.parametrize("text", ["a = 1" + "0" * 5000, "a = " + "[" * 5000])
def test_toml_beyond_what_can_be_read_is_told_in_chinese(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_toml(text, "a.toml")
    assert_chinese(caught.value.problems[0])


# errors


def test_an_error_says_the_same_in_both_languages_and_is_english_as_a_string() -> None:
    error = UsageError("`{name}` is no time zone", name="Mars")
    assert str(error) == error.text() == "`Mars` is no time zone"
    assert error.text("zh") == "`Mars` 不是时区"
    assert MoneyError("weights of a split are non-negative and not all zero").text("zh").startswith("分摊")
    assert UsageError("what {somebody} wrote").text("zh") == "what {somebody} wrote"


def test_an_error_within_another_is_said_in_the_same_language() -> None:
    inner = CalendarError(Problem("x", "holds no meeting", 3))
    assert said_by(inner).text("zh") == "第 3 行：其中没有会议"
    assert said_by(FileNotFoundError(2, "No such file or directory", "a")) == "no such file or directory"
    assert said_by(FileNotFoundError(2, "No such file or directory", "a")).text("zh") == "没有这个文件或文件夹"
    assert said_by(ValueError("it says")) == "it says"


def test_an_error_survives_the_way_to_another_process() -> None:
    for error in (UsageError("`{name}` is no time zone", name="Mars"), ConfigError("a", [Problem("x", "no UID")])):
        again = pickle.loads(pickle.dumps(error))
        assert (str(again), again.text("zh")) == (str(error), error.text("zh"))

# SPDX-License-Identifier: Apache-2.0
"""Every sentence of the package has its Chinese, and no Chinese is left over."""

from __future__ import annotations

import ast
import errno
import os
import re
import string
from collections import Counter
from functools import cache
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from babel.messages.pofile import read_po
from jinja2 import nodes

import meetcost
from meetcost.feed.site import environment
from meetcost.model.phrase import Phrase
from meetcost.paperwork.features import Features, Kind
from meetcost.paperwork.forecast import forecast

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(meetcost.__file__).parent
CATALOGUES = sorted((PACKAGE / "words" / "zh_CN").glob("*.po"))
MODULES = [path for path in sorted(PACKAGE.rglob("*.py")) if path.parent.name != "words"]
WHERE = {
    "say": (0,),
    "say_count": (1, 2),
    "Count": (1, 2),
    "Phrase": (0,),
    "Phrase.of": (0,),
    "Sentence.of": (0,),
    "Step.of": (0,),
    "Assumption.named": (1,),
    "words.t": (0,),
    "words.plain": (0,),
    "words.n": (1, 2),
    "words.plain_n": (1, 2),
    "site.wording.plain": (0,),
}
"""Where a template stands among the arguments of a call that takes one."""
SINGULAR = {"say_count": 1, "Count": 1, "words.n": 1, "words.plain_n": 1}
"""Where the English singular stands: Chinese takes the form of the plural."""


def catalogue(path: Path) -> dict[str, str]:
    with path.open("rb") as file:
        entries = read_po(file, locale="zh_CN", abort_invalid=True)
    return {str(entry.id): str(entry.string) for entry in entries if entry.id}


CHINESE = {english: chinese for path in CATALOGUES for english, chinese in catalogue(path).items()}


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def literals(node: ast.AST) -> Iterator[str]:
    """The strings that an expression may give: of a choice both, of a table its values."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)
    elif isinstance(node, ast.Dict):
        for value in node.values:
            yield from literals(value)
    elif isinstance(node, ast.Tuple | ast.List):
        for value in node.elts:
            yield from literals(value)


def assigned(path: Path) -> dict[str, set[str]]:
    """The strings that each name in a module may stand for."""
    found: dict[str, set[str]] = {}
    for node in ast.walk(tree(path)):
        targets: list[ast.expr] = []
        value: ast.expr | None = None
        if isinstance(node, ast.Assign):
            targets, value = node.targets, node.value
        elif isinstance(node, ast.AnnAssign):
            targets, value = [node.target], node.value
        if value is None:
            continue
        for target in targets:
            names = target.elts if isinstance(target, ast.Tuple) else [target]
            values = value.elts if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) else [value]
            for name, one in zip(names, values, strict=False):
                if isinstance(name, ast.Name):
                    found.setdefault(name.id, set()).update(literals(one))
    return found


def templates(path: Path, *, singular: bool) -> Iterator[str]:
    """What a module gives to a call that takes a template, as a literal or by a name."""
    names = assigned(path)
    for node in ast.walk(tree(path)):
        if not isinstance(node, ast.Call):
            continue
        call = ast.unparse(node.func)
        for at in WHERE.get(call, ()):
            if at >= len(node.args) or (SINGULAR.get(call) == at) is not singular:
                continue
            argument = node.args[at]
            if isinstance(argument, ast.Subscript):
                argument = argument.value
            yield from names.get(argument.id, ()) if isinstance(argument, ast.Name) else literals(argument)


def fields(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def on_pages() -> Iterator[str]:
    """What the templates of pages say: `t("...")`."""
    for path in sorted(PACKAGE.glob("*/templates/*.html")):
        for call in environment().parse(path.read_text("utf-8")).find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "t":
                yield call.args[0].as_const()


SAID = sorted({*on_pages(), *(text for path in MODULES for text in templates(path, singular=False))} - {""})
SAID = [template for template in SAID if not re.fullmatch(r"`?\{\w+\}`?", template)]  # a field alone is of no language


@pytest.mark.parametrize("template", SAID)
def test_it_has_a_chinese_text(template: str) -> None:
    assert template in CHINESE


@pytest.mark.parametrize("template", sorted(CHINESE))
def test_the_chinese_has_the_same_fields_and_its_own_punctuation(template: str) -> None:
    chinese = CHINESE[template]
    assert chinese
    assert fields(chinese) == fields(template)
    for at, sign in enumerate(chinese):
        beside = chinese[max(at - 1, 0) : at] + chinese[at + 1 : at + 2]
        if sign in ",;!?" and any("\u4e00" <= one <= "\u9fff" for one in beside):
            pytest.fail(f"`{sign}` beside Chinese: {chinese}")


def test_the_scan_finds_what_it_should() -> None:
    assert "{people} × {length} = {hours}" in SAID  # by a name
    assert "“{title}” was not saved" in SAID  # as it stands
    assert "beyond the horizon: {why}" in SAID or "beyond the horizon: {why}" in CHINESE
    assert len(SAID) > 150


def test_no_sentence_stands_in_two_catalogues() -> None:
    counted = Counter(english for path in CATALOGUES for english in catalogue(path))
    assert [english for english, count in counted.items() if count > 1] == []


def test_nothing_is_translated_that_nobody_says() -> None:
    written = {
        node.value
        for path in MODULES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert sorted(set(CHINESE) - written - set(on_pages()) - bases() - SYSTEM) == sorted(KEPT_FOR_THE_DOCSTRING)


SYSTEM = {os.strerror(number).lower() for number in errno.errorcode}
"""What the system says of files and sockets; the catalogue has some of it."""
KEPT_FOR_THE_DOCSTRING = {"{people} people"} & set(CHINESE)
"""The example of `say`, which is no module of its own floor."""


def bases() -> set[str]:
    """The templates of what a forecast rests on; names of bodies come from the fitted figures."""
    said: set[str] = set()
    for kind, minutes, people, items, language in product(Kind, (None, 60), (None, 9), (None, 4), (None, "en", "zh")):
        for phrase in forecast(Features(kind, minutes, people, items, language)).basis:
            said.update(nested(phrase))
    return said


def nested(value: object) -> Iterator[str]:
    """The templates of a phrase and of those in its fields."""
    if isinstance(value, Phrase):
        yield value.template
        for _, field in value.fields:
            yield from nested(field)
    elif isinstance(value, tuple):
        for one in value:
            yield from nested(one)

# SPDX-License-Identifier: Apache-2.0
"""Every sentence of the costing floor exists in Chinese, with the same fields."""

import ast
import re
import string
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import meetcost.costing
import meetcost.model.cost
import meetcost.model.phrase
import meetcost.words

WHERE = {"of": (0,), "named": (1,), "say": (0,), "say_count": (1, 2), "Count": (1, 2)}
"""Where a template stands among the arguments of each call that takes one."""


def modules():
    yield from sorted(Path(meetcost.costing.__path__[0]).glob("*.py"))
    yield Path(meetcost.model.cost.__file__)
    yield Path(meetcost.model.phrase.__file__)


def templates(file):
    """Literals in such calls, and those given the name `text` on the way there."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        literals = []
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            literals = [node.args[at] for at in WHERE.get(name, ()) if at < len(node.args)]
        elif isinstance(node, ast.Assign) and any(getattr(target, "id", "") == "text" for target in node.targets):
            literals = [node.value]
        yield from (each.value for each in literals if isinstance(each, ast.Constant) and isinstance(each.value, str))


def fields(text):
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def catalogue(name):
    file = Path(meetcost.words.__path__[0]) / "zh_CN" / name
    with file.open("rb") as opened:
        return {
            message.id: message.string for message in read_po(opened, locale="zh_CN", abort_invalid=True) if message.id
        }


WANTED = sorted({template for file in modules() for template in templates(file)})
CHINESE = catalogue("costing.po")


@pytest.mark.parametrize("template", WANTED)
def test_it_has_a_chinese_text_with_the_same_fields(template):
    assert template in CHINESE
    assert fields(CHINESE[template]) == fields(template)


def test_nothing_is_translated_that_nobody_says():
    assert sorted(CHINESE) == WANTED


def test_the_scan_finds_what_it_should():
    assert "{people} × {length} = {hours}" in WANTED
    assert "assumption: a whole day counts as {hours} hours of work" in WANTED
    assert len(WANTED) > 70


def test_chinese_is_written_with_chinese_punctuation():
    for text in CHINESE.values():
        assert not re.search(r"[\u4e00-\u9fff}][,;:()]", text), text


def test_no_chinese_word_is_left_in_english():
    for template, text in CHINESE.items():
        words = re.sub(r"\{\w+\}|`[^`]*`", "", text)  # what is quoted is of no language
        assert not re.search("[A-Za-z]{2,}", words), (template, text)

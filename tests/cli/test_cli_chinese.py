# SPDX-License-Identifier: Apache-2.0
"""Every sentence of the command line exists in Chinese, with the same fields."""

import ast
import re
import string
from pathlib import Path

import pytest

import meetcost.cli
from meetcost.cli.check_text import _OUTCOMES
from meetcost.paperwork.features import Features, Kind
from meetcost.paperwork.figures import Tag
from meetcost.paperwork.forecast import forecast
from meetcost.words.say import _chinese

PLACES = {"say": (0,), "say_count": (1, 2)}
NAMES = {"text", "template", "one", "many"}
"""What a template is called on its way to `say`."""


def templates():
    for file in sorted(Path(meetcost.cli.__path__[0]).glob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        says = any(getattr(node.func, "id", "") in PLACES for node in ast.walk(tree) if isinstance(node, ast.Call))
        for node in ast.walk(tree):
            found = []
            if isinstance(node, ast.Call):
                found = [node.args[at] for at in PLACES.get(getattr(node.func, "id", ""), ()) if at < len(node.args)]
            elif says and isinstance(node, ast.Assign) and any(getattr(to, "id", "") in NAMES for to in node.targets):
                found = [node.value]
            yield from (one.value for one in found if isinstance(one, ast.Constant) and isinstance(one.value, str))
    yield from _OUTCOMES.values()
    yield from (tag.value for tag in Tag)
    yield from ("length", "writing", "reading", "together", "words", "characters", "hours")


def fields(text):
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


SINGULAR = {"{count} person", "{count} meeting", "{count} rule", "{count} band", "once"}
SINGULAR |= {"{count} row", "{count} new row", "{count} correction", "{count} file"}
SINGULAR |= {"{count} forecast", "{count} meeting learnt"}
SINGULAR |= {"{count} figure of money", "{count} release"}
SINGULAR |= {"{count:,} date", "{count:,} meeting", "{count:,} one-off would be refused", "{count} example"}
SINGULAR |= {"{count:,} series is wholly banned", "{count} pattern"}
SINGULAR |= {"{count} calendar", "{count} object was listed", "{count} invite to write", "{count} invite written"}
SINGULAR |= {"{count} optional person reads the minutes instead: {saved}"}
"""English singulars: Chinese takes the plural's form (`say_count`)."""


@pytest.mark.parametrize("template", sorted(set(templates()) - SINGULAR - {"", "-"}))
def test_template(template):
    chinese = _chinese()
    assert template in chinese
    assert fields(template) == fields(chinese[template])


@pytest.mark.parametrize("kind", Kind)
def test_what_the_forecast_rests_on(kind):
    """With everything known, as an invite with an agenda has it."""
    basis = forecast(Features(kind=kind, minutes=90, attendees=9, agenda_items=3, language="zh")).basis
    for line in basis:
        assert not re.search(r"[a-z]{3}", line.text("zh").replace("FOMC", "")), line


def test_a_mistake_in_a_calendar_is_told_in_chinese(run, calendar):
    file = calendar("BEGIN:VEVENT\nUID:a\nDTSTART:tomorrow\nEND:VEVENT")
    answer = run("cost", "--lang", "zh", file)
    assert answer.code == 2
    assert "DTSTART: `tomorrow` 不是日期或时间" in answer.err
    assert "`tomorrow` is no date or time" in run("cost", file).err

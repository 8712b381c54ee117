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


@pytest.fixture
def wrong(tmp_path):
    file = tmp_path / "wrong.toml"
    file.write_text('zone = "Mars"\nserries = "skip"\n', "utf-8")
    return str(file)


def test_mistakes_of_a_policy_are_told_in_chinese_by_whichever_command_reads_it(run, calendar, wrong, monkeypatch):
    invite = calendar("BEGIN:VEVENT\nUID:a\nDTSTART:20261210T090000Z\nEND:VEVENT")
    assert "2 mistakes" in run("policy", "check", wrong).err
    told = [run("policy", "check", wrong, "--lang", "zh"), run("check", invite, "--policy", wrong, "--lang", "zh")]
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    for answer in (*told, run("cost", invite, "--policy", wrong)):
        assert answer.code == 2
        assert "wrong.toml：2 处错误" in answer.err
        assert "wrong.toml:1: zone: `Mars` 不是时区" in answer.err
        assert 'wrong.toml:2: serries: 此处没有这一项\n  2 | serries = "skip"\n  是否指 `series`？' in answer.err


def test_in_json_a_mistake_has_its_code_in_english_and_in_the_language_of_the_output(run, wrong):
    first, second = run("policy", "check", wrong, "--json", "--lang", "zh").objects
    assert (first["code"], second["code"]) == ("policy-zone", "unknown-key")
    assert second["problem"] == "is not known here; did you mean `series`?"
    assert second["text"] == "第 2 行，serries：此处没有这一项；是否指 `series`？"


def test_arguments_that_contradict_each_other_are_told_in_chinese(run, calendar):
    invite = calendar("BEGIN:VEVENT\nUID:a\nDTSTART:20261210T090000Z\nEND:VEVENT")
    both = ("cost", invite, "--rate", "46 EUR", "--rates", "rates.toml")
    assert run(*both, "--lang", "zh").err == "meetcost: --rate 与 --rates 重复；请只写其一\n"
    assert run(*both).err == "meetcost: --rate and --rates say the same thing twice; give one of them\n"
    assert "`46` 不是费率" in run("cost", invite, "--rate", "46", "--lang", "zh").err
    assert "`Mars` 不是时区；例如写作" in run("cost", invite, "--zone", "Mars", "--lang", "zh").err


def test_a_file_that_is_not_there_is_told_in_chinese(run):
    assert "nowhere.ics: 无法读取：没有这个文件或文件夹" in run("cost", "nowhere.ics", "--lang", "zh").err
    assert "nowhere.toml: 没有这个文件或文件夹" in run("check", "a.ics", "--policy", "nowhere.toml", "--lang", "zh").err

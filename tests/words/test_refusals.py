# SPDX-License-Identifier: Apache-2.0
"""Whoever is refused for what their calendar object is reads why in their own language, and in nothing else."""

from __future__ import annotations

import ast
import json
import pickle
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from test_catalogues import CHINESE, PACKAGE, literals, tree

from meetcost.errors import CalendarError, Problem
from meetcost.guard.bounds import unbearable
from meetcost.ics.expand import expand_between
from meetcost.ics.limits import Limits
from meetcost.ics.quirks import QUIRKS
from meetcost.ics.read import read_one
from meetcost.ics.strict import read_strict
from meetcost.policy.policy import Policy
from meetcost.words.sentence import Sentence, said

DATA = Path(__file__).parents[1] / "data"
POLICY = DATA.parent / "reference-policy.toml"
FILES = [*sorted((DATA / "calendars").glob("*.ics")), *sorted((DATA / "guard" / "ics").glob("*.ics"))]
HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//meetcost//tests//EN\r\nBEGIN:VEVENT\r\nUID:a\r\n"
TAIL = "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
START = "DTSTART:20260113T090000Z"
NOW = datetime(2026, 1, 2, tzinfo=UTC)
SPEAKING = [
    *sorted((PACKAGE / "ics").glob("*.py")),
    *sorted((PACKAGE / "rules").rglob("*.py")),
    *(PACKAGE / "guard" / name for name in ("bounds.py", "decide.py")),
]
"""The modules that say why an object is refused."""
TELLING = {"Problem": (1, 5), "RuleError": (1,), "tell": (1,), "_tell": (1,), "mistake": (1,), "failed": (1,)}
"""Where a message stands among the arguments of a call that tells one."""
LIMITS = Limits(octets=2000, line_octets=300, parameters=3, components=4, attendees=2, rdates=2, rules=1, depth=3)
BROKEN = [
    f"{START}\r\nRRULE:{rule}"
    for rule in (
        "",
        "FREQ=OFTEN",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;COUNT=",
        "FREQ=DAILY;BYDAY=XX",
        "FREQ=DAILY;BYMONTH=13",
        "FREQ=DAILY;BYMONTHDAY=40",
        "FREQ=DAILY;WKST=1",
        "FREQ=DAILY;UNTIL=soon",
        "FREQ=DAILY;NAME=1",
        "FREQ=DAILY;FREQ=DAILY",
        "FREQ=DAILY;RSCALE=CHINESE",
        "FREQ=YEARLY;BYWEEKNO=1;BYDAY=1MO",
        "FREQ=HOURLY;BYHOUR=9",
        "FREQ=DAILY;BYHOUR=" + ",".join("1" * 2000),
        "FREQ=每天",
    )
] + [
    "SUMMARY:no start",
    "DTSTART:soon",
    "DTSTART:20260113T240000",
    "DTSTART;TZID=Mars/Olympus:20260113T090000",
    f"{START}\r\nDTEND;VALUE=DATE:20260113",
    f"{START}\r\nDTEND:20260112T090000Z",
    f"{START}\r\nDTEND:20260114T090000Z\r\nDURATION:PT1H",
    f"{START}\r\nDURATION:-PT1H",
    f"{START}\r\nDURATION:long",
    f"{START}\r\nSEQUENCE:many",
    f"{START}\r\nORGANIZER:",
    f"{START}\r\nATTENDEE:",
    f"{START}\r\n{START}",
    f"{START}\r\nATTENDEE:mailto:a@b.test\r\nATTENDEE:mailto:b@b.test\r\nATTENDEE:mailto:c@b.test",
    f"{START}\r\nRDATE:20260114T090000Z,20260115T090000Z,20260116T090000Z",
    f"{START}\r\nSUMMARY;A=1;B=2;C=3;D=4;E=5:x",
    f"{START}\r\nSUMMARY:" + "x" * 400,
    f"{START}\r\nSUMMARY:" + "x" * 4000,
    f"{START}\r\nSUMMARY:a\r\n\r\n b",
    f"{START}\r\nSUMMARY:\x00",
    f"{START}\r\nBEGIN:VALARM\r\nBEGIN:X-A\r\nBEGIN:X-B\r\nEND:X-B\r\nEND:X-A\r\nEND:VALARM",
    f"{START}\r\nEXDATE;VALUE=TEXT:20260113T090000Z\r\nRRULE:FREQ=DAILY",
    f"{START}\r\nnonsense",
]


def is_chinese(text: str) -> bool:
    """Whether nothing of it is English: names of RFC 5545 and what is quoted in `...` are of no language."""
    left = re.sub(r"`[^`]*`", "", text)
    return re.search("[\u4e00-\u9fff]", left) is not None and not re.search(r"\b[a-z]{2,}\b", left)


def assert_in_both(problems: tuple[Problem, ...]) -> None:
    for problem in problems:
        assert is_chinese(problem.text("zh")), problem.text("zh")
        assert problem.text() == str(problem)
        assert problem.message in str(problem)
        assert not re.search("[\u4e00-\u9fff]", re.sub(r"`[^`]*`", "", str(problem)))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_refused_file_is_refused_in_chinese(file: Path) -> None:
    reading = read_strict(file.read_bytes())
    assert_in_both(reading.refusals + reading.notes)


@pytest.mark.parametrize("lines", BROKEN)
def test_a_broken_object_is_refused_in_chinese(lines: str) -> None:
    reading = read_strict(f"{HEAD}{lines}{TAIL}".encode(), limits=LIMITS)
    assert reading.refusals
    assert_in_both(reading.refusals + reading.notes)


@pytest.mark.parametrize("rule", ["FREQ=SECONDLY", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;COUNT=20000"])
def test_a_rule_without_end_is_refused_in_chinese(rule: str) -> None:
    policy = Policy.load(POLICY)
    refuse = unbearable(f"{HEAD}{START}\r\nRRULE:{rule}{TAIL}".encode(), policy, NOW)
    assert refuse is not None
    assert_in_both(refuse.verdict.errors)
    assert is_chinese(refuse.verdict.text("zh").replace(policy.name, ""))


def test_an_expansion_beyond_a_limit_is_refused_in_chinese() -> None:
    meeting = read_one(f"{HEAD}{START}\r\nRRULE:FREQ=DAILY{TAIL}".encode())
    with pytest.raises(CalendarError) as raised:
        list(expand_between(meeting, 0, 10**10, max_instances=10))
    assert_in_both((raised.value.problem,))


def test_every_departure_that_is_told_by_its_name_has_its_chinese() -> None:
    told = {"parameter-twice", "value-type", "date-without-value", "date-with-time", "hour-24"}
    told |= {"date-with-tzid", "utc-with-tzid"}
    assert {QUIRKS[code].what for code in told} <= CHINESE.keys()


@pytest.mark.parametrize("path", SPEAKING, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_module_tells_what_cannot_be_translated(path: Path) -> None:
    for node in ast.walk(tree(path)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
        places = [node.args[at] for at in TELLING.get(name, ()) if at < len(node.args)]
        places += [one.value for one in node.keywords if name in TELLING and one.arg in ("message", "advice")]
        for place in places:
            if isinstance(place, ast.JoinedStr):
                assert re.fullmatch(r"f['\"]`\{[^{}]*\}`['\"]", ast.unparse(place)), ast.unparse(place)
            assert set(literals(place)) - {""} <= CHINESE.keys()


# sentences


def test_a_sentence_is_its_english_text() -> None:
    sentence = Sentence.of("more than {most:,} dates", most=1000)
    assert sentence == "more than 1,000 dates"
    assert hash(sentence) == hash("more than 1,000 dates")
    assert json.dumps([sentence]) == '["more than 1,000 dates"]'
    assert sentence.text("zh") == said(sentence, "zh") == "超过 1,000 个的日期"


def test_a_sentence_within_a_sentence_is_said_in_the_same_language() -> None:
    outer = Sentence.of("`{text}`: {why}", text="not UTF-8", why=Sentence.of("not UTF-8"))
    assert outer == "`not UTF-8`: not UTF-8"
    assert outer.text("zh") == "`not UTF-8`：编码不是 UTF-8"


def test_a_sentence_survives_the_way_to_another_process() -> None:
    problem = Problem("limit", Sentence.of("more than {most:,} dates", most=1000), 3)
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        again = pickle.loads(pickle.dumps(problem, protocol))
        assert again == problem
        assert again.text("zh") == "第 3 行：超过 1,000 个的日期"


def test_braces_of_other_people_are_no_fields() -> None:
    assert Sentence.of("the TZID `{zone}` is unknown", zone="{most}").text("zh") == "时区标识 `{most}` 无法识别"
    assert said("what {somebody} wrote", "zh") == "what {somebody} wrote"

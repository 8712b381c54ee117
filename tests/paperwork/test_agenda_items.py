# SPDX-License-Identifier: Apache-2.0
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetcost.paperwork.features import AGENDA_LIMIT, agenda_items

CASES = tomllib.loads(Path(__file__).with_name("data").joinpath("agendas.toml").read_text(encoding="utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_items_are_counted_as_by_hand(case):
    assert agenda_items(case["text"]) == case.get("items")


def test_hand_counts_have_both_languages_and_texts_without_agenda():
    for language in ("en", "zh"):
        own = [case for case in CASES if case["name"].startswith(language)]
        assert len(own) >= 12
        assert sum("items" not in case for case in own) >= 4


@pytest.mark.parametrize(
    "text",
    [
        "Agenda:\n1. .\n2. .",
        "Agenda:\n1.\n2.",
        "Agenda:\n1. 1\n2. 2",
        "Agenda:\n1. x\n2. y",
        "Agenda: 1. . 2. .",
        "Agenda: -; -",
        "Agenda: ...",
        "Agenda:\n10:00-10:15 .\n10:15-10:30 .",
        "议程：1、 2、 3、",
        "议程：一、。二、。",
        "议程：\n1. 会",
        "Items: 1. 2. 3.",
    ],
)
def test_a_marker_with_nothing_behind_it_is_no_item(text):
    assert agenda_items(text) is None


def test_an_item_is_at_least_two_letters_or_a_letter_and_a_digit():
    assert agenda_items("Agenda:\n1. Q3\n2. HR\n3. .") == 2
    assert agenda_items("议程：\n一、预算\n二、人事\n三、。") == 2
    assert agenda_items("Agenda: 1) Accounts 2) Hiring 3) .") == 2


PIECES = [
    "Agenda:",
    "议程",
    "\n",
    "  ",
    "\t",
    "\u3000",
    "1.",
    "2)",
    "（一）",
    "二、",
    "①",
    "- ",
    "•",
    "a)",
    "10:00-10:15 ",
    "<li>",
    "</ul>",
]
PIECES += [
    "【",
    "：",
    ":",
    "Zoom:",
    "会议时间",
    "budget",
    "预算",
    "*",
    "**",
    "#",
    "---",
    "&amp;",
    "\\n",
    "9",
    "，",
    ">",
    "<",
]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=40).map("".join))
def test_any_text_gives_a_positive_count_or_none(text):
    count = agenda_items(text)
    assert count is None or 1 <= count <= len(text)


@given(
    st.integers(2, 40), st.sampled_from(["{}. item", "{}) item", "{}、事项", "（{}）事项", "- item {}", "9:{:02} item"])
)
def test_a_list_of_n_has_n_items_under_a_heading_and_alone(n, style):
    listed = "\n".join(style.format(i) for i in range(1, n + 1))
    assert agenda_items(listed) == n
    assert agenda_items(f"See you there.\n\nAgenda:\n{listed}\n\nLocation: room 5") == n


def test_what_is_beyond_the_limit_is_not_looked_at():
    assert agenda_items("." * AGENDA_LIMIT + "\nAgenda:\n- a\n- b") is None


@pytest.mark.parametrize(
    "unit", ["1. a", "(", "<", "<b", "1.", "一", "（一", "- \n", "1\n", "a) \n", "：", "、", "10:00-", " \n", "I. \n"]
)
def test_work_is_proportional_to_the_length(unit, count_calls):
    """Four times the text makes at most about four times the calls, so no line is read again for every other line."""
    short, long = unit * (AGENDA_LIMIT // 4 // len(unit)), unit * (AGENDA_LIMIT // len(unit))
    assert count_calls(agenda_items, long) <= 4.5 * count_calls(agenda_items, short) + 500

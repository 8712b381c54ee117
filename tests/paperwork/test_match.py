# SPDX-License-Identifier: Apache-2.0
"""Minutes to meetings."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetcost.errors import Problem
from meetcost.paperwork.match import Candidate, day_of, match

DAY = date(2026, 3, 9)
PLANNING = Candidate("p", "1", DAY, "Weekly planning")
BUDGET = Candidate("b", "", DAY, "Budget round")
CHINESE = Candidate("c", "", DAY, "镇长办公会议")


@pytest.mark.parametrize(
    ("name", "text", "day"),
    [
        ("2026-03-09-planning", "", DAY),
        ("20260309", "", DAY),
        ("minutes_2026_03_09", "", DAY),
        ("notes", "Held on 9 March 2026 in room 3", DAY),
        ("notes", "Date: March 9th, 2026", DAY),
        ("notes", "9th of Mar. 2026", DAY),
        ("纪要", "时间：2026年3月9日上午", DAY),
        ("会议20260309纪要", "", DAY),
        ("notes", "2026/3/9", DAY),
        ("notes-2026-03-10", "Date: 2026-03-09", date(2026, 3, 10)),  # the name outranks the text
        ("notes", "Minutes of 9 March 2026; the last were of 2 March 2026", DAY),
        ("notes", "invoice 120260309123, 2026-13-45", None),
        ("notes", "", None),
    ],
)
def test_day(name, text, day):
    assert day_of(name, text) == day


def test_the_only_meeting_of_the_day_is_it():
    other = PLANNING._replace(day=date(2026, 3, 10))
    assert match("2026-03-09", "no title at all", [PLANNING, other]) is PLANNING


def test_of_several_the_title_decides():
    assert match("2026-03-09", "# Budget round\n…", [PLANNING, BUDGET]) is BUDGET
    assert match("2026-03-09-weekly-planning", "", [PLANNING, BUDGET]) is PLANNING
    assert match("20260309", "青石镇人民政府镇长办公会议纪要", [PLANNING, CHINESE]) is CHINESE


@pytest.mark.parametrize(
    ("name", "held", "code"),
    [
        ("notes", [PLANNING], "minutes-day"),
        ("2026-03-10", [PLANNING], "minutes-meeting"),
        ("2026-03-09", [PLANNING, BUDGET], "minutes-ambiguous"),
        ("2026-03-09", [PLANNING, PLANNING._replace(recurrence_id="2")], "minutes-ambiguous"),
    ],
)
def test_what_cannot_be_said_is_told_with_advice(name, held, code):
    found = match(name, "something else", held)
    assert isinstance(found, Problem)
    assert found.code == code
    assert found.advice


@given(st.text(max_size=80), st.text(max_size=200))
def test_any_name_and_text(name, text):
    assert isinstance(match(name, text, [PLANNING, BUDGET]), Candidate | Problem)

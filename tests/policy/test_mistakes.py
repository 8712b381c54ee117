# SPDX-License-Identifier: Apache-2.0
"""All mistakes of a policy at once, each with its line, its key and what to do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetcost.errors import ConfigError, Problem
from meetcost.policy.place import line_of, lines_of
from meetcost.policy.policy import Policy

BAD = """name = "Town"
zone = "Europe/Berlun"
mode = "refuze"
serries = "skip"

[[no_meeting_day]]
weekdays = ["wensday", "monday"]
on_holiday = "lapses"

[[no_meeting_day]]
weekdays = ["friday"]
dates = [2026-01-01]

[[no_meeting_week]]
nth = 2

[[no_meeting_week]]
weeks = ["2026-W54"]
from = 2027-01-01
until = 2026-01-01

[[exemption]]
class = "emergency"
claim = []
confirm_within = "soon"
rules = ["9"]

[working_hours]
from = "18:00"
to = "09:00"

[holidays]
county = "DE"

[limits]
max_bytes = "many"
"""

ALL = """town.toml: 15 mistakes
  line 2, zone: `Europe/Berlun` is no time zone; write one such as Europe/Berlin or Asia/Shanghai
  line 3, mode: `refuze` is none of observe, refuse; did you mean `refuse`?
  line 4, serries: is not known here; did you mean `series`?
  line 7, no_meeting_day[0].weekdays[0]: `wensday` is none of monday, tuesday, wednesday, thursday, friday, saturday, \
sunday; did you mean `wednesday`?
  line 8, no_meeting_day[0].on_holiday: holidays are not known, so nothing can lapse on them; write `[holidays]` with \
`country = "CN"`
  line 10, no_meeting_day[1]: exactly one of `weekdays`, `dates`, `yearly` is wanted, here is `weekdays` and `dates`; \
write one table for each
  line 14, no_meeting_week[0]: `nth` needs `definition` beside it: one of iso-week-of-first-monday, \
iso-week-of-first-thursday, week-of-the-8th, full-week, days-8-14
  line 17, no_meeting_week[1]: begins on 2027-01-01, after its last day 2026-01-01
  line 18, no_meeting_week[1].weeks[0]: `2026-W54`: the year has no such week
  line 24, exemption[0].claim: the list is empty
  line 25, exemption[0].confirm_within: `soon` is no time limit; write one such as `2 working days`, `3 days` or \
`48 hours`
  line 26, exemption[0].rules[0]: there is no rule `9`
  line 28, working_hours: `from` 18:00 is not before `to` 09:00
  line 33, holidays.county: is not known here; did you mean `country`?
  line 36, limits.max_bytes: `many` is no whole number"""


def mistakes(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        Policy.parse(text.encode(), "town.toml")
    return [str(problem) for problem in caught.value.problems]


def test_all_mistakes_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        Policy.parse(BAD.encode(), "town.toml")
    assert str(caught.value) == ALL


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('name = "Town"\nzone = ', "line 2: invalid value"),
        ("[[no_meeting_day]]", "exactly one of `weekdays`, `dates`, `yearly` is wanted, here is none"),
        ("[[no_meeting_day]]\nweekdays = []", "the list is empty"),
        ("[[no_meeting_day]]\nnth = 2", "`nth` says which of the weekdays"),
        (
            '[[no_meeting_day]]\nweekdays = ["monday"]\nnth = 6',
            "no_meeting_day[0].nth: `6` is none of 1, 2, 3, 4, 5, -1",
        ),
        ('[[no_meeting_day]]\nyearly = ["02-30"]', "`02-30` is no day of the year"),
        ("[[no_meeting_day]]\ndates = [20261224]", "`20261224` is no date"),
        ('[[no_meeting_day]]\ndates = ["2026-02-30"]', "`2026-02-30` is no day of the calendar"),
        ("[[no_meeting_day]]\ndates = [0001-01-01]", "lies outside 1970 to 2200"),
        ('[[no_meeting_week]]\nweeks = ["9999-W52"]', "lies outside 1970 to 2200"),
        ('[[no_meeting_week]]\ndefinition = "full-week"\nweeks = ["2026-W32"]', "`definition` needs `nth`"),
        ("[[no_meeting_week]]\nevery = 2", "`every` and `anchor` belong together"),
        ("[[no_meeting_week]]\nranges = [{ from = 2026-02-01, to = 2026-01-01 }]", "after its last day 2026-01-01"),
        ('existing = "until tomorrow"', "`until tomorrow` is neither"),
        ('existing = "until 2027-02-30"', "`2027-02-30` is no day of the calendar"),
        ('[[exemption]]\nclass = "x"\nclaim = ["#"]', "`#` is no tag"),
        (
            '[[example]]\nstart = 2026-12-09T10:00:00\nexpect = "allow"\ncategories = ["class 4"]',
            "example[0].categories: is not known here; did you mean `tags`?",
        ),
        ('[[exemption]]\nclaim = ["#x"]', "exemption[0].class: is missing"),
        (
            '[[exemption]]\nclass = "x"\nclaim = ["#x"]\n[[exemption]]\nclass = "x"\nclaim = ["#y"]',
            "`x` stands twice",
        ),
        (
            '[[no_meeting_day]]\nid="quiet"\ndates=[2026-01-01]\n[[exemption]]\nclass="x"\nclaim=["#x"]\nrules=["quite"]',
            "there is no rule `quite`; did you mean `quiet`?",
        ),
        (
            '[[no_meeting_day]]\nid = "2"\nweekdays = ["monday"]\n[[no_meeting_day]]\nweekdays = ["friday"]',
            "`2` names rule 1 already",
        ),
        ('[holidays]\ncountry = "ZZ"', "holidays.country: `ZZ` is no country whose holidays are known"),
        ('[holidays]\ncountry = "DE"\nsubdivision = "XX"', "holidays.subdivision: `XX` is no part of `DE`"),
        ('[holidays]\nsubdivision = "BY"', "a part of which country?"),
        (
            '[[roster]]\naddress = "ann@x.example"\n[[roster]]\naddress = "mailto:ANN@x.example"',
            "`mailto:ANN@x.example` stands in two entries",
        ),
        ("[meeting]\npeople = 1", "meeting.people: `1` is less than 2"),
        ('[working_hours]\nfrom = "25:00"', "`25:00` is no time of day"),
        ("from = 2027-01-01\nuntil = 2026-01-01", "begins on 2027-01-01"),
    ],
)
def test_one_mistake_is_told_once_and_plainly(text: str, expected: str) -> None:
    told = mistakes(text)
    assert len(told) == 1, told
    assert expected in told[0]


def test_a_policy_of_other_octets_is_refused() -> None:
    with pytest.raises(ConfigError, match="neither UTF-8 nor GB18030"):
        Policy.parse(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="more than 4,194,304"):
        Policy.parse(b"#" * 4_194_305)


keys = st.sampled_from(
    [
        "zone",
        "mode",
        "no_meeting_day",
        "no_meeting_week",
        "exemption",
        "holidays",
        "roster",
        "meeting",
        "from",
        "costing",
    ]
)
values = st.recursive(
    st.sampled_from(
        ['"x"', "1", "-1", "true", "2026-01-01", "09:00:00", "1.5", "inf", "[]", "{}", '"until 2026-01-01"']
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.dictionaries(
            st.sampled_from(["weekdays", "nth", "dates", "id", "class", "claim", "scope"]), inner, max_size=3
        ).map(lambda table: "{" + ", ".join(f"{key} = {value}" for key, value in table.items()) + "}"),
    ),
    max_leaves=6,
)


def told(data: bytes) -> tuple[Problem, ...] | None:
    try:
        Policy.parse(data)
    except ConfigError as error:
        return error.problems
    return None


@given(st.dictionaries(keys, values, max_size=4))
def test_any_toml_gives_a_policy_or_a_config_error(table: dict[str, str]) -> None:
    text = "\n".join(f"{key} = {value}" for key, value in table.items())
    problems = told(text.encode())
    assert problems is None or (problems and all(problem.line for problem in problems))


@given(st.binary(max_size=200))
def test_any_octets_give_a_policy_or_a_config_error(data: bytes) -> None:
    assert told(data) != ()


def test_places_of_tables_keys_and_values_of_several_lines() -> None:
    lines = ["a = 1", 'b = """', "c = 2", '"""', "[t]", "d = [", '  "x", # ]', "  { e = 1 },", "]", "f.g = 1"]
    lines += ["[[s.u]]", "h = 1", "[[s.u]]", '"i" = 2', "[s.u.v]", "k = 1"]
    text = "\n".join(lines)
    places = lines_of(text)
    assert places == {
        ("a",): 1,
        ("b",): 2,
        ("t",): 5,
        ("t", "d"): 6,
        ("t", "f", "g"): 10,
        ("s", "u", 0): 11,
        ("s", "u", 0, "h"): 12,
        ("s", "u", 1): 13,
        ("s", "u", 1, "i"): 14,
        ("s", "u", 1, "v"): 15,
        ("s", "u", 1, "v", "k"): 16,
    }
    assert line_of(("t", "d", 1, "e"), places) == 6
    assert line_of(("z",), places) is None


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(f"k{number} = 1" for number in range(20_000)),
        "[costing]\nvenues = [" + "1," * 90_000 + "]",
        "[[no_meeting_day]]\nweekdays = ['wensday']\n" * 5_000,
        "levels = [" + ",".join(f"'l{number}'" for number in range(40_000)) + "]\n[[level]]\nsteps = 1\ncalled_by = ["
        + ",".join(f"'x{number}'" for number in range(40_000)) + "]",
        "[[no_meeting_day]]\nweekdays = ['monday']\n" * 5_000
        + "[[exemption]]\nclass='a'\nclaim=['#a']\nrules=[" + ",".join(f"'x{at}'" for at in range(20_000)) + "]",
    ],
    ids=["keys", "values", "rules", "levels", "ids"],
)  # fmt: skip
def test_of_very_many_mistakes_the_first_hundred_are_told(text):
    with pytest.raises(ConfigError) as caught:
        Policy.parse(text.encode(), "town.toml")
    assert len(caught.value.problems) == 100
    assert str(caught.value).startswith("town.toml: 100 mistakes or more, the first are\n")


def test_a_mistake_quotes_no_more_than_anybody_reads():
    with pytest.raises(ConfigError) as caught:
        Policy.parse(b'mode = "' + b"x" * 500_000 + b'"\n' + b"y" * 500_000 + b" = 1\n", "town.toml")
    assert len(caught.value.problems) == 2
    assert len(str(caught.value)) < 5_000


def test_a_policy_of_too_many_values_is_not_looked_at_one_by_one():
    with pytest.raises(ConfigError, match="values, more than 100,000"):
        Policy.parse(b"[costing]\nvenues = [" + b"1," * 200_000 + b"]", "town.toml")


def test_a_line_of_blanks_has_no_key():
    assert lines_of(" " * 100_000 + "\n" + "\t" * 100_000 + "x = 1\n [ a . b ] \n c . d = 2") == {
        ("x",): 2, ("a", "b"): 3, ("a", "b", "c", "d"): 4,
    }  # fmt: skip

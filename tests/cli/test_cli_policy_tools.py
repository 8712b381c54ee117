# SPDX-License-Identifier: Apache-2.0
"""`meetcost policy explain | diff | test`, on the files a clerk has."""

import pytest

from meetcost.policy.starter import STARTERS, starter

NOW = ("--now", "2026-11-27")


@pytest.fixture
def policy(tmp_path):
    """Writes a policy and gives its path."""

    def write(text, name="meetcost.toml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_explain(run, policy):
    answer = run("policy", "explain", policy(starter()), *NOW)
    assert answer.code == 0
    assert answer.lines[0] == "# Town Office"
    assert "- Wed 2 Dec 2026 (rule “1”)." in answer.lines
    chinese = run("policy", "explain", policy(starter()), *NOW, "--lang", "zh")
    assert "- 1：每周三为无会日；逢法定节假日照常适用，不顺延。" in chinese.lines


def test_a_date_without_a_zone_is_a_day_of_the_policy(run, policy):
    answer = run("policy", "explain", policy(starter("shopify-2023")), "--now", "2026-11-27")
    assert "- Within a year from Fri 27 Nov 2026: 52 days." in answer.lines


def test_explain_as_json(run, policy):
    (told,) = run("policy", "explain", policy(starter("zhangjiajie-2022")), *NOW, "--json").objects
    clauses = [clause for section in told["sections"] for clause in section["clauses"]]
    quotes = [clause["source"]["quote"] for clause in clauses if clause["source"] and "quote" in clause["source"]]
    assert quotes == ["一事一议", "除特殊紧急情况外"]
    assert told["as_of"] == "2026-11-27"


def test_explain_tells_mistakes(run, policy):
    answer = run("policy", "explain", policy("zone = 1\n"))
    assert (answer.code, answer.out) == (2, "")
    assert "meetcost.toml:1: zone" in answer.err


def test_diff(run, policy):
    old = policy(starter(), "old.toml")
    new = policy(starter().replace('weekdays = ["wednesday"]', 'weekdays = ["friday"]', 1), "new.toml")
    same = run("policy", "diff", old, old, *NOW)
    assert (same.code, same.out) == (0, f"{old} and {old} say the same\n")
    answer = run("policy", "diff", old, new, *NOW)
    assert answer.code == 1
    assert answer.lines[0] == (
        "- Rule “1” was: every Wednesday is a no-meeting day; it holds on public holidays too; binds everybody. It is "
        "now: every Friday is a no-meeting day; it holds on public holidays too; binds everybody."
    )
    (told,) = run("policy", "diff", old, new, *NOW, "--json").objects
    assert told["different"]
    assert [(one["what"], one["change"], one["fields"]) for one in told["changes"]] == [("rule", "changed", ["days"])]
    days = f"{len(told['banned'])} days: Fri 27 Nov 2026, Fri 4 Dec 2026, Fri 18 Dec 2026 and"
    assert answer.lines[1] == f"- Banned from now on within a year, {days} {len(told['banned']) - 3} more"
    chinese = run("policy", "diff", old, new, *NOW, "--lang", "zh")
    assert chinese.lines[0].startswith("- 条款“1”原为：每周三为无会日；")


def test_diff_of_a_file_that_cannot_be_read(run, policy):
    answer = run("policy", "diff", policy(starter()), "nowhere.toml")
    assert answer.code == 2
    assert "nowhere.toml" in answer.err


@pytest.mark.parametrize("name", STARTERS)
def test_the_examples_of_every_starter_hold(run, policy, name):
    answer = run("policy", "test", policy(starter(name)))
    assert answer.code == 0, answer.out
    assert answer.lines[-1].endswith("all as expected")


def test_an_example_that_does_not_hold(run, policy):
    path = policy(starter().replace('expect = "refuse"\nrule = "1"', 'expect = "allow"', 1))
    answer = run("policy", "test", path)
    assert answer.code == 1
    at = answer.lines.index("FAIL refuse  Budget round (rule 1)")
    assert answer.lines[at + 1] == "     expected `allow`, got `refuse`"
    assert answer.lines[at + 2].startswith("     “Budget round” was not saved. Wed 2 Dec: every Wednesday")
    assert answer.lines[-1] == f"{path}: 6 examples, 1 not as expected"
    told = run("policy", "test", path, "--json").objects
    assert [one["as_expected"] for one in told] == [False, True, True, True, True, True]
    assert "1 个与预期不符" in run("policy", "test", path, "--lang", "zh").out


def test_an_invite_beside_the_policy(run, policy, examples, tmp_path):
    (tmp_path / "invites").mkdir()
    invite = (examples / "calendars" / "wednesday-report.ics").read_bytes()
    (tmp_path / "invites" / "report.ics").write_bytes(invite)
    text = starter() + '\n[[example]]\ninvite = "invites/{}"\nexpect = "refuse"\nrule = ["1", "2"]\n'
    assert run("policy", "test", policy(text.format("report.ics"))).code == 0
    missing = run("policy", "test", policy(text.format("none.ics")))
    assert missing.code == 1
    assert "cannot be judged: cannot be read: no such file or directory" in missing.out


def test_a_policy_without_examples(run, policy):
    answer = run("policy", "test", policy('zone = "UTC"\n'))
    assert answer.code == 2
    assert "holds no example to test" in answer.err


CALENDARS = ("--now", "2026-12-20")


def test_try(run, policy, examples):
    path = policy(starter())
    before = {file: file.read_bytes() for file in (examples / "calendars").iterdir()}
    answer = run("policy", "try", path, "--on", examples / "calendars", "-d", examples / "directory.csv", *CALENDARS)
    assert answer.code == 0, answer.err
    assert answer.lines[:3] == [
        "last 12 months: 6 meetings, 5 meet the rules",
        "  3 one-offs would be refused · 2 series would skip 12 dates · 0 series are wholly banned",
        "  71.5 person-hours; most: Planning 62 %",
    ]
    assert "    Planning of the week: 13 of 57 dates (Mon 4 Jan 2027," in answer.out
    assert "it steps over 10 dates" in answer.out
    assert answer.lines[-1] == "nothing was changed"
    assert {file: file.read_bytes() for file in (examples / "calendars").iterdir()} == before
    chinese = run("policy", "try", path, "--on", examples / "calendars", *CALENDARS, "--lang", "zh")
    assert chinese.lines[0] == "近 12 个月：共 6 次会议，其中 5 次触及规定"


def test_try_as_json(run, policy, examples):
    calendars = ("--on", examples / "calendars", "-d", examples / "directory.csv")
    told = run("policy", "try", policy(starter()), *calendars, *CALENDARS, "--letters", "--json").objects
    assert [one["kind"] for one in told] == ["met"] * 5 + ["standing", "letter", "trial"]
    total = told[-1]
    assert total["effects"] == {"refused": 3, "skips": 2, "series refused": 0, "wholly banned": 0, "review": 0}
    assert total["skipped_dates"] == sum(len(one["dates"]) for one in told if one.get("effect") == "skips" and
                                         one["kind"] == "met")  # fmt: skip
    assert (total["person_hours"], total["existing"]) == ("71.5", "until 2027-03-31")
    assert told[-2]["organizer"] == "mailto:ben@town.example"
    assert told[-2]["uids"] == [told[-3]["uid"]]


def test_try_since(run, policy, examples):
    calendars = ("--on", examples / "calendars")
    answer = run("policy", "try", policy(starter()), *calendars, *CALENDARS, "--since", "2026-12-19")
    assert answer.lines[0].startswith("since Sat 19 Dec 2026: ")
    late = run("policy", "try", policy(starter()), *calendars, *CALENDARS, "--since", "2027-01-01")
    assert late.code == 2
    assert "--since lies in the future" in late.err


def test_try_on_what_cannot_be_read(run, policy, tmp_path):
    answer = run("policy", "try", policy(starter()), "--on", tmp_path / "none.ics", *CALENDARS)
    assert answer.code == 2
    assert "none.ics: cannot be read" in answer.err


QUOTAS = """
zone = "Europe/Berlin"
[[cost]]
id = "dear"
money = "600 EUR"
[[quota]]
id = "hours"
measure = "person_hours"
limit = 20
period = "year"
[[quota]]
id = "money"
measure = "cost"
limit = "5000 EUR"
period = "year"
action = "warn"
[[quota]]
id = "only down"
limit = { of_last_year = "80 %" }
period = "year"
[[quota]]
id = "plenty"
limit = 100
period = "month"
"""


def test_try_draws_on_quotas_and_asks_for_money_with_a_rate_card(run, policy, examples):
    plain = ("policy", "try", policy(QUOTAS), "--on", examples / "calendars", *CALENDARS)
    without = run(*plain)
    assert without.code == 1
    assert "rule dear could not be asked: no rate card says what working time is worth" in without.err
    assert "  money: not tried: it limits cost in EUR, and no rate card in that currency is given" in without.lines
    assert "  only down: not tried: the calendars hold nothing of the same period of the year before" in without.lines
    said = run(*plain, "--rate", "46 EUR", "--directory", examples / "directory.csv")
    assert said.err == ""
    start = said.lines.index("quotas, as if meetings had been written in the order in which they took place")
    assert said.lines[start + 1 : start + 5] == [
        "  hours: no room for 51 dates of 4 meetings, first on Mon 9 Feb 2026; 199.5 person-hours",
        "    Planning: 1 meeting, 178 person-hours, 89 %",
        "    Town Office: 2 meetings, 12.5 person-hours, 6 %",
        "    Finance: 1 meeting, 9 person-hours, 5 %",
    ]
    plenty = "  plenty: room for all; at most 4 meetings used of 100 meetings, Thu 1 Jan 2026 to Sat 31 Jan 2026"
    assert plenty in said.lines
    told = run(*plain, "--rate", "46 EUR", "--json").objects
    sums = {one["quota"]: one for one in told if one["kind"] == "quota"}
    assert list(sums) == ["hours", "money", "only down", "plenty"]
    assert sums["only down"]["untried"] is not None
    without_room = [one for one in told if one["kind"] == "no room" and one["quota"] == "hours"]
    assert len(without_room) == sums["hours"]["meetings"]
    assert sum(len(one["dates"]) for one in without_room) == sums["hours"]["dates"]
    assert told[-1]["kind"] == "trial"


DEAR = 'zone = "Europe/Berlin"\n[[cost]]\nid = "dear"\nmoney = "10 EUR"\n'


def test_try_says_in_the_sum_which_rules_could_not_be_asked(run, policy, examples):
    plain = ("policy", "try", policy(DEAR), "--on", examples / "calendars", *CALENDARS)
    without = run(*plain)
    assert without.code == 1
    assert without.lines[0] == "last 12 months: 6 meetings, 0 meet the rules"
    assert "  6 meetings are not judged by dear, which could not be asked" in without.lines
    assert "  有 6 次会议未能按条款“dear”判定" in run(*plain, "--lang", "zh").lines
    total = run(*plain, "--json").objects[-1]
    assert (total["met"], total["not_asked"], total["unjudged"]) == (0, ["dear"], 6)
    asked = run(*plain, "--rate", "46 EUR")
    assert (asked.code, "could not be asked" in asked.out) == (0, False)
    total = run(*plain, "--rate", "46 EUR", "--json").objects[-1]
    assert (total["met"], total["not_asked"], total["unjudged"]) == (6, [], 0)


def test_try_speaks_of_no_meeting_days_to_no_policy_that_has_none(run, policy, examples):
    said = run(
        "policy", "try", policy(DEAR), "--on", examples / "calendars", *CALENDARS, "--rate", "46 EUR", "--lang", "zh"
    )
    assert "个系列全部不符合规定" in said.out
    assert "仍有不合规场次的原有会议" in said.out
    assert "无会日" not in said.out

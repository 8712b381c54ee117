# SPDX-License-Identifier: Apache-2.0
"""A policy as a page: everything it says stands there, in both languages, and nothing that it does not say."""

from __future__ import annotations

from datetime import date

import pytest

from meetcost.policy.explain import explain, page
from meetcost.policy.policy import Policy
from meetcost.policy.starter import STARTERS, starter

TODAY = date(2026, 11, 27)
FULL = """
name = "Town Office"
zone = "Europe/Berlin"
mode = "refuse"
series = "refuse"
existing = "until 2027-03-31"
scope.organisers = ["*@town.example"]
source = { title = "Notice 7", quote = "Meetings cost time." }
[holidays]
country = "DE"
[[no_meeting_day]]
id = "quiet"
weekdays = ["monday", "wednesday"]
on_holiday = "lapses"
from = 2027-01-01
until = 2027-12-31
scope.categories = ["city-wide"]
source = { title = "Notice 8", published = "2026-11-01", quote = "No city-wide meetings on Mondays and Wednesdays." }
[[no_meeting_day]]
weekdays = ["friday"]
nth = [5, -1]
[[no_meeting_day]]
yearly = ["12-24", "02-29"]
[[no_meeting_day]]
dates = [2031-05-02]
[[no_meeting_week]]
weeks = ["2032-W53"]
[[no_meeting_week]]
ranges = [{ from = 2035-08-01, to = 2035-08-14 }]
[[no_meeting_week]]
nth = [2, 4]
definition = "full-week"
[[exemption]]
class = "emergency"
claim = ["#emergency", "#应急"]
by = ["office@town.example"]
rules = ["quiet"]
confirm_within = "2 working days"
[[exemption]]
class = "signed"
claim = ["#signed"]
passes = "after approval"
"""


def policy(text: str = FULL) -> Policy:
    return Policy.parse(text.encode())


@pytest.mark.parametrize(
    "said",
    [
        "every Monday is a no-meeting day; every Wednesday is a no-meeting day; it does not hold on public holidays",
        "holds from Fri 1 Jan 2027 on; holds up to Fri 31 Dec 2027, that day included",
        "binds only invites with the category city-wide",
        "> “No city-wide meetings on Mondays and Wednesdays.” (Notice 8, 2026-11-01)",
        "> “Meetings cost time.” (Notice 7)",
        "the last Friday of the month",
        "the 5th Friday of the month",
        "29 Feb, 24 Dec",
        "Fri 2 May 2031",
        "week 2032-W53 is a no-meeting week",
        "Wed 1 Aug 2035 to Tue 14 Aug 2035",
        "the 2nd week of the month (counting whole weeks only)",
        "the 4th week of the month (counting whole weeks only)",
        "Binds only organisers among *@town.example",
        "In force",
        "A series with a banned day is refused",
        "up to Wed 31 Mar 2027",
        "emergency: Claimed by #emergency, #应急 in the title or as a category; open only to office@town.example",
        "only from the rules quiet; passes at once; has to be confirmed within 2 working days",
        "signed: Claimed by #signed in the title or as a category; passes once it is approved",
        "An entry is a meeting from 2 people on",
        "No working hours are given",
    ],
)
def test_what_the_file_says_stands_on_the_page(said: str) -> None:
    assert said.lower() in page(policy(), TODAY).lower()


def test_the_next_banned_days_are_those_of_the_rules() -> None:
    made = policy()
    banned = made.rules.banned_days(TODAY, date(2027, 11, 28))
    section = next(one for one in explain(made, TODAY) if one.heading.template == "The next banned days")
    first = next(iter(banned))
    assert first == date(2026, 11, 27)  # the last Friday of November
    assert section.clauses[0].text() == "Fri 27 Nov 2026 (rules “2”, “7”)."
    assert section.clauses[-1].text().endswith(f"{len(banned)} days.")


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ('every = 520\nanchor = "1980-W01"', "one week in 520, counted from week 1980-W01, is a no-meeting week"),
        ('nth = 5\ndefinition = "full-week"', "bans no day at all"),
    ],
)
def test_a_rule_that_hardly_ever_bans_a_day(rule: str, said: str) -> None:
    assert f"- 1: {said[0].upper()}{said[1:]}; it holds" in page(policy(f"[[no_meeting_week]]\n{rule}\n"), TODAY)


def test_a_policy_without_rules_says_so() -> None:
    text = page(policy('zone = "UTC"\n'), TODAY)
    assert "None within a year." in text
    assert "Nothing is exempt." in text


@pytest.mark.parametrize("name", STARTERS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_starter_can_be_explained(name: str, language: str) -> None:
    made = policy(starter(name))
    text = page(made, TODAY, "zh" if language == "zh" else "en")
    assert text.startswith(f"# {made.name}\n")
    for rule in made.rules.rules:
        assert f"- {rule.id}" in text
    for exemption in made.rules.exemptions:
        assert exemption.name in text
        assert exemption.source.quote in text


def test_the_chinese_page() -> None:
    text = page(policy(starter("hangzhou-2014")), TODAY, "zh")
    assert "- 无会日：每周三为无会日；逢法定节假日照常适用，不顺延；例外情形须经主要领导审核批准。" in text
    assert "- 法定会议：在标题或类别中注明#法定会议、#statutory即为申报；申报即可召开。" in text
    assert "2026年12月2日(周三)" in text


def test_rules_that_ban_no_days() -> None:
    rules = """
reviewer = "unit:Head office"
[[no_meeting_day]]
weekdays = ["monday"]
action = "warn"
[[duration]]
id = "long"
at_most = 120
people_over = 50
scope.categories = ["city-wide"]
action = "review"
source = { title = "Notice 9", quote = "At most two hours." }
"""
    text = page(policy(rules), TODAY)
    assert "- 1: Every Monday is a no-meeting day; it holds on public holidays too; what breaks it is recorded" in text
    said = next(line for line in text.splitlines() if line.startswith("- long: "))
    for part in ("2 h", "more than 50 people", "needs the approval of Head office", "the category city-wide"):
        assert part in said
    assert "  > “At most two hours.” (Notice 9)" in text


QUOTAS = """
[[quota]]
id = "large"
limit = 1
period = "week"
per = "unit"
scope.people_over = 50
source = { title = "Notice 10", quote = "One large meeting a week." }
[[quota]]
id = "hours"
measure = "person_hours"
limit = 300
rolling = "30 days"
pool = "all"
action = "warn"
scope.categories = ["city-wide"]
until = 2027-12-31
[[quota]]
id = "down"
limit = { of_last_year = "92.5 %" }
period = "quarter"
action = "review"
reviewer = "unit:Office"
"""


@pytest.mark.parametrize(
    "said",
    [
        (
            "- large: In each week, Monday to Sunday, at most 1 meeting; each unit has a quota of its own; binds only "
            "meetings of more than 50 people.\n  > “One large meeting a week.” (Notice 10)"
        ),
        (
            "- hours: In any 30 days on end at most 300 person-hours; everybody's meetings count together; counts "
            "together with the other quotas of “all”; what breaks it is recorded, and not refused; holds up to Fri 31 "
            "Dec 2027, that day included; binds only invites with the category city-wide."
        ),
        "- down: In each quarter at most 92.5 % of the meetings of the same period of last year; everybody's",
    ],
)
def test_quotas_are_a_section_of_their_own(said: str) -> None:
    text = page(policy(QUOTAS), TODAY)
    assert said in text
    assert text.index("## The total volume") < text.index("- large: ") < text.index("## What counts as a meeting")
    assert "## The total volume" not in page(policy(), TODAY)


def test_quotas_in_chinese() -> None:
    text = page(policy(QUOTAS), TODAY, "zh")
    assert "- large：每周（周一至周日）不超过 1 次会议；按单位分别计算；仅适用于超过 50 人的会议。" in text
    assert "- down：每季度不超过 92.5%（以上年同期会议次数为基数）；全体合并计算；例外情形须经Office审核批准。" in text


def test_what_a_title_does_not_claim_is_not_said_to() -> None:
    made = policy('[[exemption]]\nclass = "x"\nclaim = ["#now", "statutory"]\n')
    said = "- x: Claimed by #now in the title or as a category; claimed by the category statutory; passes at once."
    assert said in page(made, TODAY)


@pytest.mark.parametrize(
    ("rule", "en", "zh"),
    [
        (
            'blackout = [{ yearly = [{ from = "12-20", to = "01-06" }] }]',
            "From 20 Dec to 6 Jan there are no meetings;",
            "12月20日至1月6日不开会；",
        ),
        (
            "blackout = [{ ranges = [{ from = 2035-08-01, to = 2035-08-14 }] }]",
            "From Wed 1 Aug 2035 to Tue 14 Aug 2035 there are no meetings;",
            "2035年8月1日(周三)至2035年8月14日(周二)不开会；",
        ),
        (
            "blackout = [{ dates = [2035-08-02, 2035-08-01] }]",
            "Blackout dates: Wed 1 Aug 2035, Thu 2 Aug 2035;",
            "停会日：2035年8月1日(周三)、2035年8月2日(周四)；",
        ),
        (
            'hours = [{ end = "14:00", on = ["friday"] }]',
            "On Friday: meetings end at 14:00 at the latest.",
            "周五会议不得晚于14:00结束。",
        ),
        ('hours = [{ start = "10:00" }]', "Meetings begin at 10:00 at the earliest.", "会议不得早于10:00开始。"),
    ],
)
def test_days_and_hours_as_people_say_them(rule: str, en: str, zh: str) -> None:
    made = policy(f"{rule}\n")
    assert f"- 1: {en}" in page(made, TODAY)
    assert f"- 1：{zh}" in page(made, TODAY, "zh")


@pytest.mark.parametrize(
    ("rule", "en", "zh"),
    [
        (
            "[[duration]]\nat_most = 720\n",
            "A meeting lasts at most 12 h, a whole day taken as 8 h.",
            "会议时长不超过 12 小时（一整天按 8 小时计）。",
        ),
        (
            '[[plan]]\nplanned = ["Census", "uid:a@b"]\naction = "refuse"\n',
            "A meeting has to be in the plan; planned: Census, uid:a@b.",
            "会议须列入计划；列入计划的有：Census、uid:a@b。",
        ),
        ('[[plan]]\nplanned = []\naction = "refuse"\n', "No such meeting is planned.", "此类会议均未列入计划。"),
        (
            '[[duration]]\nat_most = 60\nscope.categories = ["a", "b"]\n',
            "A meeting lasts at most 1 h; binds only invites with one of the categories a, b.",
            "会议时长不超过 1 小时；仅适用于带有以下类别之一的会议：a、b。",
        ),
        (
            '[[hours]]\non = ["friday"]\nbreaks = [{ start = "13:00", end = "17:00" }]\n',
            "On Friday: 13:00 to 17:00 is kept free of meetings.",
            "周五13:00至17:00不安排会议。",
        ),
    ],
)
def test_what_a_clerk_asked_about_is_said_outright(rule: str, en: str, zh: str) -> None:
    made = policy(rule)
    assert f"- 1: {en}" in page(made, TODAY)
    assert f"- 1：{zh}" in page(made, TODAY, "zh")

# SPDX-License-Identifier: Apache-2.0
"""Each pattern at its edges: what makes one, and what is just not one."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetcost.evasion.cascades import CascadeSigns, cascades
from meetcost.evasion.chains import ChainSigns, chains
from meetcost.evasion.copies import copies
from meetcost.evasion.held import Gathering, Held
from meetcost.evasion.titles import likeness, stem, subject
from meetcost.evasion.told import record, told
from meetcost.model.directory import Directory, Entry
from meetcost.model.meeting import Meeting
from meetcost.model.zone import named_zone
from meetcost.rules.ruleset import RuleSet
from meetcost.values.span import Span

BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2026, 12, 1, 9, tzinfo=BERLIN)  # a Tuesday
SPAN = Span(START - timedelta(days=1), START + timedelta(days=200))
TEAM = ["ann@a.example", "ben@a.example", "cem@a.example", "dua@a.example"]
LEVELS = {"city": ("city", 2), "county1": ("county", 3), "county2": ("county", 3), "town1": ("township", 3)}
DIRECTORY = Directory(
    [
        *(Entry(address=who, name=who.split("@", maxsplit=1)[0].title(), unit="Planning") for who in TEAM),
        *(
            Entry(address=f"{at}@{unit}.example", unit=unit, level=level)
            for unit, (level, size) in LEVELS.items()
            for at in range(size)
        ),
    ]
)


def held(*meetings: Meeting) -> list[Held]:
    gathering = Gathering(SPAN, DIRECTORY, RuleSet(zone=named_zone("Europe/Berlin")))
    gathering.calendar(meetings)
    assert gathering.problems == []
    return gathering.held


def call(after: timedelta, minutes: int = 90, title: str = "Budget", people: list[str] = TEAM, **more: str) -> Meeting:
    return Meeting(title=title, start=START + after, minutes=minutes, organizer=people[0], attendees=people, **more)


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


SIGNS = ChainSigns(120)


def test_a_title_is_looked_at_no_further_than_anybody_reads() -> None:
    """A regular expression took ten seconds for 20,000 digits, and there may be 262,000 of them."""
    assert stem("1" * 200_000 + "a") == stem("1" * 400)
    assert stem("Budget " + "x" * 100_000) == stem("Budget " + "x" * 293)
    assert subject("Briefing on " + "y" * 100_000) == "y" * 288


def test_a_chain() -> None:
    (found,) = chains(held(call(minutes(0)), call(minutes(105), title="Budget, part 2")), SIGNS)
    assert (found.minutes, found.people, found.time.hours) == (180, 1.0, 12)
    assert told(found).text() == (
        "chain (Planning): 2 meetings back to back on Tue 1 Dec 2026 from 09:00 to 12:15, 3 h together where the "
        "limit is 2 h; 100 % the same people; “Budget”; 1 day in all; 12 person-hours"
    )


@pytest.mark.parametrize(
    "second",
    [
        call(minutes(106), title="Budget"),  # a longer pause
        call(minutes(89), title="Budget"),  # at the same time
        call(minutes(90), 30, title="Budget"),  # within the limit together
        call(minutes(90), 121, title="Budget"),  # beyond it by itself
        call(minutes(90), title="Roads"),
        call(minutes(90), title="Budget", people=["x@a.example", "y@a.example", *TEAM[:2]]),
    ],
)
def test_just_no_chain(second: Meeting) -> None:
    assert chains(held(call(minutes(0)), second), SIGNS) == []


def test_a_chain_may_change_its_organiser_but_not_its_people() -> None:
    turned = [TEAM[1], TEAM[0], *TEAM[2:]]
    assert chains(held(call(minutes(0)), call(minutes(90), people=turned)), SIGNS)
    fewer = turned[:3]
    assert chains(held(call(minutes(0)), call(minutes(90), people=fewer)), SIGNS) == []
    assert chains(held(call(minutes(0)), call(minutes(90), people=TEAM[:3])), SIGNS)


def test_other_titles_only_if_asked_for() -> None:
    both = held(call(minutes(0)), call(minutes(90), title="Roads"))
    assert chains(both, SIGNS._replace(renamed=True))


def test_a_chain_of_series_is_told_once() -> None:
    weekly = {"rrule": "FREQ=WEEKLY;COUNT=5"}
    (found,) = chains(held(call(minutes(0), **weekly), call(minutes(90), **weekly)), SIGNS)
    assert (found.times, len(found.meetings), found.time.hours) == (5, 2, 60)


@given(st.lists(st.tuples(st.integers(0, 600), st.integers(0, 150)), max_size=10))
def test_chains_hold_what_they_say(times: list[tuple[int, int]]) -> None:
    all_of_it = held(*(call(minutes(start), length) for start, length in times))
    found = chains(all_of_it, SIGNS)
    uids = [one.uid for chain in found for one in chain.meetings]
    assert len(uids) == len(set(uids))
    for chain in found:
        assert chain.minutes > 120
        assert all(0 < one.seconds <= 7200 for one in chain.meetings)
        for one, other in zip(chain.meetings, chain.meetings[1:], strict=False):
            ends = (one.local + one.seconds) % 86400
            over_lunch = ends <= 13 * 3600 and other.local % 86400 >= 12 * 3600
            assert 0 <= other.start - one.end <= (5400 if over_lunch else 900)


def test_a_pause_over_lunch_may_be_longer() -> None:
    assert chains(held(call(minutes(120)), call(minutes(290))), SIGNS)  # 12:30 to 13:50
    assert chains(held(call(minutes(150), 91), call(minutes(331))), SIGNS) == []  # 13:01 to 14:31
    assert chains(held(call(minutes(120)), call(minutes(301))), SIGNS) == []


def test_one_board_on_one_matter_after_the_other_is_no_chain() -> None:
    both = call(minutes(0), title="Board of works: roads"), call(minutes(90), title="Board of works: parks")
    assert chains(held(*both), SIGNS) == []
    same = call(minutes(0), title="Board of works: roads"), call(minutes(90), title="Board of works: roads, continued")
    assert chains(held(*same), SIGNS)


def test_a_panel_that_sees_one_guest_after_the_other_is_no_chain() -> None:
    def seen(at: int, guest: str) -> Meeting:
        return call(minutes(60 * at), 60, title=f"Interview {at}", people=[*TEAM, guest])

    assert chains(held(*(seen(at, f"guest{at}@b.example") for at in range(3))), SIGNS) == []
    assert chains(held(*(seen(at, f"{at}@city.example") for at in range(2)), seen(2, "0@town1.example")), SIGNS) == []
    assert chains(held(*(seen(at, "guest@b.example") for at in range(3))), SIGNS)  # one guest of all


def weekly(count: int, step: int = 7, **more: object) -> list[Meeting]:
    titles = ("Budget", "Budget 12.10.", "Budget no 3", "第4次 Budget")
    return [
        call(timedelta(days=step * at), title=titles[at % 4], **more)  # type: ignore[arg-type]
        for at in range(count)
    ]


def test_copies() -> None:
    (found,) = copies(held(*weekly(6)))
    assert len(found.meetings) == 6
    assert told(found).text() == (
        "series kept as copies (Planning): “Budget”, 6 meetings of their own, always Tuesday about 09:00, "
        "Tue 1 Dec 2026 to Tue 5 Jan 2027; 36 person-hours"
    )
    assert record(found)["weekday"] == 1


def test_just_no_copies() -> None:
    assert copies(held(*weekly(4))) == []
    irregular = [call(timedelta(weeks=at)) for at in (0, 1, 4, 5, 9, 10, 14)]
    assert copies(held(*irregular)) == []  # no rule would give these dates
    assert copies(held(*weekly(6, 42))) == []  # six weeks apart
    assert copies(held(*weekly(6, 1))) == []  # another weekday each
    assert copies(held(call(minutes(0), rrule="FREQ=WEEKLY;COUNT=9"))) == []
    assert copies(held(*weekly(2), *(call(timedelta(days=7 * at), title="Roads") for at in (2, 3)))) == []


def test_a_numbered_course_is_no_copies_and_a_long_numbered_series_is() -> None:
    def numbered(count: int) -> list[Held]:
        return held(*(call(timedelta(weeks=at), title=f"First aid course {at + 1}") for at in range(count)))

    assert copies(numbered(8)) == []
    assert len(copies(numbered(9))) == 1
    assert len(copies(held(*(call(timedelta(weeks=at), title=f"Budget {at + 3}") for at in range(6))))) == 1


def test_copies_every_month_on_the_same_weekday() -> None:
    first_tuesdays = [call(timedelta(weeks=at)) for at in (0, 5, 9, 13, 18, 22)]
    (found,) = copies(held(*first_tuesdays))
    assert len(found.meetings) == 6


def test_copies_over_a_change_of_the_clocks() -> None:
    (found,) = copies(held(*weekly(20)))  # summer time begins on 28 March
    assert len(found.meetings) == 20


def passed_on(*more: Meeting) -> list[Held]:
    sent = ["0@county1.example", "0@county2.example"]
    called = ["1@county1.example", "2@county1.example"]
    return held(
        call(minutes(0), title="全市防汛工作会议", people=["0@city.example", *sent]),
        call(
            timedelta(days=2),
            title="传达防汛会议精神",
            people=[*called, "0@town1.example"],
        ),
        call(timedelta(days=3), title="关于防汛的部署会", people=["0@county2.example", "2@county2.example"]),
        *more,
    )


def test_a_cascade_and_its_total() -> None:
    down = call(timedelta(days=5), 60, title="防汛动员会", people=["1@town1.example", "2@town1.example"])
    (found,) = cascades(passed_on(down))
    assert found.levels == ("city", "county", "township")
    assert (len(found.meetings), found.days) == (4, 6)
    assert found.time.hours == (3 + 3 + 2) * 1.5 + 2
    assert told(found).text("zh") == (
        "层层开会（city）：“全市防汛工作会议”沿 city → county → township 逐级召开，"
        "自2026年12月1日(周二)起 6 天内共 4 次会议；合计 14 人·时"
    )


def test_just_no_cascade() -> None:
    assert len(cascades(passed_on())) == 1
    assert cascades(passed_on()[:2]) == []  # two units
    assert cascades([one for one in passed_on() if one.organiser.level != "city"]) == []
    far = CascadeSigns(days=1)
    assert cascades(passed_on(), far) == []
    assert cascades(passed_on(), CascadeSigns(levels=("township", "county", "city"))) == []
    assert len(cascades(passed_on(), CascadeSigns(levels=("city", "county", "township")))) == 1


def test_who_did_not_sit_in_it_passes_nothing_on() -> None:
    alone = held(
        call(minutes(0), title="全市防汛工作会议", people=["0@city.example", "1@city.example"]),
        call(timedelta(days=2), title="传达防汛会议精神", people=["1@county1.example", "2@county1.example"]),
        call(timedelta(days=3), title="关于防汛的部署会", people=["0@county2.example", "2@county2.example"]),
    )
    assert cascades(alone) == []


@pytest.mark.parametrize(
    ("title", "is_stem"),
    [
        ("Budget 12.10.2026", "budget"),
        ("第12次预算碰头会", "预算碰头会"),
        ("Budget #emergency (Part 2)", "budget"),
        ("预算碰头会（三）", "预算碰头会"),
        ("2026年10月 周例会", "周例会"),
        ("", ""),
    ],
)
def test_stems(title: str, is_stem: str) -> None:
    assert stem(title) == is_stem


def test_subjects() -> None:
    assert subject("关于贯彻落实全市防汛工作会议精神的部署会") == subject("防汛动员会") == "防汛"
    assert subject("会议") == "会议"


@given(st.text(max_size=30), st.text(max_size=30))
def test_likeness_is_a_measure(one: str, other: str) -> None:
    assert 0.0 <= likeness(one, other) == likeness(other, one) <= 1.0
    assert not one or likeness(one, one) == 1.0


def test_no_person_is_named() -> None:
    named = [call(timedelta(days=7 * at), title="Lunch with Ben") for at in range(6)]
    (found,) = copies(held(*named))
    text = told(found).text() + str(record(found))
    assert "title withheld" in text
    assert not any(word in text for word in ("Ben", "ann@", "ben@"))


def test_what_is_no_meeting_is_not_looked_at() -> None:
    alone = [call(timedelta(days=7 * at), people=TEAM[:1]) for at in range(5)]
    assert held(*alone) == []
    assert held(Meeting(title="Fair", start=START.date(), attendees=TEAM)) == []


def test_a_uid_counts_by_the_first_calendar() -> None:
    gathering = Gathering(SPAN, DIRECTORY)
    one = call(minutes(0))
    gathering.calendar([one])
    gathering.calendar([one])
    assert len(gathering.held) == 1

# SPDX-License-Identifier: Apache-2.0
"""A policy tried on calendars: what it would have done, and what it means for what stands."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetcost.ics.read import read
from meetcost.model.meeting import Meeting
from meetcost.policy.policy import Policy
from meetcost.trial.standing import letters, meaning
from meetcost.trial.trial import Effect, Trial, TrialOf, by_unit
from meetcost.values.span import Span

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 27, tzinfo=BERLIN)
PAST = Span(NOW - timedelta(days=365), NOW)
AHEAD = Span(NOW, NOW + timedelta(days=400))
HEAD = """
name = "Town Office"
zone = "Europe/Berlin"
mode = "observe"
series = "skip"
roster = [
  { address = "ann@town.example", unit = "Planning", aliases = ["ann.b@town.example"] },
  { address = "ben@town.example", unit = "Finance" },
]
"""
WEDNESDAY = '[[no_meeting_day]]\nweekdays = ["wednesday"]\n'
EMERGENCY = '[[exemption]]\nclass = "emergency"\nclaim = ["#应急", "#emergency"]\n'


def meeting(start: datetime, title: str = "Round", *, by: str = "ann@town.example", **more: object) -> Meeting:
    more = {"minutes": 60, "attendees": [by, "x@town.example"], **more}
    return Meeting(title=title, start=start, organizer=by, **more)  # type: ignore[arg-type]


def local(year: int, month: int, day: int, hour: int = 10) -> datetime:
    return datetime(year, month, day, hour, tzinfo=BERLIN)


def tried(*calendars: list[Meeting], policy: str = HEAD + WEDNESDAY + EMERGENCY) -> Trial:
    trial = TrialOf(Policy.parse(policy.encode()), PAST, AHEAD)
    for meetings in calendars:
        trial.calendar(meetings)
    return trial.result()


def effects(trial: Trial) -> list[tuple[str, str, int]]:
    return sorted((one.title, one.effect.value, len(one.dates)) for one in trial.met)


def test_each_effect() -> None:
    trial = tried(
        [
            meeting(local(2026, 9, 2), "wednesday"),
            meeting(local(2026, 9, 3), "thursday"),
            meeting(local(2026, 9, 2), "alone", attendees=["ann@town.example"]),
            meeting(local(2026, 9, 1), "daily", rrule="FREQ=DAILY;COUNT=10"),
            meeting(local(2026, 9, 2), "every wednesday", rrule="FREQ=WEEKLY;COUNT=4"),
            meeting(local(2026, 9, 2), "flood #emergency"),
            meeting(local(2025, 9, 3), "too long ago"),
        ]
    )
    assert trial.meetings == 5
    assert effects(trial) == [
        ("daily", "skips", 2),
        ("every wednesday", "wholly banned", 4),
        ("wednesday", "refused", 1),
    ]
    assert trial.exempt == 1
    assert trial.time.hours == Decimal(2 * (2 + 4 + 1))
    assert trial.standing == ()


def test_series_that_are_refused_as_a_whole() -> None:
    policy = (HEAD + WEDNESDAY).replace('series = "skip"', 'series = "refuse"')
    trial = tried([meeting(local(2026, 9, 1), "daily", rrule="FREQ=DAILY;COUNT=10")], policy=policy)
    assert effects(trial) == [("daily", "series refused", 2)]


def test_a_rule_that_begins_later_is_tried_all_the_same() -> None:
    policy = HEAD + WEDNESDAY + "from = 2027-01-01\n"
    weekly = meeting(local(2026, 9, 2), rrule="FREQ=WEEKLY")
    trial = tried([weekly], policy=policy)
    assert [one.effect for one in trial.met] == [Effect.BANNED]
    assert trial.met[0].dates[0] == date(2026, 9, 2)
    assert trial.met[0].dates[-1] == date(2026, 11, 25)
    assert trial.standing[0].dates[0] == date(2027, 1, 6)  # as it is written


def test_a_copy_in_another_calendar_counts_once() -> None:
    one = meeting(local(2026, 9, 2))
    trial = tried([one], [one])
    assert (trial.meetings, len(trial.met)) == (1, 1)


def test_an_instance_moved_to_a_banned_day() -> None:
    text = (
        "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n"
        "BEGIN:VEVENT\nUID:a\nDTSTAMP:20260101T000000Z\nDTSTART;TZID=Europe/Berlin:20260901T100000\n"
        "DURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=4\nSUMMARY:Round\n"
        "ORGANIZER:mailto:ann@town.example\nATTENDEE:mailto:x@town.example\nEND:VEVENT\n"
        "BEGIN:VEVENT\nUID:a\nDTSTAMP:20260101T000000Z\nRECURRENCE-ID;TZID=Europe/Berlin:20260908T100000\n"
        "DTSTART;TZID=Europe/Berlin:20260909T100000\nDURATION:PT2H\nSUMMARY:Round\n"
        "ORGANIZER:mailto:ann@town.example\nATTENDEE:mailto:x@town.example\nATTENDEE:mailto:y@town.example\nEND:VEVENT\n"
        "END:VCALENDAR\n"
    )
    trial = tried(list(read(text.replace("\n", "\r\n").encode()).meetings))
    (one,) = trial.met
    assert (one.effect, one.dates, one.held) == (Effect.SERIES_REFUSED, (date(2026, 9, 9),), 4)
    assert one.time.hours == 6  # three people, two hours: what the moved instance takes


def test_a_series_too_long_to_look_at_is_told() -> None:
    policy = "limits.max_instances_in_horizon = 10\n" + HEAD + WEDNESDAY
    trial = tried([meeting(local(2026, 9, 1), rrule="FREQ=DAILY"), meeting(local(2026, 9, 2))], policy=policy)
    assert [problem.code for problem in trial.problems] == ["limit"]
    assert (trial.meetings, len(trial.met)) == (1, 1)


def test_units() -> None:
    trial = tried(
        [
            meeting(local(2026, 9, 2), by="ann.b@town.example", minutes=120),
            meeting(local(2026, 9, 9), by="ben@town.example"),
            meeting(local(2026, 9, 16), by="ben@town.example"),
            meeting(local(2026, 9, 23), by="somebody@else.example", minutes=30),
        ]
    )
    told = [(share.unit, share.meetings, share.time.hours) for share in by_unit(trial.met)]
    assert told == [("Finance", 2, 4), ("Planning", 1, 4), ("", 1, 1)]


KEEP = HEAD + WEDNESDAY + EMERGENCY
UNTIL = f'existing = "until 2027-03-31"\n{KEEP}'


@pytest.mark.parametrize(
    ("policy", "rrule", "said"),
    [
        (KEEP, "FREQ=WEEKLY;BYDAY=TU,WE", "may stay as it is"),
        (
            UNTIL,
            "FREQ=WEEKLY;BYDAY=TU,WE;UNTIL=20270430T000000Z",
            "may stay as it is up to Wed 31 Mar 2027; when it is changed after that, it steps over 4 dates",
        ),
        (
            UNTIL,
            "FREQ=WEEKLY;BYDAY=WE;UNTIL=20270408T000000Z",
            "may stay as it is up to Wed 31 Mar 2027; a change made after that is refused for 1 date",
        ),
        (UNTIL, "FREQ=WEEKLY;BYDAY=WE;UNTIL=20261231T000000Z", "all of them up to Wed 31 Mar 2027: may stay as it is"),
    ],
)
def test_what_existing_means(policy: str, rrule: str, said: str) -> None:
    trial = tried([meeting(local(2026, 12, 1), rrule=rrule)], policy=policy)
    (one,) = trial.standing
    assert trial.meetings == 0
    assert meaning(Policy.parse(policy.encode()), one).text() == said


def test_letters_go_to_each_organiser_once() -> None:
    weekly = {"rrule": "FREQ=WEEKLY;COUNT=8"}
    trial = tried(
        [
            meeting(local(2026, 12, 2), "Budget round", **weekly),
            meeting(local(2026, 12, 2), "Planning", by="ann.b@town.example"),
            meeting(local(2026, 12, 2), "Accounts", by="ben@town.example"),
            Meeting(title="Nobody's", start=local(2026, 12, 2), minutes=60, attendees=["a@b.example", "c@b.example"]),
        ]
    )
    written = letters(Policy.parse(UNTIL.encode()), trial.standing)
    assert [letter.organiser.address for letter in written] == ["mailto:ann@town.example", "mailto:ben@town.example"]
    days = "Wed 2 Dec 2026, Wed 9 Dec 2026, Wed 16 Dec 2026 and 5 more"
    assert written[0].text().splitlines() == [
        "Your standing meetings and “Town Office”",
        "",
        "These meetings that you called have dates that the rules do not allow:",
        "- “Budget round”: " + days + "; all of them up to Wed 31 Mar 2027: may stay as it is",
        "- “Planning”: Wed 2 Dec 2026; all of them up to Wed 31 Mar 2027: may stay as it is",
        "",
        "For now the rules are only observed: nothing is refused yet.",
        "Nothing was changed in your calendar, and nothing will be deleted.",
        "Emergency? Put #emergency in the title.",
    ]
    assert "- “Accounts”：2026年12月2日(周三)；均不晚于2027年3月31日(周三)，可维持不变" in written[1].text("zh")
    assert "请在标题" in written[1].text("zh")


STARTS = st.datetimes(datetime(2025, 10, 1), datetime(2028, 3, 1), timezones=st.just(UTC))


@given(st.lists(STARTS, max_size=12))
def test_one_offs_are_counted_by_their_days(starts: list[datetime]) -> None:
    trial = tried([meeting(start, minutes=0) for start in starts])
    past = [start for start in starts if start in PAST]
    banned = [start for start in past if start.astimezone(BERLIN).weekday() == 2]
    assert trial.meetings == len(past)
    assert sorted(one.dates[0] for one in trial.met) == sorted(start.astimezone(BERLIN).date() for start in banned)
    ahead = [start for start in starts if start in AHEAD and start.astimezone(BERLIN).weekday() == 2]
    assert len(trial.standing) == len(ahead)


@given(st.lists(st.tuples(STARTS, st.sampled_from(["FREQ=DAILY", "FREQ=WEEKLY", "FREQ=MONTHLY"])), max_size=4))
def test_a_trial_adds_up(series: list[tuple[datetime, str]]) -> None:
    trial = tried([meeting(start, rrule=rrule) for start, rrule in series])
    assert sum(share.time.seconds for share in by_unit(trial.met)) == trial.time.seconds
    assert sum(len(trial.of(effect)) for effect in Effect) == len(trial.met) <= trial.meetings
    for one in trial.met:
        assert {day.weekday() for day in one.dates} == {2}
        assert one.time.hours == 2 * len(one.dates) or one.dates  # a meeting over midnight touches a second day
        assert (one.effect is Effect.BANNED) == (len(one.dates) >= one.held)


def test_a_title_of_several_lines_stands_on_one() -> None:
    trial = tried([meeting(local(2026, 12, 2), "Budget\nround\r\n\tof the year")])
    assert [one.title for one in trial.standing] == ["Budget round of the year"]


def test_rules_that_ban_no_days() -> None:
    policy = f"""reviewer = "boss@town.example"
{HEAD}[[duration]]
id = "long"
at_most = 120
from = 2027-01-01
action = "review"
[[attendance]]
at_most = 3
[[notice]]
at_least = "5 working days"
"""
    people = [f"{at}@town.example" for at in range(4)]
    trial = tried(
        [
            meeting(local(2026, 9, 3), "long", minutes=180),
            meeting(local(2026, 9, 3), "large", attendees=people, by=people[0]),
            meeting(local(2026, 9, 3), "small"),
            meeting(local(2026, 12, 3), "to come", minutes=180),
            meeting(local(2027, 2, 3), "later", minutes=180),
        ],
        policy=policy,
    )
    assert trial.problems == ()
    assert sorted((one.title, one.effect) for one in trial.met) == [("large", Effect.REFUSED), ("long", Effect.REVIEW)]
    assert [one.title for one in trial.standing] == ["later"]  # the rule begins before it

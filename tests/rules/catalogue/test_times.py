# SPDX-License-Identifier: Apache-2.0
"""Rules on when and how long: hours, windows, blackouts, durations, notice, at their edges."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from rule_cases import BOB, EVE, WRITTEN, event, judged, policy

from meetcost.model.verdict import Bearing, Outcome, Verdict

OFFICE = policy("""[[hours]]
start = "09:00"
end = "18:00"
days = ["monday", "tuesday", "wednesday", "thursday", "friday"]
breaks = [{ start = "12:00", end = "13:00" }]
""")


@pytest.mark.parametrize(
    ("start", "length", "brief"),
    [
        ("20261210T090000", "PT1H", ""),
        ("20261210T085900", "PT1H", "Outside 09:00-18:00"),
        ("20261210T170000", "PT1H", ""),  # ends as the hours end
        ("20261210T170000", "PT1H1S", "Outside 09:00-18:00"),
        ("20261210T110000", "PT1H", ""),
        ("20261210T113000", "PT1H", "In the break 12:00-13:00"),
        ("20261210T121500", "PT15M", "In the break 12:00-13:00"),
        ("20261210T123000", "PT0S", "In the break 12:00-13:00"),
        ("20261210T120000", "PT0S", ""),  # an instant at the end of what is allowed
        ("20261210T090000", "PT9H", "In the break 12:00-13:00"),
        ("20261210T170000", "PT18H", "Outside 09:00-18:00"),  # over the night
        ("20261212T100000", "PT1H", "Not on a Saturday"),
        ("20261212", "P1D", "Not on a Saturday"),
        ("20261210", "P1D", ""),  # whole days: only the days are judged
        ("20261211", "P2D", "Not on a Saturday"),
    ],
)
def test_hours(start: str, length: str, brief: str) -> None:
    verdict = judged(event(start, length=length), OFFICE)
    assert [one.brief for one in verdict.findings] == ([brief] if brief else [])
    assert verdict.outcome is (Outcome.DENY if brief else Outcome.ALLOW)


FRIDAY = policy("""[[hours]]
end = "14:00"
on = ["friday"]
breaks = [{ start = "12:00", end = "13:00" }]
""")


@pytest.mark.parametrize(
    ("start", "length", "brief"),
    [
        ("20261211T130000", "PT1H", ""),  # a Friday
        ("20261211T140000", "PT1H", "Outside 00:00-14:00"),
        ("20261211T113000", "PT1H", "In the break 12:00-13:00"),
        ("20261210T113000", "PT9H", ""),
        ("20261210T223000", "PT2H", ""),  # over the night into what Friday allows
        ("20261210T223000", "PT15H", "Outside 00:00-14:00"),
        ("20261211T133000", "PT12H", "Outside 00:00-14:00"),
        ("20261212T000000", "PT15H", ""),
        ("20261211", "P1D", ""),
        ("20261210", "P3D", ""),
    ],
)
def test_hours_of_some_weekdays_ask_nothing_of_the_others(start: str, length: str, brief: str) -> None:
    verdict = judged(event(start, length=length), FRIDAY)
    assert [one.brief for one in verdict.findings] == ([brief] if brief else [])


def test_what_a_meeting_of_several_days_meets_after_its_first_one() -> None:
    rules = policy("[[hours]]\ndays = ['thursday']\nbreaks = [{ start = '08:00', end = '09:00' }]\n")
    assert judged(event("20261210T100000", length="P1D"), rules).findings[0].brief == "Not on a Friday"
    rules = policy("[[hours]]\nbreaks = [{ start = '08:00', end = '09:00' }]\n")
    assert judged(event("20261210T100000", length="P1D"), rules).findings[0].brief == "In the break 08:00-09:00"
    assert judged(event("20261210T100000", length="PT22H"), rules).allowed


def test_days_that_are_not_asked_about_are_open() -> None:
    rules = policy("[[hours]]\ndays = ['tuesday']\non = ['monday', 'tuesday']\n")
    allowed = [judged(event(f"202612{day:02}T100000"), rules).allowed for day in range(7, 14)]
    assert allowed == [False, True, True, True, True, True, True]


def test_hours_are_those_of_the_policys_zone() -> None:
    in_utc = event("20261210T090000").replace(b";TZID=Europe/Berlin:20261210T090000", b":20261210T173000Z")
    assert judged(in_utc, OFFICE).findings[0].brief == "Outside 09:00-18:00"


def test_hours_of_working_days_know_holidays_and_days_worked_in_exchange() -> None:
    clause = "[[hours]]\nworking_days = true\n[holidays]\ndays_off = [2026-12-10]\nworking_days = [2026-12-12]\n"
    rules = policy(clause)
    assert [judged(event(f"202612{day:02}T100000"), rules).allowed for day in (9, 10, 11, 12, 13)] == [
        True, False, True, True, False,
    ]  # fmt: skip


def skipped(verdict: Verdict) -> list[date]:
    return [skip.day for skip in verdict.skips]


def test_a_daily_series_steps_over_weekends_and_an_evening_one_is_refused() -> None:
    clause = "[[hours]]\nend = '18:00'\ndays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday']\n"
    rules = policy(clause, 'zone = "Europe/Berlin"\nseries = "skip"\n')
    daily = judged(event("20261210T100000", "RRULE:FREQ=DAILY;COUNT=7"), rules)
    assert daily.outcome is Outcome.ALLOW
    assert skipped(daily) == [date(2026, 12, 12), date(2026, 12, 13)]
    evening = judged(event("20261210T190000", "RRULE:FREQ=DAILY;COUNT=7"), rules)
    assert evening.outcome is Outcome.DENY
    assert evening.planned_skips == ()


def test_a_stepped_over_date_takes_its_other_findings_with_it_but_not_those_of_its_series() -> None:
    clause = "[[no_meeting_day]]\nweekdays = ['thursday']\n[[duration]]\nat_most = 60\n[[series_end]]\n"
    rules = policy(clause, 'zone = "Europe/Berlin"\nseries = "skip"\n')
    # the only instance that is too long lies on a Thursday
    long = event("20261210T100000", "RRULE:FREQ=DAILY;COUNT=3").replace(
        b"END:VEVENT",
        b"END:VEVENT\r\nBEGIN:VEVENT\r\nUID:example@town.example\r\nDTSTAMP:20261201T080000Z\r\n"
        b"RECURRENCE-ID;TZID=Europe/Berlin:20261210T100000\r\nDTSTART;TZID=Europe/Berlin:20261210T100000\r\n"
        b"DURATION:PT3H\r\nORGANIZER:mailto:ann@town.example\r\nATTENDEE:mailto:bob@town.example\r\nEND:VEVENT",
    )
    verdict = judged(long, rules)
    assert verdict.outcome is Outcome.ALLOW, verdict.text()
    assert skipped(verdict) == [date(2026, 12, 10)]
    endless = judged(event("20261210T100000", "RRULE:FREQ=DAILY"), rules)
    assert endless.outcome is Outcome.DENY
    assert [one.brief for one in endless.bearing(Bearing.REFUSED)] == ["Series without an end"]


WINDOW = "[[window]]\npeople_over = 2\ndays = ['thursday']\nstart = '11:00'\nend = '17:00'\n"


@pytest.mark.parametrize(
    ("start", "people", "allowed"),
    [
        ("20261210T110000", (BOB, EVE), True),
        ("20261210T160000", (BOB, EVE), True),
        ("20261210T160100", (BOB, EVE), False),
        ("20261210T105900", (BOB, EVE), False),
        ("20261211T110000", (BOB, EVE), False),
        ("20261211T110000", (BOB,), True),  # two people: the rule is for more
        ("20261210", (BOB, EVE), False),
    ],
)
def test_window(start: str, people: tuple[str, ...], allowed: bool) -> None:
    assert judged(event(start, people=people), policy(WINDOW)).allowed is allowed


def test_a_group_of_unknown_size_outside_the_window_is_let_pass_and_flagged() -> None:
    group = event("20261211T110000").replace(b"ATTENDEE:mailto:bob", b"ATTENDEE;CUTYPE=GROUP:mailto:bob")
    verdict = judged(group, policy(WINDOW))
    assert verdict.outcome is Outcome.FLAG
    assert "how many people a group stands for is not known" in verdict.text()
    assert "群组人数不明" in verdict.text("zh")


@pytest.mark.parametrize(
    ("keys", "banned"),
    [
        ("dates = [2026-12-10]", [10]),
        ("ranges = [{ from = 2026-12-08, to = 2026-12-09 }]", [8, 9]),
        ('yearly = [{ from = "12-10", to = "12-11" }]', [10, 11]),
        ('yearly = [{ from = "12-12", to = "01-02" }]', [12, 13]),
        ("months = [12]", [7, 8, 9, 10, 11, 12, 13]),
        ("months = [11]", []),
    ],
)
def test_blackout(keys: str, banned: list[int]) -> None:
    rules = policy(f"[[blackout]]\n{keys}\n")
    days = [day for day in range(7, 14) if not judged(event(f"202612{day:02}T100000"), rules).allowed]
    assert days == banned
    assert [day for day in range(7, 14) if not rules.permitted(date(2026, 12, day))] == banned


@pytest.mark.parametrize(
    ("start", "length", "minutes", "allowed"),
    [
        ("20261210T090000", "PT2H", 120, True),
        ("20261210T090000", "PT2H1S", 120, False),
        ("20261210", "P1D", 480, True),  # eight hours of work
        ("20261210", "P1D", 479, False),
        ("20261210", "P2D", 720, False),
        ("20270328T010000", "PT2H", 120, True),  # the clocks go forward: real time counts
    ],
)
def test_duration(start: str, length: str, minutes: int, allowed: bool) -> None:
    assert judged(event(start, length=length), policy(f"[[duration]]\nat_most = {minutes}\n")).allowed is allowed


@pytest.mark.parametrize(
    ("length", "start", "allowed"),
    [
        ("5 working days", "20261207T235900", False),
        ("5 working days", "20261208T000000", True),
        ("3 days", "20261203T235900", False),
        ("3 days", "20261204T000000", True),
        ("48 hours", "20261203T085900", False),
        ("48 hours", "20261203T090000", True),
        ("1 working day", "20261201T180000", False),
    ],
)
def test_notice(length: str, start: str, allowed: bool) -> None:
    assert judged(event(start), policy(f'[[notice]]\nat_least = "{length}"\n')).allowed is allowed


def test_notice_is_not_asked_of_what_stands_unless_it_moves() -> None:
    rules = policy('[[notice]]\nat_least = "5 working days"\n')
    stood = event("20261202T100000")
    assert not judged(stood, rules).allowed
    assert judged(stood, rules, old=stood).allowed
    assert judged(event("20261202T100000", people=(BOB, EVE)), rules, old=stood).allowed
    assert judged(event("20261202T103000", length="PT30M"), rules, old=stood).allowed  # within the time it had
    assert not judged(event("20261202T110000"), rules, old=stood).allowed
    assert not judged(event("20261203T100000"), rules, old=stood).allowed
    later = WRITTEN + timedelta(hours=20)
    assert judged(stood, rules, old=stood, now=later).allowed


def test_minutes_over_binds_only_longer_meetings() -> None:
    rules = policy("[[window]]\nminutes_over = 60\ndays = ['thursday']\n")
    assert judged(event("20261211T100000"), rules).allowed
    assert not judged(event("20261211T100000", length="PT61M"), rules).allowed


def test_a_rule_holds_from_its_first_day_to_its_last() -> None:
    rules = policy("[[duration]]\nat_most = 30\nfrom = 2026-12-09\nuntil = 2026-12-10\n")
    assert [judged(event(f"202612{day:02}T100000"), rules).allowed for day in (8, 9, 10, 11)] == [
        True, False, False, True,
    ]  # fmt: skip
    over_midnight = event("20261208T233000", length="PT1H")
    assert not judged(over_midnight, rules).allowed


LONGEST = policy("[[duration]]\nat_most = 120\n")
NO_END = event("20261210T100000").replace(b"DURATION:PT1H\r\n", b"")
AT_ONCE = event("20261210T100000").replace(b"DURATION:PT1H", b"DTEND;TZID=Europe/Berlin:20261210T100000")


@pytest.mark.parametrize("octets", [NO_END, AT_ONCE, event("20261210T100000", length="PT0S")])
def test_an_event_that_gives_no_length_is_refused_where_there_is_a_longest_one(octets: bytes) -> None:
    verdict = judged(octets, LONGEST)
    assert verdict.outcome is Outcome.DENY
    assert "does not say how long" in verdict.text()
    assert "邀请未写明会议时长" in verdict.text("zh")
    assert verdict.findings[0].brief == "No length given, at most 120 min"
    assert judged(octets, LONGEST, old=octets).bearing(Bearing.KEPT)  # it stood before the rule
    assert judged(event("20261210T100000"), LONGEST, old=octets).allowed
    assert not judged(event("20261210T100000", length="PT3H"), LONGEST, old=octets).allowed


def test_who_takes_the_end_out_of_what_is_too_long_makes_it_no_shorter() -> None:
    assert not judged(NO_END, LONGEST, old=event("20261210T100000", length="PT3H")).allowed


@pytest.mark.parametrize("component", [b"VTODO", b"VJOURNAL"])
def test_what_is_no_event_may_have_no_length(component: bytes) -> None:
    assert judged(NO_END.replace(b"VEVENT", component), LONGEST).allowed


def test_whole_days_without_an_end_are_one_day() -> None:
    whole = NO_END.replace(b"DTSTART;TZID=Europe/Berlin:20261210T100000", b"DTSTART;VALUE=DATE:20261210")
    assert b"VALUE=DATE" in whole
    assert "lasts 8 h" in judged(whole, LONGEST).text()


def test_it_is_not_known_whether_a_rule_for_longer_meetings_binds_one_without_a_length() -> None:
    agenda = policy("[[agenda]]\nat_least = 1\nminutes_over = 30\n")
    verdict = judged(NO_END, agenda)
    assert verdict.outcome is Outcome.FLAG
    assert verdict.findings[0].bearing is Bearing.UNDECIDED
    assert judged(event("20261210T100000", length="PT30M"), agenda).outcome is Outcome.ALLOW

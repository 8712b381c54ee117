# SPDX-License-Identifier: Apache-2.0
"""The judge, case by case: 2026-01-07 is a Wednesday, Wednesdays and 2026-W32 (3-9 August) are banned in Berlin."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from meetcost.assessment import check
from meetcost.model.directory import Directory
from meetcost.model.meeting import Meeting, Recurrence
from meetcost.model.moment import Length, Moment, local_seconds
from meetcost.model.verdict import Approval, Bearing, Mode, Outcome, Tally, Verdict
from meetcost.model.zone import FixedZone, ZoneReading, ZoneTable, named_zone
from meetcost.policy.policy import Policy
from meetcost.rules.days import DayPattern, Weekdays
from meetcost.rules.exemption import Exemption, Passes, Unit, Within
from meetcost.rules.holidays import WorkCalendar
from meetcost.rules.judge import judge
from meetcost.rules.ruleset import OnHoliday, Rule, RuleSet, Series
from meetcost.rules.scope import Scope
from meetcost.rules.weeks import IsoWeeks
from meetcost.values.citation import Citation
from tests.invites import invite

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 1, 2, tzinfo=UTC)
ANN, BOB = "ann@example.test", "bob@example.test"
ZONE = named_zone("Europe/Berlin")
assert ZONE is not None
WEDNESDAYS = Rule("1", Weekdays(frozenset({2})), source=Citation("house rules"))
RULES = RuleSet("Town", (WEDNESDAYS, Rule("2", IsoWeeks(frozenset({(2026, 32)})))), ZONE)
SKIP = dataclasses.replace(RULES, series=Series.SKIP)


def at(day: int, hour: int = 9, minute: int = 0, *, month: int = 1, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=BERLIN)


def meeting(start: datetime | date, *, minutes: int | None = 60, title: str = "Budget", **more: Any) -> Meeting:
    people = {"organizer": ANN, "attendees": [ANN, BOB]} | {
        key: more.pop(key) for key in ("organizer", "attendees") if key in more
    }
    length = {} if "end" in more else {"minutes": minutes}
    return Meeting(title=title, start=start, uid="u", **people, **length, **more)


def moment(start: datetime) -> Moment:
    return Moment(local_seconds(start), "Europe/Berlin")


def override(original: datetime, start: datetime, **fields: Any) -> Meeting:
    return meeting(start).replace(recurrence_id=moment(original), **fields)


def verdict(*meetings: Meeting, rules: RuleSet = RULES, now: datetime = NOW, **more: Any) -> Verdict:
    return judge(meetings, rules, now=now, **more)


def outcome(*meetings: Meeting, **more: Any) -> Outcome:
    return verdict(*meetings, **more).outcome


@pytest.mark.parametrize(
    ("start", "minutes", "expected"),
    [
        (at(7), 60, Outcome.DENY),
        (at(6), 60, Outcome.ALLOW),
        (at(6, 23), 60, Outcome.ALLOW),  # ends as Wednesday begins
        (at(6, 23), 61, Outcome.DENY),
        (at(8, 0), 60, Outcome.ALLOW),  # begins as Wednesday ends
        (at(7, 23, 59), 1, Outcome.DENY),
        (at(7, 0), 0, Outcome.DENY),  # no length: the instant counts
        (at(8, 0), 0, Outcome.ALLOW),
        (at(7), None, Outcome.DENY),  # neither DTEND nor DURATION
        (at(5), 5 * 1440, Outcome.DENY),  # over the whole day
        (at(6, month=8), 60, Outcome.DENY),  # Thursday in W32
        (at(10, 0, month=8), 60, Outcome.ALLOW),  # Monday after W32
        (datetime(2026, 1, 6, 22, 30, tzinfo=UTC), 60, Outcome.DENY),  # 23:30 to 00:30 in Berlin
        (datetime(2026, 1, 6, 22, tzinfo=UTC), 60, Outcome.ALLOW),
        (datetime(2026, 1, 6, 16, tzinfo=ZoneInfo("America/Los_Angeles")), 60, Outcome.DENY),  # Wed 01:00
        (datetime(2026, 1, 7, 9, tzinfo=ZoneInfo("Pacific/Kiritimati")), 60, Outcome.ALLOW),  # Tue 20:00
        (datetime(2026, 1, 7, 9), 60, Outcome.DENY),  # floating: read in the policy's zone
        (datetime(2026, 1, 6, 23, 30), 60, Outcome.DENY),
        (date(2026, 1, 6), None, Outcome.ALLOW),  # all day Tuesday
        (date(2026, 1, 7), None, Outcome.DENY),
    ],
)
def test_one_off(start: datetime | date, minutes: int | None, expected: Outcome) -> None:
    assert outcome(meeting(start, minutes=minutes)) is expected


def test_a_finding_names_rule_instance_days_interval_reason_and_source() -> None:
    finding = verdict(meeting(at(6, 23), minutes=180)).findings[0]
    assert (finding.rule, str(finding.instance), finding.days) == ("1", "-/u", (date(2026, 1, 7),))
    assert (finding.starts, finding.ends) == (at(6, 23), at(7, 2))
    assert finding.reason.text() == "every Wednesday is a no-meeting day"
    assert finding.source.title == "house rules"
    assert finding.reading is ZoneReading.NAME


def test_every_rule_is_asked() -> None:
    found = verdict(meeting(at(5, month=8)))  # a Wednesday in W32
    assert [finding.rule for finding in found.findings] == ["1", "2"]


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (at(28, 23, month=3), Outcome.ALLOW),  # Saturday 23:00 to Sunday 00:00
        (at(28, 23, 30, month=3), Outcome.DENY),
        (at(29, 23, month=3), Outcome.DENY),  # a Sunday of 23 hours: its last hour
        (at(30, 0, month=3), Outcome.ALLOW),
        (at(25, 23, month=10), Outcome.DENY),  # one of 25 hours
        (at(26, 0, month=10), Outcome.ALLOW),
    ],
)
def test_days_on_which_the_clocks_change(start: datetime, expected: Outcome) -> None:
    sundays = dataclasses.replace(RULES, rules=(Rule("s", Weekdays(frozenset({6}))),))
    assert outcome(meeting(start), rules=sundays) is expected


def test_a_day_without_midnight_begins_with_its_first_instant() -> None:
    cairo = named_zone("Africa/Cairo")
    assert cairo is not None
    fridays = RuleSet("", (Rule("f", Weekdays(frozenset({4}))),), cairo)
    # Friday 24 April 2026 begins at 01:00, which is Thursday 22:00 UTC
    before = meeting(datetime(2026, 4, 23, 21, tzinfo=UTC))
    assert outcome(before, rules=fridays) is Outcome.ALLOW
    assert outcome(meeting(datetime(2026, 4, 23, 22, tzinfo=UTC)), rules=fridays) is Outcome.DENY


def test_weekly_in_new_york_is_wednesday_in_berlin_but_for_the_weeks_between_the_clock_changes() -> None:
    new_york = ZoneInfo("America/New_York")
    series = meeting(datetime(2026, 3, 10, 18, 30, tzinfo=new_york), minutes=20, rrule="FREQ=WEEKLY;COUNT=5")
    found = verdict(series)
    assert [finding.days[0] for finding in found.findings] == [date(2026, 4, 1), date(2026, 4, 8)]
    only = meeting(datetime(2026, 3, 10, 18, 30, tzinfo=new_york), minutes=20, rrule="FREQ=WEEKLY;COUNT=3")
    assert outcome(only) is Outcome.ALLOW


# -- zones with two readings


def with_own_zone(start: datetime, offset: int) -> Meeting:
    table = ZoneTable({"Europe/Berlin": FixedZone("Europe/Berlin", offset * 3600)})
    return meeting(start).replace(zones=table)


def test_banned_by_the_name_of_the_zone_alone() -> None:
    found = verdict(with_own_zone(at(7), 14))
    assert found.outcome is Outcome.DENY
    assert [finding.reading for finding in found.findings] == [ZoneReading.NAME]


def test_banned_by_the_zone_of_the_file_alone() -> None:
    found = verdict(with_own_zone(at(6, 20), -11))
    assert found.outcome is Outcome.DENY
    assert [finding.reading for finding in found.findings] == [ZoneReading.FILE]


def test_an_instance_banned_under_both_readings_is_one_finding() -> None:
    found = verdict(with_own_zone(at(7, 12), 2))
    assert len(found.findings) == 1


def test_a_zone_nobody_knows_is_read_in_the_policys_zone_and_said() -> None:
    unknown = meeting(at(7)).replace(dtstart=Moment(local_seconds(datetime(2026, 1, 7, 9)), "Nowhere/Else"))
    found = verdict(unknown)
    assert found.outcome is Outcome.DENY
    assert found.notes[0].text() == "times without a known zone are read in Europe/Berlin"


# -- series


def test_a_dtstart_that_its_rule_does_not_produce_is_judged_as_well() -> None:
    series = meeting(at(7), rrule="FREQ=WEEKLY;BYDAY=TU;COUNT=3")
    assert [str(finding.instance) for finding in verdict(series).findings] == ["20260107T080000Z/u"]


def test_a_dtstart_taken_out_by_exdate_is_not() -> None:
    assert outcome(meeting(at(7), rrule="FREQ=WEEKLY;BYDAY=TU;COUNT=3", exdates=[at(7)])) is Outcome.ALLOW
    assert outcome(meeting(at(7), rrule="FREQ=WEEKLY;BYDAY=MO,WE;COUNT=2", exdates=[at(7)])) is Outcome.ALLOW


def test_a_date_that_some_programs_show_though_it_is_taken_out_is_judged() -> None:
    """The first EXDATE matches nothing, and lets the second come too late where both are walked through together."""
    left_out = {"rrule": "FREQ=WEEKLY;BYDAY=TU,WE;COUNT=4", "exdates": [at(12), at(14)]}
    assert outcome(meeting(at(13), **left_out)) is Outcome.DENY
    assert outcome(meeting(at(13), **{**left_out, "exdates": [at(14), at(21)]})) is Outcome.ALLOW


def test_a_date_that_some_programs_see_in_a_rule_is_judged() -> None:
    """30 January and 29 May are Fridays; ical.js comes to months in between, and 29 April is a Wednesday."""
    rule = "FREQ=MONTHLY;INTERVAL=2;BYDAY=WE,FR;BYMONTHDAY=-1,-2,-3;COUNT=2"
    assert outcome(meeting(at(30), rrule=rule)) is Outcome.DENY
    assert outcome(meeting(at(30), rrule=rule.replace("-1,-2,-3", "29,30,31"))) is Outcome.ALLOW
    assert outcome(meeting(at(30), rrule=rule.replace("WE,", ""))) is Outcome.ALLOW
    assert outcome(meeting(at(30), rrule=rule), rules=SKIP) is Outcome.DENY  # nobody knows what to step over


def test_an_override_is_judged_by_where_it_lies_and_who_is_in_it() -> None:
    series = meeting(at(6), rrule="FREQ=WEEKLY;COUNT=3")
    assert outcome(series.replace(overrides=(override(at(6), at(7)),))) is Outcome.DENY
    solo = meeting(at(7), rrule="FREQ=WEEKLY;COUNT=3", attendees=[], organizer=None)
    assert outcome(solo) is Outcome.ALLOW
    one_with_two = solo.replace(overrides=(override(at(14), at(14)),))
    assert [finding.days for finding in verdict(one_with_two).findings] == [(date(2026, 1, 14),)]


def test_an_override_without_its_master_is_judged() -> None:
    assert outcome(override(at(6), at(7))) is Outcome.DENY
    assert outcome(override(at(7), at(6))) is Outcome.ALLOW


def test_an_override_of_nothing_is_judged() -> None:
    series = meeting(at(6), rrule="FREQ=WEEKLY;COUNT=3").replace(overrides=(override(at(9), at(14)),))
    assert outcome(series) is Outcome.DENY


def test_of_two_overrides_of_one_instance_either_may_be_shown() -> None:
    two = (override(at(6), at(8), sequence=3), override(at(6), at(7), sequence=1))
    assert outcome(meeting(at(6), rrule="FREQ=WEEKLY;COUNT=2").replace(overrides=two)) is Outcome.DENY


def test_a_rule_inside_an_override_is_judged() -> None:
    inside = Recurrence(("FREQ=WEEKLY;BYDAY=WE;COUNT=2",), (), ())
    alone = override(at(6), at(6), recurrence=inside)
    assert outcome(alone) is Outcome.DENY
    assert outcome(meeting(at(6), rrule="FREQ=WEEKLY;COUNT=3").replace(overrides=(alone,))) is Outcome.DENY


def test_a_cancelled_instance_does_not_count() -> None:
    cancelled = override(at(7), at(7), status="CANCELLED")
    series = meeting(at(6), rrule="FREQ=DAILY;COUNT=2").replace(overrides=(cancelled,))
    assert outcome(series) is Outcome.ALLOW


def test_endless_rules_are_judged_up_to_the_horizon_and_flagged_beyond() -> None:
    yearly = meeting(at(24, month=2), rrule="FREQ=YEARLY")  # first on a Wednesday on 24 February 2027, day 418
    found = verdict(yearly)
    assert found.outcome is Outcome.FLAG
    assert [(one.bearing, one.days) for one in found.findings] == [(Bearing.LATER, (date(2027, 2, 24),))]
    assert outcome(yearly, rules=dataclasses.replace(RULES, horizon_days=420)) is Outcome.DENY
    assert outcome(yearly, rules=dataclasses.replace(RULES, look_further_days=0)) is Outcome.ALLOW


def test_finite_objects_are_judged_whole() -> None:
    assert outcome(meeting(at(2, year=2029), rrule="FREQ=DAILY;COUNT=2")) is Outcome.DENY
    assert outcome(meeting(at(3, year=2199))) is Outcome.ALLOW  # a Thursday
    assert outcome(meeting(at(2, year=2199))) is Outcome.DENY


def test_a_series_since_1990_is_judged_from_now() -> None:
    series = meeting(at(3, year=1990), rrule="FREQ=WEEKLY;INTERVAL=2")  # every second Wednesday
    assert outcome(series) is Outcome.DENY


def test_what_had_ended_before_now_is_recorded_and_never_refused() -> None:
    found = verdict(meeting(at(31, month=12, year=2025)))
    assert (found.outcome, [one.bearing for one in found.findings]) == (Outcome.ALLOW, [Bearing.PAST])
    series = verdict(meeting(at(17, month=12, year=2025), rrule="FREQ=WEEKLY;COUNT=3"))
    assert (series.outcome, [one.bearing for one in series.findings]) == (Outcome.ALLOW, [Bearing.PAST] * 3)


def test_what_still_runs_is_refused() -> None:
    assert outcome(meeting(at(7)), now=at(7, 9, 59)) is Outcome.DENY
    assert outcome(meeting(at(7)), now=at(7, 10)) is Outcome.ALLOW
    assert outcome(meeting(at(7), minutes=0), now=at(7, 9)) is Outcome.DENY


def test_more_instances_than_the_limit_is_rejected() -> None:
    few = dataclasses.replace(RULES, max_instances=100)
    found = verdict(meeting(at(6), rrule="FREQ=DAILY;COUNT=101"), rules=few)
    assert found.outcome is Outcome.REJECT
    assert not found.allowed
    assert found.errors[0].code == "limit"


def test_one_person_and_no_organizer_on_a_banned_day_is_flagged() -> None:
    lone = {"organizer": None, "attendees": [BOB]}
    found = verdict(meeting(at(7), **lone))
    assert (found.outcome, found.findings[0].bearing) == (Outcome.FLAG, Bearing.UNDECIDED)
    assert outcome(meeting(at(6), **lone)) is Outcome.ALLOW


def test_several_components_of_one_object_are_all_judged() -> None:
    assert (
        outcome(meeting(at(6)), meeting(at(7)).replace(component="VTODO", dtend=None, duration=Length(0, 0)))
        is Outcome.DENY
    )


# -- old against new


def test_what_the_stored_object_had_is_kept() -> None:
    old = meeting(at(7))
    for new in (
        old,
        old.replace(title="Budget, second reading", categories=("x",)),
        meeting(at(7), attendees=[ANN, BOB, "cy@example.test"]),
    ):
        found = verdict(new, old=[old])
        assert (found.outcome, found.findings[0].bearing) == (Outcome.ALLOW, Bearing.KEPT)


@pytest.mark.parametrize(
    "old",
    [
        meeting(at(7)).replace(status="CANCELLED"),
        meeting(at(7), attendees=[]),
        meeting(date(2026, 1, 7), minutes=None).replace(transparent=True),
        meeting(at(7, 10)),
        meeting(at(7), minutes=30),
        meeting(at(6)),
        meeting(at(7)).replace(uid="other"),
        meeting(at(7), organizer=None, attendees=[BOB]),
    ],
    ids=["un-cancelled", "was solo", "was free", "other time", "longer", "moved", "other uid", "was undecided"],
)
def test_what_the_stored_object_had_not_is_refused(old: Meeting) -> None:
    assert outcome(meeting(at(7)), old=[old]) is Outcome.DENY


def test_dropping_some_of_several_old_instances_passes_adding_one_does_not() -> None:
    old = meeting(at(7), rrule="FREQ=WEEKLY;COUNT=4")
    assert outcome(meeting(at(7), rrule="FREQ=WEEKLY;COUNT=4", exdates=[at(14)]), old=[old]) is Outcome.ALLOW
    assert outcome(meeting(at(7), rrule="FREQ=WEEKLY;COUNT=5"), old=[old]) is Outcome.DENY
    assert outcome(meeting(at(7), rrule="FREQ=WEEKLY"), old=[meeting(at(7), rrule="FREQ=WEEKLY")]) is Outcome.ALLOW


def test_a_stored_object_beyond_the_limits_gives_no_right_to_stay() -> None:
    few = dataclasses.replace(RULES, max_instances=20)
    dense = meeting(at(7), rrule="FREQ=MINUTELY;COUNT=500", minutes=60)
    assert outcome(meeting(at(7)), rules=few, old=[dense]) is Outcome.DENY


def test_an_exemption_does_not_outlive_its_claim() -> None:
    rules = dataclasses.replace(RULES, exemptions=(Exemption("emergency", ("#emergency",)),))
    claimed = meeting(at(7), title="Flood #emergency")
    assert outcome(claimed, rules=rules) is Outcome.ALLOW
    assert outcome(meeting(at(7), title="Flood"), rules=rules, old=[claimed]) is Outcome.DENY


@pytest.mark.parametrize(
    ("until", "now", "expected"),
    [
        (date(2026, 1, 31), NOW, Outcome.ALLOW),  # the time for standing meetings still runs
        (date(2026, 1, 1), NOW, Outcome.DENY),
        (date(2026, 3, 4), datetime(2026, 3, 3, tzinfo=UTC), Outcome.ALLOW),
    ],
)
def test_standing_meetings_may_go_on_until_a_date(until: date, now: datetime, expected: Outcome) -> None:
    rules = dataclasses.replace(RULES, keep_until=until)
    old = meeting(at(4, month=3))
    assert outcome(old.replace(title="new title"), rules=rules, old=[old], now=now) is expected


# -- skip


def test_a_series_steps_over_banned_dates() -> None:
    found = verdict(meeting(at(5), rrule="FREQ=DAILY;COUNT=10"), rules=SKIP)  # Monday 5 to Wednesday 14
    assert found.outcome is Outcome.ALLOW
    assert [skip.exdate for skip in found.skips] == [moment(at(7)), moment(at(14))]
    assert [(skip.day, skip.overridden) for skip in found.skips] == [
        (date(2026, 1, 7), False),
        (date(2026, 1, 14), False),
    ]


def test_a_one_off_cannot_be_skipped() -> None:
    assert outcome(meeting(at(7)), rules=SKIP) is Outcome.DENY


def test_a_series_of_which_nothing_is_left_is_refused() -> None:
    found = verdict(meeting(at(7), rrule="FREQ=WEEKLY;COUNT=3"), rules=SKIP)
    assert (found.outcome, found.skips) == (Outcome.DENY, ())
    assert {finding.bearing for finding in found.findings} == {Bearing.REFUSED}
    assert outcome(meeting(at(7), rrule="FREQ=WEEKLY"), rules=SKIP) is Outcome.DENY


def test_a_series_of_which_only_a_cancelled_instance_would_be_left_is_refused() -> None:
    cancelled = override(at(6), at(6), status="CANCELLED")
    series = meeting(at(6), rrule="FREQ=DAILY;COUNT=2").replace(overrides=(cancelled,))
    assert outcome(series, rules=SKIP) is Outcome.DENY


def test_an_instance_moved_by_hand_is_refused_not_dropped() -> None:
    series = meeting(at(6), rrule="FREQ=WEEKLY;COUNT=3").replace(overrides=(override(at(6), at(7)),))
    assert outcome(series, rules=SKIP) is Outcome.DENY


def test_an_override_on_its_own_date_goes_with_it() -> None:
    series = meeting(at(6), rrule="FREQ=DAILY;COUNT=3").replace(overrides=(override(at(7), at(7), location="Hall"),))
    found = verdict(series, rules=SKIP)
    assert [(skip.exdate, skip.overridden) for skip in found.skips] == [(moment(at(7)), True)]


def test_kept_instances_are_not_skipped() -> None:
    series = meeting(at(6), rrule="FREQ=DAILY;COUNT=3")
    assert verdict(series, rules=SKIP, old=[series]).skips == ()


def test_skips_of_dates_and_utc_times_are_written_as_dtstart_is() -> None:
    whole = meeting(date(2026, 1, 6), minutes=None, rrule="FREQ=DAILY;COUNT=3")
    assert str(verdict(whole, rules=SKIP).skips[0].exdate) == "20260107"
    utc = meeting(datetime(2026, 1, 6, 9, tzinfo=UTC), rrule="FREQ=DAILY;COUNT=3")
    assert str(verdict(utc, rules=SKIP).skips[0].exdate) == "20260107T090000Z"
    floating = meeting(datetime(2026, 1, 6, 9), rrule="FREQ=DAILY;COUNT=3")
    assert str(verdict(floating, rules=SKIP).skips[0].exdate) == "20260107T090000"


def test_an_rdate_can_be_skipped() -> None:
    series = meeting(at(6)).replace(recurrence=Recurrence((), (moment(at(7)),), ()))
    assert [skip.exdate for skip in verdict(series, rules=SKIP).skips] == [moment(at(7))]


# -- exemptions, scopes, holidays, modes


def test_an_exemption_that_holds_says_by_when_it_has_to_be_confirmed() -> None:
    exemption = Exemption(
        "emergency", ("#emergency",), confirm_within=Within(2, Unit.WORKING_DAYS), rules=frozenset({"1"})
    )
    rules = dataclasses.replace(RULES, exemptions=(exemption,))
    finding = verdict(meeting(at(7), title="#emergency"), rules=rules).findings[0]
    # now is Friday 2 January 01:00 in Berlin; the second working day after is Tuesday 6
    assert (finding.bearing, finding.exempted_by, finding.confirm_by) == (Bearing.EXEMPTED, "emergency", at(7, 0))


def test_an_exemption_from_one_rule_is_none_from_another() -> None:
    exemption = Exemption("emergency", ("#emergency",), rules=frozenset({"1"}))
    rules = dataclasses.replace(RULES, exemptions=(exemption,))
    found = verdict(meeting(at(5, month=8), title="#emergency"), rules=rules)
    assert found.outcome is Outcome.DENY
    assert [(one.rule, one.bearing) for one in found.findings] == [("1", Bearing.EXEMPTED), ("2", Bearing.REFUSED)]


def test_an_exemption_that_needs_approval_waits_for_it() -> None:
    rules = dataclasses.replace(RULES, exemptions=(Exemption("x", ("#x",), passes=Passes.AFTER_APPROVAL),))
    claimed = meeting(at(7), title="#x")
    refused = verdict(claimed, rules=rules)
    assert (refused.outcome, refused.notes[0].text()) == (Outcome.DENY, "`x` has to be approved first")
    assert outcome(claimed, rules=rules, tally=Tally(frozenset({Approval("u", "x")}))) is Outcome.ALLOW


def test_a_claim_written_into_the_invite_is_nothing_where_the_policy_names_none() -> None:
    assert outcome(meeting(at(7), title="#emergency", categories=["EXEMPT", "emergency"])) is Outcome.DENY


def test_scopes_of_policy_and_rule() -> None:
    elsewhere = dataclasses.replace(RULES, scope=Scope(calendars=("/office/*",)))
    assert outcome(meeting(at(7)), rules=elsewhere, calendar="/ann/private/") is Outcome.ALLOW
    assert outcome(meeting(at(7)), rules=elsewhere, calendar="/office/main/") is Outcome.DENY
    named = dataclasses.replace(RULES, rules=(dataclasses.replace(WEDNESDAYS, scope=Scope(categories=("plenary",))),))
    assert outcome(meeting(at(7)), rules=named) is Outcome.ALLOW
    assert outcome(meeting(at(7), categories=["Plenary"]), rules=named) is Outcome.DENY


def test_a_category_of_one_instance_binds_that_instance() -> None:
    named = dataclasses.replace(RULES, rules=(dataclasses.replace(WEDNESDAYS, scope=Scope(categories=("plenary",))),))
    series = meeting(at(7), rrule="FREQ=WEEKLY;COUNT=3")
    plenary = series.replace(overrides=(override(at(14), at(14), categories=("plenary",)),))
    assert [finding.days for finding in verdict(plenary, rules=named).findings] == [(date(2026, 1, 14),)]


def test_a_rule_holds_from_its_first_to_its_last_day() -> None:
    rule = dataclasses.replace(WEDNESDAYS, first=date(2026, 1, 14), last=date(2026, 1, 21))
    found = verdict(meeting(at(7), rrule="FREQ=WEEKLY;COUNT=4"), rules=dataclasses.replace(RULES, rules=(rule,)))
    assert [finding.days[0].day for finding in found.findings] == [14, 21]


def test_a_rule_may_lapse_on_holidays() -> None:
    # Wednesday 18 February 2026 is in the Spring Festival, Wednesday 25 February is not
    lapses = dataclasses.replace(WEDNESDAYS, on_holiday=OnHoliday.LAPSES)
    rules = dataclasses.replace(RULES, rules=(lapses,), calendar=WorkCalendar("CN"))
    assert outcome(meeting(at(18, month=2)), rules=rules) is Outcome.ALLOW
    assert outcome(meeting(at(25, month=2)), rules=rules) is Outcome.DENY
    assert outcome(meeting(at(18, month=2))) is Outcome.DENY  # `stays`, as Hangzhou has it


def test_holidays_that_are_not_settled_are_said_and_the_rule_holds() -> None:
    lapses = dataclasses.replace(WEDNESDAYS, on_holiday=OnHoliday.LAPSES)
    rules = dataclasses.replace(RULES, rules=(lapses,), calendar=WorkCalendar("CN"))
    found = verdict(meeting(at(1, month=10, year=2098)), rules=rules)  # a Wednesday, and National Day
    assert found.outcome is Outcome.DENY
    assert found.notes[0].text() == ("the public holidays of 2098 are not settled yet; rule 1 is taken to hold on them")


def test_a_policy_that_observes_denies_nothing_and_tells_all() -> None:
    observing = dataclasses.replace(SKIP, mode=Mode.OBSERVE)
    found = verdict(meeting(at(7)), rules=observing)
    assert (found.outcome, found.would_be, found.allowed) == (Outcome.ALLOW, Outcome.DENY, True)
    assert found.findings[0].bearing is Bearing.REFUSED
    series = verdict(meeting(at(6), rrule="FREQ=DAILY;COUNT=3"), rules=observing)
    assert (series.skips, len(series.planned_skips)) == ((), 1)


class Broken:
    def in_year(self, year: int) -> Any:
        raise ZeroDivisionError(f"no calendar for {year}")

    def reason(self, ordinal: int) -> Any:
        raise NotImplementedError


def test_a_rule_that_errs_is_not_a_pass() -> None:
    broken: DayPattern = Broken()
    rules = dataclasses.replace(RULES, rules=(*RULES.rules, Rule("3", broken)))
    found = verdict(meeting(at(6)), rules=rules)
    assert (found.outcome, found.allowed) == (Outcome.ERROR, False)
    assert "ZeroDivisionError" in found.errors[0].message
    assert verdict(meeting(at(6)), rules=dataclasses.replace(rules, mode=Mode.OBSERVE)).allowed


def test_the_verdict_is_the_same_every_time() -> None:
    series = meeting(at(5), rrule="FREQ=DAILY;COUNT=300")
    assert verdict(series, rules=SKIP) == verdict(series, rules=SKIP)
    assert verdict(series) == verdict(series, rules=dataclasses.replace(RULES))


def test_an_unknown_directory_entry_changes_nothing() -> None:
    assert outcome(meeting(at(7)), directory=Directory()) is Outcome.DENY


def test_permitted_days_and_banned_days_agree() -> None:
    first, last = date(2026, 7, 27), date(2026, 8, 16)
    banned = RULES.banned_days(first, last)
    assert [day.day for day in banned] == [29, 3, 4, 5, 6, 7, 8, 9, 12]
    assert [rule.id for rule in banned[date(2026, 8, 5)]] == ["1", "2"]
    for number in range((last - first).days + 1):
        day = first + timedelta(number)
        assert RULES.permitted(day) == (day not in banned)


def test_a_start_outside_its_rule_may_be_counted_by_some_programs() -> None:
    """ical.js takes the Friday for the first of five, so that the EXDATE of the fifth Tuesday matches nothing there."""
    fifth, wednesday = moment(at(3, 12, month=2)), moment(at(11, month=2))

    def tuesdays(start: datetime, *exdates: Moment) -> Outcome:
        recurrence = Recurrence(("FREQ=WEEKLY;BYDAY=TU;COUNT=5",), (wednesday,), exdates)
        return outcome(meeting(start).replace(recurrence=recurrence))

    assert tuesdays(at(2, 12), wednesday) is Outcome.ALLOW
    assert tuesdays(at(2, 12), fifth, wednesday) is Outcome.DENY
    assert tuesdays(at(6, 12), fifth, wednesday) is Outcome.ALLOW


def test_dates_that_only_some_program_shows_are_told_apart() -> None:
    """Thunderbird shows every Monday and Wednesday of a weekly rule, whatever BYSETPOS says."""
    octets = invite("u", date(2027, 1, 4), "RRULE:FREQ=WEEKLY;BYDAY=MO,WE;BYSETPOS=1;COUNT=4")
    policy = Policy.parse(b'zone = "Europe/Berlin"\n[[no_meeting_day]]\nweekdays = ["wednesday"]\n')
    verdict, _ = check(octets, policy=policy, now=NOW)
    assert not verdict.allowed
    assert "Programs differ on which dates" in verdict.text()
    plain, _ = check(octets.replace(b";BYSETPOS=1", b""), policy=policy, now=NOW)
    assert "rograms differ" not in plain.text()

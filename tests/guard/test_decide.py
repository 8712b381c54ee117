# SPDX-License-Identifier: Apache-2.0
"""The decision on a write: what is new against what stood, series that step over dates, and what is ours in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import icalendar
import pytest
import recurring_ical_events
from dateutil.rrule import rrulestr
from guard_making import (
    ANN,
    BOB,
    EVE,
    EXAMPLES,
    MONDAY,
    NOW,
    OBSERVE,
    QUIET,
    REFERENCE,
    REFUSE,
    SKIP,
    SKIPPING,
    TUESDAY,
    WEDNESDAY,
    banned_left,
    calendar,
    decided,
    exdates,
    is_refused,
    lines,
    one,
    part,
    stored,
)
from hypothesis import given
from hypothesis import strategies as st

from meetcost.costing.rate_card import RateCard
from meetcost.errors import LimitError, Problem
from meetcost.guard import decide as decide_module
from meetcost.guard.decide import Allow, Refuse, Rewrite
from meetcost.invite import detach
from meetcost.model.directory import Directory, Entry
from meetcost.model.verdict import Bearing, Outcome
from meetcost.policy.policy import Policy
from meetcost.values.rate import Rate

LATER = datetime(2026, 6, 1, tzinfo=UTC)
DAILY = one(*MONDAY, "RRULE:FREQ=DAILY;COUNT=10")
ENDLESS = one(*MONDAY, "RRULE:FREQ=DAILY")
BANNED = one(*WEDNESDAY)
FORGED = "X-MEETCOST-JUDGED-UNTIL:20990101T000000Z"


def override(original: str, start: str, *more: str, zone: str = ";TZID=Europe/Berlin") -> str:
    return part(f"RECURRENCE-ID{zone}:{original}", f"DTSTART{zone}:{start}", "DURATION:PT1H", *more)


def series(*overrides: str, rule: str = "FREQ=DAILY;COUNT=10") -> bytes:
    return calendar(part(*MONDAY, f"RRULE:{rule}"), *overrides)


# new against old


@pytest.mark.parametrize(
    ("old", "new", "refused"),
    [
        (None, BANNED, True),
        (None, one(*TUESDAY), False),
        (BANNED, BANNED, False),
        (BANNED, BANNED.replace(b"SUMMARY:Budget round", b"SUMMARY:Other\r\nCATEGORIES:Work"), False),
        (BANNED, BANNED.replace(f"ATTENDEE:{BOB}".encode(), f"ATTENDEE;PARTSTAT=ACCEPTED:{BOB}".encode()), False),
        (BANNED, one(*WEDNESDAY, people=(ANN, BOB, EVE)), False),
        (BANNED, one(*(line.replace("T10", "T11") for line in WEDNESDAY)), True),  # longer
        (BANNED, one(*(line.replace("0107", "0114") for line in WEDNESDAY)), True),  # to another banned day
        (BANNED, one(*TUESDAY), False),
        (one(*TUESDAY), BANNED, True),
        (one(*WEDNESDAY, "STATUS:CANCELLED"), BANNED, True),  # un-cancelled
        (one(*WEDNESDAY, people=(ANN,)), BANNED, True),  # solo to meeting
        (one(*WEDNESDAY, people=()), BANNED, True),
        (
            one("DTSTART;VALUE=DATE:20260107", "TRANSP:TRANSPARENT"),
            one("DTSTART;VALUE=DATE:20260107", "TRANSP:OPAQUE"),
            True,
        ),
        (BANNED.replace(b"UID:one", b"UID:two"), BANNED, True),  # another meeting gives no right
        (b"no calendar", BANNED, True),
    ],
)
def test_only_what_is_new_is_refused(old: bytes | None, new: bytes, refused: bool) -> None:
    assert is_refused(new, old) is refused


def test_an_override_is_not_to_be_moved_onto_a_banned_day() -> None:
    weekly = calendar(part(*TUESDAY, "RRULE:FREQ=WEEKLY;COUNT=4"))
    moved = calendar(part(*TUESDAY, "RRULE:FREQ=WEEKLY;COUNT=4"), override("20260113T090000", "20260114T090000"))
    for policy in (REFUSE, SKIP):
        assert not is_refused(weekly, None, policy)
        assert is_refused(moved, weekly, policy)
        assert not is_refused(moved, moved, policy)


# series


def test_one_banned_instance_refuses_the_series_or_is_stepped_over() -> None:
    assert is_refused(DAILY)
    left = stored(DAILY)
    assert exdates(left) == ["20260107T090000", "20260114T090000"]
    assert banned_left(left) == 0
    assert "skips 7 Jan\\, 14 Jan" in "".join(lines(left))


@pytest.mark.parametrize("policy", [REFUSE, SKIP])
def test_a_series_that_is_banned_throughout_is_refused(policy: Policy) -> None:
    assert is_refused(one(*WEDNESDAY, "RRULE:FREQ=WEEKLY;COUNT=4"), None, policy)
    assert is_refused(one(*WEDNESDAY, "RRULE:FREQ=WEEKLY"), None, policy)
    begun = [line.replace("20260107", "20251231") for line in WEDNESDAY]
    assert is_refused(one(*begun, "RRULE:FREQ=WEEKLY"), None, policy)


COUNT = "RRULE:FREQ=DAILY;COUNT=10"


@pytest.mark.parametrize(
    ("start", "rule", "expected"),
    [
        ("DTSTART:20260105T090000Z", COUNT, ["20260107T090000Z", "20260114T090000Z"]),
        ("DTSTART:20260105T090000", COUNT, ["20260107T090000", "20260114T090000"]),
        ("DTSTART;VALUE=DATE:20260105", COUNT, ["20260107", "20260114"]),
        ("DTSTART;TZID=America/New_York:20260105T190000", COUNT, ["20260106T190000", "20260113T190000"]),
        ("DTSTART:20260105T090000Z", "RDATE:20260107T090000Z,20260108T090000Z", ["20260107T090000Z"]),
        ("DTSTART:20260107T090000Z", "RDATE:20260108T090000Z", ["20260107T090000Z"]),
        ("DTSTART:20260105T090000Z", "RDATE;VALUE=PERIOD:20260107T090000Z/PT2H", ["20260107T090000Z"]),
        (
            "DTSTART;TZID=Europe/Berlin:20260328T023000",
            "RRULE:FREQ=DAILY;BYDAY=SA,WE;COUNT=4",
            ["20260401T023000", "20260408T023000"],
        ),
        (
            "DTSTART:20260105T090000Z",
            "RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=3\r\nRRULE:FREQ=WEEKLY;BYDAY=WE;COUNT=2",
            ["20260107T090000Z", "20260114T090000Z"],
        ),
        ("DTSTART:20260107T090000Z", "RRULE:FREQ=WEEKLY;BYDAY=TH;COUNT=3", ["20260107T090000Z"]),  # not of its rule
    ],
)
def test_every_form_of_time_is_stepped_over(start: str, rule: str, expected: list[str]) -> None:
    octets = one(start, rule)
    left = stored(octets)
    assert exdates(left) == expected
    assert banned_left(left) == 0
    assert detach(left) == octets
    assert isinstance(decided(left, left, SKIP), Allow)


@given(
    rule=st.sampled_from(["DAILY", "WEEKLY;BYDAY=MO,WE,FR", "MONTHLY;BYDAY=1WE,2TH", "YEARLY;BYMONTH=1,8;BYDAY=WE,MO"]),
    count=st.integers(2, 60),
    interval=st.integers(1, 3),
    start=st.datetimes(datetime(2026, 1, 3), datetime(2026, 12, 1)),
    zone=st.sampled_from([";TZID=Europe/Berlin", ";TZID=Asia/Shanghai", ";TZID=America/New_York", "Z"]),
)
def test_every_permitted_occurrence_stays_and_no_banned_one(
    rule: str, count: int, interval: int, start: datetime, zone: str
) -> None:
    """By another reader; COUNT counts what the rule gives, whatever is taken out of it (RFC 5545 §3.8.5.3)."""
    utc, tzid = ("Z", "") if zone == "Z" else ("", zone)
    octets = one(
        f"DTSTART{tzid}:{start:%Y%m%dT%H%M%S}{utc}",
        "DURATION:PT1H",
        f"RRULE:FREQ={rule};INTERVAL={interval};COUNT={count}",
    )
    decision = decided(octets, None, SKIP)
    if isinstance(decision, Refuse):
        # Where the start is none of the rule's dates, leaving it out loses the next one in some programs (`exdates`).
        lost = is_banned(starts(octets)[0]) and rrulestr(f"FREQ={rule}", dtstart=start)[0] != start
        assert lost or all(is_banned(when) for when in starts(octets))
        return
    left = decision.octets if isinstance(decision, Rewrite) else octets
    before = starts(octets)
    if start.strftime("%Y%m%dT%H%M%S") in {f"{when:%Y%m%dT%H%M%S}" for when in before}:
        assert starts(left) == [when for when in before if not is_banned(when)]


def starts(octets: bytes) -> list[datetime]:
    found = recurring_ical_events.of(icalendar.Calendar.from_ical(octets)).between((2025, 1, 1), (2200, 1, 1))
    return sorted(event.start for event in found)


def is_banned(when: datetime) -> bool:
    first = when.astimezone(REFUSE.zone.tzinfo)
    last = (when + timedelta(hours=1)).astimezone(REFUSE.zone.tzinfo) - timedelta(microseconds=1)
    return not all(REFUSE.permitted(day.date()) for day in (first, last))


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("20260327T023000", "20260329T023000"),  # an hour that is left out
        ("20261023T023000", "20261025T023000"),  # one that comes twice
    ],
)
def test_dates_on_which_the_clocks_change_are_stepped_over(start: str, expected: str) -> None:
    sundays = Policy.parse(SKIPPING.replace(b'"wednesday"', b'"sunday"'))
    octets = one(f"DTSTART;TZID=Europe/Berlin:{start}", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=7")
    left = stored(octets, None, sundays)
    assert exdates(left) == [expected]
    assert isinstance(decided(left, None, sundays), Allow)
    assert len(starts(left)) == len(starts(octets)) - 1


def test_tasks_and_journals_step_over_dates_as_well() -> None:
    for kind in ("VTODO", "VJOURNAL"):
        left = stored(one("DTSTART:20260105T090000Z", "RRULE:FREQ=DAILY;COUNT=10", kind=kind))
        assert exdates(left) == ["20260107T090000Z", "20260114T090000Z"]
        assert banned_left(left) == 0


def test_an_override_on_a_date_that_is_skipped_goes() -> None:
    changed = override("20260107T090000", "20260107T090000", "LOCATION:Room 2")
    kept = override("20260108T090000", "20260108T100000", "LOCATION:Room 3")
    left = stored(series(changed, kept))
    assert b"Room 2" not in left
    assert b"Room 3" in left
    assert banned_left(left) == 0


@pytest.mark.parametrize(
    "changed",
    [
        override("20260107T080000Z", "20260107T080000Z", zone=""),
        part("RECURRENCE-ID:20260107T080000Z", "DTSTART;TZID=Europe/Berlin:20260107T090000", "DURATION:PT1H"),
        part("RECURRENCE-ID;TZID=Asia/Shanghai:20260107T160000", "DTSTART:20260107T080000Z", "DURATION:PT1H"),
    ],
)
def test_an_override_written_in_another_zone_is_the_instance_that_is_skipped(changed: str) -> None:
    left = stored(series(changed))
    assert exdates(left) == ["20260107T090000", "20260114T090000"]
    assert left.count(b"BEGIN:VEVENT") == 1
    assert banned_left(left) == 0


def test_what_was_moved_within_a_banned_day_is_refused() -> None:
    assert is_refused(series(override("20260107T090000", "20260107T150000")), None, SKIP)


def test_what_a_this_and_future_override_moves_onto_banned_days_is_refused() -> None:
    tail = part(
        "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20260113T090000",
        "DTSTART;TZID=Europe/Berlin:20260114T090000",
        "DURATION:PT1H",
    )
    weekly = calendar(part(*TUESDAY, "RRULE:FREQ=WEEKLY;COUNT=5"), tail)
    assert is_refused(weekly, None, SKIP)


def test_an_exdate_does_not_hide_a_meeting_that_does_not_recur() -> None:
    # Calendar programs look at EXDATE only where something recurs: they show this one.
    for policy in (REFUSE, SKIP):
        assert is_refused(one(*WEDNESDAY, "EXDATE;TZID=Europe/Berlin:20260107T090000"), None, policy)


def test_skipped_dates_come_back_when_the_rule_is_lifted() -> None:
    lifted = Policy.parse(SKIPPING.replace(b'weekdays = ["wednesday"]', b'dates = ["2030-01-01"]'))
    left = stored(DAILY)
    again = stored(left, left, lifted)
    assert exdates(again) == []
    assert banned_left(again) == 2


def test_what_stood_before_a_rule_stays() -> None:
    sunday = Policy.parse(SKIPPING.replace(b'"wednesday"', b'"sunday"'))
    left = stored(DAILY)
    assert exdates(stored(left, left, sunday)) == []
    assert exdates(stored(left, None, sunday)) == ["20260111T090000"]


@pytest.mark.parametrize("parameter", [b";X-MEETCOST=SKIPPED", b""])
def test_a_program_that_sends_our_exdates_back_is_let_pass(parameter: bytes) -> None:
    left = stored(DAILY)
    back = left.replace(b";X-MEETCOST=SKIPPED", parameter)
    again = stored(back, left)
    assert exdates(again) == ["20260107T090000", "20260114T090000"]
    assert banned_left(again) == 0


def test_a_program_that_puts_its_users_exdate_to_ours_loses_neither() -> None:
    left = stored(DAILY)
    merged = b"EXDATE;TZID=Europe/Berlin;X-MEETCOST=SKIPPED:20260107T090000,20260108T090000\r\n"
    ours = b"EXDATE;TZID=Europe/Berlin;X-MEETCOST=SKIPPED:20260107T090000\r\n"
    assert sorted(exdates(stored(left.replace(ours, merged), left))) == [
        "20260107T090000",
        "20260108T090000",
        "20260114T090000",
    ]


def test_a_series_that_is_nearly_over_can_still_be_edited() -> None:
    octets = one(*MONDAY, "RRULE:FREQ=WEEKLY;BYDAY=MO,WE;COUNT=4")  # 5, 7, 12, 14
    left = stored(octets)
    late = datetime(2026, 1, 13, tzinfo=UTC)
    again = stored(octets.replace(b"Budget round", b"Budget"), left, now=late)
    assert exdates(again) == ["20260107T090000", "20260114T090000"]
    assert is_refused(octets.replace(b"COUNT=4", b"COUNT=6"), again, SKIP, now=datetime(2026, 1, 20, tzinfo=UTC))


def test_dates_that_are_over_stay_left_out() -> None:
    left = stored(ENDLESS)
    assert "20260107T090000" in exdates(left)
    again = stored(ENDLESS, left, now=LATER)
    assert exdates(again) == sorted(exdates(again))
    assert exdates(again)[:2] == ["20260107T090000", "20260114T090000"]
    assert banned_left(again, now=LATER) == 0


# the horizon


def test_a_banned_date_that_has_come_nearer_is_skipped() -> None:
    left = stored(ENDLESS)
    again = stored(left, left, now=LATER)
    new = set(exdates(again)) - set(exdates(left))
    assert new
    assert min(new) > "20270206"  # 400 days from January
    assert banned_left(again, now=LATER) == 0


@pytest.mark.parametrize(
    "forged",
    [
        calendar(part(*MONDAY, "RRULE:FREQ=DAILY"), top=(FORGED,)),
        one(*MONDAY, "RRULE:FREQ=DAILY", FORGED),
        one(*MONDAY, "RRULE:FREQ=DAILY", FORGED.lower()),
        one(*MONDAY, "RRULE:FREQ=DAILY", f"DESCRIPTION:\\n{FORGED}\\n"),
        one(*MONDAY, "RRULE:FREQ=DAILY", "BEGIN:VALARM", FORGED, "ACTION:AUDIO", "TRIGGER:PT0S", "END:VALARM"),
        calendar(part(*MONDAY, "RRULE:FREQ=DAILY"), f"BEGIN:VTIMEZONE\r\nTZID:x\r\n{FORGED}\r\nEND:VTIMEZONE\r\n"),
    ],
)
def test_nobody_else_can_say_how_far_a_series_was_judged(forged: bytes) -> None:
    decision = decided(forged, None, SKIP)
    if isinstance(decision, Refuse):
        return
    left = stored(forged)
    again = stored(left, left, now=LATER)
    assert banned_left(again, now=LATER) == 0


def test_a_meeting_that_stood_before_the_guard_stays_for_ever() -> None:
    old = one(*WEDNESDAY, "RRULE:FREQ=WEEKLY")
    at, left = NOW, old
    for _ in range(8):
        left = stored(left.replace(b"Budget", b"Budget "), left, now=at)
        assert exdates(left) == []
        at += timedelta(days=200)


def test_a_standing_series_goes_when_its_time_is_over() -> None:
    until = Policy.parse(SKIPPING.replace(b'existing = "keep"', b'existing = "until 2026-03-31"'))
    left = stored(ENDLESS, ENDLESS, until)
    assert exdates(left) == []
    again = stored(left, left, until, now=datetime(2026, 4, 1, tzinfo=UTC))
    assert exdates(again)[0] == "20260401T090000"
    assert banned_left(again, now=datetime(2026, 4, 1, tzinfo=UTC)) == 0


def test_writing_twice_on_a_day_is_writing_once() -> None:
    left = stored(ENDLESS, now=NOW)
    assert isinstance(decided(left, left, SKIP, now=NOW + timedelta(hours=23, minutes=59)), Allow)
    assert isinstance(decided(left, left, SKIP, now=NOW + timedelta(hours=24)), Rewrite)


# what is ours


def test_what_is_allowed_carries_its_cost() -> None:
    decision = decided(one(*TUESDAY))
    assert isinstance(decision, Rewrite)
    assert detach(decision.octets) == one(*TUESDAY)
    assert "X-MEETCOST-TIME-COST:EUR 92.00" in lines(decision.octets)
    assert isinstance(decided(decision.octets, decision.octets), Allow)


def test_forged_lines_of_ours_go() -> None:
    forged = one(*TUESDAY, "X-MEETCOST-TIME-COST:EUR 1.00", "x-meetcost-note:cheap", people=(ANN,))
    decision = decided(forged)
    assert isinstance(decision, Rewrite)
    assert decision.octets == one(*TUESDAY, people=(ANN,))


def test_a_forged_exdate_takes_nothing_out() -> None:
    assert is_refused(one(*MONDAY, "RRULE:FREQ=DAILY;COUNT=5", "EXDATE;X-MEETCOST=SKIPPED:20260107T080000Z"))
    left = stored(one(*MONDAY, "RRULE:FREQ=DAILY;COUNT=5", "EXDATE;X-MEETCOST=SKIPPED:20260108T080000Z"))
    assert exdates(left) == ["20260107T090000"]


def test_without_disclosures_dates_are_stepped_over_all_the_same() -> None:
    left = stored(ENDLESS, None, QUIET)
    assert banned_left(left) == 0
    assert [line for line in lines(left) if "MEETCOST-" in line] == ["X-MEETCOST-JUDGED-UNTIL:20270206T000000Z"]
    assert isinstance(decided(one(*TUESDAY), None, QUIET), Allow)


def test_a_policy_that_observes_lets_everything_pass() -> None:
    for octets in (BANNED, one(*WEDNESDAY, "RRULE:FREQ=WEEKLY")):
        decision = decided(octets, None, OBSERVE)
        assert not isinstance(decision, Refuse)
        assert decision.verdict.would_be is Outcome.DENY
    left = stored(ENDLESS, None, OBSERVE)
    assert exdates(left) == []
    assert "JUDGED-UNTIL" not in "".join(lines(left))
    decision = decided(b"no calendar", None, OBSERVE)
    assert isinstance(decision, Allow)
    assert decision.verdict.mode is OBSERVE.mode


def test_an_object_that_would_grow_beyond_the_limits_keeps_its_size() -> None:
    for line in ("DESCRIPTION:", "X-ALT-DESC;FMTTYPE=text/html:", 'DESCRIPTION;ALTREP="data:text/html,a":'):
        octets = one(*TUESDAY, line + "x" * (REFUSE.limits.line_octets - len(line) - 50))
        assert isinstance(decided(octets), Allow)
        assert not is_refused(octets, octets)
    room = REFUSE.limits.octets - len(one(*TUESDAY))
    octets = one(*TUESDAY, *["X-PAD:" + "x" * 60] * (room // 68))
    assert isinstance(decided(octets), Allow)


def test_many_overrides_get_few_lines() -> None:
    changed = [
        override(f"2026{month:02}{day:02}T090000", f"2026{month:02}{day:02}T100000")
        for month in range(1, 13)
        for day in range(1, 29)
        if REFUSE.permitted(datetime(2026, month, day).date())
    ]
    assert len(changed) > 200
    left = stored(series(*changed, rule="FREQ=DAILY;UNTIL=20261231T230000Z"))
    assert left.count(b"X-MEETCOST-PEOPLE") == 201


def test_a_failure_inside_refuses_and_where_a_policy_observes_it_lets_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_arguments: object, **_named: object) -> bytes:
        raise LimitError(Problem("limit", "too much"))

    monkeypatch.setattr(decide_module, "attach", failing)
    decision = decided(DAILY, None, SKIP)
    assert isinstance(decision, Refuse)
    assert decision.verdict.errors[0].code == "guard-failed"
    assert isinstance(decided(DAILY, None, OBSERVE), Allow)


def test_what_would_not_be_left_out_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    # Whatever goes wrong in writing: what is stored is judged, not what was planned.
    monkeypatch.setattr(decide_module, "attach", lambda octets, **_: octets)
    decision = decided(DAILY, None, SKIP)
    assert isinstance(decision, Refuse)
    assert "step over" in decision.verdict.errors[0].message


def test_a_cost_that_cannot_be_said_is_left_out() -> None:
    card = (EXAMPLES / "rates.toml").read_bytes().replace(b"published = true", b"published = false\npersonal = true")
    rates = RateCard.parse(card)
    known = Directory([Entry("ann@example.test", rate=Rate("99", "EUR"))])
    policy = replace(SKIP, directory=known)
    assert isinstance(decided(one(*TUESDAY), None, policy, rates=rates), Allow)
    decision = decided(DAILY, None, policy, rates=rates)
    assert isinstance(decision, Rewrite)
    assert exdates(decision.octets) == ["20260107T090000", "20260114T090000"]
    assert b"EUR" not in decision.octets


def test_past_instances_are_recorded_only() -> None:
    decision = decided(BANNED, now=datetime(2026, 2, 1, tzinfo=UTC))
    assert not isinstance(decision, Refuse)
    assert [one.bearing for one in decision.verdict.findings] == [Bearing.PAST]


@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda text: one(*TUESDAY, f"SUMMARY:{text}")))
def test_any_octets_give_a_decision(octets: bytes) -> None:
    for policy in (REFUSE, SKIP, OBSERVE):
        decision = decided(octets, octets, policy)
        assert isinstance(decision, (Allow, Rewrite, Refuse))


def test_the_reference_policy_says_what_these_tests_say() -> None:
    assert b'weekdays = ["wednesday"]' in REFERENCE
    assert not REFUSE.permitted(datetime(2026, 8, 6).date())

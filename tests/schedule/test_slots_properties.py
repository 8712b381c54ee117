# SPDX-License-Identifier: Apache-2.0
"""`find_slots` against a search that tries every time with every person, a few minutes at a time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import event, given, settings
from hypothesis import strategies as st

from meetcost.model.attendee import Attendee, Role, calendar_address
from meetcost.model.meeting import Meeting
from meetcost.policy.policy import Policy
from meetcost.schedule.slots import find_slots, why_none
from meetcost.values.span import Span

TICK = timedelta(minutes=5)
ZONES = {  # a day on which the clocks change, and one zone that has none
    "Europe/Berlin": [date(2026, 3, 29), date(2026, 10, 25)],
    "Australia/Lord_Howe": [date(2026, 4, 5), date(2026, 10, 4)],  # by half an hour
    "America/New_York": [date(2026, 3, 8), date(2026, 11, 1)],
    "Asia/Shanghai": [date(2026, 12, 9)],
}
HOURS = [("09:00", "17:00"), ("00:00", "24:00"), ("08:45", "17:20"), ("00:00", "05:00"), ("13:00", "24:00")]
WEEK = '["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]'
PEOPLE = {"ann": False, "bob": False, "cy": True, "dee": True}  # who is optional


def address(name: str) -> str:
    return f"{name}@town.example"


@st.composite
def cases(draw):
    zone = draw(st.sampled_from(sorted(ZONES)))
    first = draw(st.sampled_from(ZONES[zone])) - timedelta(days=draw(st.integers(0, 2)))
    start = datetime(first.year, first.month, first.day, tzinfo=UTC) + draw(st.integers(-144, 288)) * TICK
    within = Span(start, start + draw(st.integers(0, 800)) * TICK)
    banned = draw(st.sets(st.integers(0, 4), max_size=2))
    busy = {}
    for name in draw(st.sets(st.sampled_from(sorted(PEOPLE)))):
        pairs = draw(st.lists(st.tuples(st.integers(-30, 800), st.integers(0, 150)), max_size=5))
        busy[name] = [Span(start + at * TICK, start + (at + length) * TICK) for at, length in pairs]
    minutes = draw(st.sampled_from([0, 5, 15, 25, 30, 45, 60, 90, 240, 480, 600, 1440, 1500]))
    limit = draw(st.integers(1, 6))
    return zone, within, draw(st.sampled_from(HOURS)), {first + timedelta(days=n) for n in banned}, busy, minutes, limit


def by_trying(zone, within, hours, banned, busy, minutes, limit):
    """(start, optional people who are busy), best first."""
    tz = ZoneInfo(zone)
    length = timedelta(minutes=minutes)
    step = 30 if minutes >= 30 else 15
    found = []
    wall = datetime.combine(within.start.astimezone(tz).date(), datetime.min.time())
    while wall.date() <= within.end.astimezone(tz).date():
        start = wall.replace(tzinfo=tz).astimezone(UTC)
        end = start + max(length, timedelta(seconds=1))
        exists = start.astimezone(tz).replace(tzinfo=None) == wall
        if exists and within.start <= start and end <= within.end and is_open(start, end, tz, hours, banned):
            taken = [name for name in busy if any(start < one.end and one.start < end and one.start < one.end
                                                  for one in busy[name])]  # fmt: skip
            if all(PEOPLE[name] for name in taken):
                found.append((len(taken), start, end, sorted(taken)))
        wall += timedelta(minutes=step)
    chosen = []
    for one in sorted(found):
        if len(chosen) < limit and all(one[2] <= other[1] or other[2] <= one[1] for other in chosen):
            chosen.append(one)
    return [(start, taken) for _, start, _, taken in chosen]


def is_open(start, end, tz, hours, banned):
    while start < end:
        local = start.astimezone(tz)
        if local.date() in banned or not hours[0] <= f"{local:%H:%M}" < hours[1]:
            return False
        start += TICK
    return True


def policy_of(zone, hours, banned):
    days = ", ".join(str(day) for day in sorted(banned))
    rule = f"[[no_meeting_day]]\ndates = [{days}]" if banned else ""
    text = f'zone = "{zone}"\n{rule}\n[working_hours]\ndays = {WEEK}\nfrom = "{hours[0]}"\nto = "{hours[1]}"'
    return Policy.parse(text.encode())


def meeting_of(within, minutes):
    people = [
        Attendee(calendar_address(address(name)), role=Role.OPT_PARTICIPANT if optional else Role.REQ_PARTICIPANT)
        for name, optional in PEOPLE.items()
    ]
    return Meeting(title="Budget", start=within.start, minutes=minutes, attendees=people)


@settings(max_examples=300)
@given(cases())
def test_the_same_as_trying_everything(case):
    zone, within, hours, banned, busy, minutes, limit = case
    expected = by_trying(*case)
    arguments = {
        "policy": policy_of(zone, hours, banned),
        "busy": {address(name): spans for name, spans in busy.items()},
        "within": within,
    }
    meeting = meeting_of(within, minutes)
    slots = find_slots(meeting, limit=limit, **arguments)
    event("found" if expected else "none")
    # as UTC: an hour that occurs twice is never equal to a time of another zone (PEP 495)
    shown = [(slot.start.astimezone(UTC), sorted(str(who).split("@")[0] for who in slot.conflicts)) for slot in slots]
    assert shown == expected
    assert (why_none(meeting, **arguments) is None) == bool(expected)
    for slot in slots:
        assert slot.end.astimezone(UTC) - slot.start.astimezone(UTC) == timedelta(minutes=minutes)
        assert slot.start.tzinfo == ZoneInfo(zone)
        everybody = [who.address for who in (*slot.conflicts, *slot.free, *slot.unknown)]
        assert sorted(everybody) == sorted(calendar_address(address(name)) for name in PEOPLE)
        assert {str(who).split("@")[0] for who in slot.free} <= busy.keys()
        assert not slot.everyone_free or (busy.keys() == PEOPLE.keys() and not slot.conflicts)


@settings(max_examples=60)
@given(cases())
def test_the_order_of_what_is_given_changes_nothing(case):
    zone, within, hours, banned, busy, minutes, limit = case
    policy, meeting = policy_of(zone, hours, banned), meeting_of(within, minutes)
    given_ = {address(name): spans for name, spans in busy.items()}
    turned = {key: spans[::-1] for key, spans in reversed(given_.items())}
    once = find_slots(meeting, policy=policy, busy=given_, within=within, limit=limit)
    assert once == find_slots(meeting, policy=policy, busy=turned, within=within, limit=limit)


@settings(max_examples=60)
@given(cases(), st.integers(1, 3))
def test_whole_days_the_same_as_trying_everything(case, count):
    zone, within, hours, banned, busy, _, limit = case
    tz = ZoneInfo(zone)
    day = within.start.astimezone(tz).date()
    meeting = meeting_of(within, 0).replace(duration=None)
    whole = Meeting(title="Retreat", start=day, end=day + timedelta(days=count), attendees=meeting.attendees)
    found = []
    while day <= within.end.astimezone(tz).date():
        days = [day + timedelta(days=more) for more in range(count + 1)]
        start, end = (datetime(one.year, one.month, one.day, tzinfo=tz).astimezone(UTC) for one in (day, days[-1]))
        taken = [name for name in busy if any(start < one.end and one.start < end and one.start < one.end
                                              for one in busy[name])]  # fmt: skip
        inside = within.start <= start and end <= within.end
        if inside and not banned & set(days[:-1]) and all(PEOPLE[name] for name in taken):
            found.append((len(taken), start, end))
        day += timedelta(days=1)
    chosen = []
    for one in sorted(found):
        if len(chosen) < limit and all(one[2] <= other[1] or other[2] <= one[1] for other in chosen):
            chosen.append(one)
    slots = find_slots(
        whole,
        policy=policy_of(zone, hours, banned),
        busy={address(name): spans for name, spans in busy.items()},
        within=within,
        limit=limit,
    )
    assert [(slot.start.astimezone(UTC), slot.end.astimezone(UTC)) for slot in slots] == [
        (start, end) for _, start, end in chosen
    ]

# SPDX-License-Identifier: Apache-2.0
"""What is proposed, what is said of it, and why there may be nothing. 9 December 2026 is a Wednesday."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

import meetcost as mc
from meetcost.assessment import assess
from meetcost.costing.rate_card import RateCard
from meetcost.errors import UsageError
from meetcost.ics.read import read
from meetcost.model.attendee import Attendee, CuType, PartStat, Role, calendar_address
from meetcost.model.directory import Directory, Entry, EntryKind
from meetcost.model.meeting import Meeting
from meetcost.model.zone import named_zone
from meetcost.policy.policy import Policy
from meetcost.schedule.hours import MOST_DAYS, Times, times_by_clock
from meetcost.schedule.slot import Lack
from meetcost.schedule.slots import find_slots, search, slots_text, why_none
from meetcost.schedule.sweep import apart
from meetcost.values.money import Money
from meetcost.values.span import Span

BERLIN = ZoneInfo("Europe/Berlin")
TOWN = Policy.parse(b'name = "Town"\nzone = "Europe/Berlin"\n[[no_meeting_day]]\nweekdays = ["wednesday"]\n')
NINE = [f"p{number}@town.example" for number in range(1, 10)]


def at(day: int, hour: int = 0, minute: int = 0, month: int = 12) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN)


def span(day: int, start: int, end: int) -> Span:
    return Span(at(day, start), at(day, end))


def meeting(people=NINE, minutes=90, start=None, **more) -> Meeting:
    start = start or at(9, 10)
    return Meeting(title="Budget round", start=start, minutes=minutes, organizer=people[0], attendees=people, **more)


def optional(address: str) -> Attendee:
    return Attendee(calendar_address(address), role=Role.OPT_PARTICIPANT)


def room(address="room@town.example", **more) -> Attendee:
    return Attendee(calendar_address(address), cutype=CuType.ROOM, **more)


def shown(slots) -> list[str]:
    return [f"{slot.start:%d %H:%M}" for slot in slots]


def policy(text: str, directory: Directory | None = None) -> Policy:
    return Policy.parse(f'zone = "Europe/Berlin"\n{text}'.encode(), directory=directory)


class TestWhatIsProposed:
    def test_the_next_permitted_times_at_which_all_are_free(self):
        # Thursday: somebody until 10, somebody from 11:30; the rest of the day is not 90 minutes for all nine
        busy = {who: [] for who in NINE} | {NINE[1]: [span(10, 9, 10)], NINE[2]: [Span(at(10, 11, 30), at(10, 17))]}
        slots = mc.find_slots(meeting(), policy=TOWN, busy=busy, limit=2)
        assert [slot.start for slot in slots] == [at(10, 10), at(11, 9)]
        assert slots[0].end == at(10, 11, 30)
        assert isinstance(slots[0], mc.Slot)
        assert all(slot.everyone_free for slot in slots)
        assert slots_text(slots) == "Free for all 9: Thu 10 Dec 10:00, Fri 11 Dec 09:00."
        assert slots_text(slots, "zh") == "9人均有空：12月10日(周四) 10:00、12月11日(周五) 09:00。"

    def test_the_sentence_stands_in_the_refusal(self):
        slots = find_slots(meeting(), policy=TOWN, busy={who: [] for who in NINE}, limit=1)
        verdict = assess(meeting(), policy=TOWN).verdict
        said = verdict.text(slots=slots_text(slots))
        assert said.endswith("(rule 1, Town). Free for all 9: Thu 10 Dec 09:00.")

    def test_no_two_overlap_and_the_grid_is_half_an_hour(self):
        slots = find_slots(meeting(minutes=60), policy=TOWN, limit=9)
        assert shown(slots) == [f"10 {hour:02}:00" for hour in range(9, 17)] + ["11 09:00"]
        assert shown(find_slots(meeting(minutes=45), policy=TOWN, limit=3)) == ["10 09:00", "10 10:00", "10 11:00"]

    def test_a_later_choice_may_lie_before_an_earlier_one(self):
        times = Times([0, 30, 60, 90], [60, 90, 120, 150])
        assert apart([2, 1, 3, 0], times, 4) == [2, 0]
        assert apart([2, 1, 3, 0], times, 1) == [2]

    def test_a_short_meeting_begins_on_a_quarter(self):
        busy = {NINE[0]: [Span(at(10, 9), at(10, 9, 10))]}
        assert shown(find_slots(meeting(minutes=25), policy=TOWN, busy=busy, limit=2)) == ["10 09:15", "10 09:45"]

    def test_the_grid_is_that_of_the_clock_not_of_the_opening(self):
        hours = policy('[working_hours]\nfrom = "08:45"\nto = "10:45"')
        slots = find_slots(meeting(minutes=60, start=at(9)), policy=hours, limit=3)
        assert shown(slots) == ["09 09:00", "10 09:00", "11 09:00"]

    def test_fewest_optional_conflicts_first_and_then_the_soonest(self):
        people = [NINE[0], optional("opt1@town.example"), optional("opt2@town.example")]
        busy = {NINE[0]: [], "opt1@town.example": [span(10, 8, 18)], "opt2@town.example": [span(10, 13, 18)]}
        slots = find_slots(meeting(people, minutes=240), policy=TOWN, busy=busy, limit=3, within=span_of(10, 12))
        assert shown(slots) == ["11 09:00", "11 13:00", "10 09:00"]
        assert [str(who) for who in slots[2].conflicts] == ["opt1@town.example"]
        assert (
            slots_text(slots[2:]) == "Free for all who have to be there: Thu 10 Dec 09:00 (without opt1@town.example)."
        )
        assert [slot.everyone_free for slot in slots] == [True, True, False]

    def test_the_cheaper_day_before_the_sooner(self):
        card = RateCard.parse(
            b'name = "a"\nversion = "1"\ncurrency = "EUR"\ndefault_band = "A"\n'
            b"[bands.A.values]\n2026-01-01 = 60\n2026-12-11 = 40\n",
            "rates.toml",
        )
        slots = find_slots(meeting(minutes=60), policy=TOWN, rates=card, limit=1)
        assert shown(slots) == ["11 09:00"]
        assert slots[0].cost.total == Money("360.00", "EUR")  # nine people for an hour at 40
        people = [*NINE, optional("opt@town.example")]
        busy = {"opt@town.example": [span(11, 9, 17)]}
        within = span_of(9, 12)
        slots = find_slots(meeting(people, minutes=60), policy=TOWN, rates=card, busy=busy, within=within, limit=1)
        assert shown(slots) == ["10 09:00"]  # a conflict weighs more than money

    def test_without_rates_the_cost_is_in_hours(self):
        slot = find_slots(meeting(), policy=TOWN)[0]
        assert (str(slot.cost.person_hours), slot.cost.total) == ("13.5", None)

    def test_travel_is_in_the_cost(self):
        travelling = policy('[costing]\nonline = false\n[[costing.travel]]\nminutes = 30\ncash = "10 EUR"')
        slot = find_slots(meeting(minutes=60, location="Hall"), policy=travelling, rates=RateCard.flat("60 EUR"))[0]
        assert slot.cost.total == Money("900.00", "EUR")  # nine times 90 minutes at 60, and 10 in cash

    def test_a_span_that_is_searched_begins_and_ends_inside_it(self):
        within = Span(at(10, 9, 1), at(10, 11))
        assert shown(find_slots(meeting(minutes=60), policy=TOWN, within=within)) == ["10 09:30"]
        assert shown(find_slots(meeting(minutes=89), policy=TOWN, within=within)) == ["10 09:30"]
        assert find_slots(meeting(minutes=91), policy=TOWN, within=within) == []

    def test_without_a_span_four_weeks_from_its_own_start(self):
        fridays = policy('[working_hours]\ndays = ["friday"]\nfrom = "09:00"\nto = "10:30"')
        slots = find_slots(meeting(start=at(11, 10)), policy=fridays, limit=9)
        # 11 December 09:00 is before its start; 8 January 10:00 is the end of the 28 days
        assert [slot.start.date() for slot in slots] == [date(2026, 12, 18), date(2026, 12, 25), date(2027, 1, 1)]

    def test_holidays_and_days_worked_in_exchange(self):
        china = Policy.parse(b'zone = "Asia/Shanghai"\n[holidays]\ncountry = "CN"\n')
        start = datetime(2025, 9, 28, tzinfo=ZoneInfo("Asia/Shanghai"))  # a Sunday, worked for the National Day
        within = Span(start, start + timedelta(days=14))
        slots = find_slots(meeting(minutes=480, start=start), policy=china, within=within, limit=20)
        # 1 to 8 October are days off; Saturday 11 October is worked (国办发明电〔2024〕12号)
        assert [f"{slot.start:%m-%d}" for slot in slots] == ["09-28", "09-29", "09-30", "10-09", "10-10", "10-11"]


def span_of(first: int, last: int) -> Span:
    return Span(at(first), at(last))


class TestWhomItBinds:
    def test_a_rule_for_others_bans_nothing(self):
        scoped = policy('[[no_meeting_day]]\nweekdays = ["wednesday"]\nscope.organisers = ["*@county.example"]')
        assert shown(find_slots(meeting(), policy=scoped, limit=1)) == ["09 10:00"]

    def test_a_rule_for_a_calendar(self):
        scoped = policy('[[no_meeting_day]]\nweekdays = ["wednesday"]\nscope.calendars = ["/office/*"]')
        assert shown(find_slots(meeting(), policy=scoped, limit=1, calendar="/club/a")) == ["09 10:00"]
        assert shown(find_slots(meeting(), policy=scoped, limit=1, calendar="/office/a")) == ["10 09:00"]
        assert shown(find_slots(meeting(), policy=scoped, limit=1)) == ["10 09:00"]

    def test_what_is_no_meeting_may_be_on_any_day(self):
        assert shown(find_slots(meeting(NINE[:1]), policy=TOWN, limit=1)) == ["09 10:00"]


class TestWhoIsBusy:
    def test_the_meeting_itself_is_no_conflict(self):
        mine = meeting(start=at(10, 9), minutes=480)
        busy = {NINE[0]: [mine], NINE[1]: mc.expand(mine, span_of(9, 12))}
        assert shown(find_slots(mine, policy=TOWN, busy=busy, limit=1)) == ["10 09:00"]
        other = mine.replace(uid="another")
        assert shown(find_slots(other, policy=TOWN, busy=busy, limit=1)) == ["11 09:00"]

    def test_meetings_without_uid_are_not_the_same(self):
        mine = meeting(start=at(10, 9), minutes=480).replace(uid="")
        assert shown(find_slots(mine, policy=TOWN, busy={NINE[0]: [mine]}, limit=1)) == ["11 09:00"]

    @pytest.mark.parametrize(
        ("lines", "first"),
        [
            ("", "11 09:00"),
            ("TRANSP:TRANSPARENT\r\n", "10 09:00"),
            ("STATUS:CANCELLED\r\n", "10 09:00"),
            ("STATUS:TENTATIVE\r\n", "11 09:00"),
            ("ATTENDEE;PARTSTAT=DECLINED:mailto:P1@town.example\r\n", "10 09:00"),
            ("ATTENDEE;PARTSTAT=DELEGATED:mailto:p1@town.example\r\n", "10 09:00"),
            ("ATTENDEE;PARTSTAT=DECLINED:mailto:other@town.example\r\n", "11 09:00"),
            ("ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:p1@town.example\r\n", "11 09:00"),
        ],
    )
    def test_what_takes_up_time(self, lines, first):
        event = f"UID:a\r\nDTSTART;TZID=Europe/Berlin:20261210T090000\r\nDURATION:PT8H\r\n{lines}"
        slots = find_slots(meeting(), policy=TOWN, busy={NINE[0]: read_all(event)}, limit=1)
        assert shown(slots) == [first]

    def test_a_series_takes_up_each_of_its_instances_but_those_taken_out(self):
        event = (
            "UID:a\r\nDTSTART;TZID=Europe/Berlin:20261207T090000\r\nDURATION:PT8H\r\nRRULE:FREQ=DAILY\r\n"
            "EXDATE;TZID=Europe/Berlin:20261215T090000\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:a\r\n"
            "RECURRENCE-ID;TZID=Europe/Berlin:20261214T090000\r\nDTSTART;TZID=Europe/Berlin:20261214T090000\r\n"
            "DURATION:PT8H\r\nSTATUS:CANCELLED\r\n"
        )
        busy = {NINE[0]: read_all(event)}
        slots = find_slots(meeting(minutes=480), policy=TOWN, busy=busy, within=span_of(9, 25), limit=9)
        assert shown(slots) == ["14 09:00", "15 09:00"]

    def test_whole_days_and_floating_times_are_read_in_the_zone_of_the_policy(self):
        whole = Meeting(title="away", start=date(2026, 12, 10))
        floating = Meeting(title="dentist", start=datetime(2026, 12, 11, 9), minutes=60)
        slots = find_slots(meeting(), policy=TOWN, busy={NINE[0]: [whole, floating]}, limit=1)
        assert shown(slots) == ["11 10:00"]

    def test_an_alias_is_the_same_person(self):
        directory = Directory([Entry("ann@town.example", aliases=("a.smith@town.example",))])
        people = ["office@town.example", "a.smith@town.example"]
        busy = {"mailto:ANN@town.example": [span(10, 9, 17)]}
        slots = find_slots(meeting(people), policy=policy("", directory), busy=busy, within=span_of(10, 12), limit=1)
        assert shown(slots) == ["11 09:00"]
        assert [str(who) for who in slots[0].free] == ["a.smith@town.example"]

    def test_who_declined_is_not_asked(self):
        people = [NINE[0], Attendee(calendar_address(NINE[1]), partstat=PartStat.DECLINED)]
        slot = find_slots(meeting(people), policy=TOWN, busy={NINE[0]: [], NINE[1]: [span(10, 9, 17)]}, limit=1)[0]
        assert (slot.start, [str(who) for who in slot.free]) == (at(10, 9), [NINE[0]])

    @pytest.mark.parametrize("how", [{}, {"partstat": PartStat.DECLINED}, {"role": Role.NON_PARTICIPANT}])
    def test_a_room_has_to_be_free(self, how):
        people = [*NINE[:2], room(**how)]
        busy = {NINE[0]: [], NINE[1]: [], "room@town.example": [span(10, 9, 17)]}
        slots = find_slots(meeting(people), policy=TOWN, busy=busy, limit=1)
        assert shown(slots) == ["11 09:00"]
        assert slots_text(slots) == "Free for all 2: Fri 11 Dec 09:00."
        del busy["room@town.example"]
        slots = find_slots(meeting(people), policy=TOWN, busy=busy, limit=1)
        assert not slots[0].everyone_free
        assert slots_text(slots) == "Permitted: Thu 10 Dec 09:00 (calendars of 2 of 3 looked at)."

    def test_a_room_alone_is_nobody(self):
        viewing = Meeting(title="Viewing", start=at(9, 10), minutes=60, attendees=[room()])
        slot = find_slots(viewing, policy=TOWN, busy={"room@town.example": []}, limit=1)[0]
        assert slot.text() == "Permitted: Wed 9 Dec 10:00 (calendars of 1 of 1 looked at)."

    def test_one_of_two_lines_says_they_come(self):
        directory = Directory([Entry("ann@town.example", aliases=("a.smith@town.example",))])
        lines = [
            Attendee("mailto:ann@town.example", partstat=PartStat.DECLINED),
            Attendee("mailto:a.smith@town.example", partstat=PartStat.ACCEPTED),
        ]
        other = Meeting(title="x", start=at(10, 9), minutes=480, attendees=lines)
        people = ["office@town.example", "ann@town.example"]
        busy = {"ann@town.example": [other]}
        slots = find_slots(meeting(people), policy=policy("", directory), busy=busy, within=span_of(10, 12), limit=1)
        assert shown(slots) == ["11 09:00"]

    def test_an_entry_without_length_takes_up_nobody(self):
        busy = {NINE[0]: [Meeting(title="reminder", start=at(10, 10)), Span(at(10, 10), at(10, 10))]}
        assert shown(find_slots(meeting(), policy=TOWN, busy=busy, limit=1)) == ["10 09:00"]

    def test_a_cancelled_meeting_is_looked_for_with_its_people(self):
        gone = meeting().replace(status="CANCELLED")
        slot = find_slots(gone, policy=TOWN, busy={NINE[0]: []}, limit=1)[0]
        assert (len(slot.free), len(slot.unknown)) == (1, 8)

    def test_a_room_is_one_if_the_directory_says_so(self):
        directory = Directory([Entry("hall@town.example", kind=EntryKind.ROOM)])
        people = [*NINE[:2], "hall@town.example"]
        busy = {"hall@town.example": [span(10, 9, 17)], NINE[0]: [], NINE[1]: []}
        slots = find_slots(meeting(people), policy=policy("", directory), busy=busy, within=span_of(10, 12))
        assert shown(slots)[0] == "11 09:00"
        assert slots_text(slots[:1]) == "Free for all 2: Fri 11 Dec 09:00."


class TestWhatIsNotKnown:
    def test_free_for_all_is_said_only_if_all_were_looked_at(self):
        slots = find_slots(meeting(), policy=TOWN, busy={who: [] for who in NINE[:7]}, limit=2)
        assert [str(who) for who in slots[0].unknown] == NINE[7:]
        assert not slots[0].everyone_free
        assert slots_text(slots) == "Permitted: Thu 10 Dec 09:00, 10:30 (calendars of 7 of 9 looked at)."
        assert slots_text(slots, "zh") == "可以安排：12月10日(周四) 09:00、10:30（共9份日历，已查看7份）。"

    @pytest.mark.parametrize("busy", [None, {}, {"stranger@else.example": []}])
    def test_nobody_was_looked_at(self, busy):
        slots = find_slots(meeting(), policy=TOWN, busy=busy, limit=1)
        assert slots_text(slots) == "Permitted: Thu 10 Dec 09:00 (no calendar was looked at)."
        assert slots[0].free == ()
        assert not slots[0].everyone_free

    def test_nobody_is_asked_to_it(self):
        alone = Meeting(title="Focus", start=at(9, 10), minutes=60)
        slot = find_slots(alone, policy=TOWN, busy={})[0]
        assert (slot.text(), slot.everyone_free) == ("Permitted: Wed 9 Dec 10:00.", False)

    def test_nobody_knows_who_is_behind_a_group(self):
        directory = Directory([Entry("all@town.example", kind=EntryKind.GROUP, size=20)])
        people = [NINE[0], "all@town.example"]
        busy = {NINE[0]: [], "all@town.example": [span(10, 9, 17)]}
        slots = find_slots(meeting(people), policy=policy("", directory), busy=busy, within=span_of(10, 12), limit=1)
        assert shown(slots) == ["11 09:00"]  # what is known of it counts
        assert [str(who) for who in slots[0].unknown] == ["all@town.example"]

    def test_a_calendar_that_is_too_much_is_not_looked_at(self):
        bomb = Meeting(title="x", start=at(9), minutes=1, rrule="FREQ=SECONDLY")
        busy = {NINE[0]: [], NINE[1]: [bomb, span(10, 9, 17)]}
        slot = find_slots(meeting(NINE[:2]), policy=TOWN, busy=busy, limit=1)[0]
        assert (slot.start, [str(who) for who in slot.unknown]) == (at(11, 9), [NINE[1]])
        said = [text.text() for text in slot.assumptions]
        assert f"the calendar of {NINE[1]} holds a series that is too much to look at" in said

    def test_without_a_policy_the_hours_are_an_assumption(self):
        slot = find_slots(meeting(start=at(12, 10)), limit=1)[0]  # a Saturday
        assert slot.start == at(14, 9)
        assert slot.start.tzinfo == BERLIN
        assert [text.text() for text in slot.assumptions] == [
            "no working hours are given: Monday to Friday, 09:00 to 17:00 is assumed"
        ]

    def test_a_time_without_zone_is_an_assumption_too(self):
        floating = meeting(start=datetime(2026, 12, 9, 10))
        slot = find_slots(floating, limit=1)[0]
        assert slot.start == datetime(2026, 12, 9, 10, tzinfo=UTC)
        assert "times without a known zone are read in UTC" in [text.text() for text in slot.assumptions]
        slot = find_slots(floating, policy=TOWN, limit=1)[0]
        assert "times without a known zone are read in Europe/Berlin" in [text.text() for text in slot.assumptions]

    def test_a_year_whose_holidays_are_not_published(self):
        china = Policy.parse(b'zone = "Asia/Shanghai"\n[holidays]\ncountry = "CN"\n')
        start = datetime(2060, 3, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
        slot = find_slots(meeting(start=start), policy=china, limit=1)[0]
        said = [text.text("zh") for text in slot.assumptions]
        assert "2060年节假日安排尚未公布，工作日可能调整" in said


class TestDaysAndNights:
    def test_over_midnight_where_work_never_stops(self):
        days = ", ".join(f'"{name}"' for name in "monday tuesday wednesday thursday friday saturday sunday".split())
        always = policy(f'[working_hours]\ndays = [{days}]\nfrom = "00:00"\nto = "24:00"')
        busy = {NINE[0]: [Span(at(9, 10), at(10, 22)), Span(at(11, 6), at(31))]}
        slot = find_slots(meeting(minutes=480), policy=always, busy=busy, limit=1)[0]
        assert (slot.start, slot.end) == (at(10, 22), at(11, 6))
        banned = policy(
            f'[[no_meeting_day]]\ndates = [2026-12-11]\n[working_hours]\ndays = [{days}]\nfrom = "00:00"\nto = "24:00"'
        )
        assert find_slots(meeting(minutes=480), policy=banned, busy=busy, within=span_of(10, 31)) == []

    @pytest.mark.parametrize(
        ("month", "day", "starts"),
        [
            (3, 29, ["00:00", "01:00", "03:00", "04:00"]),  # 02:00 to 03:00 is skipped
            (10, 25, ["00:00", "01:00", "02:00", "03:00", "04:00"]),  # 02:00 to 03:00 comes twice, the first counts
        ],
    )
    def test_when_the_clocks_change(self, month, day, starts):
        nights = policy('[working_hours]\ndays = ["sunday"]\nfrom = "00:00"\nto = "05:00"')
        start = at(day, month=month)
        slots = find_slots(
            meeting(minutes=60, start=start), policy=nights, within=Span(start, at(day, 12, 0, month)), limit=9
        )
        assert [f"{slot.start:%H:%M}" for slot in slots] == starts
        assert all(slot.end.astimezone(UTC) - slot.start.astimezone(UTC) == timedelta(hours=1) for slot in slots)

    def test_an_end_inside_the_hour_that_comes_twice(self):
        days = '["saturday", "sunday"]'
        nights = Policy.parse(
            f'zone = "America/New_York"\n[working_hours]\ndays = {days}\nfrom = "00:00"\nto = "05:00"'.encode()
        )
        within = Span(datetime(2026, 11, 1, 4, tzinfo=UTC), datetime(2026, 11, 1, 6, tzinfo=UTC))
        slots = find_slots(meeting(minutes=25, start=within.start), policy=nights, within=within, limit=9)
        # from 00:00 to 01:00 the second time: 00:00, 00:30, 01:00, 01:30 all come before it
        assert [slot.start.astimezone(UTC).strftime("%H:%M") for slot in slots] == ["04:00", "04:30", "05:00", "05:30"]

    def test_no_time_is_tried_twice_when_an_hour_is_skipped(self):
        zone = named_zone("Europe/Berlin")
        lo, hi = (int(at(day, month=3).timestamp()) for day in (29, 30))
        starts = times_by_clock([(lo, hi)], 1800, lo, hi, zone).starts
        assert starts == list(range(lo, hi, 1800))  # 46 of them: the day has 23 hours
        assert len(starts) == 46

    def test_clocks_set_back_over_midnight(self):
        # Newfoundland, 7 November 2010: 00:01 became 23:01 of the day before; 00:00 is half past two at UTC
        lo, hi = (int(datetime(2010, 11, 7, hour, half, tzinfo=UTC).timestamp()) for hour, half in ((0, 30), (3, 0)))
        times = times_by_clock([(lo, hi)], 1800, lo, hi, named_zone("America/St_Johns"))
        assert times.starts == list(range(lo, hi, 1800))

    def test_whole_days_take_whole_days(self):
        retreat = Meeting(title="Retreat", start=date(2026, 12, 9), end=date(2026, 12, 11), attendees=NINE)
        busy = {NINE[0]: [span(14, 20, 21)]}  # an evening is part of the day
        slots = find_slots(retreat, policy=TOWN, busy=busy, limit=3)
        assert [(slot.start, slot.end) for slot in slots] == [
            (at(10), at(12)),
            (at(17), at(19)),
            (at(21), at(23)),
        ]
        assert slots_text(slots[:1]) == "Permitted: Thu 10 Dec (calendars of 1 of 9 looked at)."
        assert "read in" not in " ".join(text.text() for text in slots[0].assumptions)  # a date has no zone to miss

    def test_a_meeting_without_length(self):
        busy = {NINE[0]: [span(10, 9, 10)]}
        slot = find_slots(meeting(minutes=0), policy=TOWN, busy=busy, limit=1)[0]
        assert slot.start == slot.end == at(10, 10)


class TestWhyNone:
    def why(self, lack, meeting_, language="en", **options):
        assert find_slots(meeting_, **options) == []
        none = why_none(meeting_, **options)
        assert none is not None
        assert none.lack is lack
        assert search(meeting_, **options) == ((), none)
        assert not re.search("[A-Za-z]{3}", none.text("zh").replace("@town.example", ""))
        return none

    def test_no_day_of_work(self):
        none = self.why(Lack.WORKING_DAY, meeting(), policy=TOWN, within=span_of(12, 14))
        assert none.text() == "From Sat 12 Dec 2026 to Sun 13 Dec 2026 there is no day of work."
        assert none.text("zh") == "2026年12月12日(周六)至2026年12月13日(周日)没有工作日。"

    def test_every_day_is_banned(self):
        none = self.why(Lack.PERMITTED_DAY, meeting(), policy=TOWN, within=span_of(9, 10))
        assert none.text() == "Every day of work from Wed 9 Dec 2026 to Wed 9 Dec 2026 is a no-meeting day."

    def test_longer_than_the_working_day(self):
        none = self.why(Lack.ROOM_FOR_IT, meeting(minutes=510), policy=TOWN)
        assert none.text() == (
            "8 h 30 min do not fit into the permitted working hours of any day from Wed 9 Dec 2026 to Wed 6 Jan 2027."
        )
        assert find_slots(meeting(minutes=480), policy=TOWN) != []

    def test_too_many_days_in_a_row(self):
        retreat = Meeting(title="Retreat", start=date(2026, 12, 9), end=date(2026, 12, 12), attendees=NINE)
        none = self.why(Lack.ROOM_FOR_IT, retreat, policy=TOWN, within=span_of(9, 20))
        assert none.text() == (
            "From Wed 9 Dec 2026 to Sat 19 Dec 2026 there are not enough permitted days of work in a row."
        )

    def test_somebody_is_always_busy_and_who_stands_in_the_way(self):
        busy = {
            NINE[0]: [span(10, 9, 12)],
            NINE[1]: [span(10, 11, 17)],
            "room@town.example": [span(10, 16, 17)],
        }
        people = [*NINE[:2], room()]
        none = self.why(Lack.FREE_TIME, meeting(people, minutes=60), policy=TOWN, busy=busy, within=span_of(10, 11))
        # starts 09:00 to 16:00: the first alone blocks 9, 9:30, 10; the second 12 to 15
        assert [str(who) for who in none.blockers] == [NINE[1], NINE[0]]
        assert none.text() == (
            "From Thu 10 Dec 2026 to Thu 10 Dec 2026 somebody who has to be there is busy at every permitted time; "
            f"it would do without one of: {NINE[1]}, {NINE[0]}."
        )

    def test_nothing_is_missing(self):
        assert why_none(meeting(), policy=TOWN) is None


class TestWhatIsSaid:
    def test_nothing_of_nothing(self):
        assert slots_text([]) == ""

    def test_years_where_there_are_several(self):
        fridays = policy('[working_hours]\ndays = ["friday"]\nfrom = "09:00"\nto = "10:30"')
        slots = find_slots(meeting(start=at(24, 10)), policy=fridays, limit=2)
        assert (
            slots_text(slots) == "Permitted: Fri 25 Dec 2026 09:00, Fri 1 Jan 2027 09:00 (no calendar was looked at)."
        )

    def test_several_who_are_optional(self):
        people = [NINE[0], *map(optional, NINE[1:4])]
        busy = {NINE[0]: [], NINE[1]: [span(10, 9, 17)], NINE[2]: [span(10, 9, 17)], NINE[3]: []}
        slots = find_slots(meeting(people), policy=TOWN, busy=busy, within=span_of(10, 11), limit=1)
        text = "Free for all who have to be there: Thu 10 Dec 09:00 (without 2 who are optional)."
        assert slots_text(slots) == text
        assert slots_text(slots, "zh") == "必须参会的人员均有空：12月10日(周四) 09:00（2名可选参会人不便）。"

    def test_one_person(self):
        assert find_slots(meeting(NINE[:1]), busy={NINE[0]: []}, limit=1)[0].text() == "Free: Wed 9 Dec 10:00."


class TestWhatIsNoQuestion:
    @pytest.mark.parametrize("limit", [0, -1])
    def test_a_limit_of_nothing(self, limit):
        with pytest.raises(UsageError, match="give a limit of 1 or more"):
            find_slots(meeting(), limit=limit)

    def test_a_span_of_a_lifetime(self):
        start = at(9)
        with pytest.raises(UsageError, match="at most 3,660 days"):
            find_slots(meeting(), within=Span(start, start + timedelta(days=MOST_DAYS + 1)))

    @pytest.mark.parametrize("year", [1, 9999])
    def test_the_ends_of_time(self, year):
        for zone in (UTC, BERLIN):
            assert find_slots(meeting(start=datetime(year, 12, 30, 23, tzinfo=zone))) == []

    def test_an_empty_span(self):
        assert find_slots(meeting(), within=Span(at(10, 9), at(10, 9))) == []


def read_all(event: str) -> list[Meeting]:
    text = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\n{event}END:VEVENT\r\nEND:VCALENDAR\r\n"
    return list(read(text.encode()).meetings)

# SPDX-License-Identifier: Apache-2.0
import json
from datetime import datetime, timedelta
from itertools import takewhile
from pathlib import Path

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from recurrence_oracle import local_datetime, local_seconds, occurrences, weeks_of_year

from meetcost.ics.by_period import Span, expand_by_period, pick_positions
from meetcost.ics.clock import times_of_day
from meetcost.ics.recur import expand_rule, starts_in_rule
from meetcost.ics.rule import Rule, RuleError, parse_rule
from meetcost.ics.year_days import day_filter
from meetcost.model.moment import DAY

WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]

DATA = Path(__file__).parents[1] / "data" / "recurrence" / "rrule_cases.json"
CASES = json.loads(DATA.read_text(encoding="utf-8"))["cases"]


def cases(level: str) -> list:
    return [pytest.param(case, id=case["id"]) for case in CASES if case["level"] == level]


def seconds(text: str) -> int:
    """Local seconds of a published time. No case of the bar has a zone: UTC stays as written."""
    text = text.removesuffix("Z")
    return local_seconds(datetime.strptime(text, "%Y%m%dT%H%M%S" if "T" in text else "%Y%m%d"))


def show(instants) -> list[str]:
    return [local_datetime(instant).strftime("%Y%m%dT%H%M%S") for instant in instants]


def expand(rule: Rule, case: dict) -> list[str]:
    low, high = map(seconds, case["window"])
    until = rule.until.seconds if rule.until else None
    date_only = len(case["dtstart"]) == 8
    start = seconds(case["dtstart"])
    return show(expand_rule(rule, start, low, high, until=until, date_only=date_only))


def published(case: dict) -> list[str]:
    low, high = case["window"]
    instants = show(sorted(map(seconds, case["published"])))
    return [instant for instant in instants if low <= instant < high]


def of(text: str, start: str, low: str, high: str, **options) -> list[str]:
    rule = parse_rule(text)
    options.setdefault("until", rule.until.seconds if rule.until else None)
    return show(expand_rule(rule, seconds(start), seconds(low), seconds(high), **options))


# Published cases


def test_no_case_of_the_bar_has_a_zone() -> None:
    agreed = [case for case in CASES if case["level"] == "agreed"]
    assert len(agreed) == 666
    assert {case["tzid"] for case in agreed} == {None}


# sabre/vobject publishes no instances for these because it refuses the rule; so does meetcost.
BROKEN = {"R0640", "R0641", "R0642", "R0643", "R0653", "R0654", "R0663", "R0671"}


@pytest.mark.parametrize("case", cases("agreed"))
def test_agreed_case(case: dict) -> None:
    if case["id"] in BROKEN:
        assert case["published"] == []
        with pytest.raises(RuleError):
            parse_rule(case["rrule"])
        return
    rule = parse_rule(case["rrule"])
    expected = published(case)
    if case["compare"] == "exact":
        assert expand(rule, case) == expected
    elif case["compare"] == "prefix":
        assert expand(rule, case)[: len(expected)] == expected
    else:
        assert set(expected) <= set(expand(rule, case))


@pytest.mark.parametrize("case", cases("rscale"))
def test_other_calendars_are_refused(case: dict) -> None:
    with pytest.raises(RuleError) as caught:
        parse_rule(case["rrule"])
    assert caught.value.code == "rule-rscale"


# DTSTART is in the set after all: for a DATE the time parts are left out (R0078, R0257), BYSETPOS
# counts in the whole week (R0111, R0290, as in the agreed R0122), and BYDAY with and without
# numbers is the union of both (R0371, R0630, R0701).
IN_RULE = {"R0078", "R0257", "R0111", "R0290", "R0371", "R0630", "R0701"}


@pytest.mark.parametrize("case", cases("dtstart not in its rule"))
def test_dtstart_outside_its_rule_is_left_out(case: dict) -> None:
    rule = parse_rule(case["rrule"])
    start, date_only = seconds(case["dtstart"]), len(case["dtstart"]) == 8
    found, expected = expand(rule, case), published(case)
    in_rule = case["id"] in IN_RULE
    assert starts_in_rule(rule, start, date_only=date_only) is in_rule
    if not in_rule:
        assert expected.pop(0) == show([start])[0]
    assert found[: len(expected)] == expected


# Rulings on what the cases leave open


def test_dtstart_outside_its_rule_is_not_counted() -> None:
    # 1 September 2026 is a Tuesday.
    assert of("FREQ=WEEKLY;BYDAY=WE;COUNT=2", "20260901T090000", "20260901", "20270101") == [
        "20260902T090000",
        "20260909T090000",
    ]


def test_until_is_inclusive() -> None:
    found = of("FREQ=DAILY;UNTIL=20260903T090000", "20260901T090000", "20260101", "20270101")
    assert found == ["20260901T090000", "20260902T090000", "20260903T090000"]


def test_count_and_until_both_bound_the_rule() -> None:
    def days(text: str) -> int:
        return len(of(text, "20260901T090000", "20260101", "20270101"))

    assert days("FREQ=DAILY;COUNT=2;UNTIL=20260909T090000") == 2
    assert days("FREQ=DAILY;COUNT=9;UNTIL=20260902T090000") == 2


def test_time_parts_do_not_apply_to_a_date() -> None:
    found = of("FREQ=WEEKLY;BYHOUR=9,10;COUNT=2", "20260901", "20260101", "20270101", date_only=True)
    assert found == ["20260901T000000", "20260908T000000"]


@pytest.mark.parametrize("freq", ["HOURLY", "MINUTELY", "SECONDLY"])
def test_a_date_does_not_recur_within_the_day(freq: str) -> None:
    with pytest.raises(RuleError) as caught:
        of(f"FREQ={freq}", "20260901", "20260901", "20260902", date_only=True)
    assert caught.value.code == "rule-date-only"


def test_a_week_number_without_a_day_means_the_weekday_of_dtstart() -> None:
    # 1 September 2026 is a Tuesday; the Tuesdays of week 20 are 18 May 2027 and 16 May 2028.
    found = of("FREQ=YEARLY;BYWEEKNO=20", "20260901T090000", "20260101", "20290101")
    assert found == ["20270518T090000", "20280516T090000"]


def test_week_one_may_begin_in_december() -> None:
    # 31 December 2024 is the Tuesday of week 1 of 2025.
    found = of("FREQ=YEARLY;BYWEEKNO=1;BYDAY=TU", "20240601T090000", "20240601", "20260101")
    assert found == ["20241231T090000", "20251230T090000"]


@pytest.mark.parametrize("wkst", range(7))
@pytest.mark.parametrize("number", [1, 2, 52, 53, -1, -2, -52, -53])
def test_numbered_weeks_of_every_kind_of_year(number: int, wkst: int) -> None:
    # Centuries with and without a leap day at their turn, and a full cycle of 28 years.
    every_day = ",".join(WEEKDAYS)
    text = f"FREQ=YEARLY;BYWEEKNO={number};BYDAY={every_day};WKST={WEEKDAYS[wkst]}"
    for first, last in ((1893, 1911), (1993, 2023)):
        expected = []
        for year in range(first - 1, last + 2):
            weeks = weeks_of_year(year, wkst)
            if abs(number) <= len(weeks):
                expected += weeks[number - 1 if number > 0 else number]
        low, high = datetime(first, 1, 1), datetime(last + 1, 1, 1)
        found = expand_rule(parse_rule(text), *map(local_seconds, (low, low, high)))
        dates = [local_datetime(instant).date() for instant in found]
        assert dates == [day for day in sorted(expected) if low.date() <= day < high.date()]


def test_years_of_an_interval_are_counted_from_dtstart() -> None:
    text = "FREQ=YEARLY;INTERVAL=3;BYMONTH=9;BYMONTHDAY=1"
    found = of(text, "20200901T090000", "20250101", "20330101")
    assert found == ["20260901T090000", "20290901T090000", "20320901T090000"]


def test_steps_before_dtstart_on_its_day_are_not_counted() -> None:
    # 20:00 + 7 h is 3:00, + 7 h is 10:00; 13:00 and 6:00 come before DTSTART.
    text = "FREQ=HOURLY;INTERVAL=7;BYDAY=TU,WE;COUNT=3"
    found = of(text, "20260901T200000", "20260901", "20270101")
    assert found == ["20260901T200000", "20260902T030000", "20260902T100000"]


def test_a_second_has_no_second_position() -> None:
    text = "FREQ=SECONDLY;INTERVAL=600;BYHOUR=9;BYSETPOS="
    window = ("20260901T090000", "20260901", "20260902")
    assert len(of(text + "1", *window)) == 6
    assert of(text + "2", *window) == []


def test_impossible_dates_give_nothing() -> None:
    for text in ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=31"):
        assert of(text, "19700101T000000", "20260101", "20270205") == []
        assert of(text + ";COUNT=3", "19700101T000000", "20260101", "20270205") == []


def test_29_february_does_not_move() -> None:
    found = of("FREQ=YEARLY", "20240229T090000", "20240101", "20330101")
    assert found == ["20240229T090000", "20280229T090000", "20320229T090000"]


def test_nothing_comes_before_dtstart_or_outside_the_window() -> None:
    assert of("FREQ=DAILY", "20260901T090000", "20250101", "20260901T090000") == []
    assert of("FREQ=DAILY", "20260901T090000", "20260903T090000", "20260903T090001") == ["20260903T090000"]
    assert of("FREQ=DAILY", "20260901T090000", "20260903T090000", "20260903T090000") == []


def test_the_calendar_ends_with_the_year_9999() -> None:
    end = seconds("99991231T235959") + 10 * DAY
    start = seconds("99991230T120000")
    for text in ("FREQ=DAILY", "FREQ=DAILY;BYMONTH=12", "FREQ=WEEKLY;BYMONTH=12;BYDAY=TH,FR"):
        found = expand_rule(parse_rule(text), start, start, end)
        assert show(found) == ["99991230T120000", "99991231T120000"]
    picked = parse_rule("FREQ=WEEKLY;BYMONTH=12;BYDAY=TH,FR;BYSETPOS=-1")
    assert show(expand_rule(picked, start, start, end)) == ["99991231T120000"]


def test_the_calendar_begins_with_the_year_1() -> None:
    # 1 January of the year 1 is a Monday; a week from Sunday on begins the day before.
    rule = parse_rule("FREQ=WEEKLY;INTERVAL=2;BYMONTH=1;BYDAY=MO,SU;WKST=SU")
    found = expand_rule(rule, DAY, 0, 20 * DAY)
    assert [instant // DAY for instant in found] == [1, 14, 15]
    found = expand_rule(rule._replace(by_set_pos=(-1,)), DAY, 0, 20 * DAY)
    assert [instant // DAY for instant in found] == [1, 15]


@pytest.mark.parametrize("freq", ["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "SECONDLY"])
def test_a_vast_interval_leaves_dtstart_alone(freq: str) -> None:
    for more in ("", ";BYMONTH=9"):
        found = of(f"FREQ={freq};INTERVAL={10**12}{more}", "20260901T090000", "20260101", "21000101")
        assert found == ["20260901T090000"]


# Bounds


ALL_HOURS = ",".join(map(str, range(24)))
ALL_MINUTES = ",".join(map(str, range(60)))
ALL_DAYS = ",".join(map(str, range(1, 32)))
ALL_POSITIONS = ",".join(str(n) for n in range(-366, 367) if n)
EVERY_SECOND = f"BYHOUR={ALL_HOURS};BYMINUTE={ALL_MINUTES};BYSECOND={ALL_MINUTES}"


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY",
        "FREQ=MINUTELY;BYDAY=MO,TU,WE,TH,FR",
        "FREQ=SECONDLY;INTERVAL=7;BYMONTH=1",
        "FREQ=SECONDLY;INTERVAL=7;BYDAY=MO;BYHOUR=3;COUNT=999999999",
        "FREQ=HOURLY;INTERVAL=7;BYMINUTE=" + ALL_MINUTES,
        f"FREQ=YEARLY;BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12;BYMONTHDAY={ALL_DAYS};{EVERY_SECOND}",
        f"FREQ=WEEKLY;BYMONTHDAY={ALL_DAYS};{EVERY_SECOND};BYSETPOS={ALL_POSITIONS}",
        f"FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;{EVERY_SECOND}",
        f"FREQ=DAILY;{EVERY_SECOND};BYSETPOS={ALL_POSITIONS}",
    ],
)
def test_a_bomb_is_refused(text: str) -> None:
    with pytest.raises(RuleError) as caught:
        of(text, "20200101T000000", "20260101", "20270205")
    assert caught.value.code in {"rule-too-many-steps", "rule-too-many-instances"}


def test_an_endless_walk_without_a_result_is_refused() -> None:
    # Every seventh day from a Monday on is a Monday.
    with pytest.raises(RuleError) as caught:
        of("FREQ=DAILY;INTERVAL=7;BYDAY=TU", "20260105", "20260105", "99991231", max_steps=10_000)
    assert caught.value.code == "rule-too-many-steps"


def test_a_position_that_no_second_has_costs_no_steps() -> None:
    text = "FREQ=SECONDLY;INTERVAL=7;BYMONTH=1;BYSETPOS=2"
    assert of(text, "00010101", "00010101", "99991231", max_steps=1) == []


def test_instances_are_bounded_exactly() -> None:
    for text in ("FREQ=DAILY", "FREQ=DAILY;BYMONTH=9", "FREQ=MONTHLY;BYMONTHDAY=" + ALL_DAYS):
        window = ("20260901T090000", "20260901", "20260911")
        assert len(of(text, *window, max_instances=10)) == 10
        with pytest.raises(RuleError) as caught:
            of(text, *window, max_instances=9)
        assert caught.value.code == "rule-too-many-instances"


def test_without_a_bound_on_instances_the_steps_bound_them() -> None:
    window = ("20260101", "20260101", "20270101")
    assert len(of("FREQ=HOURLY;INTERVAL=6", *window, max_instances=None)) == 4 * 365
    with pytest.raises(RuleError):
        of("FREQ=HOURLY", *window, max_instances=None, max_steps=8_759)


def test_a_far_dtstart_costs_no_steps() -> None:
    for text in ("FREQ=DAILY", "FREQ=DAILY;COUNT=999999", "FREQ=WEEKLY;BYDAY=MO,FR;COUNT=999999"):
        assert of(text, "15000101T090000", "20260101", "20260201", max_steps=31)
    assert of("FREQ=MONTHLY;BYDAY=-1FR", "15000101T090000", "20260101", "20260201", max_steps=31)


# Properties


def some(low: int, high: int, *, signed: bool = False, most: int = 4) -> st.SearchStrategy[str]:
    numbers = st.integers(low, high)
    if signed:
        numbers |= st.integers(-high, -low)
    return st.lists(numbers, min_size=1, max_size=most).map(lambda ns: ",".join(map(str, ns)))


def by_day(*, numbered: int) -> st.SearchStrategy[str]:
    names = st.sampled_from(WEEKDAYS)
    if numbered:
        number = st.integers(1, numbered) | st.integers(-numbered, -1)
        names |= st.builds(lambda n, name: f"{n}{name}", number, names)
    return st.lists(names, min_size=1, max_size=4).map(",".join)


@st.composite
def long_rules(draw, freqs=("YEARLY", "MONTHLY", "WEEKLY", "DAILY"), months_only=False) -> str:
    """Rules that step by days or more, mostly with one or two date parts."""
    freq = draw(st.sampled_from(freqs))
    interval = st.just(1) | st.integers(2, 5) | st.sampled_from([12, 18])
    parts = {"INTERVAL": draw(interval)}
    numbered = {"YEARLY": 53, "MONTHLY": 5}.get(freq, 0)
    options = {
        "BYMONTH": some(1, 12),
        "BYMONTHDAY": some(1, 31, signed=True),
        "BYYEARDAY": some(1, 366, signed=True),
        "BYWEEKNO": some(1, 53, signed=True),
        "BYDAY": by_day(numbered=numbered),
        "BYHOUR": some(0, 23, most=2),
        "BYMINUTE": some(0, 59, most=2),
        "BYSECOND": some(0, 59, most=2),
        "BYSETPOS": some(1, 5, signed=True, most=3),
        "WKST": st.sampled_from(WEEKDAYS),
        "COUNT": st.integers(1, 40),
    }
    for name in draw(st.lists(st.sampled_from(sorted(options)), unique=True, max_size=4)):
        parts[name] = draw(options[name])
    if "BYWEEKNO" in parts and "BYDAY" in parts and freq == "YEARLY":
        parts["BYDAY"] = draw(by_day(numbered=0))
    return ";".join([f"FREQ={freq}", *(f"{name}={value}" for name, value in parts.items())])


@st.composite
def short_rules(draw) -> str:
    """Rules that step by hours or less, sized for windows of some days."""
    freq = draw(st.sampled_from(["HOURLY", "MINUTELY", "SECONDLY"]))
    steps = {
        "HOURLY": [1, 2, 3, 5, 7, 24, 25, 36],
        "MINUTELY": [10, 15, 61, 90, 97, 1440, 1441],
        "SECONDLY": [600, 900, 997, 3600, 3601, 86_400, 90_001],
    }
    parts = {"INTERVAL": draw(st.sampled_from(steps[freq]))}
    options = {
        "BYMONTH": some(1, 12),
        "BYMONTHDAY": some(1, 31, signed=True),
        "BYDAY": by_day(numbered=0),
        "BYHOUR": some(0, 23, most=6),
        "BYMINUTE": some(0, 59, most=6),
        "BYSECOND": some(0, 59, most=3),
        "BYSETPOS": some(1, 3, signed=True, most=2),
        "COUNT": st.integers(1, 40),
    }
    for name in draw(st.lists(st.sampled_from(sorted(options)), unique=True, max_size=4)):
        parts[name] = draw(options[name])
    return ";".join([f"FREQ={freq}", *(f"{name}={value}" for name, value in parts.items())])


starts = st.datetimes(datetime(1996, 1, 1), datetime(2027, 12, 31)).map(lambda moment: moment.replace(microsecond=0))


def month_is_open(rule: Rule) -> bool:
    """YEARLY with BYMONTHDAY alone, where meetcost follows the published tables: see `test_the_month_of_dtstart`."""
    rest = rule.by_month or rule.by_day or rule.by_year_day or rule.by_week_no
    return rule.freq == "YEARLY" and bool(rule.by_month_day) and not rest


def test_the_month_of_dtstart() -> None:
    """A yearly rule with BYMONTHDAY alone keeps DTSTART's month if DTSTART is such a day, else names every month."""
    rule = parse_rule("FREQ=YEARLY;BYMONTHDAY=-1,15")
    lo, hi = local_seconds(datetime(2026, 1, 1)), local_seconds(datetime(2027, 4, 1))
    fits = expand_rule(rule, local_seconds(datetime(2026, 4, 30)), lo, hi)
    assert [f"{local_datetime(instant):%Y-%m-%d}" for instant in fits] == ["2026-04-30"]
    other = expand_rule(rule, local_seconds(datetime(2026, 12, 2)), lo, hi)
    days = [
        "2026-12-15",
        "2026-12-31",
        "2027-01-15",
        "2027-01-31",
        "2027-02-15",
        "2027-02-28",
        "2027-03-15",
        "2027-03-31",
    ]
    assert [f"{local_datetime(instant):%Y-%m-%d}" for instant in other] == days


def agrees_with_the_oracle(text: str, start: datetime, skip: timedelta, length: timedelta) -> None:
    rule = parse_rule(text)
    assume(not month_is_open(rule))
    low, high = start + skip, start + skip + length
    found = expand_rule(rule, local_seconds(start), local_seconds(low), local_seconds(high), max_instances=None)
    expected = [moment for moment in occurrences(rule, start, high) if moment >= low]
    event("empty" if not expected else "some instances")
    assert [local_datetime(instant) for instant in found] == expected


@settings(max_examples=400, deadline=None)
@given(long_rules(), starts, st.integers(0, 2500), st.integers(1, 1500))
def test_as_a_literal_reading_of_the_rfc(text: str, start: datetime, skip: int, days: int) -> None:
    agrees_with_the_oracle(text, start, timedelta(days=skip), timedelta(days=days))


@settings(max_examples=200, deadline=None)
@given(short_rules(), starts, st.integers(0, 3), st.integers(1, 200))
def test_as_a_literal_reading_of_the_rfc_within_the_day(text: str, start: datetime, skip: int, hours: int) -> None:
    agrees_with_the_oracle(text, start, timedelta(days=skip), timedelta(hours=hours))


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(
        long_rules(freqs=("WEEKLY", "DAILY")).filter(lambda text: "BYMONTH" not in text),
        short_rules(),
    ),
    starts,
    st.integers(0, 10),
    st.integers(1, 200),
)
def test_the_closed_form_is_as_the_general_way(text: str, start: datetime, skip: int, hours: int) -> None:
    rule, begin = parse_rule(text), local_seconds(start)
    low = begin + skip * DAY
    high = low + hours * 3600
    general = expand_by_period(rule, Span(begin, low, high, rule.count, 200_000, None), date_only=False)
    assert list(expand_rule(rule, begin, low, high, max_instances=None)) == list(general)


@settings(max_examples=150, deadline=None)
@given(long_rules(freqs=("YEARLY", "MONTHLY")), starts, some(1, 6, signed=True), st.integers(0, 900))
def test_positions_in_the_tables_are_as_positions_picked_period_by_period(
    text: str, start: datetime, positions: str, skip: int
) -> None:
    kept = [p for p in text.split(";") if p[:6] not in {"BYHOUR", "BYMINU", "BYSECO", "BYSETP"}]
    rule = parse_rule(";".join([*kept, f"BYSETPOS={positions}"]))
    begin = local_seconds(start)
    span = Span(begin, begin + skip * DAY, begin + (skip + 800) * DAY, rule.count, 200_000, None)
    picked = pick_positions(rule, span, day_filter(rule, begin // DAY), times_of_day(rule, begin, date_only=False))
    assert list(expand_by_period(rule, span, date_only=False)) == list(picked)


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(long_rules(), short_rules()),
    starts,
    st.lists(st.integers(0, 3000), min_size=3, max_size=3).map(sorted),
)
def test_a_window_cut_in_two_gives_the_same(text: str, start: datetime, hours: list[int]) -> None:
    rule, begin = parse_rule(text), local_seconds(start)
    a, b, c = [begin + hour * 3600 for hour in hours]

    def between(low: int, high: int) -> list[int]:
        return list(expand_rule(rule, begin, low, high, max_instances=None))

    assert between(a, c) == between(a, b) + between(b, c)


def dateutil_reads_it_as_the_rfc(rule: Rule) -> bool:
    """Whether dateutil 2.9 can be the reference for a rule.

    It takes a numbered and a plain BYDAY together as an intersection, lets BYSETPOS count from
    DTSTART in the first week, gives every day of a week that BYWEEKNO names alone, misses
    negative week numbers at the turn of the year, and looks for the eighth Monday of a month, in
    December beyond the end of its tables.
    """
    numbers = {number != 0 for number, _ in rule.by_day}
    in_a_month = rule.freq == "MONTHLY" or bool(rule.by_month)
    return (
        len(numbers) < 2
        and not month_is_open(rule)
        and not (rule.freq == "WEEKLY" and rule.by_set_pos)
        and not (rule.by_week_no and not (rule.by_day or rule.by_month_day or rule.by_year_day))
        and not any(number < 0 for number in rule.by_week_no)
        and not (in_a_month and any(abs(number) > 5 for number, _ in rule.by_day))
    )


@settings(max_examples=300, deadline=None)
@given(long_rules(), starts, st.integers(1, 1500))
def test_as_dateutil(text: str, start: datetime, days: int) -> None:
    rule = parse_rule(text)
    assume(dateutil_reads_it_as_the_rfc(rule))
    begin = local_seconds(start)
    # dateutil walks to the year 9999 for a rule without instances, so only ask it for some.
    far = begin + (days + 12_000) * DAY
    assume(rule.count is None and expand_rule(rule, begin, begin + days * DAY, far, max_instances=None))
    high = start + timedelta(days=days)
    expected = list(takewhile(lambda moment: moment < high, rrulestr(text, dtstart=start)))
    found = expand_rule(rule, begin, begin, local_seconds(high), max_instances=None)
    assert [local_datetime(instant) for instant in found] == expected


@settings(max_examples=200, deadline=None)
@given(st.one_of(long_rules(), short_rules()), starts)
def test_dtstart_is_in_its_rule_exactly_if_it_is_the_first_instance(text: str, start: datetime) -> None:
    rule, begin = parse_rule(text), local_seconds(start)
    first = occurrences(rule, start, start + timedelta(seconds=1))
    assert starts_in_rule(rule, begin) is (first == [start])

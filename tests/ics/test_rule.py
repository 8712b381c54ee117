# SPDX-License-Identifier: Apache-2.0
import pickle
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetcost.ics.rule import Rule, RuleError, Until, parse_rule


def refusal(text: str, *, strict: bool = False) -> str:
    with pytest.raises(RuleError) as caught:
        parse_rule(text, strict=strict)
    assert str(caught.value) == caught.value.message
    return caught.value.code


def test_every_part_is_read() -> None:
    rule = parse_rule(
        "FREQ=YEARLY;INTERVAL=2;COUNT=8;BYMONTH=3,1;BYWEEKNO=-1,20;BYYEARDAY=-366,+9;"
        "BYMONTHDAY=31,-31;BYDAY=TU,MO;BYHOUR=23,0;BYMINUTE=59;BYSECOND=0;BYSETPOS=-1,1;WKST=SU",
        strict=True,
    )
    assert rule == Rule(
        freq="YEARLY",
        interval=2,
        count=8,
        by_month=(1, 3),
        by_week_no=(-1, 20),
        by_year_day=(-366, 9),
        by_month_day=(-31, 31),
        by_day=((0, 0), (0, 1)),
        by_hour=(0, 23),
        by_minute=(59,),
        by_second=(0,),
        by_set_pos=(-1, 1),
        wkst=6,
    )


def test_names_are_read_in_any_case_and_order() -> None:
    assert parse_rule("byday=-1fr,+2mo;freq=monthly", strict=True) == Rule("MONTHLY", by_day=((-1, 4), (2, 0)))


@pytest.mark.parametrize(
    ("value", "kind", "second"),
    [
        ("20261231", "date", 0),
        ("20261231T235959", "local", 86_399),
        ("20261231T000001Z", "utc", 1),
        ("20261231t235960z", "utc", 86_399),  # RFC 5545 3.3.12: no leap seconds, 60 reads as 59
    ],
)
def test_until_keeps_how_it_was_written(value: str, kind: str, second: int) -> None:
    midnight = date(2026, 12, 31).toordinal() * 86_400
    assert parse_rule(f"FREQ=DAILY;UNTIL={value}").until == Until(kind, midnight + second)


def test_second_60_is_read_as_59() -> None:
    assert parse_rule("FREQ=MINUTELY;BYSECOND=60,59,0", strict=True).by_second == (0, 59)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "rule-freq"),
        ("INTERVAL=2", "rule-freq"),
        ("FREQ=FORTNIGHTLY", "rule-freq"),
        ("FREQ=DAILY;INTERVAL=0", "rule-interval"),
        ("FREQ=DAILY;INTERVAL=-1", "rule-interval"),
        ("FREQ=DAILY;INTERVAL=+1", "rule-interval"),
        ("FREQ=DAILY;INTERVAL=1.5", "rule-interval"),
        ("FREQ=DAILY;INTERVAL=1_0", "rule-interval"),
        ("FREQ=DAILY;INTERVAL=" + "9" * 19, "rule-interval"),
        ("FREQ=DAILY;COUNT=0", "rule-count"),
        ("FREQ=DAILY;COUNT=many", "rule-count"),
        ("FREQ=DAILY;UNTIL=20260230", "rule-until"),
        ("FREQ=DAILY;UNTIL=2026-01-01", "rule-until"),
        ("FREQ=DAILY;UNTIL=20260101T240000", "rule-until"),
        ("FREQ=DAILY;UNTIL=20260101T0900", "rule-until"),
        ("FREQ=DAILY;UNTIL=20260101Z", "rule-until"),
        ("FREQ=DAILY;UNTIL=00000101", "rule-until"),
        ("FREQ=DAILY;BYMONTH=13", "rule-value"),
        ("FREQ=DAILY;BYMONTH=-1", "rule-value"),
        ("FREQ=DAILY;BYMONTH=1,,2", "rule-value"),
        ("FREQ=DAILY;BYMONTH=5L", "rule-value"),
        ("FREQ=DAILY;BYMONTHDAY=0", "rule-value"),
        ("FREQ=DAILY;BYMONTHDAY=-32", "rule-value"),
        ("FREQ=DAILY;BYMONTHDAY=--1", "rule-value"),
        ("FREQ=YEARLY;BYYEARDAY=367", "rule-value"),
        ("FREQ=YEARLY;BYWEEKNO=54", "rule-value"),
        ("FREQ=DAILY;BYHOUR=24", "rule-value"),
        ("FREQ=DAILY;BYMINUTE=60", "rule-value"),
        ("FREQ=DAILY;BYSECOND=61", "rule-value"),
        ("FREQ=DAILY;BYSETPOS=0", "rule-value"),
        ("FREQ=DAILY;BYSETPOS=367", "rule-value"),
        ("FREQ=MONTHLY;BYDAY=0MO", "rule-value"),
        ("FREQ=MONTHLY;BYDAY=54MO", "rule-value"),
        ("FREQ=MONTHLY;BYDAY=MO1", "rule-value"),
        ("FREQ=MONTHLY;BYDAY=1", "rule-value"),
        ("FREQ=MONTHLY;BYDAY=+MO", "rule-value"),
        ("FREQ=MONTHLY;BYDAY=MONDAY", "rule-value"),
        ("FREQ=WEEKLY;WKST=XX", "rule-value"),
        ("FREQ=WEEKLY;WKST=1MO", "rule-value"),
        ("FREQ=DAILY;BYMONTH=", "rule-part"),
        ("FREQ=DAILY;BYEASTER=0", "rule-part"),
        ("FREQ=DAILY;COUNT", "rule-part"),
        ("RRULE:FREQ=DAILY", "rule-part"),
        ("FREQ=YEARLY;BYWEEKNO=10;BYDAY=1MO", "rule-combination"),
        ("FREQ=YEARLY;RSCALE=GREGORIAN", "rule-rscale"),
        ("FREQ=YEARLY;BYMONTH=5L;SKIP=OMIT", "rule-rscale"),
        ("RSCALE=;FREQ=YEARLY", "rule-rscale"),
    ],
)
def test_refused(text: str, code: str) -> None:
    assert refusal(text) == code
    assert refusal(text, strict=True) == code


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=DAILY;INTERVAL=\N{ARABIC-INDIC DIGIT TWO}",
        "FREQ=DAILY;BYMONTH=\N{FULLWIDTH DIGIT ONE}",
        "FREQ=DAILY;BYMONTH=\N{SUPERSCRIPT TWO}",
        "FREQ=\N{LATIN SMALL LETTER LONG S}ECONDLY",  # upper() would make an S of it
    ],
)
def test_only_ascii_is_read(text: str) -> None:
    assert refusal(text) == "rule-part"


@pytest.mark.parametrize(
    ("text", "quirk", "code", "same_as"),
    [
        ("FREQ=WEEKLY;BYDAY=MO, FR", "whitespace", "rule-part", "FREQ=WEEKLY;BYDAY=MO,FR"),
        ("FREQ=MONTHLY; BYDAY=2 TH", "whitespace", "rule-part", "FREQ=MONTHLY;BYDAY=2TH"),
        ("FREQ=WEEKLY;BYDAY=MO;", "empty-part", "rule-part", "FREQ=WEEKLY;BYDAY=MO"),
        (";;FREQ=WEEKLY", "empty-part", "rule-part", "FREQ=WEEKLY"),
        ("FREQ=DAILY;X-VENDOR=1", "x-part", "rule-part", "FREQ=DAILY"),
        ("FREQ=DAILY;COUNT=2;COUNT=3", "duplicate-part", "rule-duplicate", "FREQ=DAILY;COUNT=3"),
        (
            "FREQ=WEEKLY;BYDAY=1MO,TU",
            "ordinal-ignored",
            "rule-combination",
            "FREQ=WEEKLY;BYDAY=MO,TU",
        ),
    ],
)
def test_tolerated_and_named(text: str, quirk: str, code: str, same_as: str) -> None:
    rule = parse_rule(text)
    assert rule.quirks == (quirk,)
    assert rule._replace(quirks=()) == parse_rule(same_as, strict=True)
    assert refusal(text, strict=True) == code


@pytest.mark.parametrize(
    ("text", "quirk"),
    [
        ("FREQ=DAILY;COUNT=2;UNTIL=20260101", "count-and-until"),
        ("FREQ=MONTHLY;BYWEEKNO=20", "by-week-no-as-limit"),
        ("FREQ=DAILY;BYYEARDAY=20", "by-year-day-as-limit"),
        ("FREQ=WEEKLY;BYMONTHDAY=20", "by-month-day-as-limit"),
        ("FREQ=MONTHLY;BYSETPOS=1", "set-pos-alone"),
    ],
)
def test_parts_that_rfc_5545_keeps_apart_are_read_and_named(text: str, quirk: str) -> None:
    assert parse_rule(text).quirks == (quirk,)
    assert refusal(text, strict=True) == "rule-combination"


def test_each_tolerance_is_named_once() -> None:
    assert parse_rule(";;;FREQ=DAILY;X-A=1;X-B=2;;").quirks == ("empty-part", "x-part")


def test_a_thousand_values_are_read_and_no_more() -> None:
    assert parse_rule("FREQ=DAILY;BYMONTH=" + ",".join(["7"] * 1000)).by_month == (7,)
    assert refusal("FREQ=DAILY;BYMONTH=" + ",".join(["7"] * 1001)) == "rule-too-large"
    assert refusal("FREQ=DAILY;BYDAY=" + ",".join(["MO"] * 1001)) == "rule-too-large"


def test_long_text_is_refused_unread() -> None:
    assert refusal(";" * 65_537) == "rule-too-large"
    assert refusal(";" * 65_536) == "rule-freq"


def test_long_input_is_cut_in_messages() -> None:
    with pytest.raises(RuleError) as caught:
        parse_rule("FREQ=DAILY;COUNT=" + "x" * 60_000)
    assert len(caught.value.message) < 200


def test_an_error_survives_pickling() -> None:
    error = pickle.loads(pickle.dumps(RuleError("rule-part", "no")))
    assert (error.code, error.message) == ("rule-part", "no")


@given(st.text(alphabet="FREQ=DAILYBUNTOSH;,+-0123456789ZX ", max_size=60))
def test_any_text_gives_a_rule_or_a_refusal(text: str) -> None:
    for candidate in (text, "FREQ=DAILY;" + text):
        try:
            outcome = parse_rule(candidate).freq
        except RuleError as error:
            outcome = error.code
        assert outcome.startswith("rule-") or outcome.endswith("LY")

# SPDX-License-Identifier: Apache-2.0
"""From costs and verdicts to rows, and nobody's address or name on the way."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetcost.assessment import assess, check
from meetcost.costing.bands import by_band
from meetcost.costing.price import price
from meetcost.costing.pricer import Pricer
from meetcost.costing.rate_card import RateCard
from meetcost.ics.expand import expand
from meetcost.ics.read import read
from meetcost.ledger.faults import LedgerError
from meetcost.ledger.making import RowMaker, made
from meetcost.ledger.names import Names
from meetcost.ledger.pseudonym import Pseudonyms
from meetcost.ledger.rows import MeetingRow, json_schema, payload_of, row_of
from meetcost.model.attendee import Attendee
from meetcost.model.cost import PaperworkHours, PrivateCostError
from meetcost.model.directory import Directory
from meetcost.model.meeting import Meeting
from meetcost.model.occurrence import OccurrenceId
from meetcost.policy.policy import Policy
from meetcost.values.money import Money
from meetcost.values.person_hours import PersonHours
from meetcost.values.span import Span

ROOT = Path(__file__).parents[2]
NAMES = Pseudonyms(b"k" * 32)
MAKE = RowMaker(NAMES)
RATES = RateCard.load(ROOT / "examples" / "rates.toml")
DIRECTORY = Directory.load(ROOT / "examples" / "directory.csv")
SCHEMA = jsonschema.Draft202012Validator(json_schema())


def meeting(**fields):
    start = datetime(2026, 12, 9, 10, tzinfo=ZoneInfo("Europe/Berlin"))
    return Meeting(**{"title": "Budget round", "start": start, "minutes": 90, "uid": "u1@town.example", **fields})


def written(row):
    """Its payload, which is read back and fits the schema."""
    payload = payload_of(row)
    assert row_of(payload) == row
    SCHEMA.validate(json.loads(payload))
    return payload


def test_a_meeting():
    calls = meeting(organizer="office@town.example", attendees=["ann@town.example"])
    row = MAKE.meeting(calls, people=2, calling_unit="Town Office")
    assert (row.title, row.withheld, row.people, row.calling_unit) == ("Budget round", "", 2, "Town Office")
    assert row.uid == NAMES.uid("u1@town.example")
    assert row.organiser == NAMES.person("MAILTO:Office@Town.example")
    assert "town.example" not in written(row)
    assert MAKE.meeting(calls, people=2, withhold=True).withheld == "policy"
    long = MAKE.meeting(meeting(title="预" * 5000), people=0)
    assert len(long.title) == 300
    assert long.title.endswith("…")


def test_occurrences_are_keyed_by_uid_and_recurrence_id():
    octets = (ROOT / "examples" / "calendars" / "weekly-planning.ics").read_bytes()
    (series,) = read(octets).meetings
    window = Span(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 12, 31, tzinfo=UTC))
    rows = [MAKE.occurrence(one, people=3) for one in expand(series, window)]
    assert len({(row.uid, row.recurrence_id) for row in rows}) == len(rows) > 5
    assert all(row.start.endswith("Z") and row.seconds > 0 for row in rows)
    for row in rows:
        written(row)


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (datetime(2026, 12, 9, 10), "2026-12-09T10:00:00"),
        (datetime(2026, 12, 9, 10, tzinfo=UTC), "2026-12-09T10:00:00Z"),
        (date(2026, 12, 9), "2026-12-09"),
    ],
)
def test_a_start_says_what_kind_of_time_it_is(start, expected):
    fields = {"end": start + timedelta(days=1), "minutes": None} if not isinstance(start, datetime) else {}
    window = Span(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
    (one,) = expand(meeting(start=start, **fields), window)
    row = MAKE.occurrence(one, people=1)
    assert row.start == expected
    written(row)


def test_a_cost_has_its_lines_and_bands_and_they_add_up():
    people = [entry.address for entry in DIRECTORY]
    called = meeting(organizer=people[0], attendees=people)
    forecast = PaperworkHours(PersonHours(60), PersonHours(120), PersonHours(180), "basis")
    cost = price(called, rates=RATES, directory=DIRECTORY, paperwork=forecast)
    pricer = Pricer(RATES, DIRECTORY)
    bands = by_band(called, 5400, date(2026, 12, 9).toordinal(), pricer=pricer)
    row = MAKE.cost(cost, OccurrenceId(called.uid), bands=bands)
    written(row)
    assert row.money.money == cost.total
    assert row.person_seconds == cost.hours.seconds == sum(band.person_seconds for band in row.bands)
    assert sum((band.money.money for band in row.bands), Money(0, "EUR")) == cost.time
    assert {line.unit for line in row.lines} >= set(cost.borne_by)
    assert next((line.low, line.high) for line in row.lines if line.kind == "paperwork") == (60, 180)
    for band in row.bands:  # anyone can work it out again: hours times the published rate
        each = (band.hourly.amount * (band.person_seconds // band.people) / 3600).quantize(band.money.amount)
        assert each * band.people == band.money.amount


def test_without_a_rate_card_there_are_hours_and_no_bands():
    called = meeting(attendees=["a@b.example"])
    row = MAKE.cost(price(called), OccurrenceId(called.uid), bands=by_band(called, 60, 1, pricer=Pricer()))
    assert (row.money, row.bands, row.rate_card, row.person_seconds) == (None, (), "", 5400)


def test_personal_pay_never_enters_the_books():
    card = RateCard.parse(
        b'name="House"\nversion="1"\ncurrency="EUR"\npersonal=true\ndefault_band="all"\n'
        b"bands.all.values.2026-01-01=30\n"
    )
    directory = Directory.parse(b"address,rate\nann@town.example,52 EUR\n")
    called = meeting(attendees=["ann@town.example"])
    with pytest.raises(PrivateCostError):
        MAKE.cost(price(called, rates=card, directory=directory), OccurrenceId(called.uid))
    with pytest.raises(PrivateCostError):
        by_band(called, 60, date(2026, 12, 9).toordinal(), pricer=Pricer(card, directory))


def test_a_verdict_keeps_rules_and_days_and_no_sentence():
    policy = Policy.load(ROOT / "examples" / "policies" / "town-office.toml")
    octets = (ROOT / "examples" / "calendars" / "wednesday-report.ics").read_bytes()
    verdict, _ = check(octets, policy=policy, now=datetime(2026, 12, 1, tzinfo=UTC))
    row = MAKE.verdict(verdict, "u", calling_unit="Roads")
    assert (row.outcome, row.would_be, row.mode) == ("allow", "deny", "observe")
    assert [(one.rule, one.bearing, one.days) for one in row.findings] == [
        ("1", "refused", ("2026-12-09",)),
        ("2", "refused", ("2026-12-09",)),
    ]
    assert "Report" not in written(row)


def test_an_unreadable_object_has_a_verdict_too():
    policy = Policy.load(ROOT / "examples" / "policies" / "town-office.toml")
    verdict, _ = check(b"nonsense", policy=policy, now=datetime(2026, 12, 1, tzinfo=UTC))
    row = MAKE.verdict(verdict, "")
    assert row.outcome == "reject"
    assert row.errors
    written(row)


# names


@pytest.mark.parametrize(
    ("title", "why"),
    [
        ("Budget round", ""),
        ("", ""),
        ("Talk with Ann", "participant"),
        ("talk with SMITH!", "participant"),
        ("王小明谈话", "participant"),
        ("小组会", ""),
        ("Write to ann@town.example", "address"),
        ("mailto:x", "address"),
        ("Annual report", ""),
        ("Farewell for Hanna Weiss", "person"),
        ("Weiss, Hanna: farewell", "person"),
        ("Farewell for Hanna", ""),
        ("李大明述职", "person"),
    ],
)
def test_a_title_that_names_somebody_stays_out(title, why):
    directory = Directory.parse("address,name\nh@town.example,Hanna Weiss\nl@town.example,李大明\n".encode())
    called = meeting(
        title=title,
        attendees=[Attendee("mailto:ann.smith@town.example", "Ann Smith"), Attendee("mailto:w@x.example", "王小明")],
    )
    assert Names(directory).withheld(called) == why
    row = RowMaker(NAMES, directory).meeting(called, people=2)
    assert row.title == (None if why else title)


@pytest.mark.parametrize(("classification", "why"), [("PRIVATE", "class"), ("confidential", "class"), ("PUBLIC", "")])
def test_a_private_meeting_has_no_title(classification, why):
    assert Names().withheld(meeting().replace(classification=classification)) == why


def test_the_second_name_of_an_address_is_a_name_too():
    who = [Attendee("mailto:aaa@aaaa.example", ""), Attendee("mailto:aaa@aaaa.example", "Berger")]
    assert Names().withheld(meeting(title="Talk with Berger", attendees=who)) is not None


people = st.builds(
    Attendee,
    st.from_regex(r"mailto:[a-z]{3,8}(\.[a-z]{3,8})?@[a-z]{3,8}\.example", fullmatch=True),
    st.one_of(st.just(""), st.text(st.characters(categories=("L",), max_codepoint=0x9FFF), min_size=3, max_size=20)),
)


@given(st.text(max_size=40), st.text(max_size=40), st.lists(people, max_size=4), st.booleans())
def test_no_row_holds_an_address_or_name_of_those_who_take_part(title, uid, who, named):
    if named and who:
        title += f" {who[0].name or who[0].address}"
        uid += who[0].address
    called = meeting(title=title, uid=uid, organizer=who[0] if who else None, attendees=who)
    found = assess(called, rates=RATES)
    window = Span(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
    maker = RowMaker(NAMES)
    try:
        rows = [
            maker.meeting(called, people=len(who)),
            *(maker.occurrence(one, people=1) for one in expand(called, window)),
            maker.cost(found.cost, OccurrenceId(called.uid)),
            maker.verdict(found.verdict, called.uid),
        ]
    except LedgerError:
        return  # a title that is no Unicode text
    text = "".join(written(row) for row in rows).casefold()
    for one in who:
        assert one.address.removeprefix("mailto:") not in text
        if len(one.name) >= 3 and f'"{one.name.casefold()}"' not in payload_of(MeetingRow()).casefold():
            assert f" {one.name.casefold()} " not in text.replace('"', " ")


def test_what_does_not_fit_is_told_without_its_content():
    with pytest.raises(LedgerError) as caught:
        made(MeetingRow, title="x", calling_unit="ann@town.example")
    assert str(caught.value) == "MeetingRow: `calling_unit`: holds an address; rows hold none"


@pytest.mark.parametrize(
    "payload",
    ["", "[]", "{}", '{"kind":"other"}', '{"kind":"meeting","v":2}', '{"kind":"meeting","extra":1}', "[" * 9000],
)
def test_what_is_no_row_is_told(payload):
    with pytest.raises(LedgerError, match="is no row of the books"):
        row_of(payload)

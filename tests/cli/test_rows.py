# SPDX-License-Identifier: Apache-2.0
"""The fast rows are those of the plain formulation, octet for octet where it counts."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from meetcost.cli.rows import RowWriter
from meetcost.costing.rate_card import RateCard
from meetcost.ics.expand import expand
from meetcost.ics.read import read
from meetcost.model.moment import DAY, EPOCH_LOCAL
from meetcost.model.zone import UTC_TIME
from meetcost.policy.policy import Policy
from meetcost.rows import rows, runs
from meetcost.rules.instances import local_days
from meetcost.values.money import Money
from meetcost.values.person_hours import PersonHours
from meetcost.values.span import Span

EXAMPLES = Path(__file__).parents[2] / "examples"
YEAR = Span(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
ODD = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:floating "quoted" \\\\ back
DTSTART:20260330T233000
DTEND:20260331T003000
RRULE:FREQ=DAILY;COUNT=4
SUMMARY:会议 \\"A\\"\\, B\t\u2028
ORGANIZER:mailto:o@town.example
ATTENDEE;PARTSTAT=DECLINED:mailto:no@town.example
ATTENDEE;ROLE=OPT-PARTICIPANT:mailto:ann@town.example
END:VEVENT
BEGIN:VEVENT
UID:days
DTSTART;VALUE=DATE:20260601
DTEND;VALUE=DATE:20260603
RRULE:FREQ=MONTHLY;COUNT=3
ATTENDEE:mailto:ann@town.example
ATTENDEE:mailto:bob@town.example
END:VEVENT
BEGIN:VEVENT
UID:days
RECURRENCE-ID;VALUE=DATE:20260701
DTSTART;VALUE=DATE:20260708
SUMMARY:moved
ATTENDEE:mailto:ann@town.example
END:VEVENT
BEGIN:VEVENT
UID:becomes-a-day
DTSTART;TZID=Europe/Berlin:20260504T090000
DTEND;TZID=Europe/Berlin:20260504T092000
RRULE:FREQ=WEEKLY;COUNT=3
ATTENDEE:mailto:ann@town.example
END:VEVENT
BEGIN:VEVENT
UID:becomes-a-day
RECURRENCE-ID;TZID=Europe/Berlin:20260511T090000
DTSTART;VALUE=DATE:20260512
ATTENDEE:mailto:ann@town.example
END:VEVENT
BEGIN:VEVENT
UID:cancelled
STATUS:CANCELLED
DTSTART:20260504T090000Z
DTEND:20260504T092000Z
ATTENDEE:mailto:ann@town.example
END:VEVENT
BEGIN:VEVENT
UID:long
DTSTART:20260505T220000Z
DTEND:20260507T030000Z
ATTENDEE:mailto:ann@town.example
ATTENDEE:mailto:bob@town.example
END:VEVENT
END:VCALENDAR
"""


DOCUMENTS = [("odd", ODD.replace("\n", "\r\n").encode())]
DOCUMENTS += [(path.stem, path.read_bytes()) for path in sorted((EXAMPLES / "calendars").glob("*.ics"))]


def iso(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%S")


def from_epoch(seconds):
    return datetime(1970, 1, 1) + timedelta(seconds=seconds)


def stamp(occurrence, seconds, local, zone):
    """ISO 8601 of a time that is `seconds` at UTC and `local` by the wall clock."""
    if occurrence.all_day:
        return iso(local)[:10]
    return iso(from_epoch(seconds)) + "Z" if occurrence.zoned else iso(local)


def plain(file, row, currency, rules, zone):
    """One row, said as simply as it can be."""
    occurrence, priced, banned = row
    meeting = occurrence.meeting
    wall_end = from_epoch((zone or UTC_TIME).to_local(occurrence.end) - EPOCH_LOCAL)
    recurrence = None
    if occurrence.original is not None:
        written = meeting.recurrence_id or meeting.dtstart
        if written.is_date:
            recurrence = iso(from_epoch(occurrence.original - EPOCH_LOCAL))[:10]
        elif written.zone:
            recurrence = iso(from_epoch(occurrence.original)) + "Z"
        else:
            recurrence = iso(from_epoch(occurrence.original - EPOCH_LOCAL))

    def money(minor):
        if minor is None:
            return None
        return {"amount": f"{Money.from_minor(minor, currency).amount:f}", "currency": currency}

    return {
        "file": file,
        "uid": meeting.uid,
        "recurrence_id": recurrence,
        "start": stamp(occurrence, occurrence.start, occurrence.local_start, zone),
        "end": stamp(occurrence, occurrence.end, wall_end, zone),
        "all_day": occurrence.all_day,
        "floating": occurrence.floating,
        "summary": meeting.title,
        "organizer": meeting.organizer.address if meeting.organizer is not None else None,
        "person_hours": f"{PersonHours(priced.seconds).hours:f}",
        "person_seconds": priced.seconds,
        "cost": money(priced.minor if priced.minor is None else priced.minor + priced.cash),
        "lines": [
            {
                "address": line.address,
                "role": line.role.value,
                "partstat": line.partstat.value,
                "person_hours": f"{PersonHours(line.seconds).hours:f}",
                "cost": money(line.minor),
            }
            for line in priced.lines
        ],
        "rules": [rules[number] for number in banned],
    }


@pytest.mark.parametrize("rates", [None, RateCard.flat("46.37 EUR"), RateCard.load(EXAMPLES / "rates.toml")])
@pytest.mark.parametrize("policy", [None, Policy.load(EXAMPLES / "policies" / "town-office.toml")])
@pytest.mark.parametrize(("name", "octets"), DOCUMENTS, ids=[name for name, _ in DOCUMENTS])
def test_rows_are_those_of_the_plain_formulation(name, octets, policy, rates):
    meetings = read(octets).meetings
    zone = policy.zone if policy is not None else None
    rules = [rule.id for rule in policy.rules.rules] if policy is not None else []
    currency = rates.currency if rates is not None else None
    found = list(rows(meetings, YEAR, policy=policy, rates=rates))
    assert found
    writer = RowWriter(f"{name}.ics", currency=currency, rules=rules, zone=zone)
    written = b"".join(writer.chunks(found)).decode().split("\n")
    assert written.pop() == ""
    assert [json.loads(line) for line in written] == [plain(f"{name}.ics", row, currency, rules, zone) for row in found]


@pytest.mark.parametrize(("name", "octets"), DOCUMENTS, ids=[name for name, _ in DOCUMENTS])
def test_rules_of_a_row_are_those_of_the_days_it_touches(name, octets):
    """The other formulation goes day by day: ask the policy for each day of the occurrence."""
    policy = Policy.load(EXAMPLES / "policies" / "town-office.toml")
    meetings = read(octets).meetings
    expected = {
        (id(one.meeting), one.start): sorted(
            {number for day in local_days(one, policy.zone) for number in policy.rules.rules_on(day)}
        )
        for meeting in meetings
        for one in expand(meeting, YEAR, zone=policy.zone)
    }
    for occurrence, _, banned in rows(meetings, YEAR, policy=policy):
        assert list(banned) == expected[id(occurrence.meeting), occurrence.start]


def test_what_is_cancelled_costs_nothing_and_is_no_row():
    meetings = read(ODD.replace("\n", "\r\n").encode()).meetings
    assert "cancelled" not in {row.occurrence.meeting.uid for row in rows(meetings, YEAR)}


def test_a_time_that_became_a_day_keeps_the_time_it_replaces():
    meetings = read(ODD.replace("\n", "\r\n").encode()).meetings
    found = rows([one for one in meetings if one.uid == "becomes-a-day"], YEAR)
    written = b"".join(RowWriter("x", currency=None).chunks(found)).decode().splitlines()
    moved = next(row for row in map(json.loads, written) if row["all_day"])
    assert (moved["recurrence_id"], moved["start"], moved["end"]) == (
        "2026-05-11T07:00:00Z",
        "2026-05-12",
        "2026-05-13",
    )


def test_a_meeting_that_is_too_much_is_told_and_the_rest_goes_on():
    endless = ODD.replace("UID:long\n", "UID:long\nRRULE:FREQ=MINUTELY\n").replace("\n", "\r\n").encode()
    problems = []
    found = list(rows(read(endless).meetings, YEAR, problems=problems))
    assert [(problem.code, problem.uid) for problem in problems] == [("limit", "long")]
    assert "days" in {row.occurrence.meeting.uid for row in found}


def test_neighbours_of_different_rate_periods_have_their_own_price():
    """46 until the end of June, 50 from July: a weekly series over both."""
    card = RateCard.parse(
        b'name = "x"\nversion = "1"\ncurrency = "EUR"\ndefault_band = "B"\n[bands.B]\n[bands.B.values]\n'
        b"2026-01-01 = 46\n2026-07-01 = 50\n"
    )
    text = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTART:20260601T090000Z\r\nDTEND:20260601T100000Z\r\n"
    text += "RRULE:FREQ=WEEKLY;COUNT=9\r\nATTENDEE:mailto:a@x\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    found = list(rows(read(text.encode()).meetings, YEAR, rates=card))
    july = datetime(2026, 7, 1).toordinal() * DAY
    assert [row.priced.minor for row in found] == [4600 if row.occurrence.local < july else 5000 for row in found]
    assert {row.priced.minor for row in found} == {4600, 5000}


@pytest.mark.parametrize("rates", [None, RateCard.load(EXAMPLES / "rates.toml")])
@pytest.mark.parametrize("policy", [None, Policy.load(EXAMPLES / "policies" / "town-office.toml")])
@pytest.mark.parametrize("octets", [octets for _, octets in DOCUMENTS], ids=[name for name, _ in DOCUMENTS])
def test_runs_are_written_as_their_rows_are(octets, policy, rates):
    meetings = read(octets).meetings
    chosen = {"policy": policy, "rates": rates}
    rules = [rule.id for rule in policy.rules.rules] if policy is not None else []
    writer = RowWriter(
        "x.ics",
        currency=rates.currency if rates is not None else None,
        rules=rules,
        zone=policy.zone if policy is not None else None,
    )
    at_once = b"".join(writer.chunks_of(runs(meetings, YEAR, **chosen)))
    assert at_once == b"".join(writer.chunks(list(rows(meetings, YEAR, **chosen))))
    assert at_once.count(b"\n") == len(list(rows(meetings, YEAR, **chosen)))


def test_a_long_run_is_written_in_pieces():
    text = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTART:20260101T000000Z\r\nRRULE:FREQ=HOURLY\r\n"
    text += "ATTENDEE:mailto:a@x\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    found = list(runs(read(text.encode()).meetings, YEAR))
    assert [len(run.occurrences) for run in found] == [365 * 24]
    chunks = list(RowWriter("x.ics", currency=None).chunks_of(found))
    assert len(chunks) > 10
    assert b"".join(chunks).count(b"\n") == 365 * 24


def test_what_several_rules_ban_is_told_for_each_of_them():
    """A meeting over two days, each banned by another rule, and one of no length where the second day ends."""
    policy = Policy.parse(
        b'[[no_meeting_day]]\nweekdays = ["friday"]\n[[no_meeting_day]]\nweekdays = ["thursday", "friday"]\n'
        b'[[no_meeting_day]]\nweekdays = ["wednesday"]\n'
    )
    event = "BEGIN:VEVENT\r\nUID:{}\r\nDTSTART:{}\r\nDTEND:{}\r\nEND:VEVENT\r\n"
    text = "BEGIN:VCALENDAR\r\n"
    text += event.format("both", "20260603T220000Z", "20260604T010000Z")
    text += event.format("all", "20260603T220000Z", "20260605T010000Z")
    text += event.format("first", "20260603T220000Z", "20260604T000000Z")
    text += event.format("end", "20260606T000000Z", "20260606T000000Z")
    text += event.format("begin", "20260605T000000Z", "20260605T000000Z") + "END:VCALENDAR\r\n"
    found = {row.occurrence.meeting.uid: row.rules for row in rows(read(text.encode()).meetings, YEAR, policy=policy)}
    assert found == {"both": (1, 2), "all": (0, 1, 2), "first": (2,), "end": (), "begin": (0, 1)}

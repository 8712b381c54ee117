# SPDX-License-Identifier: Apache-2.0
"""An invite with its cost in it and out again: with every calendar there is, and with what is left of it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import icalendar
import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from meetcost.costing.rate_card import RateCard
from meetcost.errors import UsageError
from meetcost.invite import attach, detach, disclosures_of
from meetcost.model.cost import PrivateCostError
from meetcost.model.directory import Directory, Entry
from meetcost.paperwork.features import Features, Kind
from meetcost.paperwork.history import History, Record
from meetcost.policy.policy import Policy
from meetcost.values.rate import Rate

TESTS = Path(__file__).parent
EXAMPLES = TESTS.parent / "examples"
FILES = sorted((TESTS / "data" / "calendars").glob("*.ics")) + sorted((TESTS / "data" / "guard" / "ics").glob("*.ics"))
NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)
RATES = RateCard.load(EXAMPLES / "rates.toml")
DIRECTORY = Directory.parse((EXAMPLES / "directory.csv").read_bytes())
HEAD = b'zone = "Europe/Berlin"\n'
ENGLISH = Policy.parse(HEAD + b'[disclosure]\nlink = "https://c.example/{id}"\n', directory=DIRECTORY)
CHINESE = Policy.parse(HEAD + b'[disclosure]\nlanguage = "zh"\n', directory=DIRECTORY)
LINES = (
    *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//meetcost//tests//EN", "BEGIN:VEVENT", "UID:one"),
    *("DTSTAMP:20260101T000000Z", "DTSTART;TZID=Europe/Berlin:20260106T090000", "DURATION:PT1H30M"),
    *("SUMMARY:Budget", "ORGANIZER:mailto:ann@town.example", "ATTENDEE:mailto:ben@town.example"),
)


def invite(*more: str) -> bytes:
    return "".join(f"{line}\r\n" for line in (*LINES, *more, "END:VEVENT", "END:VCALENDAR")).encode()


def attached(octets: bytes, policy: Policy = ENGLISH, *, now: datetime = NOW) -> bytes:
    return attach(octets, policy=policy, rates=RATES, now=now)


def unfolded(octets: bytes) -> list[str]:
    return octets.replace(b"\r\n ", b"").decode().split("\r\n")


def comes_back(octets: bytes) -> None:
    bare = detach(octets)
    for policy in (ENGLISH, CHINESE):
        once = attached(octets, policy)
        assert detach(once) == bare
        assert attached(once, policy) == once
        assert attached(attached(octets, CHINESE), policy) == once


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_calendar_comes_back(path: Path) -> None:
    octets = path.read_bytes()
    forged = b"X-MEETCOST" in octets.upper()
    assert forged or detach(octets) == octets
    comes_back(octets)


def test_line_ends_of_cr_alone_are_told() -> None:
    with pytest.raises(UsageError, match=r"its lines end in CR alone.*end them in CRLF"):
        attached(invite().replace(b"\r\n", b"\r"))


PIECES = [b"\n", b"\r\n ", b"\r", b"\nDESCRIPTION:", b"\nEND:VEVENT\n", b"-- end --", b"\nX-MEETCOST-A:1\n"]


@given(st.sampled_from(FILES), st.data())
def test_every_mutant_comes_back(path: Path, data: st.DataObject) -> None:
    octets = path.read_bytes()[:20_000]
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(octets)))
        put = data.draw(
            st.binary(max_size=4)
            | st.sampled_from(
                [b"\n", b"\r\n ", b"\r", b"\nDESCRIPTION:", b"\nEND:VEVENT\n", b"-- end --", b"X-MEETCOST"]
            )
        )
        octets = octets[:at] + put + octets[at + data.draw(st.integers(0, 9)) :]
    comes_back(octets)


@pytest.mark.parametrize("width", [1, 7, 60, 74])
@pytest.mark.parametrize("eol", ["\r\n", "\n"])
def test_folds_inside_the_markers_are_no_hindrance(width: int, eol: str) -> None:
    octets = invite("DESCRIPTION:Agenda").replace(b"\r\n", eol.encode())
    once = attached(octets)
    whole = once.replace(f"{eol} ".encode(), b"").decode().split(eol)
    refolded = [f"{eol} ".join(line[at : at + width] for at in range(0, len(line), width)) for line in whole]
    assert detach(eol.join(refolded).encode()).replace(f"{eol} ".encode(), b"") == octets


def test_the_machine_copy_is_exact() -> None:
    written = attached(invite("RRULE:FREQ=WEEKLY;COUNT=3"))
    ours = dict(line.split(":", 1) for line in unfolded(written) if line.startswith("X-MEETCOST-"))
    forecast = ours.pop("X-MEETCOST-PAPERWORK-HOURS")
    assert ours == {
        "X-MEETCOST-VERSION": "1",
        "X-MEETCOST-AS-OF": "20260102",
        "X-MEETCOST-PEOPLE": "2",
        "X-MEETCOST-LENGTH": "PT5400S",
        "X-MEETCOST-PERSON-HOURS": "3",
        "X-MEETCOST-TIME-COST": "EUR 174.00",
        "X-MEETCOST-RATE-CARD": "Town Office pay bands (example) 2026-01",
        "X-MEETCOST-LINK": "https://c.example/m-39wpxna5qc5e9",
    }
    low, likely, high = map(float, forecast.split("/"))
    assert low <= likely <= high


def test_a_date_that_is_stepped_over_costs_nothing_in_either_answer() -> None:
    skipped = "EXDATE;TZID=Europe/Berlin;X-MEETCOST=SKIPPED:20260107T090000"
    octets = invite("RRULE:FREQ=DAILY;COUNT=5", skipped)
    policy = Policy.parse(HEAD)
    assert "4 times in a year: 12 person-hours" in "".join(unfolded(attach(octets, policy=policy, now=NOW)))
    ((_, said),) = disclosures_of(octets, policy=policy, now=NOW)
    assert said.a_year is not None
    assert (said.a_year.occurrences, said.a_year.hours.hours) == (4, 12)


def ours_in(octets: bytes) -> list[dict[str, str]]:
    """The machine copy of each component."""
    parts = "\n".join(unfolded(octets)).split("BEGIN:VEVENT")[1:]
    return [dict(line.split(":", 1) for line in part.split("\n") if line.startswith("X-MEETCOST-")) for part in parts]


def record(uid: str, recurrence_id: str, day: date, words: float = 400) -> Record:
    return Record(uid, recurrence_id, day, words, Features(Kind.SUMMARY, 90, 2, None, "en"))


MEASURED = "X-MEETCOST-PAPERWORK-MEASURED"


def test_what_was_measured_stands_beside_what_was_forecast_before() -> None:
    octets = invite()
    earlier = [record("one", f"2025120{day}", date(2025, 12, day)) for day in (1, 2, 3)]
    before = attach(octets, now=NOW, history=History.of(earlier))
    after = attach(octets, now=NOW, history=History.of([*earlier, record("one", "", date(2026, 1, 6), 1900)]))
    (said,), (then,) = ours_in(after), ours_in(before)
    assert MEASURED not in then
    assert said[MEASURED] == "1900 words/1.67/0.27"
    assert said["X-MEETCOST-PAPERWORK-HOURS"] == then["X-MEETCOST-PAPERWORK-HOURS"]  # nothing of it is known before
    assert "minutes: 1\\,900 words\\, 1.9 h (forecast " in "".join(unfolded(after))
    assert "h more (from 3 own records)" in "".join(unfolded(before))
    assert detach(after) == octets


def test_of_a_series_only_an_occurrence_with_its_own_component_has_a_measured_figure() -> None:
    override = (
        *("END:VEVENT", "BEGIN:VEVENT", "UID:one", "DTSTAMP:20260101T000000Z"),
        *("RECURRENCE-ID;TZID=Europe/Berlin:20260113T090000", "DTSTART;TZID=Europe/Berlin:20260114T100000"),
        *("DURATION:PT1H", "ORGANIZER:mailto:ann@town.example", "ATTENDEE:mailto:ben@town.example"),
    )
    octets = invite("RRULE:FREQ=WEEKLY;COUNT=5", *override)
    known = [record("one", f"202601{day:02}T080000Z", date(2026, 1, day + (day == 13))) for day in (6, 13, 20)]
    series, occurrence = ours_in(attach(octets, now=NOW, history=History.of(known)))
    assert MEASURED not in series
    assert occurrence[MEASURED] == "400 words/0.35/0.06"
    others = ours_in(attach(octets, now=NOW, history=History.of([known[0], known[2]])))
    assert not any(MEASURED in one for one in others)
    from_then_on = octets.replace(b"RECURRENCE-ID;", b"RECURRENCE-ID;RANGE=THISANDFUTURE;")
    assert not any(MEASURED in one for one in ours_in(attach(from_then_on, now=NOW, history=History.of(known))))


def test_the_record_of_another_meeting_is_not_said() -> None:
    others = [record("two", "", date(2026, 1, 6)), record("one", "20260106", date(2026, 1, 6))]
    (said,) = ours_in(attach(invite(), now=NOW, history=History.of(others)))
    assert MEASURED not in said


@pytest.mark.parametrize(
    "outsider",
    [
        "ATTENDEE:mailto:eve@elsewhere.test",
        "ATTENDEE;CUTYPE=ROOM:mailto:hall@hotel.test",
        "ATTENDEE;PARTSTAT=DECLINED:mailto:eve@elsewhere.test",
        "ATTENDEE;ROLE=NON-PARTICIPANT:mailto:eve@elsewhere.test",
        'ATTENDEE;DELEGATED-TO="mailto:eve@elsewhere.test":mailto:carla@town.example',
    ],
)
@pytest.mark.parametrize("policy", [ENGLISH, CHINESE])
def test_where_anybody_is_from_outside_no_money_and_no_unit_is_said(outsider: str, policy: Policy) -> None:
    copies = ("X-ALT-DESC;FMTTYPE=text/html:<body>Agenda</body>", 'DESCRIPTION;ALTREP="data:text/html,Agenda":Agenda')
    alarm = ("BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT5M", "DESCRIPTION:Agenda", "END:VALARM")
    inside = attached(invite(*copies, *alarm), policy)
    assert "174" in "".join(unfolded(inside))
    copied = inside.replace(b"TRIGGER", f"X-MEETCOST-TIME-COST:EUR 174.00\r\n{outsider}\r\nTRIGGER".encode())
    said = "".join(unfolded(attached(copied.replace(b"BEGIN:VALARM", f"{outsider}\r\nBEGIN:VALARM".encode()), policy)))
    for private in ("EUR", "欧元", "174", "170", "Band", "Planning", "Town Office", "TIME-COST"):
        assert private not in said
    assert "PERSON-HOURS" in said


def test_one_override_from_outside_is_enough() -> None:
    override = [
        *LINES[3:6],
        "RECURRENCE-ID;TZID=Europe/Berlin:20260113T090000",
        *LINES[6:],
        "ATTENDEE:mailto:eve@elsewhere.test",
    ]
    octets = invite("RRULE:FREQ=WEEKLY;COUNT=3", "END:VEVENT", *override)
    assert octets.count(b"BEGIN:VEVENT") == 2
    written = attached(octets)
    assert written.count(b"X-MEETCOST-PERSON-HOURS") == 2
    assert b"EUR" not in written


def test_personal_rates_are_not_written() -> None:
    card = RateCard.parse((EXAMPLES / "rates.toml").read_bytes().replace(b"published = true", b"personal = true"))
    policy = Policy.parse(HEAD, directory=Directory([Entry("ann@town.example", rate=Rate("99", "EUR"))]))
    with pytest.raises(PrivateCostError):
        attach(invite(), policy=policy, rates=card, now=NOW)


@pytest.mark.parametrize("more", ["STATUS:CANCELLED", "X-NOTE:alone"])
def test_what_is_no_meeting_gets_nothing(more: str) -> None:
    octets = invite(more).replace(b"ATTENDEE:mailto:ben@town.example\r\n", b"" if "alone" in more else b"X-NOTE:b\r\n")
    assert attached(octets) == octets


def test_without_policy_and_rates_it_says_hours() -> None:
    written = attach(invite(), now=NOW)
    assert "3 person-hours: 2 people x 1 h 30 min" in "".join(unfolded(written))
    assert b"EUR" not in written
    assert attach(invite(), now=NOW + timedelta(hours=6)) == written


@pytest.mark.parametrize("more", [(), ("DESCRIPTION:Agenda\\, and more",), ("X-ALT-DESC;FMTTYPE=text/html:<p>a</p>",)])
@pytest.mark.parametrize("policy", [ENGLISH, CHINESE])
def test_other_programs_read_it(more: tuple[str, ...], policy: Policy) -> None:
    octets = invite(*more, "BEGIN:VALARM", "ACTION:AUDIO", "TRIGGER:PT0S", "END:VALARM")
    written = attached(octets, policy)
    (event,) = icalendar.Calendar.from_ical(written).events
    other = vobject.readOne(written.decode())
    assert not event.errors
    assert str(event["DESCRIPTION"]) == other.vevent.description.value
    assert event["X-MEETCOST-PERSON-HOURS"] == "3"
    for line in written.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()
    names = [line.partition(":")[0] for line in unfolded(written)]
    assert max(at for at, name in enumerate(names) if name.startswith("X-MEETCOST")) < names.index("BEGIN", 5)
    assert json.dumps(unfolded(detach(written))) == json.dumps(unfolded(octets))

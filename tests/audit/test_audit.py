# SPDX-License-Identifier: Apache-2.0
"""Calendars into the books: once, resumable, corrected where they change and final where they are over."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from meetcost.audit.audit import audit
from meetcost.audit.meeting_rows import MeetingRows
from meetcost.audit.source import CalendarObject
from meetcost.costing.rate_card import RateCard
from meetcost.ledger.erase import Selection, erase
from meetcost.ledger.ledger import Ledger
from meetcost.ledger.verify import verify
from meetcost.ledger.versions import Versions
from meetcost.policy.policy import Policy
from meetcost.values.span import Span

ROOT = Path(__file__).parents[2]
SCENARIO = ROOT / "tests" / "data" / "ledger"
NOW = datetime(2026, 7, 1, tzinfo=UTC)
YEAR = Span(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))


def event(uid="one", start="20261209T090000Z", people=2, title="Planning", more=""):
    lines = [f"ATTENDEE:mailto:p{number}@town.example" for number in range(people)]
    uid = f"UID:{uid}" if uid else "COMMENT:none"
    return "\r\n".join(
        ["BEGIN:VEVENT", uid, "DTSTAMP:20260101T000000Z", f"DTSTART:{start}", "DURATION:PT1H", f"SUMMARY:{title}"]
        + ([more] if more else [])
        + ["ORGANIZER:mailto:p0@town.example", *lines, "END:VEVENT"]
    )


class Town:
    """Files that are audited, and how often each was read."""

    def __init__(self, path):
        self.path = path
        self.files = {}
        self.reads = Counter()

    def put(self, href, *events):
        self.files[href] = "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *events, "END:VCALENDAR", ""]).encode()

    def objects(self):
        for href, octets in self.files.items():
            yield CalendarObject(href, hashlib.sha256(octets).hexdigest(), lambda href=href: self._read(href))

    def _read(self, href):
        self.reads[href] += 1
        return self.files[href]

    def audit(self, *, now=NOW, window=YEAR, versions=None, **settings):
        with Ledger.open(self.path, create=True) as ledger:
            rows = MeetingRows(ledger.pseudonyms, window, **settings)
            made_with = versions or Versions("0.1.0", tzdata="2026a")
            return list(audit(self.objects(), ledger, rows, now=now, versions=made_with))

    def rows(self, kind="occurrence", **chosen):
        with Ledger.open(self.path) as ledger:
            assert verify(ledger).sound
            return [one.row for one in ledger.rows(kind=kind, **chosen) if one.row is not None]


@pytest.fixture
def town(tmp_path):
    return Town(tmp_path / "books.db")


def test_a_meeting_its_occurrences_their_costs(town):
    town.put("a.ics", event(more="RRULE:FREQ=WEEKLY;COUNT=3"), event("two", people=5))
    (done,) = town.audit(rates=RateCard.flat("30 EUR"))
    assert (done.meetings, done.rows, done.corrections, done.problems) == (2, 10, 0, ())
    assert [row.start for row in town.rows()] == [
        "2026-12-09T09:00:00Z", "2026-12-16T09:00:00Z", "2026-12-23T09:00:00Z", "2026-12-09T09:00:00Z"
    ]  # fmt: skip
    assert [str(row.money.money) for row in town.rows("cost")] == ["EUR 60.00"] * 3 + ["EUR 150.00"]
    assert [row.people for row in town.rows("meeting")] == [2, 5]


def test_nothing_unchanged_is_read_twice(town):
    town.put("a.ics", event())
    town.put("b.ics", event("two"))
    town.audit()
    town.put("b.ics", event("two", people=3))
    done = town.audit()
    assert [one.unchanged for one in done] == [True, False]
    assert town.reads == {"a.ics": 1, "b.ics": 2}
    assert (done[1].rows, done[1].corrections) == (0, 3)
    assert [row.people for row in town.rows()] == [2, 3]
    town.audit(window=Span(YEAR.start, YEAR.end + timedelta(days=1)))  # a longer span is news
    assert town.reads == {"a.ics": 2, "b.ics": 3}


def test_a_change_there_and_back_is_followed(town):
    for people in (2, 3, 2, 3, 2):
        town.put("a.ics", event(people=people))
        town.audit()
        assert [row.people for row in town.rows()] == [people]
    with Ledger.open(town.path) as ledger:
        assert Counter(one.kind for one in ledger.rows(kind="correction")) == {"correction": 12}


def test_what_is_cancelled_or_moved_is_withdrawn(town):
    town.put("a.ics", event(more="RRULE:FREQ=WEEKLY;COUNT=3"))
    town.audit()
    town.put("a.ics", event(more="RRULE:FREQ=WEEKLY;COUNT=3\r\nEXDATE:20261216T090000Z"))
    (done,) = town.audit()
    assert done.corrections == 2  # the occurrence and its cost
    assert [row.start[:10] for row in town.rows()] == ["2026-12-09", "2026-12-23"]
    town.put("a.ics", event(more="STATUS:CANCELLED"))
    town.audit()
    assert town.rows() == town.rows("cost") == []
    town.put("a.ics", event(more="RRULE:FREQ=WEEKLY;COUNT=3"))
    town.audit()
    assert len(town.rows()) == len(town.rows("cost")) == 3


def test_what_was_over_when_it_was_recorded_stays_as_it_is(town):
    """K016: a new tzdata changes future instances alone, and both versions are on record."""
    assert json.loads((SCENARIO / "K016.json").read_text())["tzdata"].startswith("2025b -> ")
    series = "RRULE:FREQ=MONTHLY;COUNT=12"
    town.put("a.ics", event(start="20260115T090000Z", more=series))
    town.audit(versions=Versions("0.1.0", tzdata="2025b"))
    before = town.rows()
    town.put("a.ics", event(start="20260115T090000Z", people=4, more=series))
    town.audit(versions=Versions("0.1.0", tzdata="2026x"))
    after = town.rows()
    assert after[:6] == before[:6]
    assert [row.people for row in after] == [2] * 6 + [4] * 6
    with Ledger.open(town.path) as ledger:
        made_with = {json.loads(one.versions)["tzdata"] for one in [*ledger.rows(), *ledger.rows(kind="correction")]}
    assert made_with == {"2025b", "2026x"}


def test_one_uid_in_two_calendars_counts_once(town):
    """K017: the organiser's and an attendee's copy, who answered in his own."""
    assert json.loads((SCENARIO / "K017.json").read_text())["copies"] == 2
    town.put("organiser.ics", event(people=3))
    town.put("attendee.ics", event(people=2))
    done = town.audit()
    assert [one.copies for one in done] == [0, 1]
    assert [row.people for row in town.rows()] == [3]
    town.put("attendee.ics", event(people=1))
    assert town.audit()[1].corrections == 0
    town.put("organiser.ics", event(people=4))
    assert town.audit()[0].corrections == 3


def test_two_masters_of_one_uid_far_apart_in_a_file_are_one_meeting(town):
    many = [event(f"other {number}") for number in range(150)]
    town.put("a.ics", event(), *many, event(start="20261210T090000Z"))
    for _ in range(2):
        (done,) = town.audit()
        assert done.corrections == 0
        town.files["a.ics"] += b"\r\n"
    assert len(town.rows()) == len({(row.uid, row.recurrence_id) for row in town.rows()}) == 151


def test_a_meeting_without_uid_has_a_stable_key(town):
    """K019."""
    assert json.loads((SCENARIO / "K019.json").read_text()) == {"uid": None}
    town.put("a.ics", event(None))
    town.audit()
    town.put("b.ics", event(None))
    assert town.audit()[1].copies == 1
    assert len(town.rows()) == 1


def test_appointments_of_one_person_are_no_meetings(town):
    town.put("a.ics", event(people=1))
    (done,) = town.audit()
    assert (done.meetings, done.rows) == (1, 0)


def test_a_policy_adds_a_verdict_that_does_not_depend_on_when_it_is_asked(town):
    policy = Policy.load(ROOT / "examples" / "policies" / "town-office.toml")
    town.put("a.ics", event())
    town.audit(policy=policy, now=datetime(2026, 6, 1, tzinfo=UTC))
    (verdict,) = town.rows("verdict")
    assert verdict.would_be == "deny"
    assert verdict.findings[0].days == ("2026-12-09",)
    town.files["a.ics"] += b"\r\n"
    (done,) = town.audit(policy=policy, now=datetime(2026, 6, 2, tzinfo=UTC))
    assert (done.unchanged, done.rows, done.corrections) == (False, 0, 0)


def test_what_cannot_be_read_is_told_and_tried_again(town):
    town.files["a.ics"] = b"nonsense"
    town.put("b.ics", event(), "BEGIN:VEVENT\r\nUID:bad\r\nDTSTART:nonsense\r\nEND:VEVENT")
    for _ in range(2):
        done = town.audit()
        assert not done[0].readable
        assert done[0].problems
    assert done[1].unchanged
    assert town.reads == {"a.ics": 2, "b.ics": 1}
    assert len(town.rows()) == 1


def erased(town, **chosen):
    with Ledger.open(town.path) as ledger:
        selection = Selection(**chosen)
        erase(ledger, selection, ground="request", operation="e", now=NOW, versions=Versions("0.1.0"))
        return ledger.pseudonyms


def test_an_erased_meeting_is_not_recorded_again(town):
    town.put("a.ics", event(), event("two"))
    town.audit()
    uid = erased(town, uid="one").uid("one")
    for people in (2, 3):  # as it was, and changed since
        town.put("a.ics", event(people=people), event("two"))
        town.put("b.ics", event(people=people))
        assert [one.rows for one in town.audit()] == [0, 0]
        assert len(town.rows()) == 1
        assert uid.encode() not in b"".join(one.read_bytes() for one in town.path.parent.glob("books.db*"))


def test_a_person_who_was_erased_does_not_come_back_with_the_next_change(town):
    town.put("a.ics", event())
    town.audit()
    person = erased(town, person="p0@town.example").person("p0@town.example")
    for people in (2, 3):
        town.put("a.ics", event(people=people), event("two" if people == 3 else "one"))
        town.audit()
        assert [(row.title, row.organiser, row.people) for row in town.rows("meeting", uid="one")] == [
            (None, None, people)
        ]
    # a meeting that is new is another matter
    assert [row.organiser for row in town.rows("meeting", uid="two")] == [person]


def test_a_rate_card_that_changes_corrects_what_is_to_come_only(town):
    town.put("a.ics", event(start="20260115T090000Z", more="RRULE:FREQ=MONTHLY;COUNT=12"))
    town.audit(rates=RateCard.flat("30 EUR"))
    town.audit(rates=RateCard.flat("40 EUR"))
    assert [row.money.amount for row in town.rows("cost")] == [60] * 6 + [80] * 6


def test_an_audit_killed_at_any_moment_goes_on_where_it_was(tmp_path):
    """kill -9, again and again, until it is through: each occurrence once."""
    for number in range(40):
        events = [event(f"{number}-{at}", more="RRULE:FREQ=WEEKLY;COUNT=2") for at in range(10)]
        text = "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *events, "END:VCALENDAR", ""])
        (tmp_path / f"{number:02}.ics").write_text(text, newline="")
    books = tmp_path / "books.db"
    command = [sys.executable, "-m", "meetcost", "audit", str(tmp_path), "--ledger", str(books)]
    command += ["--from", "2026-01-01", "--to", "2027-01-01", "--json"]
    kills = 0
    for wait in (0.9, 0.95, 1.0, 1.1, 1.2, 1.4, 60):
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        deadline = time.monotonic() + wait
        while running.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        if running.poll() is None:
            running.kill()
            kills += 1
        assert b"meetcost:" not in running.communicate()[1]
        if running.returncode == 0:
            break
    assert running.returncode == 0
    with Ledger.open(books) as ledger:
        assert verify(ledger).sound
        keys = Counter((one.row.uid, one.row.recurrence_id) for one in ledger.rows(kind="occurrence"))
    assert len(keys) == 800
    assert set(keys.values()) == {1}
    assert kills

# SPDX-License-Identifier: Apache-2.0
"""vdirsyncer and khal against the guarded server: a folder of invites on the one side, the calendar on the other."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar
from invites import BLOCK, FRIDAY, OBSERVING, THURSDAY, WEDNESDAY, calendar, component, daily, invite
from serving import ROOT
from vdir_desk import Desk

from meetcost.invite import attach, detach


@pytest.fixture
def desk(tmp_path, home):
    return Desk(tmp_path, home())


def test_a_banned_invite_is_refused_with_its_reason_and_the_rest_goes_on(desk):
    banned = invite("bad", WEDNESDAY, title="Banned round")
    files = [desk.write(uid, invite(uid, THURSDAY)) for uid in ("one", "two")]
    bad = desk.write("bad", banned)
    done = desk.sync()
    assert done.code == 1
    assert f"403, message='No-meeting day {WEDNESDAY}, next {THURSDAY} 09:00'" in done.printed
    assert bad.read_bytes() == banned
    server = desk.home.send("GET", "work/").text
    assert server.count("X-MEETCOST-VERSION:1") == 2
    assert "Banned round" not in server
    assert all(file.exists() for file in files)


def test_an_allowed_invite_has_its_disclosure_after_the_next_sync(desk):
    sent = invite("a", THURSDAY)
    file = desk.write("a", sent)
    assert desk.sync().code == 0
    assert file.read_bytes() == sent
    assert desk.sync().code == 0
    assert BLOCK in Calendar.from_ical(file.read_bytes()).walk("VEVENT")[0]["DESCRIPTION"]
    assert detach(_crlf(file.read_bytes())) == sent
    shown = desk.khal("list", "-f", "{title} {description}", str(THURSDAY), str(FRIDAY))
    assert "Budget round" in shown
    assert "3 person-hours: 3 people x 1 h" in shown
    settled = file.read_bytes()
    assert desk.sync().code == 0
    assert file.read_bytes() == settled


def test_a_refused_invite_that_is_moved_to_a_permitted_day_goes_through(desk):
    file = desk.write("a", invite("a", WEDNESDAY))
    assert desk.sync().code == 1
    assert desk.sync().code == 1
    notices = Calendar.from_ical(desk.home.notices.body).walk("VEVENT")
    assert [str(one["SUMMARY"]) for one in notices] == ["Not saved: Budget round"]
    file.write_bytes(invite("a", FRIDAY, "SEQUENCE:1"))
    assert desk.sync().code == 0
    assert desk.sync().code == 0
    assert b"X-MEETCOST-PERSON-HOURS:3" in file.read_bytes()
    assert Calendar.from_ical(desk.home.notices.body).walk("VEVENT") == []


def test_a_series_comes_back_with_its_exdates(desk):
    file = desk.write("a", daily("a", WEDNESDAY - timedelta(days=2)))
    assert desk.sync().code == 0
    assert desk.sync().code == 0
    window = (str(WEDNESDAY - timedelta(days=2)), str(FRIDAY + timedelta(days=1)))
    listed = desk.khal("list", "--notstarted", "-df", "{date}", "-f", "{title}", *window)
    assert str(WEDNESDAY) not in listed
    assert str(THURSDAY) in listed
    assert listed.count("Budget round") == 4
    assert detach(_crlf(file.read_bytes())) == daily("a", WEDNESDAY - timedelta(days=2))


def test_a_change_onto_a_banned_day_is_refused_and_the_calendar_keeps_the_old_time(desk):
    file = desk.write("a", invite("a", THURSDAY))
    desk.sync()
    desk.sync()
    stored = desk.home.get("work/a.ics").body
    changed = file.read_bytes().replace(f"{THURSDAY:%Y%m%d}T".encode(), f"{WEDNESDAY:%Y%m%d}T".encode())
    file.write_bytes(changed)
    done = desk.sync()
    assert (done.code, f"No-meeting day {WEDNESDAY}" in done.printed) == (1, True)
    assert file.read_bytes() == changed
    assert desk.home.get("work/a.ics").body == stored


def test_an_override_on_a_banned_day_is_refused_and_a_note_on_the_series_passes(desk):
    monday = WEDNESDAY - timedelta(days=2)
    master = component("a", monday, "RRULE:FREQ=WEEKLY;COUNT=4")
    file = desk.write("a", calendar(master))
    assert desk.sync().code == 0
    assert desk.sync().code == 0
    recurrence_id = f"RECURRENCE-ID;TZID=Europe/Berlin:{monday:%Y%m%d}T100000"
    file.write_bytes(calendar(master, component("a", WEDNESDAY, recurrence_id)))
    done = desk.sync()
    assert (done.code, f"No-meeting day {WEDNESDAY}" in done.printed) == (1, True)
    file.write_bytes(calendar([*master[:-1], "COMMENT:bring figures", master[-1]]))
    assert desk.sync().code == 0
    assert b"COMMENT:bring figures" in desk.home.get("work/a.ics").body


def test_what_khal_writes_is_stored_and_what_is_deleted_is_gone(desk):
    desk.khal("new", "-a", "work", str(WEDNESDAY), "14:00", "15:00", "Dentist")
    (file,) = desk.vdir.iterdir()
    desk.write("a", invite("a", THURSDAY))
    assert desk.sync().code == 0
    assert "Dentist" in desk.home.send("GET", "work/").text  # one person alone is no meeting
    file.unlink()
    assert desk.sync().code == 0
    assert "Dentist" not in desk.home.send("GET", "work/").text


def test_under_a_policy_that_observes_everything_is_synchronised(tmp_path, home):
    desk = Desk(tmp_path, home(policy=OBSERVING))
    desk.write("a", invite("a", WEDNESDAY))
    done = desk.sync()
    assert (done.code, "403" in done.printed) == (0, False)
    assert desk.home.get("work/a.ics").status == 200


def test_khal_shows_the_no_meeting_days(desk):
    octets = desk.home.send("GET", "/.meetcost/no-meeting-days.ics").body
    folder = desk.folder / "days"
    folder.mkdir()
    (folder / "days.ics").write_bytes(octets)
    events = Calendar.from_ical(octets).walk("VEVENT")
    days = {one["DTSTART"].dt: one for one in events}
    assert WEDNESDAY in days
    assert THURSDAY not in days
    assert (days[WEDNESDAY]["TRANSP"], days[WEDNESDAY]["DTEND"].dt) == ("TRANSPARENT", THURSDAY)
    desk.khal("import", "--batch", "-a", "work", str(folder / "days.ics"))
    listed = desk.khal("list", str(WEDNESDAY), str(WEDNESDAY + timedelta(days=2)))
    assert listed.count("No meetings: every Wednesday is a no-meeting day") == 1


def _crlf(octets: bytes) -> bytes:
    """vdirsyncer writes the line ends of the machine."""
    return octets.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def test_khal_prints_what_the_page_shows(desk):
    people = [
        f"{name}@town.example" for name in ("ann", "ben", "carla", "david", "eva", "jonas", "felix", "greta", "hanna")
    ]
    said = invite("a", date(2026, 12, 17), "DESCRIPTION:Please read the three options before.", people=people)
    desk.write("a", attach(said, now=datetime(2026, 11, 28, tzinfo=UTC)))
    page = (ROOT / "docs" / "explanation" / "clients.md").read_text("utf-8")
    assert f"```text\n{desk.khal('list', '2026-12-17', '1d').strip()}\n```" in page

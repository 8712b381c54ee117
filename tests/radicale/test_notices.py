# SPDX-License-Identifier: Apache-2.0
"""The two calendars that reach people whose program shows no reason: their notices, and the no-meeting days."""

from __future__ import annotations

from datetime import timedelta

import pytest
from icalendar import Calendar
from invites import FRIDAY, POLICY, THURSDAY, WEDNESDAY, calendar, component, invite
from radicale_app import NOW, Server
from serving import Home

from meetcost.guard.notice import notice_uid


@pytest.fixture(params=["launcher", "gunicorn"])
def ann(home, request):
    return home(request.param)


def notices(home) -> list:
    answer = home.notices
    return Calendar.from_ical(answer.body).walk("VEVENT") if answer.status == 200 else []


def test_a_refusal_leaves_one_notice_however_often_it_is_tried(ann):
    assert notices(ann) == []
    for _ in range(4):
        assert ann.put("work/a.ics", invite("a", WEDNESDAY, "DESCRIPTION:My notes\\nof a week")).status == 403
    (event,) = notices(ann)
    assert event["SUMMARY"] == "Not saved: Budget round"
    assert event["TRANSP"] == "TRANSPARENT"
    assert event["CLASS"] == "PRIVATE"
    assert "ATTENDEE" not in event
    said = str(event["DESCRIPTION"])
    assert "every Wednesday is a no-meeting day" in said
    assert "Permitted: " in said
    assert "My notes\nof a week" in said
    assert ann.put("work/b.ics", invite("b", WEDNESDAY, title="Another")).status == 403
    assert {str(one["SUMMARY"]) for one in notices(ann)} == {"Not saved: Budget round", "Not saved: Another"}


def test_of_very_many_notices_the_latest_are_kept_and_nothing_else_goes(tmp_path):
    policy = tmp_path / "meetcost.toml"
    policy.write_text(POLICY, "utf-8")
    server = Server(tmp_path, policy)
    server.calendar()
    refused = invite("a", WEDNESDAY)
    assert server.ask("PUT", "/ann/work/a.ics", refused).code == 403
    own = invite("own", FRIDAY).replace(b"DTSTAMP:2026", b"DTSTAMP:2020")
    assert server.ask("PUT", "/ann/meetcost-notices/own.ics", own).code == 201
    for number in range(103):
        server.set_clock(NOW + timedelta(seconds=number + 1))
        again = refused.replace(b"UID:a", b"UID:again-%d" % number)
        assert server.ask("PUT", "/ann/work/a.ics", again).code == 403
    kept = {str(one["UID"]) for one in Calendar.from_ical(server.get("/ann/meetcost-notices/")).walk("VEVENT")}
    assert kept == {"own", *(notice_uid(f"again-{number}") for number in range(3, 103))}


def test_a_notice_goes_when_the_meeting_is_accepted(ann):
    for uid in ("a", "b"):
        ann.put(f"work/{uid}.ics", invite(uid, WEDNESDAY, title=uid))
    assert ann.put("work/a.ics", invite("a", FRIDAY)).status == 201
    assert [str(one["SUMMARY"]) for one in notices(ann)] == ["Not saved: b"]


def test_a_notice_stays_where_the_calendar_was_refused_for_another_one(ann):
    ann.put("work/a.ics", invite("a", WEDNESDAY))
    both = calendar(component("a", THURSDAY), component("b", WEDNESDAY, title="b"))
    assert ann.put("work/", both).status == 403
    assert {str(one["SUMMARY"]) for one in notices(ann)} == {"Not saved: Budget round", "Not saved: b"}


def test_the_notices_are_a_calendar_that_programs_find(ann):
    ann.put("work/a.ics", invite("a", WEDNESDAY))
    body = b'<propfind xmlns="DAV:"><prop><displayname/><resourcetype/></prop></propfind>'
    found = ann.send("PROPFIND", "", body, Depth="1").text
    assert "/meetcost-notices/" in found
    assert "meetcost notices" in found


def test_nobody_else_gets_a_notice_or_reads_it(ann):
    ben = Home(ann.server, f"{ann.user}b")
    ann.server.add_user(ben.user)
    ben.calendar()
    ann.put("work/a.ics", invite("a", WEDNESDAY))
    assert ben.notices.status == 404
    assert ben.send("GET", f"/{ann.user}/meetcost-notices/").status == 403


def test_a_calendar_of_many_leaves_a_notice_on_the_one(ann):
    ann.put("work/", calendar(component("a", THURSDAY), component("b", WEDNESDAY, title="The banned one")))
    assert [str(one["SUMMARY"]) for one in notices(ann)] == ["Not saved: The banned one"]


def test_what_cannot_be_read_leaves_a_notice(ann):
    broken = invite("a", THURSDAY, "RRULE:FREQ=SECONDLY")
    answer = ann.put("work/a.ics", broken)
    assert (answer.status, b"max-instances" in answer.body) == (403, True)
    (event,) = notices(ann)
    assert event["SUMMARY"] == "Not saved: Budget round"


def test_notices_can_be_turned_off(home):
    ann = home("launcher", storage="notices = False\n")
    assert ann.put("work/a.ics", invite("a", WEDNESDAY)).status == 403
    assert ann.notices.status == 404


def test_notices_and_refusals_speak_chinese(home):
    ann = home("launcher", f'{POLICY}[disclosure]\nlanguage = "zh"\n')
    answer = ann.put("work/a.ics", invite("a", WEDNESDAY, title="预算会"))
    assert (answer.status, answer.reason.isascii()) == (403, True)
    (event,) = notices(ann)
    assert "预算会" in event["SUMMARY"]
    assert "每周三" in event["DESCRIPTION"]
    assert str(event["DESCRIPTION"]).split("\n")[0] in answer.text
    assert ann.put("work/b.ics", invite("b", THURSDAY)).status == 201
    assert "会议成本" in str(Calendar.from_ical(ann.get("work/b.ics").body).walk("VEVENT")[0]["DESCRIPTION"])


@pytest.mark.parametrize("user", ["", "nobody"])
def test_the_no_meeting_days_are_for_everybody(ann, user):
    anyone = Home(ann.server, user)
    answer = anyone.send("GET", "/.meetcost/no-meeting-days.ics")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    days = {one["DTSTART"].dt for one in Calendar.from_ical(answer.body).walk("VEVENT")}
    assert WEDNESDAY in days
    assert not {THURSDAY, FRIDAY} & days
    head = anyone.send("HEAD", "/.meetcost/no-meeting-days.ics")
    assert (head.status, head.body, head.headers["Content-Length"]) == (200, b"", str(len(answer.body)))

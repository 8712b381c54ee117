# SPDX-License-Identifier: Apache-2.0
"""What the guarded server answers over HTTP, started in each of the two ways."""

from __future__ import annotations

import base64
import gzip
import json
import re
import socket
from datetime import timedelta

import pytest
from icalendar import Calendar
from invites import (
    BLOCK,
    FRIDAY,
    OBSERVING,
    PEOPLE,
    POLICY,
    THURSDAY,
    WEDNESDAY,
    calendar,
    component,
    daily,
    invite,
    weekly,
)
from lxml import etree
from serving import Home

from meetcost.ics.read import read
from meetcost.invite import detach

NEVER_TOLD = ("meeting day", "Town Office", "wednesday", "meetcost:guard")


@pytest.fixture(params=["launcher", "gunicorn"])
def ann(home, request):
    return home(request.param)


def exdates(octets: bytes) -> set:
    events = [one for one in Calendar.from_ical(octets).walk("VEVENT") if "RRULE" in one]
    found = [one.get("EXDATE", []) for one in events]
    lists = [one if isinstance(one, list) else [one] for one in found]
    return {moment.dt.date() for some in lists for each in some for moment in each.dts}


# a refusal


def test_a_refusal_says_what_why_and_when_instead(ann):
    answer = ann.put("work/a.ics", invite("a", WEDNESDAY))
    assert (answer.status, answer.reason) == (403, f"No-meeting day {WEDNESDAY}, next {THURSDAY} 09:00")
    assert answer.headers["Content-Type"] == "application/xml; charset=utf-8"
    error = etree.fromstring(answer.body)
    assert error.tag == "{DAV:}error"
    day = error.find("{urn:meetcost:guard}no-meeting-day")
    assert (day.get("date"), day.get("rule"), day.get("policy")) == (str(WEDNESDAY), "wednesday", "Town Office")
    assert day.get("next").startswith(f"{THURSDAY}T09:00:00+0")
    said = error.findtext("{DAV:}responsedescription")
    assert "“Budget round” was not saved." in said
    assert "every Wednesday is a no-meeting day (rule “wednesday”, Town Office)" in said
    assert ann.get("work/a.ics").status == 404


def test_a_refusal_is_whole_where_answers_are_compressed(ann):
    answer = ann.put("work/a.ics", invite("a", WEDNESDAY), Accept_Encoding="gzip")
    assert answer.status == 403
    assert "Content-Encoding" not in answer.headers
    assert int(answer.headers["Content-Length"]) == len(answer.body)
    assert etree.fromstring(answer.body).tag == "{DAV:}error"


def test_a_refusal_does_not_wait_as_a_wrong_password_does(home):
    """Radicale lets 401 and its own 403 wait for about `[auth] delay` seconds; this one would wait for ever."""
    ann = home("launcher", delay=1000)
    assert ann.put("work/a.ics", invite("a", WEDNESDAY)).status == 403
    ann.put("work/b.ics", invite("b", THURSDAY))
    assert ann.put("work/b.ics", invite("b", WEDNESDAY)).status == 403
    assert ann.put("work/", invite("b", WEDNESDAY + timedelta(days=7))).status == 403


def test_a_refused_change_leaves_what_stood_there(ann):
    ann.put("work/a.ics", invite("a", THURSDAY))
    before = ann.get("work/a.ics")
    refused = ann.put("work/a.ics", invite("a", WEDNESDAY), If_Match=before.headers["ETag"])
    assert refused.status == 403
    after = ann.get("work/a.ics")
    assert (after.body, after.headers["ETag"]) == (before.body, before.headers["ETag"])


def test_an_override_moved_onto_a_banned_day_is_refused(ann):
    monday = WEDNESDAY - timedelta(days=2)
    master = component("a", monday, "RRULE:FREQ=WEEKLY;COUNT=6")
    assert ann.put("work/a.ics", calendar(master)).status == 201
    line = f"RECURRENCE-ID;TZID=Europe/Berlin:{monday:%Y%m%d}T100000"
    answer = ann.put("work/a.ics", calendar(master, component("a", WEDNESDAY, line)))
    assert (answer.status, answer.reason[:25]) == (403, f"No-meeting day {WEDNESDAY}")
    assert ann.put("work/a.ics", calendar(master, component("a", THURSDAY, line))).status in (201, 204)


def test_a_calendar_written_as_a_whole_is_refused_as_a_whole(ann):
    ann.put("work/old.ics", invite("old", THURSDAY))
    before = ann.send("GET", "work/").body
    both = calendar(component("a", THURSDAY), component("b", WEDNESDAY), component("c", FRIDAY))
    answer = ann.put("work/", both)
    assert (answer.status, answer.reason[:25]) == (403, f"No-meeting day {WEDNESDAY}")
    assert ann.send("GET", "work/").body == before
    assert ann.put("work/", calendar(component("a", THURSDAY), component("c", FRIDAY))).status == 201
    stored = read(ann.send("GET", "work/").body).meetings
    assert {one.uid for one in stored} == {"a", "c"}
    assert ann.send("GET", "work/").text.count("X-MEETCOST-VERSION") == 2


def test_a_move_into_another_calendar_is_judged_there(home):
    ann = home("launcher", POLICY + 'scope.calendars = ["*/work"]\n')
    ann.calendar("home")
    assert ann.put("home/a.ics", invite("a", WEDNESDAY)).status == 201
    answer = ann.move("home/a.ics", "work/a.ics")
    assert (answer.status, answer.reason[:25]) == (403, f"No-meeting day {WEDNESDAY}")
    assert ann.get("home/a.ics").status == 200
    assert ann.get("work/a.ics").status == 404


def test_a_move_keeps_what_was_allowed(ann):
    ann.calendar("other")
    ann.put("work/a.ics", invite("a", THURSDAY))
    before = ann.get("work/a.ics").body
    assert ann.move("work/a.ics", "other/a.ics").status == 201
    assert ann.get("other/a.ics").body == before
    assert ann.get("work/a.ics").status == 404


# what passes


def test_what_passes_carries_its_cost_and_is_otherwise_what_was_sent(ann):
    sent = invite("a", THURSDAY, "X-APPLE-TRAVEL-ADVISORY-BEHAVIOR:AUTOMATIC", "DESCRIPTION:Bring figures\\, please")
    answer = ann.put("work/a.ics", sent)
    assert answer.status == 201
    assert "ETag" not in answer.headers
    stored = ann.get("work/a.ics")
    assert BLOCK in Calendar.from_ical(stored.body).walk("VEVENT")[0]["DESCRIPTION"]
    assert b"X-MEETCOST-PERSON-HOURS:3\r\n" in stored.body
    assert detach(stored.body) == sent


def test_what_is_no_meeting_is_stored_as_it_came_with_its_etag(ann):
    sent = invite("alone", WEDNESDAY, people=())
    answer = ann.put("work/alone.ics", sent)
    stored = ann.get("work/alone.ics")
    assert answer.status == 201
    assert stored.body == sent
    assert stored.headers["ETag"] == answer.headers["ETag"]


def test_what_comes_back_as_it_was_stored_is_stored_with_its_etag(ann):
    ann.put("work/a.ics", invite("a", THURSDAY))
    stored = ann.get("work/a.ics")
    again = ann.put("work/a.ics", stored.body, If_Match=stored.headers["ETag"])
    assert again.status in (201, 204)
    assert again.headers["ETag"] == ann.get("work/a.ics").headers["ETag"]
    assert ann.get("work/a.ics").body == stored.body


def test_a_reply_to_a_stored_meeting_on_a_banned_day_passes(home):
    """It stood there before the rule began; the second server has the same folder and refuses."""
    before = home("launcher", OBSERVING)
    assert before.put("work/a.ics", invite("a", WEDNESDAY)).status == 201
    collections = before.server.folder / "collections"
    after = home("launcher", storage=f"filesystem_folder = {collections}\n")
    after.server.add_user(before.user)
    ann = Home(after.server, before.user)
    accepted = invite("a", WEDNESDAY).replace(b"ATTENDEE:mailto:ben", b"ATTENDEE;PARTSTAT=ACCEPTED:mailto:ben")
    assert ann.put("work/a.ics", accepted, If_Match=ann.get("work/a.ics").headers["ETag"]).status in (201, 204)
    assert b"PARTSTAT=ACCEPTED" in ann.get("work/a.ics").body
    later = ann.put("work/a.ics", invite("a", WEDNESDAY + timedelta(days=7)))
    assert (later.status, later.reason[:25]) == (403, f"No-meeting day {WEDNESDAY + timedelta(days=7)}")


def test_a_series_steps_over_banned_dates(ann):
    answer = ann.put("work/a.ics", daily("a", WEDNESDAY - timedelta(days=2)))
    assert answer.status == 201
    assert "ETag" not in answer.headers
    stored = ann.get("work/a.ics").body
    assert exdates(stored) == {WEDNESDAY}
    assert "skips" in Calendar.from_ical(stored).walk("VEVENT")[0]["DESCRIPTION"]
    assert detach(stored) == daily("a", WEDNESDAY - timedelta(days=2))


def test_a_series_banned_throughout_is_refused(ann):
    answer = ann.put("work/a.ics", weekly("a", WEDNESDAY))
    assert (answer.status, answer.reason) == (403, f"No-meeting day {WEDNESDAY} and 5 more, next {THURSDAY} 09:00")


def test_deleting_is_nobodys_business(ann):
    ann.put("work/a.ics", invite("a", THURSDAY))
    assert ann.send("DELETE", "work/a.ics").status == 200
    assert ann.get("work/a.ics").status == 404


def test_contacts_are_not_looked_at(ann):
    body = b"<C:x xmlns:C='DAV:'/>"
    book = (
        '<D:mkcol xmlns:D="DAV:" xmlns:CR="urn:ietf:params:xml:ns:carddav"><D:set><D:prop><D:resourcetype>'
        "<D:collection/><CR:addressbook/></D:resourcetype></D:prop></D:set></D:mkcol>"
    )
    assert ann.send("MKCOL", "book/", book.encode()).status == 201, body
    card = b"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:c\r\nFN:Ann\r\nN:Berger;Ann;;;\r\nEND:VCARD\r\n"
    answer = ann.put("book/c.vcf", card, Content_Type="text/vcard; charset=utf-8")
    assert (answer.status, "ETag" in answer.headers) == (201, True)


def test_to_dos_and_notes_need_no_time(ann):
    """RFC 5545 §3.6.2: most programs write to-dos without one, and one on a list beside meetings as well."""
    undated = ["BEGIN:VTODO", "UID:t", "DTSTAMP:20260101T000000Z", "SUMMARY:Water the plants", "END:VTODO"]
    answer = ann.put("work/t.ics", calendar(undated))
    assert (answer.status, "ETag" in answer.headers) == (201, True)
    assert ann.get("work/t.ics").body == calendar(undated)
    assert ann.put("work/", calendar(component("a", THURSDAY), undated)).status == 201
    objects = [Calendar.from_ical(one) for one in stored_in(ann)]
    assert sorted(len(one.subcomponents) for one in objects) == [1, 1]
    assert sorted(one.subcomponents[0].name for one in objects) == ["VEVENT", "VTODO"]


def stored_in(home) -> list[bytes]:
    """The calendar objects as they lie in the server's folder."""
    folder = home.server.folder / "collections" / "collection-root" / home.user / "work"
    return [file.read_bytes() for file in folder.iterdir() if not file.name.startswith(".")]


# who writes, and under which condition, comes first


def test_whoever_may_not_write_learns_nothing_of_the_policy(ann):
    stranger, wrong = Home(ann.server, "user0"), Home(ann.server, ann.user, "wrong")
    nobody = Home(ann.server, "")
    ben = Home(ann.server, f"{ann.user}ben")
    ann.server.add_user(ben.user)
    path = f"/{ann.user}/{ann.calendar('team')}/a.ics"
    hourly = invite("a", WEDNESDAY, "RRULE:FREQ=SECONDLY")
    for body in (invite("a", WEDNESDAY), hourly, b"BEGIN:VCALENDAR\r\nnonsense"):
        answers = [one.put(path, body) for one in (stranger, wrong, nobody, ben)]
        assert [one.status for one in answers] == [401, 401, 401, 403]
        for answer in answers:
            told = answer.reason + answer.text + str(answer.headers)
            assert not any(word in told for word in NEVER_TOLD)
    assert ben.send("GET", "meetcost-notices/").status == 404


def test_a_stale_condition_is_told_before_the_rule(ann):
    ann.put("work/a.ics", invite("a", THURSDAY))
    assert ann.put("work/a.ics", invite("a", WEDNESDAY), If_Match='"stale"').status == 412
    assert ann.put("work/a.ics", invite("a", WEDNESDAY), If_None_Match="*").status == 412
    assert ann.put("work/new.ics", invite("new", WEDNESDAY), If_Match='"stale"').status == 412
    assert ann.notices.status == 404


# bodies that are not plain UTF-8 with a length


def test_another_charset_is_refused(ann):
    body = invite("a", WEDNESDAY).decode().encode("utf-16")
    answer = ann.put("work/a.ics", body, Content_Type="text/calendar; charset=utf-16")
    assert (answer.status, b"supported-calendar-data" in answer.body) == (415, True)
    disguised = ann.put("work/a.ics", body)
    assert disguised.status in (400, 403)
    assert ann.get("work/a.ics").status == 404


def test_a_compressed_body_is_refused(ann):
    body = gzip.compress(invite("a", WEDNESDAY))
    assert ann.put("work/a.ics", body, Content_Encoding="gzip").status == 415
    assert ann.get("work/a.ics").status == 404


def test_a_part_of_a_body_is_refused(ann):
    answer = ann.put("work/a.ics", invite("a", THURSDAY), Content_Range="bytes 0-99/200")
    assert answer.status == 400
    assert ann.get("work/a.ics").status == 404


@pytest.mark.parametrize("target", ["work/a.ics", "work/"])
def test_a_body_in_chunks_is_judged_or_a_length_asked_for(ann, target):
    """Radicale alone takes it for an empty body, and a whole calendar for an emptied one."""
    ann.put("work/old.ics", invite("old", THURSDAY))
    before = ann.send("GET", "work/").body
    answer = chunked(ann, target, invite("a", WEDNESDAY))
    assert answer.startswith((b"HTTP/1.1 403 No-meeting day", b"HTTP/1.0 411 ", b"HTTP/1.1 411 "))
    assert ann.send("GET", "work/").body == before


def chunked(home, path: str, body: bytes) -> bytes:
    login = base64.b64encode(f"{home.user}:{home.password}".encode()).decode()
    head = (
        f"PUT /{home.user}/{path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic {login}\r\n"
        "Content-Type: text/calendar\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", home.server.port), 30) as connection:
        connection.sendall(head.encode() + b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body))
        received = b""
        try:
            while piece := connection.recv(65536):
                received += piece
        except ConnectionResetError:  # an answer may come before the body was read
            pass
    return received


# the journal


def test_what_observes_lets_pass_and_writes_it_down(home):
    ann = home("launcher", OBSERVING)
    before = len(ann.server.journal.read_text().splitlines()) if ann.server.journal.exists() else 0
    assert ann.put("work/seen.ics", invite("seen", WEDNESDAY)).status == 201
    assert ann.put("work/seen.ics", invite("seen", WEDNESDAY)).status in (201, 204)
    lines = [json.loads(line) for line in ann.server.journal.read_text().splitlines()][before:]
    assert [(one["outcome"], one["would_be"], one["mode"], one["rules"]) for one in lines] == [
        ("allow", "deny", "observe", ["wednesday"])
    ]
    assert b"X-MEETCOST-PERSON-HOURS" in ann.get("work/seen.ics").body


def test_the_journal_names_nobody(ann):
    ann.put("work/a.ics", invite(f"secret-{ann.user}", WEDNESDAY, title="Dismissal of Mr Roth"))
    text = ann.server.journal.read_text()
    assert '"outcome":"deny"' in text
    assert not re.search(rf"secret|Roth|Dismissal|{PEOPLE[0]}|{ann.user}", text)

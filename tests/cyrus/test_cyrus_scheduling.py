# SPDX-License-Identifier: Apache-2.0
"""The guard before a server that delivers invites itself (RFC 6638): what it refuses reaches nobody, the rest does."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from cyrus_serving import Person, partstat
from invites import BLOCK, POLICY, THURSDAY, WEDNESDAY, daily, invite
from proxying import start_proxy

CANCELLED = "\r\nSTATUS:CANCELLED\r\n"


LATER = WEDNESDAY - timedelta(days=7)


def people(*users):
    return [one.address for one in users]


def cost(text):
    """All lines of ours, in an unfolded object."""
    return [line for line in text.split("\r\n") if "X-MEETCOST" in line]


@pytest.fixture
def meeting(guarded):
    """Ann's invite on the Thursday, which Ben has: its address."""
    ann, ben = guarded
    answer = ann.put("work/round.ics", invite("round", THURSDAY, people=people(ann, ben)))
    assert answer.status == 201, answer
    ben.has("round")
    return "work/round.ics"


@pytest.fixture
def days_later(cyrus, tmp_path):
    """The same guard, on a later day."""
    proxy = start_proxy(tmp_path / "later", cyrus.url, POLICY, now=f"{LATER}T08:00:00+00:00")
    yield proxy
    proxy.stop()


def a_later_one_comes_through(ann, ben):
    """What was sent before it and has not come by then does not come at all."""
    assert ann.put("work/later.ics", invite("later", THURSDAY, people=people(ann, ben))).status == 201
    ben.has("later")
    ben.has("later", "Inbox")


def test_without_the_guard_the_invite_reaches_him(pair):
    ann, ben = pair
    assert ann.put("work/wednesday.ics", invite("wednesday", WEDNESDAY, people=people(ann, ben))).status == 201
    for calendar in ("work", "Inbox"):
        _, copy = ben.has("wednesday", calendar)
        assert cost(copy.text) == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "work/wednesday.ics"),
        ("POST", "work/"),
        ("POST", "Outbox/"),
        ("PUT", "Outbox/wednesday.ics"),
        ("PUT", "Inbox/wednesday.ics"),
    ],
)
def test_what_is_refused_reaches_neither_his_calendar_nor_his_inbox(guarded, method, path):
    ann, ben = guarded
    body = invite("wednesday", WEDNESDAY, people=people(ann, ben))
    if (method, path) == ("POST", "Outbox/"):
        body = body.replace(b"BEGIN:VEVENT", b"METHOD:REQUEST\r\nBEGIN:VEVENT")
    answer = ann.send(method, path, body, Content_Type="text/calendar; charset=utf-8")
    assert (answer.status, answer.reason.partition(",")[0]) == (403, f"No-meeting day {WEDNESDAY}")
    assert "Wednesday is a no-meeting day" in answer.text
    a_later_one_comes_through(ann, ben)
    assert (ann.uids(), ann.uids("Inbox")) == ({"later"}, set())
    assert (ben.uids(), ben.uids("Inbox")) == ({"later"}, {"later"})


def test_what_is_accepted_reaches_him_with_its_cost(guarded):
    ann, ben = guarded
    answer = ann.put("work/round.ics", invite("round", THURSDAY, people=people(ann, ben)))
    assert answer.status == 201
    assert "etag" not in {name.lower() for name in answer.headers}
    _, hers = ann.has("round")
    assert "X-MEETCOST-PERSON-HOURS:2" in cost(hers.text)
    for calendar in ("work", "Inbox"):
        _, copy = ben.has("round", calendar)
        assert copy.text.count(BLOCK) == 1
        assert cost(copy.text) == cost(hers.text)


def test_his_answer_passes_and_reaches_her(guarded, meeting):
    ann, ben = guarded
    assert ben.answer("round", "ACCEPTED").status == 204
    _, hers = ann.has("round", when=lambda text: partstat(text, ben.address) == "ACCEPTED")
    _, his = ben.has("round")
    assert partstat(his.text, ben.address) == "ACCEPTED"
    assert cost(hers.text) == cost(his.text) != []


def test_a_move_onto_the_day_is_refused_and_he_is_told_nothing(guarded, meeting):
    ann, ben = guarded
    before = ann.get(meeting).body
    inbox = ben.uids("Inbox")
    answer = ann.edit(meeting, f":{THURSDAY:%Y%m%d}T1", f":{WEDNESDAY:%Y%m%d}T1")
    assert (answer.status, answer.reason.partition(",")[0]) == (403, f"No-meeting day {WEDNESDAY}")
    assert ann.get(meeting).body == before
    a_later_one_comes_through(ann, ben)
    _, his = ben.has("round")
    assert f":{THURSDAY:%Y%m%d}T100000\r\n" in his.text
    assert ben.uids("Inbox") == inbox | {"later"}
    assert len(ben.found("round", "Inbox")) == 1


def test_another_title_reaches_him_and_the_answers_stay(guarded, meeting):
    ann, ben = guarded
    assert ben.answer("round", "ACCEPTED").status == 204
    ann.has("round", when=lambda text: partstat(text, ben.address) == "ACCEPTED")
    assert ann.edit(meeting, "SUMMARY:Budget round", "SUMMARY:Budget round of the parks").status == 204
    _, his = ben.has("round", when=lambda text: "SUMMARY:Budget round of the parks\r\n" in text)
    _, hers = ann.has("round")
    assert {partstat(one.text, ben.address) for one in (his, hers)} == {"ACCEPTED"}
    assert his.text.count(BLOCK) == hers.text.count(BLOCK) == 1
    assert cost(his.text) == cost(hers.text)


def test_an_hour_longer_costs_more_in_his_copy_too(guarded, meeting):
    ann, ben = guarded
    assert ben.answer("round", "ACCEPTED").status == 204
    ann.has("round", when=lambda text: partstat(text, ben.address) == "ACCEPTED")
    assert (
        ann.edit(
            meeting, f"DTEND;TZID=Europe/Berlin:{THURSDAY:%Y%m%d}T11", f"DTEND;TZID=Europe/Berlin:{THURSDAY:%Y%m%d}T12"
        ).status
        == 204
    )
    _, his = ben.has("round", when=lambda text: "T120000" in text)
    assert "X-MEETCOST-PERSON-HOURS:4" in cost(his.text)
    assert his.text.count(BLOCK) == 1
    # A change of time asks for answers anew (RFC 6638 §3.2.8); this is the server's doing
    assert partstat(his.text, ben.address) == "NEEDS-ACTION"


def test_what_is_called_off_is_cancelled_in_his_copy(guarded, meeting):
    ann, ben = guarded
    assert ann.send("DELETE", meeting).status == 204
    _, his = ben.has("round", when=lambda text: CANCELLED in text)
    assert f":{THURSDAY:%Y%m%d}T100000\r\n" in his.text
    assert ann.uids() == set()


def test_a_series_that_steps_over_the_day_reaches_him_so(guarded):
    ann, ben = guarded
    series = daily("daily", WEDNESDAY - timedelta(days=1), 4, people=people(ann, ben))
    assert ann.put("work/daily.ics", series).status == 201
    _, hers = ann.has("daily")
    for calendar in ("work", "Inbox"):
        _, his = ben.has("daily", calendar)
        (stepped_over,) = re.findall(r"\r\nEXDATE[^\r]*:([0-9T]+)\r\n", his.text)
        assert stepped_over == f"{WEDNESDAY:%Y%m%d}T100000"
        assert f"X-MEETCOST-SKIPPED:{WEDNESDAY:%Y%m%d}" in cost(his.text)
        assert cost(his.text) == cost(hers.text)
        assert "3 times in a year: 6 person-hours" in his.text


def test_one_date_of_a_series_moved_onto_the_day_is_refused(guarded):
    ann, ben = guarded
    first = WEDNESDAY - timedelta(days=1)
    assert ann.put("work/daily.ics", daily("daily", first, 4, people=people(ann, ben))).status == 201
    _, before = ben.has("daily")
    (main,) = re.findall("BEGIN:VEVENT.*END:VEVENT\r\n", ann.has("daily")[1].text, re.DOTALL)
    moved = re.sub("(RRULE|EXDATE)[^\r]*\r\n", "", main).replace(f":{first:%Y%m%d}T1", f":{WEDNESDAY:%Y%m%d}T1")
    moved = moved.replace("SUMMARY", f"RECURRENCE-ID;TZID=Europe/Berlin:{first:%Y%m%d}T100000\r\nSUMMARY")
    answer = ann.edit("work/daily.ics", main, main + moved)
    assert (answer.status, answer.reason.partition(",")[0]) == (403, f"No-meeting day {WEDNESDAY}")
    a_later_one_comes_through(ann, ben)
    assert ben.has("daily")[1].body == before.body


@pytest.mark.parametrize("method", ["MOVE", "COPY"])
def test_what_stands_there_goes_into_no_other_calendar(pair, guarded, method):
    (ann, _), (ann_guarded, ben) = pair, guarded
    assert ann.put("work/stands.ics", invite("stands", WEDNESDAY, people=people(ann, ben))).status == 201
    assert ann.send("MKCALENDAR", "other/").status == 201
    answer = ann_guarded.move("work/stands.ics", "other/stands.ics", method=method)
    assert (answer.status, answer.reason.partition(",")[0]) == (403, f"No-meeting day {WEDNESDAY}")
    assert (ann.uids(), ann.uids("other")) == ({"stands"}, set())


def test_what_stands_there_can_be_declined_and_called_off(pair, guarded):
    (ann, _), (ann_guarded, ben) = pair, guarded
    assert ann.put("work/stands.ics", invite("stands", WEDNESDAY, people=people(ann, ben))).status == 201
    assert ben.answer("stands", "DECLINED").status == 204
    ann.has("stands", when=lambda text: partstat(text, ben.address) == "DECLINED")
    assert ann_guarded.send("DELETE", "work/stands.ics").status == 204
    ben.has("stands", when=lambda text: CANCELLED in text)


def test_an_attendees_alarm_stays_and_reaches_nobody(guarded, meeting, days_later):
    """The cost in his copy is worked out as of the day he saves it; hers stays as it was until she saves it, too."""
    ann, ben = guarded
    before = ann.get(meeting).body
    href, copy = ben.has("round")
    alarm = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:Soon\r\nTRIGGER:-PT10M\r\nEND:VALARM\r\n"
    assert Person(days_later, ben.user).edit(href, "END:VEVENT", f"{alarm}END:VEVENT").status == 204
    _, his = ben.has("round", when=lambda text: "TRIGGER:-PT10M" in text)
    assert f"X-MEETCOST-AS-OF:{LATER:%Y%m%d}" in cost(his.text)
    assert f"X-MEETCOST-AS-OF:{LATER:%Y%m%d}" not in cost(copy.text)
    assert "X-MEETCOST-PERSON-HOURS:2" in cost(his.text)
    assert ann.get(meeting).body == before
    assert Person(days_later, ann.user).edit(meeting, "SUMMARY:Budget round", "SUMMARY:Budget").status == 204
    _, his = ben.has("round", when=lambda text: "SUMMARY:Budget\r\n" in text)
    assert cost(his.text) == cost(ann.has("round")[1].text)


def test_free_and_busy_times_are_asked_for_through_the_outbox(guarded, meeting):
    ann, ben = guarded
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//meetcost//test//EN", "METHOD:REQUEST", "BEGIN:VFREEBUSY", "UID:fb",
        "DTSTAMP:20260101T000000Z", f"DTSTART:{THURSDAY:%Y%m%d}T000000Z", f"DTEND:{THURSDAY:%Y%m%d}T230000Z",
        f"ORGANIZER:mailto:{ann.address}", f"ATTENDEE:mailto:{ben.address}", "END:VFREEBUSY", "END:VCALENDAR", "",
    ]  # fmt: skip
    answer = ann.send("POST", "Outbox/", "\r\n".join(lines).encode(), Content_Type="text/calendar; charset=utf-8")
    assert answer.status == 200, answer
    busy = re.findall(r"FREEBUSY[^\r]*:(\d{8})T\d{6}Z/(\d{8})T\d{6}Z", answer.text.replace("\r\n ", ""))
    assert busy == [(f"{THURSDAY:%Y%m%d}", f"{THURSDAY:%Y%m%d}")]


def test_nothing_leads_past_the_guard(pair, guarded):
    (direct, _), (ann, _) = pair, guarded
    assert "Alt-Svc" in direct.get("/.well-known/caldav").headers  # by which Cyrus names its own port
    answer = ann.get("/.well-known/caldav")
    assert (answer.status, answer.headers["Location"]) == (301, f"{ann.server.url}dav/calendars")
    assert not {"alt-svc", "upgrade"} & {name.lower() for name in answer.headers}

# SPDX-License-Identifier: Apache-2.0
"""Implicit scheduling (RFC 6638): what is refused never reaches who was asked; what is let pass does, with its cost."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from invites import BLOCK, FRIDAY, POLICY, THURSDAY, WEDNESDAY, calendar, component, invite
from xandikos_serving import commit

OUTSIDE = "chair@far.example"


@pytest.fixture
def pair(user):
    """Somebody who calls meetings, and somebody who is asked."""
    ann = user()
    ben = user()
    return ann, ben


def asking(ann, ben, uid, day, *lines, **options):
    return invite(uid, day, *lines, people=(ann.address, ben.address), **options)


def lines(octets: bytes) -> str:
    return octets.decode().replace("\r\n ", "")


def partstat(octets: bytes, address: str) -> list[str]:
    return re.findall(rf"ATTENDEE[^\r\n]*PARTSTAT=([A-Z-]+)[^\r\n]*:mailto:{address}", lines(octets))


def test_a_refused_invite_reaches_neither_inbox_nor_calendar(pair):
    ann, ben = pair
    assert ann.put("calendar/a.ics", asking(ann, ben, "a", WEDNESDAY)).status == 403
    assert (ben.inbox, ben.objects(), ann.objects()) == ([], [], [])


def test_an_accepted_invite_reaches_the_attendee_with_its_cost(pair):
    ann, ben = pair
    assert ann.put("calendar/a.ics", asking(ann, ben, "a", THURSDAY)).status == 201
    (message,), (copy,), (own,) = ben.inbox, ben.objects(), ann.objects()
    assert "METHOD:REQUEST" in lines(message)
    for octets in (message, copy, own):
        assert BLOCK in lines(octets)
        assert "X-MEETCOST-PERSON-HOURS:2" in lines(octets)


def test_a_series_reaches_the_attendee_without_its_banned_dates(pair):
    ann, ben = pair
    assert ann.put("calendar/a.ics", asking(ann, ben, "a", WEDNESDAY, "RRULE:FREQ=DAILY;COUNT=4")).status == 201
    (copy,) = ben.objects()
    assert f"{WEDNESDAY:%Y%m%d}T100000" in "".join(re.findall("EXDATE[^\r\n]*", lines(copy)))


def test_a_refused_change_leaves_the_attendee_s_copy_as_it_was(pair):
    ann, ben = pair
    ann.put("calendar/a.ics", asking(ann, ben, "a", THURSDAY))
    before, messages = ben.objects(), len(ben.inbox)
    assert ann.put("calendar/a.ics", asking(ann, ben, "a", WEDNESDAY)).status == 403
    assert (ben.objects(), len(ben.inbox)) == (before, messages)


def test_a_change_comes_with_its_new_cost_and_keeps_the_reply(pair):
    ann, ben = pair
    ann.put("calendar/a.ics", asking(ann, ben, "a", THURSDAY))
    (name, copy), *_ = with_names(ben)
    answered = answer_of(copy, ben.address)
    assert ben.put(name, answered).status == 204
    (own,) = ann.objects()
    assert partstat(own, ben.address) == ["ACCEPTED"]
    longer = own.replace(b"T110000", b"T120000")
    assert ann.put("calendar/a.ics", longer).status == 204
    (copy,) = ben.objects()
    assert "X-MEETCOST-PERSON-HOURS:4" in lines(copy)
    assert lines(copy).count(BLOCK) == 1
    assert partstat(copy, ben.address) == ["ACCEPTED"]


def test_a_reply_leaves_the_organiser_s_lines_as_they_are_however_old_they_are(pair):
    """Xandikos takes a reply only where nothing else has changed, the date of the cost included."""
    ann, ben = pair
    ann.put("calendar/a.ics", asking(ann, ben, "a", THURSDAY))
    (name, copy), *_ = with_names(ben)
    older = re.sub(rb"as of [^\\]+?20\d\d", b"as of 1 Jan 2026", copy.replace(b"\r\n ", b""))
    assert older != copy.replace(b"\r\n ", b"")
    folder = ben.server.folder / "data" / name.strip("/")
    folder.write_bytes(older)
    commit(folder)
    assert ben.put(name, answer_of(older, ben.address)).status == 204
    (stored,) = ben.objects()
    assert "as of 1 Jan 2026" in lines(stored)
    (own,) = ann.objects()
    assert partstat(own, ben.address) == ["ACCEPTED"]


def test_a_reply_to_a_series_that_steps_over_dates_leaves_its_lines_as_well(pair):
    ann, ben = pair
    ann.put("calendar/a.ics", asking(ann, ben, "a", WEDNESDAY - timedelta(days=1), "RRULE:FREQ=DAILY;COUNT=4"))
    (name, copy), *_ = with_names(ben)
    older = re.sub(rb"as of [^\\]+?20\d\d", b"as of 1 Jan 2026", copy.replace(b"\r\n ", b""))
    folder = ben.server.folder / "data" / name.strip("/")
    folder.write_bytes(older)
    commit(folder)
    assert ben.put(name, answer_of(older, ben.address)).status == 204
    (stored,) = ben.objects()
    assert "as of 1 Jan 2026" in lines(stored)
    without = re.sub(rb"EXDATE[^\r\n]*\r\n", b"", answer_of(older, ben.address))
    assert without != answer_of(older, ben.address)
    ben.put(name, without)  # whatever is made of it, the banned date does not come back
    assert f"{WEDNESDAY:%Y%m%d}T100000" in "".join(re.findall("EXDATE[^\r\n]*", lines(ben.objects()[0])))


def test_a_change_to_a_series_reaches_the_attendee_and_the_dates_it_steps_over_stay_out(pair):
    ann, ben = pair
    tuesday = WEDNESDAY - timedelta(days=1)
    ann.put("calendar/a.ics", asking(ann, ben, "a", tuesday, "RRULE:FREQ=DAILY;COUNT=4"))
    longer = asking(ann, ben, "a", tuesday, "RRULE:FREQ=DAILY;COUNT=12", title="Longer round")
    assert ann.put("calendar/a.ics", longer).status == 204
    (copy,), (own,) = ben.objects(), ann.objects()
    for octets in (copy, own):
        assert "SUMMARY:Longer round" in lines(octets)
        assert lines(octets).count(BLOCK) == 1
        left_out = "".join(re.findall("EXDATE[^\r\n]*", lines(octets)))
        for day in (WEDNESDAY, WEDNESDAY + timedelta(days=7)):
            assert f"{day:%Y%m%d}T100000" in left_out


def test_a_change_that_puts_one_of_a_series_on_a_banned_day_reaches_nobody(pair):
    ann, ben = pair
    ann.put("calendar/a.ics", asking(ann, ben, "a", THURSDAY, "RRULE:FREQ=WEEKLY;COUNT=4"))
    before, messages = ben.objects(), len(ben.inbox)
    who = (ann.address, ben.address)
    master = component("a", THURSDAY, "RRULE:FREQ=WEEKLY;COUNT=4", people=who)
    line = f"RECURRENCE-ID;TZID=Europe/Berlin:{THURSDAY:%Y%m%d}T100000"
    assert ann.put("calendar/a.ics", calendar(master, component("a", WEDNESDAY, line, people=who))).status == 403
    assert (ben.objects(), len(ben.inbox)) == (before, messages)
    assert ann.put("calendar/a.ics", calendar(master, component("a", FRIDAY, line, people=who))).status == 204
    (copy,) = ben.objects()
    assert f"{FRIDAY:%Y%m%d}T100000" in lines(copy)


def test_one_date_of_a_series_that_steps_over_others_is_taken_back_for_everybody(pair):
    ann, ben = pair
    tuesday = WEDNESDAY - timedelta(days=1)
    ann.put("calendar/a.ics", asking(ann, ben, "a", tuesday, "RRULE:FREQ=DAILY;COUNT=4"))
    (own,) = ann.objects()
    without = own.replace(b"END:VEVENT", f"EXDATE;TZID=Europe/Berlin:{FRIDAY:%Y%m%d}T100000\r\nEND:VEVENT".encode())
    assert ann.put("calendar/a.ics", without).status == 204
    (copy,) = ben.objects()
    left_out = "".join(re.findall("EXDATE[^\r\n]*", lines(copy)))
    assert [f"{day:%Y%m%d}T100000" in left_out for day in (WEDNESDAY, THURSDAY, FRIDAY)] == [True, False, True]


@pytest.mark.parametrize("how", ["PUT", "DELETE"])
def test_a_series_that_steps_over_dates_is_taken_back_for_everybody(pair, how):
    """Once: a copy that is cancelled already Xandikos 0.4.10 cannot read any more after a second cancellation."""
    ann, ben = pair
    tuesday = WEDNESDAY - timedelta(days=1)
    ann.put("calendar/a.ics", asking(ann, ben, "a", tuesday, "RRULE:FREQ=DAILY;COUNT=4"))
    (own,) = ann.objects()
    cancelled = own.replace(b"SUMMARY:", b"STATUS:CANCELLED\r\nSUMMARY:") if how == "PUT" else b""
    assert ann.send(how, "calendar/a.ics", cancelled, Content_Type="text/calendar").status == 204
    (copy,) = ben.objects()
    assert "STATUS:CANCELLED" in lines(copy)
    assert (BLOCK in lines(copy)) == (how == "DELETE")  # what its organiser writes of a cancelled one has no cost


def test_whoever_is_no_longer_asked_is_told_and_the_others_are_told_the_new_cost(user):
    ann, ben, carla = user(), user(), user()
    everybody = invite("a", THURSDAY, people=(ann.address, ben.address, carla.address))
    assert ann.put("calendar/a.ics", everybody).status == 201
    assert ann.put("calendar/a.ics", asking(ann, ben, "a", THURSDAY)).status == 204
    assert "STATUS:CANCELLED" in lines(carla.objects()[0])
    (copy,) = ben.objects()
    assert "STATUS:CANCELLED" not in lines(copy)
    assert "X-MEETCOST-PERSON-HOURS:2" in lines(copy)


def test_taking_a_meeting_back_reaches_the_attendee(pair):
    ann, ben = pair
    ann.put("calendar/a.ics", asking(ann, ben, "a", THURSDAY))
    assert ann.send("DELETE", "calendar/a.ics").status == 204
    (copy,) = ben.objects()
    assert "STATUS:CANCELLED" in lines(copy)


def test_a_standing_meeting_may_be_answered_on_a_banned_day(pair):
    ann, ben = pair
    for who, path in ((ann, "a.ics"), (ben, "b.ics")):
        folder = who.server.folder / "data" / who.name / "calendars" / "calendar"
        (folder / path).write_bytes(asking(ann, ben, "a", WEDNESDAY))
        commit(folder / path)
    before = ben.get("calendar/b.ics").body
    assert ben.put("calendar/b.ics", answer_of(before, ben.address)).status == 204
    (own,) = ann.objects()
    assert partstat(own, ben.address) == ["ACCEPTED"]


# what comes in from outside


def message(method: str, octets: bytes) -> bytes:
    return octets.replace(b"VERSION:2.0\r\n", f"VERSION:2.0\r\nMETHOD:{method}\r\n".encode())


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_an_invitation_from_outside_onto_a_banned_day_does_not_come_in(ann, method):
    invitation = message("REQUEST", invite("a", WEDNESDAY, people=(OUTSIDE, ann.address)))
    path = f"/{ann.name}/inbox/" + ("x.ics" if method == "PUT" else "")
    answer = ann.send(method, path, invitation, Content_Type="text/calendar")
    assert (answer.status, "meetcost:guard" in answer.text) == (403, True)
    assert (ann.inbox, ann.objects()) == ([], [])


def test_an_invitation_from_outside_onto_a_permitted_day_comes_in(ann):
    invitation = message("REQUEST", invite("a", THURSDAY, people=(OUTSIDE, ann.address)))
    assert ann.send("POST", f"/{ann.name}/inbox/", invitation, Content_Type="text/calendar").status == 200
    (copy,) = ann.objects()
    assert BLOCK in lines(copy)
    moved = message("REQUEST", invite("a", WEDNESDAY, "SEQUENCE:1", people=(OUTSIDE, ann.address)))
    assert ann.send("POST", f"/{ann.name}/inbox/", moved, Content_Type="text/calendar").status == 403
    assert ann.objects() == [copy]


def test_a_message_of_two_methods_is_no_way_in(ann):
    invitation = message("REQUEST", message("REPLY", invite("a", WEDNESDAY, people=(OUTSIDE, ann.address))))
    assert ann.send("POST", f"/{ann.name}/inbox/", invitation, Content_Type="text/calendar").status == 403


def test_a_method_that_stands_elsewhere_hides_none(ann):
    """Xandikos reads the one at the top, folded as it is; the other stands in the event."""
    invitation = message("REQUEST", invite("a", WEDNESDAY, "METHOD:REPLY", people=(OUTSIDE, ann.address)))
    folded = invitation.replace(b"METHOD:REQUEST", b"MET\r\n HOD:REQUEST")
    assert ann.send("POST", f"/{ann.name}/inbox/", folded, Content_Type="text/calendar").status == 403
    assert (ann.inbox, ann.objects()) == ([], [])


def test_what_is_moved_out_of_the_inbox_is_judged(ann):
    reply = message("REPLY", invite("a", WEDNESDAY, people=(OUTSIDE, ann.address)))
    assert ann.send("PUT", f"/{ann.name}/inbox/x.ics", reply, Content_Type="text/calendar").status == 201
    assert ann.to("MOVE", f"/{ann.name}/inbox/x.ics", "calendar/x.ics").status == 403
    assert ann.objects() == []


def test_a_calendar_without_the_rule_is_no_way_into_one_with_it(user):
    """The rule binds the calendars in which meetings come in, not the one from which they are called."""
    policy = POLICY + 'scope.calendars = ["*/calendar"]\n'
    ann, ben = user(policy), user(policy)
    assert ann.send("MKCALENDAR", "private/").status == 201
    both = calendar(component("a", WEDNESDAY, people=(ann.address, ben.address)))
    assert ann.put("private/a.ics", both).status == 403
    assert (ben.inbox, ben.objects()) == ([], [])
    daily = asking(ann, ben, "d", WEDNESDAY - timedelta(days=1), "RRULE:FREQ=DAILY;COUNT=4")
    assert ann.put("private/d.ics", daily).status == 403  # it would come in with the date it has to step over
    assert (ben.inbox, ben.objects()) == ([], [])
    alone = invite("b", WEDNESDAY, people=(ann.address, "far@far.example"))
    assert ann.put("private/b.ics", alone).status == 201
    assert ann.put("private/c.ics", asking(ann, ben, "c", FRIDAY)).status == 201
    assert len(ben.objects()) == 1


# helpers


def with_names(user) -> list[tuple[str, bytes]]:
    found = user.send("PROPFIND", "calendar/", Depth="1").text
    names = re.findall("<ns0:response><ns0:href>([^<]*[^/])</ns0:href>", found)
    return [(name, user.get(name).body) for name in names]


def answer_of(octets: bytes, address: str) -> bytes:
    """The object with a PARTSTAT for one who is asked."""
    text = re.sub(r"(ATTENDEE)([^\r\n]*:mailto:" + re.escape(address) + ")", r"\1;PARTSTAT=ACCEPTED\2", lines(octets))
    return text.encode()

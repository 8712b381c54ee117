# SPDX-License-Identifier: Apache-2.0
"""What guarded Xandikos answers over HTTP: every way in which an object gets into a calendar."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from invites import BLOCK, FRIDAY, OBSERVING, POLICY, THURSDAY, WEDNESDAY, calendar, component, invite, weekly
from lxml import etree
from xandikos_serving import ROOT, commit

from meetcost.invite import detach

CALENDAR = "calendar/"
TO_CALENDAR = b"""<D:propertyupdate xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop>
<D:resourcetype><D:collection/><C:calendar/></D:resourcetype></D:prop></D:set></D:propertyupdate>"""
SCOPED = POLICY + 'scope.calendars = ["*/work"]\n'


def is_refused(answer) -> bool:
    assert answer.status < 500, answer
    return answer.status == 403 and "meetcost:guard" in answer.text


# a refusal


def test_a_refusal_says_what_why_and_when_instead(ann):
    answer = ann.put("calendar/a.ics", invite("a", WEDNESDAY))
    assert (answer.status, answer.reason) == (403, f"No-meeting day {WEDNESDAY}, next {THURSDAY} 09:00")
    assert answer.headers["Content-Type"] == "application/xml; charset=utf-8"
    error = etree.fromstring(answer.body)
    assert error.tag == "{DAV:}error"
    day = error.find("{urn:meetcost:guard}no-meeting-day")
    assert (day.get("date"), day.get("rule"), day.get("policy")) == (str(WEDNESDAY), "wednesday", "Town Office")
    said = error.findtext("{DAV:}responsedescription")
    assert "“Budget round” was not saved." in said
    assert ann.get("calendar/a.ics").status == 404
    assert ann.objects() == []


def test_a_refused_change_leaves_what_stood_there(ann):
    ann.put("calendar/a.ics", invite("a", THURSDAY))
    before = ann.get("calendar/a.ics")
    assert is_refused(ann.put("calendar/a.ics", invite("a", WEDNESDAY), If_Match=before.headers["ETag"]))
    after = ann.get("calendar/a.ics")
    assert (after.body, after.headers["ETag"]) == (before.body, before.headers["ETag"])


def test_what_is_refused_is_kept_as_a_notice_until_it_is_accepted(ann):
    ann.put("calendar/a.ics", invite("a", WEDNESDAY, title="Town hall"))
    ann.put("calendar/a.ics", invite("a", WEDNESDAY, title="Town hall"))
    (notice,) = ann.objects("meetcost-notices/")
    assert "SUMMARY:Not saved: Town hall" in notice.decode()
    assert ann.put("calendar/a.ics", invite("a", THURSDAY, title="Town hall")).status == 201
    assert ann.objects("meetcost-notices/") == []


def test_a_refusal_is_written_down_and_what_is_permitted_is_not(ann):
    before = len(ann.server.journal.read_text("utf-8").splitlines()) if ann.server.journal.exists() else 0
    ann.put("calendar/a.ics", invite(f"journal {ann.name}", WEDNESDAY))
    ann.put("calendar/b.ics", invite("b", THURSDAY))
    lines = ann.server.journal.read_text("utf-8").splitlines()[before:]
    assert [json.loads(line)["outcome"] for line in lines] == ["deny"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content_Encoding": "compress"}, 415),
        ({"Content_Range": "bytes 0-1/2"}, 400),
        ({"Content_Type": "text/calendar; charset=utf-16"}, 415),
    ],
)
def test_what_could_be_read_as_something_else_is_not_read(ann, headers, status):
    assert ann.put("calendar/a.ics", invite("a", THURSDAY), **headers).status == status
    assert ann.objects() == []


# what is let pass


def test_what_was_changed_has_no_etag_and_what_was_not_has_one(ann):
    sent = invite("a", THURSDAY, people=["else@far.example", "far@far.example"])
    answer = ann.put("calendar/a.ics", sent)
    assert answer.status == 201
    assert "ETag" not in answer.headers
    stored = ann.get("calendar/a.ics")
    assert BLOCK in stored.text
    assert detach(stored.body) == sent
    again = ann.put("calendar/a.ics", stored.body)
    assert (again.status, again.headers.get("ETag")) == (204, ann.get("calendar/a.ics").headers["ETag"])


def test_a_series_steps_over_the_banned_dates(ann):
    sent = invite("a", WEDNESDAY - timedelta(days=1), "RRULE:FREQ=DAILY;COUNT=4")
    assert ann.put("calendar/a.ics", sent).status == 201
    assert f"{WEDNESDAY:%Y%m%d}T100000" in ann.get("calendar/a.ics").text


def test_a_policy_that_observes_lets_everything_pass_and_writes_it_down(user):
    ann = user(OBSERVING)
    assert ann.put("calendar/a.ics", invite("a", WEDNESDAY)).status == 201
    (line,) = ann.server.journal.read_text("utf-8").splitlines()
    assert (json.loads(line)["outcome"], json.loads(line)["would_be"]) == ("allow", "deny")
    assert ann.put("calendar/b.ics", invite("b", THURSDAY, "RRULE:FREQ=SECONDLY")).status == 403


# sequences


def test_a_cancelled_meeting_is_not_called_again_on_a_banned_day(ann):
    assert ann.put("calendar/a.ics", invite("a", WEDNESDAY, "STATUS:CANCELLED")).status == 201
    assert is_refused(ann.put("calendar/a.ics", invite("a", WEDNESDAY)))


def test_nobody_is_asked_to_what_was_no_meeting(ann):
    assert ann.put("calendar/a.ics", invite("a", WEDNESDAY, people=())).status == 201
    assert is_refused(ann.put("calendar/a.ics", invite("a", WEDNESDAY)))


def test_what_stands_there_may_be_answered(ann):
    path = ann.server.folder / "data" / ann.name / "calendars" / "calendar"
    (path / "a.ics").write_bytes(invite("a", WEDNESDAY))
    commit(path / "a.ics")
    before = ann.get("calendar/a.ics")
    assert before.status == 200
    answered = before.body.replace(b"ATTENDEE:mailto:ben", b"ATTENDEE;PARTSTAT=ACCEPTED:mailto:ben")
    assert ann.put("calendar/a.ics", answered).status == 204
    assert is_refused(ann.put("calendar/b.ics", invite("b", WEDNESDAY)))


def test_one_of_two_who_change_the_same_is_told_so(ann):
    ann.put("calendar/a.ics", invite("a", THURSDAY))
    etag = ann.get("calendar/a.ics").headers["ETag"]
    bodies = [invite("a", FRIDAY, title=f"Round {number}") for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda body: ann.put("calendar/a.ics", body, If_Match=etag), bodies))
    assert sorted(answer.status for answer in answers) == [204, 412, 412, 412]


def test_of_two_who_make_the_same_both_are_answered(ann):
    bodies = [invite("a", FRIDAY, title=f"Round {number}") for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda body: ann.put("calendar/a.ics", body, If_None_Match="*"), bodies))
    assert sorted(answer.status for answer in answers) == [201, 412, 412, 412]


# the other ways in


@pytest.mark.parametrize("kind", ["text/plain", "application/octet-stream", "text/calendar; charset=UTF-8", "a/b"])
def test_another_content_type_is_no_way_past(ann, kind):
    assert is_refused(ann.put("calendar/a.ics", invite("a", WEDNESDAY), Content_Type=kind))


def test_adding_a_member_is_judged(ann):
    assert is_refused(ann.send("POST", CALENDAR, invite("a", WEDNESDAY), Content_Type="text/calendar"))
    assert ann.objects() == []
    assert ann.send("POST", CALENDAR, invite("a", THURSDAY), Content_Type="text/calendar").status == 200
    assert BLOCK in ann.objects()[0].decode()


@pytest.mark.parametrize("method", ["MOVE", "COPY"])
def test_what_comes_from_a_calendar_without_the_rule_is_judged_where_it_comes_to(user, method):
    ann = user(SCOPED)
    for name in ("work", "home"):
        assert ann.send("MKCALENDAR", f"{name}/").status == 201
    assert ann.put("home/a.ics", invite("a", WEDNESDAY)).status == 201
    assert is_refused(ann.to(method, "home/a.ics", "work/a.ics"))
    assert len(ann.objects("home/")) == 1
    assert ann.objects("work/") == []
    assert ann.put("home/b.ics", invite("b", THURSDAY)).status == 201
    assert ann.to(method, "home/b.ics", "work/b.ics").status == 201
    assert len(ann.objects("work/")) == 1


def test_a_refused_move_leaves_what_stands_where_it_should_have_gone(user):
    ann = user(SCOPED)
    for name in ("work", "home"):
        assert ann.send("MKCALENDAR", f"{name}/").status == 201
    ann.put("home/a.ics", invite("a", WEDNESDAY))
    ann.put("work/a.ics", invite("a", THURSDAY))
    before = ann.objects("work/")
    assert is_refused(ann.to("MOVE", "home/a.ics", "work/a.ics"))
    assert ann.objects("work/") == before
    assert len(ann.objects("home/")) == 1


@pytest.mark.parametrize("method", ["MOVE", "COPY"])
def test_a_calendar_does_not_take_its_banned_days_along_under_another_name(user, method):
    ann = user(SCOPED)
    assert ann.send("MKCALENDAR", "home/").status == 201
    ann.put("home/a.ics", invite("a", WEDNESDAY))
    ann.put("home/b.ics", invite("b", THURSDAY))
    assert is_refused(ann.to(method, "home/", "work/"))
    assert ann.get("work/a.ics").status == 404
    assert len(ann.objects("home/")) == 2
    ann.send("DELETE", "home/a.ics")
    assert ann.to(method, "home/", "work/").status == 201
    assert len(ann.objects("work/")) == 1


@pytest.mark.parametrize("method", ["MOVE", "COPY"])
def test_a_calendar_with_a_series_that_would_have_to_step_over_dates_does_not_come_under_another_name(user, method):
    """Nothing is changed on this way, so that such a series would come with its banned dates."""
    ann = user(SCOPED)
    assert ann.send("MKCALENDAR", "home/").status == 201
    assert ann.put("home/a.ics", invite("a", WEDNESDAY - timedelta(days=1), "RRULE:FREQ=DAILY;COUNT=4")).status == 201
    assert is_refused(ann.to(method, "home/", "work/"))
    assert ann.get("work/a.ics").status == 404
    assert len(ann.objects("home/")) == 1


def test_what_holds_anything_is_not_made_a_calendar(ann):
    assert ann.send("MKCOL", "plain/").status == 201
    assert is_refused(ann.put("plain/a.ics", invite("a", WEDNESDAY)))
    assert ann.put("plain/a.txt", b"a note", Content_Type="text/plain").status == 201
    assert "403" in ann.send("PROPPATCH", "plain/", TO_CALENDAR).text
    assert ann.send("MKCOL", "other/").status == 201
    assert "403" not in ann.send("PROPPATCH", "other/", TO_CALENDAR).text
    assert is_refused(ann.put("other/a.ics", invite("a", WEDNESDAY)))


@pytest.mark.parametrize("path", ["contacts/addressbook", "outbox"])
def test_neither_contacts_nor_the_outbox_are_made_a_calendar_around_what_is_banned(ann, path):
    ann.send("PUT", f"/{ann.name}/{path}/a.ics", invite("a", WEDNESDAY), Content_Type="text/calendar")
    ann.send("PUT", f"/{ann.name}/{path}/b.ics", b"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:b\r\nFN:Ben\r\nEND:VCARD\r\n")
    assert "403" in ann.send("PROPPATCH", f"/{ann.name}/{path}/", TO_CALENDAR).text


def test_contacts_are_left_alone(ann):
    card = b"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:x\r\nFN:Ben\r\nN:;Ben;;;\r\nNOTE:BEGIN:VCALENDAR\r\nEND:VCARD\r\n"
    answer = ann.put(f"/{ann.name}/contacts/addressbook/x.vcf", card, Content_Type="text/vcard")
    assert (answer.status, "ETag" in answer.headers) == (201, True)


def test_an_override_moved_onto_a_banned_day_is_refused(ann):
    monday = WEDNESDAY - timedelta(days=2)
    master = component("a", monday, "RRULE:FREQ=WEEKLY;COUNT=6")
    assert ann.put("calendar/a.ics", calendar(master)).status == 201
    line = f"RECURRENCE-ID;TZID=Europe/Berlin:{monday:%Y%m%d}T100000"
    assert is_refused(ann.put("calendar/a.ics", calendar(master, component("a", WEDNESDAY, line))))


def test_another_uid_under_the_same_name_is_no_standing_meeting(ann):
    ann.put("calendar/a.ics", invite("a", WEDNESDAY, "STATUS:CANCELLED"))
    assert is_refused(ann.put("calendar/a.ics", weekly("b", WEDNESDAY)))


@pytest.mark.parametrize("day", [THURSDAY, WEDNESDAY])
@pytest.mark.parametrize("path", [CALENDAR, "calendar/all.ics"])
def test_a_whole_calendar_is_not_written_at_once(ann, path, day):
    """Xandikos takes one object at a time; whoever imports a file sends them one by one, and each is judged."""
    whole = calendar(component("a", THURSDAY), component("b", day))
    assert 400 <= ann.put(path, whole).status < 500
    assert ann.send("POST", CALENDAR, whole, Content_Type="text/calendar").status == 403
    assert ann.objects() == []


# at the start


def started(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "meetcost.xandikos", *options],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_without_rules_nothing_starts(tmp_path):
    broken = tmp_path / "broken.toml"
    broken.write_text('name = "x"\nzone = "Nowhere/Land"\n', encoding="utf-8")
    for options, said in (
        ((), "names no policy"),
        (("--meetcost-policy", str(tmp_path / "none.toml")), "no such file"),
        (("--meetcost-policy", str(broken)), "Nowhere/Land"),
    ):
        ended = started(*options, "-d", str(tmp_path / "data"), "--defaults")
        assert (ended.returncode, said in ended.stderr) == (2, True), ended.stderr
    assert not (tmp_path / "data").exists()


def test_help_tells_both_kinds_of_options():
    ended = started("serve", "--help")
    assert ended.returncode == 0
    assert "--meetcost-policy" in ended.stdout
    assert "--current-user-principal" in ended.stdout


def test_the_log_says_that_it_guards(ann):
    assert 'meetcost: guarding, policy "Town Office" (1 rule)' in ann.server.log


def test_the_no_meeting_days_are_there_for_everybody(ann):
    answer = ann.send("GET", "/.meetcost/no-meeting-days.ics", X_Remote_User="")
    assert answer.status == 200
    assert f"DTSTART;VALUE=DATE:{WEDNESDAY:%Y%m%d}" in answer.text

# SPDX-License-Identifier: Apache-2.0
"""What is written through the proxy: who may, in which race, by which method; before a real Radicale, or a recorder."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from invites import OBSERVING, POLICY, THURSDAY, WEDNESDAY, calendar, component, daily, invite
from proxying import Home, raw, start_proxy, start_xandikos
from recorder import Recorder, Store, response

WORK = "work"
"""The name of a calendar."""

NEVER_TOLD = ("No-meeting", "Wednesday", "Town Office", str(WEDNESDAY))


@pytest.fixture
def ann(home):
    return home()


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    store = Store()
    recorder = Recorder(lambda one: recorded.answer(one))  # noqa: PLW0108 - what it is by then
    proxy = start_proxy(tmp_path_factory.mktemp("proxy"), recorder.url, POLICY)

    class recorded:  # noqa: N801 - what the tests hold
        answer = store

    recorded.store, recorded.recorder, recorded.proxy, recorded.client = store, recorder, proxy, Home(proxy, "ann")
    yield recorded
    proxy.stop()
    recorder.stop()


@pytest.fixture
def behind(recorded):
    """A proxy before a server that keeps what it is sent; a test may let it answer in another way."""
    recorded.store.objects.clear()
    recorded.store.versions.clear()
    recorded.recorder.requests.clear()
    recorded.answer = recorded.store
    return recorded


# who writes comes first


def test_whoever_may_not_write_learns_nothing_of_the_policy(ann):
    wrong, nobody = Home(ann.server, ann.user, "wrong"), Home(ann.server, "")
    ben = Home(ann.server, f"{ann.user}ben")
    ann.behind.add_user(ben.user)
    path = f"/{ann.user}/{WORK}/a.ics"
    for body in (invite("a", WEDNESDAY), invite("a", WEDNESDAY, "RRULE:FREQ=SECONDLY"), b"BEGIN:VCALENDAR\r\nnonsense"):
        answers = [one.put(path, body) for one in (wrong, nobody, ben)]
        assert [one.status for one in answers] == [401, 401, 403]
        for answer in answers:
            assert not any(word in answer.reason + answer.text + str(answer.headers) for word in NEVER_TOLD)
    posted = [one.send("POST", f"/{ann.user}/{WORK}/", invite("a", WEDNESDAY)) for one in (wrong, nobody, ben)]
    assert not any(word in one.reason + one.text for one in posted for word in NEVER_TOLD)


def test_who_may_read_and_not_write_learns_nothing_either(behind):
    def read_only(one):
        if one.method != "PROPFIND":
            return behind.store(one)
        body = b'<d:multistatus xmlns:d="DAV:"><d:response><d:current-user-privilege-set><d:privilege><d:read/>'
        body += b"</d:privilege></d:current-user-privilege-set></d:response></d:multistatus>"
        return response("207 Multi-Status", body)

    behind.answer = read_only
    answer = behind.client.put("work/a.ics", invite("a", WEDNESDAY))
    assert (answer.status, any(word in answer.reason + answer.text for word in NEVER_TOLD)) == (403, False)
    assert behind.recorder.writes == []


@pytest.mark.parametrize("status", ["404 Not Found", "500 Oops", "207 Multi-Status"])
def test_a_server_that_does_not_say_who_may_write_has_nothing_told(behind, status):
    behind.answer = lambda one: response(status, b"<x") if one.method == "PROPFIND" else behind.store(one)
    answer = behind.client.put("work/a.ics", invite("a", WEDNESDAY))
    assert (answer.status, any(word in answer.reason + answer.text for word in NEVER_TOLD)) == (403, False)


def test_a_stale_condition_is_told_before_the_rule(ann):
    ann.put("work/a.ics", invite("a", THURSDAY))
    assert ann.put("work/a.ics", invite("a", WEDNESDAY), If_Match='"stale"').status == 412
    assert ann.put("work/a.ics", invite("a", WEDNESDAY), If_None_Match="*").status == 412
    assert ann.put("work/new.ics", invite("new", WEDNESDAY), If_Match='"stale"').status == 412
    assert ann.put("work/a.ics", invite("a", WEDNESDAY)).status == 403


# old against new (S010, S011, S013)


def test_a_meeting_from_before_the_rule_can_be_answered_and_not_moved_on(ann):
    Home(ann.behind, ann.user).put("work/a.ics", invite("a", WEDNESDAY))
    stored = ann.get("work/a.ics")
    accepted = stored.body.replace(b"ATTENDEE:mailto:ben", b"ATTENDEE;PARTSTAT=ACCEPTED:mailto:ben")
    assert ann.put("work/a.ics", accepted, If_Match=stored.headers["Etag"]).status in (201, 204)
    assert b"PARTSTAT=ACCEPTED" in ann.get("work/a.ics").body
    assert ann.put("work/a.ics", invite("a", WEDNESDAY + timedelta(days=7))).status == 403


def test_reviving_a_meeting_or_asking_people_to_an_entry_is_refused(ann):
    assert ann.put("work/a.ics", invite("a", WEDNESDAY, "STATUS:CANCELLED")).status == 201
    assert ann.put("work/a.ics", invite("a", WEDNESDAY)).status == 403
    assert ann.put("work/b.ics", invite("b", WEDNESDAY, people=())).status == 201
    assert ann.put("work/b.ics", invite("b", WEDNESDAY)).status == 403


def test_a_series_steps_over_banned_dates_and_its_answer_has_no_etag(ann):
    answer = ann.put("work/a.ics", daily("a", WEDNESDAY - timedelta(days=2)))
    assert (answer.status, "Etag" in answer.headers) == (201, False)
    assert f"EXDATE;X-MEETCOST=SKIPPED;TZID=Europe/Berlin:{WEDNESDAY:%Y%m%d}" in ann.get("work/a.ics").text.replace(
        "EXDATE;TZID=Europe/Berlin;X-MEETCOST=SKIPPED", "EXDATE;X-MEETCOST=SKIPPED;TZID=Europe/Berlin"
    )


# one client against another: S001 and S002 of the scenarios


def test_of_two_writes_under_one_condition_one_is_stored(ann):
    for number in range(5):
        name = f"work/{number}.ics"
        ann.put(name, invite(str(number), THURSDAY))
        etag = ann.get(name).headers["Etag"]
        bodies = [invite(str(number), THURSDAY, f"COMMENT:{who}") for who in "ab"]
        with ThreadPoolExecutor(2) as pool:
            got = list(pool.map(lambda body, name=name, etag=etag: ann.put(name, body, If_Match=etag).status, bodies))
        assert min(got) in (201, 204)
        assert max(got) == 412


def test_a_write_that_another_overtook_is_judged_again(behind):
    """A meeting from before the rule is answered; before that is stored, somebody deletes it: now it is a new one."""
    path = "/ann/work/a.ics"
    behind.store.put(path, invite("a", WEDNESDAY))
    overtaken = []

    def overtaking(one):
        if one.method == "PUT" and not overtaken:
            overtaken.append(one)
            del behind.store.objects[path]
        return behind.store(one)

    behind.answer = overtaking
    answer = behind.client.put("work/a.ics", invite("a", WEDNESDAY, "COMMENT:I come"))
    assert (answer.status, answer.reason[:14]) == (403, "No-meeting day")
    assert overtaken[0].headers["if-match"] == '"1"'
    assert behind.store.objects == {}


def test_a_write_that_is_always_overtaken_ends(behind):
    path = "/ann/work/a.ics"
    behind.store.put(path, invite("a", THURSDAY))

    def restless(one):
        if one.method == "PUT":
            behind.store.put(path, invite("a", THURSDAY, f"SEQUENCE:{len(behind.recorder.requests)}"))
        return behind.store(one)

    behind.answer = restless
    answer = behind.client.put("work/a.ics", invite("a", THURSDAY, "COMMENT:mine"))
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    assert not any(b"mine" in body for body in behind.store.objects.values())


def test_a_condition_of_the_server_itself_is_told_as_it_is(behind):
    behind.store.put("/ann/work/a.ics", invite("a", THURSDAY))
    behind.answer = lambda one: response("412 No") if one.method == "PUT" else behind.store(one)
    assert behind.client.put("work/a.ics", invite("a", THURSDAY)).status == 412
    assert len(behind.recorder.of("PUT")) == 1


def test_what_is_moved_is_what_was_judged(behind):
    """A client changes the source between the look and the move: through the proxy it has to wait."""
    behind.store.put("/ann/drafts/a.ics", invite("a", THURSDAY))
    looked, go_on = Event(), Event()

    def slow(one):
        if one.method == "MOVE":
            looked.set()
            assert go_on.wait(30)
        return behind.store(one)

    behind.answer = slow
    with ThreadPoolExecutor(2) as pool:
        moving = pool.submit(behind.client.move, "drafts/a.ics", "work/a.ics")
        assert looked.wait(30)
        writing = pool.submit(behind.client.put, "drafts/a.ics", invite("a", THURSDAY, "COMMENT:later"))
        with pytest.raises(TimeoutError):
            writing.result(0.3)
        go_on.set()
        assert moving.result(30).status == 201
        assert writing.result(30).status == 201
    assert behind.recorder.of("MOVE")[0].headers["if-match"] == '"1"'
    assert [one.method for one in behind.recorder.writes] == ["MOVE", "PUT"]


def test_a_move_that_somebody_else_overtook_is_judged_again(behind):
    behind.store.put("/ann/drafts/a.ics", invite("a", THURSDAY))

    def overtaking(one):
        if one.method == "MOVE" and len(behind.recorder.of("MOVE")) == 1:
            behind.store.put("/ann/drafts/a.ics", invite("a", WEDNESDAY))
        return behind.store(one)

    behind.answer = overtaking
    assert behind.client.move("drafts/a.ics", "work/a.ics").status == 403
    assert "/ann/work/a.ics" not in behind.store.objects


# what is said in two ways


@pytest.mark.parametrize(
    "kind",
    [
        "text/calendar; charset=utf-8; charset=utf-7",
        'text/calendar; charset="utf-8"; x="; charset=utf-16"',
        "text/calendar; component=VEVENT; x*=utf-7''x",
        "text/calendar;charset=us-ascii",
        "text/plain; charset=utf-8",
        "application/octet-stream",
        "",
    ],
)
def test_the_server_is_told_one_charset(behind, kind):
    assert behind.client.put("work/a.ics", invite("a", THURSDAY), Content_Type=kind).status == 201
    told = behind.recorder.of("PUT")[0].headers["content-type"]
    assert re.fullmatch(r"text/calendar; charset=utf-8(; component=VEVENT)?", told)


@pytest.mark.parametrize("host", ["a/b", "a@b", "a b", "", "a,b", "a:b", "[::1"])
def test_a_host_is_a_name(behind, host):
    assert (
        raw(behind.proxy.port, f"GET /a HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()).status == 400
    )
    assert behind.recorder.requests == []


def test_two_requests_in_one_piece_are_two(behind):
    def request(day):
        body = invite("a", day)
        return f"PUT /ann/{WORK}/{day}.ics HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body

    answer = raw(
        behind.proxy.port, request(THURSDAY) + request(WEDNESDAY).replace(b"Host: x", b"Host: x\r\nConnection: close")
    )
    assert answer.status == 201
    raw(behind.proxy.port, request(WEDNESDAY))
    assert list(behind.store.objects) == [f"/ann/{WORK}/{THURSDAY}.ics"]


# other ways to write


def test_a_meeting_is_not_moved_or_copied_onto_a_banned_day_of_another_calendar(ann):
    ann.calendar("drafts")
    bare = Home(ann.behind, ann.user)
    bare.put("drafts/a.ics", invite("a", WEDNESDAY))
    bare.put("drafts/b.ics", invite("b", THURSDAY))
    assert ann.move("drafts/a.ics", "work/a.ics").status == 403
    assert ann.move("drafts/a.ics", "drafts/moved.ics").status == 201  # in its calendar it may stay
    assert ann.move("drafts/b.ics", "work/b.ics").status == 201
    assert ann.move("drafts/none.ics", "work/none.ics").status == 404
    assert ann.send("MOVE", "drafts/", Destination=f"{ann.server.url}{ann.user}/more/").status == 403
    assert ann.send("MOVE", "work/b.ics", Destination="http://elsewhere.example/a.ics").status == 400
    assert ann.send("MOVE", "work/b.ics").status == 400


def test_a_whole_calendar_is_judged_object_by_object(ann):
    good, bad = component("good", THURSDAY), component("bad", WEDNESDAY)
    assert ann.put("work/", calendar(good, component("more", THURSDAY))).status == 201
    before = ann.get("work/").body
    answer = ann.put("work/", calendar(good, bad))
    assert (answer.status, answer.reason[:14]) == (403, "No-meeting day")
    assert ann.put("work", calendar(good, bad)).status == 403
    assert ann.get("work/").body == before


def test_a_whole_calendar_is_not_changed(behind):
    body = calendar(component("a", THURSDAY), component("b", THURSDAY))
    assert behind.client.put("work/", body).status == 201
    assert [one.body for one in behind.recorder.of("PUT")] == [body]
    stepping = calendar(
        component("a", THURSDAY), component("b", WEDNESDAY - timedelta(days=1), "RRULE:FREQ=DAILY;COUNT=4")
    )
    assert behind.client.put("work/", stepping).status == 403


def test_a_new_member_is_judged(behind):
    assert behind.client.send("POST", "work/", invite("a", WEDNESDAY), Content_Type="text/calendar").status == 403
    assert behind.recorder.writes == []
    assert behind.client.send("POST", "work/", invite("a", THURSDAY), Content_Type="text/calendar").status == 201
    assert b"X-MEETCOST" in behind.recorder.of("POST")[0].body


def test_only_free_and_busy_times_are_asked_for_by_post(behind):
    asking = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nMETHOD:REQUEST\r\nBEGIN:VFREEBUSY\r\nUID:f\r\n"
        "DTSTAMP:20260101T000000Z\r\nDTSTART:20261201T000000Z\r\nDTEND:20261202T000000Z\r\n"
        "END:VFREEBUSY\r\nEND:VCALENDAR\r\n"
    )
    for body, status in (
        (asking.encode(), 201),
        (invite("a", THURSDAY).replace(b"VERSION:2.0", b"VERSION:2.0\r\nMETHOD:REQUEST"), 403),
        (asking.replace("END:VFREEBUSY", "X-A:\x0bBEGIN:VEVENT\r\nEND:VFREEBUSY").encode(), 403),
        (asking.replace("END:VFREEBUSY\r\n", "END:VFREEBUSY\r\nBEGIN:VEV\r\n ENT\r\nEND:VEVENT\r\n").encode(), 403),
        (b"<multiput xmlns='x'/>", 403),
        (b"", 403),
    ):
        behind.recorder.requests.clear()
        assert behind.client.send("POST", "outbox/", body, Content_Type="text/calendar").status == status, body
        assert [one.body for one in behind.recorder.writes] == ([body] if status == 201 else [])


def test_contacts_are_not_looked_at(behind):
    card = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:c\r\nFN:Ärger\r\nEND:VCARD\r\n"
    answer = behind.client.put("book/c.vcf", card.encode(), Content_Type="text/vcard; charset=utf-8")
    assert (answer.status, "Etag" in answer.headers) == (201, True)
    assert [one.body for one in behind.recorder.requests] == [card.encode()]
    for body, kind in (
        (card.encode("utf-16"), "text/vcard"),
        (card.encode("latin-1"), "text/vcard"),
        (card.encode() + invite("a", WEDNESDAY), "text/vcard"),
        (card.encode(), "text/vcard; charset=utf-7"),
        (b"\x89PNG", "image/png"),
    ):
        assert behind.client.put("book/d.vcf", body, Content_Type=kind).status in (403, 415)
    assert len(behind.recorder.writes) == 1


def test_a_method_that_nobody_knows_is_refused_with_those_that_are_known(behind):
    for method in ("PATCH", "BIND", "REBIND", "ORDERPATCH", "UPDATE", "CONNECT", "TRACE", "FOO"):
        answer = behind.client.send(method, "work/a.ics", invite("a", THURSDAY))
        assert answer.status in (400, 405), method
    assert "PUT" in behind.client.send("PATCH", "work/a.ics").headers["Allow"]
    assert behind.recorder.requests == []


def test_links_that_lead_past_the_guard_are_taken_out(behind):
    behind.answer = lambda one: response(
        "301 Moved",
        Location=f"{behind.recorder.url}/ann/",
        Alt_Svc='h2c=":5280"',
        Upgrade="h2c",
        Connection="X-Odd",
        X_Odd="1",
    )
    answer = behind.client.get("work/a.ics")
    assert answer.headers["Location"] == f"{behind.proxy.url}ann/"
    assert not {"Alt-Svc", "Upgrade", "X-Odd"} & set(answer.headers)


def test_time_zones_of_one_client_are_not_those_of_another(behind):
    """S016, S017: a zone of a known or a private name that each object defines for itself, at once."""
    late = WEDNESDAY - timedelta(days=1)

    def zoned(uid, name, offset):
        zone = f"BEGIN:VTIMEZONE TZID:{name.replace(' ', '_')} BEGIN:STANDARD DTSTART:19700101T000000"
        zone += f" TZOFFSETFROM:{offset} TZOFFSETTO:{offset} END:STANDARD END:VTIMEZONE"
        lines = [line.replace("TZID:" + name.replace(" ", "_"), f"TZID:{name}") for line in zone.split()]
        event = [line.replace("TZID=Europe/Berlin", f"TZID={name}") for line in component(uid, late, at=22)]
        return calendar(lines, event)

    names = ("Europe/Berlin", "Eastern Standard Time", "Private")
    wanted = [(name, offset) for name in names for offset in ("+0100", "-1000")] * 8
    with ThreadPoolExecutor(8) as pool:
        put = behind.client.put
        got = list(pool.map(lambda n: put(f"work/{n}.ics", zoned(str(n), *wanted[n])).status, range(len(wanted))))
    for (name, offset), status in zip(wanted, got, strict=True):
        east = name == "Eastern Standard Time"  # 22:00 there is Wednesday here, by its own rules in any case
        assert (status == 403) == (offset == "-1000" or east), (name, offset, status)


def test_other_ways_to_write_to_xandikos(tmp_path):
    server = start_xandikos(tmp_path / "server")
    proxy = start_proxy(tmp_path / "proxy", server.url, POLICY)
    try:
        one, bare, work = Home(proxy, ""), Home(server, ""), "/user/calendars/calendar/"
        assert one.send("POST", work, invite("p", WEDNESDAY), Content_Type="text/calendar").status == 403
        assert one.send("POST", work, invite("p", THURSDAY), Content_Type="text/calendar").status in (200, 201)
        other = "/user/calendars/other/"
        assert one.send("MKCALENDAR", other).status == 201
        assert bare.put(f"{other}banned.ics", invite("banned", WEDNESDAY)).status == 201
        assert bare.put(f"{other}fine.ics", invite("fine", THURSDAY)).status == 201
        for method in ("COPY", "MOVE"):
            for name, statuses in (("banned", (403,)), ("fine", (201, 204, 412))):
                to = f"{proxy.url.rstrip('/')}{work}{name}.ics"
                assert one.send(method, f"{other}{name}.ics", Destination=to).status in statuses, (method, name)
        assert one.get(f"{work}fine.ics").status == 200
        assert f"{WEDNESDAY:%Y%m%d}T" not in "".join(one.get(f"{work}{name}.ics").text for name in ("banned", "fine"))
        assert one.send("COPY", other, Destination=f"{proxy.url}user/calendars/third/").status == 403
    finally:
        proxy.stop()
        server.stop()


# options


def test_what_observes_lets_pass_and_writes_it_down(home):
    ann = home(OBSERVING)
    assert ann.put("work/a.ics", invite("a", WEDNESDAY)).status == 201
    assert b"X-MEETCOST" in ann.get("work/a.ics").body
    (line,) = [json.loads(one) for one in ann.server.journal.read_text("utf-8").splitlines()]
    assert (line["outcome"], line["would_be"], line["mode"]) == ("allow", "deny", "observe")


def test_as_it_is_nothing_is_changed(tmp_path):
    recorder = Recorder(Store())
    proxy = start_proxy(tmp_path, recorder.url, POLICY, "--as-is")
    try:
        ann = Home(proxy, "ann")
        answer = ann.put("work/a.ics", invite("a", THURSDAY))
        assert (answer.status, "Etag" in answer.headers) == (201, True)
        assert [one.body for one in recorder.of("PUT")] == [invite("a", THURSDAY)]
        assert ann.put("work/b.ics", daily("b", WEDNESDAY - timedelta(days=2))).status == 403
        assert len(recorder.of("PUT")) == 1
    finally:
        proxy.stop()
        recorder.stop()


def test_what_is_exempt_named_or_dropped(tmp_path):
    recorder = Recorder(Store())
    options = "--exempt /files/ --host cal.example.test --drop-header X-Odd --keep-header X-Remote-User".split()
    proxy = start_proxy(tmp_path, recorder.url, POLICY, *options)
    try:
        ann = Home(proxy, "ann")
        assert ann.put("/files/a.ics", invite("a", WEDNESDAY)).status == 400  # not its name
        named = {"Host": "cal.example.test", "X_Odd": "1", "X_Remote_User": "ann", "X_Forwarded_For": "6.6.6.6"}
        assert ann.put("/files/a.png", b"\x89PNG", **named).status == 201
        (one,) = recorder.requests
        assert (one.body, one.headers["x-remote-user"], one.headers["x-forwarded-for"]) == (
            b"\x89PNG",
            "ann",
            "127.0.0.1",
        )
        assert "x-odd" not in one.headers
        assert ann.put("/files/%2e%2e/work/a.ics", invite("a", WEDNESDAY), **named).status == 400
        assert ann.put("/Files/a.ics", invite("a", WEDNESDAY), **named).status == 403
        to = {**named, "Destination": "http://cal.example.test/work/a.ics"}
        recorder.answer.put("/files/a.ics", invite("a", WEDNESDAY))
        assert ann.send("MOVE", "/files/a.ics", **to).status == 403
    finally:
        proxy.stop()
        recorder.stop()


def test_a_rule_of_some_calendars_binds_the_whole_of_one(tmp_path):
    """A PUT to a path without a slash may be a whole calendar: the server is asked, and says that none is above it."""
    recorder = Recorder(Store())
    proxy = start_proxy(tmp_path, recorder.url, POLICY.replace("[[no", '[scope]\ncalendars = ["ann/*"]\n[[no', 1))
    try:
        ann = Home(proxy, "ann")
        assert ann.put("new.ics", invite("a", WEDNESDAY)).status == 403
        assert ann.put("/bob/new.ics", invite("a", WEDNESDAY)).status == 201
    finally:
        proxy.stop()
        recorder.stop()


def test_the_log_names_nobody(behind):
    before = len(behind.proxy.log)
    behind.client.put("secret-project/a.ics", invite("a", WEDNESDAY, title="Dismissal of Mr Roth"))
    raw(behind.proxy.port, b"PUT /ann/secret HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n")
    text = behind.proxy.log[before:]
    assert '"outcome":"deny"' in text
    assert not re.search("secret|Roth|ann|town.example|127.0.0.1", text)

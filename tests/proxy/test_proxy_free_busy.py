# SPDX-License-Identifier: Apache-2.0
"""Refusals propose times that are free as far as the server tells: really, or badly."""

from __future__ import annotations

import re
from contextlib import contextmanager
from datetime import timedelta
from threading import Event

import pytest
from invites import POLICY, THURSDAY, WEDNESDAY, calendar, component, invite
from proxying import Home, start_proxy
from recorder import PRIVILEGES, Recorder, Store, response

from tests.xandikos.xandikos_serving import SET_ADDRESS
from tests.xandikos.xandikos_serving import start as start_xandikos


def taken(uid: str, *lines: str, at: int = 9) -> bytes:
    """A private entry on the Thursday after the no-meeting day, of one hour."""
    return invite(uid, THURSDAY, *lines, at=at, people=())


def said(answer) -> str:
    assert answer.status == 403
    return answer.text


@pytest.fixture
def ann(home):
    return home()


def asking(one, *others: str, uid: str = "w", at: int = 10) -> bytes:
    return invite(uid, WEDNESDAY, at=at, people=(f"{one.user}@town.example", *others))


# Radicale: no scheduling, free-busy-query


def test_the_calendars_of_the_organiser_are_asked(ann):
    assert "calendars of 1 of 2 looked at" in (first := said(ann.put("work/w.ics", asking(ann, "ben@town.example"))))
    assert re.search(r"Thu \d+ \w+ 09:00", first)
    ann.calendar("private")
    assert ann.put("private/dentist.ics", taken("dentist")).status == 201
    assert ann.put("work/call.ics", taken("call", "STATUS:TENTATIVE", at=10)).status == 201
    assert ann.put("work/idea.ics", taken("idea", "TRANSP:TRANSPARENT", at=11)).status == 201
    then = said(ann.put("work/w.ics", asking(ann, "ben@town.example")))
    assert re.search(r"Thu \d+ \w+ 11:00", then), then
    assert "dentist" not in then


def test_nobody_is_told_of_their_own_time_for_a_meeting_of_somebody_else(ann):
    assert ann.put("work/d.ics", taken("d")).status == 201
    body = invite("w", WEDNESDAY, people=("carla@town.example", f"{ann.user}@town.example"))
    answer = said(ann.put("work/w.ics", body))
    assert "no calendar was looked at" in answer
    assert re.search(r"Thu \d+ \w+ 09:00", answer)


def test_the_log_names_nobody(ann):
    ann.put("work/w.ics", asking(ann, "ben@town.example"))
    assert ann.user not in ann.server.log
    assert "ben@" not in ann.server.log


# Xandikos: free-busy-query, and an outbox that answers for its own principal


@pytest.fixture(scope="module")
def before_xandikos(tmp_path_factory):
    folder = tmp_path_factory.mktemp("xandikos")
    server = start_xandikos(folder / "server", "", guarded=False)
    proxy = start_proxy(folder / "proxy", server.url, POLICY, "--keep-header", "X-Remote-User")
    yield proxy
    proxy.stop()
    server.stop()


class Principal:
    """A user of Xandikos behind the proxy, with an address or without one."""

    def __init__(self, proxy, name: str, address: str = "") -> None:
        self.home, self.name, self.user = Home(proxy, ""), name, name
        assert self.send("PROPFIND", f"/{name}/", Depth="0").status == 207
        if address:
            body = SET_ADDRESS.format(address).encode()
            assert self.send("PROPPATCH", f"/{name}/", body, Content_Type="application/xml").status == 207

    def send(self, method: str, path: str, body: bytes = b"", **headers: str):
        return self.home.send(method, path, body, X_Remote_User=self.name, **headers)

    def put(self, path: str, body: bytes):
        return self.send("PUT", f"/{self.name}/calendars/{path}", body, Content_Type="text/calendar; charset=utf-8")


@pytest.mark.parametrize(("address", "free"), [("out@town.example", "10:00"), ("", "11:00")])
def test_xandikos_tells_by_its_outbox_and_by_its_calendars(before_xandikos, address, free):
    """Only its outbox knows whose time it is, and leaves out what they declined."""
    one = Principal(before_xandikos, "out" if address else "noout", address)
    assert one.put("calendar/d.ics", taken("d")).status == 201
    declined = component("x", THURSDAY, f"ATTENDEE;PARTSTAT=DECLINED:mailto:{one.user}@town.example", people=())
    declined.insert(2, "ORGANIZER:mailto:far@elsewhere.example")
    assert one.put("calendar/x.ics", calendar(declined)).status == 201
    answer = said(one.put("calendar/w.ics", asking(one, "ben@town.example")))
    assert "calendars of 1 of 2 looked at" in answer
    assert re.search(rf"Thu \d+ \w+ {free}", answer), answer


def test_an_address_that_is_not_theirs_opens_nothing(before_xandikos):
    one = Principal(before_xandikos, "carla", "carla@elsewhere.example")
    assert one.put("calendar/d.ics", taken("d")).status == 201
    assert "no calendar was looked at" in said(one.put("calendar/w.ics", asking(one, "ben@town.example")))


# a server that has a scheduling outbox for everybody, and ones that answer badly


def multistatus(href: str, props: str) -> bytes:
    body = (
        '<D:multistatus xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:response>'
        f"<D:href>{href}</D:href><D:propstat><D:prop>{props}</D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat>"
        "</D:response></D:multistatus>"
    )
    return response("207 Multi-Status", body.encode(), Content_Type="application/xml")


def reply(address: str, busy: str, status: str = "2.0;Success", days: int = 60) -> str:
    until = WEDNESDAY + timedelta(days=days)
    return (
        f"<C:response><C:recipient><D:href>{address}</D:href></C:recipient><C:request-status>{status}"
        "</C:request-status><C:calendar-data>BEGIN:VCALENDAR\nBEGIN:VFREEBUSY\nDTSTART:20200101T000000Z\n"
        f"DTEND:{until:%Y%m%d}T000000Z\n{busy}END:VFREEBUSY\nEND:VCALENDAR\n</C:calendar-data></C:response>"
    )


EVERYBODY = "mailto:ann@town.example", "mailto:ben@town.example"
PRINCIPAL = (
    "<C:calendar-user-address-set><D:href>mailto:ann@town.example</D:href></C:calendar-user-address-set>"
    "<C:schedule-outbox-URL><D:href>/out/</D:href></C:schedule-outbox-URL>"
    "<C:calendar-home-set><D:href>/ann/</D:href></C:calendar-home-set>"
)


class Scheduling(Store):
    """A store with a principal and an outbox, which gives `answers`."""

    def __init__(self) -> None:
        super().__init__()
        self.principal, self.answers, self.calendars, self.asked = PRINCIPAL, "", 0, []

    def _answer(self, one) -> bytes:
        self.asked.append(one)
        if one.method == "PROPFIND":
            if b"current-user-principal" in one.body:
                who = "<D:current-user-principal><D:href>/p/ann/</D:href></D:current-user-principal>"
                return multistatus(one.target, who)
            if b"calendar-home-set" in one.body:
                return multistatus(one.target, self.principal)
            if b"schedule-calendar-transp" in one.body:
                kind = "<D:resourcetype><D:collection/><C:calendar/></D:resourcetype>"
                many = "".join(
                    f"<D:response><D:href>/ann/{at}/</D:href><D:propstat><D:prop>{kind}</D:prop>"
                    "<D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>"
                    for at in range(self.calendars)
                )
                whole = f'<D:multistatus xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">{many}</D:multistatus>'
                return response("207 Multi-Status", whole.encode(), Content_Type="application/xml")
            return PRIVILEGES
        if one.method == "POST":
            head = '<C:schedule-response xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">'
            return response("200 OK", f"{head}{self.answers}</C:schedule-response>".encode())
        return super()._answer(one)

    def times(self, method: str) -> int:
        return sum(one.method == method for one in self.asked)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    class Recorded:
        store = Scheduling()

    recorder = Recorder(lambda one: Recorded.store(one))  # noqa: PLW0108 - the store of the test
    proxy = start_proxy(tmp_path_factory.mktemp("proxy"), recorder.url, POLICY)
    Recorded.client, Recorded.proxy = Home(proxy, "ann"), proxy
    yield Recorded
    proxy.stop()
    recorder.stop()


@pytest.fixture
def behind(recorded):
    recorded.store = Scheduling()
    return recorded


def refused(behind) -> str:
    people = ("ann@town.example", "ben@town.example")
    return said(behind.client.put("work/w.ics", invite("w", WEDNESDAY, people=people)))


def busy_until(hour: int) -> str:
    return f"FREEBUSY:{THURSDAY:%Y%m%d}T000000Z/{THURSDAY:%Y%m%d}T{hour:02}0000Z\n"


def test_an_outbox_is_asked_for_everybody_once_with_the_client_s_own_credentials(behind):
    behind.store.answers = reply(EVERYBODY[0], "") + reply(EVERYBODY[1], busy_until(12))
    answer = refused(behind)
    assert "Free for all 2: " in answer
    assert re.search(r"Free for all 2: Thu \d+ \w+ 1[34]:", answer), answer
    (post,) = [one for one in behind.store.asked if one.method == "POST"]
    assert post.target == "/out/"
    assert post.headers["authorization"].startswith("Basic ")
    assert all(f"ATTENDEE:{one}\r\n".encode() in post.body for one in EVERYBODY)
    assert behind.store.times("REPORT") == 0
    assert "ben@" not in behind.proxy.log


def test_only_those_whom_the_server_answers_for_count_as_asked(behind):
    behind.store.answers = reply(EVERYBODY[0], "") + reply(EVERYBODY[1], busy_until(12), "3.7;Invalid calendar user")
    assert "calendars of 1 of 2 looked at" in refused(behind)
    behind.store.answers = reply(EVERYBODY[0], "") + reply(EVERYBODY[1], "", days=-9)
    assert "calendars of 1 of 2 looked at" in refused(behind)
    behind.store.answers = reply(EVERYBODY[0], "") + reply("mailto:carla@town.example", "")
    assert "calendars of 1 of 2 looked at" in refused(behind)


def test_an_allowed_write_asks_for_nothing(behind):
    body = invite("t", THURSDAY, people=("ann@town.example",))
    assert behind.client.put("work/t.ics", body).status == 201
    assert not any(
        b"current-user-principal" in one.body or one.method in ("POST", "REPORT") for one in behind.store.asked
    )


def test_so_many_calendars_are_asked_and_no_more(behind):
    behind.store.calendars = 40
    assert "no calendar was looked at" in refused(behind)
    assert behind.store.times("REPORT") == 20


@pytest.mark.parametrize(
    "principal",
    [
        "",
        PRINCIPAL.replace("/out/", "http://elsewhere.example/out/"),
        PRINCIPAL.replace("/out/", "/out/../../x"),
        "<C:calendar-home-set><D:href>/ann/</D:href></C:calendar-home-set>",
    ],
)
def test_what_the_principal_does_not_say_is_not_asked(behind, principal):
    behind.store.principal = principal
    assert "no calendar was looked at" in refused(behind)
    assert behind.store.times("POST") == 0


@contextmanager
def breaking(behind, method: str, answer: bytes):
    whole = behind.store._answer

    def broken(one):
        return answer if one.method == method and b"privilege" not in one.body else whole(one)

    behind.store._answer = broken
    yield


@pytest.mark.parametrize(
    "answer",
    [
        response("500 Internal Server Error"),
        response("200 OK", b"<a"),
        response("200 OK", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
        response("200 OK", b"<a>" * 1000 + b"</a>" * 1000),
        response("200 OK", b"<a>" + b" " * 1_100_000 + b"</a>"),
    ],
    ids=["error", "cut", "entity", "deep", "large"],
)
@pytest.mark.parametrize("method", ["PROPFIND", "POST", "REPORT"])
def test_whatever_is_answered_the_refusal_is_told(behind, method, answer):
    behind.store.calendars = 1
    with breaking(behind, method, answer):
        assert "no calendar was looked at" in refused(behind)


def test_who_does_not_answer_in_time_is_not_waited_for(behind, recorded):
    whole = behind.store._answer
    held = []

    def slow(one):
        if one.method == "POST":
            held.append(one)
            done.wait(20)
        return whole(one)

    done = Event()
    behind.store.lock = _Nothing()  # the others must not wait for it
    behind.store._answer = slow
    try:
        assert "no calendar was looked at" in refused(behind)
        assert held
        assert not done.is_set()
    finally:
        done.set()


class _Nothing:
    def __enter__(self) -> None: ...
    def __exit__(self, *_parts: object) -> None: ...

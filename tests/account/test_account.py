# SPDX-License-Identifier: Apache-2.0
"""A CalDAV account on real servers: what lies there, what has changed, and what is not done for any server."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

import pytest
from caldav_servers import QUICK, Answer, BadDay, CutError, Radicale, Request, Xandikos, waits
from invites import FRIDAY, THURSDAY, invite

from meetcost.account.account import Account, key_of
from meetcost.account.faults import AccountError, AwayError, RefusedError
from meetcost.account.listing import AT_A_TIME, fetch, listing

SYNC, MULTIGET = b"sync-collection", b"calendar-multiget"


def stored(user, count=3, first=0):
    for number in range(first, first + count):
        answer = user.put(f"work/{number}@x.ics", invite(f"uid {number}", THURSDAY))
        assert answer.status == 201, answer


def names(urls):
    return sorted(key_of(url).rpartition("/")[2] for url in urls)


def test_the_calendars_of_a_user_and_one_by_its_address(user):
    with user.account() as account:
        (work,) = account.calendars()
    assert work == f"{user.server.url.rstrip('/')}{user.path('work/')}"
    one = Account(work, user.user, user.password, patience=QUICK)
    if isinstance(user, Xandikos):
        one._session.headers["X-Remote-User"] = user.user
    with one:
        assert one.calendars() == [work]


def test_all_and_then_only_what_has_changed(user):
    stored(user)
    with user.account() as account:
        calendar = account.calendars()[0]
        first = listing(account, calendar)
        assert (names(one.url for one in first.objects), first.whole) == (["0@x.ics", "1@x.ics", "2@x.ics"], True)
        assert listing(account, calendar, first.token).objects == ()
        assert user.put("work/1@x.ics", invite("uid 1", FRIDAY)).status in (201, 204)
        stored(user, 1, first=7)
        assert user.send("DELETE", "work/0@x.ics").status in (200, 204)
        then = listing(account, calendar, first.token)
        assert (names(one.url for one in then.objects), then.whole) == (["1@x.ics", "7@x.ics"], False)
        assert names(then.gone) == ["0@x.ics"]
        assert listing(account, calendar, then.token)[:2] == ((), ())


def test_a_token_that_the_server_does_not_know_lists_all(user):
    stored(user)
    with user.account() as account:
        found = listing(account, account.calendars()[0], "http://radicale.org/ns/sync/nonsense")
    assert (len(found.objects), found.whole) == (3, True)


def test_objects_come_in_one_answer_and_what_is_gone_does_not(user):
    stored(user)
    with user.account() as account:
        calendar = account.calendars()[0]
        urls = [one.url for one in listing(account, calendar).objects]
        assert user.send("DELETE", "work/1@x.ics").status in (200, 204)
        found = fetch(account, calendar, urls)
    assert names(found) == ["0@x.ics", "2@x.ics"]
    assert all("BEGIN:VEVENT" in one for one in found.values())


def test_octets_as_they_are_stored_and_written_only_where_they_still_are(user):
    stored(user, 1)
    with user.account() as account:
        url = account.calendars()[0] + "0@x.ics"
        before = account.get(url)
        assert before is not None
        assert before.is_strong
        assert before.octets == user.get("work/0@x.ics").body
        account.put(url, before.octets.replace(b"Budget", b"Garden"), before.etag)
        with pytest.raises(RefusedError) as told:
            account.put(url, before.octets, before.etag)
        assert told.value.status in (412, 423, 500)  # what Xandikos says to a race
        assert b"Garden" in user.get("work/0@x.ics").body
        assert account.get(f"{url}-no") is None


def test_a_wrong_password_is_told_without_it(radicale):
    with Account(radicale.server.url, radicale.user, "wrong-word") as account, pytest.raises(RefusedError) as told:
        account.calendars()
    assert "user name or password are not accepted" in str(told.value)
    assert "wrong-word" not in str(told.value)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ftp://x.example/", "is no address of a server"),
        ("nonsense", "is no address of a server"),
        ("https://ann:word@x.example/", "a URL with a user in it"),
        ("http://calendar.example/", "would send the password unencrypted"),
    ],
)
def test_addresses_that_are_not_asked_at_all(url, said):
    with pytest.raises(AccountError, match=said) as told:
        Account(url, "ann", "word")
    assert "word" not in str(told.value).replace("password", "")


def test_nobody_there_is_told():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    patience, noted = waits()
    url = f"http://127.0.0.1:{port}/"
    with Account(url, "ann", "word", patience=patience) as account, pytest.raises(AwayError, match="cannot be reached"):
        account.calendars()
    assert len(noted) == patience.tries - 1
    assert noted[0] < noted[-1]


# what a server without sync-collection, or a bad one, does


def without_sync(request: Request, pass_on) -> Answer:
    return Answer(403, "Forbidden", {}, b"") if SYNC in request.body else pass_on(request)


def test_a_server_without_sync_collection_lists_entity_tags(radicale: Radicale, bad_day: BadDay):
    stored(radicale)
    bad_day.rule = without_sync
    with bad_day.account(radicale) as account:
        found = listing(account, account.calendars()[0])
    assert (len(found.objects), found.token, found.whole) == (3, "", True)
    assert all(one.etag for one in found.objects)


def test_a_listing_that_is_cut_is_gone_on_with(radicale, bad_day):
    """RFC 6578 §3.6: 507 for the collection itself says that there is more."""
    tokens = []

    def cutting(request, pass_on):
        if SYNC not in request.body:
            return pass_on(request)
        at = len(tokens)
        tokens.append(request.body.partition(b"<D:sync-token>")[2].partition(b"<")[0].decode())
        path = f"/{radicale.user}/work/"
        item = f'<response><href>{path}{at}.ics</href><propstat><prop><getetag>"{at}"</getetag></prop><status>HTTP/1.1 200 OK</status></propstat></response>'  # noqa: E501
        more = f"<response><href>{path}</href><status>HTTP/1.1 507 Insufficient Storage</status></response>"
        body = f'<multistatus xmlns="DAV:">{item}{more if at < 2 else ""}<sync-token>t{at}</sync-token></multistatus>'
        return Answer(207, "Multi-Status", {}, body.encode())

    bad_day.rule = cutting
    with bad_day.account(radicale) as account:
        found = listing(account, account.calendars()[0])
    assert names(one.url for one in found.objects) == ["0.ics", "1.ics", "2.ics"]
    assert (found.token, tokens) == ("t2", ["", "t0", "t1"])


def test_a_server_that_is_busy_is_asked_again_when_it_says(radicale, bad_day):
    answers = [Answer(429, "Too Many Requests", {"Retry-After": "3"}, b""), Answer(503, "Busy", {}, b"")]
    bad_day.rule = lambda request, pass_on: answers.pop(0) if answers and MULTIGET in request.body else pass_on(request)
    stored(radicale, 1)
    patience, noted = waits()
    with bad_day.account(radicale, patience) as account:
        calendar = account.calendars()[0]
        found = fetch(account, calendar, [calendar + "0@x.ics"])
    assert len(found) == 1
    assert noted[0] == 3.0
    assert noted[1] < 1


def test_a_wait_that_is_too_long_is_not_waited_for(radicale, bad_day):
    bad_day.rule = lambda request, pass_on: Answer(503, "Busy", {"Retry-After": "86400"}, b"")
    patience, noted = waits()
    with bad_day.account(radicale, patience) as account, pytest.raises(RefusedError, match="503"):
        listing(account, f"{bad_day.url}{radicale.user}/work/")
    assert noted == []


@pytest.mark.parametrize("at", [1, 200])
def test_an_answer_that_breaks_off_is_no_empty_calendar(radicale, bad_day, at):
    """K011."""
    stored(radicale)
    broken = []

    def breaking(request, pass_on):
        answer = pass_on(request)
        if SYNC in request.body and len(broken) < 2:
            broken.append(at)
            head = f"HTTP/1.1 207 Multi-Status\r\nContent-Length: {len(answer.body)}\r\n\r\n"
            raise CutError(head.encode() + answer.body[:at])
        return answer

    bad_day.rule = breaking
    with bad_day.account(radicale) as account:
        assert len(listing(account, account.calendars()[0]).objects) == 3
    assert len(broken) == 2
    bad_day.rule = lambda request, pass_on: breaking(request, pass_on) if broken.clear() is None else None
    with bad_day.account(radicale) as account, pytest.raises(AwayError):
        listing(account, account.calendars()[0])


def test_an_object_that_breaks_off_is_not_taken_for_it(radicale, bad_day):
    stored(radicale, 1)

    def breaking(request, pass_on):
        answer = pass_on(request)
        if answer.status != 200:
            return answer
        raise CutError(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(answer.body) + answer.body[:100])

    bad_day.rule = breaking
    with bad_day.account(radicale) as account, pytest.raises(AwayError):
        account.get(f"{bad_day.url}{radicale.user}/work/0@x.ics")


def test_credentials_go_to_no_other_server(radicale, bad_day):
    heard = []
    with socket.create_server(("127.0.0.1", 0)) as other:
        other.settimeout(0.5)

        def listen():
            with suppress(TimeoutError):
                heard.append(other.accept()[0])

        thread = threading.Thread(target=listen)
        thread.start()
        away = f"http://127.0.0.1:{other.getsockname()[1]}/"
        bad_day.rule = lambda request, pass_on: Answer(302, "Found", {"Location": away}, b"")
        with bad_day.account(radicale) as account:
            for ask in (account.calendars, lambda: account.get(f"{bad_day.url}x.ics"), account.addresses):
                with pytest.raises(AccountError, match="sends us to another one"):
                    ask()
        thread.join()
    assert heard == []


def test_a_home_on_another_server_is_not_followed(radicale, bad_day):
    """iCloud names a host of its own for each user: the user has to say that it is trusted."""
    asked = b"calendar-home-set"

    def elsewhere(request, pass_on):
        answer = pass_on(request)
        if asked not in request.body:
            return answer
        home = f"<href>/{radicale.user}/</href>".encode()
        return answer._replace(body=answer.body.replace(home, b"<href>http://other.example/ann/</href>"))

    bad_day.rule = elsewhere
    with bad_day.account(radicale) as account, pytest.raises(AccountError, match=r"http://other.example.*another one"):
        account.calendars()
    asked = b"current-user-principal"
    with bad_day.account(radicale) as account, pytest.raises(AccountError, match="do not fit this address"):
        account.calendars()


def test_redirects_within_the_server_are_followed_and_end(radicale, bad_day):
    def moved(request, pass_on):
        if request.path == "/.well-known/caldav":
            return Answer(301, "Moved", {"Location": f"/{radicale.user}/"}, b"")
        return pass_on(request)

    bad_day.rule = moved
    with bad_day.account(radicale, path=".well-known/caldav") as account:
        assert names(one.rstrip("/") for one in account.calendars()) == ["work"]
    bad_day.rule = lambda request, pass_on: Answer(302, "Found", {"Location": request.path}, b"")
    with bad_day.account(radicale) as account, pytest.raises(AccountError, match="in a circle"):
        account.calendars()


def test_an_answer_beyond_the_limit_is_asked_for_in_halves(radicale, bad_day, monkeypatch):
    stored(radicale, 4)
    big = invite("big", THURSDAY, f"DESCRIPTION:{'x' * 9000}")
    assert radicale.put("work/big.ics", big).status == 201
    monkeypatch.setattr(Account.multistatus, "__kwdefaults__", {**Account.multistatus.__kwdefaults__, "most": 6000})
    with bad_day.account(radicale) as account:
        calendar = account.calendars()[0]
        found = fetch(account, calendar, [one.url for one in listing(account, calendar).objects])
    told = {key_of(url).rpartition("/")[2]: one for url, one in found.items() if not isinstance(one, str)}
    assert len(found) == 5
    assert told["big.ics"].code == "too-large"
    assert list(told) == ["big.ics"]
    assert len(bad_day.asked("REPORT")) > 3


@pytest.mark.parametrize(
    "body",
    [
        b'<!DOCTYPE x [<!ENTITY a "aaaa">]><multistatus xmlns="DAV:"/>',
        b"not xml",
        b"",
        b"<a>" * 100,
        b'<multistatus xmlns="DAV:"><response>',
    ],
)
def test_answers_that_are_no_multistatus_are_told(radicale, bad_day, body):
    bad_day.rule = lambda request, pass_on: (
        Answer(207, "Multi-Status", {}, body) if request.method == "REPORT" else pass_on(request)
    )
    with bad_day.account(radicale) as account, pytest.raises(AwayError, match="the answer"):
        listing(account, account.calendars()[0])


def test_hrefs_of_other_servers_and_of_nothing_asked_for_are_left_out(radicale, bad_day):
    def lying(request, pass_on):
        if request.method != "REPORT":
            return pass_on(request)
        item = '<response><href>{}</href><propstat><prop><getetag>"1"</getetag></prop><status>HTTP/1.1 200 OK</status></propstat></response>'  # noqa: E501
        items = "".join(map(item.format, ["http://other.example/a.ics", "//other.example/b.ics", "sub/", "/c.ics"]))
        return Answer(
            207,
            "Multi-Status",
            {},
            f'<multistatus xmlns="DAV:">{items}<sync-token>t</sync-token></multistatus>'.encode(),
        )

    bad_day.rule = lying
    with bad_day.account(radicale) as account:
        calendar = account.calendars()[0]
        assert names(one.url for one in listing(account, calendar).objects) == ["c.ics"]
        (told,) = fetch(account, calendar, [calendar + "0@x.ics"]).values()
        assert told.code == "not-given"
        (told,) = fetch(account, calendar, [f"{bad_day.url}c.ics"]).values()  # without calendar-data: not as if gone
        assert told.code == "not-given"


def test_batches_are_of_five_hundred(radicale, bad_day):
    with bad_day.account(radicale) as account:
        calendar = account.calendars()[0]
        assert fetch(account, calendar, [f"{calendar}{number}.ics" for number in range(AT_A_TIME + 1)]) == {}
    counts = [one.body.count(b"<D:href>") for one in bad_day.asked("REPORT")]
    assert counts == [500, 1]


def test_a_server_that_lets_anybody_in_at_its_root_is_signed_in_to(radicale, bad_day):
    """As Cyrus 3.6.1 does, whose answer this is; its own calendars are below another path, and are asked for there."""
    anybody = b"""<?xml version="1.0" encoding="utf-8"?>
<D:multistatus xmlns:D="DAV:">
<D:response><D:href>/</D:href><D:propstat><D:prop><D:current-user-principal><D:unauthenticated/>\
</D:current-user-principal></D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response></D:multistatus>"""

    def open_root(request, pass_on):
        if request.path == "/.well-known/caldav":
            return Answer(301, "Moved Permanently", {"Location": f"/{radicale.user}/"}, b"")
        if request.path == "/" and "Authorization" not in request.headers:
            return Answer(207, "Multi-Status", {"Content-Type": "application/xml; charset=utf-8"}, anybody)
        return pass_on(request)

    bad_day.rule = open_root
    with bad_day.account(radicale) as account:
        assert names(one.rstrip("/") for one in account.calendars()) == ["work"]
    with Account(bad_day.url, radicale.user, "wrong", patience=QUICK) as account, pytest.raises(RefusedError):
        account.addresses()
    bad_day.requests.clear()
    bad_day.rule = lambda request, pass_on: pass_on(request)
    with bad_day.account(radicale) as account:  # one that asks is not asked for another place, which may lie elsewhere
        account.addresses()
    assert {one.path for one in bad_day.requests} == {"/", f"/{radicale.user}/"}

# SPDX-License-Identifier: Apache-2.0
"""`meetcost waiver` and `meetcost quota`: what a clerk types, and what a reviewer is shown."""

from datetime import UTC, datetime

import pytest

from meetcost.guard.guard import Guard
from meetcost.guard.ledger_books import LedgerBooks
from meetcost.ledger.ledger import Ledger
from meetcost.ledger.waivers import Waivers
from meetcost.policy.policy import Policy

AT = ("--now", "2026-12-01T08:00Z")
INVITE = """
BEGIN:VEVENT
UID:flood-plan
DTSTAMP:20261201T000000Z
DTSTART;TZID=Europe/Berlin:20261209T100000
DTEND;TZID=Europe/Berlin:20261209T113000
SUMMARY:Flood plan
DESCRIPTION:Purpose: agree on the plan\\nExpected result: a plan that holds
ORGANIZER:mailto:ann@town.example
ATTENDEE:mailto:ann@town.example
ATTENDEE:mailto:ben@town.example
ATTENDEE;ROLE=OPT-PARTICIPANT:mailto:carla@town.example
END:VEVENT
"""
WEEKLY = 'zone = "Europe/Berlin"\n[[quota]]\nid = "weekly"\nlimit = 2\nperiod = "week"\n'
NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)


@pytest.fixture
def asked(run, calendar, refusing, tmp_path, examples):
    """Asks for a waiver for `INVITE` with these options."""

    def asked(*options, body=INVITE):
        books = tmp_path / "books.db"
        file = calendar(body)
        words = ("waiver", "request", books, file, "-p", refusing, "--reason", "the dyke is due", *AT)
        return run(*words, *options), books

    return asked


def test_what_the_reviewer_sees(asked, examples):
    said, _ = asked("--rates", examples / "rates.toml", "--directory", examples / "directory.csv")
    assert said.code == 0, said.err
    for line in (
        "“Flood plan” was not saved",
        "purpose: agree on the plan",
        "expected result: a plan that holds",
        "cost: 3 people, 4.5 person-hours, EUR",
        "paid by:",
        "cheaper: 45 min instead: saves",
        "cheaper: without ",
        "cheaper: in writing instead: saves at most 4.5 person-hours",
        "instead: Permitted: ",
        "reason: the dyke is due",
        "requested as waiver 1",
    ):
        assert line in said.out, said.out
    zh, _ = asked("--lang", "zh")
    assert "会议目的：agree on the plan" in zh.out
    assert "已提交申请，编号 1" in zh.out


def test_the_whole_way_in_json(asked, run):
    said, books = asked("--json", "--class", "emergency")
    (request,) = said.objects
    assert request["waiver"] == 1
    assert request["spans"] == [["2026-12-09T09:00:00Z", "2026-12-09T10:30:00Z"]]
    assert request["people"] == 3
    assert request["expires"] == "2026-12-09T10:30:01Z"
    (link,) = run("waiver", "link", books, 1, *AT, "--json").objects
    assert link["expires"] == "2026-12-08T08:00:00Z"
    said = run("waiver", "decide", books, "grant", "--unit", "Mayor", *AT, "--json", stdin=f"{link['token']}\n")
    assert (said.objects[0]["state"], said.objects[0]["unit"]) == ("granted", "Mayor")
    again = run("waiver", "decide", books, "refuse", "--unit", "Mayor", *AT, stdin=f"{link['token']}\n")
    assert (again.code, "was used" in again.err) == (2, True)
    assert "1  granted  against" in run("waiver", "list", books, *AT).out
    assert "1  expired" in run("waiver", "list", books, "--now", "2026-12-10").out
    assert "1  revoked" in run("waiver", "revoke", books, 1, "--unit", "Mayor", *AT).out
    twice = run("waiver", "revoke", books, 1, "--unit", "Mayor", *AT)
    assert (twice.code, "waiver 1 is revoked" in twice.err) == (2, True)


def test_what_cannot_be_asked_for(asked, run):
    said, books = asked("--dry-run", "--json")
    assert said.objects[0]["waiver"] is None
    assert not books.exists()
    said, _ = asked(body=INVITE.replace("20261209", "20261217"))
    assert (said.code, "no rule refuses this meeting" in said.err) == (2, True)
    said, _ = asked(body=INVITE.replace("ROLE=OPT-PARTICIPANT", "CUTYPE=GROUP"))
    assert (said.code, "write its size into the directory" in said.err) == (2, True)
    said, _ = asked("--expires", "2026-11-30")
    assert said.code == 2
    said, books = asked("--json")
    said = run("waiver", "grant", books, 1, *AT)
    assert (said.code, "who decides has to be said" in said.err) == (2, True)
    said = run("waiver", "grant", books, 1, "--unit", "Mayor", "--people", 9, *AT)
    assert (said.code, "not wider" in said.err) == (2, True)


def test_how_the_quotas_stand(run, tmp_path):
    books, rules = tmp_path / "books.db", tmp_path / "quotas.toml"
    rules.write_text(WEEKLY, encoding="utf-8")
    opened = LedgerBooks.open(books)
    guard = Guard(Policy.load(rules), lambda: NOW, books=opened)

    def status(now, code=0):
        said = run("quota", "status", books, "-p", rules, "--now", now, "--json")
        assert said.code == code
        return said.objects[0]

    for number, state in enumerate(("closed", "closed", "tripped")):
        assert status("2026-12-09", int(state == "tripped"))["state"] == state
        begin = f"DTSTART:202612{9 + number:02}T090000Z\r\nDURATION:PT1H"
        people = ("ORGANIZER:mailto:a@b.example", "ATTENDEE:mailto:c@b.example")
        head = ("BEGIN:VEVENT", f"UID:{number}", "DTSTAMP:20261201T000000Z")
        lines = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", *head, begin, *people, "END:VEVENT")
        octets = "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()
        guard.settle(guard.decide(octets, calendar="work"), stored=True, calendar="work")
    opened.ledger.close()
    found = status("2026-12-09", 1)
    assert (found["used"], found["limit"], found["from"], found["until"]) == (2, 2, "2026-12-07", "2026-12-13")
    assert found["by_unit"] == [{"unit": None, "used": 2}]
    assert (found["begins_anew"], found["first_free"]) == ("2026-12-14", None)
    assert status("2026-12-14")["state"] == "reset"
    assert status("2026-12-21")["state"] == "closed"
    said = run("quota", "status", books, "-p", rules, "--now", "2026-12-09")
    assert "weekly  tripped: nothing fits any more\n    2 meetings of 2 meetings, Mon 7 Dec 2026 to" in said.out
    assert "已熔断" in run("quota", "status", books, "-p", rules, "--now", "2026-12-09", "--lang", "zh").out


def test_a_rolling_quota_begins_anew_on_no_day_and_says_when_the_first_of_it_counts_no_longer(run, tmp_path):
    books, rules = tmp_path / "books.db", tmp_path / "quotas.toml"
    quota = '[[quota]]\nid = "{}"\nlimit = 3\nrolling = "30 days"\nper = "{}"\n'
    texts = [quota.format("body", "body"), quota.format("callers", "organiser")]
    rules.write_text('zone = "Europe/Berlin"\n' + "".join(texts), encoding="utf-8")
    opened = LedgerBooks.open(books)
    guard = Guard(Policy.load(rules), lambda: NOW, books=opened)
    stored = {}
    for uid, day in (("a", 9), ("b", 2), ("a", 16)):  # the first is moved: on the 9th nothing is used in the end
        head = ("BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20261201T000000Z", "DURATION:PT1H")
        when = (f"DTSTART:202612{day:02}T233000Z", "ORGANIZER:mailto:a@b.example", "ATTENDEE:mailto:c@b.example")
        lines = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", *head, *when, "END:VEVENT", "END:VCALENDAR")
        octets = "\r\n".join([*lines, ""]).encode()
        old = stored.get(uid)
        guard.settle(guard.decide(octets, old=old, calendar="work"), stored=True, calendar="work")
        stored[uid] = octets
    opened.ledger.close()

    def status(now, *options):
        return run("quota", "status", books, "-p", rules, "--now", now, *options)

    body, callers = status("2026-12-17", "--json").objects
    assert (body["used"], body["begins_anew"], body["first_free"]) == (2, None, "2027-01-02")  # 30 days after 3 Dec
    assert (callers["used"], callers["begins_anew"], callers["first_free"]) == (2, None, None)
    assert status("2027-01-01", "--json").objects[0]["used"] == 2
    assert status("2027-01-02", "--json").objects[0]["used"] == 1
    assert status("2027-02-01", "--json").objects[0]["first_free"] is None
    told = "    2 meetings of 3 meetings, Wed 18 Nov 2026 to Thu 17 Dec 2026"
    lines = status("2026-12-17").lines
    assert f"{told}; some of it counts no longer from Sat 2 Jan 2027 on" in lines
    assert told in lines
    assert "2027年1月2日(周六)起，其中一部分不再计入" in status("2026-12-17", "--lang", "zh").out


@pytest.mark.parametrize("who", [("--unit", "   "), ("--by", "\t"), ("--unit", "", "--by", " ")])
def test_a_blank_decides_nothing(asked, run, who):
    _, books = asked()
    said = run("waiver", "grant", books, "1", *who, *AT)
    assert said.code == 2
    assert "who decides has to be said" in said.err


def test_of_a_series_the_reviewer_sees_that_the_cost_is_of_each_time(asked):
    body = INVITE.replace("SUMMARY:Flood plan", "RRULE:FREQ=WEEKLY;COUNT=3\nSUMMARY:Flood plan")
    said, _ = asked(body=body)
    assert "cost: each of 3 times: at most 3 people, 4.5 person-hours" in said.out, said.out
    assert "in writing instead: saves at most 4.5 person-hours each time" in said.out
    told, _ = asked("--json", "--lang", "zh", body=body)
    assert told.objects[0]["times"] == 3
    chinese, _ = asked("--lang", "zh", body=body)
    assert "成本：共 3 次，每次最多3 人" in chinese.out.replace("人·时", ""), chinese.out


def test_what_cannot_be_granted_is_told_in_chinese(asked, run):
    _, books = asked()
    zh = ("--unit", "Roads", *AT, "--lang", "zh")
    wider = run("waiver", "grant", books, "1", "--people", "30", *zh)
    assert wider.code == 2
    assert "人数 30" in wider.err
    assert "people" not in wider.err
    later = run("waiver", "grant", books, "1", "--expires", "2027-12-01", *zh)
    assert later.code == 2
    assert "有效期" in later.err
    assert "expiry" not in later.err
    assert run("waiver", "grant", books, "1", *zh).code == 0
    again = run("waiver", "grant", books, "1", *zh)
    assert again.code == 2
    assert "已批准" in again.err
    assert "granted" not in again.err


def test_case_and_link_are_one_mail(asked, run):
    said, books = asked("--url", "https://review.town.example/")
    link = said.out.splitlines()[-1]
    head, _, token = link.rpartition("/")
    assert head == "https://review.town.example/review"
    with Ledger.open(books) as ledger:
        request = Waivers(ledger).requested(token, now=NOW)
    assert (request.number, request.row.reason) == (1, "the dyke is due")
    assert asked("--json")[0].objects[0]["link"] is None
    dry, _ = asked("--dry-run", "--url", "https://review.town.example/")
    assert "/review/" not in dry.out


def test_ground_and_that_somebody_decided_are_told(asked, run):
    _, books = asked("--class", "statutory")
    said = run("waiver", "grant", books, "1", "--by", "mayor@town.example", *AT)
    assert "statutory: the dyke is due" in said.out
    assert "decided by somebody whose address the books know" in said.out
    assert "mayor@" not in said.out
    told = run("waiver", "list", books, "--json", *AT).objects[0]
    assert (told["class"], told["approver"]) == ("statutory", True)

# SPDX-License-Identifier: Apache-2.0
"""`meetcost privacy check`, and what `meetcost publish` refuses."""

from __future__ import annotations

import json
import re
import socket
from decimal import Decimal

import pytest

from meetcost.cli import privacy_job, publish_job
from meetcost.feed.gather import gather

PERIOD = ("--from", "2026-12-01", "--to", "2027-01-01", "--as-of", "2027-01-04T08:00Z")
SECRET = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//meetcost//test//EN
{events}END:VCALENDAR
"""
EVENT = """BEGIN:VEVENT
UID:secret-{number}@town.example
DTSTAMP:20261101T080000Z
CLASS:CONFIDENTIAL
SUMMARY:Dismissal
DTSTART:202612{day:02}T080000Z
DTEND:202612{day:02}T093000Z
ORGANIZER:mailto:ann@town.example
ATTENDEE:mailto:ben@town.example
END:VEVENT
"""


@pytest.fixture
def known(examples):
    return (
        "--policy", examples / "policies" / "town-office.toml",
        "--directory", examples / "directory.csv",
        "--rates", examples / "rates.toml",
    )  # fmt: skip


@pytest.fixture
def publish(run, examples, tmp_path, known):
    def publish(*args, files=()):
        return run("publish", examples / "calendars", *files, *known, *PERIOD, "--out", tmp_path / "public", *args)

    return publish


def secrets(tmp_path, count):
    file = tmp_path / "secrets.ics"
    events = "".join(EVENT.format(number=number, day=number + 1) for number in range(count))
    file.write_text(SECRET.format(events=events).replace("\n", "\r\n"))
    return file


@pytest.fixture
def sums_of_pay(monkeypatch):
    """A publisher that puts pay into its figures."""

    def wrong(*args, **kwargs):
        publication = gather(*args, **kwargs)
        entries = []
        for entry in publication.entries:
            held = [
                one._replace(worked=one.worked._replace(minor=one.worked.minor + 4711 + number))
                for number, one in enumerate(entry.held)
            ]
            entries.append(entry._replace(held=tuple(held)))
        return type(publication)(**{
            name: entries if name == "entries" else getattr(publication, name)
            for name in publication.__dataclass_fields__
        })  # fmt: skip

    monkeypatch.setattr(publish_job, "gather", wrong)


def test_a_release_that_fails_is_not_written(publish, tmp_path, sums_of_pay):
    answer = publish()
    assert answer.code == 1
    assert "nothing was written" in answer.err
    assert "unexplained: 7 of 7 sums of working time" in answer.err
    assert not (tmp_path / "public").exists()
    assert not (tmp_path / "public.releases").exists()
    told = publish("--json").objects[0]
    assert told["verdict"] == "blocked"
    assert told["findings"][0]["blocks"] is True
    assert "未写入任何文件" in publish("--lang", "zh").err


def test_a_sheet_that_fails_is_not_written(run, examples, tmp_path, known, sums_of_pay):
    where = ("--month", "2026-12", "--out", tmp_path / "reports", "--as-of", "2027-01-04T08:00Z")
    answer = run("report", examples / "calendars", *known, *where)
    assert answer.code == 1
    assert "nothing was written" in answer.err
    assert not (tmp_path / "reports").exists()
    assert run("report", examples / "calendars", *known, *where, "--json").objects[0]["verdict"] == "blocked"


def test_a_sheet_says_no_hours_of_confidential_meetings_and_keeps_nothing(publish, run, examples, tmp_path, known):
    """Six were said in the release, and the seventh came later: no hours of the sheet tell its own."""
    publish(files=[secrets(tmp_path, 6)])
    where = ("--month", "2026-12", "--out", tmp_path / "reports", "--as-of", "2027-01-04T08:00Z")
    answer = run("report", examples / "calendars", secrets(tmp_path, 7), *known, *where)
    assert answer.code == 0
    page = (tmp_path / "reports" / "meetings-2026-12.html").read_text("utf-8")
    assert "7 confidential meetings are counted here and in no row or total" in page
    assert not list(tmp_path.glob("reports*/*.json*"))
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "public", "public.releases", "reports", "secrets.ics",
    ]  # fmt: skip


def test_what_is_published_passes_the_check(publish, run, tmp_path, examples, known):
    publish()
    answer = run("privacy", "check", tmp_path / "public", "--calendars", examples / "calendars", *known)
    assert (answer.code, answer.err) == (0, "")
    assert answer.lines[0].endswith(".json.gz: may be published")
    assert "as the card says" in answer.lines[2]
    data = run("privacy", "check", tmp_path / "public" / "data.json", *known, "--json").objects[0]
    assert (data["verdict"], data["unexplained"], data["findings"]) == ("passed", 0, [])
    chinese = run("privacy", "check", tmp_path / "public.releases", *known, "--lang", "zh").out
    assert "可以公布" in chinese
    assert ", " not in chinese


def test_a_folder_that_was_passed_passes_with_amounts_in_sources_and_files_of_the_publisher_s_own(
    run, tmp_path, examples, known
):
    card = tmp_path / "rates.toml"
    text = (examples / "rates.toml").read_text("utf-8")
    title = re.search(r'(?m)^title = "', text)[0]
    card.write_text(text.replace(title, f"{title}Pay table from EUR 71,234.56 a year on: ", 1), "utf-8")
    given = (*known[:-1], card)
    public = tmp_path / "public"
    assert run("publish", examples / "calendars", *given, *PERIOD, "--out", public).code == 0
    assert "71,234.56" in (public / "method.html").read_text("utf-8")
    (public / "imprint.html").write_text("A copy costs EUR 98,765.43.", "utf-8")
    answer = run("privacy", "check", public, "--calendars", examples / "calendars", *given)
    assert (answer.code, answer.err) == (0, "")
    (public / "method.html").write_text("EUR 98,765.43", "utf-8")
    assert "unaccounted" in run("privacy", "check", public, "--calendars", examples / "calendars", *given).out


WRITTEN_POLICY = """name = "Town above EUR 7,000.10"
zone = "UTC"
[costing.preparation]
minutes = 15
source = { title = "EUR 7,000.11", url = "https://example.org/t" }
[[costing.travel]]
site = "Harbour EUR 7,000.12"
minutes = 40
cash = "12.50 EUR"
[[costing.venues]]
name = "Town hall"
hourly = "31 EUR"
[[no_meeting_day]]
id = "above EUR 7,000.13"
weekdays = ["wednesday"]
source = { title = "Decree of EUR 7,000.14", url = "https://example.org/t" }
"""
WRITTEN_RATES = """name = "Card of EUR 7,000.20"
version = "EUR 7,000.21"
currency = "EUR"
published = true
default_band = "A"
[source]
title = "Table of EUR 7,000.22"
[bands.A]
label = "Up to EUR 7,000.23"
values = { 2026-07-03 = 30 }
[bands.B]
label = "Up to EUR 7,000.24"
values = { 2026-07-03 = 90 }
"""
WRITTEN_EVENT = """BEGIN:VEVENT
UID:{day}@town.example
DTSTAMP:20260601T080000Z
SUMMARY:Round of EUR 7\\,000.30
CATEGORIES:Kind of EUR 7\\,000.31
DTSTART:202607{day:02}T080000Z
LOCATION:Town hall
ORGANIZER:mailto:p0@town.example
{attendees}END:VEVENT
"""


@pytest.fixture
def written(tmp_path):
    """Files in which people write amounts wherever they may; meetings without an end, of bands nobody knows."""
    attendees = "".join(f"ATTENDEE:mailto:p{number}@town.example\n" for number in range(1, 12))
    events = "".join(WRITTEN_EVENT.format(day=day, attendees=attendees) for day in range(1, 7))
    people = [
        f"p{number}@town.example,Harbour EUR 7000.12,{'ABZ'[number // 5]},Unit EUR 7000.4{number % 2},Level EUR 7000.50"
        for number in range(12)
    ]
    files = {
        "policy.toml": WRITTEN_POLICY,
        "rates.toml": WRITTEN_RATES,
        "directory.csv": "\n".join(["address,site,band,unit,level", *people]),
        "calendar.ics": SECRET.format(events=events).replace("\n", "\r\n"),
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8", newline="")
    return tmp_path


def test_amounts_in_what_people_write_and_in_what_single_meetings_assume_are_no_false_alarm(run, written):
    calendar, public = written / "calendar.ics", written / "public"
    policy, rates = ("--policy", written / "policy.toml"), ("--rates", written / "rates.toml")
    known = (*policy, "--directory", written / "directory.csv", *rates)
    period = ("--from", "2026-07-01", "--to", "2026-08-01", "--as-of", "2026-08-02")
    said = ("--coverage", "EUR 7,000.60", "--target", "-20", "--target-source", "EUR 7,000.61")
    assert run("publish", calendar, *known, *period, *said, "--out", public).code == 0
    pages = "".join(path.read_text("utf-8") for path in public.rglob("*.html"))
    amounts = set(re.findall(r"EUR 7,?000\.(\d\d)", pages))
    assert amounts >= {"10", "13", "14", "20", "22", "23", "24", "30", "60", "61"}
    assert run("privacy", "check", public, "--calendars", calendar, *known).code == 0
    answer = run("privacy", "check", public, "--calendars", calendar, *known[:-2], "--json").objects[0]
    assert answer["verdict"] == "blocked"  # its rates were kept with it, but not what is written of them
    assert [one["kind"] for one in answer["findings"] if "method.html" in one["places"]] == ["unproven"]
    assert "give --policy, --directory and --rates" in answer["findings"][-1]["text"]


def test_without_the_policy_cash_is_unproven_and_not_wrong(run, tmp_path, examples, known):
    policy = tmp_path / "policy.toml"
    policy.write_text('zone = "Europe/Berlin"\n[[costing.travel]]\ncash = "3 EUR"\n', "utf-8")
    calendars, (*_, where, directory, option, rates) = examples / "calendars", known
    tail = (where, directory, option, rates)
    assert run("publish", calendars, "-p", policy, *tail, *PERIOD, "--out", tmp_path / "public").code == 0
    ask = ("privacy", "check", tmp_path / "public", "--calendars", calendars, *tail)
    (finding,) = run(*ask, "--json").objects[0]["findings"]
    assert finding["kind"] == "unproven"
    assert "give the policy with --policy" in finding["text"]
    assert run(*ask, "-p", policy).code == 0


def test_a_document_with_pay_in_it(publish, run, tmp_path, examples, known):
    publish()
    file = tmp_path / "data.json"
    document = json.loads((tmp_path / "public" / "data.json").read_bytes())
    for meeting in document["meetings"]:
        for row in meeting["occurrences"]:
            for part in (row, row["paid_by"][0], row["by_band"][0]):
                part["working_time"] = f"{Decimal(part['working_time']) * 2 + 1:.2f}"
    file.write_text(json.dumps(document))
    ask = ("privacy", "check", file, "--calendars", examples / "calendars", *known)
    answer = run(*ask)
    assert answer.code == 1
    assert answer.lines[0] == "data.json: blocked"
    for text in ("unexplained: 7 of 7", "small-group: ", "recovered: ", "remainder: "):
        assert text in answer.out
    assert "@town.example" not in answer.out
    private = run(*ask, "--names", "--json").objects[0]["people"]
    assert all(one["address"].endswith("@town.example") for one in private)
    assert all(30 < float(one["low"]) <= float(one["high"]) < 300 for one in private)
    assert "people" not in run(*ask, "--json").objects[0]


def test_without_scipy_the_verdict_is_the_same(publish, run, tmp_path, known, monkeypatch):
    publish()
    monkeypatch.setattr(privacy_job, "find_spec", lambda _: None)
    answer = run("privacy", "check", tmp_path / "public", *known)
    assert answer.code == 0
    assert "pip install 'meetcost[privacy]'" in answer.err


def test_hours_of_confidential_meetings_that_would_give_one_away_are_left_out(publish, tmp_path, run, known):
    assert publish(files=[secrets(tmp_path, 5)]).err == ""
    hidden = json.loads((tmp_path / "public" / "data.json").read_bytes())["confidential"]
    assert hidden == {"occurrences": 5, "person_hours": "15"}
    answer = publish(files=[secrets(tmp_path, 6)])
    assert answer.code == 0
    assert "the hours of confidential meetings are left out" in answer.err
    hidden = json.loads((tmp_path / "public" / "data.json").read_bytes())["confidential"]
    assert hidden == {"occurrences": 6, "person_hours": None}
    assert len(list((tmp_path / "public.releases").iterdir())) == 2
    assert run("privacy", "check", tmp_path / "public", *known).code == 0
    assert publish(files=[secrets(tmp_path, 10)]).err == ""


@pytest.mark.parametrize(
    ("text", "told"),
    [("{}", "is missing"), ("[", "is no JSON"), ('{"schema": "urn:meetcost:schema:release:1"}', "is missing")],
)
def test_what_is_no_release_is_told(run, tmp_path, text, told):
    (tmp_path / "data.json").write_text(text)
    answer = run("privacy", "check", tmp_path / "data.json")
    assert answer.code == 2
    assert told in answer.err
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "holds no release" in run("privacy", "check", empty).err
    assert run("privacy", "check", tmp_path / "nowhere.json").code == 2


def test_a_history_that_cannot_be_read_stops_publication(publish, tmp_path):
    publish()
    kept = next((tmp_path / "public.releases").iterdir())
    kept.write_bytes(kept.read_bytes()[:50])
    before = (tmp_path / "public" / "index.html").read_bytes()
    answer = publish("--title", "Another")
    assert answer.code == 2
    assert f"{kept.name}: 1 mistake" in answer.err
    assert (tmp_path / "public" / "index.html").read_bytes() == before


def test_f020_an_address_is_no_calendar_and_nothing_is_fetched(run, tmp_path, known, monkeypatch):
    """F020: a source that redirects for ever, or to a private address. There are none: files are read, nothing else."""

    def never(*args):
        raise AssertionError("something was fetched")

    monkeypatch.setattr(socket.socket, "connect", never)
    monkeypatch.setattr(socket, "getaddrinfo", never)
    for address in ("http://127.0.0.1/redirect-loop", "webcal://127.0.0.1/a.ics", "file:///etc/passwd"):
        answer = run("publish", address, *known, *PERIOD, "--out", tmp_path / "public")
        assert answer.code == 2
        assert "cannot be read" in answer.err
    assert not (tmp_path / "public").exists()


DIRECTORIES = {
    "rates.csv": 'address,unit,rate\nann@town.example,Planning,"47,11 EUR"\nben@town.example,Plan,48.15 EUR\n',
    "twice.csv": "address,unit,rate\nann@town.example,Planning,47.11 EUR\nann@town.example,Plan,48.15 EUR\n",
    "no-header.csv": "ann@town.example,Planning,47.11 EUR\nben@town.example,Plan,48.15 EUR\n",
    "cells.csv": "address,unit,rate\nann@town.example,Planning,47.11 EUR,48.15\n",
    "kind.csv": "address,kind,rate\nann@town.example,robot,47.11 EUR\n",
    "时薪.csv": "邮箱,类型,时薪\nann@town.example,robot,47.11 EUR\nben@town.example,person,48.15\n",
    "d.toml": '[[entry]]\naddress = "ann@town.example"\nrate = "47,11 EUR"\nkind = "robot"\nsize = "48.15x"\n',
    "broken.toml": '[[entry]]\naddress = "ann@town.example"\nrate = 47.11 EUR\n',
    "quote.csv": 'address,rate\nann@town.example,"47.11" EUR\nben@town.example,"48.15\n',
    "currency.csv": "address,rate\nann@town.example,47.11 USD\nben@town.example,48.15 USD\n",
}


@pytest.mark.parametrize(
    ("command", "name"),
    [(command, name) for command in ("cost", "publish", "attach") for name in DIRECTORIES]
    + [("check", name) for name in DIRECTORIES if name != "currency.csv"],  # a check prices nothing
)
def test_p013_no_message_holds_anybody_s_pay(run, tmp_path, examples, name, command):
    """P013: errors in words, errors as JSON, and what is said beside a refusal."""
    directory = tmp_path / name
    directory.write_text(DIRECTORIES[name], "utf-8")
    card = tmp_path / "rates.toml"
    text = (examples / "rates.toml").read_text("utf-8").replace("published = true", "published = true\npersonal = true")
    card.write_text(text, "utf-8")
    more = {
        "cost": ("--rates", card), "check": ("--policy", examples / "policies" / "town-office.toml"),
        "publish": ("--rates", card, *PERIOD, "--out", tmp_path / "public"), "attach": ("--rates", card),
    }[command]  # fmt: skip
    answer = run(command, examples / "calendars" / "budget-round.ics", "--directory", directory, *more)
    assert answer.code == 2
    for pay in ("47.11", "47,11", "48.15", "4711", "4815"):
        assert pay not in answer.out + answer.err

# SPDX-License-Identifier: Apache-2.0
"""`meetcost publish`."""

from __future__ import annotations

import json

import pytest

from meetcost.cli import publish_job
from meetcost.feed.build import parts
from meetcost.feed.part import Part
from meetcost.ledger.ledger import Ledger

PERIOD = ("--from", "2026-12-01", "--to", "2027-01-01", "--as-of", "2027-01-04T08:00Z")


@pytest.fixture
def publish(run, examples, tmp_path):
    def publish(*args, files=None, rates="rates.toml"):
        policy = ("--policy", examples / "policies" / "town-office.toml", "--directory", examples / "directory.csv")
        priced = ("--rates", examples / rates) if rates else ()
        out = tmp_path / "public"
        return run("publish", *(files or [examples / "calendars"]), *policy, *priced, *PERIOD, "--out", out, *args)

    return publish


def test_a_folder_is_written_and_the_second_time_nothing(publish, tmp_path):
    answer = publish()
    assert answer.code == 0
    assert answer.lines[0] == "7 meetings   42 person-hours"
    assert answer.lines[1].endswith("0 unchanged, 0 removed: " + str(tmp_path / "public" / "index.html"))
    before = {path: path.read_bytes() for path in (tmp_path / "public").rglob("*") if path.is_file()}
    assert (tmp_path / "public" / "zh" / "index.html") in before
    again = publish("--json")
    assert again.objects[0]["written"] == again.objects[0]["removed"] == 0
    assert again.objects[0]["unchanged"] == len(before) - 1  # the manifest is no file of the site
    assert {path: path.read_bytes() for path in before} == before


def test_all_that_is_said_beside_the_calendars(publish, tmp_path):
    journal = tmp_path / "journal.jsonl"
    journal.write_text(
        '{"at":"2026-12-09T09:00:00Z","outcome":"deny","rules":["1"],"unit":"Planning","exemption":""}\nnothing\n'
    )
    corrections = tmp_path / "corrections.toml"
    corrections.write_text('[[correction]]\nday = 2027-01-03\ntext = "It was four, not <b>five</b>."\n')
    answer = publish(
        "--title", "The Town", "--contact", "office@town.example", "--coverage", "6 of 7 calendars",
        "--target", "-20 %",
        "--decisions", journal, "--corrections", corrections, "--link-base", "https://town.example/meetings/",
    )  # fmt: skip
    assert answer.code == 0
    assert f"{journal}:2: is no decision" in answer.err
    index = (tmp_path / "public" / "index.html").read_text("utf-8")
    for text in ("The Town", "mailto:office@town.example", "6 of 7 calendars", "−20", "Refused: 1", "&lt;b&gt;five"):
        assert text in index
    data = json.loads((tmp_path / "public" / "data.json").read_bytes())
    assert data["refusals"] == [{"rule": "1", "unit": "Planning", "outcome": "refused", "count": 1}]
    assert b"https://town.example/meetings/m/" in (tmp_path / "public" / "feed.atom").read_bytes()


def test_without_a_published_card_hours_only(publish, tmp_path):
    answer = publish(rates=None)
    assert answer.code == 0
    assert "no rate card: the page says hours only" in answer.err
    assert json.loads((tmp_path / "public" / "data.json").read_bytes())["currency"] is None


def test_a_card_that_is_not_published_gives_hours_only(run, examples, tmp_path):
    card = tmp_path / "rates.toml"
    card.write_text(
        (examples / "rates.toml").read_text("utf-8").replace("published = true", "published = false"), "utf-8"
    )
    answer = run("publish", examples / "calendars", "--rates", card, *PERIOD, "--out", tmp_path / "public")
    assert answer.code == 0
    assert "`published = true`" in answer.err
    assert "EUR" not in (tmp_path / "public" / "index.html").read_text("utf-8")


def test_personal_rates_are_an_error_with_advice(run, examples, tmp_path):
    card = tmp_path / "rates.toml"
    text = (
        (examples / "rates.toml").read_text("utf-8").replace("published = true", "published = false\npersonal = true")
    )
    card.write_text(text, "utf-8")
    directory = tmp_path / "directory.csv"
    directory.write_text("address,unit,rate\nann@town.example,Planning,99 EUR\n", "utf-8")
    args = ("--rates", card, "--directory", directory, *PERIOD, "--out", tmp_path / "public")
    answer = run("publish", examples / "calendars", *args)
    assert answer.code == 2
    assert "price again with bands or a flat rate" in answer.err
    assert "99" not in answer.err
    assert not (tmp_path / "public").exists()


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--contact", "javascript:alert(1)"), "contact: `javascript:alert(1)` cannot be a link"),
        (("--link-base", "ftp://x.example"), "link base: `ftp://x.example` cannot be a link"),
        (("--target", "a fifth"), "--target: `a fifth` is no percentage; write -20"),
        (("--target", "1e-9999999"), "--target: `1e-9999999` is no percentage; write -20"),
        (("--to", "9999-12-31"), "a period begins and ends in the years 1900 to 2999"),
        (("--from", "0001-01-02"), "a period begins and ends in the years 1900 to 2999"),
        (("--to", "2026-12-01"), "the period is empty"),
        (("--decisions", "nowhere.jsonl"), "nowhere.jsonl"),
    ],
)
def test_what_is_typed_wrongly_is_told_and_nothing_written(publish, tmp_path, args, said):
    answer = publish(*args)
    assert answer.code == 2
    assert said in answer.err
    assert not (tmp_path / "public").exists()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "correction = 1",
        '[[correction]]\ntext = "x"',
        '[[correction]]\nday = "x"\ntext = "x"',
        "[",
        "a=" + "[" * 9999,
    ],
    ids=["empty", "number", "no day", "text for a day", "cut off", "nested"],
)
def test_corrections_that_cannot_be_read_are_told(publish, tmp_path, text):
    file = tmp_path / "corrections.toml"
    file.write_text(text)
    answer = publish("--corrections", file)
    assert answer.code == 2
    assert "write [[correction]] with day" in answer.err


def test_a_folder_of_somebody_else_is_left_alone(publish, tmp_path):
    (tmp_path / "public").mkdir()
    (tmp_path / "public" / "index.html").write_text("mine")
    answer = publish()
    assert answer.code == 2
    assert "is none of ours" in answer.err
    assert (tmp_path / "public" / "index.html").read_text() == "mine"


def test_what_cannot_be_read_is_told_and_counted(publish, tmp_path, examples):
    answer = publish(files=[examples / "calendars", tmp_path / "nowhere.ics"])
    assert answer.code == 2
    assert "1 calendar could not be read." in (tmp_path / "public" / "index.html").read_text("utf-8")


def test_it_speaks_chinese(publish):
    assert publish("--lang", "zh").lines[0].startswith("共 7 次会议")


def test_nothing_read_is_nothing_published(run, publish, tmp_path):
    assert publish().code == 0
    before = (tmp_path / "public" / "index.html").read_bytes()
    period = ("--from", "2026-12-01", "--to", "2027-01-01", "--out", tmp_path / "public")
    answer = run("publish", tmp_path / "unmounted", *period)
    assert answer.code == 2
    assert "what is published stays as it was" in answer.err
    assert (tmp_path / "public" / "index.html").read_bytes() == before


def test_a_journal_that_is_none_is_not_published_as_no_refusals(publish, tmp_path):
    (tmp_path / "journal.jsonl").write_bytes(b"\x00\x01\nnothing\n")
    answer = publish("--decisions", tmp_path / "journal.jsonl")
    assert answer.code == 2
    assert "no line of it is a decision" in answer.err


@pytest.mark.parametrize("source", ["history", "ledger"])
def test_minutes_that_were_measured_stand_beside_the_forecast(publish, run, examples, tmp_path, source):
    history, books = tmp_path / "history.json", tmp_path / "books.db"
    calendar = examples / "calendars" / "weekly-planning.ics"
    into = ("--ledger", books, "--now", "2026-12-31T08:00Z") if source == "ledger" else ()
    learnt = run("paperwork", "learn", examples / "minutes", "--calendar", calendar, "--history", history, *into)
    assert learnt.code == 0
    answer = publish("--history", history) if source == "history" else publish("--ledger", books)
    assert answer.code == 0
    meetings = json.loads((tmp_path / "public" / "data.json").read_bytes())["meetings"]
    measured = {
        held["start"]: held["minutes"] for one in meetings for held in one["occurrences"] if held["minutes"] is not None
    }
    assert list(measured) == ["2026-12-07T09:00:00+01:00"]
    assert (measured["2026-12-07T09:00:00+01:00"]["length"], measured["2026-12-07T09:00:00+01:00"]["unit"]) == (
        167, "words",
    )  # fmt: skip
    assert "Minutes of 1 meeting were measured" in (tmp_path / "public" / "index.html").read_text("utf-8")


def test_a_target_with_its_source_and_titles_withheld(publish, tmp_path):
    answer = publish(
        "--target", "-20", "--target-source", "Decision <7>", "--withhold", "PLANNING of", "--withhold", "x y"
    )
    assert answer.code == 0
    index = (tmp_path / "public" / "index.html").read_text("utf-8")
    assert "The target was set here: Decision &lt;7&gt;" in index
    assert "Planning of the week" not in index
    assert json.loads((tmp_path / "public" / "data.json").read_bytes())["coverage"]["titles_withheld"] == 1


def test_minutes_of_the_books_come_before_those_of_the_file_and_both_count(publish, run, examples, tmp_path):
    """The guard's books are named for refusals and quotas as well: that does not shut the file of own records out."""
    history, books = tmp_path / "history.json", tmp_path / "books.db"
    calendar = examples / "calendars" / "weekly-planning.ics"
    learn = ("paperwork", "learn", examples / "minutes", "--calendar", calendar)
    assert run(*learn, "--history", history).code == 0
    with Ledger.open(books, create=True):
        pass

    def length():
        assert publish("--history", history, "--ledger", books).code == 0
        meetings = json.loads((tmp_path / "public" / "data.json").read_bytes())["meetings"]
        return [held["minutes"]["length"] for one in meetings for held in one["occurrences"] if held["minutes"]]

    assert length() == [167]  # the books know of no minutes: those of the file
    other = tmp_path / "other.json"
    into = ("--ledger", books, "--now", "2026-12-31T08:00Z")
    assert run(*learn, "--history", other, *into).code == 0
    document = history.read_text("utf-8")
    assert "167" in document
    history.write_text(document.replace("167", "168"), "utf-8")
    assert length() == [167]  # both know them: those of the books
    books.unlink()
    assert publish("--history", history, "--ledger", books).code == 2


def test_a_release_that_the_page_check_refuses_is_not_on_record(publish, tmp_path, monkeypatch):
    """Nor is anything else left of it; one that is published is on record before its first page is."""
    with monkeypatch.context() as patched:
        leak = Part.of("leak.html", b"<p>EUR 123,457.89</p>")
        patched.setattr(publish_job, "parts", lambda *args, **more: [*parts(*args, **more), leak])
        answer = publish()
    assert answer.code == 1
    assert "leak.html" in answer.out + answer.err
    assert list(tmp_path.iterdir()) == []

    def refused(run):
        assert len(list((tmp_path / "public.releases").glob("*.json.gz"))) == 1
        raise PermissionError

    with monkeypatch.context() as patched:
        patched.setattr("meetcost.feed.folder._Run.put", refused)
        assert publish().code == 2
    assert not (tmp_path / "public").exists()
    assert publish().code == 0
    assert len(list((tmp_path / "public.releases").iterdir())) == 1


@pytest.mark.parametrize("command", [("publish", *PERIOD), ("report", "--month", "2026-12")], ids=["publish", "report"])
def test_a_flat_rate_is_refused_with_what_to_give_in_its_place(run, examples, tmp_path, command):
    name, *period = command
    answer = run(name, examples / "calendars", *period, "--rate", "46 EUR", "--out", tmp_path / "public")
    assert answer.code == 2
    assert "a published rate card only" in answer.err
    assert "--rates" in answer.err
    assert not (tmp_path / "public").exists()

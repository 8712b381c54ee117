# SPDX-License-Identifier: Apache-2.0
"""Atom, iCalendar, CSV and JSON as independent readers take them."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

import feedparser
import icalendar
import jsonschema
import pytest
import recurring_ical_events

from meetcost.feed.atom import atom_feed
from meetcost.feed.site import Site
from meetcost.feed.table import COLUMNS
from meetcost.feed.totals import totals

ROOT = Path(__file__).parents[2]
ATOM = "{http://www.w3.org/2005/Atom}"


def rows(files):
    return list(csv.DictReader(io.StringIO(files["meetings.csv"].decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("path", ["feed.atom", "zh/feed.atom"])
def test_the_feed_keeps_rfc_4287(county, path):
    feed = ET.fromstring(county.files[path])
    assert feed.tag == f"{ATOM}feed"
    for name in ("id", "title", "updated"):  # §4.1.1: exactly one
        assert len(feed.findall(f"{ATOM}{name}")) == 1
    assert feed.find(f"{ATOM}author/{ATOM}name").text
    links = {link.attrib["rel"]: link.attrib["href"] for link in feed.findall(f"{ATOM}link")}
    assert links["self"] == f"https://meetings.county.example/{path}"
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == 100
    ids = [entry.find(f"{ATOM}id").text for entry in entries]
    assert len(set(ids)) == len(ids)  # §4.1.1: unique
    assert all(one.startswith("urn:uuid:") for one in ids)
    updated = [datetime.fromisoformat(entry.find(f"{ATOM}updated").text) for entry in entries]  # §3.3: RFC 3339
    assert updated == sorted(updated, reverse=True)
    assert datetime.fromisoformat(feed.find(f"{ATOM}updated").text) == max(updated) <= county.publication.as_of
    for entry in entries:
        assert len(entry.findall(f"{ATOM}title")) == len(entry.findall(f"{ATOM}id")) == 1
        assert [link.attrib["rel"] for link in entry.findall(f"{ATOM}link")] == ["alternate"]  # §4.1.2
        target = entry.find(f"{ATOM}link").attrib["href"].removeprefix("https://meetings.county.example/")
        assert target in county.files


def test_a_feed_reader_reads_it(county):
    feed = feedparser.parse(county.files["feed.atom"])
    assert not feed.bozo
    assert feed.version == "atom10"
    assert feed.feed.title == "Riverford County: what meetings cost"
    assert "hours" in feed.entries[0].summary


def test_entries_are_told_anew_only_when_the_meeting_met_again(county):
    """The ids and times of a meeting do not move with the day of the publication."""

    later = replace(county.publication, as_of=county.publication.as_of + timedelta(days=9))
    assert atom_feed(Site(later, "en"))[1] == county.files["feed.atom"]


def test_the_calendar_holds_every_meeting_and_nobody(county):
    octets = county.files["meetings.ics"]
    calendar = icalendar.Calendar.from_ical(octets)
    refresh = calendar["REFRESH-INTERVAL"]
    assert refresh.params["VALUE"] == "DURATION"
    assert refresh.dt == timedelta(days=1)
    events = calendar.walk("VEVENT")
    whole = totals(county.publication.entries)
    assert len(events) == whole.occurrences == len({str(event["UID"]) for event in events})
    for event in events:
        assert event["TRANSP"] == "TRANSPARENT"
        assert not {"ATTENDEE", "ORGANIZER", "LOCATION", "ATTACH"} & set(event)
        assert event["DTSTAMP"].dt == county.publication.as_of
        assert str(event["URL"]).removeprefix("https://meetings.county.example/") in county.files
        assert not event.errors
    found = recurring_ical_events.of(calendar).between(date(2026, 7, 1), date(2026, 10, 1))
    assert len(found) == whole.occurrences
    assert all(len(line) <= 75 for line in octets.split(b"\r\n"))
    assert octets.replace(b"\r\n", b"").count(b"\n") == 0


def test_the_calendar_is_the_one_that_icalendar_would_write(county):
    octets = county.files["meetings.ics"]
    again = icalendar.Calendar.from_ical(octets).to_ical(sorted=False)
    assert again == octets


def test_the_table_adds_up_to_the_page(county):
    found = rows(county.files)
    whole = totals(county.publication.entries)
    assert list(found[0]) == list(COLUMNS)
    assert sum(int(row["person_seconds"]) for row in found) == whole.seconds
    assert sum(Decimal(row["working_time"]) for row in found) * 100 == whole.minor
    assert len(found) == whole.occurrences
    for row in found:
        assert abs(Decimal(row["person_hours"]) * 3600 - int(row["person_seconds"])) <= 18
        shares = [Decimal(part.rpartition(": ")[2]) for part in row["paid_by"].split("; ")]
        assert abs(sum(shares) - Decimal(row["person_hours"])) < Decimal("0.01") * len(shares)
        assert row["currency"] == "GBP"
        low, likely, high = (Decimal(row[f"paperwork_{end}"]) for end in ("low", "likely", "high"))
        assert low <= likely <= high


def test_the_table_opens_in_excel_with_its_chinese(chinese_county):
    octets = chinese_county.files["meetings.csv"]
    assert octets.startswith("\ufeff".encode())
    assert octets.count(b"\r\n") == octets.count(b"\n")
    assert "乡镇调度会" in {row["title"] for row in rows(chinese_county.files)}


def test_the_reference_names_every_column_and_file(county):
    page = (ROOT / "docs" / "reference" / "feed.md").read_text("utf-8")
    for name, text in COLUMNS.items():
        assert f"| `{name}` | {text} |" in page
    single = {path for path in county.files if "/" not in path.removeprefix("zh/")}
    assert {path for path in single if f"`{path}`" not in page} == set()


def test_the_json_document_is_what_its_schema_says(county, chinese_county, one):
    schema = json.loads((ROOT / "docs" / "reference" / "feed.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for files in (county.files, chinese_county.files, one("CLASS:PRIVATE", "").files):
        validator.validate(json.loads(files["data.json"]))
    broken = json.loads(county.files["data.json"])
    broken["meetings"][0]["attendees"] = ["ann@town.example"]
    assert not validator.is_valid(broken)


def test_the_json_document_says_what_the_table_says(county):
    document = json.loads(county.files["data.json"])
    flat = [
        (meeting["id"], one["start"], one["person_hours"], one["working_time"])
        for meeting in document["meetings"]
        for one in meeting["occurrences"]
    ]
    assert flat == [(row["id"], row["start"], row["person_hours"], row["working_time"]) for row in rows(county.files)]
    for meeting in document["meetings"]:
        for one in meeting["occurrences"]:
            assert sum(Decimal(line["working_time"]) for line in one["by_band"]) == Decimal(one["working_time"])
    assert datetime.fromisoformat(document["as_of"]) == county.publication.as_of.astimezone(UTC)

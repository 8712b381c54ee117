# SPDX-License-Identifier: Apache-2.0
"""The feed cases of the guard's collection: what a title, a unit, a link may hold."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import html5lib
import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meetcost.feed.about import About
from meetcost.feed.build import build
from meetcost.feed.gather import gather
from meetcost.model.directory import Directory, Entry
from meetcost.model.meeting import Meeting
from meetcost.policy.policy import Policy
from meetcost.values.span import Span

SCENARIOS = Path(__file__).parents[1] / "data" / "guard" / "scenario"
PATH = re.compile(r"(zh/)?((m|meetings|search)/)?[a-z0-9][a-z0-9-]*\.[a-z]+")


def case(name):
    return json.loads((SCENARIOS / f"{name}.json").read_text("utf-8"))


def ics_text(text):
    """A TEXT value as a client would write it; line breaks only as `\\n`."""
    for character, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n"), ("\n", "\\n")):
        text = text.replace(character, written)
    return text


def pages(files):
    return {path: octets.decode("utf-8") for path, octets in files.items() if path.endswith(".html")}


def trees(files):
    return {
        path: html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)
        for path, text in pages(files).items()
    }


def summaries(files):
    calendar = icalendar.Calendar.from_ical(files["meetings.ics"])
    return [str(event["SUMMARY"]) for event in calendar.walk("VEVENT")]


@pytest.mark.parametrize("name", ["F001", "F002", "F004"])
def test_markup_in_a_title_is_text_everywhere(one, name):
    title = case(name)["summary"]
    files = one(f"SUMMARY:{ics_text(title)}").files
    for path, tree in trees(files).items():
        scripts = [node.attrib["src"].rpartition("/")[2] for node in tree.iter("script")]
        assert scripts == (["search.js"] if path.endswith("meetings/index.html") else [])
        assert not [node for node in tree.iter() for key in node.attrib if key.startswith("on") or key == "style"]
        assert not [node.tag for node in tree.iter("img")]
    assert all("default-src 'none'" in text for text in pages(files).values())
    index = trees(files)["index.html"]
    assert title in ["".join(node.itertext()) for node in index.iter("bdi")]
    atom = ET.fromstring(files["feed.atom"])
    assert atom.find(".//{*}entry/{*}title").text == title
    assert json.loads(files["data.json"])["meetings"][0]["title"] == title
    assert b"<" not in files["data.json"]
    assert b"<" not in files["search/2026-07-1.js"]


@pytest.mark.parametrize(
    "url", [case("F005")["url"], "data:text/html,<script>alert(1)</script>", *case("F019")["attach"]]
)
def test_no_address_out_of_an_invite_becomes_a_link_or_is_fetched(one, url):
    lines = (
        f"URL:{url}\nATTACH:{url}\nIMAGE;VALUE=URI:{url}\nCONFERENCE;VALUE=URI:{url}\nX-ALT-DESC:{url}\nLOCATION:{url}"
    )
    files = one(lines).files
    assert not [path for path, octets in files.items() if url.encode() in octets]
    for path, tree in trees(files).items():
        for node in tree.iter():
            for key in ("href", "src", "data", "poster", "action"):
                target = node.attrib.get(key, "")
                assert not re.match(r"(?i)[a-z][a-z0-9+.-]*:|//", target), (path, target)


def test_marks_that_turn_the_writing_are_gone_and_titles_stand_apart(one):
    title = case("F007")["summary"]
    assert "\u202e" in title
    files = one(f"SUMMARY:{title}").files
    assert not [path for path, octets in files.items() if "\u202e" in octets.decode("utf-8")]
    assert "<bdi>meeting gnp.exe</bdi>" in pages(files)["index.html"]


def test_a_line_break_in_a_name_makes_no_property(one):
    name = case("F008")["cn"]
    encoded = name.replace("\r\n", "^n").replace(":", "")
    files = one(f'SUMMARY:Round\nATTENDEE;CN="{encoded}":mailto:ben@town.example').files
    calendar = icalendar.Calendar.from_ical(files["meetings.ics"])
    for event in calendar.walk("VEVENT"):
        assert "ATTENDEE" not in event
        assert "ORGANIZER" not in event
    assert not [path for path, octets in files.items() if b"evil@example.test" in octets]


def test_special_characters_come_back_from_the_calendar_as_they_were(one):
    title = case("F010")["summary"]
    assert summaries(one(f"SUMMARY:{ics_text(title)}").files) == [title]


def test_folding_parts_no_character(one):
    title = case("F011")["summary"]
    files = one(f"SUMMARY:{title}").files
    for line in files["meetings.ics"].split(b"\r\n"):
        assert len(line) <= 75
        line.decode("utf-8")
    assert summaries(files) == [title]


@pytest.mark.parametrize("name", ["F013", "F014"])
def test_no_file_is_named_after_a_unit(one, name):
    units = [unit for unit in case(name)["teams"] if unit.strip()]
    people = [f"u{number}@town.example" for number in range(len(units))]
    rows = [f'{who},Someone Else,"{unit}"' for who, unit in zip(people, units, strict=True)]
    lines = "\n".join(f"ATTENDEE:mailto:{who}" for who in people)
    files = one(lines, directory="address,name,unit\n" + "\n".join(rows)).files
    assert all(PATH.fullmatch(path) for path in files), list(files)
    assert len({path.casefold() for path in files}) == len(files)
    shares = json.loads(files["data.json"])["meetings"][0]["occurrences"][0]["paid_by"]
    assert len([share for share in shares if share["unit"]]) == len({unit.strip()[:200] for unit in units})


@pytest.mark.parametrize("title", [case("F016")["summary"], "+1", "-1", "@x", "\tx", "＝1+1"])
def test_no_cell_is_a_formula(one, title):
    files = one(f"SUMMARY:{ics_text(title)}").files
    rows = list(csv.DictReader(io.StringIO(files["meetings.csv"].decode("utf-8-sig"))))
    assert rows[0]["title"].lstrip("'") == title.strip()
    for row in rows:
        assert not [cell for cell in row.values() if cell and cell[0] in "=+@\t\r＝＋－＠"]
        assert not [cell for cell in row.values() if cell.startswith("-")]


def test_an_endless_title_is_cut():
    """A file with it is over the reader's limit; a meeting made in Python has none."""
    _, letter, count = case("F017")["summary"].split()
    start = datetime(2026, 7, 2, 8, tzinfo=UTC)
    people = ["ann@town.example", "ben@town.example"]
    meeting = Meeting(title=letter * int(count), start=start, minutes=60, attendees=people)
    files = dict(build(gather([meeting], Span(start, start + timedelta(days=1)), as_of=start)))
    title = json.loads(files["data.json"])["meetings"][0]["title"]
    assert len(title) == 200
    assert title.endswith("…")
    assert max(len(octets) for octets in files.values()) < 100_000


@pytest.mark.parametrize("word", [case("F022")["class"], "CONFIDENTIAL", "X-SECRET"])
def test_what_is_not_public_has_no_entry(one, word):
    found = one(f"CLASS:{word}\nSUMMARY:Dismissal", "SUMMARY:Budget round")
    assert [entry.title for entry in found.publication.entries] == ["Budget round"]
    assert found.publication.withheld == (1, None)
    assert not [path for path, octets in found.files.items() if b"Dismissal" in octets]


def test_no_alarm_is_passed_on(one):
    assert case("F023")["alarm"]
    alarm = "BEGIN:VALARM\nACTION:EMAIL\nTRIGGER:-PT5M\nSUMMARY:x\nATTENDEE:mailto:evil@example.test\nEND:VALARM"
    files = one(alarm).files
    assert b"VALARM" not in files["meetings.ics"]
    assert not [path for path, octets in files.items() if b"evil@" in octets]


def test_a_line_break_and_escapes_in_a_title_are_one_line(one):
    title = case("F025")["summary"]
    files = one(f"SUMMARY:{ics_text(title)}").files
    assert summaries(files) == ["x 2026-01-01 INFO guard allow [2J"]
    assert not [path for path, octets in files.items() if b"\x1b" in octets]


@settings(max_examples=40)
@given(st.text(max_size=60), st.text(max_size=30))
def test_any_title_and_any_unit_give_files_that_parse(title, unit):
    start = datetime(2026, 7, 2, 8, tzinfo=UTC)
    directory = Directory([Entry("ann@town.example", unit=unit)])
    policy = replace(Policy.parse(b""), directory=directory)
    meeting = Meeting(title=title, start=start, minutes=60, attendees=["ann@town.example", "ben@town.example"])
    window = Span(start, start + timedelta(days=1))
    files = dict(build(gather([meeting], window, as_of=start, policy=policy, about=About(body=title))))
    shown = json.loads(files["data.json"])["meetings"][0]["title"]
    assert len(trees(files)) == 10
    assert ET.fromstring(files["feed.atom"]).find(".//{*}entry/{*}title").text == (shown or "(no title)")
    assert summaries(files) == [shown or "(no title)"]
    assert len(list(csv.reader(io.StringIO(files["meetings.csv"].decode("utf-8-sig"), newline="")))) == 2


def test_time_of_one_person_is_no_meeting(one):
    """P002: no figure for one person alone."""
    assert case("P002")
    found = one("ATTENDEE:mailto:ann@town.example\nSUMMARY:Dentist")
    assert found.publication.entries == ()
    assert found.publication.coverage.not_meetings == 1
    assert not [path for path, octets in found.files.items() if b"Dentist" in octets]

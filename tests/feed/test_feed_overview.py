# SPDX-License-Identifier: Apache-2.0
"""What stands on the overview beside the totals: target, kinds, exemptions, measured minutes, withheld titles."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from decimal import Decimal

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetcost.feed.minutes import compared
from meetcost.feed.periods import year_before
from meetcost.feed.publication import Before, Measured
from meetcost.feed.target import aimed_at
from meetcost.feed.totals import by_kind, totals
from meetcost.model.zone import named_zone
from meetcost.values.span import Span, instant

RULES = """zone = "Europe/Berlin"
[[no_meeting_day]]
weekdays = ["thursday"]
[[no_meeting_day]]
weekdays = ["friday"]
[[exemption]]
class = "emergency"
claim = ["#emergency"]
passes = "at once"
rules = ["1"]
[[exemption]]
class = "statutory"
claim = ["#statutory"]
passes = "at once"
by = ["ben@town.example"]
"""
BEN = "mailto:ben@town.example"
FRIDAY = "DTSTART:20260703T080000Z\nDTEND:20260703T090000Z\n"


def section(files, heading, path="index.html"):
    """The text of the section below a heading, by its id."""
    page = html5lib.parse(files[path].decode(), namespaceHTMLElements=False)
    for node in page.iter("section"):
        if node.attrib.get("aria-labelledby") == heading:
            return " ".join("".join(node.itertext()).split())
    return None


def test_kinds_add_up_to_the_totals(county):
    sums = by_kind(county.publication.entries)
    assert [one.kind for one in sums][-1] == ""
    assert {one.kind for one in sums} == {"", "Working meeting", "Briefing", "Hearing"}
    whole = totals(county.publication.entries)
    assert sum(one.whole.seconds for one in sums) == whole.seconds
    assert sum(one.whole.minor for one in sums) == whole.minor
    said = section(county.files, "kinds")
    assert all(one.kind in said for one in sums)
    assert "no kind named" in said


def test_without_kinds_there_is_no_table_of_them(one):
    assert section(one("").files, "kinds") is None


@pytest.mark.parametrize(
    ("written", "kind"),
    [("Budget,Other", "Budget"), ("#emergency,Budget", "Budget"), ("EMERGENCY", ""), ("Ann Berger,x", "…")],
)
def test_the_kind_is_the_first_category_that_claims_nothing_and_names_nobody(one, written, kind):
    assert one(f"CATEGORIES:{written}", policy=RULES).publication.entries[0].kind == kind


def yearly(one, before, now, **about):
    """`before` meetings in July 2025 and `now` in July 2026, of three person-hours each."""
    days = [f"2025070{n + 1}" for n in range(before)] + [f"2026070{n + 1}" for n in range(now)]
    return one(*(f"DTSTART:{day}T080000Z\nDTEND:{day}T093000Z" for day in days), **about)


def test_a_target_that_is_met_and_one_that_is_missed(one):
    about = {"target": Decimal(-20), "target_source": "Decision 7 of the council"}
    said = section((met := yearly(one, 5, 4, **about)).files, "target")
    assert "20 % less than in July–September 2025; the target of −20 % is met, with 0 hours to spare" in said
    assert "Decision 7 of the council" in said
    missed = yearly(one, 5, 5, **about)
    assert "the target of −20 % is missed by 3 hours" in section(missed.files, "target")
    assert "0 % more than in" in section(missed.files, "target")
    data = json.loads(met.files["data.json"])
    assert data["year_before"] == {
        "first": "2025-07-01", "last": "2025-09-30", "occurrences": 5, "person_hours": "15",
    }  # fmt: skip
    assert data["target_source"] == "Decision 7 of the council"
    assert "目标已达到" in section(met.files, "target", "zh/index.html")


def test_a_target_without_a_year_before_and_no_target(one):
    assert "do not reach back" in section(one("", target=Decimal(-20)).files, "target")
    assert section(one("").files, "target") is None


@given(st.integers(0, 10**9), st.integers(-100, 1000))
def test_what_a_target_allows(seconds, percent):
    aim = aimed_at(Before(date(2025, 1, 1), date(2025, 12, 31), 1, seconds), Decimal(percent))
    assert abs(aim * 100 - seconds * (100 + percent)) <= 50


@pytest.mark.parametrize(
    ("first", "last", "before"),
    [
        ((2026, 7, 1), (2026, 10, 1), ((2025, 7, 1), (2025, 10, 1))),
        ((2024, 2, 29), (2024, 3, 1), ((2023, 2, 28), (2023, 3, 1))),
        ((2026, 3, 29), (2026, 3, 30), ((2025, 3, 29), (2025, 3, 30))),
    ],
)
def test_the_same_days_a_year_earlier(first, last, before):
    zone = named_zone("Europe/Berlin")

    def midnight(day):
        return instant(zone.to_epoch(date(*day).toordinal() * 86400))

    found = year_before(Span(midnight(first), midnight(last)), zone)
    assert found == Span(midnight(before[0]), midnight(before[1]))


def test_every_meeting_that_an_exemption_covers_is_told_in_full(one):
    made = one(
        "SUMMARY:Dike breach #emergency",
        "SUMMARY:Not covered #emergency\n" + FRIDAY,
        "SUMMARY:Not theirs to claim #statutory",
        f"SUMMARY:Budget\nCATEGORIES:statutory\nORGANIZER:{BEN}\nATTENDEE:mailto:ann@town.example\n{FRIDAY}",
        "SUMMARY:No claim",
        "SUMMARY:On a free day #emergency\nDTSTART:20260706T080000Z\nDTEND:20260706T090000Z",
        policy=RULES,
    )  # fmt: skip
    claimed = {entry.title: entry.held[0].exemption for entry in made.publication.entries}
    assert claimed == {
        "Dike breach #emergency": "emergency", "Not covered #emergency": "", "Not theirs to claim #statutory": "",
        "Budget": "statutory", "No claim": "", "On a free day #emergency": "",
    }  # fmt: skip
    page = html5lib.parse(made.files["index.html"].decode(), namespaceHTMLElements=False)
    told = next(node for node in page.iter("section") if node.attrib.get("aria-labelledby") == "refused")
    rows = [" ".join("".join(row.itertext()).split()) for row in told.iter("li")]
    assert len(rows) == 2
    assert "Dike breach" in rows[0]
    assert "Thu 2 Jul 2026 10:00–11:30 · 2 people · Exemption: emergency" in rows[0]
    assert "2 meetings, 5 hours, on days without meetings" in "".join(told.itertext())
    table = csv.DictReader(io.StringIO(made.files["meetings.csv"].decode("utf-8-sig")))
    assert {row["title"]: row["exemption"] for row in table} == claimed


def test_measured_minutes_stand_beside_the_forecast(one):
    known = {
        ("m0@town.example", ""): Measured(800, "words", 7_200),
        ("weekly@town.example", "20260706T080000Z"): Measured(0, "words", 0),
        ("weekly@town.example", "20260713T080000Z"): Measured(3_000, "characters", None),
    }
    made = one(
        "",
        "UID:weekly@town.example\nRRULE:FREQ=WEEKLY;COUNT=3\nDTSTART:20260706T080000Z\nDTEND:20260706T090000Z",
        measured=lambda uid, id_: known.get((uid, id_)),
    )
    held = [one for entry in made.publication.entries for one in entry.held]
    assert [one.measured for one in held] == [*known.values(), None]
    found = compared(made.publication.entries)
    assert (found.occurrences, found.seconds) == (2, 7_200)
    index = html5lib.parse(made.files["index.html"].decode(), namespaceHTMLElements=False)
    assert "Minutes of 2 meetings were measured: 2 hours" in "".join(index.find(".//p[@class='lede']").itertext())
    single, series = (entry.id for entry in made.publication.entries)
    page = section(made.files, "minutes", f"m/{single}.html")
    assert "800 words" in page
    assert page.rstrip(".").split("800 words")[1].split()[0] == "2"
    pages = section(made.files, "minutes", f"m/{series}.html")
    assert "no minutes" in pages
    assert "3,000 characters" in pages
    assert "3,000 字" in section(made.files, "minutes", f"zh/m/{series}.html")
    table = list(csv.DictReader(io.StringIO(made.files["meetings.csv"].decode("utf-8-sig"))))
    assert [(row["minutes_length"], row["minutes_unit"], row["paperwork_measured"]) for row in table] == [
        ("800", "words", "2"), ("0", "words", "0"), ("3000", "characters", ""), ("", "", ""),
    ]  # fmt: skip


def test_nothing_is_said_of_minutes_that_nobody_measured(one):
    assert "were measured" not in one("").files["index.html"].decode()


def test_withheld_titles_are_nowhere_and_counted(one):
    made = one(
        "SUMMARY:App\u200braisal of staff", "SUMMARY:Talk with Ben Adler", "SUMMARY:Budget", withhold=("APPRAISAL", " ")
    )
    titles = {entry.title: entry for entry in made.publication.entries}
    assert titles.keys() == {"", "Talk with …", "Budget"}
    assert not [path for path, octets in made.files.items() if b"ppraisal" in octets]
    said = section(made.files, "covered")
    assert "The title of 1 meeting is withheld by rule" in said
    assert "In 1 title a name or an address is replaced" in said
    assert titles[""].seconds == titles["Budget"].seconds
    assert json.loads(made.files["data.json"])["coverage"]["titles_withheld"] == 1
    assert "(title withheld)" in made.files["feed.atom"].decode()


def test_an_example_that_can_be_worked_by_hand_stands_on_every_page_of_figures(county):
    entry = county.publication.entries[0].id
    pages = ("index.html", "meetings/index.html", "meetings/2026-08.html", "method.html", f"m/{entry}.html")
    for path in (*pages, *(f"zh/{path}" for path in pages)):
        text = "".join(html5lib.parse(county.files[path].decode(), namespaceHTMLElements=False).itertext())
        assert "×" in text, path


def test_a_long_month_is_cut_into_pages(one):
    events = [f"SUMMARY:Number {number:03}" for number in range(601)]
    files = one(*events).files
    pages = [f"meetings/2026-07{part}.html" for part in ("", "-2", "-3")]
    rows = []
    for path in pages:
        page = html5lib.parse(files[path].decode(), namespaceHTMLElements=False)
        rows += ["".join(node.itertext()) for node in page.findall(".//ol[@class='meetings']//a")]
        links = [node.attrib["href"] for node in page.findall(".//nav[@class='pages']//a")]
        assert links == [name.rpartition("/")[2] for name in pages]
    assert sorted(rows) == [f"Number {number:03}" for number in range(601)]
    assert f"{pages[-1].removesuffix('3.html')}4.html" not in files
    assert b"Number 600" not in files["meetings/index.html"]

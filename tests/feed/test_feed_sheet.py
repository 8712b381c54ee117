# SPDX-License-Identifier: Apache-2.0
"""The monthly sheet: HTML to print, a workbook read again by another library."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from datetime import UTC, datetime
from decimal import Decimal

import html5lib
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meetcost.costing.rate_card import RateCard
from meetcost.feed.sheet import sheet
from meetcost.feed.sheet_page import sheet_page
from meetcost.feed.workbook import workbook
from meetcost.values.money import Money

AS_OF = datetime(2026, 10, 5, 8, tzinfo=UTC)
HARMFUL = [
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2",
    "@SUM(A1)",
    "{=1}",
    "https://evil.example/",
    "007",
    "1e5",
    "_x000D_x",
    "'q",
]


def book(made, *, values=False):
    octets = workbook(made, name="2026-09", as_of=AS_OF)
    return openpyxl.load_workbook(io.BytesIO(octets), data_only=values).active


def body(made, page):
    """The rows of the workbook below its names, without the total."""
    rows = list(page.iter_rows(min_row=4, max_row=3 + len(made.rows)))
    return rows, page[4 + len(made.rows)]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_row_and_total_is_that_of_the_publication(county, language):
    publication = county.publication
    made = sheet(publication, language)
    held = [one for entry in publication.entries for one in entry.held]
    assert len(made.rows) == len(held)
    assert [row.number for row in made.rows] == list(range(1, len(held) + 1))
    rows, total = body(made, page := book(made))
    assert [row[1].value for row in rows] == [row.name for row in made.rows]
    assert {cell.data_type for row in rows for cell in (row[0], *row[5:])} == {"n"}
    assert [cell.value for cell in total[5:]] == [f"=SUM({c}4:{c}{len(rows) + 3})" for c in "FGHI"]
    counted = [sum(Decimal(repr(row[column].value)) for row in rows) for column in range(5, 9)]
    worth = sum(one.worked.minor for one in held)
    assert counted[0] == sum(one.worked.people for one in held)
    assert counted[1] == pytest.approx(Decimal(sum(one.worked.seconds for one in held)) / 3600)
    assert counted[2] == Money.from_minor(worth, "GBP").amount
    told = [cell.value for cell in body(made, book(made, values=True))[1][5:]]
    assert told == pytest.approx([float(value) for value in counted])
    assert page.freeze_panes == "C4"
    assert all(page.column_dimensions[letter].width >= 6 for letter in "ABCDEFGHI")


def test_a_text_is_never_a_formula_or_a_link_or_a_number(one):
    made = sheet(one(*(f"SUMMARY:{title}" for title in HARMFUL)).publication, "en")
    rows, _ = body(made, page := book(made))
    assert sorted(row[1].value for row in rows) == sorted(HARMFUL)
    assert {cell.data_type for row in rows for cell in row[1:5]} <= {"s", "inlineStr"}
    assert not page._hyperlinks
    assert all(cell.quotePrefix for row in rows for cell in row[1:5])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_any_title_gives_files_that_can_be_read(one, title):
    escaped = title.replace("\\", "\\\\").replace("\n", "").replace("\r", "")
    made = sheet(one(f"SUMMARY:{escaped}").publication, "zh")
    rows, _ = body(made, book(made))
    assert rows[0][1].value == made.rows[0].name
    html5lib.HTMLParser(strict=True).parse(sheet_page(made).decode())


def test_the_page_is_one_file_that_asks_nobody(county):
    for language in ("en", "zh"):
        made = sheet(county.publication, language)
        text = sheet_page(made).decode("utf-8")
        html5lib.HTMLParser(strict=True).parse(text)
        style = re.search("<style>(.*?)</style>", text, re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        assert f"default-src 'none'; style-src 'sha256-{digest}'" in text
        assert not re.search(r"""<script|\son[a-z]+=|(?:src|href)=(?!"data:,")|url\(|@import""", text)
        assert text.count("<tr>") == len(made.rows) + 2
        assert f'lang="{"zh-CN" if language == "zh" else "en"}"' in text


def test_markup_in_a_title_is_text(one):
    text = sheet_page(sheet(one("SUMMARY:<script>alert(1)</script>").publication, "en")).decode()
    assert "<script>" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_confidential_and_withheld_are_counted_and_nothing_else(one):
    made = sheet(
        one(
            "SUMMARY:Salary of Ben\nCLASS:PRIVATE", "SUMMARY:Disciplinary HEARING\nCATEGORIES:x", withhold=("hearing",)
        ).publication,
        "en",
    )
    assert [(row.name, row.content) for row in made.rows] == [("(title withheld)", "")]
    text = sheet_page(made).decode()
    assert "1 confidential meetings" in text
    assert "1 names of meetings are withheld" in text
    for told in (text, *(str(cell.value) for row in book(made).iter_rows() for cell in row)):
        assert "salary" not in told.casefold()
        assert "hearing" not in told.casefold()


def test_without_a_card_there_is_no_money(one):
    made = sheet(one("CATEGORIES:#emergency\\,x,Budget").publication, "en")
    assert not made.priced
    assert len(made.columns) == 7
    _, total = body(made, book(made))
    assert [cell.value for cell in total[5:]] == ["=SUM(F4)", "=SUM(G4)"]


def test_the_total_of_hours_is_rounded_once(one):
    twenty = "DTSTART:2026070{}T080000Z\nDTEND:2026070{}T081000Z"
    made = sheet(one(*(twenty.format(day, day) for day in (1, 2, 3))).publication, "en")
    assert [row.seconds for row in made.rows] == [1200] * 3
    text = sheet_page(made).decode()
    assert text.count(">0.33<") == 3
    assert ">1.00<" in text
    assert "rounded once" in text
    rows, total = body(made, book(made, values=True))
    assert sum(row[6].value for row in rows) == pytest.approx(total[6].value) == pytest.approx(1)


def test_amounts_that_a_cell_cannot_hold_stand_as_text(one):
    card = (
        b'name = "x"\nversion = "1"\ncurrency = "IDR"\npublished = true\ndefault_band = "A"\n'
        b"[bands.A]\nvalues = {2026-01-01 = 900000000000}\n"
    )
    made = sheet(one("DTEND:20260702T200000Z", rates=RateCard.parse(card)).publication, "en")
    exact = f"{Money.from_minor(made.rows[0].minor, 'IDR').amount:f}"
    rows, total = body(made, book(made))
    assert rows[0][7].value == total[7].value == exact


def test_an_empty_month_and_the_same_octets_twice(one):
    made = sheet(one("CLASS:PRIVATE").publication, "zh")
    assert made.rows == ()
    assert book(made)["F4"].value == 0
    assert workbook(made, name="2026-09", as_of=AS_OF) == workbook(made, name="2026-09", as_of=AS_OF)
    assert "没有" in sheet_page(made).decode()


@pytest.mark.parametrize(
    ("written", "kind"),
    [("Budget,Other", "Budget"), ("#emergency,Budget", "Budget"), ("EMERGENCY", ""), ("Ann Berger,x", "…")],
)
def test_kinds(one, written, kind):
    policy = 'zone = "Europe/Berlin"\n[[exemption]]\nclass = "e"\nclaim = ["#emergency"]\npasses = "at once"\n'
    assert one(f"CATEGORIES:{written}", policy=policy).publication.entries[0].kind == kind


MAYOR = "zoe@town.example,,,town,A\n" + "".join(f"b{number}@town.example,,,town,B\n" for number in range(5))
BANDS = b"""name = "Bands"\nversion = "1"\ncurrency = "EUR"\npublished = true\ndefault_band = "B"
[bands.A]\nvalues = {2026-01-01 = 97.31}\n[bands.B]\nvalues = {2026-01-01 = 40}\n"""


def test_a_merged_band_is_told_once_and_its_rate_never(one):
    made = one("ATTENDEE:mailto:zoe@town.example", directory="address,name,unit,level,band\n" + MAYOR,
               rates=RateCard.parse(BANDS))  # fmt: skip
    for language, told, where in (("en", "fewer than 5 people", ""), ("zh", "人数少于 5 人", "zh/")):
        page = sheet_page(sheet(made.publication, language)).decode()
        assert page.count(told) == made.files[f"{where}method.html"].decode().count(told) == 1
        assert "97.31" not in page
    assert not any(b"97.31" in octets for octets in made.files.values())

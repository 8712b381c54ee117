# SPDX-License-Identifier: Apache-2.0
"""Text from outside."""

from __future__ import annotations

import unicodedata
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetcost.errors import UsageError
from meetcost.feed.text import LONGEST_TITLE, csv_text, link, plain, title_of

ANY = st.text(st.characters(exclude_categories=()), max_size=900)


@given(ANY)
def test_what_is_left_is_one_line_that_xml_allows(text):
    line = plain(text)
    assert len(line) <= LONGEST_TITLE
    assert line == plain(line)
    assert len(line.splitlines()) <= 1
    assert not [one for one in line if unicodedata.category(one) in ("Cc", "Cs", "Zl", "Zp")]
    assert not set(line) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")
    node = ET.Element("t")
    node.text = line
    assert (ET.fromstring(ET.tostring(node, encoding="utf-8")).text or "") == line


@given(ANY)
def test_no_cell_begins_like_a_formula(text):
    cell = csv_text(plain(text))
    for part in cell.split(";"):
        assert not part.lstrip(" ").startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
    assert cell.replace("'", "") == plain(text).replace("'", "")


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("Round;=cmd|' /C calc'!A0;x", "Round;'=cmd|' /C calc'!A0;x"),
        ("Finance: 1; -2+3: 1", "Finance: 1; '-2+3: 1"),
        ("a-b; c=d", "a-b; c=d"),
    ],
)
def test_no_part_of_a_cell_is_a_formula_where_excel_parts_cells_at_semicolons(text, cell):
    assert csv_text(text) == cell


@pytest.mark.parametrize(
    ("text", "names", "shown"),
    [
        ("Call with ann@town.example, room 2", [], "Call with …, room 2"),
        ("mailto:ann.b+x@town.example?", [], "…"),
        ("Ann Berger / Ben: review", ["Ann Berger", "Ben"], "… / Ben: review"),
        ("与王敏谈话", ["王敏"], "与…谈话"),
        ("IT and HR", ["IT", ""], "IT and HR"),
        ("Meet @ noon", [], "Meet @ noon"),
        ("Ann  Berger: review", ["Ann  Berger"], "…: review"),
        ("ANN BERGER: review", ["Ann Berger"], "…: review"),
        ("Ann Mu\u0308ller: review", ["Ann M\u00fcller"], "…: review"),
        ("Ann M\u00fcller: review", ["Ann Mu\u200b\u0308ller"], "…: review"),
        ("Ann Berger-Lang: review", ["Ann Berger", "Ann Berger-Lang"], "…: review"),
        (f"{'x' * (LONGEST_TITLE - 9)} Ann Berger", ["Ann Berger"], f"{'x' * (LONGEST_TITLE - 9)} …"),
        (
            "Familie \U0001f468\u200d\U0001f469\u200d\U0001f467",
            [],
            "Familie \U0001f468\u200d\U0001f469\u200d\U0001f467",
        ),
    ],
)
def test_titles_name_nobody(text, names, shown):
    assert title_of(text, names) == shown


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("", ""),
        ("office@town.example", "mailto:office@town.example"),
        ("mailto:office@town.example", "mailto:office@town.example"),
        (" https://town.example/errors?x=1 ", "https://town.example/errors?x=1"),
    ],
)
def test_links(address, found):
    assert link(address) == found


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x",
        "java\nscript:x", "//town.example", "town.example",
        "https:", "https://[", 'https://town.example/"onclick="x', "https://town.example/\u202ex",
        "vbscript:x", "a b@c",
    ],
)  # fmt: skip
def test_no_other_address_becomes_a_link(address):
    with pytest.raises(UsageError, match="contact"):
        link(address, "contact")

# SPDX-License-Identifier: Apache-2.0
"""The pages as a strict HTML parser, a checker of links and a reader with a pocket calculator see them."""

from __future__ import annotations

import posixpath
import re
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from itertools import pairwise

import html5lib
import pytest

from meetcost.feed.build import build
from meetcost.feed.gather import gather
from meetcost.feed.totals import totals
from meetcost.values.span import Span

CHINESE = re.compile("[\u4e00-\u9fff]")


@cache
def parsed(octets):
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(octets.decode("utf-8"))


def pages(files):
    return {path: parsed(octets) for path, octets in files.items() if path.endswith(".html")}


def text_of(node):
    return " ".join("".join(node.itertext()).split())


@pytest.fixture(params=["county", "chinese_county"])
def files(request):
    return request.getfixturevalue(request.param).files


def test_every_page_conforms_and_is_there_in_both_languages(files):
    found = pages(files)
    assert len(found) > 200
    english = {path for path in found if not path.startswith("zh/")}
    assert {f"zh/{path}" for path in english} == set(found) - english
    for path, page in found.items():
        html = page if page.tag == "html" else page.find("html")
        assert html.attrib["lang"] == ("zh-CN" if path.startswith("zh/") else "en")


def test_pages_work_without_script_and_style_of_their_own(files):
    for path, page in pages(files).items():
        searched = path.removeprefix("zh/") == "meetings/index.html"
        for node in page.iter():
            if isinstance(node.tag, str):
                tag = node.tag.rpartition("}")[2]
                assert tag not in ("style", "iframe", "object", "base"), path
                assert searched or tag not in ("script", "form"), path
                if tag == "script":
                    assert (posixpath.basename(node.attrib["src"]), node.text) == ("search.js", None)
                assert not [key for key in node.attrib if str(key).startswith("on") or key == "style"], path
        policy = page.find(".//meta[@http-equiv='Content-Security-Policy']").attrib["content"]
        script = "script-src 'self'; " if searched else ""
        assert policy.startswith(f"default-src 'none'; {script}style-src 'self'")
        assert "unsafe" not in policy


def test_every_link_within_leads_to_a_file_and_none_is_followed_by_itself(files):
    for path, page in pages(files).items():
        for node in page.iter():
            for key in ("href", "src"):
                target = node.attrib.get(key) if isinstance(node.tag, str) else None
                if target is None or target.startswith("mailto:"):
                    continue
                file, _, anchor = target.partition("#")
                found = posixpath.normpath(posixpath.join(posixpath.dirname(path), file)) if file else path
                assert found in files, (path, target)
                if anchor:
                    assert parsed(files[found]).find(f".//*[@id='{anchor}']") is not None, (path, target)


def test_ids_are_told_apart_and_references_hold(files):
    for path, page in pages(files).items():
        ids = [node.attrib["id"] for node in page.iter() if isinstance(node.tag, str) and "id" in node.attrib]
        assert len(ids) == len(set(ids)), path
        for node in page.iter():
            if isinstance(node.tag, str):
                assert set(node.attrib.get("aria-labelledby", "").split()) <= set(ids), path


def test_headings_are_in_order_and_tables_have_headers(files):
    for path, page in pages(files).items():
        levels = [int(node.tag[1]) for node in page.iter() if re.fullmatch("h[1-6]", str(node.tag))]
        assert levels[0] == 1, path
        assert levels.count(1) == 1, path
        assert all(after - before <= 1 for before, after in pairwise(levels)), path
        for table in page.iter("table"):
            assert all("scope" in cell.attrib for cell in table.iter("th")), path


def test_pictures_say_what_they_show_and_have_no_colour_of_their_own(county):
    index = county.files["index.html"].decode("utf-8")
    assert len(re.findall(r'<svg class="picture', index)) == 4
    for picture in re.findall(r'<svg class="picture.*?</svg>', index, re.DOTALL):
        assert re.search(
            r'role="img" aria-labelledby="\S+ \S+"><title id="\S+">[^<]+</title><desc id="\S+">[^<]+</desc>', picture
        )
        assert "fill=" not in picture
        assert "stroke=" not in picture
    assert len(index) < 60_000


def test_the_first_sentence_says_the_totals(county):
    index = pages(county.files)["index.html"]
    whole = totals(county.publication.entries)
    headline = text_of(index.find(".//h1"))
    assert headline == f"{whole.seconds / 3600:,.0f} hours of work went into {whole.occurrences} meetings"
    lede = text_of(index.find(".//p[@class='lede']"))
    assert "in April–June 2026. The target is −20\u202f%." in lede.replace("−20 %", "−20\u202f%")
    assert "by forecast" in lede


def test_the_chinese_page_says_it_in_chinese(chinese_county):
    index = pages(chinese_county.files)["zh/index.html"]
    whole = totals(chinese_county.publication.entries)
    headline = text_of(index.find(".//h1"))
    assert headline == f"共 {whole.occurrences} 次会议，用去 {whole.seconds / 3600:,.0f} 人·时"
    shown = {"CSV", "Atom", "iCalendar", "JSON", "English", "meetings.csv", "data.json", "feed.atom", "meetings.ics"}
    for path in ("zh/index.html", "zh/method.html"):
        for node in pages(chinese_county.files)[path].iter():
            if node.tag in ("h1", "h2", "dt", "th", "a", "li", "p", "summary", "figcaption"):
                words = text_of(node)
                assert CHINESE.search(words) or not re.search("[A-Za-z]{2}", words) or words in shown, words


def test_the_worked_example_can_be_worked_by_hand(county):
    """Hours times the published rate of the band, line by line, is what the page says."""
    method = pages(county.files)["method.html"]
    rates = {}
    hours = money = Decimal(0)
    for row in method.findall(".//section[@aria-labelledby='rates']//tbody/tr"):
        band, first, rate = (text_of(cell) for cell in row)
        rates.setdefault(band, []).append((first, Decimal(re.search(r"[\d.,]+", rate)[0].replace(",", ""))))
    example = method.find(".//section[@aria-labelledby='example']")
    for row in example.findall(".//tbody/tr"):
        said, hour, amount = (text_of(cell).replace("\u00a0", " ") for cell in row)
        band, people, each, rate = re.fullmatch(
            r"(.+) (\d+) pe\w+ × ([\d.]+) h × GBP ([\d.]+) per hour =", said
        ).groups()
        assert Decimal(rate) in [one for _, one in rates[band]]
        assert Decimal(hour) == int(people) * Decimal(each)
        assert Decimal(amount.removeprefix("GBP ").replace(",", "")) == Decimal(hour) * Decimal(rate)
        hours += Decimal(hour)
        money += Decimal(hour) * Decimal(rate)
    total = [text_of(cell) for cell in example.find(".//tfoot/tr")]
    assert total == ["Together", f"{hours:f}", f"GBP {money:,.2f}"]


def test_refusals_are_told_by_rule_and_unit(county):
    refused = pages(county.files)["index.html"].find(".//section[@aria-labelledby='refused']")
    assert text_of(refused.find("p")) == "Refused: 6; Exempted: 2; Stepped over: 2"
    rows = [[text_of(cell) for cell in row] for row in refused.iter("tr")]
    assert rows[0] == ["Unit", "Refused", "Exempted", "Stepped over"]
    at = rows.index(["Rule 1: every Wednesday is a no-meeting day"])
    assert rows[at + 1] == ["Finance Bureau", "2", "–", "–"]


@pytest.mark.parametrize(
    ("refusals", "said"),
    [(None, "No guard keeps a journal of these calendars"), ((), "The guard refused and exempted nothing")],
)
def test_no_journal_and_no_refusal_are_two_things(one, refusals, said):
    index = pages(one("", refusals=refusals).files)["index.html"]
    assert said in text_of(index.find(".//section[@aria-labelledby='refused']"))


def test_meetings_that_are_still_to_come_are_said_to_be(one):
    found = one("", "DTSTART:20260930T080000Z\nDTEND:20260930T090000Z", as_of=datetime(2026, 8, 1, tzinfo=UTC))
    assert found.publication.coverage.planned == 1
    index = pages(found.files)["index.html"]
    assert text_of(index.find(".//h1")) == "5 hours of work go into 2 meetings"
    assert "1 of them is still to come." in text_of(index.find(".//p[@class='lede']"))


def test_an_empty_period_is_a_page_too():
    window = Span(datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 8, 1, tzinfo=UTC))
    files = dict(build(gather([], window, as_of=window.end)))
    index = pages(files)["index.html"]
    assert text_of(index.find(".//h1")) == "No meeting is on record for this period."
    assert "zh/index.html" in files


def test_the_same_publication_gives_the_same_octets(county):
    assert dict(build(county.publication)) == county.files

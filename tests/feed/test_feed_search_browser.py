# SPDX-License-Identifier: Apache-2.0
"""The search of the list of meetings, used in headless Chromium: what it finds is what the lists of the pages say."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import html5lib
import pytest
from test_feed_browser import served

from meetcost.feed.folder import write_folder
from meetcost.feed.totals import months, totals
from meetcost.feed.wording import Wording

pytestmark = pytest.mark.browser
BROWSER = Path(__file__).parent / "browser"


def jobs_of(origin, folder):
    index = f"{origin}/en/meetings/index.html"
    chinese = f"{origin}/zh/zh/meetings/index.html"

    def job(name, *steps, url=index, width=1280, **more):
        return {"name": name, "url": url, "width": width, "script": True, "steps": steps, **more}

    return [
        job("untouched"),
        job("plain", script=False),
        job("month", url=f"{index}#month=2026-08"),
        job("month-zh", url=f"{chinese}#month=2026-08", width=390),
        job("all", {"at": "#cost", "select": "0-18000"}, {"at": "#cost", "select": ""}),
        job(
            "typed",
            {"at": "#q", "type": "REVIEW the"},
            {"at": "#unit", "select": "=Finance Bureau"},
            {"at": "#q", "press": "Enter"},
        ),
        job("kind", {"at": "#kind", "select": "=Hearing"}, {"at": "#cost", "select": "180000-360000"}),
        job("none", {"at": "#q", "type": "<b>nothing"}),
        job("reset", {"at": "button[type=reset]", "press": "Enter"}, url=f"{index}#q=review"),
        job("more", {"at": "#more", "press": "Enter"}, url=f"{index}#q=e"),
        job("odd", url=f"{index}#length=1&unit=%3DNobody&elements=x&q=%E0%A4&__proto__=y&reset=1"),
        job("failed", url=f"{index}#q=review", blocked=["**/search/*"]),
        job("disk", url=f"{(folder / 'en/meetings/index.html').as_uri()}#q=review"),
    ]


@pytest.fixture(scope="module")
def used(county, chinese_county, tmp_path_factory):
    folder = tmp_path_factory.mktemp("public")
    write_folder(county.files.items(), folder / "en")
    write_folder(chinese_county.files.items(), folder / "zh")
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    assert chromium, "chromium is not installed"
    with served(folder) as origin:
        done = subprocess.run(
            ["node", str(BROWSER / "search.mjs")],
            input=json.dumps({"chromium": chromium, "jobs": jobs_of(origin, folder)}),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    return {one["name"]: {**one, "origin": origin} for one in json.loads(done.stdout)}


def listed(files, path):
    """The rows of a list page, as text without its spaces."""
    page = html5lib.parse(files[path].decode(), namespaceHTMLElements=False)
    return ["".join("".join(node.itertext()).split()) for node in page.findall(".//ol[@class='meetings']/li")]


def told(found, entries, language="en"):
    words, whole = Wording(language, "GBP", None), totals(entries)
    meetings = words.plain_n(whole.occurrences, "{count} meeting", "{count} meetings")
    return found["count"] == words.plain("{meetings}, {hours}.", meetings=meetings, hours=words.worked(whole.seconds))


def rows_of(publication):
    return [entry for entries in months(publication).values() for entry in entries]


def test_a_month_shows_the_rows_of_its_page_word_for_word(used, county, chinese_county):
    path = "meetings/2026-08.html"
    assert used["month"]["rows"] == listed(county.files, path)
    assert used["month-zh"]["rows"] == listed(chinese_county.files, f"zh/{path}")
    assert len(used["month"]["rows"]) > 20
    found = next(entries for month, entries in months(county.publication).items() if month.month == 8)
    assert told(used["month"], found)
    assert len([one for one in used["month"]["requests"] if "/search/" in one]) == 1
    assert all(re.fullmatch(r"m-[0-9a-z]{13}\.html", link.rpartition("/")[2]) for link in used["month"]["links"])


def test_without_a_script_there_is_the_plain_list(used, county):
    rows = [row for path in ("2026-07", "2026-08", "2026-09") for row in listed(county.files, f"meetings/{path}.html")]
    for name in ("plain", "untouched", "all", "reset"):
        assert used[name]["lists"] == rows, name
        assert used[name]["visible"] == {"search": name != "plain", "found": False, "more": False, "plain": True}, name
        assert used[name]["count"] == ""
    assert not [one for one in used["plain"]["requests"] if "/search/" in one]


def test_words_unit_kind_and_cost(used, county):
    rows = rows_of(county.publication)
    typed = [
        one
        for one in rows
        if "review" in one.title.casefold() and "the" in one.title and one.called_by == "Finance Bureau"
    ]
    assert typed
    assert told(used["typed"], typed)
    assert len(used["typed"]["rows"]) == len(typed)
    assert used["typed"]["hash"] == "#q=REVIEW+the&unit=%3DFinance+Bureau"
    assert used["typed"]["focus"] == "q"
    kind = [one for one in rows if one.kind == "Hearing" and 180_000 <= one.seconds < 360_000]
    assert len(used["kind"]["rows"]) == len(kind)
    assert used["none"]["count"] == "No meeting fits."
    assert used["none"]["visible"]["plain"] is False


def test_many_are_shown_bit_by_bit_and_the_focus_goes_on(used, county):
    rows = [one for one in rows_of(county.publication) if "e" in one.title.casefold()]
    assert 100 < len(rows) <= 200
    assert told(used["more"], rows)
    assert len(used["more"]["rows"]) == len(rows)
    assert used["more"]["focus"] == "A"
    assert not used["more"]["visible"]["more"]


def test_an_address_with_anything_behind_it_breaks_nothing(used):
    assert used["odd"]["visible"]["search"]
    assert used["odd"]["count"] == "No meeting fits."


def test_what_cannot_be_loaded_leaves_the_lists(used):
    assert used["failed"]["visible"]["plain"]
    assert used["failed"]["count"].startswith("The search cannot be loaded")


def test_from_a_disk_as_from_a_host(used):
    assert used["disk"]["rows"]
    assert used["disk"]["messages"] == []


def test_axe_finds_nothing_and_nobody_else_is_asked(used):
    for name, one in used.items():
        assert one.get("violations", []) == [], name
        if name != "disk":
            assert all(request.startswith(one["origin"]) for request in one["requests"])
        if name != "failed":
            assert one["messages"] == [], name

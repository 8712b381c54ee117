# SPDX-License-Identifier: Apache-2.0
"""The pages in headless Chromium, with axe-core.

    npm install --prefix tests/feed/browser && pytest tests/feed --browser --screenshots DIR

Nothing is skipped: without chromium, node or the two packages the tests fail.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from pathlib import Path
from threading import Thread

import pytest

from meetcost.feed.build import build
from meetcost.feed.folder import write_folder
from meetcost.feed.publication import Before
from meetcost.feed.sheet import sheet
from meetcost.feed.sheet_page import sheet_page

pytestmark = pytest.mark.browser
BROWSER = Path(__file__).parent / "browser"
WIDTHS = (390, 1280)
SCHEMES = ("light", "dark")


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@contextmanager
def served(folder):
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def seen(request, county, chinese_county, guarded_county, tmp_path_factory):
    """What was seen of each page: {(page, width, scheme): ...}."""
    folder = tmp_path_factory.mktemp("public")
    pictures = request.config.getoption("--screenshots")
    if pictures is not None:
        pictures.mkdir(parents=True, exist_ok=True)
    series = max(county.publication.entries, key=lambda entry: len(entry.held)).id
    single = next(entry for entry in county.publication.entries if len(entry.held) == 1 and entry.held[0].rules).id
    pages = {
        "overview": "en/index.html", "series": f"en/m/{series}.html", "meeting": f"en/m/{single}.html",
        "method": "en/method.html", "list": "en/meetings/2026-08.html",
        "search": "en/meetings/index.html", "search-zh": "zh/zh/meetings/index.html", "overview-zh": "zh/zh/index.html",
        "target": "target/index.html", "sheet": "sheet.html", "sheet-zh": "sheet-zh.html",
        "books": "books/index.html", "books-zh": "books-zh/zh/index.html",
        "method-zh": "zh/zh/method.html", "series-zh": f"zh/zh/m/{series}.html",
    }  # fmt: skip
    write_folder(county.files.items(), folder / "en")
    write_folder(chinese_county.files.items(), folder / "zh")
    write_folder(guarded_county().files.items(), folder / "books")
    write_folder(guarded_county("zh").files.items(), folder / "books-zh")
    earlier = Before(date(2025, 7, 1), date(2025, 9, 30), 190, 11_000_000)
    write_folder(build(replace(county.publication, year_before=earlier)), folder / "target")
    for language in ("en", "zh"):
        sheets = {"en": county, "zh": chinese_county}
        name = "sheet.html" if language == "en" else "sheet-zh.html"
        (folder / name).write_bytes(sheet_page(sheet(sheets[language].publication, language)))
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    assert chromium, "chromium is not installed"
    with served(folder) as origin:
        jobs = [
            {
                "name": f"{name} {width} {scheme}",
                "url": f"{origin}/{path}",
                "width": width,
                "scheme": scheme,
                "picture": str(pictures / f"{name}-{width}-{scheme}.png") if pictures is not None else "",
            }
            for (name, path), width, scheme in product(pages.items(), WIDTHS, SCHEMES)
        ]
        done = subprocess.run(
            ["node", str(BROWSER / "look.mjs")],
            input=json.dumps({"chromium": chromium, "jobs": jobs}),
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    found = {one["name"]: {**one, "origin": origin} for one in json.loads(done.stdout)}
    assert len(found) == len(jobs)
    return found


def test_axe_finds_nothing(seen):
    assert {name: one["violations"] for name, one in seen.items() if one["violations"]} == {}
    assert all(one["passes"] > 15 for one in seen.values())


def test_nothing_is_asked_of_anybody_else(seen):
    for one in seen.values():
        assert all(request.startswith(one["origin"]) for request in one["requests"])
        assert len(one["requests"]) <= 4  # the page, its style, its icon, a script
        assert one["failed"] == []
        assert one["messages"] == []  # a breach of the Content-Security-Policy would be told here


def test_pages_fit_the_screen_and_have_their_style(seen):
    assert {name for name, one in seen.items() if one["overflow"] > 0} == set()
    assert all("Palatino" in one["styled"] or "Songti" in one["styled"] for one in of_the_site(seen))
    assert all("system-ui" in one["styled"] for name, one in seen.items() if name.startswith("sheet"))


def test_the_keyboard_reaches_the_content_first(seen):
    assert {one["first"] for one in of_the_site(seen)} == {"skip"}


def of_the_site(seen):
    """All but the sheets, which are files by themselves."""
    return [one for name, one in seen.items() if not name.startswith("sheet")]

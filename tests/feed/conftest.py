# SPDX-License-Identifier: Apache-2.0
"""A quarter of a county as it is published; `pytest tests/feed --browser` adds the checks in headless Chromium."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest
from town import DECISIONS, town
from town_books import town_books, with_quotas

from meetcost.feed.about import About
from meetcost.feed.build import build
from meetcost.feed.decisions import refusals_of
from meetcost.feed.gather import gather
from meetcost.feed.publication import Correction, Measured
from meetcost.ics.read import read
from meetcost.model.directory import Directory
from meetcost.policy.policy import Policy
from meetcost.values.span import Span

HERE = Path(__file__).parent
AS_OF = datetime(2026, 10, 5, 8, tzinfo=UTC)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--browser", action="store_true", help="check the pages in headless Chromium, with axe-core")
    parser.addoption("--screenshots", type=Path, help="where the pictures of the pages are kept")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "browser: needs chromium, node, and playwright-core and axe-core from npm")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--browser", default=False):
        return
    left_out = [item for item in items if item.get_closest_marker("browser")]
    items[:] = [item for item in items if not item.get_closest_marker("browser")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)


def quarter(policy):
    """July to September 2026 in the zone of the policy."""
    zone = policy.zone.tzinfo
    return Span(datetime(2026, 7, 1, tzinfo=zone), datetime(2026, 10, 1, tzinfo=zone))


def _minutes(uid, recurrence_id):
    """The minutes of every fifth meeting, and of one series."""
    if uid.endswith("5@county.example"):
        return Measured(420 + len(recurrence_id), "words", 5_400)
    return None


def published(language="en", county=None, **about):
    """The publication of the county's quarter."""
    county = county or town(language)
    policy, rates = county.loaded()
    window = quarter(policy)
    said = {
        "contact": "office@county.example",
        "coverage": "31 of 34 calendars.",
        "target": Decimal(-20),
        "target_source": "Decision 14/2026 of the county, item 3",
        "measured": _minutes,
        "refusals": refusals_of(DECISIONS, window, []),
        "corrections": (Correction(date(2026, 10, 2), "The hours of the Safety meeting were put right."),),
        "calendars": len(county.calendars),
        "base": "https://meetings.county.example",
    }
    return gather(county.meetings, window, as_of=AS_OF, policy=policy, rates=rates, about=About(**{**said, **about}))


@pytest.fixture(scope="session")
def county():
    """The publication and its files."""
    publication = published()
    return SimpleNamespace(publication=publication, files=dict(build(publication)))


@pytest.fixture(scope="session")
def chinese_county():
    publication = published("zh", refusals=(), coverage="34 个日历中的 31 个。", corrections=())
    return SimpleNamespace(publication=publication, files=dict(build(publication)))


@pytest.fixture(scope="session")
def guarded_county(tmp_path_factory):
    """Gives the county's quarter with the books of its guard, in a language; `reason` is that of all waivers."""

    def publish(language="en", reason=None, **about):
        county = with_quotas(town(language))
        window = quarter(county.loaded()[0])
        folder = tmp_path_factory.mktemp("books")
        books = town_books(folder, county, window, as_of=AS_OF, language=language, reason=reason)
        publication = published(language, county, refusals=None, books=books, **about)
        return SimpleNamespace(publication=publication, files=dict(build(publication)), books=books, county=county)

    return cache(publish)


@pytest.fixture
def one():
    """Publishes meetings of one calendar, written as the lines of VEVENTs that differ from a plain one."""

    def publish(*events, directory=DIRECTORY, policy=POLICY, rates=None, as_of=AS_OF, **about):

        body = "".join(_event(number, lines) for number, lines in enumerate(events))
        text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//meetcost//test//EN\n{body}END:VCALENDAR\n"
        chosen = Policy.parse(policy.encode(), directory=Directory.parse(directory.encode()))
        meetings = read(text.replace("\n", "\r\n").encode()).meetings
        publication = gather(
            meetings, quarter(chosen), as_of=as_of, policy=chosen, rates=rates, about=About(body="Town", **about)
        )
        return SimpleNamespace(publication=publication, files=dict(build(publication)))

    return publish


DIRECTORY = """address,name,unit,level,band
ann@town.example,Ann Berger,Planning,town,A
ben@town.example,Ben Adler,Finance,town,B
""" + "".join(f"{band}{number}@town.example,,,town,{band.upper()}\n" for band in "ab" for number in range(4))
"""Two who meet, and as many in each band as it takes not to be merged."""
POLICY = 'zone = "Europe/Berlin"\n'
_PLAIN = {
    "SUMMARY": "SUMMARY:Budget round",
    "DTSTART": "DTSTART:20260702T080000Z",
    "DTEND": "DTEND:20260702T093000Z",
    "ORGANIZER": "ORGANIZER;CN=Ann Berger:mailto:ann@town.example",
    "ATTENDEE": "ATTENDEE;CN=Ben Adler:mailto:ben@town.example",
}


def _event(number, lines):
    given = {line.split(":")[0].split(";")[0] for line in lines.split("\n") if line}
    plain = [text for name, text in _PLAIN.items() if name not in given]
    uid = [] if "UID" in given else [f"UID:m{number}@town.example"]
    return "\n".join(["BEGIN:VEVENT", "DTSTAMP:20260601T080000Z", *uid, *plain, lines, "END:VEVENT", ""])

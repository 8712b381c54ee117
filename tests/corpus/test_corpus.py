# SPDX-License-Identifier: Apache-2.0
"""The calendars that other packages ship, through read, expand and write.

Differences from other readers are judged one by one in `differences.toml`. One that is not there fails, and so does an
entry that has become empty.
"""

from __future__ import annotations

import tomllib
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.corpus import compare
from tests.corpus.fetch import Calendar, calendars
from tests.corpus.peers import Worker

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.corpus.compare import Difference, Effort

pytestmark = pytest.mark.corpus

TABLE = Path(__file__).with_name("differences.toml")
WHO = {"meetcost", "peer", "nobody"}
CPU_SECONDS = 2
MEGABYTES = 256


class Judged(NamedTuple):
    """One row of the table."""

    check: str
    files: tuple[str, ...]
    cause: str
    right: str
    why: str

    def covers(self, difference: Difference) -> bool:
        return difference.check == self.check and any(fnmatchcase(difference.file, file) for file in self.files)


@pytest.fixture(scope="session")
def corpus(corpus_cache: Path) -> list[Calendar]:
    return calendars(corpus_cache)


@pytest.fixture(scope="session")
def worker() -> Iterator[Worker]:
    with Worker() as started:
        yield started


@pytest.fixture(scope="session")
def table() -> list[Judged]:
    rows = tomllib.loads(TABLE.read_text(encoding="utf-8"))["difference"]
    return [Judged(**{**row, "files": tuple(row["files"])}) for row in rows]


def judge(table: list[Judged], differences: Iterable[Difference], *checks: str) -> None:
    """Fails for a difference without a row, and for a row, or a file in it, without a difference."""
    found = set(differences)
    rows = [row for row in table if row.check in checks]
    unclassified = sorted(one for one in found if not any(row.covers(one) for row in rows))
    empty = [
        (row.check, file)
        for row in rows
        for file in row.files
        if not any(one.check == row.check and fnmatchcase(one.file, file) for one in found)
    ]
    assert not unclassified, "\n".join(
        ["unclassified:", *(f"{one.check}: {one.file}: {one.detail}" for one in unclassified)]
    )
    assert not empty, f"no difference any more: {empty}"


def test_every_file_is_read_or_a_problem_says_where_it_cannot_be(corpus: list[Calendar]) -> None:
    assert not [difference for calendar in corpus for difference in compare.unread(calendar)]


def test_no_file_takes_more_than_its_share(corpus: list[Calendar], worker: Worker) -> None:
    for calendar in corpus:
        effort: Effort | None
        effort, refusal = worker.ask(compare.effort, calendar.octets, compare.windows(calendar.octets))
        assert effort is not None, f"{calendar.name}: {refusal}"
        assert effort.cpu_seconds < CPU_SECONDS, calendar.name
        assert effort.peak_megabytes < MEGABYTES, calendar.name


def test_occurrences_are_those_of_recurring_ical_events(
    corpus: list[Calendar], worker: Worker, table: list[Judged]
) -> None:
    found = (one for calendar in corpus for one in compare.against_recurring_ical_events(calendar, worker))
    judge(table, found, "recurring-ical-events")


def test_starts_are_those_of_dateutil(corpus: list[Calendar], worker: Worker, table: list[Judged]) -> None:
    found = (one for calendar in corpus for one in compare.against_dateutil(calendar, worker))
    judge(table, found, "python-dateutil")


def test_our_lines_go_in_and_out_without_a_trace(corpus: list[Calendar], table: list[Judged]) -> None:
    judge(table, (one for calendar in corpus for one in compare.round_trip(calendar)), "write")


def test_line_ends_folds_and_order_change_nothing(corpus: list[Calendar], table: list[Judged]) -> None:
    found = (one for calendar in corpus for one in compare.variants(calendar))
    judge(table, found, "line feeds", "folds", "order")


def test_no_component_is_lost_because_of_another(corpus: list[Calendar], table: list[Judged]) -> None:
    judge(table, (one for calendar in corpus for one in compare.alone(calendar)), "neighbours")


def test_every_row_of_the_table_is_judged(table: list[Judged]) -> None:
    checks = {"recurring-ical-events", "python-dateutil", "write", "line feeds", "folds", "order", "neighbours"}
    for row in table:
        assert row.check in checks
        assert row.right in WHO
        assert row.why.endswith(".")

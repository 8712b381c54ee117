# SPDX-License-Identifier: Apache-2.0
"""`meetcost report`."""

from __future__ import annotations

import pytest

NAMES = ["meetings-2026-12-zh.html", "meetings-2026-12-zh.xlsx", "meetings-2026-12.html", "meetings-2026-12.xlsx"]


@pytest.fixture
def report(run, examples, tmp_path):
    def report(*args, month="2026-12", rates="rates.toml"):
        policy = ("--policy", examples / "policies" / "town-office.toml", "--directory", examples / "directory.csv")
        priced = ("--rates", examples / rates) if rates else ()
        where = ("--month", month, "--out", tmp_path / "reports", "--as-of", "2027-01-04T08:00Z")
        return run("report", examples / "calendars", *policy, *priced, *where, *args)

    return report


def test_a_month_in_both_languages_and_formats(report, tmp_path):
    answer = report("--json", "--contact", "office@town.example")
    assert answer.code == 0
    said = answer.objects[0]
    assert (said["meetings"], said["person_hours"], said["working_time"], said["spending"], said["currency"]) == (
        7, "42", "2103.00", "0.00", "EUR",
    )  # fmt: skip
    assert sorted(path.name for path in (tmp_path / "reports").iterdir()) == NAMES
    assert "office@town.example" in (tmp_path / "reports" / NAMES[0]).read_text("utf-8")
    before = {path.name: path.read_bytes() for path in (tmp_path / "reports").iterdir()}
    report("--contact", "office@town.example")
    assert {path.name: path.read_bytes() for path in (tmp_path / "reports").iterdir()} == before


def test_one_format_and_other_months_stay(report, tmp_path):
    assert report().code == 0
    answer = report("--format", "html", "--lang", "zh", month="2026-11")
    assert answer.code == 0
    assert answer.lines[0].startswith("共") or "会议" in answer.lines[0]
    assert len(list((tmp_path / "reports").iterdir())) == 6


@pytest.mark.parametrize("month", ["2026-13", "2026", "December", "2026-12-01", "0000-01", "2999-01"])
def test_what_is_no_month(report, month):
    answer = report(month=month)
    assert answer.code == 2
    assert "write 2026-09" in answer.err


def test_a_card_that_is_not_published_gives_hours_only(report):
    answer = report(rates=None)
    assert answer.code == 0
    assert "hours only" in answer.err


def test_without_the_library_it_says_what_to_install(report, monkeypatch, tmp_path):
    monkeypatch.setattr("meetcost.cli.report_job.find_spec", lambda name: None)
    answer = report()
    assert answer.code == 2
    assert "meetcost[xlsx]" in answer.err
    assert not (tmp_path / "reports").exists()
    assert report("--format", "html").code == 0

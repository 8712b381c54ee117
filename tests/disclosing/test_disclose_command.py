# SPDX-License-Identifier: Apache-2.0
"""`meetcost disclose`."""

from __future__ import annotations

import json

import pytest
from caldav_servers import Answer
from invites import BLOCK, THURSDAY, invite
from typer.testing import CliRunner
from writing import Desk

from meetcost.cli.main import app

OURS = ("--organizer", "ann@town.example")


@pytest.fixture
def run(monkeypatch):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MEETCOST_PASSWORD", "secret")

    def run(user, *words, url=None):
        common = ["disclose", "--url", url or user.server.url, "--user", user.user]
        return CliRunner().invoke(app, [*common, *map(str, words)])

    return run


@pytest.fixture
def desk(radicale, bad_day, tmp_path):
    return Desk(radicale, tmp_path / "books.db", bad_day)


def test_a_dry_run_shows_the_lines_and_changes_nothing(desk, run):
    desk.put("a", title="Garden plan")
    desk.user.put("work/b.ics", invite("b", THURSDAY, people=["ben@town.example", "ann@town.example"]))
    before = desk.get("a")
    said = run(desk.user, *OURS, url=desk.door.url)
    assert said.exit_code == 0, said.output
    assert "Garden plan" in said.stdout
    assert "says nothing yet" in said.stdout
    assert "+ 3 person-hours: 3 people x 1 h" in said.stdout
    assert said.stdout.splitlines()[-2:] == [
        "1 invite to write, 1 are called by others",
        "nothing was changed; --write does it",
    ]
    assert desk.door.asked("PUT") == []
    assert desk.get("a") == before
    assert not desk.path.exists()


def test_written_moved_and_taken_out(desk, run):
    desk.put("a", people=10)
    before = desk.get("a")
    books = ("--ledger", desk.path)
    said = run(desk.user, *OURS, *books, "--write")
    assert said.exit_code == 0, said.output
    assert said.stdout.splitlines()[-1] == "1 invite written"
    assert desk.blocks("a") == 1
    written = desk.get("a").replace(b"END:VEVENT", b"ATTENDEE:mailto:x@town.example\r\nEND:VEVENT")
    assert desk.user.put("work/a.ics", written).status in (201, 204)
    said = run(desk.user, *OURS)
    assert "- 10 person-hours: 10 people x 1 h" in said.stdout
    assert "+ 11 person-hours: 11 people x 1 h" in said.stdout
    desk.put("a", people=10)
    zh = run(desk.user, *OURS, *books, "--write", "--lang", "zh")
    assert "写入 1 份邀请" in zh.stdout
    assert "人·时" in desk.get("a").replace(b"\r\n ", b"").decode()
    said = run(desk.user, *OURS, *books, "--remove", "--write")
    assert said.exit_code == 0, said.output
    assert sorted(desk.get("a").splitlines()) == sorted(before.splitlines())
    assert desk.states() == ["intent", "done", "intent", "done", "intent", "removed"]


def test_json(desk, run):
    desk.put("a")
    *each, last = map(json.loads, run(desk.user, *OURS, "--json").stdout.splitlines())
    assert [(one["uid"], one["why"], one["writes"], one["written"]) for one in each] == [("a", "new", True, False)]
    assert each[0]["after"][""][0] == "3 person-hours: 3 people x 1 h"
    assert last == {"written": 0, "failed": 0, "left": 0, "others": {"new": 1}}


def test_what_fails_is_told_and_the_code_says_so(desk, run):
    desk.put("a")
    desk.door.rule = lambda request, pass_on: (
        Answer(403, "Forbidden", {}, b"") if request.method == "PUT" else pass_on(request)
    )
    said = run(desk.user, *OURS, "--ledger", desk.path, "--write", url=desk.door.url)
    assert said.exit_code == 1
    assert "work/a.ics: the server answers 403 Forbidden" in said.stderr
    assert said.stdout.splitlines()[-1] == "0 invites written, 1 failed"
    assert "secret" not in said.output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--write", *OURS), "--write needs the books"),
        ((), "the server does not say which addresses are this user's"),
        (("--ledger", "none/books.db", "--write", *OURS), "none/books.db"),
    ],
)
def test_what_is_missing_is_told_before_anything_is_written(desk, run, words, told):
    desk.put("a")
    said = run(desk.user, *words, url=desk.door.url)
    assert said.exit_code == 2
    assert told in said.stderr
    assert desk.door.asked("PUT") == []


def test_the_rates_and_the_policy_count(desk, run, tmp_path):
    policy, rates = tmp_path / "meetcost.toml", tmp_path / "rates.toml"
    policy.write_text('zone = "Europe/Berlin"\n[disclosure]\ninside = ["*@town.example"]\n')
    rates.write_text(
        'name="House"\nversion="1"\ncurrency="EUR"\npublished=true\ndefault_band="all"\nbands.all.values.2020-01-01=30\n'
    )
    desk.put("a")
    said = run(desk.user, *OURS, "--policy", policy, "--rates", rates, "--ledger", desk.path, "--write")
    assert said.exit_code == 0, said.output
    assert b"about EUR 90 of working time" in desk.get("a").replace(b"\r\n ", b"")
    assert BLOCK.encode() in desk.get("a")
    assert {str(row.money.money) for row in desk.rows("a")} == {"EUR 90.00"}

# SPDX-License-Identifier: Apache-2.0
"""`meetcost ledger`: the commands, their exit codes, and what they leave behind."""

import json
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from meetcost.ledger.ledger import Ledger
from meetcost.ledger.rows import MeetingRow
from meetcost.ledger.versions import Versions

NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)
AT = ("--now", "2026-12-01T08:00Z")


@pytest.fixture
def books(tmp_path):
    """Four meetings, the second called by Ann."""
    path = tmp_path / "books.db"
    with Ledger.open(path, create=True) as ledger:
        ann = ledger.pseudonyms.person("ann@town.example")
        for number in range(4):
            row = MeetingRow(
                uid=ledger.pseudonyms.uid(f"uid {number}"),
                title=f"Meeting {number}",
                organiser=ann if number == 1 else None,
                people=number,
            )
            ledger.append([row], operation=f"{number}", now=NOW, versions=Versions("0.1.0"))
    return path


def spoil(books, statement):
    connection = sqlite3.connect(books)
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_sound_books(run, books):
    said = run("ledger", "verify", books)
    assert said.code == 0
    assert f"{books}: sound\n  4 rows, 0 of them erased, " in said.out
    assert "no head was given" in said.out
    chinese = run("ledger", "verify", books, "--lang", "zh").out
    assert "：完好" in chinese
    assert ", " not in chinese


def test_spoilt_books(run, books):
    spoil(books, "UPDATE entries SET kind = 'verdict' WHERE seq = 3")
    said = run("ledger", "verify", books)
    assert said.code == 1
    assert "row 3 is not what its hash was taken of" in said.out
    (found,) = run("ledger", "verify", books, "--json").objects
    assert found["sound"] is False
    assert {"code": "row-edited", "row": 3, "to": 3, "text": "row 3 is not what its hash was taken of"} in found[
        "discrepancies"
    ]


def test_a_head_is_published_and_finds_a_roll_back(run, books, tmp_path):
    said = run("ledger", "head", books, *AT)
    assert said.objects[0] | {"hash": ""} == {
        "format": "meetcost-ledger-head",
        "version": 1,
        "length": 4,
        "hash": "",
        "time": "2026-12-01T08:00:00Z",
    }
    head = tmp_path / "head.json"
    head.write_text(said.out)
    (found,) = run("ledger", "verify", books, "--head", head, "--json").objects
    assert (found["sound"], found["heads"]) == (True, 1)
    spoil(books, "DELETE FROM payloads WHERE seq = 4")
    spoil(books, "DELETE FROM entries WHERE seq = 4")
    spoil(books, "DELETE FROM operations WHERE first = 4")
    spoil(books, "UPDATE head SET length = 3, hash = (SELECT hash FROM entries WHERE seq = 3)")
    assert run("ledger", "verify", books).code == 0
    said = run("ledger", "verify", books, "--head", head)
    assert said.code == 1
    assert "the books end with row 3, and a head of row 4 was published" in said.out


@pytest.mark.parametrize(
    "text",
    ["", "nonsense", "[]", "{}", '{"format":"meetcost-ledger-head","version":2}', "[" * 9000]
    + [
        json.dumps({"format": "meetcost-ledger-head", "version": 1, "length": length, "hash": digest})
        for length, digest in ((-1, "0" * 64), (True, "0" * 64), ("4", "0" * 64), (4, "x"), (4, None))
    ],
)
def test_what_is_no_head_is_told(run, books, tmp_path, text):
    head = tmp_path / "head.json"
    head.write_text(text)
    said = run("ledger", "verify", books, "--head", head)
    assert said.code == 2
    assert str(head) in said.err


@pytest.mark.parametrize("name", ["books.jsonl", "books.csv"])
def test_books_move_by_an_export(run, books, tmp_path, name):
    file, copy = tmp_path / name, tmp_path / "copy.db"
    assert run("ledger", "export", books, file, *AT).code == 0
    assert file.stat().st_mode & 0o077 == 0
    assert run("ledger", "export", books, "--format", name[6:], *AT).out.splitlines() == file.read_text().splitlines()
    said = run("ledger", "import", copy, file)
    assert said.code == 0
    assert f"{copy}: 4 new rows, 4 " in said.out
    assert run("ledger", "import", copy, file, "--json").objects[0]["rows"] == 0
    again = tmp_path / f"again-{name}"
    run("ledger", "export", copy, again, *AT)
    assert again.read_bytes() == file.read_bytes()
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []


def test_an_import_from_standard_input(run, books, tmp_path):
    text = run("ledger", "export", books).out
    assert run("ledger", "import", tmp_path / "copy.db", "-", stdin=text).code == 0
    cut = run("ledger", "import", tmp_path / "other.db", "-", stdin=text[:-10])
    assert cut.code == 2
    assert "-: line 5: " in cut.err


def test_an_export_overwrites_nothing(run, books, tmp_path):
    file = tmp_path / "there.jsonl"
    file.write_text("mine")
    said = run("ledger", "export", books, file)
    assert said.code == 2
    assert "exists already" in said.err
    assert file.read_text() == "mine"


def test_an_export_that_fails_leaves_no_file(run, books, tmp_path):
    spoil(books, "UPDATE payloads SET payload = 'x' WHERE seq = 3")
    said = run("ledger", "export", books, tmp_path / "out.jsonl")
    assert said.code == 2
    assert "row 3 holds no JSON" in said.err
    assert not list(tmp_path.glob("*out*"))


def test_headers_hold_no_payload(run, books):
    lines = run("ledger", "export", books, "--headers").objects
    assert len(lines) == 5
    assert all("payload" not in one and "salt" not in one for one in lines)


def test_nothing_is_erased_without_yes(run, books):
    said = run("ledger", "erase", books, "--uid", "uid 2")
    assert said.code == 0
    assert f"{books}: 1 row (3) would be erased; nothing was changed" in said.out
    assert run("ledger", "verify", books, "--json").objects[0]["length"] == 4


@pytest.mark.parametrize(
    ("chosen", "rows"),
    [
        (["--uid", "uid 2"], [3]),
        (["--person", "Ann@Town.example"], [2]),
        (["--row", "1", "--row", "2", "--row", "4"], [1, 2, 4]),
        (["--before", "2026-12-02"], [1, 2, 3, 4]),
        (["--before", "5 years", "--now", "2031-12-02"], [1, 2, 3, 4]),
        (["--before", "5 years", "--now", "2031-11-30"], []),
        (["--uid", "nobody"], []),
    ],
)
def test_erasing(run, books, chosen, rows):
    (said,) = run("ledger", "erase", books, *chosen, "--yes", "--json").objects
    assert said == {"ledger": str(books), "rows": rows, "erased": True, "wiped": True}
    (found,) = run("ledger", "verify", books, "--json").objects
    assert (found["sound"], found["erased"]) == (True, len(rows))
    octets = b"".join(one.read_bytes() for one in books.parent.glob("books.db*"))
    for row in rows:
        assert f"Meeting {row - 1}".encode() not in octets


def test_a_person_may_be_named_on_standard_input(run, books):
    said = run("ledger", "erase", books, "--person", "-", "--json", stdin="ann@town.example\n")
    assert said.objects[0]["rows"] == [2]


def test_erasing_says_which_way(run, books):
    for args in ([], ["--uid", "a", "--row", "1"]):
        said = run("ledger", "erase", books, *args)
        assert said.code == 2
        assert "say in one way" in said.err


@pytest.mark.parametrize("command", ["verify", "head", "export"])
def test_books_that_are_not_there_are_not_made(run, tmp_path, command):
    said = run("ledger", command, tmp_path / "none.db")
    assert said.code == 2
    assert "there are no books" in said.err
    assert list(tmp_path.iterdir()) == []


def test_without_the_extra_the_command_says_what_to_install(books):
    program = (
        "import sys\n"
        "import importlib.util as util\n"
        "found = util.find_spec\n"
        "util.find_spec = lambda name: None if name == 'sqlalchemy' else found(name)\n"
        "from meetcost.cli.main import run\n"
        f"sys.argv = ['meetcost', 'ledger', 'verify', {str(books)!r}]\n"
        "run()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == "meetcost: the ledger needs SQLAlchemy; run: pip install 'meetcost[ledger]'\n"


def test_help_waits_for_no_database():
    program = "import sys, meetcost.cli.main; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "sqlalchemy" not in done.stdout.split()

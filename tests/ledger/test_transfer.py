# SPDX-License-Identifier: Apache-2.0
"""Out into a file and back, exactly, between both databases."""

from __future__ import annotations

import hashlib
import io
import json

import pytest
from ledger_making import NOW, VERSIONS, Books, filled, meeting_row

from meetcost.ledger import transfer
from meetcost.ledger.erase import Selection, erase
from meetcost.ledger.faults import LedgerError
from meetcost.ledger.ledger import Ledger
from meetcost.ledger.quota import Claim, Quotas
from meetcost.ledger.transfer import export, imported
from meetcost.ledger.verify import verify

TIME = "2026-12-01T08:00:00Z"


@pytest.fixture
def ledger(books):
    """Several rows an operation, an erased one, quotas, and text that formats stumble over."""
    ledger = filled(books.open(), 3, each=3)
    ledger.append(
        [meeting_row(1, title='a,"b";\r\n\tc\0 \u2028\u0085 =1+1 预算 😀', uid=ledger.pseudonyms.uid("x"))],
        operation="strange", now=NOW, versions=VERSIONS,
    )  # fmt: skip
    quotas = Quotas(ledger)
    quotas.reserve("q", [Claim("pool", 3, 10, NOW), Claim("other", 1, 10, NOW)], now=NOW)
    quotas.confirm("q", [meeting_row(2)], now=NOW, versions=VERSIONS)
    erase(ledger, Selection(rows=(2,)), ground="request", operation="e", now=NOW, versions=VERSIONS)
    return ledger


def written(ledger, form, **options):
    out = io.StringIO(newline="")
    export(ledger, out, form, time=TIME, **options)
    return out.getvalue()


@pytest.fixture
def others(server, tmp_path):
    """Empty books on the two databases, under the same key."""
    made = [Ledger.open(place, create=True, new_key=False) for place in (str(tmp_path / "copy.db"), server.schema())]
    yield made
    for one in made:
        one.close()


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_books_go_out_and_come_back_exactly(ledger, others, form):
    text = written(ledger, form)
    for copy in others:
        count, head = imported(copy, io.StringIO(text, newline=""), form)
        assert (count, head.length) == (13, 13)
        assert verify(copy, against=[ledger.head()]).sound
        assert written(copy, form) == text
        assert list(copy.rows()) == list(ledger.rows())
        assert Quotas(copy).usage("pool") == (3, 0)
        assert imported(copy, io.StringIO(text, newline=""), form)[0] == 0  # again


def test_the_two_forms_hold_the_same(ledger, others):
    for form, copy in zip(("jsonl", "csv"), others, strict=True):
        imported(copy, io.StringIO(written(ledger, form), newline=""), form)
    assert written(others[0], "jsonl") == written(others[1], "jsonl")


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_an_import_goes_on_where_it_stopped(ledger, others, form, monkeypatch):
    monkeypatch.setattr(transfer, "BATCH", 4)  # within an operation of three rows
    text = written(ledger, form)
    lines = text.split("\n")
    for copy in others:
        for cut in (2, 6, 7, 12):
            with pytest.raises(LedgerError, match="the export is cut"):
                imported(copy, io.StringIO("\n".join(lines[:cut]) + "\n", newline=""), form)
        filled_before = copy.head().length
        assert 0 < filled_before < 13
        assert imported(copy, io.StringIO(text, newline=""), form)[0] == 13 - filled_before
        assert written(copy, form) == text
        assert verify(copy).sound


@pytest.mark.parametrize("form", ["jsonl", "csv"])
@pytest.mark.parametrize(
    ("old", "new"),
    [("Meeting 4", "Meeting 5"), (TIME, "2026-12-01T08:00:01Z"), ("2026a", "2026b"), ("meeting", "verdict")],
)
def test_a_changed_export_is_refused(ledger, others, form, old, new):
    text = written(ledger, form).replace(old, new, 1)
    with pytest.raises(LedgerError, match=r"^line \d+: "):
        imported(others[0], io.StringIO(text, newline=""), form)


@pytest.mark.parametrize("form", ["jsonl", "csv"])
@pytest.mark.parametrize("change", ["drop", "swap", "double", "nonsense", "cut short", "after the head", "empty"])
def test_an_export_out_of_order_is_refused(ledger, others, form, change):
    lines = written(ledger, form).splitlines(keepends=True)
    if change == "drop":
        del lines[4]
    elif change == "swap":
        lines[4], lines[5] = lines[5], lines[4]
    elif change == "double":
        lines.insert(4, lines[4])
    elif change == "nonsense":
        lines[4] = "nonsense\n"
    elif change == "cut short":
        lines = [*lines[:-2], lines[-1]]
    elif change == "after the head":
        lines.append(lines[-2])
    else:
        lines = []
    with pytest.raises(LedgerError):
        imported(others[0], io.StringIO("".join(lines), newline=""), form)


def test_imported_books_keep_to_the_key_they_were_made_with(books, ledger, tmp_path):
    copy = Books(str(tmp_path / "copy.db"), books.key)
    with Ledger.open(copy.location, create=True, new_key=False) as made:
        imported(made, io.StringIO(written(ledger, "jsonl"), newline=""), "jsonl")
    receipt = copy.open().append([meeting_row(7)], operation="new", now=NOW, versions=VERSIONS)
    assert receipt.first == 14
    copy.close()
    with pytest.raises(LedgerError, match="begun with another key"):
        Books(copy.location, tmp_path / "another").open()


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_books_under_another_key_are_not_mixed(ledger, tmp_path, form):
    other = Books(str(tmp_path / "other.db"), tmp_path / "other.key")
    with pytest.raises(LedgerError, match="begun with another key"):
        imported(other.open(), io.StringIO(written(ledger, form), newline=""), form)
    other.close()


def test_other_books_are_not_mixed(ledger, tmp_path):
    other = filled(Ledger.open(tmp_path / "other.db", create=True), 2)
    with pytest.raises(LedgerError, match="hold other rows already"):
        imported(other, io.StringIO(written(ledger, "jsonl"), newline=""), "jsonl")
    assert other.head().length == 2
    other.close()


def test_headers_alone_hold_no_payload_and_still_show_the_chain(ledger):
    lines = [json.loads(line) for line in written(ledger, "jsonl", headers=True).split("\n")[:-1]]
    previous = "0" * 64
    for one in lines[:-1]:
        assert not {"payload", "salt"} & one.keys()
        digest = one.pop("hash")
        text = json.dumps({**one, "v": 1}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        assert hashlib.sha256(text.encode()).hexdigest() == digest
        assert one["previous"] == previous
        previous = digest
    assert lines[-1]["hash"] == previous


def test_a_damaged_payload_is_told_and_not_exported(books):
    ledger = filled(books.open(), 2)
    books.sql("UPDATE payloads SET payload = 'x' WHERE seq = 2")
    with pytest.raises(LedgerError, match="row 2 holds no JSON; verify the books"):
        written(ledger, "jsonl")


def test_empty_books_have_an_export_too(books, others):
    text = written(books.open(), "csv")
    assert imported(others[0], io.StringIO(text, newline=""), "csv") == (0, others[0].head()._replace(time=TIME))


def test_a_lost_key_is_told_and_no_other_is_made(books, ledger, tmp_path):
    copy = Books(str(tmp_path / "copy.db"), tmp_path / "copy.db.key")
    copy.open().append([meeting_row(1)], operation="new", now=NOW, versions=VERSIONS)
    copy.close()
    (tmp_path / "copy.db.key").unlink()
    with (
        Ledger.open(copy.location, create=True) as found,
        pytest.raises(LedgerError, match="the key is needed"),
    ):
        found.append([meeting_row(2)], operation="newer", now=NOW, versions=VERSIONS)
    assert not (tmp_path / "copy.db.key").exists()

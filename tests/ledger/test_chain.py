# SPDX-License-Identifier: Apache-2.0
"""Canonical JSON, hashes, pseudonyms: the parts that must never change."""

from __future__ import annotations

import hashlib
import json
import stat
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetcost.ledger import versions
from meetcost.ledger.canonical import canonical
from meetcost.ledger.chain import EMPTY, Head, Secret, hash_of, sealed
from meetcost.ledger.discrepancy import CODES, Discrepancy
from meetcost.ledger.faults import LedgerError
from meetcost.ledger.pseudonym import Pseudonyms, key_at
from meetcost.ledger.rows import KINDS, AnyRow, holds_address
from meetcost.ledger.versions import Versions, tzdata
from meetcost.model.cost import CardRef


def test_a_row_as_it_was_first_written():
    """Frozen: whoever has kept this hash has to find it again in every later version."""
    secret = Secret("00" * 32, '{"kind":"meeting","title":"预算"}')
    one = sealed(
        EMPTY,
        secret,
        kind="meeting",
        operation="f" * 32,
        recorded="2026-12-01T08:00:00Z",
        versions={"meetcost": "0.1.0", "tzdata": "2026a"},
    )
    assert one.entry.commitment == "14080af8a6fe81dc72ad65447c66c30008aac2cf83699cb4b3d23611dfe20c3c"
    assert one.entry.hash == "baba0404305c12d15eac5a2fc9dccb96a0669b543c17bac6794ff9c28589558e"
    text = (
        f'{{"commitment":"{one.entry.commitment}","kind":"meeting","operation":"{"f" * 32}","previous":"{"0" * 64}",'
        '"recorded":"2026-12-01T08:00:00Z","seq":1,"v":1,"versions":{"meetcost":"0.1.0","tzdata":"2026a"}}'
    )
    assert hashlib.sha256(text.encode()).hexdigest() == one.entry.hash


values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.text()),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(st.characters(max_codepoint=127)), inner)),
    max_leaves=20,
)


@given(values)
def test_canonical_json_is_json_and_has_one_form(value):
    try:
        text = canonical(value)
    except LedgerError:
        assert "\\ud" in json.dumps(value)  # a lone surrogate
        return
    assert json.loads(text) == value
    assert canonical(json.loads(text)) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ('\u0000\u001f\b\t\n\f\r"\\/\u007f\u2028é', '"\\u0000\\u001f\\b\\t\\n\\f\\r\\"\\\\/\u007f\u2028é"'),
        ({"b": [], "a": {"": None}}, '{"a":{"":null},"b":[]}'),
        ([True, False, -1], "[true,false,-1]"),
    ],
)
def test_the_form_is_that_of_rfc_8785(value, text):
    assert canonical(value) == text


@pytest.mark.parametrize("value", [1.0, float("nan"), {1: 2}, {"é": 1}, "\ud800", {1, 2}, object()])
def test_what_has_no_canonical_form_is_refused(value):
    with pytest.raises(LedgerError):
        canonical(value)


def test_a_list_in_itself_is_refused():
    value = []
    value.append(value)
    with pytest.raises(LedgerError):
        canonical(value)


def test_versions_that_are_no_json_have_no_hash():
    one = sealed(EMPTY, Secret("00", "{}"), kind="x", operation="", recorded="", versions={})
    with pytest.raises(LedgerError, match="`versions` is no JSON"):
        hash_of(one.entry._replace(versions="{"))


def test_a_head_reads_itself():
    head = Head(3, "a" * 64, "2026-12-01T08:00:00Z")
    assert Head.parse(json.dumps(head.document()).encode()) == head


@given(st.binary(max_size=200))
def test_any_octets_are_a_head_or_an_error(octets):
    with pytest.raises(LedgerError):
        Head.parse(octets)


# pseudonyms


def test_pseudonyms_are_hmac_and_never_shared_between_kinds():
    names = Pseudonyms(bytes(range(32)))
    assert names.person("Ann@Town.example") == names.person("mailto:ann@town.example")
    assert len({names.person("x"), names.uid("x"), names.operation("x"), names.uid("mailto:x"), names.check}) == 5
    assert names.uid("x") == "a5e8ed045f2161c49c8112c3e4aa8902"  # frozen, as rows refer to it
    assert names.uid("x") != Pseudonyms(b"k" * 32).uid("x")
    assert names.uid("\ud800") != names.uid("\ud801")
    assert "1f" not in repr(names)


def test_a_key_is_made_once_and_for_its_owner_alone(tmp_path):
    file = tmp_path / "key"
    with pytest.raises(FileNotFoundError):
        key_at(file)
    made = key_at(file, create=True)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert key_at(file).check == key_at(file, create=True).check == made.check
    assert [one.name for one in tmp_path.iterdir()] == ["key"]


def test_many_that_make_a_key_at_once_get_the_same(tmp_path):
    checks, start = [], threading.Barrier(20)

    def make():
        start.wait()
        checks.append(key_at(tmp_path / "key", create=True).check)

    threads = [threading.Thread(target=make) for _ in range(20)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(checks) == 20
    assert len(set(checks)) == 1


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_key_that_others_can_read_is_refused(tmp_path, mode):
    file = tmp_path / "key"
    key_at(file, create=True)
    file.chmod(mode)
    with pytest.raises(LedgerError, match=r"others can read this key; run: chmod 600 "):
        key_at(file)


@pytest.mark.parametrize("octets", [b"", b"0" * 63, b"0" * 65, b"g" * 64, b"\0" * 64, b"0" * 10_000])
def test_what_is_no_key_is_told(tmp_path, octets):
    file = tmp_path / "key"
    file.write_bytes(octets)
    file.chmod(0o600)
    with pytest.raises(LedgerError, match="is no key"):
        key_at(file)


def test_a_key_has_32_octets():
    with pytest.raises(LedgerError, match="a key of 3 octets"):
        Pseudonyms(b"abc")


# what a row was made with


def test_versions_name_everything_that_was_used():
    found = Versions.of(None, CardRef("Town", "2026-01"))
    assert found.meetcost == "0.1.0"
    assert found.rates == "Town 2026-01"
    assert found.policy == ""
    assert len(found.model) == 12
    assert found.tzdata


@pytest.mark.parametrize(
    ("first_line", "expected"),
    [("# version 2026a\nx", "system 2026a"), ("nonsense", "system"), ("é", "system"), (None, "system")],
)
def test_the_time_zone_database_of_the_system_comes_first(tmp_path, monkeypatch, first_line, expected):
    (tmp_path / "Etc").mkdir()
    (tmp_path / "Etc" / "UTC").write_bytes(b"TZif")
    if first_line is not None:
        (tmp_path / "tzdata.zi").write_text(first_line, "utf-8")
    monkeypatch.setattr(versions.zoneinfo, "TZPATH", (str(tmp_path / "none"), str(tmp_path)))
    assert tzdata.__wrapped__() == expected
    monkeypatch.setattr(versions.zoneinfo, "TZPATH", ())
    assert tzdata.__wrapped__()[:2] == "20"


# the lists that other parts repeat


def test_every_code_has_its_sentence_in_both_languages():
    for code in CODES:
        one = Discrepancy(code, 1234, 5678)
        assert one.text()
        assert one.text("zh") != one.text("en")


def test_every_kind_is_a_row():
    assert sorted(KINDS) == sorted(inner.model_fields["kind"].default for inner in _members(AnyRow))


def _members(annotation):
    for inner in getattr(annotation, "__args__", ()):
        if hasattr(inner, "model_fields"):
            yield inner
        else:
            yield from _members(inner)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ann@town.example", True),
        ("x MAILTO:", True),
        ("<ann@localhost>", True),
        ("王@例.中国", True),
        ("@home", False),
        ("4 @ 5", False),
        ("at town", False),
    ],
)
def test_what_looks_like_an_address(text, found):
    assert holds_address(text) is found

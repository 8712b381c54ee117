# SPDX-License-Identifier: Apache-2.0
"""Reading releases, and keeping them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rosters_for_attack import Body

from meetcost.errors import ConfigError
from meetcost.feed import releases
from meetcost.feed.folder import write_folder
from meetcost.feed.releases import beside, distinct, keep, packed, release_at, releases_of
from meetcost.privacy.kept import kept_release
from meetcost.privacy.release_file import read_release

BODY = Body.random(2, meetings=8, bands=2)


def document():
    return BODY.document()


def test_a_document_and_what_is_kept_of_it_are_the_same_release():
    plain = read_release(json.dumps(document()).encode(), "a")
    kept = BODY.release(name="a")
    assert kept._replace(bands=()) == plain
    assert len(plain.rows) == 8
    assert plain.totals.minor == sum(row.minor for row in plain.rows)
    assert plain.hidden == (0, None)


def test_no_title_and_no_text_is_kept():
    changed = document()
    changed["corrections"] = [{"day": "2026-10-01", "text": "SECRET"}]
    changed["coverage"]["statement"] = changed["body"] = "SECRET"
    for meeting in changed["meetings"]:
        meeting["title"] = "SECRET"
    assert "SECRET" not in json.dumps(kept_release(changed, []))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda d: d.update(schema="urn:meetcost:schema:feed:9"), "schema: the value does not have the form `^urn"),
        (lambda d: d.pop("totals"), "totals: is missing"),
        (lambda d: d["meetings"][0]["occurrences"][0].update(people=-1), "meetings.0.occurrences.0.people"),
        (lambda d: d["meetings"][1]["occurrences"][0].update(people=True), "meetings.1.occurrences.0.people"),
        (lambda d: d["meetings"][0]["occurrences"][0].update(start="yesterday"), "meetings.0.occurrences.0.start"),
        (lambda d: d["meetings"][0]["occurrences"][0].update(start="2026-13-01"), "month must be in 1..12"),
        (lambda d: d["totals"].update(working_time="1.005"), "is no amount in EUR"),
        (lambda d: d["totals"].update(working_time="NaN"), "totals.working_time"),
        (lambda d: d["totals"].update(working_time="1e999999999"), "totals.working_time"),
        (lambda d: d.update(currency="XQX"), "XQX"),
        (lambda d: d.update(as_of="2026-10-02T00:00:00"), "as_of"),
        (lambda d: d.update(currency=None), "there is money in it, and no currency"),
        (lambda d: d["period"].update(first="0001-01-01"), "1900 to 2999"),
        (lambda d: d["period"].update(last="2026-06-01"), "not before it begins"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(change, told):
    changed = document()
    change(changed)
    with pytest.raises(ConfigError) as caught:
        read_release(json.dumps(changed).encode(), "data.json")
    assert told in str(caught.value)
    assert str(caught.value).startswith("data.json: ")


def test_a_mistake_repeats_nothing_that_stood_there():
    changed = document()
    changed["meetings"][0]["occurrences"][0]["working_time"] = "ann earns 4711"
    with pytest.raises(ConfigError) as caught:
        read_release(json.dumps(changed).encode(), "data.json")
    assert "4711" not in str(caught.value)


@settings(max_examples=80)
@given(
    st.binary(max_size=60)
    | st.sampled_from([b"[" * 90_000, b"{}", b"null", b'{"schema":"urn:meetcost:schema:release:1"}'])
)
def test_any_octets_give_a_release_or_one_error(octets):
    with pytest.raises(ConfigError):
        read_release(octets, "x")


def kept():
    return kept_release(document(), [])


def test_releases_are_kept_once_beside_the_folder(tmp_path):
    out = tmp_path / "public"
    first = keep(packed(kept()), out)
    assert first.parent == beside(out) == tmp_path / "public.releases"
    later = kept()
    later["feed"]["as_of"] = "2027-01-01T00:00:00Z"
    assert keep(packed(later), out) is None
    other = kept()
    other["feed"]["confidential"]["occurrences"] = 3
    second = keep(packed(other), out)
    assert sorted(beside(out).iterdir()) == sorted([first, second])
    assert {one.name for one in releases_of(out)} == {first.name, second.name}
    assert release_at(first)._replace(name="") == read_release(json.dumps(kept()).encode(), "")


def test_what_stands_in_the_folder_counts_as_well(tmp_path):
    out = tmp_path / "public"
    assert releases_of(out) == []
    out.mkdir()
    (out / "data.json").write_text(json.dumps(document()))
    assert [one.name for one in releases_of(out)] == ["data.json"]
    kept_at = keep(packed(kept()), out)
    assert len(releases_of(out)) == 1
    assert kept_at is not None


def test_what_stands_in_the_folder_is_not_read_twice_and_is_read_once_it_is_another(tmp_path, monkeypatch):
    out = tmp_path / "public"
    release = packed(kept())
    path = keep(release, out)
    write_folder([("data.json", json.dumps(document()).encode())], out, release=release.digest)
    read = []
    monkeypatch.setattr(releases, "release_at", lambda path, once: read.append(path) or release_at(path, once))
    assert len(releases_of(out)) == 1
    assert read == [path]
    changed = document()
    changed["confidential"]["occurrences"] += 1
    (out / "data.json").write_text(json.dumps(changed))
    assert len(releases_of(out)) == 2
    path.unlink()
    assert [one.name for one in releases_of(out)] == ["data.json"]


def test_of_the_same_release_the_one_with_its_rates_is_taken():
    with_rates = BODY.release(name="kept")
    plain = with_rates._replace(name="data.json", bands=())
    assert distinct([with_rates, plain]) == distinct([plain, with_rates]) == [with_rates]


@pytest.mark.parametrize(
    "damage", [lambda b: b[:-9], lambda b: b[:40] + b"\0" * 20 + b[60:], lambda _: b"", lambda _: b"\x1f\x8b"]
)
def test_a_damaged_release_is_told_and_never_passed_over(tmp_path, damage):
    out = tmp_path / "public"
    path = keep(packed(kept()), out)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ConfigError, match=path.name):
        releases_of(out)

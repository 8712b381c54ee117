# SPDX-License-Identifier: Apache-2.0
"""A second publication makes what has changed; what it does not make is what it would have made."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from meetcost.feed import makers as of_makers
from meetcost.feed.build import build, parts
from meetcost.feed.folder import write_folder
from meetcost.feed.makers import makers


def inputs(publication, made_by="x"):
    return {part.path: part.inputs for part in parts(publication, made_by=made_by)}


def test_parts_of_the_same_inputs_have_the_same_octets(county):
    """Whatever of a publication is changed, a file that comes out otherwise is made from something else."""
    publication = county.publication
    first = publication.entries[0]
    changes = [
        {"as_of": publication.as_of + timedelta(days=1)},
        {"body": "Other"},
        {"currency": "USD"},
        {"contact": ""},
        {"base": "https://other.example"},
        {"entries": publication.entries[1:]},
        {"entries": (first._replace(title="Other"), *publication.entries[1:])},
        {"entries": (first._replace(kind="Other"), *publication.entries[1:])},
        {"entries": (first._replace(held=(first.held[0]._replace(rules=("9",)),)), *publication.entries[1:])},
        {"corrections": ()},
        {"commitments": ()},
        {"method": replace(publication.method, policy="Other")},
    ]
    before = inputs(publication)
    for change in changes:
        changed = replace(publication, **change)
        octets, after = dict(build(changed)), inputs(changed)
        kept = {path for path, digest in after.items() if digest and before.get(path) == digest}
        assert {path for path in kept if octets[path] != county.files[path]} == set()
    assert {path for path, digest in before.items() if not digest} >= {"index.html", "data.json"}
    assert sum(not digest for digest in before.values()) < 20


def test_a_month_more_is_a_link_on_the_pages_of_all_months(one, tmp_path):
    july, august = "SUMMARY:Round", "SUMMARY:Other\nDTSTART:20260806T080000Z\nDTEND:20260806T090000Z"
    for events in ((july,), (july, august), (july,)):
        made = one(*events)
        write_folder(parts(made.publication, made_by="x"), tmp_path)
        assert {path: (tmp_path / path).read_bytes() for path in made.files} == made.files
        for page in ("meetings/2026-07.html", "zh/meetings/2026-07.html"):
            assert (b'href="2026-08.html"' in made.files[page]) == (august in events)


def test_another_maker_makes_all_files_anew(county):
    before, after = inputs(county.publication, "x"), inputs(county.publication, "y")
    assert any(path.startswith("search/") and digest for path, digest in before.items())
    assert [path for path, digest in before.items() if digest and digest == after[path]] == []


def test_other_wall_clocks_of_the_same_zone_are_another_page(county):
    """Rules of a zone change under its name."""

    class Moved:
        name = county.publication.zone.name
        tzinfo = county.publication.zone.tzinfo

        def to_local(self, seconds):
            return county.publication.zone.to_local(seconds) + 3600

    pages = [path for path in inputs(county.publication) if path.startswith("m/")]
    before, after = inputs(county.publication), inputs(replace(county.publication, zone=Moved()))
    assert all(before[path] != after[path] for path in pages)


def test_nothing_is_known_of_files_if_it_is_not_known_what_makes_them(county):
    assert set(inputs(county.publication, "").values()) == {""}
    page = f"m/{county.publication.entries[0].id}.html"
    assert inputs(county.publication, "y")[page] != inputs(county.publication, "x")[page]


@pytest.mark.parametrize("change", ["words/zh_CN/feed.po", "feed/templates/meeting.html", "feed/views.py", "new.py"])
def test_another_package_is_another_maker(tmp_path, monkeypatch, change):
    for path in ("words/zh_CN/feed.po", "feed/templates/meeting.html", "feed/views.py", "feed/makers.py"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("one")
    monkeypatch.setattr(of_makers, "__file__", str(tmp_path / "feed" / "makers.py"))
    before = makers()
    assert before == makers() != ""
    (tmp_path / change).write_text("two")
    assert makers() != before


def test_a_day_later_no_page_of_a_meeting_and_no_list_is_made(county, tmp_path):
    made = []

    def counted(publication):
        for part in parts(publication, made_by="x"):

            def pieces(part=part):
                made.append(part.path)
                return part.pieces()

            yield part._replace(pieces=pieces)

    write_folder(counted(county.publication), tmp_path)
    assert len(made) == len(county.files)
    made.clear()
    later = replace(county.publication, as_of=county.publication.as_of + timedelta(days=1))
    write_folder(counted(later), tmp_path)
    assert not [path for path in made if "m/" in path or "meetings/2026" in path or path.startswith("search/")]
    assert {path: (tmp_path / path).read_bytes() for path in county.files} == dict(build(later))

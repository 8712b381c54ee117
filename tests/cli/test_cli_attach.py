# SPDX-License-Identifier: Apache-2.0
"""`meetcost attach` and `detach` as commands: nothing that stands in a file is lost."""

import os

import pytest

MEETING = """
BEGIN:VEVENT
UID:{name}
DTSTAMP:20260101T000000Z
DTSTART:20261210T100000Z
DTEND:20261210T110000Z
SUMMARY:{name}
ORGANIZER:mailto:ann@town.example
ATTENDEE:mailto:ben@town.example
ATTENDEE:mailto:cem@town.example
END:VEVENT
"""
OURS = b"meeting cost (added automatically)"


@pytest.fixture
def invite(calendar):
    return lambda path: calendar(MEETING.format(name=path.replace("/", "-")), path)


def test_in_place_and_back_is_what_it_was(run, invite):
    path = invite("a.ics")
    before = path.read_bytes()
    path.chmod(0o640)
    assert run("attach", "--in-place", path).code == 0
    assert OURS in path.read_bytes()
    assert run("detach", "--in-place", path).code == 0
    assert path.read_bytes() == before
    assert path.stat().st_mode & 0o777 == 0o640
    assert [one.name for one in path.parent.iterdir()] == ["a.ics"]


def test_a_link_stays_one_and_what_it_leads_to_is_written(run, invite, tmp_path):
    real = invite("real/a.ics")
    (tmp_path / "link.ics").symlink_to(real)
    assert run("attach", "--in-place", tmp_path / "link.ics").code == 0
    assert (tmp_path / "link.ics").is_symlink()
    assert OURS in real.read_bytes()


def test_a_file_beside_it_stays_as_it_is(run, invite, tmp_path):
    path = invite("a.ics")
    (tmp_path / ".a.ics.meetcost").write_text("somebody else's")
    assert run("attach", "--in-place", path).code == 0
    assert (tmp_path / ".a.ics.meetcost").read_text() == "somebody else's"


def test_out_does_not_overwrite_what_is_still_to_be_read(run, invite, tmp_path):
    first, second = invite("in/a.ics"), invite("out/a.ics")
    before = second.read_bytes()
    answer = run("attach", "--out", tmp_path / "out", first, second)
    assert answer.code == 2
    assert "is one of the calendars that are read" in answer.err
    assert second.read_bytes() == before


def test_the_same_name_twice_is_told(run, invite, tmp_path):
    answer = run("attach", "--out", tmp_path / "out", invite("in/a.ics"), invite("other/a.ics"))
    assert answer.code == 2
    assert "went to" in answer.err
    assert b"SUMMARY:in-a.ics" in (tmp_path / "out" / "a.ics").read_bytes()


@pytest.mark.skipif(os.name == "nt", reason="names are text there")
def test_names_that_are_no_utf8_are_told_apart_and_written_to(run, invite, tmp_path):
    odd = [tmp_path / os.fsdecode(name) for name in (b"b\xe8.ics", b"b\xe9.ics")]
    for path in odd:
        invite("a.ics").rename(path)
    assert run("attach", "--in-place", tmp_path).code == 0
    assert sorted(tmp_path.iterdir()) == odd
    assert all(OURS in path.read_bytes() for path in odd)


def test_a_name_as_long_as_can_be_is_written_to(run, invite):
    path = invite(f"{'a' * 251}.ics")
    assert run("attach", "--in-place", path).code == 0
    assert OURS in path.read_bytes()


def test_what_cannot_be_written_is_told_and_the_rest_goes_on(run, invite, tmp_path):
    paths = [invite("in/a.ics"), invite("in/b.ics")]
    (tmp_path / "out" / "a.ics").mkdir(parents=True)
    answer = run("attach", "--out", tmp_path / "out", *paths)
    assert answer.code == 2
    assert "a.ics: cannot be written: is a directory" in answer.err
    assert OURS in (tmp_path / "out" / "b.ics").read_bytes()
    assert sorted(one.name for one in (tmp_path / "out").iterdir()) == ["a.ics", "b.ics"]


def test_what_is_no_calendar_is_not_copied_to_the_terminal(run, tmp_path):
    (tmp_path / "bin.ics").write_bytes(bytes(range(256)))
    answer = run("detach", tmp_path / "bin.ics")
    assert answer.code == 2
    assert answer.out == ""
    assert "no iCalendar data" in answer.err

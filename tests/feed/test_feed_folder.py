# SPDX-License-Identifier: Apache-2.0
"""Files into a folder."""

from __future__ import annotations

import errno
import json
import os
import signal
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from meetcost.errors import UsageError
from meetcost.feed.folder import MANIFEST, STAGE, write_folder
from meetcost.feed.part import Part

AS_OF = datetime(2026, 10, 5, 8, tzinfo=UTC)
FILES = {"index.html": b"one", "m/a.html": b"two", "zh/m/a.html": b"three"}


def tree(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def seen(folder):
    """What a web server would serve."""
    return {path: octets for path, octets in tree(folder).items() if not path.startswith(".")}


def test_everything_is_written_and_nothing_twice(tmp_path):
    out = tmp_path / "new" / "public"
    assert write_folder(FILES.items(), out)[:3] == (3, 0, 0)
    first = {path: (out / path).stat().st_mtime_ns for path in (*FILES, MANIFEST)}
    before = tree(out)
    assert write_folder(FILES.items(), out)[:3] == (0, 3, 0)
    assert {path: (out / path).stat().st_mtime_ns for path in first} == first
    assert tree(out) == before
    assert {path: before[path] for path in FILES} == FILES


def test_what_is_left_over_goes_if_it_is_ours_and_as_it_was(tmp_path):
    write_folder(FILES.items(), tmp_path)
    (tmp_path / "m" / "notes.txt").write_text("mine")
    assert write_folder([("index.html", b"one")], tmp_path)[:3] == (0, 1, 2)
    assert tree(tmp_path).keys() == {"index.html", "m/notes.txt", MANIFEST}
    assert not (tmp_path / "zh").exists() or not any((tmp_path / "zh").rglob("*.html"))


def test_what_somebody_changed_stays(tmp_path):
    write_folder(FILES.items(), tmp_path)
    (tmp_path / "m" / "a.html").write_bytes(b"changed by hand")
    assert write_folder([("index.html", b"one")], tmp_path).removed == 1
    assert (tmp_path / "m" / "a.html").read_bytes() == b"changed by hand"


def test_a_file_of_somebody_else_is_never_overwritten(tmp_path):
    (tmp_path / "index.html").write_text("the town's own page")
    (tmp_path / "logo.svg").write_text("logo")
    with pytest.raises(UsageError, match="none of ours"):
        write_folder(FILES.items(), tmp_path)
    assert (tmp_path / "index.html").read_text() == "the town's own page"
    (tmp_path / "index.html").unlink()
    write_folder(FILES.items(), tmp_path)
    assert (tmp_path / "logo.svg").read_text() == "logo"


@pytest.mark.parametrize(
    "path", ["../x.html", "/x.html", "a/../../x.html", "CON", ".htaccess", "a//b", "", "a b.html", "x.html\n"]
)
def test_no_path_leaves_the_folder(tmp_path, path):
    with pytest.raises(UsageError):
        write_folder([(path, b"x")], tmp_path / "out")
    assert tree(tmp_path).keys() <= {f"out/{MANIFEST}"}


def test_a_manifest_that_names_what_is_not_ours_deletes_nothing(tmp_path):
    (tmp_path / "precious.txt").write_text("x")
    out = tmp_path / "out"
    write_folder(FILES.items(), out)
    manifest = json.loads((out / MANIFEST).read_bytes())
    manifest["files"]["../precious.txt"] = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
    (out / MANIFEST).write_text(json.dumps(manifest))
    write_folder(FILES.items(), out)
    assert (tmp_path / "precious.txt").exists()


@pytest.mark.parametrize("content", ["", "[]", "{", '{"files": []}', '{"other": 1}'])
def test_a_manifest_that_cannot_be_read_is_told(tmp_path, content):
    (tmp_path / MANIFEST).write_text(content)
    with pytest.raises(UsageError, match="cannot be read"):
        write_folder(FILES.items(), tmp_path)


def test_what_stops_half_way_changes_nothing(tmp_path):
    write_folder([("index.html", b"of last time"), ("m/old.html", b"of last time")], tmp_path)
    before = tree(tmp_path)

    def files():
        yield "index.html", b"one"
        yield "m/a.html", b"two"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_folder(files(), tmp_path)
    assert tree(tmp_path) == before
    assert write_folder(FILES.items(), tmp_path)[:3] == (3, 0, 1)
    assert tree(tmp_path).keys() == {*FILES, MANIFEST}


KILLED = """
import os, signal, sys
from pathlib import Path
from meetcost.feed.folder import write_folder

renames = int(sys.argv[2])
replace = Path.replace

def counted(self, target):
    global renames
    if self.parent.name == ".meetcost-next" or self.name == ".meetcost-feed.json.part":
        if not renames:
            os.kill(os.getpid(), signal.SIGKILL)
        renames -= 1
    return replace(self, target)

def files():
    yield "index.html", b"of a run that was killed"
    yield "m/b.html", b"left over"
    if renames < 0:
        os.kill(os.getpid(), signal.SIGKILL)

Path.replace = counted
write_folder(files(), Path(sys.argv[1]))
"""


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize(("renames", "left"), [(-1, 0), (0, 0), (1, 0), (3, 1)])
def test_what_a_killed_run_wrote_is_ours(tmp_path, renames, left):
    """Killed while files are made (-1), before the first is in its place, between two, and before the list is."""
    write_folder([("index.html", b"of last time")], tmp_path)
    before = seen(tmp_path)
    run = [sys.executable, "-c", KILLED, tmp_path, str(renames)]
    assert subprocess.run(run, check=False).returncode == -signal.SIGKILL
    if renames <= 0:
        assert seen(tmp_path) == before
    assert write_folder(FILES.items(), tmp_path)[:3] == (3, 0, left)
    assert tree(tmp_path).keys() == {*FILES, MANIFEST}


def _stopped(folder, contents, renames):
    """A run that the file system stops after so many pages are in their places."""
    replace, left = Path.replace, [renames]

    def counted(self, target):
        if self.parent.name == STAGE:
            if not left[0]:
                raise OSError(errno.EIO, "Input/output error")
            left[0] -= 1
        return replace(self, target)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Path, "replace", counted)
        with pytest.raises(OSError, match="Input/output error"):
            write_folder(contents.items(), folder)


@pytest.mark.parametrize("renames", range(4))
def test_pages_withdrawn_after_a_run_that_stopped_between_renames_are_removed(tmp_path, renames):
    """Those that it has put in their places, and those that still hold what they held before."""
    write_folder(FILES.items(), tmp_path)
    _stopped(tmp_path, {**{path: octets + b", new" for path, octets in FILES.items()}, "m/c.html": b"four"}, renames)
    assert write_folder([("style.css", b"all that is left")], tmp_path).removed == 3
    assert tree(tmp_path).keys() == {"style.css", MANIFEST}


@pytest.mark.parametrize("first", range(3))
@pytest.mark.parametrize("second", range(3))
def test_pages_withdrawn_after_two_such_runs_are_removed(tmp_path, first, second):
    write_folder(FILES.items(), tmp_path)
    _stopped(tmp_path, {path: octets + b", new" for path, octets in FILES.items()}, first)
    _stopped(tmp_path, {path: octets + b", newer" for path, octets in reversed(FILES.items())}, second)
    assert write_folder([], tmp_path).removed == 3
    assert tree(tmp_path).keys() == {MANIFEST}


def test_a_page_withdrawn_by_a_run_that_stopped_is_removed_by_the_next(tmp_path):
    """The first run that stops puts it there, the second has it no more, and stops before it removes anything."""
    _stopped(tmp_path, FILES, 1)
    _stopped(tmp_path, {"m/a.html": b"two"}, 0)
    assert write_folder([("m/a.html", b"two")], tmp_path)[:3] == (1, 0, 1)
    assert tree(tmp_path).keys() == {"m/a.html", MANIFEST}


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
@pytest.mark.parametrize("stopped", [False, True])
def test_a_page_that_could_not_be_removed_is_removed_the_next_time(tmp_path, monkeypatch, stopped):
    write_folder(FILES.items(), tmp_path)
    if stopped:
        _stopped(tmp_path, {"m/a.html": b"changed"}, 0)
    unlink = Path.unlink

    def refused(self, missing_ok=False):
        if self.name == "a.html":
            raise PermissionError(errno.EACCES, "Permission denied")
        unlink(self, missing_ok)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", refused)
        assert write_folder([("index.html", b"one")], tmp_path).removed == 0
    assert seen(tmp_path) == FILES
    assert write_folder([("index.html", b"one")], tmp_path).removed == 2
    assert tree(tmp_path).keys() == {"index.html", MANIFEST}


def test_what_somebody_changed_stays_after_a_run_that_stopped(tmp_path):
    write_folder(FILES.items(), tmp_path)
    _stopped(tmp_path, {"m/a.html": b"new"}, 0)
    (tmp_path / "m" / "a.html").write_bytes(b"changed by hand")
    for removed in (2, 0):
        assert write_folder([], tmp_path).removed == removed
        assert seen(tmp_path) == {"m/a.html": b"changed by hand"}


def test_what_is_called_when_all_is_made_comes_before_anything_is_public(tmp_path):
    write_folder([("index.html", b"of last time")], tmp_path)
    calls = []

    def files():
        yield from FILES.items()
        calls.append("made")

    write_folder(files(), tmp_path, when_made=lambda: calls.append(seen(tmp_path)))
    assert calls == ["made", {"index.html": b"of last time"}]
    assert seen(tmp_path) == FILES


def test_a_run_that_stops_before_anything_is_public_leaves_no_folder(tmp_path):
    def refused():
        raise PermissionError

    with pytest.raises(PermissionError):
        write_folder(FILES.items(), tmp_path / "new" / "public", when_made=refused)
    assert list(tmp_path.iterdir()) == []
    assert write_folder([], tmp_path / "new" / "public")[:3] == (0, 0, 0)


def _parts(made, contents, inputs="v1"):
    """Parts that note in `made` that they were made."""

    def pieces(path, content):
        made.append(path)
        return (content[:1], content[1:])

    return [Part(path, partial(pieces, path, content), inputs) for path, content in contents.items()]


def test_what_is_made_from_the_same_as_last_time_is_not_made(tmp_path):
    made = []
    assert write_folder(_parts(made, FILES), tmp_path)[:3] == (3, 0, 0)
    made.clear()
    assert write_folder(_parts(made, FILES), tmp_path) == (0, 3, 0, sum(map(len, FILES.values())))
    assert made == []
    assert write_folder(_parts(made, FILES, "v2"), tmp_path)[:3] == (0, 3, 0)
    assert made == list(FILES)
    made.clear()
    assert write_folder(_parts(made, FILES, "v2"), tmp_path)[:3] == (0, 3, 0)
    assert made == []


@pytest.mark.parametrize("harm", ["edited", "removed", "touched", "forgotten"])
def test_a_file_that_does_not_lie_as_it_was_left_is_made_again(tmp_path, harm):
    made = []
    write_folder(_parts(made, FILES), tmp_path)
    made.clear()
    target = tmp_path / "m" / "a.html"
    if harm == "edited":
        target.write_bytes(b"TWO")
    elif harm == "removed":
        target.unlink()
    elif harm == "touched":
        os.utime(target, (1, 1))
    else:
        manifest = json.loads((tmp_path / MANIFEST).read_bytes())
        manifest["files"]["m/a.html"] = manifest["files"]["m/a.html"].split(" ")[0]  # as releases before this wrote it
        (tmp_path / MANIFEST).write_text(json.dumps(manifest))
    assert write_folder(_parts(made, FILES), tmp_path).removed == 0
    assert made == ["m/a.html"]
    assert target.read_bytes() == b"two"
    made.clear()
    write_folder(_parts(made, FILES), tmp_path)
    assert made == []


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_a_web_server_may_read_it(tmp_path):
    before = os.umask(0o022)
    try:
        write_folder(FILES.items(), tmp_path)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "index.html").stat().st_mode) == 0o644


def test_a_link_is_not_followed(tmp_path):
    if not hasattr(os, "symlink"):
        pytest.skip("no symbolic links")
    target = tmp_path / "target.txt"
    target.write_text("one")
    out = tmp_path / "out"
    out.mkdir()
    (out / "index.html").symlink_to(target)
    with pytest.raises(UsageError):
        write_folder([("index.html", b"other")], out)
    assert target.read_text() == "one"


def test_a_day_later_and_with_one_change_few_files_are_written(one, tmp_path):
    """The pages of other meetings, and the months without a change, stay as they are."""
    july = [f"SUMMARY:Round {number}" for number in range(20)]
    august = ["SUMMARY:Other\nDTSTART:20260806T080000Z\nDTEND:20260806T090000Z"]
    write_folder(one(*july, *august).files.items(), tmp_path)
    made = one("SUMMARY:Changed", *july[1:], *august, as_of=AS_OF + timedelta(days=1))
    changed = next(entry.id for entry in made.publication.entries if entry.title == "Changed")
    before = {path: (tmp_path / path).stat().st_mtime_ns for path in made.files}
    assert write_folder(made.files.items(), tmp_path).removed == 0
    written = {path for path in made.files if (tmp_path / path).stat().st_mtime_ns != before[path]}
    pages = {path for path in written if "m/" in path}
    assert pages == {f"m/{changed}.html", f"zh/m/{changed}.html"}
    assert not {path for path in written if path.startswith("search/2026-08")}
    assert write_folder(made.files.items(), tmp_path).written == 0

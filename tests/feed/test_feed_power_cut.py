# SPDX-License-Identifier: Apache-2.0
"""A publish and a power cut: what the disk may hold then, and that the next run puts it right.

A run is watched: each fsync, rename and removal. A disk after a cut at any point holds what files held when they were
last flushed (of others, half), and of the renames and removals those before the last flush of their folder (of others,
none, all or some).
"""

from __future__ import annotations

import gzip
import os
import random
from pathlib import Path
from typing import NamedTuple

import pytest

from meetcost.feed.folder import MANIFEST, STAGE, write_folder
from meetcost.feed.manifest import NOTES
from meetcost.feed.releases import Packed, beside, keep

pytestmark = pytest.mark.skipif(os.name != "posix", reason="folders cannot be flushed elsewhere")

OLD = {"index.html": b"one, old", "m/a.html": b"two, old", "m/gone.html": b"withdrawn", "zh/m/gone.html": b"as well"}
NEW = {"index.html": b"one, new", "m/a.html": b"two, new", "zh/m/b.html": b"three", "search/all.js": b"four"}


class Step(NamedTuple):
    """An `fsync` of an inode, or a change of names in a folder: `path` now holds `octets` of `inode`, or is gone."""

    inode: int
    path: str = ""
    octets: bytes | None = None
    folder: int = 0
    fsync: bool = False


@pytest.fixture
def steps(monkeypatch):
    """Those of whatever is done below a folder."""
    found = []
    fsync, replace, unlink = os.fsync, Path.replace, Path.unlink

    def fsynced(handle):
        fsync(handle)
        found.append(Step(os.fstat(handle).st_ino, fsync=True))

    def replaced(self, target):
        octets, inode = self.read_bytes(), self.stat().st_ino
        done = replace(self, target)
        found.append(Step(inode, str(target), octets, Path(target).parent.stat().st_ino))
        return done

    def unlinked(self, missing_ok=False):
        there = self.exists()
        folder = self.parent.stat().st_ino
        unlink(self, missing_ok)
        if there:
            found.append(Step(0, str(self), None, folder))

    monkeypatch.setattr(os, "fsync", fsynced)
    monkeypatch.setattr(Path, "replace", replaced)
    monkeypatch.setattr(Path, "unlink", unlinked)
    return found


def files(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and STAGE not in path.parts
    }


def disk(before, folder, steps, cut, lost):
    """What is there after a cut before step number `cut`; `lost` says of a change that was not flushed if it is."""
    now = dict(before)
    flushed = [step.inode for step in steps[:cut] if step.fsync]
    for at, step in enumerate(steps[:cut]):
        if step.fsync or ".part" in step.path or STAGE in step.path:
            continue
        name = Path(step.path).relative_to(folder).as_posix()
        certain = any(each.fsync and each.inode == step.folder for each in steps[at:cut])
        if not certain and lost():
            continue
        if step.octets is None:
            now.pop(name, None)
        else:
            now[name] = step.octets if step.inode in flushed else step.octets[: len(step.octets) // 2]
    return now


def put(folder, contents):
    for name, octets in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(octets)


@pytest.mark.parametrize("lost", ["all", "none", 0, 1, 2])
@pytest.mark.parametrize("old", [OLD, {"index.html": OLD["index.html"]}], ids=["some-withdrawn", "none-withdrawn"])
def test_after_a_power_cut_no_page_is_cut_short_and_the_next_run_puts_all_right(tmp_path, steps, lost, old):
    some = random.Random(lost)
    always = {"all": lambda: True, "none": lambda: False}
    which = always.get(lost, lambda: some.random() < 0.5)
    out = tmp_path / "public"
    write_folder(old.items(), out)
    before = files(out)
    del steps[:]
    assert write_folder(NEW.items(), out)[:3] == (4, 0, len(old.keys() - NEW.keys()))
    watched = list(steps)
    assert sum(step.fsync for step in watched) >= len(NEW)
    for cut in range(len(watched) + 1):
        found = disk(before, out, watched, cut, which)
        for name, octets in found.items():
            if name not in (MANIFEST, NOTES):
                assert octets in (old.get(name), NEW.get(name)), (cut, name)
        for number, following in enumerate((NEW, {"style.css": b"all that is left"})):
            place = tmp_path / f"cut-{cut}-{number}"
            put(place, found)
            write_folder(following.items(), place)
            assert {name: octets for name, octets in files(place).items() if name != MANIFEST} == following, cut


def test_a_release_is_on_the_disk_before_anything_of_it_is_public(tmp_path, steps):
    out = tmp_path / "public"
    release = Packed("20261005T080000Z", "0" * 16, gzip.compress(b"{}"))
    write_folder(NEW.items(), out, when_made=lambda: keep(release, out))
    kept = next(at for at, step in enumerate(steps) if step.path.endswith(".json.gz"))
    public = next(at for at, step in enumerate(steps) if step.path == str(out / "index.html"))
    folder = beside(out).stat().st_ino, beside(out).parent.stat().st_ino
    assert steps[kept].inode in {step.inode for step in steps[:kept] if step.fsync}
    assert set(folder) <= {step.inode for step in steps[kept:public] if step.fsync}


def test_many_files_are_flushed_in_one_go_and_then_each_is_asked(tmp_path, steps, monkeypatch):
    gone = []
    monkeypatch.setattr(os, "sync", lambda: gone.append(len(steps)))
    write_folder([(f"m/{number}.html", b"page") for number in range(150)], tmp_path / "public")
    assert len(gone) == 1
    pages = {step.inode for step in steps if "/m/" in step.path}
    assert len(pages) == 150
    first = next(at for at, step in enumerate(steps) if "/m/" in step.path)
    assert pages <= {step.inode for step in steps[gone[0] : first] if step.fsync}


def test_what_the_disk_cannot_take_is_not_put_in_its_place(tmp_path, monkeypatch):
    out = tmp_path / "public"
    write_folder(OLD.items(), out)
    before = files(out)

    def broken(handle):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(OSError, match="Input/output error"):
        write_folder(NEW.items(), out)
    assert files(out) == before

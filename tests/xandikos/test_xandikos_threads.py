# SPDX-License-Identifier: Apache-2.0
"""Reading in a thread of its own disturbs no request: what Xandikos writes while it reads is waited for."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from dulwich.file import FileLocked, GitFile
from dulwich.objects import Tree
from dulwich.repo import Repo
from invites import POLICY
from xandikos_app import XandikosInThread

from meetcost.xandikos import patience

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EMPTY = Tree()
"""What a collection with nothing in it is, to Git."""


def file_of(repository: Path) -> Path:
    """Where Git stores it."""
    file = repository / ".git" / "objects" / EMPTY.id[:2].decode() / EMPTY.id[2:].decode()
    file.parent.mkdir()
    return file


@pytest.fixture
def server(tmp_path: Path) -> Iterator[XandikosInThread]:
    policy = tmp_path / "policy.toml"
    policy.write_text(POLICY, "utf-8")
    made = XandikosInThread(tmp_path / "data", policy)
    yield made
    made.stop()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return tmp_path / "r"


@pytest.fixture
def objects(repository: Path) -> object:
    repository.mkdir()
    found = Repo.init(str(repository)).object_store
    patience.add_patiently(found)
    return found


def test_a_request_waits_for_whoever_else_reads_a_new_calendar(server: XandikosInThread) -> None:
    file = file_of(server.folder / "ann" / "calendars")
    with ThreadPoolExecutor(1) as pool:
        with GitFile(str(file), "wb") as reading:
            asking = pool.submit(server.ask, "PROPFIND", "/ann/calendars/", Content_Type="application/xml")
            with pytest.raises(TimeoutError):
                asking.result(0.2)
            reading.write(EMPTY.as_legacy_object())
        assert asking.result(30).status == 207


def test_a_backend_apart_shares_no_store(server: XandikosInThread) -> None:
    path = "/ann/calendars/calendar/"
    here, apart = server.backend.get_resource(path), server.backend.apart().get_resource(path)
    assert type(here) is type(apart)
    assert here.store is not apart.store


def test_an_object_that_another_is_writing_is_waited_for(repository: Path, objects) -> None:
    with ThreadPoolExecutor(1) as pool:
        with GitFile(str(file_of(repository)), "wb") as writing:
            adding = pool.submit(objects.add_object, EMPTY)
            with pytest.raises(TimeoutError):
                adding.result(0.2)
            writing.write(EMPTY.as_legacy_object())
        adding.result(30)
    assert objects[EMPTY.id] == EMPTY


def test_a_lock_that_nobody_takes_away_is_an_error(repository: Path, objects, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "_LONGEST", 0.1)
    file_of(repository).with_suffix(".lock").touch()
    with pytest.raises(FileLocked):
        objects.add_object(EMPTY)


def test_what_adds_patiently_already_is_left_as_it_is(objects) -> None:
    before = objects.add_object
    patience.add_patiently(objects)
    assert objects.add_object is before

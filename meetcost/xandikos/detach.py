# SPDX-License-Identifier: Apache-2.0
"""Every trace of ours out of the folder of a Xandikos, byte for byte, by commits in its calendars.

What was committed before stays in the history of a calendar, as with all that was ever in it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from xandikos.store import InvalidETag, InvalidFileContents, LockedError, NotStoreError
from xandikos.store.git import GitStore

from meetcost.disclosure.attach import detach
from meetcost.errors import UsageError, said_by
from meetcost.guard.alone import alone
from meetcost.guard.detached import Detached
from meetcost.guard.notice import NOTICES, notice_uid
from meetcost.xandikos.admission import AsSentFile

if TYPE_CHECKING:
    from collections.abc import Iterator

_TYPE: Final = "text/calendar"
_OURS: Final = notice_uid("").partition("@")[2].encode()


def detach_all(folder: str, *, notices: bool = False) -> Iterator[Detached]:
    """What was changed in all calendars below `folder`; Xandikos sees it with its next request.

    `notices`: whether the notices of refusals go as well; their calendars stay, empty. Raises `UsageError` where there
    is nothing of Xandikos.
    """
    stores = list(_stores(Path(folder)))
    if not stores:
        raise UsageError("there are no calendars of Xandikos in `{folder}`", folder=folder)
    for path, store in stores:
        store.load_extra_file_handler(AsSentFile)
        is_of_notices = notices and Path(path).name == NOTICES
        for name, kind, _ in list(store.iter_with_etag()):
            if kind == _TYPE:
                with alone(Path(folder)):  # a guarded Xandikos may still be writing
                    found = _one(store, f"{path}/{name}", notices=is_of_notices)
                if found is not None:
                    yield found


def _stores(folder: Path) -> Iterator[tuple[str, Any]]:
    """The calendars, and whatever else holds objects, by their paths below `folder`."""
    for place, folders, _files in os.walk(folder):
        folders[:] = sorted(one for one in folders if one != ".git")
        if (Path(place) / ".git").exists() or (Path(place) / "objects").is_dir():
            try:
                yield Path(place).relative_to(folder).as_posix(), GitStore.open_from_path(place)  # type: ignore[no-untyped-call]
            except NotStoreError:
                continue
            if (Path(place) / "objects").is_dir():  # a bare one, with nothing of ours below it
                folders[:] = []


def _one(store: Any, path: str, *, notices: bool) -> Detached | None:
    name = path.rpartition("/")[2]
    try:
        etag = store.get_etag(name)  # somebody may have edited it since the others were begun
    except KeyError:
        return None  # or deleted it
    try:
        octets = b"".join(store.get_file(name, _TYPE, etag).content)
        if notices and _OURS in octets:
            store.delete_one(name, message="Take a notice of meetcost out", etag=etag)
            return Detached(path, notice=True)
        bare = detach(octets)
        if bare == octets:
            return None
        store.import_one(name, _TYPE, [bare], message="Take the lines of meetcost out", replace_etag=etag)
        return Detached(path, len(octets) - len(bare))
    except (LockedError, InvalidETag, InvalidFileContents, OSError, KeyError, ValueError) as error:  # the others go on
        return Detached(path, problem=said_by(error) if str(error) else type(error).__name__)

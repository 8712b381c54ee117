# SPDX-License-Identifier: Apache-2.0
"""Every trace of ours out of the storage of a Radicale, byte for byte, while it runs or stands still.

It is written by Radicale's own storage, under its lock: its cache, its ETags and its sync tokens are right afterwards,
so that programs fetch what was changed.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from radicale import config
from radicale.item import Item
from radicale.storage import multifilesystem

from meetcost.disclosure.attach import detach
from meetcost.errors import UsageError, said_by
from meetcost.guard.detached import Detached
from meetcost.guard.notice import NOTICES, notice_uid
from meetcost.radicale.settings import LAST_GOOD
from meetcost.radicale.walk import below, collections

if TYPE_CHECKING:
    from collections.abc import Iterator

_OURS: Final = notice_uid("").partition("@")[2]
_GUARDED: Final = "meetcost.radicale"
_OWN: Final = ("multifilesystem", "multifilesystem_nolock")


def detach_all(configuration: str, *, notices: bool = False) -> Iterator[Detached]:
    """What was changed, calendar by calendar; each is locked for itself, so that nobody waits long.

    `configuration` is Radicale's own file. `notices`: whether the notices of refusals go as well, with the calendars
    that hold nothing else. Raises `UsageError` where the file cannot be read or still names the guard, which would
    write its lines again.
    """
    storage = _storage(configuration)
    with storage.acquire_lock("r", ""):
        paths = [one.path for one in below(storage, "/") if one.tag == "VCALENDAR"]
    for path in paths:
        with storage.acquire_lock("w", ""):
            found = [one for there in collections(storage, f"/{path}/") for one in _leave(there, notices=notices)]
        yield from found  # without the lock: whoever asks may take their time


def _leave(collection: multifilesystem.Collection, *, notices: bool) -> Iterator[Detached]:
    if notices and collection.path.rpartition("/")[2] == NOTICES:
        return _without_notices(collection)
    return _bare(collection)


def _storage(configuration: str) -> multifilesystem.Storage:
    try:
        read = config.load([(configuration, False)])
        kind = read.get("storage", "type")
        if kind == _GUARDED:
            raise UsageError(
                "{configuration}: the guard is still on and would write its lines again; "
                "set `type = multifilesystem` in [storage], "
                "start Radicale anew, then call this again",
                configuration=configuration,
            )
        if kind not in _OWN:
            raise UsageError(
                "{configuration}: `type = {kind}` in [storage] is none of Radicale's own folders of files",
                configuration=configuration,
                kind=kind,
            )
        folder = Path(read.get("storage", "filesystem_folder"))
        if not (folder / "collection-root").is_dir():
            raise UsageError(
                "{configuration}: there are no calendars in `{folder}`; is the path relative to another?",
                configuration=configuration,
                folder=folder,
            )
        (folder / LAST_GOOD).unlink(missing_ok=True)
        return multifilesystem.Storage(read)
    except (RuntimeError, OSError) as error:
        raise UsageError("{where}: {why}", where=configuration, why=said_by(error)) from error


def _bare(collection: multifilesystem.Collection) -> Iterator[Detached]:
    """Its objects without ours. The files are read, for Radicale may give what it has written anew."""
    for href in list(collection._list()):
        path = f"{collection.path}/{href}"
        try:
            octets = Path(collection._filesystem_path, href).read_bytes()
            bare = detach(octets)
            if bare != octets:
                _write(collection, href, bare)
                yield Detached(path, len(octets) - len(bare))
        except (ValueError, RuntimeError, OSError) as error:  # the others go on
            yield Detached(path, problem=said_by(error))


def _write(collection: multifilesystem.Collection, href: str, octets: bytes) -> None:
    try:
        there = collection._get(href, verify_href=False)
    except RuntimeError:
        there = None
    if there is None:  # Radicale cannot read it, and shows it to nobody: it has no cache to be right
        file: Any
        with collection._atomic_write(str(Path(collection._filesystem_path, href)), "wb") as file:
            file.write(octets)
    else:
        item = Item(collection_path=collection.path, text=octets.decode(collection._encoding))
        multifilesystem.Collection.upload(collection, href, item)


def _without_notices(collection: multifilesystem.Collection) -> Iterator[Detached]:
    others = False
    for item in list(collection.get_all()):
        if item.uid.endswith(_OURS) and item.href is not None:
            collection.delete(item.href)
            yield Detached(f"{collection.path}/{item.href}", notice=True)
        else:
            others = True
    if not others:
        collection.delete()
        yield Detached(collection.path, notice=True)

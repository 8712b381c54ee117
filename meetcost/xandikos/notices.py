# SPDX-License-Identifier: Apache-2.0
"""The notices calendar in the home of whoever was refused; nothing that goes wrong here changes a decision."""

from __future__ import annotations

import logging
import posixpath
import re
from typing import TYPE_CHECKING, Any, Final

from xandikos import scheduling
from xandikos.store import STORE_TYPE_CALENDAR

from meetcost.guard.notice import NOTICES, notice_uid, notices_name

if TYPE_CHECKING:
    from meetcost.guard.guard import Refusal
    from meetcost.words.say import Language

_log = logging.getLogger("meetcost.xandikos")
_DATES: Final = re.compile(rb"^DT(?:STAMP|START|END)[;:].*$", re.MULTILINE)
_STAMP: Final = re.compile(rb"^DTSTAMP:(\w+)", re.MULTILINE)
_TYPE: Final = "text/calendar"
_COLOR: Final = "#c0392b"
_MOST: Final = 100
"""Notices that are kept, the latest ones."""


def leave(backend: Any, path: str, refusal: Refusal, language: Language) -> None:
    """Write the notice into the home of whoever owns the calendar at `path`; not a second time."""
    try:
        store = _store(backend, path, language)
        if store is None:
            return
        meetings = refusal.decision.meetings
        name = _name(meetings[0].uid if meetings else refusal.decision.verdict.title)
        before = _body(store, name)
        if before is None or _DATES.sub(b"", before) != _DATES.sub(b"", refusal.notice):
            store.import_one(name, _TYPE, [refusal.notice])
        if before is None:
            _only_the_latest(store)
    except Exception:  # noqa: BLE001 - the refusal holds all the same
        _log.exception("could not leave a notice")


def withdraw(backend: Any, path: str, uid: str) -> None:
    """Take the notice on `uid` away: the meeting was accepted after all."""
    try:
        store = _store(backend, path, None)
        if store is not None and _body(store, _name(uid)) is not None:
            store.delete_one(_name(uid))
    except Exception:  # noqa: BLE001 - the meeting is accepted all the same
        _log.exception("could not withdraw a notice")


def _only_the_latest(store: Any) -> None:
    """Take the oldest away where they are too many: some programs make a new UID each time they try."""
    names = [name for name, kind, _ in store.iter_with_etag() if kind == _TYPE]
    for name in sorted(names, key=lambda name: _STAMP.findall(_body(store, name) or b""))[:-_MOST]:
        store.delete_one(name)


def _name(uid: str) -> str:
    return f"{notice_uid(uid).partition('@')[0]}.ics"


def _body(store: Any, name: str) -> bytes | None:
    try:
        return b"".join(store.get_file(name, _TYPE).content)
    except KeyError:
        return None


def _store(backend: Any, path: str, language: Language | None) -> Any:
    """Where the notices are; a new calendar in a `language`, if there is to be one; None where there is no home."""
    owning = scheduling.find_owning_principal(backend, path)
    if owning is None:
        return None
    home = next(iter(owning[1].get_calendar_home_set()), None)
    if home is None:
        return None
    at = posixpath.join(owning[0], home, NOTICES)
    found = backend.get_resource(at)
    if found is None and language is not None:
        made = backend.create_collection(at).store
        made.set_type(STORE_TYPE_CALENDAR)
        made.set_displayname(notices_name(language))
        made.set_color(_COLOR)
        return made
    return getattr(found, "store", None)

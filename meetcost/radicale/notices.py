# SPDX-License-Identifier: Apache-2.0
"""The notices calendar in the home of whoever was refused; nothing that goes wrong here changes a decision."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Final

from radicale import pathutils
from radicale.item import Item
from radicale.storage import multifilesystem

from meetcost.guard.notice import NOTICES, notice_uid, notices_name

if TYPE_CHECKING:
    from meetcost.guard.guard import Refusal
    from meetcost.words.say import Language

_log = logging.getLogger("radicale")
_STAMP: Final = re.compile(r"^DTSTAMP:(\w+)", re.MULTILINE)
_ENDING: Final = notice_uid("").partition("@")[2]
_DATES: Final = re.compile(r"^DT(?:STAMP|START|END)[;:].*$", re.MULTILINE)
_COLOR: Final = "#c0392bff"
_MOST: Final = 100
"""Notices that are kept, the latest ones."""


def leave(storage: multifilesystem.Storage, user: str, refusal: Refusal, language: Language) -> None:
    """Write the notice into the home of `user`, under the storage lock of their request; not a second time."""
    try:
        collection = _notices(storage, user) or _made(storage, user, language)
        if collection is None:
            return
        text = refusal.notice.decode()
        meetings = refusal.decision.meetings
        href = _href(meetings[0].uid if meetings else refusal.decision.verdict.title)
        before = collection._get(href, verify_href=False)
        if before is None or _DATES.sub("", before.serialize()) != _DATES.sub("", text):
            item = Item(collection_path=collection.path, text=text)
            multifilesystem.Collection.upload(collection, href, item)
        if before is None:
            _only_the_latest(collection)
    except Exception:  # noqa: BLE001 - the refusal holds all the same
        _log.exception("meetcost: could not leave a notice")


def withdraw(storage: multifilesystem.Storage, user: str, uid: str) -> None:
    """Take the notice on `uid` away: the meeting was accepted after all."""
    try:
        collection = _notices(storage, user)
        if collection is not None and collection._get(_href(uid), verify_href=False) is not None:
            collection.delete(_href(uid))
    except Exception:  # noqa: BLE001 - the meeting is accepted all the same
        _log.exception("meetcost: could not withdraw a notice")


def _only_the_latest(collection: multifilesystem.Collection) -> None:
    """Take the oldest away where they are too many: some programs make a new UID each time they try."""
    notices = [item for item in collection.get_all() if item.uid.endswith(_ENDING)]
    for item in sorted(notices, key=lambda item: _STAMP.findall(item.serialize()))[:-_MOST]:
        collection.delete(item.href)


def _href(uid: str) -> str:
    return f"{notice_uid(uid).partition('@')[0]}.ics"


def _notices(storage: multifilesystem.Storage, user: str) -> multifilesystem.Collection | None:
    """The calendar; None where there is none."""
    if not user or not pathutils.is_safe_path_component(user):
        return None  # anonymous, or no name of a home
    found = next(iter(storage.discover(f"/{user}/{NOTICES}/")), None)
    return found if isinstance(found, multifilesystem.Collection) else None


def _made(storage: multifilesystem.Storage, user: str, language: Language) -> multifilesystem.Collection | None:
    """A new one, for who has a home."""
    if not user or not pathutils.is_safe_path_component(user) or not list(storage.discover(f"/{user}/")):
        return None
    props = {"tag": "VCALENDAR", "D:displayname": notices_name(language), "ICAL:calendar-color": _COLOR}
    multifilesystem.Storage.create_collection(storage, f"/{user}/{NOTICES}/", props=props)
    return _notices(storage, user)  # what the call above gives is not the same in all versions of Radicale

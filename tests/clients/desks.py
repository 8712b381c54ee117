# SPDX-License-Identifier: Apache-2.0
"""What a person does in each calendar program with one calendar: look at an event, change it, answer, copy it."""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

_TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(_TESTS), str(_TESTS / "radicale")]  # whichever way pytest was started

from vdir_desk import Desk  # noqa: E402 - found by the line above, as that which follows

from meetcost.ics.content import unescape  # noqa: E402

if TYPE_CHECKING:
    from tests.clients.evolution import Evolution
    from tests.clients.places import Place
    from tests.clients.thunderbird import Thunderbird
    from tests.radicale.serving import Home

WITHIN = 30.0


class CalendarProgram(Protocol):
    """One calendar opened in one program."""

    def shown(self, uid: str, wanted: str = "") -> str:
        """The description that the program shows, as soon as the event has `wanted` in it."""

    def retitle(self, uid: str, title: str) -> None: ...

    def move(self, uid: str, days: int) -> None: ...

    def answer(self, uid: str, address: str) -> None:
        """Accept the invite."""

    def copy(self, uid: str, new: str) -> None: ...


def _description(text: str) -> str:
    """Of an event as text, whatever ends its lines."""
    unfolded = re.sub(r"\r?\n[ \t]", "", text)
    (value,) = re.findall(r'^DESCRIPTION(?:;[^:"]*(?:"[^"]*")?)*:(.*?)\r?$', unfolded, re.MULTILINE)
    return unescape(value)


class InThunderbird:
    """A calendar in Thunderbird; the organiser's and the attendee's are of two hosts, so that each has a password."""

    def __init__(self, thunderbird: Thunderbird, place: Place, who: Home) -> None:
        self.thunderbird, self.name = thunderbird, f"{place.name} {who.user}"
        host = "127.0.0.1" if who is place.organizer else "localhost"
        url = f"http://{host}:{place.port}{place.calendar(who)}"
        thunderbird.open(self.name, url, place.realm, who.user, who.password)

    def shown(self, uid: str, wanted: str = "") -> str:
        self.thunderbird.event(self.name, uid, wanted)
        return self.thunderbird.shown(self.name, uid)

    def retitle(self, uid: str, title: str) -> None:
        self.thunderbird.edit(self.name, uid)
        self.thunderbird.save(title)

    def move(self, uid: str, days: int) -> None:
        self.thunderbird.move(self.name, uid, days)

    def answer(self, uid: str, address: str) -> None:
        self.thunderbird.answer(self.name, uid, address)

    def copy(self, uid: str, new: str) -> None:
        self.thunderbird.copy(self.name, uid, new)


class InEvolution:
    """A calendar in Evolution Data Server, by its library."""

    def __init__(self, evolution: Evolution, place: Place, who: Home) -> None:
        self.evolution, self.name = evolution, f"{place.name} {who.user}"
        evolution.do("open", self.name, place.port, who.user, place.calendar(who), True)
        evolution.do("log_in", self.name, who.user, who.password)

    def shown(self, uid: str, wanted: str = "") -> str:
        until = time.monotonic() + WITHIN
        while True:
            self.evolution.do("refresh", self.name)
            found = [re.sub(r"\r?\n[ \t]", "", one) for one in self.evolution.do("events", self.name)]
            texts = [one for one in found if f"UID:{uid}\r\n" in one and wanted in one]
            if texts:
                return _description(texts[0])
            assert time.monotonic() < until, found
            time.sleep(0.1)

    def retitle(self, uid: str, title: str) -> None:
        self.evolution.do("retitle", self.name, uid, title)

    def move(self, uid: str, days: int) -> None:
        self.evolution.do("move", self.name, uid, days)

    def answer(self, uid: str, address: str) -> None:
        self.evolution.do("answer", self.name, uid, address)

    def copy(self, uid: str, new: str) -> None:
        self.evolution.do("copy", self.name, uid, new)


class InKhal:
    """A calendar in khal, kept in step by vdirsyncer. khal neither moves with one command, nor answers, nor copies."""

    def __init__(self, folder: Path, place: Place, who: Home) -> None:
        path = place.calendar(who)
        home, name = path.rstrip("/").rsplit("/", 1)
        self.desk = Desk(folder, who, url=f"http://127.0.0.1:{place.port}{home}/", collection=name)

    def shown(self, uid: str, wanted: str = "") -> str:
        assert self.desk.sync().code == 0
        (text,) = [text for text in map(_read, self.desk.vdir.iterdir()) if f"UID:{uid}" in text]
        assert wanted in re.sub(r"\r?\n[ \t]", "", text)
        return self.desk.khal("list", "-df", "", "-f", "{description}", "today", "60d")

    def retitle(self, uid: str, title: str) -> None:
        """`khal edit`, its questions answered: (s)ummary, the new one, (n)ext, (q)uit."""
        self.desk.khal("edit", "Budget", answers=f"s\n{title}\nq\n")
        assert self.desk.sync().code == 0


def _read(file: Path) -> str:
    return file.read_text("utf-8")

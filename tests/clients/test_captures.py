# SPDX-License-Identifier: Apache-2.0
"""`pytest tests/clients --captures docs/explanation/captures` takes the pictures of docs/explanation/clients.md anew.

All that is in them is real: the programs on a screen, guarded servers, one invite in two languages. Look at each one
before it is committed.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

import pytest

from meetcost.ics.content import escape
from tests.clients.desks import InEvolution, InThunderbird
from tests.clients.evolution import Evolution
from tests.clients.evolution_window import EvolutionWindow, environment
from tests.clients.places import copy_with, place
from tests.clients.thunderbird import Thunderbird
from tests.invites import BLOCK, POLICY, THURSDAY, invite
from tests.radicale.serving import Home, free_port
from tests.radicale.serving import start as start_radicale
from tests.radicale.smtp_sink import HOOK, running_sink

if TYPE_CHECKING:
    from pathlib import Path

PEOPLE = [f"{name}@town.example" for name in "ann ben carla david eva jonas felix greta hanna".split()]
LARGEST = 120_000
LEFT = {"en": 318, "zh": 300}
"""Where the day begins in Evolution's view: the names of its calendars differ in width."""


class Said(NamedTuple):
    """The same invite in one language, and the words of the programs that lead to it."""

    language: str
    locale: str
    title: str
    agenda: str
    marker: str
    calendar: str

    @property
    def octets(self) -> bytes:
        return invite("round", THURSDAY, f"DESCRIPTION:{escape(self.agenda)}", people=PEOPLE, title=self.title)

    @property
    def policy(self) -> str:
        return f'{POLICY}[disclosure]\nlanguage = "{self.language}"\n'


SAID = {
    "en": Said("en", "en-US", "Budget round", "Please read the three options before.", BLOCK, "Calendar"),
    "zh": Said("zh", "zh-CN", "预算会", "请先阅读三个方案。", "—— 会议成本（系统自动生成）——", "日历"),
}


@pytest.fixture(params=SAID)
def said(request):
    return SAID[request.param]


@pytest.fixture
def taken(request, screen, said):
    """Takes a picture of a window, small enough for a page."""

    def taken(name: str, window: str, crop: str = "") -> None:
        file = request.config.getoption("--captures") / f"{name}-{said.language}.png"
        screen.picture(file, window, crop)
        assert file.stat().st_size < LARGEST

    return taken


@pytest.fixture
def server(said, tmp_path):
    """Cyrus behind the proxy, with the invite in Ann's calendar and in Ben's."""
    with place("cyrus", tmp_path / "server", said.policy) as one:
        assert one.organizer.put("work/round.ics", said.octets).status == 201
        copy_with(one.attendee, "round", lambda text: said.marker in text)
        yield one


@pytest.fixture
def mail(said, tmp_path) -> Path:
    """What Radicale's hook sends of the invite."""
    with running_sink() as sink:
        server = start_radicale(tmp_path / "mail", "launcher", said.policy, storage=HOOK.format(port=sink.port))
        server.add_user("ann")
        ann = Home(server, "ann")
        ann.calendar()
        assert ann.put("work/round.ics", said.octets).status == 201
        sink.received(len(PEOPLE))
        server.stop()
        file = tmp_path / "mail.eml"
        file.write_bytes(sink.raw[0])
        return file


def test_thunderbird(server, mail, said, screen, taken, tmp_path):
    with Thunderbird(tmp_path / "thunderbird", screen.environment, free_port(), said.locale) as thunderbird:
        hers = InThunderbird(thunderbird, server, server.organizer)
        hers.shown("round", said.marker)
        thunderbird.edit(hers.name, "round")
        time.sleep(1)
        taken("thunderbird-organizer", screen.window(f".: {said.title}"))
        thunderbird.close_windows()
        his = InThunderbird(thunderbird, server, server.attendee)
        his.shown("round", said.marker)
        thunderbird.view(his.name, "round")
        taken("thunderbird-attendee", screen.window(f"^{said.title}$"))
        thunderbird.close_windows()
        thunderbird.mail(mail)
        taken("thunderbird-mail", screen.window("Mozilla Thunderbird"), "716x770+44+116")


def test_evolution(server, said, screen, taken, tmp_path):
    folder = tmp_path / "evolution"
    folder.mkdir()
    evolution = Evolution(folder, **environment(folder, screen, said.language, PEOPLE[0]))
    try:
        InEvolution(evolution, server, server.organizer).shown("round", said.marker)
        window = EvolutionWindow(evolution, screen, said.calendar, THURSDAY)
        window.hover()
        taken("evolution-view", "root", f"455x450+{LEFT[said.language]}+165")
        taken("evolution-organizer", window.edit(f"— {said.title}"))
    finally:
        evolution.stop()

# SPDX-License-Identifier: Apache-2.0
"""`pytest tests/clients --captures docs/explanation/captures` takes the pictures of docs/explanation/clients.md anew.

What is in them is real: the programs on a screen, the servers with the guard, the same invite in two languages.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import NamedTuple

import pytest

from meetcost.ics.content import escape
from tests.clients.desks import InEvolution, InThunderbird
from tests.clients.evolution import Evolution
from tests.clients.evolution_window import EvolutionWindow
from tests.clients.places import copy_with, place
from tests.clients.thunderbird import Thunderbird
from tests.invites import BLOCK, POLICY, THURSDAY, invite
from tests.radicale.serving import free_port

PEOPLE = [f"{name}@town.example" for name in "ann ben carla david eva jonas felix greta hanna".split()]
LARGEST = 120_000


class Said(NamedTuple):
    """An invite, and the language of all that is around it."""

    language: str
    locale: str
    title: str
    agenda: str
    marker: str


SAID = {
    "en": Said("en", "en-US", "Budget round", "Please read the three options before.", BLOCK),
    "zh": Said("zh", "zh-CN", "预算会", "请先阅读三个方案。", "—— 会议成本（系统自动生成）——"),
}


@pytest.fixture(params=SAID)
def said(request):
    return SAID[request.param]


@pytest.fixture
def folder(request):
    return request.config.getoption("--captures")


@pytest.fixture
def server(said, tmp_path):
    policy = f'{POLICY}[disclosure]\nlanguage = "{said.language}"\n'
    with place("cyrus", tmp_path / "server", policy) as one:
        body = invite("round", THURSDAY, f"DESCRIPTION:{escape(said.agenda)}", people=PEOPLE, title=said.title)
        assert one.organizer.put("work/round.ics", body).status == 201
        copy_with(one.attendee, "round", lambda text: said.marker in text)
        yield one


def test_thunderbird(server, said, screen, folder, tmp_path):
    with Thunderbird(tmp_path / "thunderbird", screen.environment, free_port(), said.locale) as thunderbird:
        hers = InThunderbird(thunderbird, server, server.organizer)
        hers.shown("round", said.marker)
        thunderbird.edit(hers.name, "round")
        time.sleep(1)
        taken(screen, folder / f"thunderbird-organizer-{said.language}.png", said.title)
        thunderbird.close_windows()
        his = InThunderbird(thunderbird, server, server.attendee)
        his.shown("round", said.marker)
        thunderbird.view(his.name, "round")
        time.sleep(1)
        taken(screen, folder / f"thunderbird-attendee-{said.language}.png", f"^{said.title}$")


def test_evolution(server, said, screen, folder, tmp_path):
    made = tmp_path / "evolution"
    made.mkdir()
    evolution = Evolution(made, **EvolutionWindow.environment(made, screen, said.language))
    try:
        hers = InEvolution(evolution, server, server.organizer)
        hers.shown("round", said.marker)
        window = EvolutionWindow(evolution, screen)
        window.open(hers.name, THURSDAY, said.title)
        taken(screen, folder / f"evolution-{said.language}.png", said.title)
    finally:
        evolution.stop()


def taken(screen, file: Path, title: str) -> None:
    """A picture of the window with this title, small enough for a page."""
    screen.picture(file, screen.window(title))
    assert file.stat().st_size < LARGEST

# SPDX-License-Identifier: Apache-2.0
"""Where the block stands on each server, what each program shows of it, and what is left of it when one saves.

docs/explanation/clients.md has the tables of this.
"""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import count
from urllib.parse import unquote

import pytest
from typer.testing import CliRunner

from meetcost.cli.main import app
from meetcost.ics.content import escape
from tests.clients.desks import InEvolution, InKhal, InThunderbird
from tests.clients.places import NAMES, PASSWORD, copy_with, objects, place
from tests.invites import BLOCK, FRIDAY, POLICY, THURSDAY, invite

PEOPLE = ("ann@town.example", "ben@town.example")
AGENDA = "Three options, figures first. 三个方案。"
SHOWN = (BLOCK, "2 person-hours: 2 people x 1 h", "more (rough, no records yet)", "-- end --")
PROGRAMS = {"thunderbird": InThunderbird, "evolution": InEvolution}
FREE_BUSY = """<C:free-busy-query xmlns:C="urn:ietf:params:xml:ns:caldav">
<C:time-range start="{}T000000Z" end="{}T000000Z"/></C:free-busy-query>"""
_numbers = count(1)


@pytest.fixture(scope="module", params=NAMES)
def server(request, tmp_path_factory):
    with place(request.param, tmp_path_factory.mktemp(request.param), POLICY) as one:
        yield one


@pytest.fixture(scope="module", params=[*PROGRAMS, "khal"])
def desk(request, server, tmp_path_factory):
    """Gives somebody's calendar in the program, opened once."""
    opened = {}

    def at(who):
        if who.user not in opened:
            if request.param == "khal":
                opened[who.user] = InKhal(tmp_path_factory.mktemp("khal"), server, who)
            else:
                program = request.getfixturevalue(request.param)
                opened[who.user] = PROGRAMS[request.param](program, server, who)
        return opened[who.user]

    return at


@pytest.fixture
def meeting(server, monkeypatch):
    """The UID of Ann's invite to Ben, with the block in it: by the guard, or written from outside."""
    uid = f"round{next(_numbers)}"
    answer = server.organizer.put(
        f"work/{uid}.ics", invite(uid, THURSDAY, f"DESCRIPTION:{escape(AGENDA)}", people=PEOPLE)
    )
    assert answer.status == 201, answer
    if server.name == "outside":
        monkeypatch.setenv("MEETCOST_PASSWORD", PASSWORD)
        words = ["disclose", "--url", f"http://127.0.0.1:{server.port}/", "--user", "ann", "--organizer", PEOPLE[0]]
        books = server.organizer.server.folder / "books.db"
        said = CliRunner().invoke(app, [*words, "--ledger", str(books), "--write"])
        assert said.exit_code == 0, said.output
    yield uid
    for who in people(server):
        for path in objects(who):
            who.send("DELETE", path)


def stands(text, *, title="Budget round", day=THURSDAY):
    """Whether all of it stands there once, and all that was there besides."""
    assert [text.count(escape(one)) for one in (AGENDA, *SHOWN)] == [1] * (1 + len(SHOWN)), text
    assert re.findall(r"\r\nX-MEETCOST-PERSON-HOURS:(.*)\r\n", text) == ["2"]
    assert f"\r\nSUMMARY:{title}\r\n" in text
    assert re.search(rf"\r\nDTSTART[^\r]*:{day:%Y%m%d}T100000\r\n", text)


def people(server):
    return [one for one in (server.organizer, server.attendee) if one is not None]


def test_it_stands_in_every_copy_and_in_what_is_subscribed_and_not_in_free_and_busy_times(server, meeting):
    for who in people(server):
        stands(copy_with(who, meeting))
        days = [f"{THURSDAY + timedelta(days=n):%Y%m%d}" for n in (0, 1)]
        body = FREE_BUSY.format(*days).encode()
        busy = who.send("REPORT", "work/", body, Depth="1", Content_Type="application/xml")
        assert (busy.status, busy.text.count("FREEBUSY") > 0, "MEETCOST" in busy.text) == (200, True, False), busy
        subscribed = who.get("work/")
        if server.name == "xandikos":
            assert subscribed.text.startswith("<html>"), subscribed
        else:
            text = re.sub("\r\n[ \t]", "", subscribed.text)
            assert (subscribed.status, BLOCK in text, "X-MEETCOST-PERSON-HOURS:2" in text) == (200, True, True)


def test_the_program_shows_it_whole_and_leaves_it_whole_when_it_saves(server, desk, meeting):
    hers = desk(server.organizer)
    shown = hers.shown(meeting, BLOCK)
    assert [shown.count(one) for one in (AGENDA, *SHOWN)] == [1] * (1 + len(SHOWN)), shown
    hers.retitle(meeting, "Budget II")
    for who in people(server):
        stands(copy_with(who, meeting, lambda text: "SUMMARY:Budget II" in text), title="Budget II")
    if isinstance(hers, InKhal):
        return
    hers.shown(meeting, "Budget II")
    hers.move(meeting, 1)
    for who in people(server):
        moved = copy_with(who, meeting, lambda text: f"{FRIDAY:%Y%m%d}T10" in text)
        stands(moved, title="Budget II", day=FRIDAY)
    hers.copy(meeting, f"copy-{meeting}")
    stands(copy_with(server.organizer, f"copy-{meeting}"), title="Budget II", day=FRIDAY)


@pytest.mark.parametrize("server", ["xandikos", "cyrus"], indirect=True)
@pytest.mark.parametrize("desk", PROGRAMS, indirect=True)
def test_the_attendee_is_shown_it_and_the_answer_leaves_it(server, desk, meeting):
    copy_with(server.attendee, meeting)
    his = desk(server.attendee)
    shown = his.shown(meeting, BLOCK)
    assert [shown.count(one) for one in SHOWN] == [1] * len(SHOWN), shown
    his.answer(meeting, PEOPLE[1])
    for who in people(server):
        stands(copy_with(who, meeting, lambda text: "PARTSTAT=ACCEPTED" in text))


@pytest.mark.parametrize("server", ["radicale"], indirect=True)
@pytest.mark.parametrize("desk", ["thunderbird"], indirect=True)
def test_bold_text_leaves_no_litter_and_no_second_block(server, desk, meeting, thunderbird):
    """Thunderbird makes HTML of the whole description then, the block among it, and shows that from then on."""
    hers = desk(server.organizer)
    hers.shown(meeting, BLOCK)
    for number in range(1, 4):
        thunderbird.note(hers.name, meeting, f"Title {number}")
        text = copy_with(server.organizer, meeting, lambda text, number=number: f"SUMMARY:Title {number}" in text)
        encoded, plain = re.search(r'\r\nDESCRIPTION[^\r]*;ALTREP="data:text/html,([^"]*)":([^\r]*)', text).groups()
        html = unquote(encoded)
        assert re.fullmatch(r"(<b>Note\.</b>\s?)+" + re.escape(AGENDA), html.partition("<!--meetcost-->")[0]), html
        assert (html.count(BLOCK), html.count(SHOWN[1]), html.endswith("-- end --</p><!--/meetcost-->")) == (1, 1, True)
        assert [plain.count(escape(one)) for one in (AGENDA, *SHOWN)] == [1] * (1 + len(SHOWN)), plain
        shown = hers.shown(meeting, f"SUMMARY:Title {number}")
        assert [shown.count(one) for one in ("Note.", AGENDA, *SHOWN)] == [number, *[1] * (1 + len(SHOWN))], shown

# SPDX-License-Identifier: Apache-2.0
"""Where the block stands on each server, what each program shows of it, and what is left of it when one saves.

docs/explanation/clients.md has the tables of this.
"""

from __future__ import annotations

import re

import pytest
from typer.testing import CliRunner

from meetcost.cli.main import app
from tests.clients.desks import InEvolution, InKhal, InThunderbird
from tests.clients.places import NAMES, copies, copy_with, place
from tests.invites import BLOCK, FRIDAY, POLICY, THURSDAY, invite

HOURS = "2 person-hours: 2 people x 1 h"
PEOPLE = ("ann@town.example", "ben@town.example")
AGENDA = "Three options, figures first. 三个方案。"
PROGRAMS = ("thunderbird", "evolution", "khal")


@pytest.fixture(scope="module", params=NAMES)
def server(request, tmp_path_factory):
    with place(request.param, tmp_path_factory.mktemp(request.param), POLICY) as one:
        yield one


@pytest.fixture(scope="module", params=PROGRAMS)
def desk(request, server, tmp_path_factory):
    """Gives somebody's calendar in the program."""
    opened = {}

    def at(who):
        if who.user not in opened:
            if request.param == "khal":
                opened[who.user] = InKhal(tmp_path_factory.mktemp("khal"), server, who)
            else:
                program = {"thunderbird": InThunderbird, "evolution": InEvolution}[request.param]
                opened[who.user] = program(request.getfixturevalue(request.param), server, who)
        return opened[who.user]

    at.program = request.param
    return at


def test_facts(server, desk, monkeypatch, request):
    ann, ben = server.organizer, server.attendee
    uid = f"{desk.program}-{server.name}"
    body = invite(uid, THURSDAY, f"DESCRIPTION:{AGENDA.replace(',', chr(92) + ',')}", people=PEOPLE)
    assert ann.put(f"work/{uid}.ics", body).status == 201
    if server.name == "outside":
        disclose(server, monkeypatch)

    def fact(what, who=ann, u=uid, when=bool):
        text = copy_with(who, u, when)
        print(
            f"FACT {uid} {who.user} {what}: blocks {text.count(BLOCK)} hours {text.count(HOURS)} x {len(re.findall('(?m)^X-MEETCOST', text))} agenda {text.count(AGENDA.replace(',', chr(92) + ','))} seq {re.findall('SEQUENCE:.*', text)} sum {re.findall('SUMMARY.*', text)} start {re.findall('DTSTART;.*', text)} part {re.findall('PARTSTAT=[A-Z-]*', text)} html {'ALTREP' in text}"
        )

    fact("put")
    hers = desk(ann)
    print("SHOWN", repr(hers.shown(uid, BLOCK)))

    def step(name, f, *a, who=ann, when=bool):
        try:
            f(*a)
            fact(name, who, when=when)
        except (Exception, AssertionError) as e:
            print(f"FACT {uid} {name} FAILED {str(e)[:300]}")
        if ben and who is ann:
            fact(name, ben, when=when)

    if ben:
        fact("put", ben)
    step("retitle", hers.retitle, uid, "Budget II", when=lambda t: "Budget II" in t)
    if desk.program == "khal":
        return
    hers.shown(uid, "Budget II")
    step("move", hers.move, uid, 1, when=lambda t: f"{FRIDAY:%Y%m%d}T10" in t)
    hers.copy(uid, uid + "c")
    fact("copy", ann, uid + "c")
    if ben:
        his = desk(ben)
        print("SHOWN", repr(his.shown(uid, f"{FRIDAY:%Y%m%d}T10")))
        step("answer", his.answer, uid, PEOPLE[1], who=ben, when=lambda t: "PARTSTAT=ACCEPTED" in t)
        fact("answer", ann, when=lambda t: "PARTSTAT=ACCEPTED" in t)


def disclose(server, monkeypatch):
    monkeypatch.setenv("MEETCOST_PASSWORD", "secret")
    words = ["disclose", "--url", f"http://127.0.0.1:{server.port}/", "--user", "ann", "--organizer", PEOPLE[0]]
    said = CliRunner().invoke(app, [*words, "--ledger", str(server.organizer.server.folder / "books.db"), "--write"])
    assert said.exit_code == 0, said.output

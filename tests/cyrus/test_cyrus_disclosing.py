# SPDX-License-Identifier: Apache-2.0
"""`meetcost disclose` and `meetcost audit` on the account of somebody whose server delivers invites itself."""

from __future__ import annotations

import json
import re

import pytest
from caldav_servers import BadDay
from cyrus_serving import partstat
from editors import edited
from invites import BLOCK, THURSDAY, invite
from typer.testing import CliRunner
from writing import Desk

from meetcost.cli.main import app
from meetcost.ledger.ledger import Ledger
from meetcost.ledger.verify import verify


@pytest.fixture
def run(monkeypatch):
    """A command on the account of a user; the address of the server is all it is told about where."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MEETCOST_PASSWORD", "secret")

    def run(command, user, *words, url=None):
        said = CliRunner().invoke(
            app, [command, "--url", url or user.server.url, "--user", user.user, *map(str, words)]
        )
        assert said.exit_code == 0, said.output
        return said.stdout.splitlines()

    return run


@pytest.fixture
def accepted(pair):
    """Ann's invite that Ben has accepted; both copies say so."""
    ann, ben = pair
    assert (
        ann.put("work/round.ics", invite("round", THURSDAY, "SEQUENCE:2", people=[ann.address, ben.address])).status
        == 201
    )
    assert ben.answer("round", "ACCEPTED").status == 204
    ann.has("round", when=lambda text: partstat(text, ben.address) == "ACCEPTED")
    return pair


@pytest.fixture
def door(cyrus):
    """A way to the server on which all requests are seen."""
    with BadDay(cyrus) as door:
        yield door


def answers_stand(ann, ben, *, blocks):
    """Both copies have so many blocks, the answer is there, and nobody was asked anew."""
    copies = [one.has("round", when=lambda text: text.count(BLOCK) == blocks)[1].text for one in (ann, ben)]
    assert {partstat(one, ben.address) for one in copies} == {"ACCEPTED"}
    assert [re.findall(r"\r\nSEQUENCE:(\d+)", one) for one in copies] == [["2"], ["2"]]
    assert len(ben.found("round", "Inbox")) == 1
    return copies


def test_what_is_written_reaches_him_and_nobody_is_asked_anew(accepted, run, tmp_path):
    ann, ben = accepted
    books = ("--ledger", tmp_path / "books.db")
    before = [one.has("round")[1].body for one in (ann, ben)]

    said = run("disclose", ann)
    assert "  + 2 person-hours: 2 people x 1 h" in said
    assert said[-2:] == ["1 invite to write", "nothing was changed; --write does it"]
    assert [one.has("round")[1].body for one in (ann, ben)] == before
    answers_stand(ann, ben, blocks=0)

    assert run("disclose", ann, *books, "--write")[-1] == "1 invite written"
    hers, his = answers_stand(ann, ben, blocks=1)
    assert "\r\nX-MEETCOST-PERSON-HOURS:2\r\n" in hers
    lines = [[line for line in one.split("\r\n") if "X-MEETCOST" in line] for one in (hers, his)]
    assert lines[0] == lines[1]

    tags = [one.has("round")[1].headers["ETag"] for one in (ann, ben)]
    assert run("disclose", ann, *books, "--write")[-1] == "0 invites written, 1 say it already"
    assert run("disclose", ben) == ["0 invites to write, 1 are called by others"]
    assert [one.has("round")[1].headers["ETag"] for one in (ann, ben)] == tags

    assert run("disclose", ann, *books, "--remove", "--write")[-1] == "1 invite written"
    for copy in answers_stand(ann, ben, blocks=0):
        assert "MEETCOST" not in copy
    assert Desk(ann, tmp_path / "books.db").states() == ["intent", "done", "intent", "removed"]


OF_HIS_OWN = {
    "alarm": "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:Soon\r\nTRIGGER:-PT10M\r\nEND:VALARM\r\n",
    "categories": "CATEGORIES:Parks\r\n",
    "transparency": "TRANSP:TRANSPARENT\r\n",
}


def test_the_block_takes_no_more_of_his_own_away_than_another_title_does(pair, run, tmp_path):
    """At any change of hers Cyrus 3.6.1 takes the alarm and the categories (docs/explanation/disclosure.md)."""
    ann, ben = pair
    for name in ("titled", "disclosed"):
        body = invite(name, THURSDAY, "SEQUENCE:2", people=[ann.address, ben.address])
        assert ann.put(f"work/{name}.ics", body).status == 201
        assert ben.answer(name, "ACCEPTED").status == 204
        href, _ = ben.has(name)
        assert ben.edit(href, "END:VEVENT", "".join(reversed(OF_HIS_OWN.values())) + "END:VEVENT").status == 204
        _, his = ben.has(name)
        assert all(lines in his.text for lines in OF_HIS_OWN.values())

    assert ann.edit("work/titled.ics", "SUMMARY:Budget round", "SUMMARY:Budget").status == 204
    _, titled = ben.has("titled", when=lambda text: "SUMMARY:Budget\r\n" in text)
    said = run("disclose", ann, "--ledger", tmp_path / "books.db", "--write")
    assert said[-1] == "2 invites written"
    _, disclosed = ben.has("disclosed", when=lambda text: BLOCK in text)
    kept = [{name for name, lines in OF_HIS_OWN.items() if lines in one.text} for one in (titled, disclosed)]
    assert "transparency" in kept[0]
    assert kept[0] <= kept[1]
    assert partstat(disclosed.text, ben.address) == "ACCEPTED"


def test_four_editors_a_writer_and_an_answer_lose_nothing(pair, tmp_path):
    """While four editors add attendees and the writer writes, the server itself brings an answer into the invite."""
    ann, ben = pair
    desk = Desk(ann, tmp_path / "books.db")
    assert ann.put("work/a.ics", invite("a", THURSDAY, people=[ann.address, ben.address])).status == 201

    answers = []

    def beside():
        if 204 not in answers:
            answers.append(ben.answer("a", "TENTATIVE").status)
        desk.run(addresses=[f"mailto:{ann.address}"])

    found = edited(desk, "a", 4, 6, beside=beside)
    assert (found.acknowledged, found.lost) == (24, frozenset())
    assert found.answers.keys() <= {204, 412}
    assert answers[-1] == 204
    assert set(answers) <= {204, 412}  # the edits reach his copy, too

    desk.run(addresses=[f"mailto:{ann.address}"])
    assert desk.open_intents() == 0
    _, hers = ann.has("a", when=lambda text: partstat(text, ben.address) == "TENTATIVE")
    assert hers.text.count(BLOCK) == 1
    (hours,) = re.findall(r"\r\nX-MEETCOST-PERSON-HOURS:(\d+)\r\n", hers.text)
    assert int(hours) * 11 > 26 * 10  # less than a tenth off
    # In the end his copy is hers
    _, his = ben.has("a", when=lambda text: text.count("\r\nATTENDEE") == 26)
    assert his.text.count(BLOCK) == 1
    assert partstat(his.text, ben.address) == "TENTATIVE"


def test_an_audit_asks_by_its_sync_token_and_fetches_only_what_has_changed(pair, door, run, tmp_path):
    ann, ben = pair
    path = tmp_path / "books.db"
    span = ("--from", THURSDAY.isoformat(), "--to", THURSDAY.replace(year=THURSDAY.year + 1).isoformat())

    def put(name, people):
        addresses = [ann.address, ben.address, *(f"p{number}@elsewhere.example" for number in range(people - 2))]
        assert ann.put(f"work/{name}.ics", invite(name, THURSDAY, people=addresses)).status in (201, 204)

    def audited():
        """What the last line says, how often a token was shown, and how many objects were fetched."""
        *_, last = map(json.loads, run("audit", ann, "--ledger", path, *span, "--json", url=door.url))
        asked = [one.body for one in door.asked("REPORT")]
        door.requests.clear()
        tokens = sum(bool(re.search(rb"sync-token>[^<]+</", body)) for body in asked)
        return last, tokens, sum(body.count(b"<D:href>") for body in asked)

    for number in range(4):
        put(f"n{number}", 2 + number)
    last, tokens, fetched = audited()
    assert (last["files"], last["meetings"], tokens, fetched) == (4, 4, 0, 4)
    last, tokens, fetched = audited()
    assert (last["files"], last["rows"], fetched) == (0, 0, 0)
    assert tokens > 0
    put("n1", 9)
    put("new", 3)
    last, tokens, fetched = audited()
    assert (fetched, tokens > 0) == (2, True)
    with Ledger.open(path) as ledger:
        assert verify(ledger).sound
        assert sorted(one.row.people for one in ledger.rows(kind="occurrence")) == [2, 3, 4, 5, 9]

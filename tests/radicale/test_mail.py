# SPDX-License-Identifier: Apache-2.0
"""Radicale's own mail: it carries the cost as the calendar does, and none leaves for what was refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from radicale import config
from serving import PASSWORD
from smtp_sink import HOOK, Sink, attached, running_sink
from typer.testing import CliRunner

from meetcost.cli.main import app
from tests.invites import BLOCK, PEOPLE, POLICY, THURSDAY, WEDNESDAY, invite

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from serving import Home

pytestmark = pytest.mark.skipif(
    "smtp_server" not in config.DEFAULT_CONFIG_SCHEMA["hook"], reason="this version of Radicale sends no mail"
)


@pytest.fixture(scope="module")
def sink() -> Iterator[Sink]:
    with running_sink() as server:
        yield server


def test_mail_carries_the_cost_and_none_leaves_for_what_was_refused(sink: Sink, home: Callable[..., Home]) -> None:
    ann = home("launcher", storage=HOOK.format(port=sink.port))
    assert ann.put("work/banned.ics", invite("banned", WEDNESDAY)).status == 403
    assert ann.put("work/round.ics", invite("round", THURSDAY)).status == 201
    messages = sink.received(2)
    assert messages
    sent = [attached(message) for message in messages]
    assert all("UID:round" in one for one in sent)
    stored = ann.get("work/round.ics").text.replace("\r\n ", "")
    assert BLOCK in stored
    for one in sent:
        assert BLOCK in one
        assert "X-MEETCOST-PERSON-HOURS:3" in one


def test_mail_is_readable_in_chinese(sink: Sink, home: Callable[..., Home]) -> None:
    """Radicale 3.9.0 alone writes `\\u9884` in place of each letter."""
    before = len(sink.messages)
    chinese = f'{POLICY}[disclosure]\nlanguage = "zh"\n'
    ann = home("launcher", policy=chinese, storage=HOOK.format(port=sink.port))
    assert ann.put("work/round.ics", invite("chinese", THURSDAY, title="预算会 für alle")).status == 201
    sent = [attached(message) for message in sink.received(before + 2)[before:]]
    assert sent
    for one in sent:
        assert "SUMMARY:预算会 für alle" in one
        assert "—— 会议成本（系统自动生成）——\\n3 人·时：3 人 × 1 小时" in one


def test_what_is_written_from_outside_is_mailed_as_a_change(
    sink: Sink, home: Callable[..., Home], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = len(sink.messages)
    ann = home("bare", storage=HOOK.format(port=sink.port))
    assert ann.put("work/round.ics", invite("outside", THURSDAY)).status == 201
    invited = sink.received(before + 3)[before:]
    assert [BLOCK in attached(message) for message in invited] == [False] * 3
    monkeypatch.setenv("MEETCOST_PASSWORD", PASSWORD)
    words = ["--url", ann.server.url, "--user", ann.user, "--organizer", PEOPLE[0], "--ledger", str(tmp_path / "books")]
    assert CliRunner().invoke(app, ["disclose", *words, "--write"]).exit_code == 0
    told = sink.received(before + 6)[before + 3 :]
    assert [BLOCK in attached(message) for message in told] == [True] * 3

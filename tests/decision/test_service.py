# SPDX-License-Identifier: Apache-2.0
"""What the decision service answers over HTTP."""

from __future__ import annotations

import asyncio
import gzip
import json
import signal
import socket
import subprocess
import sys
import time
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import jsonschema
import pytest
from aiohttp.test_utils import TestServer
from deciding import ROOT, Service
from invites import BLOCK, OBSERVING, POLICY, THURSDAY, WEDNESDAY, invite
from lxml import etree

from meetcost.decision import service as decision
from meetcost.decision.protocol import json_schema
from meetcost.decision.unsettled import WITHIN, Unsettled
from meetcost.guard.guard import Guard
from meetcost.guard.judge import Judged
from meetcost.guard.watched import Watched
from meetcost.invite import detach
from meetcost.ledger.ledger import Ledger
from meetcost.ledger.quota import Quotas
from meetcost.policy.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMA = json_schema()


def valid(value: object, part: str) -> None:
    jsonschema.Draft202012Validator({**SCHEMA, "oneOf": [{"$ref": f"#/$defs/{part}"}]}).validate(value)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    made = Service(tmp_path_factory.mktemp("decision"), POLICY)
    yield made
    made.stop()


def test_a_refusal_has_all_that_a_client_is_to_be_told(service):
    answer = service.decide(invite("a", WEDNESDAY), user="ann", calendar="/ann/work/")
    assert answer.status == 200
    valid(answer.value, "Answer")
    refusal = answer.value["refusal"]
    assert (answer.value["outcome"], answer.value["id"], refusal["status"]) == ("refuse", "", 403)
    assert refusal["reason"] == f"No-meeting day {WEDNESDAY}, next {THURSDAY} 09:00"
    error = etree.fromstring(refusal["body"].encode())
    assert error.find("{urn:meetcost:guard}no-meeting-day").get("rule") == "wednesday"
    assert error.findtext("{DAV:}responsedescription") == refusal["text"]
    assert "SUMMARY:Not saved: Budget round" in b64decode(refusal["notice"]).decode()
    (finding,) = answer.value["verdict"]["findings"]
    assert (finding["rule"], finding["bearing"], finding["days"]) == ("wednesday", "refused", [str(WEDNESDAY)])


def test_what_is_permitted_is_rewritten_and_settled_once(service):
    sent = invite("a", THURSDAY)
    answer = service.decide(sent)
    valid(answer.value, "Answer")
    assert answer.value["outcome"] == "rewrite"
    assert BLOCK in answer.octets.decode()
    assert detach(answer.octets) == sent
    again = service.decide(answer.octets, answer.octets)
    assert again.value["outcome"] == "allow"
    assert service.settle(answer.value["id"], stored=True).status == 204
    assert service.settle(answer.value["id"], stored=True).status == 404
    assert service.settle("nothing", stored=True).status == 404


def test_what_stood_there_may_stay_under_its_own_uid_only(service):
    standing = invite("a", WEDNESDAY)
    answered = standing.replace(b"ATTENDEE:mailto:ben", b"ATTENDEE;PARTSTAT=ACCEPTED:mailto:ben")
    assert service.decide(answered, standing).value["outcome"] != "refuse"
    assert service.decide(invite("b", WEDNESDAY), standing).value["outcome"] == "refuse"


def test_where_nothing_can_be_rewritten_a_series_has_to_leave_the_dates_out_itself(service):
    series = invite("a", WEDNESDAY - timedelta(days=1), "RRULE:FREQ=DAILY;COUNT=4")
    rewritten = service.decide(series)
    assert f"{WEDNESDAY:%Y%m%d}T100000" in rewritten.octets.decode()
    refused = service.decide(series, may_rewrite=False)
    assert refused.value["outcome"] == "refuse"
    assert "step over" in refused.value["refusal"]["text"]
    assert service.decide(invite("a", THURSDAY), may_rewrite=False).value["outcome"] == "allow"


def test_only_what_was_stored_is_written_down(tmp_path):
    service = Service(tmp_path, OBSERVING)
    try:
        first, second, third = (service.decide(invite(uid, WEDNESDAY)).value for uid in "abc")
        assert {one["outcome"] for one in (first, second, third)} == {"rewrite"}
        assert first["verdict"]["would_be"] == "deny"
        assert not service.journal.exists()
        service.settle(first["id"], stored=False)
        assert not service.journal.exists()
        service.settle(second["id"], stored=True)
        (line,) = service.journal.read_text("utf-8").splitlines()
        assert json.loads(line)["would_be"] == "deny"
        assert service.send("GET", "/health").value["open"] == 1
    finally:
        service.stop()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"{}", 400),
        (b'{"new": 5}', 400),
        (b'{"new": "not base64!"}', 400),
        (b'{"new": "QQ==", "more": 1}', 400),
        (b'{"new": "QQ==", "may_rewrite": "yes"}', 400),
        (b'{"new": "QQ==", "calendar": "' + b"a" * 3000 + b'"}', 400),
        (b'{"new": "' + b"QUFB" * 8_000_000 + b'"}', 413),
        (b'{"new": ' + b"[" * 100_000, 400),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_cannot_be_understood_is_no_permission(service, body, status):
    answer = service.send("POST", "/decide", body)
    assert answer.status == status
    valid(answer.value, "Mistake")


def test_other_ways_of_asking_are_no_permission(service):
    assert service.send("POST", "/decide", b"{}", Content_Type="text/plain").status == 415
    assert service.send("POST", "/decide", b'{"new": "QQ=="}', Origin="http://far.example").status == 403
    assert service.send("GET", "/decide").status == 405
    assert service.send("POST", "/nothing", b"{}").status == 404
    assert service.decide(b"no calendar").value["outcome"] == "refuse"
    assert service.decide(b"").value["outcome"] == "refuse"
    assert service.decide(b"\xff\xfe").value["outcome"] == "refuse"


def raw(service, octets):
    """What is answered to octets, when nothing more is sent."""
    with socket.create_connection(("127.0.0.1", urlsplit(service.url).port), timeout=20) as connection:
        connection.sendall(octets)
        connection.shutdown(socket.SHUT_WR)
        with suppress(ConnectionResetError):
            return b"".join(iter(lambda: connection.recv(65_536), b""))
    return b""


def test_a_body_that_breaks_off_or_is_compressed_leaves_no_failure_in_the_log(service):
    head = b"POST /decide HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n"
    raw(service, head + b"\r\nhalf")
    answer = service.send("POST", "/decide", gzip.compress(b" " * 50_000_000), Content_Encoding="gzip")
    assert (answer.status, answer.value["error"]) == (415, "send it uncompressed")
    assert "Traceback" not in service.log


def test_a_body_that_does_not_come_in_time_is_not_waited_for(monkeypatch):
    monkeypatch.setattr("meetcost.decision.service._WITHIN", 0.05)
    guard = Guard(Policy.parse(POLICY.encode()), lambda: datetime.now(UTC))

    async def ask() -> bytes:
        async with TestServer(decision.Service(Watched(lambda: guard)).application()) as server:
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            writer.write(b"POST /decide HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n")
            writer.write(b"Content-Length: 9\r\n\r\n{")
            said = await reader.readline()
            writer.close()
            return said

    assert asyncio.run(ask()) == b"HTTP/1.1 408 Request Timeout\r\n"


def test_what_was_deleted_may_be_told_without_quotas(service):
    assert service.removed(invite("a", THURSDAY), "ann/work").status == 204
    assert service.removed(b"nonsense", "").status == 204
    assert service.send("POST", "/removed", b"{}").status == 400


def test_health_tells_what_is_at_work(service):
    health = service.send("GET", "/health")
    valid(health.value, "Health")
    assert (health.value["policy"], health.value["mode"], health.value["rules"]) == ("Town Office", "refuse", 1)


def test_many_who_ask_at_once_are_all_answered(service):
    def ask(number: int) -> str:
        return service.decide(invite(f"n{number}", WEDNESDAY if number % 2 else THURSDAY)).value["outcome"]

    with ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(ask, range(60)))
    assert outcomes == ["rewrite", "refuse"] * 30


def test_a_new_policy_is_taken_and_a_broken_one_is_not(tmp_path):
    service = Service(tmp_path, POLICY)

    def after_reload(said: str) -> None:
        before = service.log.count(said)
        service.process.send_signal(signal.SIGHUP)
        until = time.monotonic() + 30
        while service.log.count(said) == before and time.monotonic() < until:
            time.sleep(0.02)
        assert service.log.count(said) > before, service.log

    try:
        service.policy.write_text("nonsense [", encoding="utf-8")
        after_reload("not taken")
        assert service.decide(invite("a", WEDNESDAY)).value["outcome"] == "refuse"
        service.policy.write_text(POLICY.replace('"wednesday"]', '"thursday"]'), encoding="utf-8")
        after_reload("is at work")
        assert service.decide(invite("a", WEDNESDAY)).value["outcome"] == "rewrite"
        assert service.decide(invite("a", THURSDAY)).value["outcome"] == "refuse"
    finally:
        service.stop()
    assert service.process.returncode == 0


# who may ask


def test_a_token_is_asked_for(tmp_path):
    token = tmp_path / "token"
    token.write_text("0123456789abcdef-secret\n", encoding="ascii")
    service = Service(tmp_path, POLICY, "--token-file", str(token))
    try:
        assert service.decide(invite("a", THURSDAY)).status == 401
        for sent in ("Bearer wrong", "Basic 0123456789abcdef-secret", "Bearer \xe9"):
            assert service.send("POST", "/decide", b'{"new": "QQ=="}', Authorization=sent).status == 401
        held = "Bearer 0123456789abcdef-secret"
        assert service.send("POST", "/decide", b'{"new": "QQ=="}', Authorization=held).value["outcome"] == "refuse"
        assert service.send("GET", "/health").status == 200
    finally:
        service.stop()


def test_an_administrator_stores_what_a_rule_refuses_and_it_is_on_record(tmp_path):
    token, books = tmp_path / "token", tmp_path / "books.db"
    token.write_text("0123456789abcdef-secret\n", encoding="ascii")
    quota = POLICY + '[[quota]]\nid = "weekly"\nlimit = 1\nperiod = "week"\n'
    options = ("--token-file", str(token), "--break-glass", "root,chief", "--ledger", str(books))
    service = Service(tmp_path / "service", quota, *options, token="0123456789abcdef-secret")
    try:
        for user in ("ann", "", "chief "):
            assert service.decide(invite("a", WEDNESDAY), user=user).value["outcome"] == "refuse"
        for uid, day in (("b", THURSDAY), ("a", WEDNESDAY), ("c", THURSDAY)):  # the last one beyond the quota
            answer = service.decide(invite(uid, day), user="chief")
            valid(answer.value, "Answer")
            verdict = answer.value["verdict"]
            assert (answer.value["outcome"] == "allow", verdict["break_glass"]) == (uid != "b", uid != "b")
            assert service.settle(answer.value["id"], stored=True).status == 204
        said = [json.loads(line) for line in service.journal.read_text("utf-8").splitlines()]
        assert [one.get("break_glass") for one in said if one["outcome"] == "allow"] == [True, True]
        assert "chief" not in service.journal.read_text("utf-8")
        assert service.decide(b"BEGIN:VCALENDAR\r\n", user="chief").value["outcome"] == "refuse"
    finally:
        service.stop()
    with Ledger.open(books) as ledger:
        assert Quotas(ledger).open() == ()
        assert sum(Quotas(ledger).by_unit("weekly/body", 0, 1 << 40).values()) == 3
        assert [one.row.break_glass for one in ledger.rows(kind="verdict")].count(True) == 2


def test_a_unix_socket_will_do(tmp_path):
    path = tmp_path / "guard.sock"
    for _ in range(2):  # the second finds what the first has left, or nothing
        service = Service(tmp_path, POLICY, listen=f"unix:{path}")
        try:
            assert service.decide(invite("a", WEDNESDAY)).value["outcome"] == "refuse"
        finally:
            service.stop()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--listen", "0.0.0.0:0"], "other machines could ask"),
        (["--listen", "guard.example:0"], "other machines could ask"),
        (["--listen", "nonsense"], "--listen"),
        (["--token-file", "nowhere"], "--token-file"),
        (["--upstream", "http://127.0.0.1:1"], "not both"),
        (["--break-glass", "chief"], "needs --token-file"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_is_wrong_is_said_and_nothing_starts(tmp_path, options, said):
    policy = tmp_path / "meetcost.toml"
    policy.write_text(POLICY, encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-m", "meetcost", "guard", "--decide", "--policy", str(policy), *options],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ended.returncode == 2
    assert said in ended.stderr


# what nobody settles


class Counting:
    """A guard that counts what is settled."""

    def __init__(self) -> None:
        self.settled: list[bool] = []

    def settle(self, _decision: object, *, stored: bool, calendar: str | None = None) -> None:
        self.settled.append(stored)


def test_what_nobody_settles_in_time_has_not_been_stored():
    now = [0.0]
    guard, open_ones = Counting(), Unsettled(lambda: now[0])
    name = open_ones.add(guard, Judged(b"", ("decision",)))
    now[0] = WITHIN - 1
    later = open_ones.add(guard, Judged(b"", ("decision",)))
    assert guard.settled == []
    now[0] = WITHIN + 1
    open_ones.add(guard, Judged(b"", ("decision",)))
    assert guard.settled == [False]
    assert not open_ones.settle(name, stored=True)
    assert open_ones.settle(later, stored=True)
    assert guard.settled == [False, True]


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)

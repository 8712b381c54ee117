# SPDX-License-Identifier: Apache-2.0
"""What goes wrong: the server behind, the policy, the guard itself, the end of the process (K031, K032, K034, K035)."""

from __future__ import annotations

import signal
import socket
import struct
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.client import HTTPException
from threading import Event

import pytest
from invites import OBSERVING, POLICY, THURSDAY, WEDNESDAY, daily, invite
from proxying import ROOT, Home, raw, start_proxy
from recorder import Recorder, Store, response


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    """A proxy before a server that does with a write what a test wants."""

    class Faulty:
        store = Store()
        write = None
        read = None

        def answer(self, one, connection):
            if one.method == "PUT" and self.write is not None:
                return self.write(one, connection)
            if one.method == "REPORT" and self.read is not None:
                return self.read(one, connection)
            return self.store(one)

    made = Faulty()
    made.recorder = Recorder(made.answer, wants_connection=True)
    made.proxy = start_proxy(tmp_path_factory.mktemp("proxy"), made.recorder.url, POLICY, "--timeout", "1")
    made.client = Home(made.proxy, "ann")
    yield made
    made.proxy.stop()
    made.recorder.stop()


def reset(_one, connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def silent(_one, _connection):
    time.sleep(3)


HALF = b"HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\nhalf"
WRITES = {
    "closes": (lambda _one, _connection: None, 502),
    "resets": (reset, 502),
    "is silent": (silent, 504),
    "answers by half": (lambda _one, connection: connection.sendall(HALF), 502),
    "sends half a head": (lambda _one, connection: connection.sendall(b"HTTP/1.1 201 Cre"), 502),
    "speaks no HTTP": (lambda *_: b"220 mail.example ESMTP\r\n", 502),
    "turns to another protocol": (lambda *_: b"HTTP/1.1 101 Switching\r\nUpgrade: h2c\r\n\r\n", 502),
    "has two lengths": (lambda *_: b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\n", 502),
    "has a broken chunk": (lambda *_: b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 502),
    "says 500": (lambda *_: response("500 Oops"), 500),
    "says 507": (lambda *_: response("507 Full"), 507),
    "says wait first": (
        lambda *_: b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\n\r\n" + response("201 Created"),
        201,
    ),
    "says 204 and more": (lambda *_: b"HTTP/1.1 204 No Content\r\nContent-Length: 4\r\n\r\nmore", 502),
}


def drips(_one, connection):
    connection.sendall(b"HTTP/1.1 201 Created\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(40):
        time.sleep(0.25)
        connection.sendall(b"x")


def says_wait_for_ever(_one, connection):
    for _ in range(40):
        time.sleep(0.25)
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")


@pytest.mark.parametrize("how", [drips, says_wait_for_ever])
def test_a_server_that_goes_on_without_an_end_lets_go_of_the_object(faulty, how):
    faulty.write = how
    assert faulty.client.put("work/slow.ics", invite("slow", THURSDAY)).status == 504
    faulty.write = None
    assert faulty.client.put("work/slow.ics", invite("slow", THURSDAY)).status in (201, 204)


@pytest.mark.parametrize("how", WRITES)
def test_a_server_that(faulty, how):
    faulty.write, expected = WRITES[how]
    before = len(faulty.recorder.of("PUT"))
    answer = faulty.client.put("work/a.ics", invite("a", THURSDAY))
    assert (answer.status, b"more" in answer.body) == (expected, False)
    assert len(faulty.recorder.of("PUT")) == before + 1  # never a second time
    faulty.write = None
    assert faulty.client.put("work/b.ics", invite("b", WEDNESDAY)).status == 403
    assert faulty.client.put("work/c.ics", invite("c", THURSDAY)).status in (201, 204)


def test_what_the_server_then_refuses_does_not_stand_in_the_journal(tmp_path):
    """An exemption has been made use of when the meeting is stored, not when the guard lets it pass."""
    exemption = '[[exemption]]\nclass = "emergency"\nclaim = ["#emergency"]\npasses = "at once"\n'
    answers = [response("507 Full"), response("412 No"), response("201 Created")]
    store = Store()
    recorder = Recorder(lambda one: answers.pop(0) if one.method == "PUT" else store(one))
    proxy = start_proxy(tmp_path, recorder.url, POLICY + exemption)
    journal = proxy.folder / "journal.jsonl"
    try:
        client, octets = Home(proxy, "ann"), invite("a", WEDNESDAY, title="Flood #emergency")
        for status in (507, 412):
            assert client.put("work/a.ics", octets, If_None_Match="*").status == status
            assert not journal.exists() or not journal.read_text("utf-8")
        assert client.put("work/a.ics", octets, If_None_Match="*").status == 201
        assert '"exemption":"emergency"' in journal.read_text("utf-8")
    finally:
        proxy.stop()
        recorder.stop()


def test_what_is_accepted_before_it_was_sent_is_not_believed(tmp_path):
    """The server says 201 to the head of a large calendar and reads no more."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    ended = Event()

    def serve():
        for number in range(2):  # the look at what is there, then the write
            connection, _ = listener.accept()
            with connection:
                head = b""
                while b"\r\n\r\n" not in head:
                    head += connection.recv(100)
                connection.sendall(response("404 No" if number == 0 else "201 Created", Connection="close"))
                if number:
                    ended.wait(30)

    policy = POLICY + "\n[limits]\nmax_bytes = 8000000\nmax_line_octets_after_unfold = 8000000\n"
    proxy = start_proxy(tmp_path, f"http://127.0.0.1:{listener.getsockname()[1]}", policy, "--timeout", "5")
    try:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(serve)
            large = invite("a", THURSDAY, "COMMENT:" + "x" * 7_000_000)
            assert Home(proxy, "ann").put("work/a.ics", large).status == 502
            ended.set()
    finally:
        ended.set()
        proxy.stop()
        listener.close()


def test_nobody_behind(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    proxy = start_proxy(tmp_path, f"http://127.0.0.1:{port}", POLICY)
    try:
        ann = Home(proxy, "ann")
        assert ann.put("work/a.ics", invite("a", THURSDAY)).status == 502
        assert ann.put("work/a.ics", invite("a", WEDNESDAY)).status == 502
        assert ann.get("work/a.ics").status == 502
        assert ann.send("GET", "/.meetcost/health/live").status == 200
        assert ann.send("GET", "/.meetcost/health/ready").status == 503
        assert "meetcost_upstream_failures_total 3" in ann.send("GET", "/.meetcost/metrics").text
    finally:
        proxy.stop()


def test_half_an_answer_does_not_look_like_a_whole_one(faulty):
    faulty.read = lambda _one, connection: connection.sendall(
        b"HTTP/1.1 207 M\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"
    )
    with pytest.raises((HTTPException, OSError)):
        faulty.client.send("REPORT", "work/")
    faulty.read = lambda _one, connection: connection.sendall(b"HTTP/1.1 207 M\r\nContent-Length: 100\r\n\r\nhalf")
    with pytest.raises((HTTPException, OSError)):
        faulty.client.send("REPORT", "work/")
    faulty.read = None


def test_a_large_answer_is_passed_on_piece_by_piece(faulty):
    piece = b"x" * 1_000_000

    def large(_one, connection):
        connection.sendall(b"HTTP/1.1 207 M\r\nContent-Length: 64000000\r\n\r\n")
        for _ in range(64):
            connection.sendall(piece)

    before = faulty.proxy.resident()
    faulty.read = large
    assert len(faulty.client.send("REPORT", "work/").body) == 64_000_000
    faulty.read = None
    assert faulty.proxy.resident() - before < 20_000  # kB


def test_a_client_that_goes_away_is_no_failure_of_the_server(faulty):
    over = Event()

    def endless(_one, connection):
        connection.sendall(b"HTTP/1.1 207 M\r\nContent-Length: 1000000000\r\n\r\n")
        try:
            for _ in range(1000):
                connection.sendall(b"x" * 1_000_000)
        except OSError:
            over.set()  # the proxy does not go on reading either
            raise

    faulty.read = endless
    before = len(faulty.proxy.log)
    with socket.create_connection(("127.0.0.1", faulty.proxy.port)) as connection:
        connection.sendall(b"REPORT /ann/work/ HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
        assert connection.recv(100)
    assert over.wait(30)
    faulty.read = None
    assert faulty.client.put("work/c.ics", invite("c", THURSDAY)).status in (201, 204)
    assert "broke off" not in faulty.proxy.log[before:]


def test_a_body_that_does_not_come_or_breaks_off(faulty):
    head = b"PUT /ann/work/a.ics HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"
    before = len(faulty.recorder.requests)
    assert raw(faulty.proxy.port, head + b"BEGIN:VCALENDAR").status == 408
    assert raw(faulty.proxy.port, head + b"BEGIN:VCALENDAR", half_close=True).status in (0, 400)
    assert len(faulty.recorder.requests) == before


# the guard itself


def test_connections_on_which_nothing_is_asked_are_ended(faulty):
    opened = [socket.create_connection(("127.0.0.1", faulty.proxy.port), timeout=10) for _ in range(3)]
    for one, head in zip(opened, (b"", b"GET / HT", b"OPTIONS / HTTP/1.1\r\nHost: x\r\n"), strict=True):
        one.sendall(head)
    try:
        for one in opened:
            try:
                assert one.recv(100) == b""
            except ConnectionResetError:
                continue
    finally:
        for one in opened:
            one.close()
    with socket.create_connection(("127.0.0.1", faulty.proxy.port), timeout=10) as asking:
        asking.sendall(b"OPTIONS / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert asking.recv(8) == b"HTTP/1.1"
        time.sleep(1.5)  # longer than an unasked one is kept
        asking.sendall(b"OPTIONS / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"HTTP/1.1" in asking.recv(4096) + asking.recv(4096)


@pytest.mark.parametrize(
    "broken", ["meetcost.guard.guard.decide", "meetcost.guard.judge.objects_of", "meetcost.proxy.writes.calendar_of"]
)
def test_a_guard_that_fails_lets_nothing_be_written_and_all_be_read(tmp_path, broken):
    recorder = Recorder(Store())
    module, _, name = broken.rpartition(".")
    before = f"import {module}\ndef fail(*_, **__): raise RuntimeError('secret detail')\n{broken} = fail"
    proxy = start_proxy(tmp_path, recorder.url, POLICY, before=before)
    try:
        ann = Home(proxy, "ann")
        answer = ann.put("work/a.ics", invite("a", THURSDAY))
        assert (answer.status, b"secret detail" in answer.body, name in answer.text) == (403, False, False)
        assert recorder.writes == []
        recorder.answer.put("/ann/work/b.ics", b"there")
        assert ann.get("work/b.ics").body == b"there"
        assert "secret detail" in proxy.log  # with its trace
    finally:
        proxy.stop()
        recorder.stop()


def test_a_broken_policy_is_not_taken_and_the_last_good_one_holds(home, proxies):
    ann = home(POLICY + "# reload\n")
    _, proxy = proxies(POLICY + "# reload\n")
    file = proxy.folder / "meetcost.toml"
    for text in (POLICY[:-40], "", "name = 'no rules'\n", 'mode = "of"\n', "\x00", None):
        if text is None:
            file.unlink()
        else:
            file.write_text(text)
        proxy.hang_up()
        assert "the new policy is not taken" in proxy.log.splitlines()[-1]
        assert ann.put("work/a.ics", invite("a", WEDNESDAY)).status == 403
        assert ann.put("work/ok.ics", invite("ok", THURSDAY)).status in (201, 204)
    file.write_text(OBSERVING)
    proxy.hang_up()
    assert ann.put("work/a.ics", invite("a", WEDNESDAY)).status == 201
    text = ann.send("GET", "/.meetcost/metrics").text
    assert 'meetcost_policy_reloads_total{result="refused"} 6' in text
    assert 'meetcost_policy_reloads_total{result="taken"} 1' in text


@pytest.mark.parametrize("text", ["", "name = 'no rules'\n", 'mode = "of"\n', None])
def test_without_a_good_policy_it_does_not_start(tmp_path, text):
    file = tmp_path / "meetcost.toml"
    if text is not None:
        file.write_text(text)
    command = [sys.executable, "-m", "meetcost", "guard", "--upstream", "http://127.0.0.1:9", "--policy", str(file)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=60, check=False)
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
    assert done.stderr.startswith(b"meetcost: ")


CLOCK = """
from datetime import UTC, datetime, timedelta
from meetcost.cli import guard
guard.the_clock = lambda: datetime.now(UTC) + timedelta(days=float(open({file!r}).read()))
"""


def test_a_clock_that_leaps_lets_nothing_banned_pass(tmp_path):
    file = tmp_path / "off by days"
    file.write_text("0")
    recorder = Recorder(Store())
    proxy = start_proxy(tmp_path, recorder.url, POLICY, before=CLOCK.format(file=str(file)))
    try:
        ann = Home(proxy, "ann")
        for days in (0, 60, -60, 4000, 0):
            file.write_text(str(days))
            assert ann.put("work/a.ics", invite("a", WEDNESDAY)).status == 403
            assert ann.put("work/b.ics", invite("b", THURSDAY)).status in (201, 204)
            assert ann.put("work/c.ics", daily("c", WEDNESDAY - timedelta(days=1))).status in (201, 204)
            assert f"{WEDNESDAY:%Y%m%d}T100000".encode() in recorder.of("PUT")[-1].body  # an EXDATE
        assert proxy.log.count("the clock has leapt by") == 3
    finally:
        proxy.stop()
        recorder.stop()


# the end


def test_what_is_under_way_is_ended_before_the_process_is(tmp_path):
    under_way, go_on = Event(), Event()

    def slow(one):
        if one.method == "PUT":
            under_way.set()
            assert go_on.wait(30)
        return store(one)

    store = Store()
    recorder = Recorder(slow)
    proxy = start_proxy(tmp_path, recorder.url, POLICY)
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(Home(proxy, "ann").put, "work/a.ics", invite("a", THURSDAY))
        assert under_way.wait(30)
        proxy.process.send_signal(signal.SIGTERM)
        until = time.monotonic() + 30
        while time.monotonic() < until:  # nothing new is taken
            try:
                socket.create_connection(("127.0.0.1", proxy.port), 1).close()
            except OSError:
                break
            time.sleep(0.05)
        assert proxy.process.poll() is None
        go_on.set()
        assert writing.result(30).status == 201
    assert proxy.process.wait(30) == 0
    assert len(recorder.of("PUT")) == 1
    recorder.stop()

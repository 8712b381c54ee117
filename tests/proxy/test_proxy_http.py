# SPDX-License-Identifier: Apache-2.0
"""Raw requests (tests/data/guard/http, xml) before a server that keeps what reaches it, octet for octet."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from guard_cases import CASES, GUARD, octets
from proxying import NOW, REFERENCE, Proxy, raw, start_proxy
from recorder import Recorder, Store

from meetcost.ics.read import read
from meetcost.invite import detach

if TYPE_CHECKING:
    from collections.abc import Iterator

INDEX = json.loads((GUARD / "index.json").read_text("utf-8"))["cases"]
HTTP = [case for case in INDEX if case["file"].startswith("http/")]
XML = [case for case in INDEX if case["file"].startswith("xml/")]
HEAVY = [case for case in CASES if case["id"] in ("B046", "B047")]
TUESDAY = (GUARD / "ics" / "G002.ics").read_bytes()
WEDNESDAY = (GUARD / "ics" / "G001.ics").read_bytes()
FITTING = {400, 403, 405, 411, 413, 414, 415, 417, 431, 501}
FOREIGN = re.compile("remote-user|script-name|original-url|rewrite-url|http-method|meetcost-verdict|_")


class Before:
    def __init__(self, proxy: Proxy, recorder: Recorder, store: Store) -> None:
        self.proxy, self.recorder, self.store = proxy, recorder, store


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Before]:
    store = Store()
    recorder = Recorder(store)
    proxy = start_proxy(tmp_path_factory.mktemp("proxy"), recorder.url, REFERENCE, now=NOW)
    yield Before(proxy, recorder, store)
    proxy.stop()
    recorder.stop()


@pytest.fixture
def before(standing: Before) -> Before:
    """Nothing in it but drafts that stood there before the guard: a Wednesday meeting."""
    standing.recorder.requests.clear()
    standing.store.objects.clear()
    standing.store.versions.clear()
    for path in ("/cal/ann/drafts/a.ics", "/cal/ann/drafts/"):
        standing.store.put(path, WEDNESDAY)
    return standing


@pytest.mark.parametrize("case", HTTP, ids=[f"{case['id']} {case['description'][:40]}" for case in HTTP])
def test_raw_request(before: Before, case: dict[str, Any]) -> None:
    outcomes = {case["expect"]["outcome"], *case.get("alt", ())}
    request = (GUARD / case["file"]).read_bytes()
    if "If-Match" in request.decode("latin-1") and "If-None-Match" not in request.decode("latin-1"):
        before.store.put("/cal/ann/team/a.ics", TUESDAY)
        before.store.versions["/cal/ann/team/a.ics"] = 1
        request = request.replace(b'"e1"', b'"1"')
    answer = raw(before.proxy.port, request, half_close=case["id"] == "H079")
    writes = before.recorder.writes
    if 0 < answer.status < 300 or (outcomes == {"allow"} and answer.status == 412):
        assert "allow" in outcomes, answer
        sent_body = request.partition(b"\r\n\r\n")[2]
        method = request.partition(b" ")[0].decode()
        forwarded = [one for one in before.recorder.requests if one.method == method][-1]
        if b"chunked" not in request:
            assert detach(forwarded.body) == sent_body[: len(sent_body)]
        for one in before.recorder.requests:
            assert not [name for name in one.names if FOREIGN.search(name.lower())], one.names
            assert "transfer-encoding" not in one.headers
            assert one.headers.get("x-forwarded-for") in (None, "127.0.0.1")
    else:
        assert outcomes & {"deny", "reject", "error"}, answer
        assert answer.status in (FITTING | ({0} if case["id"] == "H079" else set())), answer
        assert writes == [], writes
    assert WEDNESDAY not in {body for path, body in before.store.objects.items() if "drafts" not in path}


def test_there_are_all_of_them() -> None:
    assert len(HTTP) >= 70
    assert len(XML) >= 10


@pytest.mark.parametrize("case", XML, ids=[case["id"] for case in XML])
def test_xml_of_a_client(before: Before, case: dict[str, Any]) -> None:
    """Sent as the body of a REPORT: what blows readers up is not sent on; what is only odd is the server's to judge."""
    body = (GUARD / case["file"]).read_bytes()
    head = f"REPORT /cal/ann/team/ HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    answer = raw(before.proxy.port, head.encode() + body)
    if case["id"] in ("X001", "X002", "X004", "X005", "X011"):
        assert answer.status == 400
        assert before.recorder.requests == []
    else:
        assert answer.status == 200
        assert [one.body for one in before.recorder.of("REPORT")] == [body]


@pytest.mark.parametrize("method", ["PROPFIND", "PROPPATCH", "MKCALENDAR", "MKCOL", "ACL", "LOCK", "SEARCH"])
def test_a_document_type_is_sent_on_by_no_method(before: Before, method: str) -> None:
    body = '<?xml version="1.0"?><!DOCTYPE d><d/>'.encode("utf-16" if method == "ACL" else "utf-8")
    head = f"{method} /cal/ann/team/ HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    assert raw(before.proxy.port, head.encode() + body).status == 400
    assert before.recorder.requests == []


@pytest.mark.parametrize("case", HEAVY, ids=[case["id"] for case in HEAVY])
def test_ten_thousand_of_something(before: Before, case: dict[str, Any]) -> None:
    body = octets(case)
    head = f"PUT /cal/ann/team/ HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    answer = raw(before.proxy.port, head.encode() + body, within=120)
    assert answer.status in (201, 403), answer
    if answer.status == 201:
        assert [detach(one.body) for one in before.recorder.of("PUT")] == [body]


def test_what_is_allowed_reaches_the_server_octet_for_octet(before: Before) -> None:
    for case in CASES:
        if case["expect"]["outcome"] != "allow" or case["class"] == "bomb":
            continue
        body = octets(case)
        before.recorder.requests.clear()
        head = f"PUT /cal/ann/team/{case['id']}.ics HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
        answer = raw(before.proxy.port, head.encode() + body)
        (one,) = before.recorder.of("PUT")
        assert detach(one.body) == detach(body), case["id"]
        assert one.headers["content-length"] == str(len(one.body))
        assert one.headers["if-none-match"] == "*"
        assert (b"etag:" in answer.octets.lower()) == (one.body == body)
        assert not read(one.body).problems

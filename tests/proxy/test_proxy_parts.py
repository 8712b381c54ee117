# SPDX-License-Identifier: Apache-2.0
"""Targets, headers, conditions, XML and options, each by itself."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invites import POLICY
from multidict import CIMultiDict, CIMultiDictProxy

from meetcost.errors import ConfigError
from meetcost.proxy.conditions import Conditions, Current
from meetcost.proxy.headers import IDENTITY, WrongHeaderError, backward, onward
from meetcost.proxy.settings import Address, Server, Typed
from meetcost.proxy.target import WrongTargetError, canonical, decoded, destination_path, parent, same_host, target_of
from meetcost.proxy.xml_body import WrongXmlError, check_xml, read_xml

SETTINGS = Typed("http://127.0.0.1:5232", "127.0.0.1:5233").settings()
SEGMENTS = st.lists(st.text("ab0-._~%2FfcCeE/.;=@:+", min_size=1, max_size=8), min_size=1, max_size=4)


def sent(*pairs):
    return onward(CIMultiDictProxy(CIMultiDict(pairs)), SETTINGS)


# targets


@given(SEGMENTS)
def test_a_path_has_one_spelling_that_means_the_same(segments):
    path = "/" + "/".join(segments)
    try:
        one = canonical(path)
    except WrongTargetError:
        return
    assert canonical(one) == one
    assert unquote_to_bytes(one) == unquote_to_bytes(path)
    assert not {"", ".", ".."} & set(decoded(one).strip("/").split("/")) or one == "/"
    assert decoded(one).count("/") == one.count("/")


@pytest.mark.parametrize(
    "path", "a /a//b /a/./b /a/../b /a/%2e%2E/b /a%2Fb /a%5cb /a%00 /a%0d%0aX:y /a%c0%afb /a%ff /a%zz /a|b /a#b".split()
)
def test_a_path_in_an_odd_spelling_is_not_written_to(path):
    with pytest.raises(WrongTargetError):
        canonical(path)


def test_the_parent_of_a_path():
    assert [parent(one) for one in ("/a/b/c.ics", "/a/b/", "/a", "/")] == ["/a/b/", "/a/", "/", "/"]


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ("/a/%62.ics", "/a/b.ics"),
        ("http://cal.example/a/b.ics", "/a/b.ics"),
        ("HTTP://CAL.Example:80/a/b.ics", "/a/b.ics"),
        ("https://cal.example:443/a/b.ics", "/a/b.ics"),
        ("https://cal.example:80/a/b.ics", None),
        ("http://cal.example:8080/a/b.ics", None),
        ("http://cal.example@evil.example/a/b.ics", None),
        ("http://ann@cal.example/a/b.ics", None),
        ("//cal.example/a/b.ics", None),
        ("http://[::1/a", None),
        ("ftp://cal.example/a/b.ics", None),
        ("http://cal.example/a/b.ics?x=1", None),
        ("/a%3Fb/c.ics", None),
        ("/a/%2561.ics", None),
        ("a/b.ics", None),
    ],
)
def test_a_destination_is_on_this_server_and_read_in_one_way(value, path):
    try:
        found = destination_path(value, "cal.example")
    except WrongTargetError:
        found = None
    assert found == path


def test_the_absolute_form_of_a_target_is_for_this_host():
    assert target_of("http://cal.example/a?b", "cal.example") == ("/a", "?b")
    assert target_of("http://cal.example", "cal.example") == ("/", "")
    for raw in ("http://other.example/a", "ftp://cal.example/a", "cal.example:443", "/a#b", "/a b", "/ä"):
        with pytest.raises(WrongTargetError):
            target_of(raw, "cal.example")
    assert same_host("[::1]:80", "[::1]", "http")
    assert not same_host("", "")


# headers


@pytest.mark.parametrize("name", sorted(IDENTITY))
def test_nobody_says_who_they_are_by_a_header(name):
    for spelt in (name, name.upper(), name.title(), name.replace("-", "_")):
        assert spelt not in sent((spelt, "root"), ("Host", "x"))


def test_conditions_and_credentials_survive_whatever_connection_says():
    kept = {
        "If-Match": '"1"',
        "If-None-Match": '"2"',
        "If": "(<x>)",
        "If-Schedule-Tag-Match": '"3"',
        "Authorization": "Basic x",
    }
    named = ", ".join(["close", "X-Odd", *kept])
    headers = sent(
        ("Connection", named),
        ("X-Odd", "1"),
        ("Keep-Alive", "5"),
        ("TE", "trailers"),
        ("Upgrade", "h2c"),
        *kept.items(),
    )
    assert dict(headers) == kept


@pytest.mark.parametrize("name", ["Destination", "destination", "Content-Length", "Transfer-Encoding", "Host", "Depth"])
def test_what_may_stand_once_stands_once(name):
    with pytest.raises(WrongHeaderError):
        sent((name, "1"), (name.title(), "1"))


@pytest.mark.parametrize("value", ["a\rb", "a\nb", "a\x00b", "a\x7fb", "a\udcffb"])
def test_a_value_that_cannot_be_sent_on_is_not(value):
    with pytest.raises(WrongHeaderError):
        sent(("X-Odd", value))
    assert backward([("X-Odd", value), ("X-Even", "2")]) == [("X-Even", "2")]


def test_what_leads_past_the_guard_or_belongs_to_one_connection_does_not_come_back():
    given = [
        ("ETag", '"1"'),
        ("Alt-Svc", "h2"),
        ("Upgrade", "h2c"),
        ("Connection", "X-A"),
        ("X-A", "1"),
        ("Content-Length", "9"),
    ]
    assert backward(given) == [("ETag", '"1"')]
    assert backward(given, etag=False) == []


# conditions


@pytest.mark.parametrize(
    ("match", "none_match", "there", "holds"),
    [
        (None, None, Current(), True),
        (None, "*", Current(), True),
        ('"1"', None, Current(), False),
        ("*", None, Current(), False),
        (None, None, Current(True, '"1"'), True),
        ('"1"', None, Current(True, '"1"'), True),
        ('"0", "1"', None, Current(True, '"1"'), True),
        ("1", None, Current(True, '"1"'), True),
        ("*", None, Current(True, '"1"'), True),
        ('W/"1"', None, Current(True, '"1"'), False),
        ('W/"1"', None, Current(True, 'W/"1"'), False),
        ('"2"', None, Current(True, '"1"'), False),
        (None, "*", Current(True, '"1"'), False),
        (None, '"1"', Current(True, '"1"'), False),
        (None, '"2"', Current(True, '"1"'), True),
    ],
)
def test_whether_a_condition_holds(match, none_match, there, holds):
    conditions = Conditions(match, none_match)
    assert conditions.hold(there) is holds
    if holds and there.bound:
        headers = CIMultiDict()
        more = conditions.narrowed(headers, there)
        assert Conditions.of(headers).hold(there)
        assert not Conditions.of(headers).hold(Current(True, '"later"'))
        assert there.exists or more == (none_match != "*")


def test_only_a_strong_etag_binds():
    assert [
        one.bound
        for one in (
            Current(),
            Current(True, '"1"'),
            Current(True, 'W/"1"'),
            Current(True),
            Current(True, '"1"', known=False),
        )
    ] == [
        True,
        True,
        False,
        False,
        False,
    ]


# XML


@pytest.mark.parametrize(
    "octets",
    [
        b"<!DOCTYPE a><a/>",
        b'<?xml version="1.0" encoding="utf-16"?><a/>',
        "<a/>".encode("utf-16"),
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b"<a>&b;</a>",
        b"<a>&#1;</a>",
        b"<a>\xff</a>",
        b"<a>",
        b"<a>" * 300 + b"</a>" * 300,
        b"+ADw-a/+AD4-",
    ],
)
def test_xml_that_blows_readers_up_is_refused(octets):
    with pytest.raises(WrongXmlError):
        check_xml(octets)


@pytest.mark.parametrize(
    "octets",
    [
        b"<a " + b" ".join(b"a%d='b>'" % at for at in range(40_000)) + b"/>",
        b"<a " + b" ".join(b"xmlns:a%d='b'" % at for at in range(40_000)) + b"/>",
        b"<" + b"a" * 400_000 + b"/>",
        b"<a><!--" + b"- " * 200_000 + b"--></a>",
    ],
    ids=["attributes", "namespaces", "a name", "a comment"],
)
def test_a_tag_is_not_kept_in_memory_until_it_ends(octets):
    with pytest.raises(WrongXmlError, match="a tag that is too long"):
        check_xml(octets)


def test_a_long_text_in_xml_is_no_long_tag():
    check_xml(b"<a>" + b"<href>/calendars/ann/work/1.ics</href>" * 9_000 + b"text " * 200_000 + b"</a>")
    check_xml(b"<a><b c='" + b"d" * 100_000 + b"'/></a>")
    with pytest.raises(WrongXmlError, match="not well-formed"):
        check_xml(b"<a>" + b"text " * 100_000)


@pytest.mark.parametrize(
    "elements",
    [b"<b/>" * 400_000, b"<p:b/>" * 300_000, b'<b xmlns="" p:c=""/>' * 100_000],
    ids=["own", "prefix", "attribute"],
)
def test_a_long_namespace_is_not_written_before_each_name(elements):
    long = b"x" * 200_000
    with pytest.raises(WrongXmlError, match="a name that is too long"):
        check_xml(b'<a xmlns:p="' + long + b'"><c xmlns="' + long + b'">' + elements + b"</c></a>")


def test_ordinary_xml_is_not():
    seen = []
    read_xml('<?xml version="1.0" encoding="UTF-8"?>\n<D:a xmlns:D="DAV:"><D:b>Ä</D:b></D:a>'.encode(), seen.append)
    assert seen == ["DAV: a", "DAV: b"]


# options


def test_addresses():
    assert [str(Address.parse(one)) for one in ("127.0.0.1:1", "[::1]:2", "unix:/a.sock")] == [
        "127.0.0.1:1",
        "[::1]:2",
        "unix:/a.sock",
    ]
    assert Server.parse("https://dav.example").origin == "https://dav.example:443"
    for wrong in ("", "a", "a:b", ":1", "unix:a", "a:1/b", "u@a:1", "a:99999"):
        with pytest.raises(ValueError):
            Address.parse(wrong)
    for wrong in ("a", "ftp://a", "http://", "http://a/b", "http://a?b", "http://u:p@a", "http://a:x"):
        with pytest.raises(ValueError):
            Server.parse(wrong)


def test_all_mistakes_at_once(tmp_path):
    (tmp_path / "no.pem").write_text("nonsense")
    typed = Typed(
        "x",
        "y",
        cert=str(tmp_path / "no.pem"),
        upstream_ca=str(tmp_path / "none.pem"),
        exempt=["a", "/a/../b/"],
        timeout=0,
        drain=-1,
    )
    with pytest.raises(ConfigError) as caught:
        typed.settings()
    named = [one.property for one in caught.value.problems]
    assert named == [
        "--upstream",
        "--listen",
        "--exempt",
        "--exempt",
        "--cert",
        "--upstream-ca",
        "--timeout",
        "--drain",
    ]


def test_a_request_that_is_not_looked_at_is_told_in_the_language_of_the_policy(home):
    chinese = home(f'{POLICY}[disclosure]\nlanguage = "zh"\n')
    for one, text in ((chinese, "不接受 Content-Range"), (home(), "Content-Range is not accepted")):
        answer = one.put("work/a.ics", b"", Content_Range="bytes 0-1/2")
        assert (answer.status, answer.reason) == (400, "Content-Range is not accepted")
        assert f">{text}<".encode() in answer.body
        assert int(answer.headers["Content-Length"]) == len(answer.body)

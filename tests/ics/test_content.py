# SPDX-License-Identifier: Apache-2.0
"""Content lines (RFC 5545 §3.1), TEXT (§3.3.11), parameter values (§3.2, RFC 6868)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetcost.ics.content import (
    Head,
    decode,
    escape,
    logical_lines,
    split_line,
    split_text_list,
    split_unquoted,
    unescape,
    unfold,
)

TEXT = st.text(alphabet=st.characters(exclude_characters="\r", exclude_categories=["Cs"]))
OCTETS = st.lists(st.sampled_from([b"A:b", b"\n", b"\r\n", b" ", b"\t", b"\r", "é".encode(), b"\xe9"])).map(b"".join)


@pytest.mark.parametrize(
    ("folded", "line"),
    [
        (b"SUMMARY:a\r\n bc", b"SUMMARY:abc"),
        (b"SUMMARY:a\n bc", b"SUMMARY:abc"),
        (b"SUMMARY:a\r\n\tbc", b"SUMMARY:abc"),
        (b"SUMMARY:a\r\n  bc", b"SUMMARY:a bc"),
        (b"SUMMARY:\xc3\r\n \xa9", "SUMMARY:é".encode()),
        (b"A:1\r\nB:2\r\n", b"A:1\nB:2\n"),
        (b"A:1\r\n \r\n 2", b"A:12"),
        (b"A:1\n\n \tB:2", b"A:1\n\tB:2"),
        (b"A:1\n \t\n\t 2", b"A:1\t 2"),
    ],
)
def test_unfold(folded: bytes, line: bytes) -> None:
    assert unfold(folded) == line


@given(OCTETS)
def test_unfolding_line_by_line_gives_the_same_lines(octets: bytes) -> None:
    slow = [line for _, line in logical_lines(octets)]
    first = b"\n" + octets  # a document that begins with a blank has no line to fold it to
    if octets[:1] not in (b" ", b"\t") and not octets.startswith((b"\r ", b"\r\t", b"\r\r")):
        assert decode(unfold(first)).split("\n")[1:] == slow


@given(st.binary())
def test_what_is_not_utf8_is_replaced(octets: bytes) -> None:
    assert decode(octets) == octets.decode("utf-8", "replace")


def test_a_logical_line_knows_its_physical_one() -> None:
    assert list(logical_lines(b"A:1\r\n 2\r\nB:3\r\n\r\nC:4")) == [(0, "A:12"), (2, "B:3"), (3, ""), (4, "C:4")]


@pytest.mark.parametrize(
    ("line", "name", "parameters", "value"),
    [
        ("SUMMARY:text", "SUMMARY", {}, "text"),
        ("summary;language=en:a:b", "SUMMARY", {"LANGUAGE": "en"}, "a:b"),
        ('DESCRIPTION;ALTREP="CID:a;b":c', "DESCRIPTION", {"ALTREP": "CID:a;b"}, "c"),
        ("X-A;B=:", "X-A", {"B": ""}, ""),
        ("A;B=1;B=1:c", "A", {"B": "1"}, "c"),
        ("A;;B=1;:c", "A", {"B": "1"}, "c"),
        ("A;CN=a^'b^^c^nd^x:e", "A", {"CN": 'a"b^c\nd^x'}, "e"),
        ('SUMMARY:"quoted": still', "SUMMARY", {}, '"quoted": still'),
        ('A;B="x","y;z":v', "A", {"B": "x,y;z"}, "v"),
    ],
)
def test_split_line(line: str, name: str, parameters: dict[str, str], value: str) -> None:
    assert split_line(line) == (Head(name, parameters), value)


def test_a_parameter_that_stands_twice_and_differs_is_named() -> None:
    assert split_line("A;B=1;C=2;B=2:c") == (Head("A", {"B": "1", "C": "2"}, "B"), "c")


@pytest.mark.parametrize(
    "line", ["", ":", "SUMMARY", "SUM MARY:a", "A;B:c", "A;B C=1:d", 'A;B="x:y', "a.DTSTART:1", "é:1", ";A=1:b"]
)
def test_no_content_line(line: str) -> None:
    assert split_line(line) is None


def test_a_long_head_is_read_as_a_short_one() -> None:
    # Long ones are kept out of the cache.
    assert split_line(f"A;B={'x' * 1000}:c") == (Head("A", {"B": "x" * 1000}), "c")


@given(st.lists(st.text(alphabet='a;"', max_size=4)))
def test_split_unquoted_loses_nothing(parts: list[str]) -> None:
    text = ";".join(parts)
    assert ";".join(split_unquoted(text, ";")) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (r"a\, b\; c", "a, b; c"),
        (r"one\ntwo\Nthree", "one\ntwo\nthree"),
        (r"back\\slash", r"back\slash"),
        (r"\\n", r"\n"),
        (r"\\\n", "\\\n"),
        ("\\", ""),
        (r"C:\temp", "C:temp"),
    ],
)
def test_unescape(value: str, text: str) -> None:
    assert unescape(value) == text


@given(TEXT)
def test_text_that_is_escaped_reads_as_it_was(text: str) -> None:
    assert unescape(escape(text)) == text
    assert "\n" not in escape(text)


def test_carriage_returns_are_written_as_line_ends() -> None:
    assert escape("a\r\nb\rc\nd") == r"a\nb\nc\nd"


@pytest.mark.parametrize(
    ("value", "items"),
    [
        ("a,b", ["a", "b"]),
        (r"a\,b,c", ["a,b", "c"]),
        (r"a\\,b", ["a\\", "b"]),
        (r"a\\\,b", ["a\\,b"]),
        (" a ,, b ", ["a", "b"]),
        ("", []),
        ("a\\", ["a"]),
    ],
)
def test_split_text_list(value: str, items: list[str]) -> None:
    assert split_text_list(value) == items


@given(st.lists(TEXT.filter(lambda text: text.strip() == text != "")))
def test_a_written_list_reads_as_it_was(items: list[str]) -> None:
    assert split_text_list(",".join(map(escape, items))) == items

# SPDX-License-Identifier: Apache-2.0
"""A TOML document from anybody: read as `tomllib` reads it, in bounded time."""

from __future__ import annotations

import tomllib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetcost.errors import MOST_MISTAKES, ConfigError
from meetcost.values.toml_text import read_toml

LONG = "a" + ".a" * 200_000
PIECES = ['"', "'", '"""', "'''", "\\", "#", "\n", ".", "a", "a.b", " ", "=", "[", "]", "1.5", "0xff", ","]


@pytest.mark.parametrize(
    "text", [f"{LONG} = 1", f"[{LONG}]", f"[[{LONG}]]", f"x = {{{LONG} = 1}}", '"a"' + '."a"' * 50]
)
def test_a_key_of_very_many_parts_is_refused_before_it_is_taken_apart(text):
    with pytest.raises(ConfigError, match="line 3: a key of more than 32 parts"):
        read_toml(f"# {LONG}\n\n{text}\n", "town.toml")


@pytest.mark.parametrize(
    "text",
    [
        "x = '" + LONG + "'",
        'x = "\\"' + LONG + '"',
        'x = """""' + LONG + '\n\\""" = a""" # ' + LONG,
        "x = '''\n'" + LONG + "'''",
        "x = [" + "1.5, " * 100 + "]",
    ],
)
def test_dots_in_strings_and_numbers_are_no_parts_of_a_key(text):
    assert list(read_toml(text, "town.toml")) == ["x"]


def test_a_number_that_nobody_can_write_down_is_no_value():
    with pytest.raises(ConfigError, match="line 3: a number of more than 128 digits"):
        read_toml("a = '''0x" + "f" * 5000 + "\n'''\nb = 0x" + "f" * 5000, "town.toml")
    assert read_toml("a = 0x" + "f" * 16, "town.toml") == {"a": 2**64 - 1}


def test_values_are_counted_wherever_they_stand():
    text = "a = [1, [2, {b = 3}]]\n[c]\nd = 4\n"  # a, 1, the list, 2, the table, 3, c, 4
    assert read_toml(text, "town.toml", most=8)
    with pytest.raises(ConfigError, match="8 values, more than 7"):
        read_toml(text, "town.toml", most=7)


def test_numbers_are_read_as_they_are_asked_for():
    assert read_toml("a = 1.10", "rates.toml", parse_float=Decimal) == {"a": Decimal("1.10")}
    with pytest.raises(ConfigError, match="a number is out of reach"):
        read_toml("a = 1e99999999999999999999", "rates.toml", parse_float=Decimal)


def test_what_nests_too_deeply_is_told():
    with pytest.raises(ConfigError, match="nested too deeply"):
        read_toml("a = " + "[" * 100_000, "town.toml")


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_any_text_is_read_as_tomllib_reads_it_or_refused(text):
    try:
        expected = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        with pytest.raises(ConfigError) as caught:
            read_toml(text, "town.toml")
        assert len(caught.value.problems) == 1 < MOST_MISTAKES
    else:
        assert read_toml(text, "town.toml") == expected

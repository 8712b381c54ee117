# SPDX-License-Identifier: Apache-2.0
"""Bands with few people in them are merged before anything is published."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from meetcost.assessment import assess
from meetcost.costing.rate_card import RateCard
from meetcost.costing.small_bands import heads, without_small_bands
from meetcost.model.directory import Directory, Entry, EntryKind
from meetcost.model.meeting import Meeting
from meetcost.policy.policy import Policy

RATES = {"a": 90, "b": 70, "c": 50, "d": 30}


def card(rates=RATES, default="c"):
    bands = "\n".join(f"[bands.{name}]\nvalues = {{2026-01-01 = {rate}}}" for name, rate in rates.items())
    head = f'name = "Bands"\nversion = "1"\ncurrency = "EUR"\npublished = true\ndefault_band = "{default}"\n'
    return RateCard.parse((head + bands).encode())


def people(**counts):
    return Directory(Entry(f"{band}{n}@x.example", band=band) for band, count in counts.items() for n in range(count))


def priced_as(merged):
    return {name: band.name for name, band in merged.bands.items()}


def test_nothing_happens_where_every_band_has_enough():
    one = card()
    assert without_small_bands(one, people(a=5, b=6, d=9)) is one


def test_small_bands_go_upward_and_the_top_one_down():
    merged = without_small_bands(card(), people(a=1, b=6, c=3, d=4))
    assert priced_as(merged) == {"a": "b", "b": "b", "c": "c", "d": "c"}
    assert merged.rate("a", date(2026, 5, 1)).rate.amount == 70
    assert merged.rate("d", date(2026, 5, 1)).rate.amount == 50
    assert "small-bands" in {one.code for one in merged.assumptions()}


def test_a_band_nobody_is_in_takes_no_part():
    merged = without_small_bands(card(), people(a=6, c=2))
    assert priced_as(merged) == {"a": "a", "b": "b", "c": "a", "d": "d"}
    assert merged.default_band == "a"


def test_too_few_people_in_all_are_in_the_default_band():
    assert set(priced_as(without_small_bands(card(), people(a=1, b=2, d=1))).values()) == {"c"}


def test_a_group_counts_once_with_the_persons_it_may_consist_of():
    directory = Directory(
        [Entry("all@x.example", kind=EntryKind.GROUP, band="a", size=9), *people(a=3, b=1), Entry("r@x.example")]
    )
    assert heads(card(), directory) == {"a": 9, "b": 1, "c": 1}


def test_an_invite_says_the_same_as_the_page():
    directory = people(a=1, b=8)
    who = ["a0@x.example", *(f"b{n}@x.example" for n in range(3))]
    meeting = Meeting(title="Round", start=datetime(2026, 5, 4, 9, tzinfo=UTC), minutes=60, attendees=who)
    policy = Policy.parse(b'zone = "UTC"\n', directory=directory)
    assessed = assess(meeting, policy=policy, rates=card())
    assert assessed.cost.time.amount == 90 + 3 * 70  # for the house
    assert assessed.disclosure().time.amount == 4 * 70


@given(
    st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 12), min_size=1),
    st.lists(st.integers(1, 99), min_size=8, max_size=8),
    st.integers(2, 8),
)
def test_no_band_is_left_with_fewer_than_so_many(counts, rates, fewest):
    """And each is priced by a rate that stands in the card; the same people are there as before."""
    one = card(dict(zip("abcdefgh", rates, strict=True)))
    directory = people(**counts)
    merged = without_small_bands(one, directory, fewest)
    after = Counter(merged.band_of(entry.band).name for entry in directory)
    assert sum(after.values()) == len(directory)
    assert len(after) <= 1 or min(after.values()) >= fewest
    assert {band.rates for band in merged.bands.values()} <= {band.rates for band in one.bands.values()}

# SPDX-License-Identifier: Apache-2.0
"""A waiver permits one meeting, and nothing that was made of it afterwards."""

from __future__ import annotations

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from meetcost.model.meeting import Meeting
from meetcost.model.occurrence import Occurrence, OccurrenceId
from meetcost.model.waiver import Span, Waiver, WaiverClass, WaiverIndex

INSTANCE = OccurrenceId("round@town.example")
WAIVER = Waiver(
    "17", "round@town.example", (Span(1000, 4600), Span(9000, 9600)), 9, WaiverClass.ORDERED, frozenset({"1"})
)


def test_it_holds_for_what_was_approved_and_for_less() -> None:
    assert WAIVER.covers("1", INSTANCE, 1000, 4600, 9)
    assert WAIVER.covers("1", INSTANCE, 1500, 2000, 3)
    assert WAIVER.covers("1", INSTANCE, 9000, 9600, 9)
    assert WAIVER._replace(rules=frozenset()).covers("2", INSTANCE, 1000, 4600, 9)


def test_widening_and_replay_are_refused() -> None:
    assert not WAIVER.covers("1", INSTANCE, 1000, 4601, 9)
    assert not WAIVER.covers("1", INSTANCE, 999, 4600, 9)
    assert not WAIVER.covers("1", INSTANCE, 4000, 9300, 9)
    assert not WAIVER.covers("1", INSTANCE, 1000, 4600, 10)
    assert not WAIVER.covers("2", INSTANCE, 1000, 4600, 9)
    assert not WAIVER.covers("1", OccurrenceId("other@town.example"), 1000, 4600, 9)


def test_named_instances_are_the_only_ones() -> None:
    only = WAIVER._replace(instances=frozenset({OccurrenceId.parse("20261210T090000Z/round@town.example")}))
    assert not only.covers("1", INSTANCE, 1000, 4600, 9)
    assert only.covers("1", OccurrenceId.parse("20261210T090000Z/round@town.example"), 1000, 4600, 9)


MEETING = Meeting(title="Round", start=datetime(2026, 12, 10, 9), uid="round@town.example", minutes=60)
NUMBERS = st.integers(0, 12)
WAIVERS = st.lists(
    st.builds(
        Waiver,
        st.text("ab", max_size=2),
        st.sampled_from(["round@town.example", "other@town.example"]),
        st.lists(st.builds(Span, NUMBERS, NUMBERS), max_size=4).map(tuple),
        st.integers(0, 3),
        st.just(WaiverClass.OTHER),
        st.frozensets(st.sampled_from("12"), max_size=2),
        st.frozensets(st.sampled_from([INSTANCE, OccurrenceId("x")]), max_size=1),
    ),
    max_size=4,
)


@given(WAIVERS, st.sampled_from("123"), NUMBERS, NUMBERS, st.integers(0, 3))
def test_the_index_says_what_each_waiver_says(
    waivers: list[Waiver], rule: str, start: int, end: int, people: int
) -> None:
    one = Occurrence(start, end, MEETING, start, None, zoned=False)
    expected = next((waiver for waiver in waivers if waiver.covers(rule, one.id, start, end, people)), None)
    index = WaiverIndex(waivers)
    assert index.covering(rule, one, people) is expected
    assert index.covering(rule, one, people) is expected

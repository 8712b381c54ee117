# SPDX-License-Identifier: Apache-2.0
"""A waiver permits one meeting, and nothing that was made of it afterwards."""

from __future__ import annotations

from meetcost.model.occurrence import OccurrenceId
from meetcost.model.waiver import Span, Waiver, WaiverClass

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

# SPDX-License-Identifier: Apache-2.0
"""What is told of a body before it is read, and what becomes of a decision where nothing may be changed."""

from __future__ import annotations

import pytest
from guard_making import MONDAY, NOW, OBSERVE, SKIP, WEDNESDAY, decided, one

from meetcost.guard.body import charset_of, may_be_calendar
from meetcost.guard.bounds import barred
from meetcost.guard.decide import Allow, Refuse, Rewrite, unchanged

CARD = b"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:c\r\nFN:Ann\r\nEND:VCARD\r\n"
NOW_AND_THEN = "RRULE:FREQ=DAILY;COUNT=5"


@pytest.mark.parametrize(
    ("body", "may"),
    [
        (CARD, False),
        (b"\xef\xbb\xbf\r\n" + CARD.lower(), False),
        (CARD + b"begin:vcalendar\r\n", True),
        (CARD + b"BEGIN:VCAL\r\n ENDAR\r\n", True),
        (CARD + b"BEGIN:VCAL\n\tENDAR\n", True),
        (CARD.decode().encode("utf-16"), True),
        (b"", True),
        (b"\x89PNG", True),
    ],
)
def test_what_may_be_a_calendar(body, may):
    assert may_be_calendar(body) is may


@pytest.mark.parametrize(
    ("said", "charset"),
    [
        ("", ""),
        ("text/calendar", ""),
        ("text/calendar; charset=UTF-8", "utf-8"),
        ('text/calendar; component=VEVENT; Charset="utf-7"', "utf-7"),
    ],
)
def test_the_charset_of_a_body(said, charset):
    assert charset_of(said) == charset


def test_what_is_not_changed_cannot_step_over_dates():
    stepping = decided(one(*MONDAY, NOW_AND_THEN), policy=SKIP)
    assert isinstance(stepping, Rewrite)
    assert isinstance(unchanged(stepping, SKIP), Refuse)
    with_cost = decided(one(*MONDAY), policy=SKIP)
    assert isinstance(with_cost, Rewrite)
    assert isinstance(unchanged(with_cost, SKIP), Allow)
    refused = decided(one(*WEDNESDAY), policy=SKIP)
    assert unchanged(refused, SKIP) is refused
    seen = decided(one(*MONDAY, NOW_AND_THEN), policy=OBSERVE)
    assert isinstance(unchanged(seen, OBSERVE), Allow)


def test_what_observes_bars_only_what_never_ends():
    assert barred(b"nonsense", SKIP, NOW) is not None
    assert barred(b"nonsense", OBSERVE, NOW) is None
    for policy in (SKIP, OBSERVE):
        assert barred(one(*MONDAY, "RRULE:FREQ=SECONDLY"), policy, NOW) is not None
        assert barred(one(*WEDNESDAY), policy, NOW) is None

# SPDX-License-Identifier: Apache-2.0
"""What is remembered of a price belongs to the rate as it is written, and to nothing else."""

from __future__ import annotations

from meetcost.costing.price import price
from meetcost.costing.rate_card import RateCard
from meetcost.ics.read import read_one

INVITE = """\
BEGIN:VCALENDAR
BEGIN:VEVENT
UID:one
DTSTART:20261209T100000Z
DTEND:20261209T110000Z
ORGANIZER:mailto:ann@town.example
ATTENDEE:mailto:ben@town.example
END:VEVENT
END:VCALENDAR
"""


def steps(rate: str) -> list[str]:
    (line,) = price(read_one(INVITE), rates=RateCard.flat(rate)).lines
    return [step.text() for step in line.steps]


def test_equal_rates_keep_their_own_words() -> None:
    first = steps("46 EUR"), steps("46.00 EUR"), steps("46 USD")
    assert len({str(one) for one in first}) == 3
    assert (steps("46 EUR"), steps("46.00 EUR"), steps("46 USD")) == first


def test_a_dearer_card_is_not_charged_at_the_cheaper_one() -> None:
    meeting = read_one(INVITE)
    found = [price(meeting, rates=RateCard.flat(rate)).time for rate in ("46 EUR", "92 EUR", "46 EUR")]
    assert [str(one) for one in found] == ["EUR 92.00", "EUR 184.00", "EUR 92.00"]

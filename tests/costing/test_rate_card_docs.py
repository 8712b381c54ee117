# SPDX-License-Identifier: Apache-2.0
"""Every rate card in the documentation is one."""

import re
from pathlib import Path

import pytest

from meetcost.costing.rate_card import RateCard

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "rate-card.md"
BLOCKS = re.findall(r"^```toml\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("block", BLOCKS)
def test_the_card_is_read_and_prices_an_hour(block):
    card = RateCard.parse(block.encode(), "rates.toml")
    assert all(card.rate(band, card.first_days[-1]).rate.amount > 0 for band in card.bands)


def test_there_are_cards_in_the_page():
    assert len(BLOCKS) >= 5

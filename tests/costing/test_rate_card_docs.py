# SPDX-License-Identifier: Apache-2.0
"""Every rate card in the documentation is one, and every column of a directory is told."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from meetcost.costing.rate_card import RateCard
from meetcost.errors import ConfigError
from meetcost.model.directory import Directory, Entry

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "rate-card.md"
BLOCKS = re.findall(r"^```toml\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("block", BLOCKS)
def test_the_card_is_read_and_prices_an_hour(block):
    card = RateCard.parse(block.encode(), "rates.toml")
    assert all(card.rate(band, card.first_days[-1]).rate.amount > 0 for band in card.bands)


def test_there_are_cards_in_the_page():
    assert len(BLOCKS) >= 5


COLUMNS = re.findall(r"^\| `(\w+)` \| ([^a-z|]+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


def test_the_columns_of_a_directory_are_all_in_the_page():
    assert [name for name, _ in COLUMNS] == [field.name for field in fields(Entry)]


@pytest.mark.parametrize(("name", "chinese"), [(name, one) for name, all_ in COLUMNS for one in all_.split(", ")])
def test_a_chinese_header_means_the_column_it_stands_beside(name, chinese):
    others = "" if name == "address" else "address,"
    with pytest.raises(ConfigError, match=f"two columns mean `{name}`"):
        Directory.parse(f"{others}{name},{chinese}\n".encode())

# SPDX-License-Identifier: Apache-2.0
"""The block in an invite: at most six lines of sixty columns, whatever there is to say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from unicodedata import east_asian_width

import pytest
from disclosure_making import disclosure, disclosures
from hypothesis import given

from meetcost.disclosure.block import COLUMNS, LINES, MARKERS, block, width
from meetcost.disclosure.state import Audience, Disclosure, Skipped
from meetcost.model.phrase import Phrase
from meetcost.values.money import Money

LINK = "https://costs.town.example/m-7nsp4yc7btrx5.html"


def skipping(*days: date, **more: object) -> Disclosure:
    return replace(disclosure(**more), skipped=tuple(Skipped(day, Phrase("no")) for day in days))  # type: ignore[arg-type]


@given(disclosures())
def test_it_is_short_and_narrow_for_any_disclosure(said: Disclosure) -> None:
    for language in ("en", "zh"):
        lines = (MARKERS[language].begin, *block(said, language), MARKERS[language].end)
        assert 3 <= len(lines) <= 6
        for line in lines:
            assert line
            assert line.isprintable()
            assert sum(2 if east_asian_width(one) in "WF" else 1 for one in line) <= width(line) <= COLUMNS


@given(disclosures())
def test_hours_come_first_and_a_link_ends_its_line(said: Disclosure) -> None:
    lines = block(said, "en")
    assert "person-hour" in lines[0]
    for line in lines:
        assert "://" not in line or line.endswith(said.link)


def test_in_english() -> None:
    assert block(disclosure(link=LINK)) == (
        "4.5 person-hours: 3 people x 1 h 30 min",
        "about EUR 210 of working time, by published pay band",
        "minutes: 0.08-3 h more (rough, no records yet)",
        f"details: {LINK}",
    )


def test_in_chinese() -> None:
    lines = block(disclosure(link=LINK), "zh")
    assert lines[0] == "4.5 人·时：3 人 × 1 小时 30 分钟"
    assert lines[1] == "折合工时约 210 欧元，按公布的岗位档次计"
    assert lines[-1] == f"明细：{LINK}"


def test_skipped_dates_are_named_or_counted() -> None:
    one, two, more = date(2026, 1, 7), date(2026, 1, 14), date(2026, 1, 21)
    assert any(line.startswith("skips 7 Jan (no-meeting day)") for line in block(skipping(one)))
    assert any("skips 7 Jan, 14 Jan (no-meeting days)" in line for line in block(skipping(two, one, one)))
    assert any("skips 7 Jan, 14 Jan and 1 more (no-meeting days)" in line for line in block(skipping(more, two, one)))
    assert any("1月7日、1月14日及另外1天为无会日，已跳过" in line for line in block(skipping(one, two, more), "zh"))


def test_what_has_no_room_goes_in_order_of_weight() -> None:
    said = replace(skipping(date(2026, 1, 7), link=LINK), cash=Money("10.00", "EUR"))
    lines = block(said)
    assert len(lines) == LINES
    assert any(line.startswith("skips") for line in lines)
    assert any(LINK in line for line in lines)
    assert not any("minutes:" in line for line in lines)


@pytest.mark.parametrize(
    ("amount", "about"),
    [("0.00", "0.00"), ("207.30", "210"), ("1849.99", "1,800"), ("46.00", "46"), ("999.00", "1,000"), ("9.96", "10")],
)
def test_money_has_two_digits(amount: str, about: str) -> None:
    assert f"about EUR {about} of" in block(replace(disclosure(), time=Money(amount, "EUR")))[1]


def test_to_people_outside_it_says_hours_only() -> None:
    lines = block(disclosure(Audience.OUTSIDE, link=LINK))
    assert lines[0] == "4.5 person-hours: 3 people x 1 h 30 min"
    assert not any("EUR" in line for line in lines)

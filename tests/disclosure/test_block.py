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
from meetcost.model.cost import PaperworkHours
from meetcost.model.phrase import Phrase
from meetcost.paperwork.figures import Tag
from meetcost.paperwork.measured import MeasuredPaperwork
from meetcost.values.money import Money
from meetcost.values.person_hours import PersonHours

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


def had(length: int, unit: str = "words", writing: int | None = 5760, reading: int | None = 1080) -> MeasuredPaperwork:
    """Minutes that were measured; seconds of writing and of reading."""
    hours = (PersonHours(one) if one is not None else None for one in (writing, reading))
    return MeasuredPaperwork(length, unit, *hours, Tag.LITERATURE)  # type: ignore[arg-type]


FORECAST = PaperworkHours(PersonHours(720), PersonHours(3600), PersonHours(8640), "fitted on others")


@pytest.mark.parametrize(
    ("measured", "english", "chinese"),
    [
        (
            had(1820),
            "minutes: 1,820 words, 1.9 h (forecast 0.2-2.4 h)",
            "纪要 1,820 英文词，约 1.9 小时（会前预测 0.2–2.4 小时）",
        ),
        (
            had(2900, "characters"),
            "minutes: 2,900 characters, 1.9 h (forecast 0.2-2.4 h)",
            "纪要 2,900 字，约 1.9 小时（会前预测 0.2–2.4 小时）",
        ),
        (
            had(1820, writing=None),
            "minutes: 1,820 words (forecast 0.2-2.4 h)",
            "纪要 1,820 英文词（会前预测 0.2–2.4 小时）",
        ),
        (had(0, writing=0, reading=0), "no minutes (forecast 0.2-2.4 h)", "未形成纪要（会前预测 0.2–2.4 小时）"),
    ],
)
def test_the_measured_paperwork_stands_beside_its_forecast(
    measured: MeasuredPaperwork, english: str, chinese: str
) -> None:
    said = replace(disclosure(link=LINK), paperwork=FORECAST, measured=measured)
    assert block(said)[2] == english
    assert block(said, "zh")[2] == chinese
    assert not any("forecast" in line or "more" in line for line in block(replace(said, paperwork=None)))


def test_a_figure_that_is_too_wide_stands_without_the_forecast() -> None:
    wide = replace(FORECAST, high=PersonHours(10**12))
    said = replace(disclosure(), paperwork=wide, measured=had(1_234_567_890, "characters"))
    assert block(said)[2] == "minutes: 1,234,567,890 characters, 1.9 h"


def test_a_forecast_from_own_records_says_so() -> None:
    said = replace(disclosure(link=LINK), paperwork=replace(FORECAST, records=5))
    assert block(said)[2] == "minutes: 0.2-2.4 h more (from 5 own records)"
    assert block(said, "zh")[2] == "会后纪要另需约 0.2–2.4 小时（据本单位记录 5 份）"


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

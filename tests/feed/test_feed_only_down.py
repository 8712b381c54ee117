# SPDX-License-Identifier: Apache-2.0
"""The table "Only down, never up" on the overview."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from html import unescape

import pytest

from meetcost.feed.build import build
from meetcost.feed.public_books import QuotaTold
from meetcost.feed.waived_said import waived

YEAR = date(2026, 1, 1), date(2026, 12, 31)


def down(unit, last_year, used, *, per="unit", id_="hours-down", share="0.8"):
    """An account of hours that may come to `share` of last year's; None is not said."""
    limit = int(last_year * Decimal(share)) if last_year is not None else None
    return QuotaTold(id_, "person_hours", per, unit, 1, *YEAR, limit, used, 0, None, (), Decimal(share), last_year)


def page(county, *quotas, path="index.html", **changed):
    return dict(build(replace(county.publication, quotas=quotas, **changed)))[path].decode()


def rows(html):
    """Of the table each row as its cells; the explanations of a row are the one after it."""
    table = re.search(r'<table class="units down">(.*?)</table>', html, re.DOTALL)[1]
    found = re.findall(r"<tr[^>]*>(.*?)</tr>", table, re.DOTALL)
    return [
        tuple(
            " ".join(unescape(re.sub("<[^>]+>", " ", cell)).split())
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        )
        for row in found
    ]


@pytest.fixture(scope="module")
def county(guarded_county):
    return guarded_county()


def unit_of(county):
    """That which called the meeting with an explanation, and what was explained."""
    one, entry = next((one, entry) for one, entry in waived(county.publication) if one.beyond)
    return entry.called_by, entry.title, one.explanation


def test_each_account_is_a_row_with_last_year_the_part_allowed_what_was_used_and_what_is_left(county):
    said = rows(page(county, down("Millbrook", 360_000, 180_000), down("Eastmere", 36_000, 28_800)))
    assert said == [
        ("Quota", "Year before", "Allowed", "Used", "Left or over"),
        ("hours-down −20 % against the year before, by Thu 31 Dec 2026",),
        ("Millbrook", "100 hours", "80 hours", "50 hours", "30 hours left"),
        ("Eastmere", "10 hours", "8 hours", "8 hours", "0 hours left"),
    ]


def test_a_row_above_its_target_has_its_explanation_in_full_or_says_that_there_is_none(county):
    unit, title, why = unit_of(county)
    html = page(county, down(unit, 36_000, 36_000), down("Nowhere", 36_000, 34_200))
    assert "Above what the target allows: 2 of 2." in html
    assert rows(html)[2:] == [
        (unit, "10 hours", "8 hours", "10 hours", "2 hours over"),
        (f"{title} {why}",),
        ("Nowhere", "10 hours", "8 hours", "9.5 hours", "1.5 hours over"),
        ("No explanation of it was published for July–September 2026.",),
    ]
    assert html.count('<th scope="row" rowspan="2">') == 2


def test_what_was_explained_stands_at_a_row_that_is_not_above_as_well(county):
    unit, title, why = unit_of(county)
    html = page(county, down(unit, 360_000, 36_000))
    assert "Nothing is above what the target allows so far." in html
    assert rows(html)[3] == (f"{title} {why}",)


def test_an_explanation_for_the_body_stands_at_the_row_of_the_body(county):
    _, title, why = unit_of(county)
    assert rows(page(county, down(None, 36_000, 36_000, per="body")))[2:] == [
        ("All together", "10 hours", "8 hours", "10 hours", "2 hours over"),
        (f"{title} {why}",),
    ]


@pytest.mark.parametrize("quotas", [(), (down("Nowhere", 36_000, 36_000),), (down("A", 9, 9, id_="another"),)])
def test_an_explanation_that_goes_with_no_row_stands_in_the_list_below(county, quotas):
    """No explanation is lost: beyond quotas without a target, and of units that have no row."""
    _, title, why = unit_of(county)
    other = QuotaTold("monthly", "meetings", "body", None, 1, *YEAR, 10, 12, 0, "tripped")
    html = page(county, *quotas, other)
    listed = html[html.index("Beyond a quota, explained") :]
    for quota in ("monthly", "hours-down"):
        assert f"Quota {quota}: {title}" in listed
    assert listed.count(why) == 2


def test_what_is_not_known_is_said_to_be_and_counts_as_neither(county):
    html = page(county, down("Millbrook", None, 36_000), down("Eastmere", 36_000, None))
    assert "what the target allows" not in html
    assert rows(html)[2:] == [
        ("Millbrook", "not said", "not said", "10 hours", "not said"),
        ("Eastmere", "10 hours", "8 hours", "not said", "not said"),
    ]
    assert "What is not said would rest on" in html


def test_two_targets_have_a_group_each_and_the_table_is_in_chinese_too(county):
    quotas = (down("Millbrook", 36_000, 0), down(None, 72_000, 72_000, per="body", id_="all", share="1"))
    said = rows(page(county, *quotas, path="zh/index.html"))
    assert said[1] == ("hours-down 比上年 −20%，截至2026年12月31日(周四)",)
    assert said[3] == ("all 比上年 0%，截至2026年12月31日(周四)",)
    assert said[4][0] == "全体合计"
    assert said[2][-1] == "尚余 8 人·时"


def test_without_such_a_quota_there_is_no_table(county):
    html = page(county, QuotaTold("monthly", "meetings", "body", None, 1, *YEAR, 10, 12, 0, "tripped"))
    assert "Only down, never up" not in html

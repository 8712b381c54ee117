# SPDX-License-Identifier: Apache-2.0
"""Ceilings and disguises."""

from datetime import date

import pytest

from meetcost.errors import UsageError
from meetcost.paperwork.volume import GENERAL, REGULATION, SPECIFIC, examined

NOW = date(2026, 6, 1)


def codes(text, day=NOW, **options):
    return [finding.code for finding in examined(text, day=day, **options)]


@pytest.mark.parametrize(
    ("length", "expected"),
    [(4000, []), (4001, ["over-special-ceiling"]), (5000, ["over-special-ceiling"]), (5001, ["over-ceiling"])],
)
def test_the_regulation_s_ceilings(length, expected):
    findings = examined("字" * length, day=NOW)
    assert [finding.code for finding in findings] == expected
    assert all(finding.citation is REGULATION for finding in findings)
    assert all("字" in finding.phrase.text("zh") for finding in findings)


def test_the_figures_stand_in_the_quoted_sentence():
    for ceiling in (GENERAL, SPECIFIC):
        ((_, value),) = ceiling
        assert f"{value}字" in REGULATION.quote


def test_before_the_regulation_there_was_no_ceiling():
    assert codes("字" * 9000, day=date(2024, 8, 5)) == []
    assert codes("字" * 9000, day=date(2024, 8, 6)) == ["over-ceiling"]


def test_an_own_ceiling_takes_its_place():
    assert codes("字" * 5500, ceiling=6000) == []
    assert codes("字" * 3001, ceiling=3000) == ["over-ceiling"]
    assert codes("word " * 3001, ceiling=3000) == ["over-ceiling"]
    assert codes("word " * 9000) == []
    with pytest.raises(UsageError, match="ceiling: `0`"):
        examined("", day=NOW, ceiling=0)


PAPER = "关于开展检查的通知\n\n张政办〔2026〕5号\n\n各单位要认真检查。\n"


def test_a_numbered_paper_is_fine_and_an_unnumbered_one_is_told():
    assert codes(PAPER) == []
    (finding,) = examined(PAPER.replace("张政办〔2026〕5号", ""), day=NOW)
    assert (finding.code, finding.line) == ("unnumbered", 1)


def test_several_papers_in_one():
    text = PAPER + "\n关于报送情况的函\n\n请于5日前报送。\n"
    (finding,) = examined(text, day=NOW)
    assert (finding.code, finding.line) == ("several-papers", 7)
    assert "关于报送情况的函" in finding.phrase.text()


def test_a_paper_that_is_only_quoted_is_no_paper_of_its_own():
    assert codes(PAPER + "根据《关于报送情况的函》，关于此事的通知另发。\n") == []

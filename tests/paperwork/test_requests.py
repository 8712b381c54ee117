# SPDX-License-Identifier: Apache-2.0
"""Sentences that ask for a form or a report, and sentences that only look so."""

import tomllib
from pathlib import Path

import pytest

from meetcost.paperwork.requests import Asked, requests_in

FORM, REPORT = Asked.FORM, Asked.REPORT


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("请各单位于12月5日前报送工作总结。", [REPORT]),
        ("各部门须在本周五前填报《预算执行情况表》。", [FORM]),
        ("请于会后3个工作日内将《整改方案》和《责任清单》报送督查室。", [REPORT, REPORT]),
        ("各村每月5日前上报台账。", [FORM]),
        ("由财务科负责，月底前提交测算报告。", [REPORT]),
        ("请填写问卷并于周三前反馈给办公室。", [FORM]),
        ("请各科室报送信息至党政办。", [REPORT]),
        ("无需报送书面材料。", []),
        ("该数据不再报送。", []),
        ("上月报告已于3日前报送。", []),
        ("不得要求重复填报。", []),
        ("会议听取了工作报告。", []),
        ("表彰先进，提交大会讨论。", []),
        ("Please submit the form by Friday.", [FORM]),
        ("Each chair must send a report to the clerk.", [REPORT]),
        ("AP Tomas: send the figures to Ann before 12 June", [REPORT]),
        ("Fill in the attached questionnaire no later than 3 May.", [FORM]),
        ("Departments are to return the completed spreadsheet within two weeks.", [FORM]),
        ("All teams provide a weekly status update.", [REPORT]),
        ("Please submit the form by Friday. Please submit the report by Monday.", [FORM, REPORT]),
        ("The report was submitted by Friday.", []),
        ("There is no need to submit a report by Friday.", []),
        ("We will complete the migration by Friday.", []),
        ("The report on submissions is due to be discussed.", []),
        ("Please send your regrets.", []),
        ("", []),
    ],
)
def test_sentence(text, asked):
    assert [request.asked for request in requests_in(text)] == asked


def test_the_line_and_the_sentence_are_told():
    (request,) = requests_in("# Actions\n\nNothing else.\n- Please submit the plan by 3 May; thank you.\n")
    assert (request.line, request.text) == (4, "- Please submit the plan by 3 May")


@pytest.mark.parametrize(
    ("name", "sentences", "found_at_least"),
    [("requests", 80, 0.95), ("requests_second", 160, 0.9), ("requests_third", 120, 0.7)],
)
def test_most_requests_are_counted_as_a_reader_does(name, sentences, found_at_least):
    """Hardly a sentence is taken for a request that is none. `docs/explanation/paperwork.md` tells of the sets."""
    counted = tomllib.loads((Path(__file__).parent / "data" / f"{name}.toml").read_text("utf-8"))["sentence"]
    assert len(counted) == sentences
    found = wanted = wrong = 0
    for one in counted:
        asked = [request.asked for request in requests_in(one["text"])]
        for kind, number in ((FORM, one["forms"]), (REPORT, one["reports"])):
            wanted += number
            found += min(asked.count(kind), number)
        wrong += bool(asked) and not one["forms"] + one["reports"]
    assert found >= found_at_least * wanted
    assert wrong <= 1

# SPDX-License-Identifier: Apache-2.0
"""Forms and reports that a text asks for: `请各单位于12月5日前报送…`, `please submit the form by Friday`.

They are counted from minutes and invites themselves; nobody is asked to fill in anything for it. A sentence asks when
it has a verb of handing in, says what (a form, a report) or until when, and neither denies it nor tells that it was
done. Sentences are looked at one by one, in time proportional to the text.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMIT: Final = 2_000_000
"""Characters of a text that are looked at."""
_LONG: Final = 600  # characters of a sentence; what is longer is cut there

_ENDS: Final = re.compile(r"[。！？；!?;\n]|\.(?=\s|$)")

_VERB_ZH: Final = re.compile(
    r"报送|上报|呈报|填报|报备|提交|上交|交回|收齐|交至|送至|报至|报到|填写|反馈|提供|寄送|寄至|传真|发送|发至|上传|书面报告|[把将][^，,。]{2,30}送|向.{1,12}报告|"
    r"报.{0,12}(?:办公室|处|科|组|部|局|委|厅|院|政府)"
)
_OBJECT_ZH: Final = re.compile(
    r"表|报告|材料|总结|方案|清单|台账|数据|情况|信息|名单|计划|说明|意见|汇报|小结|回执|问卷"
)
_FORM_ZH: Final = re.compile(r"表(?!示|明|决|达|现|态|彰|扬|面|率)|填报|填写|问卷|回执|台账")
_DUE_ZH: Final = re.compile(
    r"(?:\d|[一二三四五六七八九十]|[日月周期天号底末时点]|下班|会)[^，,。]{0,6}?(?:之前|以前|前|内)|[每按][日周旬月季年]"
)
_ASKS_ZH: Final = re.compile(r"请|须|需|应|务必|要求|责成|由.{1,20}负责|必须|各.{1,8}(?:要|将|按)")
_NOT_ZH: Final = re.compile(
    r"无需|无须|不需|不再|不要求|不得|不必|免于|取消|停止|已(?:经)?(?:于)?[^，,。]{0,10}(?:报送|上报|提交|填报)|(?:报送|上报|提交|填报)了"
)
_TITLE: Final = re.compile(r"《[^《》]{1,60}》")

_VERB_EN: Final = re.compile(
    r"\b(?:submit|send(?: in| back)?|return|file|fill (?:in|out)|complete|report back|provide|hand in|turn in|upload|"
    r"e-?mail|supply|forward|deliver|circulate|prepare|draft|share|write up|compile|deadline for|requests)\b"
)
_OBJECT_EN: Final = re.compile(
    r"\b(?:forms?|reports?|templates?|spreadsheets?|questionnaires?|surveys?|summar(?:y|ies)|updates?|statements?|"
    r"figures|data|tables?|time ?sheets?|plans?|lists?|feedback|returns?|checklists?|estimates?|briefings?|"
    r"declarations?|worksheets?|papers?|notes?|registers?|findings|breakdowns?|overviews?|responses?|evidence|"
    r"accounts|assessments?|proposals?|inventor(?:y|ies)|logs?|schedules?|comments)\b|(?<=report) back\b"
)
_FORM_EN: Final = re.compile(
    r"\b(?:forms?|templates?|spreadsheets?|questionnaires?|surveys?|time ?sheets?|checklists?|"
    r"declarations?|worksheets?|tables?)\b|\bfill (?:in|out)\b"
)
_DUE_EN: Final = re.compile(
    r"\b(?:by|before|ahead of|no later than|not later than|until|within|due(?: on| by)?)\s+(?:\w+\s+){0,2}?"
    r"(?:\d|mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec|end|noon|close|cob|eod|"
    r"tomorrow|tonight|next|monday|midday|week|month|the meeting)|\b(?:at|for) the (?:\w+ )?meeting\b"
    r"|\b(?:every|each) (?:day|week|month|quarter|monday|tuesday|wednesday|thursday|friday)\b"
    r"|\b(?:weekly|monthly|quarterly)\b"
)
_ASKS_EN: Final = re.compile(
    r"\b(?:please|kindly|must|shall|should|asked to|required to|requested to|(?:is|are) to|needs? to|has to|have to)\b"
)
_NOT_EN: Final = re.compile(
    r"\b(?:no need to|not need to|needn't|need not|not required to|no longer|not have to|don't have to|must not|"
    r"do not|don't|was|were|has been|have been|had been|already)\b"
)


class Asked(Enum):
    """What is to be handed in."""

    FORM = "form"
    REPORT = "report"


class Request(NamedTuple):
    """One form or report that is asked for, with the sentence that asks and its 1-based line."""

    asked: Asked
    text: str
    line: int


def requests_in(text: str) -> tuple[Request, ...]:
    """Every form and report that `text` asks for, in order; a sentence that names two papers in 《》 asks for two."""
    return tuple(request for sentence, line in _sentences(text[:LIMIT]) for request in _asked(sentence, line))


def _sentences(text: str) -> Iterator[tuple[str, int]]:
    line, start = 1, 0
    for end in _ENDS.finditer(text):
        sentence = text[start : end.start()]
        if sentence.strip():
            yield sentence.strip()[:_LONG], line
        line += end[0] == "\n"
        start = end.end()
    if text[start:].strip():
        yield text[start:].strip()[:_LONG], line


def _asked(sentence: str, line: int) -> Iterator[Request]:
    if _VERB_ZH.search(sentence):
        if not _NOT_ZH.search(sentence) and _asks_zh(sentence):
            for part in _papers(sentence):
                yield Request(Asked.FORM if _FORM_ZH.search(part) else Asked.REPORT, sentence, line)
        return
    lower = sentence.lower()
    verb = _VERB_EN.search(lower)
    if verb is None or _NOT_EN.search(lower):
        return
    wanted = _OBJECT_EN.search(lower, verb.end() - len(" back"))
    if wanted is not None and (_DUE_EN.search(lower) or _ASKS_EN.search(lower, 0, verb.start())):
        yield Request(Asked.FORM if _FORM_EN.search(lower, verb.start()) else Asked.REPORT, sentence, line)


def _papers(sentence: str) -> Iterator[str]:
    """What is asked for: each clause with a verb and a paper, each title in it; the sentence if none has both."""
    clauses = [one for one in re.split(r"[，,]", sentence) if _VERB_ZH.search(one) and _OBJECT_ZH.search(one)]
    for clause in clauses or [sentence]:
        titles = _TITLE.findall(clause)
        filled = "填" if len(titles) == 1 and "填" in clause else ""
        yield from (f"{title}{filled and '填报'}" for title in titles) if titles else (clause,)


def _asks_zh(sentence: str) -> bool:
    due, wanted = _DUE_ZH.search(sentence), _OBJECT_ZH.search(sentence)
    return bool((due and wanted) or (_ASKS_ZH.search(sentence) and (wanted or due)))

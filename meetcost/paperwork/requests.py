# SPDX-License-Identifier: Apache-2.0
"""Forms and reports that a text asks for: `请各单位于12月5日前报送…`, `please submit the form by Friday`.

They are counted from minutes and invites themselves; nobody is asked to fill in anything for it. A sentence asks when
it has a verb of handing in, says what (a form, a report) or until when, and neither denies it nor tells that it was
done. Sentences are looked at one by one, in time proportional to the text.
"""

from __future__ import annotations

import re
import tomllib
from enum import Enum
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMIT: Final = 2_000_000
"""Characters of a text that are looked at."""
_LONG: Final = 600  # characters of a sentence; what is longer is cut there

_ENDS: Final = re.compile(r"[。！？；!?;\n]|\.(?=\s|$)")

_TITLE: Final = re.compile(r"《[^《》]{1,60}》")
_PASSIVE: Final = re.compile(r"\b(?:be|been|is|are) (?:\w+ )?$|\b(?:be|is|are) (?:\w+ )?\w+(?: up| out| from)?$")
_IT: Final = re.compile(r"\s+(?:it|them|this|these)\b")
_ANOTHER: Final = re.compile(
    r"(?:,|\b(?:and|plus|(?:together|along) with|as well as))(?: \w+)?? "
    r"(?:an?|the|their|its|any|separate) (?:[\w-]+ ){0,4}$"
)
_PHRASE: Final = re.compile(r"(?: (?!(?:to|for|by|with|on|in|from|at|and|or|it)\b)[\w-]+| of){0,3}")
_PAIR: Final = re.compile(
    r"(?P<one>[^，,。、《》]{1,20}(?:表|报告|总结|方案|清单|台账|分析|计划|说明|简报|名单|明细))(?:各?一份)?(?:和|及|以及|与|、)"
    r"(?P<other>[^，,。、和及与]{1,16}(?:表|报告|总结|方案|清单|台账|分析|计划|说明|简报|名单|建议))"
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


class _Words(NamedTuple):
    """What one language asks with."""

    verbs: re.Pattern[str]
    papers: re.Pattern[str]
    forms: re.Pattern[str]
    due: re.Pattern[str]
    asks: re.Pattern[str]
    denies: re.Pattern[str]


@lru_cache(maxsize=2)
def _words(language: Literal["en", "zh"]) -> _Words:
    content = files("meetcost.paperwork").joinpath("requests_words.toml").read_text(encoding="utf-8")
    one_of = r"(?<!\w)(?:{})(?!\w)" if language == "en" else "{}"
    return _Words(
        **{name: re.compile(one_of.format("|".join(some))) for name, some in tomllib.loads(content)[language].items()}
    )


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
    chinese, english = _words("zh"), _words("en")
    if chinese.verbs.search(sentence):
        if not chinese.denies.search(sentence) and _asks_zh(sentence):
            for part in _papers(sentence):
                yield Request(Asked.FORM if chinese.forms.search(part) else Asked.REPORT, sentence, line)
        return
    lower = sentence.lower()
    if english.denies.search(lower):
        return
    due = english.due.search(lower)
    for verb in english.verbs.finditer(lower):
        if due or english.asks.search(lower, 0, verb.end()):
            wanted = _wanted(lower, verb)
            if wanted:
                yield from (Request(asked, sentence, line) for asked in wanted)
                return


def _wanted(lower: str, verb: re.Match[str]) -> list[Asked]:
    """What is handed in: what stands behind the verb, or before it where it is passive or says `it`."""
    papers, forms = _words("en").papers, _words("en").forms
    found = list(papers.finditer(lower, verb.end() - len(" back")))
    if not found and (_PASSIVE.search(lower, 0, verb.end()) or _IT.match(lower, verb.end())):
        found = list(papers.finditer(lower, 0, verb.start()))[-1:]
    if not found and verb[0].startswith("have "):
        found = list(papers.finditer(lower, verb.start()))[:1]
    kinds, since = list[Asked](), verb.start()
    for one in found:
        if not kinds or _ANOTHER.search(lower, since, one.start()):
            phrase = _PHRASE.match(lower, one.end())
            end = phrase.end() if phrase is not None else one.end()
            form = forms.search(lower, one.start() if kinds else since, end)
            kinds.append(Asked.FORM if form is not None else Asked.REPORT)
        since = one.end()
    return kinds


def _papers(sentence: str) -> Iterator[str]:
    """What is asked for: each clause with a verb and a paper, each title in it; the sentence if none has both."""
    words = _words("zh")
    clauses = [one for one in re.split(r"[，,]", sentence) if words.verbs.search(one) and words.papers.search(one)]
    for clause in clauses or [sentence]:
        titles = _TITLE.findall(clause)
        pair = None if titles else _PAIR.search(clause)
        if pair is not None:
            yield from (pair["one"], pair["other"])
            continue
        filled = "填" if len(titles) == 1 and "填" in clause else ""
        yield from (f"{title}{filled and '填报'}" for title in titles) if titles else (clause,)


def _asks_zh(sentence: str) -> bool:
    words = _words("zh")
    due, wanted = words.due.search(sentence), words.papers.search(sentence)
    return bool((due and wanted) or (words.asks.search(sentence) and (wanted or due)))

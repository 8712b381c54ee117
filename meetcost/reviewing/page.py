# SPDX-License-Identifier: Apache-2.0
"""The page of one request, as HTML. It says what the books hold, which name nobody."""

from __future__ import annotations

from base64 import b64encode
from functools import cache, partial
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from meetcost.model.waiver import GROUNDS
from meetcost.words.say import say, say_count

if TYPE_CHECKING:
    from jinja2 import Template

    from meetcost.ledger.steps import Standing
    from meetcost.words.say import Language

_STYLE: Final = (
    "body{font:1.05rem/1.5 system-ui,sans-serif;margin:0;padding:1.5rem}main{max-width:38rem;margin:auto}"
    "dt{font-weight:600;margin-top:.6rem}dd{margin:0}label{display:block;margin:1rem 0}"
    "input,textarea{display:block;width:100%;box-sizing:border-box;font:inherit;padding:.4rem}"
    "button{font:inherit;padding:.5rem 1.2rem}"
)
POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{b64encode(sha256(_STYLE.encode()).digest()).decode()}'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""The Content-Security-Policy of the page."""
_HTML_LANG: Final = {"en": "en", "zh": "zh-CN"}
_DECIDED: Final = {"granted": "It is granted.", "refused": "It is refused."}


def request_page(request: Standing, language: Language, mistake: str = "") -> str:
    """What is asked for, and the form that decides it; `mistake` says what was wrong with the last answer."""
    row = request.row
    people = say_count(row.attendees or 0, "{count} person", "{count} people", language)
    facts = [
        (say("On what ground", language), [say(GROUNDS[row.klass], language)] if row.klass else []),
        (say("Reason", language), [row.reason]),
        (say("Against the rules", language), list(row.rules) or [say("all rules", language)]),
        (say("When", language), [f"{_time(start)} – {_time(end)}" for start, end in row.spans]),
        (say("Most people", language), [people]),
        (say("Holds until", language), [_time(row.expires)] if row.expires else []),
    ]
    title = say("A meeting to be approved, request {number}", language, number=request.number)
    return _page(language, title, mistake, [one for one in facts if one[1]], asks=True)


def decided_page(request: Standing, language: Language) -> str:
    """The request was decided."""
    title = say("A meeting to be approved, request {number}", language, number=request.number)
    return _page(language, title, say(_DECIDED[request.row.state], language))


def nothing_page(language: Language) -> str:
    """There is nothing to decide by this link."""
    told = say("It was used, is too old, or never was one; or the request has been decided already.", language)
    return _page(language, say("This link does not hold", language), told)


def _page(
    language: Language,
    title: str,
    told: str,
    facts: list[tuple[str, list[str]]] | None = None,
    *,
    asks: bool = False,
) -> str:
    return _template().render(
        html_lang=_HTML_LANG[language],
        title=title,
        style=_STYLE,
        told=told,
        facts=facts or [],
        asks=asks,
        t=partial(_said, language),
    )


def _said(language: Language, text: str) -> str:
    return say(text, language)


def _time(stamp: str) -> str:
    """UTC text, easier to read."""
    return stamp.replace("T", " ").removesuffix("Z") + " UTC"


@cache
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - heavy

    loader = PackageLoader("meetcost.reviewing", "templates")
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return environment.get_template("review.html")

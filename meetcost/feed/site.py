# SPDX-License-Identifier: Apache-2.0
"""One language of the site: where its pages lie, and how a template becomes one.

English stands at the root of the folder, Chinese below `zh/`. All links within are relative, so that the folder can lie
anywhere.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from meetcost.feed.totals import days_of, months
from meetcost.feed.wording import Wording

if TYPE_CHECKING:
    from datetime import date

    from jinja2 import Environment

    from meetcost.feed.publication import Entry, Publication
    from meetcost.words.say import Language

_FOLDER: Final[dict[str, str]] = {"en": "", "zh": "zh/"}
_HTML_LANG: Final[dict[str, str]] = {"en": "en", "zh": "zh-CN"}
_NAME: Final[dict[str, str]] = {"en": "English", "zh": "中文"}
_OTHER: Final[dict[str, Language]] = {"en": "zh", "zh": "en"}


class Page(NamedTuple):
    """Where a page lies, and the way from it: to the root, to the first page in its language, to the other language."""

    name: str
    html_lang: str
    root: str
    home: str
    other: str
    other_html_lang: str
    other_name: str


class Month(NamedTuple):
    """A page that lists the meetings of a month."""

    slug: str
    name: str


class Site:
    """A publication in one language."""

    def __init__(self, publication: Publication, language: Language) -> None:
        self.publication = publication
        self.language = language
        self.wording = Wording(language, publication.currency, publication.zone)
        self.folder = _FOLDER[language]
        self.first, self.last = days_of(publication)
        self.by_month: dict[date, list[Entry]] = months(publication)
        self.ids = frozenset(entry.id for entry in publication.entries)
        as_of = publication.as_of.astimezone(publication.zone.tzinfo)
        self._shared = {
            "body": publication.body,
            "period": self.wording.period(self.first, self.last),
            "contact": publication.contact,
            "priced": publication.currency is not None,
            "as_of": f"{self.wording.day(as_of.date())} {as_of:%H:%M}",
            "zone": publication.zone.name,
            "months": [Month(f"{month:%Y-%m}", self.wording.month(month)) for month in self.by_month],
            "first_month": f"{next(iter(self.by_month)):%Y-%m}" if self.by_month else "",
        }

    @property
    def period(self) -> str:
        """The window, as people say it."""
        return str(self._shared["period"])

    def page(self, path: str, name: str) -> Page:
        """The place of `path`, which is relative to the folder of the language."""
        up = "../" * path.count("/")
        other = _OTHER[self.language]
        root = up + "../" * self.folder.count("/")
        return Page(
            name,
            _HTML_LANG[self.language],
            root,
            up,
            f"{root}{_FOLDER[other]}{path}",
            _HTML_LANG[other],
            _NAME[other],
        )

    def render(self, template: str, path: str, name: str, **context: Any) -> tuple[str, bytes]:
        """(path in the folder, octets) of a page."""
        html = (
            environment()
            .get_template(template)
            .render(t=self.wording.t, page=self.page(path, name), site=self._shared, **context)
        )
        return f"{self.folder}{path}", html.encode("utf-8")


@cache
def environment() -> Environment:
    """The templates, with everything escaped that is not marked as HTML; a name that is missing is an error."""
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - heavy

    return Environment(
        loader=PackageLoader("meetcost.feed", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def meeting_path(id_: str) -> str:
    """The page of a meeting, relative to the folder of a language; ids are ours, so it is safe as a file name."""
    return f"m/{id_}.html"

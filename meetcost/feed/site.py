# SPDX-License-Identifier: Apache-2.0
"""One language of the site: where its pages lie, and how a template becomes one.

English stands at the root of the folder, Chinese below `zh/`. All links within are relative, so that the folder can lie
anywhere.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from markupsafe import escape

from meetcost.feed.totals import days_of, months
from meetcost.feed.wording import Wording

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from jinja2 import Environment

    from meetcost.feed.publication import Entry, Publication
    from meetcost.words.say import Language

_FOLDER: Final[dict[str, str]] = {"en": "", "zh": "zh/"}
_HOLE: Final = "\0"
_HTML_LANG: Final[dict[str, str]] = {"en": "en", "zh": "zh-CN"}
_NAME: Final[dict[str, str]] = {"en": "English", "zh": "中文"}
_OTHER: Final[dict[str, Language]] = {"en": "zh", "zh": "en"}


class Page(NamedTuple):
    """Where a page lies: the way from it to the root, and to the first page in its language."""

    name: str
    root: str
    home: str


class Month(NamedTuple):
    """A page that lists the meetings of a month."""

    slug: str
    name: str


class Site:
    """A publication in one language; `by_month` is `months(publication)`, if that has been worked out."""

    def __init__(
        self, publication: Publication, language: Language, by_month: Mapping[date, Sequence[Entry]] | None = None
    ) -> None:
        self.publication = publication
        self.language = language
        self.wording = Wording(language, publication.currency, publication.zone)
        self.folder = _FOLDER[language]
        self.first, self.last = days_of(publication)
        self.by_month = by_month if by_month is not None else months(publication)
        self.ids = frozenset(entry.id for entry in publication.entries)
        as_of = publication.as_of.astimezone(publication.zone.tzinfo)
        other = _OTHER[language]
        self._frames: dict[Page, list[str]] = {}
        self._shared = {
            "html_lang": _HTML_LANG[language],
            "other_html_lang": _HTML_LANG[other],
            "other_name": _NAME[other],
            "body": publication.body,
            "period": self.wording.period(self.first, self.last),
            "contact": publication.contact,
            "priced": publication.currency is not None,
            "as_of": f"{self.wording.day(as_of.date())} {as_of:%H:%M}",
            "zone": publication.zone.name,
            "months": [Month(f"{month:%Y-%m}", self.wording.month(month)) for month in self.by_month],
        }

    @property
    def period(self) -> str:
        """The window, as people say it."""
        return str(self._shared["period"])

    def render(self, template: str, path: str, title: str, /, **context: Any) -> tuple[str, bytes]:
        """(path in the folder, octets) of a page; `path` is relative to the folder of the language."""
        page = self._page(template, path)
        main = environment().get_template(f"{template}.html")
        html = main.render(t=self.wording.t, page=page, site=_of_frame(self._shared, template), **context)
        return f"{self.folder}{path}", self._framed(page, title, path, html).encode("utf-8")

    def frame(self, template: str, path: str) -> list[str]:
        """What stands around the pages of a kind in the folder of `path`: all that they take from the publication."""
        return self._frame(self._page(template, path))

    def _page(self, template: str, path: str) -> Page:
        home = "../" * path.count("/")
        return Page(template, home + "../" * self.folder.count("/"), home)

    def _framed(self, page: Page, title: str, path: str, main: str) -> str:
        """`main` in the frame of the site, which is the same for all pages of one kind but for three places."""
        other = f"{page.root}{_FOLDER[_OTHER[self.language]]}{path}"
        before, link, nav, head, after = self._frame(page)
        return "".join((before, escape(title), link, other, nav, other, head, main, after))

    def _frame(self, page: Page) -> list[str]:
        frame = self._frames.get(page)
        if frame is None:
            shared = _of_frame(self._shared, page.name)
            words = {"t": self.wording.t, "page": page, "site": shared, "hole": _HOLE}
            frame = self._frames[page] = environment().get_template("frame.html").render(words).split(_HOLE)
        return frame


_UNDATED: Final = frozenset({"meeting", "list"})
"""Pages that do not say as of when: there are thousands, and all would be new whenever the folder is written."""


def _of_frame(shared: dict[str, Any], template: str) -> dict[str, Any]:
    return {**shared, "as_of": ""} if template in _UNDATED else shared


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

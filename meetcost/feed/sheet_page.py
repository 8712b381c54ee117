# SPDX-License-Identifier: Apache-2.0
"""The monthly sheet as one HTML file to print: its style stands in it, and it asks nobody for anything."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from meetcost.feed.site import environment

if TYPE_CHECKING:
    from meetcost.feed.sheet import Sheet, SheetRow

_HTML_LANG: Final = {"en": "en", "zh": "zh-CN"}


def sheet_page(sheet: Sheet) -> bytes:
    """The octets of the file, UTF-8. Its Content-Security-Policy allows that one style by its hash (CSP3 §2.3.1)."""
    style = _style()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    html = (
        environment()
        .get_template("sheet.html")
        .render(
            t=sheet.words.t,
            html_lang=_HTML_LANG[sheet.language],
            sheet=sheet,
            rows=[_cells(row, sheet) for row in sheet.rows],
            total=_cells(sheet.total, sheet),
            style=Markup(style),  # noqa: S704 - a file of the package
            style_hash=f"sha256-{digest}",
        )
    )
    return html.encode("utf-8")


@cache
def _style() -> str:
    return (resources.files("meetcost.feed") / "assets" / "sheet.css").read_text("utf-8")


def _cells(row: SheetRow, sheet: Sheet) -> dict[str, object]:
    words = sheet.words
    numbers = [f"{row.people:,}", words.fixed_hours(row.seconds)]
    if sheet.priced:
        numbers += [words.bare_money(row.minor), words.bare_money(row.cash)]
    return {**row._asdict(), "numbers": numbers}

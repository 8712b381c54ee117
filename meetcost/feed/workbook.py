# SPDX-License-Identifier: Apache-2.0
"""The monthly sheet as a workbook (Office Open XML): numbers are numbers, texts are texts and never formulas.

Needs the extra `xlsx`. The totals are `SUM` formulas over the rows, with their values beside them for programs that
compute nothing. An amount beyond 15 digits, which a cell cannot hold exactly, stands as text, and its total with it.
"""

from __future__ import annotations

import io
from datetime import UTC
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from meetcost.values.money import Money

if TYPE_CHECKING:
    from datetime import datetime

    from meetcost.feed.sheet import Sheet, SheetRow

_WIDTHS: Final = (6, 38, 18, 22, 34, 11, 13, 17, 15)
_HEADER: Final = 2
"""The line of the column names, from nought: title, body, names."""
_TEXTS: Final = 5
_MOST_EXACT: Final = 10**15
_LONGEST: Final = 31


def workbook(sheet: Sheet, *, name: str, as_of: datetime) -> bytes:
    """The octets of the file; the same sheet gives the same. `name` is that of its tab, `as_of` when it was made."""
    from xlsxwriter import Workbook  # noqa: PLC0415 - an extra

    file = io.BytesIO()
    never = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = Workbook(file, {"in_memory": True, **never})
    created = as_of.astimezone(UTC).replace(tzinfo=None)
    book.set_properties({"title": sheet.title, "company": sheet.body, "author": sheet.body, "created": created})
    page = book.add_worksheet(name[:_LONGEST])
    look = _Formats(book, sheet)
    for column in range(len(sheet.columns)):
        page.set_column(column, column, _WIDTHS[column])
    page.write_string(0, 0, sheet.title, look.title)
    page.write_string(1, 0, sheet.body, look.soft)
    for column, text in enumerate(sheet.columns):
        page.write_string(_HEADER, column, text, look.head)
    for at, row in enumerate(sheet.rows, _HEADER + 1):
        _write(page, at, row, sheet, look)
    end = _HEADER + 1 + len(sheet.rows)
    _write_total(page, end, sheet, look)
    for at, note in enumerate(sheet.notes, end + 2):
        page.write_string(at, 1, note, look.soft)
    page.freeze_panes(_HEADER + 1, 2)
    if sheet.rows:
        page.autofilter(_HEADER, 0, end - 1, len(sheet.columns) - 1)
    page.repeat_rows(_HEADER)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.set_footer("&C&P / &N")
    book.close()
    return file.getvalue()


class _Formats:
    """How cells look; `quote_prefix` keeps a text a text when somebody edits it."""

    def __init__(self, book: Any, sheet: Sheet) -> None:
        currency = sheet.words.currency
        digits = Money.from_minor(0, currency).amount if currency is not None else Decimal(0)
        places = -int(digits.as_tuple().exponent)
        money = "#,##0" + ("." + "0" * places if places else "")
        wrap = {"text_wrap": True, "valign": "top", "border": 1, "quote_prefix": True}
        number = {"valign": "top", "border": 1}
        self.title = book.add_format({"bold": True, "font_size": 14, "quote_prefix": True})
        self.soft = book.add_format({"font_color": "#575d65", "quote_prefix": True})
        self.head = book.add_format({**wrap, "bold": True, "bg_color": "#e9f1f1", "valign": "bottom"})
        self.text = book.add_format(wrap)
        self.numbers = [book.add_format({**number, "num_format": form}) for form in ("#,##0", "#,##0.00", money, money)]
        self.total_text = book.add_format({**wrap, "bold": True, "top": 2})
        self.totals = [
            book.add_format({**number, "bold": True, "top": 2, "num_format": form})
            for form in ("#,##0", "#,##0.00", money, money)
        ]


def _figures(row: SheetRow, sheet: Sheet) -> list[int | float | str]:
    """Headcount, hours, money: numbers, or text where a number could not hold it."""
    figures: list[int | float | str] = [row.people, row.seconds / 3600]
    currency = sheet.words.currency
    if currency is None:
        return figures
    for minor in (row.minor, row.cash):
        amount = Money.from_minor(minor or 0, currency).amount
        figures.append(float(amount) if abs(minor or 0) < _MOST_EXACT else f"{amount:f}")
    return figures


def _write(page: Any, at: int, row: SheetRow, sheet: Sheet, look: _Formats) -> None:
    page.write_number(at, 0, row.number, look.numbers[0])
    for column, text in enumerate((row.name, row.content, row.called_by, row.when), 1):
        page.write_string(at, column, text, look.text)
    for column, (figure, form) in enumerate(zip(_figures(row, sheet), look.numbers, strict=False), _TEXTS):
        if isinstance(figure, str):
            page.write_string(at, column, figure, look.text)
        else:
            page.write_number(at, column, figure, form)


def _write_total(page: Any, at: int, sheet: Sheet, look: _Formats) -> None:
    from xlsxwriter.utility import xl_range  # noqa: PLC0415 - an extra

    total = sheet.total
    for column, text in enumerate(("", total.name, "", "", total.when)):
        page.write_string(at, column, text, look.total_text)
    for column, (figure, form) in enumerate(zip(_figures(total, sheet), look.totals, strict=False), _TEXTS):
        if isinstance(figure, str):
            page.write_string(at, column, figure, look.total_text)
        elif sheet.rows:
            page.write_formula(at, column, f"=SUM({xl_range(_HEADER + 1, column, at - 1, column)})", form, figure)
        else:
            page.write_number(at, column, 0, form)

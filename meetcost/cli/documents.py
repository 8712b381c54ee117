# SPDX-License-Identifier: Apache-2.0
"""The documents that are asked about, one after the other, as text."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from meetcost.cli.inputs import FileKind, opened
from meetcost.cli.pdf import text_of_pdf
from meetcost.errors import UsageError
from meetcost.paperwork.documents import SUFFIXES, DocumentError, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from meetcost.cli.shell import Shell

_PDF: Final = ".pdf"
DOCUMENTS: Final = FileKind("document", (*SUFFIXES, _PDF))


def documents(shell: Shell, files: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(name, text) of each of `files`, and of what lies below them; what gives no text is told, the rest goes on."""
    for source, octets in opened(files, shell.unreadable, DOCUMENTS):
        try:
            pdf = source.name.lower().endswith(_PDF)
            yield source.name, text_of_pdf(octets) if pdf else text_of(octets, source.name)
        except DocumentError as error:
            shell.unreadable(source.name, error.problem)


def day_named(text: str | None) -> date | None:
    """The day of `--day` or `--since`."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError("`{text}` is no day; write it as 2026-12-10", text=text) from None

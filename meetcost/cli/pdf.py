# SPDX-License-Identifier: Apache-2.0
"""PDFs, read in a process of their own that is ended when one takes too long or too much."""

from __future__ import annotations

from contextlib import suppress
from importlib.util import find_spec
from multiprocessing import get_context
from typing import TYPE_CHECKING, Final

from meetcost.errors import Problem
from meetcost.paperwork.documents import MOST_OCTETS, DocumentError
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

_SECONDS: Final = 30
_MEMORY: Final = 1024 * 1024 * 1024


def text_of_pdf(octets: bytes) -> str:
    """The text of a PDF within 30 seconds and a gigabyte; `DocumentError` if it cannot be had so."""
    if find_spec("pypdf") is None:
        raise _error("needs the extra `pdf`", 'pip install "meetcost[pdf]"')
    if len(octets) > MOST_OCTETS:
        raise _error(Sentence.of("is larger than {most:,} octets", most=MOST_OCTETS))
    spawning = get_context("spawn")
    receiving, sending = spawning.Pipe(duplex=False)
    process = spawning.Process(target=_read, args=(sending, octets), daemon=True)
    process.start()
    sending.close()
    try:
        if not receiving.poll(_SECONDS):
            raise _error(Sentence.of("is not read within {most} seconds", most=_SECONDS), "give its original")
        found = receiving.recv()
    except EOFError:
        raise _error("takes more memory than is allowed", "give its original") from None
    finally:
        process.kill()
        process.join()
        receiving.close()
    if isinstance(found, Problem):
        raise DocumentError(found)
    return str(found)


def _read(sending: Connection, octets: bytes) -> None:
    from meetcost.paperwork.pdf import pdf_text  # noqa: PLC0415 - in the other process

    with suppress(ImportError, ValueError, OSError):  # no such limit on Windows
        import resource  # noqa: PLC0415 - as just said

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    try:
        sending.send(pdf_text(octets))
    except DocumentError as error:
        sending.send(error.problem)


def _error(message: str, advice: str = "") -> DocumentError:
    return DocumentError(Problem("document-pdf", message, advice=advice))

# SPDX-License-Identifier: Apache-2.0
"""PDFs as a browser prints them, against what a person counted in the documents they were printed from."""

from __future__ import annotations

import random
import tomllib
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from meetcost.cli.documents import documents
from meetcost.cli.pdf import text_of_pdf
from meetcost.cli.shell import Shell
from meetcost.paperwork.documents import MOST_OCTETS, DocumentError
from meetcost.paperwork.minutes import measure
from meetcost.paperwork.pdf import paragraphs, pdf_text
from meetcost.paperwork.requests import Asked, requests_in

DATA = Path(__file__).parent / "data"
FILES = sorted((DATA / "documents" / "pdf").glob("*.pdf"))
COUNTED = {
    case["file"].rpartition(".")[0]: case
    for case in tomllib.loads((DATA / "documents.toml").read_text("utf-8"))["document"]
}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_lengths_and_requests_are_those_counted_by_hand(file: Path) -> None:
    """Two of them have a running head and foot on several pages."""
    text, case = pdf_text(file.read_bytes()), COUNTED[file.stem]
    measured, asked = measure(text), [request.asked for request in requests_in(text)]
    for found, counted in ((measured.words, case["words"]), (measured.characters, case["characters"])):
        assert abs(found - counted) <= 0.05 * (case["words"] + case["characters"])
    assert measured.attendees == case.get("attendees")
    assert (asked.count(Asked.FORM), asked.count(Asked.REPORT)) == (case["forms"], case["reports"])


def test_characters_are_those_meant_and_not_radicals() -> None:
    text = pdf_text((DATA / "documents" / "pdf" / "镇长办公会.pdf").read_bytes())
    assert "青石镇人民政府镇长办公会议纪要" in text


def test_the_command_reads_it_in_a_process_of_its_own(tmp_path: Path) -> None:
    copy = tmp_path / "Minutes.PDF"
    copy.write_bytes(FILES[0].read_bytes())
    ((_, text),) = documents(Shell(), [str(copy)])
    assert text == pdf_text(FILES[0].read_bytes())


def _pdf(objects: list[bytes]) -> bytes:
    """A PDF of these objects, the first of which is the catalogue."""
    out = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1) + table + end


CATALOGUE = b"<</Type/Catalog/Pages 2 0 R>>"


def test_what_has_no_text_says_so() -> None:
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"
    with pytest.raises(DocumentError, match="no text in it; it may be scanned"):
        pdf_text(_pdf([CATALOGUE, b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page]))
    with pytest.raises(DocumentError, match="is no PDF"):
        pdf_text(b"Minutes of the meeting")
    with pytest.raises(DocumentError, match="larger than"):
        text_of_pdf(b"%PDF-" + bytes(MOST_OCTETS))


def test_one_that_asks_for_too_much_memory_is_ended() -> None:
    """A gigabyte and a half of spaces, packed twice into some kilobytes."""
    packed = zlib.compressobj(9)
    spaces = bytes([32]) * (1 << 20)
    once = b"".join([*(packed.compress(spaces) for _ in range(1536)), packed.flush()])
    content = zlib.compress(once, 9)
    stream = b"<</Length %d/Filter[/FlateDecode/FlateDecode]>>stream\n%b\nendstream" % (len(content), content)
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>"
    bomb = _pdf([CATALOGUE, b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page, stream])
    assert len(bomb) < 100_000
    with pytest.raises(DocumentError):
        text_of_pdf(bomb)


def test_damaged_files_give_a_text_or_an_error() -> None:
    chance = random.Random(7)
    whole = FILES[0].read_bytes()
    for _ in range(60):
        damaged = bytearray(whole)
        at = chance.randrange(len(damaged))
        if chance.random() < 0.5:
            del damaged[at : at + chance.randint(1, 2000)]
        else:
            damaged[at : at + 20] = chance.randbytes(20)
        with suppress(DocumentError):
            assert pdf_text(bytes(damaged))


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        ([["Minutes 1", "It is so.", "A line as wide as the page"], ["Minutes 2", "goes on."]], [
            "It is so.", "A line as wide as the page goes on."]),
        ([["预算已经讨论，决定下次会议再", "议。"]], ["预算已经讨论，决定下次会议再议。"]),
        ([["A line as long as the page is wide and", "more of it.", "Next."]], [
            "A line as long as the page is wide and more of it.", "Next."]),
        ([["The north-", "east of the town."]], ["The northeast of the town."]),
        ([["1. First item of the list", "2. Second item of the list"]], [
            "1. First item of the list", "2. Second item of the list"]),
        ([["第 3 页 共 5 页", "Page 3 of 5", "- 3 -", "3/5"]], []),
    ],
)  # fmt: skip
def test_lines_become_paragraphs(pages: list[list[str]], expected: list[Any]) -> None:
    assert list(paragraphs(pages)) == expected

# SPDX-License-Identifier: Apache-2.0
"""Documents of every kind, against what a person counted in them."""

import io
import tomllib
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetcost.paperwork.documents import (
    MOST_LINES,
    MOST_MARKDOWN,
    MOST_OCTETS,
    MOST_TEXT,
    SUFFIXES,
    DocumentError,
    decoded,
    text_of,
)
from meetcost.paperwork.minutes import count, measure
from meetcost.paperwork.requests import Asked, requests_in
from meetcost.paperwork.volume import examined

DATA = Path(__file__).parent / "data"
FOLDER = DATA / "documents"
CASES = tomllib.loads((DATA / "documents.toml").read_text("utf-8"))["document"]


@pytest.fixture(params=CASES, ids=lambda case: case["file"])
def case(request):
    return request.param


@pytest.fixture
def text(case):
    return text_of((FOLDER / case["file"]).read_bytes(), case["file"])


def test_lengths_are_within_five_per_cent_of_a_hand_count(case, text):
    measured = measure(text)
    for found, counted in ((measured.words, case["words"]), (measured.characters, case["characters"])):
        assert abs(found - counted) <= 0.05 * max(counted, case["words"] + case["characters"])
    assert measured.unit == ("characters" if case["characters"] > case["words"] else "words")


def test_people_on_the_lists_are_counted(case, text):
    assert measure(text).attendees == case.get("attendees")


def test_forms_and_reports_are_those_counted_by_hand(case, text):
    asked = [request.asked for request in requests_in(text)]
    assert (asked.count(Asked.FORM), asked.count(Asked.REPORT)) == (case["forms"], case["reports"])


def test_findings_are_those_a_reader_has(case, text):
    assert [finding.code for finding in examined(text, day=date(2026, 6, 1))] == case["findings"]


def test_the_hand_count_is_that_of_the_body_beside_it(case):
    """Words by white space alone, as the README says, and not by the code under test."""
    body = (FOLDER / "body" / f"{case['file']}.txt").read_text("utf-8")
    characters = sum("\u4e00" <= one <= "\u9fff" for one in body)
    spaced = "".join(" " if "\u4e00" <= one <= "\u9fff" else one for one in body)
    words = [word for word in spaced.split() if any(one.isascii() and one.isalnum() for one in word)]
    assert (len(words), characters) == (case["words"], case["characters"])


def test_every_document_has_its_count():
    assert {path.name for path in FOLDER.iterdir() if path.is_file()} == {case["file"] for case in CASES}


@pytest.mark.parametrize(
    ("text", "characters", "words"),
    [
        ("", 0, 0),
        ("It's a well-known fact: 3.5 % of e-mails.", 0, 7),
        ("会议于9:30开始，用时1.5小时。", 9, 2),
        ("see https://example.org/a/b?c=d and www.example.com.", 0, 2),
        ("—— ** ·· ——", 0, 0),
    ],
)
def test_words_and_characters(text, characters, words):
    assert count(text) == (characters, words)


@pytest.mark.parametrize(
    ("text", "people", "words"),
    [
        ("Attendees:\n- Ann\n- Bob\n\n- We decided to keep the counter open.\n- Nothing else.", 2, 9),
        ("Attendees\n\nAnn Lee, Bob Ito\nCleo Roux\n\nWe met and agreed.", 3, 4),
        ("Present: Ann, Bob,\nCleo\nWe met.", 3, 2),
        ("## Present\n\n1. Ann\n2. Bob\n\n## Budget\n\nShort.", 2, 2),
        ("Chair: Ann\nPresent: Ann, Bob\nMeeting went well", 2, 3),
        ("Apologies: Eve\n\nText here", None, 2),
        ("出席：甲、乙\n列席：丙\n\n会议同意。", 3, 0),
    ],
)
def test_lists_of_people_end_where_they_do(text, people, words):
    measured = measure(text)
    assert (measured.attendees, measured.words) == (people, words)


def test_markdown_is_read_as_it_is_shown():
    text = text_of(
        b"---\ntitle: front matter\n---\n# Plan\n\nSome **bold** [link](https://x.example/long/way) ~~gone~~\n"
        b"<!-- hidden words here -->\n\n```\ncode counts\n```\n",
        "a.md",
    )
    assert count(text) == (0, 7)  # Plan Some bold link gone code counts


def test_html_shows_no_scripts_styles_or_navigation():
    octets = b"<html><head><style>p{}</style></head><nav>a b c</nav><p>one&nbsp;two<br>three</p><script>x y</script>"
    assert count(text_of(octets, "a.html")) == (0, 3)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a<!-- b --></p><p>c</p>", "a c"),
        ("<p>a</p><!--><p>b</p>", "a b"),
        ("<p>a</p><!---><p>b</p>", "a b"),
        ("<p>a</p><!-- x --!><p>b</p>", "a b"),
        ("<script>var x='<!--';</script><p>visible</p>", "visible"),
        ("<p title='<!--'>a</p><p>b</p>", "a b"),
    ],
)
def test_only_what_is_a_comment_is_left_out(html: str, text: str) -> None:
    assert text_of(html.encode(), "minutes.html").split() == text.split()


def test_a_tag_that_never_ends_is_text():
    assert text_of(b"<p>a</p>b < c", "a.html").split("\n")[-1].strip() == "b < c"


def test_deleted_text_of_a_word_document_is_not_counted():
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    body = f"<w:document {space}><w:body><w:p><w:r><w:t>kept words</w:t></w:r>"
    body += "<w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p></w:body></w:document>"
    assert text_of(_word(body.encode()), "a.docx") == "kept words"


def _word(content: bytes, name: str = "word/document.xml") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("octets", "name", "code"),
    [
        (b"", "minutes.pdf", "document-kind"),
        (b"", "minutes", "document-kind"),
        (b"PK\x03\x04 no zip", "a.docx", "document-word"),
        (_word(b"<w/>", "other.xml"), "a.docx", "document-word"),
        (_word(b"<unclosed>"), "a.docx", "document-word"),
        (_word(b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'), "a.docx", "document-word"),
        (_word(b" " * (MOST_OCTETS + 1)), "a.docx", "document-size"),
        (b"a" * (MOST_TEXT + 1), "a.txt", "document-size"),
        (b"a" * (MOST_MARKDOWN + 1), "a.md", "document-size"),
        (b"- a\n" * (MOST_LINES + 1), "a.markdown", "document-size"),
        (b"<p>a</p><![<b>", "a.html", "document-html"),
        (b"\x00\x01\x02", "a.txt", "document-encoding"),
        (b"\xff\xff\xff", "a.txt", "document-encoding"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_gives_no_text_says_why(octets, name, code):
    with pytest.raises(DocumentError) as caught:
        text_of(octets, name)
    assert caught.value.problem.code == code
    assert str(caught.value)


def test_chinese_encodings():
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        assert decoded("会议纪要".encode(encoding)) == "会议纪要"


@given(st.binary(max_size=600), st.sampled_from(SUFFIXES))
def test_any_octets_give_a_text_or_a_document_error(octets, suffix):
    try:
        text = text_of(octets, f"a{suffix}")
    except DocumentError:
        return
    measured = measure(text)
    assert measured.words >= 0
    requests_in(text)
    examined(text, day=date(2026, 1, 1))


@given(st.text(alphabet="会议请于日前报送表，。《》 \n#-:*|abc12", max_size=300))
def test_any_text_is_measured(text):
    measured = measure(text)
    assert measured.length == measured.characters + measured.words
    assert measured.length <= sum(count(text))


@pytest.mark.parametrize(
    "text",
    ["<!--", "*", "[", "a ", "1", "<a b=", "<a b='", "- ", "Present: a,", "<", "&", "`", "| ", "请于日前报送表"],
    ids=repr,
)
@pytest.mark.parametrize("suffix", [".txt", ".md", ".html"])
def test_work_does_not_grow_with_the_square_of_a_hostile_text(text, suffix, count_calls):
    """Calls, C functions among them; a regular expression that goes wild hangs the test instead."""

    def work(text):
        measured = text_of(text.encode(), f"a{suffix}")
        measure(measured)
        requests_in(measured)
        examined(measured, day=date(2026, 1, 1))

    few, many = (count_calls(work, text * n + "x") for n in (500, 5000))
    assert many < 15 * few + 5000


def test_a_long_text_takes_time_in_proportion(count_calls):
    """Ten times the text, at most about ten times the work."""
    block = "- Present: A, B\n会议要求各单位于5月4日前报送材料，并填写《甲表》。\nPlease submit the form by Friday.\n"
    few, many = (count_calls(lambda text: (measure(text), requests_in(text)), block * n) for n in (20, 200))
    assert many < 15 * few

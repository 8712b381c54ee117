# SPDX-License-Identifier: Apache-2.0
"""The HTML copies of a description: what a program shows instead of it holds our text, too."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ics_making import event

from meetcost.ics.content import split_line, unescape
from meetcost.ics.markers import Markers
from meetcost.ics.read import read, read_stream
from meetcost.ics.write import Addition, attach, detach
from meetcost.model.meeting import Meeting
from meetcost.model.moment import Moment, local_seconds

MARKERS = (Markers("-- meeting cost (added automatically) --", "-- end --"), Markers("—— 会议成本 ——", "—— 以上 ——"))
TEXT = Addition((), ("13.5 person-hours: 9 people x 1 h 30 min", "a < b & c, d; e"))
START = "DTSTART:20260113T090000Z"
HTML = "<html><body><p>Agenda</p></body></html>"
PARAGRAPH = (
    "<!--meetcost--><p>-- meeting cost (added automatically) --<br>13.5 person-hours: 9 people x 1 h 30 min<br>"
    "a &lt; b &amp; c, d; e<br>-- end --</p><!--/meetcost-->"
)


def attached(octets: bytes, addition: Addition = TEXT, markers: tuple[Markers, ...] = MARKERS) -> bytes:
    items = [item for item in read_stream([octets]) if isinstance(item, Meeting)]
    return attach(octets, {item.place: addition for item in items if item.place is not None}, markers)


def line_of(octets: bytes, name: str) -> str:
    lines = octets.replace(b"\r\n ", b"").decode().split("\r\n")
    return next(line for line in lines if line.startswith(name))


def test_outlooks_copy_holds_the_text_before_the_body_ends() -> None:
    octets = event("DESCRIPTION:Agenda", f"X-ALT-DESC;FMTTYPE=text/html:{HTML}", START)
    value = unescape(line_of(attached(octets), "X-ALT-DESC").partition("text/html:")[2])
    assert value == HTML.replace("</body>", f"{PARAGRAPH}</body>")
    assert detach(attached(octets), MARKERS) == octets
    assert attached(attached(octets)) == attached(octets)


@pytest.mark.parametrize("safe", ["", "!'()*", '<>/=" '])
def test_thunderbirds_copy_holds_the_text_however_it_is_encoded(safe: str) -> None:
    octets = event(f'DESCRIPTION;ALTREP="data:text/html,{quote(HTML, safe=safe)}":Agenda', START)
    line = line_of(attached(octets), "DESCRIPTION")
    html = unquote(line.partition("data:text/html,")[2].partition('"')[0])
    assert html == HTML.replace("</body>", f"{PARAGRAPH}</body>")
    assert line.partition('":')[2].startswith("Agenda\\n\\n-- meeting cost")
    assert detach(attached(octets), MARKERS) == octets


def test_a_copy_that_was_encoded_anew_is_still_ours() -> None:
    octets = attached(event(f'DESCRIPTION;ALTREP="data:text/html,{quote(HTML)}":Agenda', START))
    line = line_of(octets, "DESCRIPTION")
    html = line.partition("data:text/html,")[2].partition('"')[0]
    for again in (quote(unquote(html), safe="!-*()'"), quote(unquote(html)).lower(), unquote(html).replace('"', "")):
        changed = event(line.replace(html, again), START)
        assert "meeting" not in line_of(detach(changed, MARKERS), "DESCRIPTION")


WITHOUT_COMMENTS = PARAGRAPH.removeprefix("<!--meetcost-->").removesuffix("<!--/meetcost-->")
LINES = WITHOUT_COMMENTS.removeprefix("<p>").removesuffix("</p>")


@pytest.mark.parametrize(
    ("edited", "left"),
    [
        (f"<body>Agenda{WITHOUT_COMMENTS}</body>", "<body>Agenda</body>"),
        (f"<P>Agenda</P>{WITHOUT_COMMENTS}<p>below</p>", "<P>Agenda</P><p>below</p>"),
        (f"<p>Agenda{LINES}</p>", "<p>Agenda</p>"),
        (f"<p>{LINES} and ours</p>", "<p> and ours</p>"),
        (f"Agenda<br><br>{LINES}<br>below", "Agenda<br>below"),  # as Thunderbird makes it of plain text
        (f"Agenda<br /><BR/>{LINES}", "Agenda"),
        (f"Agenda<br><br><br>{LINES}", "Agenda<br>"),
        (f"Agenda<br>{LINES}", "Agenda<br>"),
    ],
)
def test_an_editor_that_drops_comments_leaves_the_text_ours_and_nothing_of_it_behind(edited: str, left: str) -> None:
    for safe in ("", "<>/= "):
        octets = event(f'DESCRIPTION;ALTREP="data:text/html,{quote(edited, safe=safe)}":Agenda', START)
        line = line_of(detach(octets, MARKERS), "DESCRIPTION")
        assert unquote(line.partition("data:text/html,")[2].partition('"')[0]) == left


def test_an_editor_that_drops_comments_at_each_edit_leaves_no_litter() -> None:
    """Thunderbird 153 left an empty paragraph more behind at each edit of a description."""
    html = f"Agenda<br><br>{LINES}"
    for _ in range(3):
        octets = attached(event(f'DESCRIPTION;ALTREP="data:text/html,{quote(html)}":Agenda', START))
        html = unquote(line_of(octets, "DESCRIPTION").partition("data:text/html,")[2].partition('"')[0])
        assert html == f"Agenda{PARAGRAPH}"
        html = html.replace("<!--meetcost-->", "").replace("<!--/meetcost-->", "")


def test_a_styled_description_holds_it_where_it_is_html() -> None:
    styled = event(f"STYLED-DESCRIPTION;VALUE=TEXT;FMTTYPE=text/html:{HTML}", START)
    assert "person-hours" in line_of(attached(styled), "STYLED-DESCRIPTION")
    assert detach(attached(styled), MARKERS) == styled


@pytest.mark.parametrize(
    "line",
    [
        "STYLED-DESCRIPTION;VALUE=URI;FMTTYPE=text/html:https://town.example/agenda",
        "STYLED-DESCRIPTION;FMTTYPE=text/markdown:*Agenda*",
        "X-ALT-DESC:plain",
        'DESCRIPTION;ALTREP="cid:part3@town.example":Agenda',
        'DESCRIPTION;ALTREP="data:text/html;base64,PGI+QWdlbmRhPC9iPg==":Agenda',
    ],
)
def test_what_is_no_html_at_hand_stays(line: str) -> None:
    octets = event(line, START)
    head = line.rpartition(":")[0]
    assert line_of(attached(octets), line.partition(";")[0].partition(":")[0]).startswith(head)
    assert b"<!--meetcost" not in attached(octets)
    assert detach(attached(octets), MARKERS) == octets


def test_no_line_grows_long() -> None:
    octets = attached(event(f"X-ALT-DESC;FMTTYPE=text/html:{HTML * 9}".replace("\n", "")[:74], START))
    assert max(map(len, octets.split(b"\r\n"))) <= 79  # our last three octets may stand before a whole line of theirs


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200), st.integers(1, 90))
def test_whatever_stands_around_it_comes_back(words: str, width: int) -> None:
    value = f"X-ALT-DESC;FMTTYPE=text/html:<body>{words}</body>{words}".encode()
    folded = b"\r\n ".join(value[at : at + width + 29] for at in range(0, len(value), width + 29))
    octets = event(START).replace(START.encode(), START.encode() + b"\r\n" + folded)
    assert detach(attached(octets), MARKERS) == octets


def test_exdates_of_ours_are_told_from_those_of_others() -> None:
    octets = event("DTSTART;TZID=Europe/Berlin:20260113T090000", "RRULE:FREQ=WEEKLY", "EXDATE:20260120T080000Z")
    skipped = Moment(local_seconds(datetime(2026, 1, 27, 9)), "Europe/Berlin")
    once = attached(octets, Addition(exdates=(skipped,)))
    assert line_of(once, "EXDATE;TZ") == "EXDATE;TZID=Europe/Berlin;X-MEETCOST=SKIPPED:20260127T090000"
    (meeting,) = read(once).meetings
    assert meeting.recurrence is not None
    assert skipped in meeting.recurrence.exdates
    assert detach(once, MARKERS) == octets
    other = attached(once, Addition(exdates=(Moment(skipped.local + 7 * 86400, "Europe/Berlin"),)))
    assert b"20260127T090000" not in other
    assert detach(other, MARKERS) == octets


@pytest.mark.parametrize(
    "zone", ["Europe/Berlin", "(UTC+01:00) Amsterdam", "a:b;c,d", 'the "office"', "two\nlines", "caret^name", "中国"]
)
def test_an_exdate_of_ours_goes_again_whatever_its_zone_is_called(zone: str) -> None:
    octets = event(START, "RRULE:FREQ=WEEKLY")
    once = attached(octets, Addition(exdates=(Moment(local_seconds(datetime(2026, 1, 27, 9)), zone),)))
    (line,) = [found for found in once.replace(b"\r\n ", b"").decode().split("\r\n") if found.startswith("EXDATE")]
    head, value = split_line(line) or pytest.fail(line)
    assert (head.parameters["TZID"], value) == (zone, "20260127T090000")
    assert detach(once, MARKERS) == octets


@pytest.mark.parametrize(
    ("line", "ours"),
    [
        ("EXDATE;X-MEETCOST=SKIPPED;TZID=Europe/Berlin:20260127T090000", True),
        ('exdate;tzid="a:b";x-meetcost="skipped":20260127T090000', True),
        ('EXDATE;TZID="a;X-MEETCOST=SKIPPED;b":20260127T090000', False),
        ("EXDATE;X-MEETCOST=SKIPPED2:20260127T090000", False),
        ("EXDATE;X-MEETCOST=SKIPPED:20260127T090000,20260128T090000", False),  # theirs is among them
    ],
)
def test_only_exdates_of_ours_go(line: str, ours: bool) -> None:
    octets = event(START, "RRULE:FREQ=DAILY", line)
    assert detach(octets, MARKERS) == (event(START, "RRULE:FREQ=DAILY") if ours else octets)

# SPDX-License-Identifier: Apache-2.0
"""Our lines into a calendar object and out again; test_calendars.py does so with every file."""

from __future__ import annotations

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ics_making import CALENDARS, calendar, event, file

from meetcost.errors import UsageError
from meetcost.ics.markers import Markers
from meetcost.ics.read import read, read_stream
from meetcost.ics.write import Addition, attach, detach
from meetcost.model.meeting import Meeting, Place

MARKERS = (Markers("--- meetcost ---", "--- end ---"), Markers("--- 会议成本 ---", "--- 完 ---"))
TEXT = Addition((), ("Costs 10 €.",))
START = "DTSTART:20260113T090000Z"


def attached(octets: bytes, addition: Addition, markers: tuple[Markers, ...] = MARKERS) -> bytes:
    items = [item for item in read_stream([octets]) if isinstance(item, Meeting)]
    return attach(octets, {item.place: addition for item in items if item.place is not None}, markers)


def added(octets: bytes, addition: Addition) -> list[bytes]:
    """The lines that were not there."""
    was = octets.split(b"\r\n")
    return [line for line in attached(octets, addition).split(b"\r\n") if line not in was]


def test_properties_stand_in_the_component() -> None:
    octets = event(START, "BEGIN:VALARM", "ACTION:DISPLAY", "END:VALARM")
    expected = octets.replace(b"BEGIN:VALARM", b"X-MEETCOST-COST:1\\;2\r\nX-MEETCOST-UNIT:CNY\r\nBEGIN:VALARM")
    assert attached(octets, Addition((("X-MEETCOST-COST", "1;2"), ("X-MEETCOST-UNIT", "CNY")))) == expected


def test_a_description_of_ours_where_there_was_none() -> None:
    octets = event(START)
    text = "DESCRIPTION;X-MEETCOST=ADDED:--- meetcost ---\\nCosts 10 €.\\n--- end ---".encode()
    assert added(octets, TEXT) == [text]


def test_the_text_stands_behind_what_others_wrote() -> None:
    octets = event("DESCRIPTION:Agenda:", START)
    assert added(octets, TEXT) == [" \\n\\n--- meetcost ---\\nCosts 10 €.\\n--- end ---".encode()]
    (meeting,) = read(attached(octets, TEXT)).meetings
    assert meeting.description == "Agenda:\n\n--- meetcost ---\nCosts 10 €.\n--- end ---"


def test_nothing_separates_the_text_from_an_empty_description() -> None:
    for name in ("DESCRIPTION", 'DESCRIPTION;ALTREP="CID:a:b"'):
        octets = event(f"{name}:", START)
        (meeting,) = read(attached(octets, TEXT)).meetings
        assert meeting.description == "--- meetcost ---\nCosts 10 €.\n--- end ---"
        assert detach(attached(octets, TEXT), MARKERS) == octets


def test_the_line_that_was_added_goes_only_while_nobody_wrote_into_it() -> None:
    octets = attached(event(START), TEXT)
    theirs = octets.replace(b"--- end ---", b"--- end ---\\nTheir words")
    (meeting,) = read(detach(theirs, MARKERS)).meetings
    assert meeting.description == "\nTheir words"


def test_words_that_only_look_like_ours_stay() -> None:
    # Somebody wrote the begin marker before ours was put in: only what stands between ours goes.
    for words in (
        "--- meetcost ---",
        "--- end ---",
        "a --- end --- b --- meetcost ---",
        "--- meetcost ---\\n--- 完 ---",
    ):
        octets = event(f"DESCRIPTION:{words} c", START)
        assert detach(octets, MARKERS) == octets
        assert detach(attached(octets, TEXT), MARKERS) == octets


def test_every_copy_of_ours_goes() -> None:
    text = b"--- meetcost ---\\nold\\n--- end ---"
    octets = event("DESCRIPTION:a", START)
    copied = octets.replace(b"DESCRIPTION:a", b"DESCRIPTION:a\\n\\n" + text + b"\\n\\n" + text)
    assert detach(copied, MARKERS) == octets
    chinese = "--- 会议成本 ---\\n旧\\n--- 完 ---".encode()
    assert detach(copied.replace(text, chinese, 1), MARKERS) == octets


def test_the_line_ends_are_the_components() -> None:
    assert b"\r" not in attached(file("lf"), TEXT)
    assert attached(file("plain"), TEXT).count(b"\n") == attached(file("plain"), TEXT).count(b"\r\n")


def test_a_carriage_return_before_ours_is_no_part_of_our_fold() -> None:
    octets = b"BEGIN:VEVENT\nDTSTART:20260113T090000Z\nDESCRIPTION:\r\r\nEND:VEVENT\n"
    assert detach(attached(octets, TEXT), MARKERS) == octets


@pytest.mark.parametrize(
    "lines",
    [
        ("BEGIN:VALARM", "END:VEVENT"),
        ("UID:a", START, "BEGIN:", "END:VEVENT"),
        ("UID:a", START, "END:", "END:VEVENT"),
        ("UID:a", START, "END:VALARM", "DESCRIPTION:behind a stray END", "END:VEVENT"),
        ("UID:a", START, "DESCRIPTION;", "END:VEVENT"),
        ("UID:a", START, 'DESCRIPTION;"', "END:VEVENT"),
        ("UID:a", START, "DESCRIPTION", "END:VEVENT"),
        ("UID:a", START, "BEGIN:VALARM", "BEGIN:X", "END:X", "END:VEVENT"),
    ],
)
def test_broken_structure_keeps_its_octets(lines: tuple[str, ...]) -> None:
    octets = calendar("BEGIN:VEVENT", *lines)
    start = octets.index(b"BEGIN:VEVENT")
    once = attach(octets, {Place(start, 0, 0): Addition((("X-MEETCOST-A", "1"),), ("text",))}, MARKERS)
    assert once[:start] == octets[:start]
    assert once != octets
    assert detach(once, MARKERS) == octets


def test_lines_are_folded_at_75_octets_and_no_character_is_cut() -> None:
    long = Addition((("X-MEETCOST-NOTE", "ß€😀" * 60),), ("ß€😀" * 60, "x" * 200))
    for octets in (event(START), event("DESCRIPTION:é", START)):
        written = attached(octets, long)
        for line in written.split(b"\r\n"):
            assert len(line) <= 75
            line.decode()
        (component,) = icalendar.Calendar.from_ical(written).events
        assert component["X-MEETCOST-NOTE"] == "ß€😀" * 60
        assert "ß€😀" * 60 in component["DESCRIPTION"]


def test_an_addition_of_nothing_takes_away() -> None:
    octets = file("description")
    assert attached(attached(octets, TEXT), Addition()) == octets


def test_only_the_components_that_are_asked_for_change() -> None:
    octets = file("no_uid")
    first, second, _ = (meeting.place for meeting in read(octets).meetings)
    assert first is not None
    assert second is not None
    written = attach(octets, {second: TEXT}, MARKERS)
    assert written[: second.start] == octets[: second.start]
    assert written.endswith(octets[second.end :])
    assert detach(written, MARKERS) == octets


def test_misuse() -> None:
    octets = event(START)
    (meeting,) = read(octets).meetings
    assert meeting.place is not None
    for name in ("SUMMARY", "X-MEETCOST-", "X-MEETCOST-A:B", "X-MEETCOST-A\r\nATTENDEE", "X-OTHER-A"):
        with pytest.raises(UsageError, match="not one of our properties"):
            attach(octets, {meeting.place: Addition(((name, "1"),))}, MARKERS)
    with pytest.raises(UsageError, match="no component begins at octet 3"):
        attach(octets, {Place(3, 0, 0): TEXT}, MARKERS)


WORDS = st.text(
    alphabet=st.characters(exclude_characters="\r", exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n,;\\:é€"),
    max_size=200,
)


@given(
    words=WORDS.map(lambda words: words.replace("\n", "\\n")),
    name=st.sampled_from(
        [None, "DESCRIPTION", 'DESCRIPTION;ALTREP="CID:x;y"', "description", "DESCRIPTION;LANGUAGE=de"]
    ),
    width=st.integers(5, 90),
    eol=st.sampled_from([b"\r\n", b"\n"]),
    lines=st.lists(WORDS, max_size=4),
    values=st.lists(WORDS, max_size=3),
)
def test_attached_and_detached(
    words: str, name: str | None, width: int, eol: bytes, lines: list[str], values: list[str]
) -> None:
    line = f"{name}:{words}".encode() if name else b"X-NOTE:1"
    folded = (eol + b" ").join(line[at : at + width] for at in range(0, len(line), width))
    octets = eol.join(
        [b"BEGIN:VCALENDAR", b"BEGIN:VEVENT", b"UID:a", START.encode(), folded, b"END:VEVENT", b"END:VCALENDAR"]
    )
    addition = Addition(tuple((f"X-MEETCOST-{n}", value) for n, value in enumerate(values)), tuple(lines))
    once = attached(octets, addition)
    assert detach(octets, MARKERS) == octets
    assert detach(once, MARKERS) == octets
    assert attached(once, addition) == once
    assert attached(once, TEXT) == attached(octets, TEXT)
    assert attached(once, addition, MARKERS[::-1]) == attached(octets, addition, MARKERS[::-1])
    (meeting,) = read(once).meetings
    if lines:
        assert meeting.description.endswith("\n".join((MARKERS[0].begin, *lines, MARKERS[0].end)))


def test_many_markers_take_no_time() -> None:
    # Each begin is looked for between the last end and the next only: linear, not quadratic.
    octets = event("DESCRIPTION:" + "--- meetcost ---\\n--- end ---x" * 20_000, START)
    (meeting,) = read(detach(octets, MARKERS)).meetings
    assert meeting.description == "x" * 20_000
    octets = event("DESCRIPTION:" + "--- end ---" * 50_000, START)
    assert detach(octets, MARKERS) == octets


@pytest.mark.parametrize("name", [path.stem for path in CALENDARS if "description" in path.stem])
def test_icalendar_reads_what_was_attached(name: str) -> None:
    (component,) = icalendar.Calendar.from_ical(attached(file(name), TEXT)).events
    (meeting,) = read(attached(file(name), TEXT)).meetings
    assert component["DESCRIPTION"] == meeting.description


SHORT = (Markers("-- ours --", "-- end --", 2),)


@pytest.mark.parametrize("name", ["DESCRIPTION:", "X-ALT-DESC;FMTTYPE=text/html:"])
@pytest.mark.parametrize(("lines", "ours"), [(1, True), (2, True), (7, False)])
def test_more_between_the_markers_than_we_write_is_somebody_elses(name: str, lines: int, ours: bool) -> None:
    # The end line was lost, and the next one stands under another text; or somebody typed an agenda between ours.
    end = "\\n" if name == "DESCRIPTION:" else "<br>"
    octets = event(f"{name}a{end.join(['', '-- ours --', *['Item'] * lines, '-- end --', ''])}b", START)
    assert (detach(octets, SHORT) == octets) is not ours


@pytest.mark.parametrize("name", ["DESCRIPTION:", "X-ALT-DESC;FMTTYPE=text/html:"])
def test_what_stands_far_apart_is_not_ours(name: str) -> None:
    octets = event(f"{name}--- meetcost ---{'x' * 6001}--- end ---", START)
    assert detach(octets, MARKERS) == octets
    nested = event(f"{name}--- meetcost --- mine --- meetcost ---10 €--- end ---", START)
    assert b"--- meetcost --- mine" in detach(nested, MARKERS)
    assert b"10" not in detach(nested, MARKERS)


@pytest.mark.parametrize(
    "words", ["--- meetcost ------ end ---", "--- meetcost ---", "--- end ---", "<!--meetcost--><p>", "<p>--- "]
)
def test_many_markers_in_html_take_no_time(words: str) -> None:
    ours = words.startswith("--- meetcost") and words.endswith("end ---")
    for line in ("X-ALT-DESC;FMTTYPE=text/html:{}", 'DESCRIPTION;ALTREP="data:text/html,{}":x'):
        octets = event(line.format(words * (200_000 // len(words))), START)
        assert detach(octets, MARKERS) == (octets.replace(words.encode(), b"") if ours else octets)


def test_a_copy_of_ours_in_an_alarm_goes_as_well() -> None:
    alarm = ("BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT5M", "DESCRIPTION:{}", "END:VALARM")
    plain = event(START, *(line.format("Agenda") for line in alarm))
    text = "Agenda\\n\\n--- meetcost ---\\nCosts 10 €.\\n--- end ---"
    copied = event(START, *(line.format(text) for line in alarm[:-1]), "X-MEETCOST-COST:1", alarm[-1])
    assert detach(copied, MARKERS) == plain
    assert attached(copied, TEXT) == attached(plain, TEXT)

# SPDX-License-Identifier: Apache-2.0
"""What programs send in an odd spelling is in the calendar as a whole, as it is without the guard."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from invites import BLOCK, FRIDAY, THURSDAY, WEDNESDAY, invite

from meetcost.invite import detach
from meetcost.radicale.lines import collectable

ALONE = invite("alone", FRIDAY, people=())
SPELLINGS = {
    "LF": lambda octets: octets.replace(b"\r\n", b"\n"),
    "the last line end is missing": lambda octets: octets.removesuffix(b"\r\n"),
    "lower case": lambda octets: octets.replace(b"BEGIN:", b"begin:").replace(b"END:", b"end:"),
    "lower case names": lambda octets: octets.replace(b"VCALENDAR", b"vcalendar").replace(b":VEVENT", b":vevent"),
    "folded": lambda octets: octets.replace(b"BEGIN:VEVENT", b"BEGIN:VE\r\n VENT"),
}
"""calcurse-caldav 4.7.1 sends the first two at once."""


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("how", ["bare", "launcher"])
def test_what_is_stored_is_in_the_whole_calendar(home, how, spelling):
    ann = home(how)
    for uid, octets in (("alone", ALONE), ("asked", invite("asked", THURSDAY))):
        assert ann.put(f"work/{uid}.ics", SPELLINGS[spelling](octets)).status == 201
    whole = Calendar.from_ical(ann.get("work/").body)
    assert sorted(str(one["UID"]) for one in whole.walk("VEVENT")) == ["alone", "asked"]


def test_line_ends_are_all_that_changes(home):
    ann = home()
    sent = invite("a", THURSDAY)
    assert ann.put("work/a.ics", SPELLINGS["LF"](sent)).status == 201
    stored = ann.get("work/a.ics").body
    assert BLOCK in Calendar.from_ical(stored).walk("VEVENT")[0]["DESCRIPTION"]
    assert detach(stored) == sent
    answer = ann.put("work/alone.ics", SPELLINGS["LF"](ALONE))
    assert (answer.status, "ETag" in answer.headers) == (201, False)  # not what was sent: RFC 4791 §5.3.4
    assert ann.get("work/alone.ics").body == ALONE
    assert "ETag" in ann.put("work/alone.ics", ALONE).headers


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_spelling_is_no_way_past_the_guard(home, spelling):
    ann = home()
    assert ann.put("work/a.ics", SPELLINGS[spelling](invite("a", WEDNESDAY))).status == 403
    assert ann.get("work/a.ics").status == 404


@given(st.text(alphabet="BEGINDbegind:; \t\r\nVT-0é", max_size=60).map(str.encode))
def test_what_is_collectable_is_told_apart_by_its_raw_lines(octets):
    """Radicale's own way of looking: split at CRLF, and the words at the start of a line."""
    given_lines = collectable(octets)
    if given_lines is None:
        return
    assert collectable(given_lines) == given_lines
    assert b"\n" not in given_lines.replace(b"\r\n", b"")
    unfolded = given_lines.replace(b"\r\n ", b"").replace(b"\r\n\t", b"").split(b"\r\n")
    meant = [line for line in unfolded if line.upper().startswith((b"BEGIN:", b"BEGIN;", b"END:", b"END;"))]
    assert [line for line in given_lines.split(b"\r\n") if line.startswith((b"BEGIN:", b"END:"))] == meant


def test_text_that_looks_like_a_frame_is_no_matter():
    octets = invite("a", THURSDAY, "DESCRIPTION:he said\\nBEGIN:", " END:VEVENT and so on")
    assert collectable(octets) == octets

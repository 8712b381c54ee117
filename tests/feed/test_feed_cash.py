# SPDX-License-Identifier: Apache-2.0
"""What is published of travel and rooms comes from tariffs, and from nothing that a person earns."""

from __future__ import annotations

import gzip
import json
from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest

from meetcost.costing.choices import Journey
from meetcost.costing.rate_card import RateCard
from meetcost.feed.gate import gate, outsider_of
from meetcost.feed.gather import gather
from meetcost.ics.read import read
from meetcost.model.directory import Directory
from meetcost.policy.policy import Policy
from meetcost.privacy.attack import solve
from meetcost.privacy.check import check
from meetcost.privacy.finding import Kind
from meetcost.privacy.release import Share
from meetcost.privacy.release_file import release_of
from meetcost.values.span import Span

WINDOW = Span(datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 8, 1, tzinfo=UTC))
POLICY = b"""zone = "UTC"
[[costing.travel]]
site = "Harbour"
minutes = 40
cash = "12.50 EUR"
[[costing.travel]]
cash = "3 EUR"
[[costing.venues]]
name = "Town hall"
hourly = "30 EUR"
"""
RATES = b"""name = "C"
version = "1"
currency = "EUR"
published = true
default_band = "A"
[bands.A]
values = {2026-01-01 = 30}
[bands.B]
values = {2026-01-01 = 90}
"""
HEADS = 12


def body(bands, rates=RATES):
    rows = [f"p{n}@town.example,{'Harbour' if n % 3 else 'Hill'},{band}" for n, band in enumerate(bands)]
    directory = Directory.parse(("address,site,band\n" + "\n".join(rows)).encode())
    events = "".join(
        f"BEGIN:VEVENT\r\nUID:{number}@town.example\r\nDTSTAMP:20260601T080000Z\r\nSUMMARY:Round {number}\r\n"
        f"DTSTART:202607{number + 1:02}T080000Z\r\nDTEND:202607{number + 1:02}T093000Z\r\nLOCATION:Town hall\r\n"
        "ORGANIZER:mailto:p0@town.example\r\n"
        + "".join(f"ATTENDEE:mailto:p{n}@town.example\r\n" for n in range(number + 1, HEADS))
        + "END:VEVENT\r\n"
        for number in range(6)
    )
    text = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//EN\r\n{events}END:VCALENDAR\r\n"
    policy, card = Policy.parse(POLICY, directory=directory), RateCard.parse(rates)
    meetings = read(text.encode()).meetings
    publication = gather(meetings, WINDOW, as_of=WINDOW.end, policy=policy, rates=card)
    return publication, lambda one: gate(one, meetings, [], policy=policy, rates=card)


def cash_of(publication):
    return [held.worked.cash for entry in publication.entries for held in entry.held]


def test_a_tariff_knows_a_place_and_no_person():
    assert {one.name for one in fields(Journey)} == {"site", "venue", "minutes", "cash"}


@pytest.mark.parametrize("bands", ["ABABABABABAB", "BBBBBBAAAAAA", "AAAAAAAAAAAA", "BBBBBBBBBBBB"])
def test_cash_is_the_same_whoever_earns_what(bands):
    publication, gated = body(bands)
    dearer, _ = body(bands, RATES.replace(b"= 90", b"= 900"))
    plain, _ = body("A" * HEADS)
    assert cash_of(publication) == cash_of(dearer) == cash_of(plain)
    seats = [0, *range(1, HEADS)]
    away = sum(1250 if n % 3 else 300 for n in seats)
    assert cash_of(publication)[0] == away + 4500
    assert gated(publication).report.findings == ()


def test_cash_that_is_more_than_the_tariffs_is_refused():
    publication, gated = body("ABABABABABAB")
    entry = publication.entries[0]
    held = entry.held[0]._replace(worked=entry.held[0].worked._replace(cash=entry.cash + 1))
    changed = replace(publication, entries=(entry._replace(held=(held,)), *publication.entries[1:]))
    report = gated(changed).report
    assert report.blocked
    assert [(one.kind, len(one.places)) for one in report.findings] == [(Kind.UNEXPLAINED, 1)]


AT_ONCE = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//t//EN
BEGIN:VEVENT
UID:weekly@town.example
DTSTAMP:20260601T080000Z
SUMMARY:Weekly
DTSTART:20260701T080000Z
DTEND:20260701T090000Z
RRULE:FREQ=WEEKLY;COUNT=4
ORGANIZER:mailto:p0@town.example
ATTENDEE:mailto:p1@town.example
END:VEVENT
BEGIN:VEVENT
UID:weekly@town.example
DTSTAMP:20260601T080000Z
RECURRENCE-ID:20260701T080000Z
SUMMARY:Weekly
DTSTART:20260708T080000Z
DTEND:20260708T090000Z
LOCATION:Town hall
ORGANIZER:mailto:p0@town.example
ATTENDEE:mailto:p1@town.example
END:VEVENT
END:VCALENDAR
"""


def at_once(more=0):
    """An instance moved to the start of the next, with a room; its cash so much more. What the check finds."""
    directory = Directory.parse(b"address,site,band\np0@town.example,Hill,A\np1@town.example,Harbour,A\n")
    policy, card = Policy.parse(POLICY, directory=directory), RateCard.parse(RATES)
    meetings = read(AT_ONCE.replace("\n", "\r\n").encode()).meetings
    publication = gather(meetings, WINDOW, as_of=WINDOW.end, policy=policy, rates=card)
    (entry,) = publication.entries
    held = [one._replace(worked=one.worked._replace(cash=one.worked.cash + (more if at == 0 else 0)))
            for at, one in enumerate(entry.held)]  # fmt: skip
    changed = replace(publication, entries=(entry._replace(held=tuple(held)),))
    gated = gate(changed, meetings, [], policy=policy, rates=card)
    outsider = outsider_of(meetings, Span(WINDOW.start, WINDOW.end), policy=policy, cards=[card])
    release = release_of(json.loads(gzip.decompress(gated.kept.octets)), "one")
    return entry, gated.report.findings, check([release], outsider, solver=solve).findings


def test_instances_of_a_series_that_begin_at_the_same_time_have_a_sum_each():
    entry, found, solved = at_once()
    assert len({held.start for held in entry.held}) == 3
    assert len({(held.start, held.worked.cash) for held in entry.held}) == 4
    assert (found, solved) == ((), ())


@pytest.mark.parametrize("more", [1, -1])
def test_cash_of_one_of_them_that_is_not_the_tariffs_is_refused(more):
    _, found, _ = at_once(more)
    assert [one.said.text("en") for one in found] == [
        "1 sum of cash is not what the tariffs of the policy as it is now make of who attended"
    ]


def earlier(more=0, **changed):
    """A release of the same calendars with so much more cash in its first meeting, changed; what is found beside it."""
    directory = Directory.parse(b"address,site,band\np0@town.example,Hill,A\np1@town.example,Harbour,A\n")
    policy, card = Policy.parse(POLICY, directory=directory), RateCard.parse(RATES)
    meetings = read(AT_ONCE.replace("\n", "\r\n").encode()).meetings
    publication = gather(meetings, WINDOW, as_of=WINDOW.end, policy=policy, rates=card)
    octets = gate(publication, meetings, [], policy=policy, rates=card).kept.octets
    release = release_of(json.loads(gzip.decompress(octets)), "today")
    assert release.policy == policy.digest
    first = release.rows[0]._replace(cash=release.rows[0].cash + more)
    rows = (first._replace(**changed.pop("row", {})), *release.rows[1:])
    cash = sum(row.cash for row in rows)
    before = release._replace(name="before", rows=rows, totals=release.totals._replace(cash=cash), **changed)
    outsider = outsider_of(meetings, Span(WINDOW.start, WINDOW.end), policy=policy, cards=[card])
    report = check([before, release], outsider, judged=release)
    assert not report.blocked
    return [(one.kind, one.releases, len(one.places)) for one in report.findings]


@pytest.mark.parametrize("more", [1, -1, 1250])
def test_the_cash_of_an_earlier_release_by_the_same_policy_is_looked_at_as_well(more):
    assert earlier() == []
    assert earlier(more) == [(Kind.UNPROVEN, ("before",), 1)]


def test_what_other_tariffs_made_of_it_or_others_who_attended_is_not_taken_for_wrong():
    assert earlier(1, policy="0" * 64) == []
    assert earlier(1, policy="") == []
    units = {"shares": (Share("Elsewhere", 7200, 6000),)}
    assert Kind.UNPROVEN not in [kind for kind, *_ in earlier(1, row=units)]

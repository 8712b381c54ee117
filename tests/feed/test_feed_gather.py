# SPDX-License-Identifier: Apache-2.0
"""What is counted, what is only counted, what is left out."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from town import town

from meetcost.assessment import assess
from meetcost.costing.rate_card import RateCard
from meetcost.disclosure.public_id import public_id
from meetcost.disclosure.state import Audience
from meetcost.feed.copies import one_copy
from meetcost.feed.gather import gather
from meetcost.feed.periods import period_before
from meetcost.feed.totals import by_unit, totals
from meetcost.ics.read import read
from meetcost.model.cost import PrivateCostError
from meetcost.model.directory import Directory
from meetcost.model.zone import named_zone
from meetcost.policy.policy import Policy
from meetcost.values.span import Span

POLICY = 'zone = "Europe/Berlin"\n'
CARD = """name = "Bands"
version = "1"
currency = "EUR"
published = {published}
personal = {personal}
default_band = "B"
[bands.A]
values = {{2026-01-01 = 60}}
[bands.B]
values = {{2026-01-01 = 40}}
"""


def card(*, published=True, personal=False):
    return RateCard.parse(CARD.format(published=str(published).lower(), personal=str(personal).lower()).encode())


def test_hours_and_money_by_band_and_unit(one):
    publication = one("", rates=card()).publication
    worked = publication.entries[0].held[0].worked
    assert (worked.people, worked.seconds, worked.minor) == (2, 2 * 5400, 9000 + 6000)
    assert [(line.band, line.people, line.each, line.minor) for line in worked.bands] == [
        ("A", 1, 5400, 9000),
        ("B", 1, 5400, 6000),
    ]
    assert [(share.unit, share.seconds) for share in worked.shares] == [("Finance", 5400), ("Planning", 5400)]
    assert publication.entries[0].called_by == "Planning"
    assert publication.currency == "EUR"


def test_a_card_that_is_not_published_gives_hours_only(one):
    found = one("", rates=card(published=False))
    assert found.publication.currency is None
    assert found.publication.entries[0].minor is None
    assert not [path for path, octets in found.files.items() if b"EUR" in octets]


def test_a_card_with_personal_rates_gives_nothing_at_all(one):
    directory = "address,unit,rate\nann@town.example,Planning,99 EUR\n"
    with pytest.raises(PrivateCostError) as raised:
        one("", rates=card(personal=True), directory=directory)
    assert "99" not in str(raised.value)


def test_a_meeting_in_many_calendars_counts_once(one):
    copies = ["UID:same@x\nSEQUENCE:0", "UID:same@x\nSEQUENCE:2\nSUMMARY:Newest", "UID:same@x\nSEQUENCE:1"]
    separately = [read(_file(lines)).meetings[0] for lines in copies]
    publication = gather(separately, _july(), as_of=_july().end)
    assert [entry.title for entry in publication.entries] == ["Newest"]
    assert publication.coverage.copies == 2


def _file(lines):
    return (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nDTSTART:20260702T080000Z\r\nDTEND:20260702T090000Z\r\n"
        "ORGANIZER:mailto:a@x.example\r\nATTENDEE:mailto:b@x.example\r\n"
        + lines.replace("\n", "\r\n")
        + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    ).encode()


def _july():
    return Span(datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 8, 1, tzinfo=UTC))


def test_an_instance_alone_counts_only_where_nobody_has_the_series():
    series = read(_file("UID:s@x\nRRULE:FREQ=DAILY;COUNT=3")).meetings[0]
    alone = read(_file("UID:s@x\nRECURRENCE-ID:20260703T080000Z")).meetings[0]
    both = gather([alone, series], _july(), as_of=_july().end)
    assert [len(entry.held) for entry in both.entries] == [3]
    only = gather([alone], _july(), as_of=_july().end)
    assert [len(entry.held) for entry in only.entries] == [1]


def test_a_period_holds_what_begins_in_it(one):
    edges = [
        "DTSTART:20260630T215900Z\nDTEND:20260630T230000Z\nSUMMARY:June in Berlin",
        "DTSTART:20260630T220000Z\nDTEND:20260630T230000Z\nSUMMARY:July in Berlin",
        "DTSTART:20260930T215900Z\nDTEND:20261001T090000Z\nSUMMARY:September in Berlin",
        "DTSTART:20260930T220000Z\nDTEND:20260930T230000Z\nSUMMARY:October in Berlin",
    ]
    assert [entry.title for entry in one(*edges).publication.entries] == ["July in Berlin", "September in Berlin"]


def test_confidential_meetings_are_counted_apart_and_their_hours_from_five_on(one):
    secret = "CLASS:CONFIDENTIAL\nSUMMARY:Dismissal"
    few = one(*[secret] * 4, "SUMMARY:Round").publication
    assert few.withheld == (4, None)
    many = one(*[secret] * 5, "SUMMARY:Round").publication
    assert many.withheld == (5, 5 * 2 * 5400)
    assert totals(few.entries).seconds == totals(many.entries).seconds == 2 * 5400


def test_meetings_without_a_uid_have_pages_of_their_own():
    separately = [read(_file(f"SUMMARY:{title}")).meetings[0] for title in ("Budget", "Roads", "Budget")]
    found = gather(separately, _july(), as_of=_july().end)
    assert sorted((entry.title, len(entry.held)) for entry in found.entries) == [("Budget", 1), ("Roads", 1)]
    assert len({entry.id for entry in found.entries}) == 2


def _confidential(*objects):
    """Occurrences that are only counted, and the titles that are shown."""
    found = gather([one for octets in objects for one in read(octets).meetings], _july(), as_of=_july().end)
    return found.withheld.occurrences, [entry.title for entry in found.entries]


def test_an_instance_that_says_no_class_is_as_confidential_as_its_series():
    series = _file("UID:s@x\nSUMMARY:Dismissal\nCLASS:CONFIDENTIAL\nRRULE:FREQ=DAILY;COUNT=3")
    moved = _file("UID:s@x\nRECURRENCE-ID:20260703T080000Z\nSUMMARY:Dismissal, moved{}")
    event = b"BEGIN:VEVENT"
    together = series.replace(event, moved[moved.index(event) : moved.index(b"END:VCALENDAR")] + event, 1)
    assert _confidential(together.replace(b"{}", b"")) == (3, [])
    assert _confidential(together.replace(b"{}", b"\r\nCLASS:PUBLIC")) == (2, ["Dismissal, moved"])


def test_a_meeting_that_one_copy_calls_confidential_is():
    secret = _file("UID:s@x\nSUMMARY:Dismissal\nCLASS:PRIVATE")
    copy = _file("UID:s@x\nSUMMARY:Dismissal\nATTENDEE:mailto:c@x.example")
    assert _confidential(secret, copy) == _confidential(copy, secret) == (1, [])
    newer = copy.replace(b"UID", b"SEQUENCE:1\r\nUID")
    assert _confidential(secret, newer) == (0, ["Dismissal"])


def test_nothing_of_a_person_is_in_any_file(county):
    unwanted = [
        b"county.example:mailto",
        b"@county.example",
        b"4711",
        b"Room 12",
        b"Pat1",
        b"mailto:p",
        b"Personnel matter",
        b"Submit the figures",
    ]
    for path, octets in county.files.items():
        for text in unwanted:
            assert text not in octets.replace(b"mailto:office@county.example", b""), (path, text)


def test_every_total_is_the_sum_of_its_parts(county):
    entries = county.publication.entries
    whole = totals(entries)
    assert whole.seconds == sum(one.borne for one in by_unit(entries)) == sum(one.called for one in by_unit(entries))
    assert whole.minor == sum(one.borne_minor for one in by_unit(entries))
    for entry in entries:
        for held in entry.held:
            assert held.worked.seconds == sum(line.people * line.each for line in held.worked.bands)
            assert held.worked.minor == sum(line.minor for line in held.worked.bands)
            assert held.worked.people == sum(line.people for line in held.worked.bands)


def test_a_change_is_told_only_where_the_calendars_reach_back(one, county):
    assert one("SUMMARY:Round").publication.before is None
    before = county.publication.before
    assert (before.first, before.last) == (date(2026, 4, 1), date(2026, 6, 30))
    assert before.seconds > 0


def test_an_old_series_in_a_young_calendar_is_no_history(one):
    series = "DTSTART:20200106T080000Z\nDTEND:20200106T090000Z\nRRULE:FREQ=WEEKLY"
    assert one(series, "").publication.before is None
    early = "DTSTART:20260402T080000Z\nDTEND:20260402T090000Z"
    before = one(series, early).publication.before
    assert (before.occurrences, before.seconds) == (13 + 1, 14 * 2 * 3600)


def test_the_page_says_what_an_assessment_says(county):
    """By the slow way of one meeting and the fast way of many: the same hours, money, units and forecast."""
    source = town()
    policy, rates = source.loaded()
    entries = {entry.id: entry for entry in county.publication.entries}
    looked_at = 0
    for meeting in one_copy(source.meetings)[0]:
        entry = entries.get(public_id(meeting.uid))
        if entry is None or entry.recurring or looked_at == 40:
            continue
        looked_at += 1
        said = assess(meeting, policy=policy, rates=rates).disclosure(Audience.PUBLIC)
        worked = entry.held[0].worked
        assert (said.hours.seconds, said.people, said.time.minor) == (worked.seconds, worked.people, worked.minor)
        assert said.called_by == entry.called_by
        shares = [(share.unit, share.hours.seconds, share.money.minor) for share in said.borne_by]
        assert shares == [tuple(share) for share in worked.shares]
        paper = said.paperwork
        assert (paper.low.seconds, paper.likely.seconds, paper.high.seconds) == entry.paperwork
    assert looked_at == 40


def test_a_product_is_said_only_where_it_is_one(one):
    """Preparation is in the hours, not in people times length."""
    plain = one("").files
    prepared = one("", policy=POLICY + "[costing.preparation]\nminutes = 15\n").files
    page = next(path for path in plain if path.startswith("m/"))
    assert "3 hours of work: 2 people × 1 h 30 min." in plain[page].decode("utf-8")
    assert "3.5 hours of work: 2 people." in prepared[page].decode("utf-8")


def test_one_hour_is_one_hour_in_english_and_no_plural(one):
    files = one("DTSTART:20260702T080000Z\nDTEND:20260702T083000Z").files
    told = [octets.decode("utf-8") for path, octets in files.items() if not path.startswith(("zh/", "data.json"))]
    assert not [text for text in told if re.search(r"(?<![0-9.,–-])1 hours", text)]
    page = next(path for path in files if path.startswith("m/"))
    assert "1 hour of work: 2 people × 30 min." in files[page].decode("utf-8")
    assert "1 人·时" in files[f"zh/{page}"].decode("utf-8")


def test_the_year_to_come_holds_public_series_only(one):
    series = "RRULE:FREQ=MONTHLY\nSUMMARY:Round"
    publication = one(series, series.replace("Round", "Secret") + "\nCLASS:PRIVATE").publication
    assert [(one.title, one.occurrences) for one in publication.commitments] == [("Round", 12)]


def test_a_series_without_end_beyond_the_limits_is_told(one):
    problems = []
    meeting = read(_file("UID:s@x\nRRULE:FREQ=SECONDLY")).meetings[0]
    publication = gather([meeting], _july(), as_of=_july().end, problems=problems)
    assert publication.entries == ()
    assert problems


def test_rules_are_looked_up_by_day(one):
    policy = 'zone = "Europe/Berlin"\n[[no_meeting_day]]\nweekdays = ["thursday"]\n'
    publication = one("SUMMARY:On Thursday", policy=policy).publication
    assert publication.entries[0].held[0].rules == ("1",)
    assert publication.method.rules[0].days == 13


@pytest.mark.parametrize(
    ("first", "last", "before"),
    [
        ((2026, 7, 1), (2026, 10, 1), (2026, 4, 1)),
        ((2026, 3, 1), (2026, 4, 1), (2026, 2, 1)),
        ((2026, 1, 1), (2027, 1, 1), (2025, 1, 1)),
        ((2026, 7, 6), (2026, 7, 13), (2026, 6, 29)),
    ],
)
def test_the_period_before(first, last, before):
    zone = named_zone("Europe/Berlin")
    window = Span(datetime(*first, tzinfo=zone.tzinfo), datetime(*last, tzinfo=zone.tzinfo))
    found = period_before(window, zone)
    assert found.start == datetime(*before, tzinfo=zone.tzinfo)
    assert found.end == window.start


def test_ids_are_stable_and_hide_the_uid():
    assert public_id("ann@town.example") == public_id("ann@town.example") != public_id("ben@town.example")
    assert "ann" not in public_id("ann@town.example")


def test_the_policy_named_in_the_method_is_the_live_one():
    policy = Policy.parse(b'name = "Town"\nzone = "Europe/Berlin"\n', directory=Directory())
    publication = gather([], _july(), as_of=_july().end, policy=policy, rates=card())
    assert publication.body == publication.method.policy == "Town"
    assert publication.method.policy_digest == policy.digest
    assert [(band.band, str(band.rate.amount)) for band in publication.method.bands] == [("A", "60"), ("B", "40")]

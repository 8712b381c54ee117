# SPDX-License-Identifier: Apache-2.0
"""The last question before a publication is written."""

from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from town import town

from meetcost.costing.choices import Preparation
from meetcost.feed.build import build
from meetcost.feed.gate import THIS, gate
from meetcost.feed.gather import gather
from meetcost.privacy.finding import Kind
from meetcost.privacy.release import read_release
from meetcost.rows import rows
from meetcost.values.span import Span

AS_OF = datetime(2026, 10, 5, 8, tzinfo=UTC)


def quarter(policy):
    zone = policy.zone.tzinfo
    return Span(datetime(2026, 7, 1, tzinfo=zone), datetime(2026, 10, 1, tzinfo=zone))


def kept(gated, name="earlier"):
    return read_release(gzip.decompress(gated.kept.octets), name)


def county(more=0):
    """A county's calendars, with so many more confidential meetings in the quarter."""
    place = town()
    policy, rates = place.loaded()
    secrets = [one for one in place.meetings if one.uid.startswith("secret-")]
    july = next(one for one in secrets if list(rows([one], quarter(policy))))
    return policy, rates, [*place.meetings, *(july.replace(uid=f"more-{number}@x.example") for number in range(more))]


def gated(policy, rates, meetings, earlier=()):
    publication = gather(meetings, quarter(policy), as_of=AS_OF, policy=policy, rates=rates)
    return gate(publication, meetings, earlier, policy=policy, rates=rates)


@pytest.fixture(scope="module")
def first():
    return gated(*county())


def test_a_county_may_be_published_and_again(first):
    assert first.report.findings == ()
    assert first.report.figures > 150
    again = gated(*county(), earlier=[kept(first)])
    assert not again.report.blocked
    assert not again.withheld
    assert again.publication == first.publication


def test_in_chinese_as_well():
    place = town("zh")
    policy, rates = place.loaded()
    assert gated(policy, rates, place.meetings).report.findings == ()


def test_a_publication_with_anything_else_in_its_money_is_refused(first):
    entry = first.publication.entries[3]
    held = entry.held[0]
    worked = held.worked._replace(minor=held.worked.minor + 700)
    changed = entry._replace(held=(held._replace(worked=worked), *entry.held[1:]))
    entries = (*first.publication.entries[:3], changed, *first.publication.entries[4:])
    policy, rates, meetings = county()
    found = gate(replace(first.publication, entries=entries), meetings, [], policy=policy, rates=rates)
    assert found.report.blocked
    assert {one.kind for one in found.report.against} >= {Kind.UNEXPLAINED, Kind.REMAINDER}
    assert all(THIS in one.releases for one in found.report.against)


def test_hours_of_confidential_meetings_that_came_one_by_one_are_left_out(first):
    count, seconds = first.publication.withheld
    assert count >= 5
    assert seconds
    after = gated(*county(1), earlier=[kept(first)])
    assert after.withheld
    assert after.publication.withheld == (count + 1, None)
    assert not after.report.blocked
    index = dict(build(after.publication))["index.html"].decode()
    assert "less those said before" in index
    third = gated(*county(5), earlier=[kept(first), kept(after, "second")])
    assert not third.withheld
    assert third.publication.withheld.occurrences == count + 5


def test_hours_only_has_nothing_to_give_away():
    policy, _, meetings = county()
    found = gated(policy, None, meetings)
    assert found.report.figures == 0
    assert found.report.findings == ()


def test_preparation_and_journeys_are_explained_too():
    """Each part is rounded for each person: lines are not exactly people × time × rate."""
    place = town(one_offs=60)
    policy, rates = place.loaded()
    choices = replace(policy.cost_choices, preparation=Preparation(minutes=7))
    found = gated(replace(policy, cost_choices=choices), rates, place.meetings)
    assert found.report.figures > 50
    assert found.report.findings == ()

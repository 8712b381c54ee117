# SPDX-License-Identifier: Apache-2.0
"""The last question before a publication is written."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

import pytest
from town import town

from meetcost.costing.choices import Preparation
from meetcost.costing.rate_card import RateCard
from meetcost.feed.build import build
from meetcost.feed.data import data_file
from meetcost.feed.gate import THIS, gate, outsider_of
from meetcost.feed.gather import gather
from meetcost.feed.search_index import shard_file, shards
from meetcost.feed.sheet import sheet
from meetcost.feed.totals import months
from meetcost.privacy.check import check
from meetcost.privacy.finding import Kind
from meetcost.privacy.kept import kept_release
from meetcost.privacy.release import BandRate
from meetcost.privacy.release_file import read_release, release_of
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


def leaves(value, path=()):
    """(the places on the way, the value) of all that is no list and no object."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from leaves(part, (*path, name))
    elif isinstance(value, list):
        for at, part in enumerate(value):
            yield from leaves(part, (*path, at))
    else:
        yield path, value


def kind_of(path):
    return ".".join("*" if isinstance(part, int) else part for part in path)


def number(value):
    try:
        return Decimal(value) if isinstance(value, str | int) else None
    except InvalidOperation:
        return None


@pytest.fixture(scope="module")
def priced():
    """A county's document, and the places in it that change with the rates: all its money from rates, old and new."""
    place = town(one_offs=40)
    policy, rates = place.loaded()
    tripled = re.sub(r"\d+\.\d+", lambda found: f"{Decimal(found[0]) * 3}", place.rates.decode())
    dearer = RateCard.parse(tripled.encode())
    publication, other = (
        gather(place.meetings, quarter(policy), as_of=AS_OF, policy=policy, rates=card) for card in (rates, dearer)
    )
    document, changed = (json.loads(data_file(one)) for one in (publication, other))
    values = dict(leaves(changed))
    money = defaultdict(list)
    for path, value in leaves(document):
        if values[path] != value and number(value) is not None:
            money[kind_of(path)].append(path)
    bands = [BandRate(one.band, one.first, one.rate.amount) for one in publication.method.bands]
    window = Span(quarter(policy).start, datetime(2027, 10, 2, tzinfo=UTC))
    outsider = outsider_of(place.meetings, window, policy=policy, cards=[rates])
    return document, money, lambda one: check([release_of(kept_release(one, bands), THIS)], outsider)


def test_money_of_every_place_in_the_document_is_checked(priced):
    """A field that is added to `data.json` and holds money fails here until `privacy.release` reads it."""
    document, money, checked = priced
    assert not checked(document).findings
    assert set(money) >= {
        "totals.working_time",
        "commitments.*.working_time",
        "meetings.*.occurrences.*.working_time",
        "meetings.*.occurrences.*.paid_by.*.working_time",
        "meetings.*.occurrences.*.by_band.*.rate",
        "meetings.*.occurrences.*.by_band.*.working_time",
    }
    for place, paths in money.items():
        for path in (paths[0], paths[len(paths) // 2], paths[-1]):
            changed = json.loads(json.dumps(document))
            *way, last = path
            part = changed
            for step in way:
                part = part[step]
            part[last] = f"{Decimal(part[last]) + Decimal('0.37')}"
            assert checked(changed).blocked, f"{place}: {path}"


def test_the_sheet_and_the_search_say_no_money_that_the_document_does_not(first):
    publication = first.publication
    document = json.loads(data_file(publication))
    held = [(one["id"], row) for one in document["meetings"] for row in one["occurrences"]]
    made = sheet(publication, "en")
    assert Counter((row.seconds, row.minor) for row in made.rows) == Counter(
        (row["person_seconds"], int(Decimal(row["working_time"]) * 100)) for _, row in held
    )
    assert made.total.minor == int(Decimal(document["totals"]["working_time"]) * 100)
    sums = Counter()
    for meeting, row in held:
        sums[meeting, row["start"][:7]] += int(Decimal(row["working_time"]) * 100)
    found = {}
    for shard in shards(months(publication)):
        said = json.loads(shard_file(shard, publication).decode().removeprefix("meetcostIndex(").removesuffix(");\n"))
        found |= {(row[0], shard.month): row[11] for row in said["rows"]}
    assert found == dict(sums)

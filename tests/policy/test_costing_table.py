# SPDX-License-Identifier: Apache-2.0
"""The `[costing]` of a policy becomes what the costing goes by, and every mistake in it is told with its line."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest

from meetcost.assessment import assess
from meetcost.costing.choices import AttendanceRule, CostChoices, Journey, Preparation, Venue
from meetcost.costing.rate_card import RateCard
from meetcost.errors import ConfigError
from meetcost.model.attendee import Attendee, PartStat
from meetcost.model.meeting import Meeting
from meetcost.policy.policy import Policy
from meetcost.values.citation import Citation
from meetcost.values.money import Money
from meetcost.values.rate import Rate

FULL = """
[costing]
attendance = "accepted"
day_hours = 7.7
group_size = 12
online = true
[costing.preparation]
ratio = "0.25"
source = { title = "Survey of our own", published = "2026" }
[[costing.travel]]
site = "Harbour"
venue = "Town hall"
minutes = 40
cash = "12.50 EUR"
[[costing.travel]]
minutes = 20
[[costing.venues]]
name = "Town hall"
hourly = "EUR 30/h"
each = "1,050 EUR"
[[costing.venues]]
name = "room-2@town.example"
hourly = "0 EUR"
"""


def parse(text: str) -> Policy:
    return Policy.parse(text.encode())


def test_every_key_reaches_the_costing() -> None:
    assert parse(FULL).cost_choices == CostChoices(
        attendance=AttendanceRule.ACCEPTED,
        day_hours=Decimal("7.7"),
        group_size=12,
        preparation=Preparation(ratio=Decimal("0.25"), citation=Citation("Survey of our own", published="2026")),
        travel=(Journey("Harbour", "Town hall", 40, Money("12.50", "EUR")), Journey(minutes=20)),
        venues=(
            Venue("Town hall", Rate("30", "EUR"), Money("1050", "EUR")),
            Venue("room-2@town.example", Rate("0", "EUR")),
        ),
        online=True,
    )


@pytest.mark.parametrize("text", ["", "[costing]"])
def test_nothing_written_is_the_default_of_the_costing(text: str) -> None:
    assert parse(text).cost_choices == CostChoices()


@pytest.mark.parametrize("written", ["7.7", '"7.7"', "7.70"])
def test_hours_are_exactly_what_is_written(written: str) -> None:
    # 7.7 h = 27,720 s; the binary fraction nearest to 7.7 is another number
    choices = parse(f"[costing]\nday_hours = {written}").cost_choices
    assert (choices.day_hours, choices.day_seconds) == (Decimal("7.7"), 27_720)


def test_an_assessment_counts_what_the_policy_counts() -> None:
    policy = parse(
        'zone = "Europe/Berlin"\n[costing]\nattendance = "accepted"\npreparation = { minutes = 30 }\n'
        '[[costing.travel]]\nminutes = 40\ncash = "12 EUR"\n[[costing.venues]]\nname = "Town hall"\neach = "50 EUR"'
    )
    people = [
        Attendee("mailto:ann@town.example", partstat=PartStat.ACCEPTED),
        Attendee("mailto:bob@town.example"),
    ]
    start = datetime(2026, 12, 10, 9, tzinfo=UTC)
    meeting = Meeting(title="Budget", start=start, minutes=60, attendees=people, location="Town hall")
    cost = assess(meeting, policy=policy, rates=RateCard.flat("60 EUR")).cost
    # Ann alone: 60 + 30 + 40 minutes at 1 EUR a minute; 12 EUR for her ticket, 50 EUR for the hall
    assert (cost.time, cost.cash) == (Money("130.00", "EUR"), Money("62.00", "EUR"))


MISTAKEN = """zone = "x/y"
[costing]
atendance = "accepted"
attendance = "acepted"
day_hours = true
group_size = 0
preparation = { minutes = 3, ratio = 2.0 }
[[costing.travel]]
chash = "12.50 EUR"
minutes = -1
cash = "12 EUR/h"
[[costing.travel]]
cash = "12,50 EUR"
[[costing.venues]]
name = "Town hall"
[[costing.venues]]
each = "50 EUR"
hourly = "30 USD"
name = "town hall "
"""

ALL = """meetcost.toml: 14 mistakes
  line 1, zone: `x/y` is no time zone; write one such as Europe/Berlin or Asia/Shanghai
  line 3, costing.atendance: is not known here; did you mean `attendance`?
  line 4, costing.attendance: `acepted` is none of invited, accepted; did you mean `accepted`?
  line 5, costing.day_hours: `True` is no number
  line 6, costing.group_size: `0` is less than 1
  line 7, costing.preparation: exactly one of `minutes`, `ratio` is wanted, here is both
  line 9, costing.travel[0].chash: is not known here; did you mean `cash`?
  line 10, costing.travel[0].minutes: `-1` is less than 0
  line 11, costing.travel[0].cash: `12 EUR/h` is money per hour; an amount is wanted, such as `12 EUR`
  line 12, costing.travel[1]: has the same `site` and `venue` as `travel[0]`; keep one of them
  line 13, costing.travel[1].cash: `12,50 EUR` is no amount; write one such as `12 EUR` or `12.50 EUR`
  line 14, costing.venues[0]: the room has no price; write `hourly`, `each` or both
  line 16, costing.venues[1]: has the same `name` as `venues[0]`; keep one of them
  line 18, costing.venues[1].hourly: `30 USD`: other prices are in EUR; convert one first"""


def test_all_mistakes_at_once_each_with_its_line() -> None:
    with pytest.raises(ConfigError) as caught:
        parse(MISTAKEN)
    assert str(caught.value) == ALL


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("costing = 3", "costing"),
        ("[costing]\npreparation = {}", "costing.preparation"),
        ("[costing]\npreparation = 15", "costing.preparation"),
        ("[costing]\ntravel = [3]", "costing.travel[0]"),
        ('[costing]\ntravel = "far"', "costing.travel"),
        ("[costing]\nday_hours = 0", "costing.day_hours"),
        ("[costing]\nday_hours = 24.5", "costing.day_hours"),
        ("[costing]\nday_hours = nan", "costing.day_hours"),
        ("[costing]\nday_hours = inf", "costing.day_hours"),
        ("[costing]\npreparation = { ratio = -0.5 }", "costing.preparation.ratio"),
        ("[costing]\npreparation = { minutes = 10081 }", "costing.preparation.minutes"),
        ("[[costing.travel]]\ncash = 12", "costing.travel[0].cash"),
        ('[[costing.travel]]\ncash = "-12 EUR"', "costing.travel[0].cash"),
        ('[[costing.travel]]\ncash = "12 XYZ"', "costing.travel[0].cash"),
        ('[[costing.venues]]\neach = "5 EUR"', "costing.venues[0].name"),
        ('[[costing.venues]]\nname = ""\neach = "5 EUR"', "costing.venues[0].name"),
        ('[[costing.venues]]\nname = "a"\nhourly = "cheap"', "costing.venues[0].hourly"),
    ],
)
def test_each_mistake_has_its_place(text: str, place: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(text)
    assert place in {problem.property for problem in caught.value.problems}
    assert all(problem.line for problem in caught.value.problems)


def test_the_json_schema_knows_the_table() -> None:
    schema = Policy.json_schema()
    good = {
        "costing": {
            "attendance": "accepted",
            "day_hours": 7.7,
            "preparation": {"minutes": 15, "source": "our survey"},
            "travel": [{"site": "Harbour", "minutes": 40, "cash": "12 EUR"}],
            "venues": [{"name": "Town hall", "hourly": "30 EUR"}],
        }
    }
    jsonschema.validate(good, schema)
    for bad in ({"atendance": "accepted"}, {"day_hours": 25}, {"travel": [{"minutes": -1}]}, {"venues": [{}]}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({"costing": bad}, schema)


def test_the_reference_page_has_the_table() -> None:
    page = (Path(__file__).parents[2] / "docs/reference/policy.md").read_text("utf-8")
    for title in ("`[costing]`", "`[costing.preparation]`", "`[[costing.travel]]`", "`[[costing.venues]]`"):
        assert f"\n## {title}\n" in page

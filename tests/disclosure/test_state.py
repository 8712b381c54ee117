# SPDX-License-Identifier: Apache-2.0
"""What may be said to whom; a new kind of assumption is said to nobody until somebody decides."""

from __future__ import annotations

import ast
from dataclasses import fields, replace
from pathlib import Path

import pytest
from disclosure_making import DIRECTORY, NOW, POLICY, RATES, START, cost, disclosure, meeting

import meetcost
from meetcost.assessment import assess
from meetcost.costing.rate_card import RateCard
from meetcost.disclosure.state import OF_HOURS, OF_MONEY, OF_PEOPLE, Audience, state
from meetcost.model.cost import PrivateCostError
from meetcost.model.directory import Directory, Entry
from meetcost.values.person_hours import PersonHours
from meetcost.values.rate import Rate

PACKAGE = Path(meetcost.__file__).parent
PRIVATE_CODES = {"personal"}
"""Said to nobody: a cost that rests on it raises before."""


def codes_in_the_source() -> set[str]:
    """The first argument of every `Assumption.named`, or what a name in it may stand for."""
    found: set[str] = set()
    for path in [*sorted((PACKAGE / "costing").glob("*.py")), PACKAGE / "model" / "cost.py"]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Assumption.named":
                assert isinstance(node.args[0], ast.Constant), f"{path.name}:{node.lineno}"
                found.add(node.args[0].value)
            assert not (isinstance(node, ast.keyword) and node.arg == "code"), path
    return found


def test_every_assumption_is_classified() -> None:
    codes = codes_in_the_source()
    assert len(codes) > 20
    assert codes == OF_HOURS | OF_MONEY | OF_PEOPLE | PRIVATE_CODES
    assert not OF_HOURS & OF_MONEY
    assert not (OF_HOURS | OF_MONEY) & OF_PEOPLE


def test_inside_everything_is_said() -> None:
    said = disclosure()
    assert (said.people, said.seconds, said.hours, said.exact) == (3, 5400, PersonHours(16200), True)
    assert (str(said.time), str(said.cash)) == ("EUR 207.00", "EUR 0")
    assert said.method != "hours-only"
    assert str(said.rate_card) == "Town Office pay bands (example) 2026-01"


def test_outside_nothing_of_money_and_units_is_said() -> None:
    policy = replace(POLICY, directory=Directory.parse(DIRECTORY))
    inside, outside = (
        assess(meeting(), policy=policy, rates=RATES, now=NOW).disclosure(audience)
        for audience in (Audience.INSIDE, Audience.OUTSIDE)
    )
    assert {share.unit for share in inside.borne_by} == {"Planning", "Public Works", "Town Office"}
    assert inside.called_by == "Town Office"
    assert (outside.time, outside.cash, outside.rate_card, outside.called_by, outside.borne_by) == (
        None,
        None,
        None,
        "",
        (),
    )
    assert outside.method == "hours-only"
    assert {one.code for one in outside.assumptions} <= OF_HOURS
    text = repr([getattr(outside, field.name) for field in fields(outside)]) + " ".join(
        one.text() for one in outside.assumptions
    )
    for private in ("EUR", "Band", "Town", "Planning", "Works", "ann@", "@town"):
        assert private not in text


def test_money_of_an_unpublished_card_is_not_said() -> None:
    card = RateCard.parse(DIRECTORY and (example_rates().replace(b"published = true", b"published = false")))
    for audience in Audience:
        said = assess(meeting(), policy=POLICY, rates=card, now=NOW).disclosure(audience)
        assert (said.time, said.cash, said.method, said.rate_card) == (None, None, "hours-only", None)
        assert not {one.code for one in said.assumptions} & OF_MONEY


def example_rates() -> bytes:
    return (PACKAGE.parent / "examples" / "rates.toml").read_bytes()


def test_personal_rates_are_not_said_to_anybody() -> None:
    card = RateCard.parse(example_rates().replace(b"published = true", b"personal = true"))
    known = Directory([Entry("ann@town.example", rate=Rate("99", "EUR"))])
    policy = replace(POLICY, directory=known)
    for audience in Audience:
        with pytest.raises(PrivateCostError):
            assess(meeting(), policy=policy, rates=card, now=NOW).disclosure(audience)
    private = assess(meeting(), policy=policy, rates=card, now=NOW).cost
    with pytest.raises(PrivateCostError):
        state(meeting(), cost(), audience=Audience.INSIDE, as_of=NOW, people=3, a_year=private)


def test_groups_and_bands_are_said_inside_only() -> None:
    policy = replace(POLICY, directory=Directory.parse(DIRECTORY))
    asked = meeting(attendees=("all-staff@town.example", "stranger@town.example"))
    codes = {
        audience: {
            one.code for one in assess(asked, policy=policy, rates=RATES, now=NOW).disclosure(audience).assumptions
        }
        for audience in Audience
    }
    assert codes[Audience.INSIDE] & OF_PEOPLE
    assert not codes[Audience.OUTSIDE] & (OF_PEOPLE | OF_MONEY)
    assert not codes[Audience.PUBLIC] & OF_PEOPLE


def test_a_series_has_its_year() -> None:
    said = disclosure(rrule="FREQ=WEEKLY")
    assert said.a_year is not None
    assert said.a_year.occurrences == 52
    assert said.a_year.hours == said.hours * 52
    assert disclosure(Audience.OUTSIDE, rrule="FREQ=WEEKLY").a_year.money is None  # type: ignore[union-attr]
    assert said.as_of < START

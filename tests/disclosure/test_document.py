# SPDX-License-Identifier: Apache-2.0
"""The JSON document: it fits its schema, and nothing gets lost on the way."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import jsonschema
import pytest
from disclosure_making import disclosure, disclosures
from hypothesis import given
from pydantic import ValidationError

from meetcost.disclosure.document import SCHEMA_ID, DisclosureDocument
from meetcost.disclosure.state import Audience, Disclosure
from meetcost.paperwork.figures import COMPOSING_CHINESE, READING, Tag
from meetcost.paperwork.measured import MeasuredPaperwork
from meetcost.values.money import Money
from meetcost.values.person_hours import PersonHours

VALIDATOR = jsonschema.Draft202012Validator(
    DisclosureDocument.json_schema(), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
)


@given(disclosures())
def test_it_fits_its_schema_and_comes_back(said: Disclosure) -> None:
    for language in ("en", "zh"):
        document = DisclosureDocument.of(said, language)
        text = document.model_dump_json()
        VALIDATOR.validate(json.loads(text))
        assert DisclosureDocument.model_validate_json(text) == document
    if said.time is not None:
        assert document.time is not None
        assert (document.time.amount, document.time.currency) == (said.time.amount, said.time.currency)


def test_amounts_are_text() -> None:
    written = json.loads(DisclosureDocument.of(disclosure()).model_dump_json())
    assert written["time"] == {"amount": "207.00", "currency": "EUR"}
    assert written["person_hours"] == "4.5"
    assert written["as_of"] == "2026-01-02T00:00:00Z"
    assert written["version"] == 1


def test_forecast_and_measured_figure_stand_side_by_side() -> None:
    minuted = MeasuredPaperwork(
        2900, "characters", PersonHours(5724), None, Tag.ASSUMPTION, (COMPOSING_CHINESE, READING)
    )
    written = json.loads(DisclosureDocument.of(replace(disclosure(), measured=minuted)).model_dump_json())
    assert written["paperwork"] is not None
    assert written["measured"] == {
        "length": 2900,
        "unit": "characters",
        "writing": "1.59",
        "reading": None,
        "standing": "assumption",
        "figures": [str(COMPOSING_CHINESE), str(READING)],
    }
    assert "Brysbaert" in written["measured"]["figures"][1]


def test_no_amount_has_an_exponent() -> None:
    document = DisclosureDocument.of(replace(disclosure(), time=Money(Decimal("2E+6"), "JPY")))
    assert json.loads(document.model_dump_json())["time"]["amount"] == "2000000"
    wrong = json.loads(document.model_dump_json()) | {"person_hours": "1E+3"}
    assert not VALIDATOR.is_valid(wrong)


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(DisclosureDocument.json_schema())
    assert DisclosureDocument.json_schema()["$id"] == SCHEMA_ID


@pytest.mark.parametrize("wrong", [{"version": 2}, {"more": 1}, {"people": -1}, {"audience": "all"}, {"as_of": None}])
def test_another_document_is_refused(wrong: dict[str, object]) -> None:
    written = json.loads(DisclosureDocument.of(disclosure()).model_dump_json())
    assert not VALIDATOR.is_valid(written | wrong)
    with pytest.raises(ValidationError):
        DisclosureDocument.model_validate(written | wrong)


def test_outside_it_holds_no_money() -> None:
    text = DisclosureDocument.of(disclosure(Audience.OUTSIDE, rrule="FREQ=WEEKLY")).model_dump_json()
    assert "EUR" not in text
    assert "Band" not in text

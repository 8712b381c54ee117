# SPDX-License-Identifier: Apache-2.0
"""The reference is made from the code, and is up to date."""

from __future__ import annotations

import json
import re
import tomllib
from typing import TYPE_CHECKING

import jsonschema
import pytest
from reference_pages import API_HEAD, BESIDE, GROUPS, PAGES, PROPERTIES, REFERENCE, ROOT

import meetcost
from meetcost.disclosure.attach import JUDGED_UNTIL
from meetcost.ics.write import OWN_PREFIX

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_up_to_date(name: str) -> None:
    made = PAGES[name]()
    assert (REFERENCE / name).read_text("utf-8") == made, "run: python tests/docs/reference_pages.py"


def test_every_public_name_is_in_the_reference_once() -> None:
    named = [name for names in GROUPS.values() for name in names.split()]
    assert sorted(named) == meetcost.__all__
    beside = [name for names in BESIDE.values() for name in names.split()]
    assert not set(beside) & set(named)
    page = (REFERENCE / "api.md").read_text("utf-8")
    assert page.startswith(API_HEAD)
    assert all(page.count(f"### `{name}`\n") == 1 for name in (*named, *beside))


def test_every_property_of_ours_is_in_the_reference() -> None:
    source = (ROOT / "meetcost" / "disclosure" / "attach.py").read_text("utf-8")
    names = [*re.findall(r'^        "([A-Z-]+)": ', source, re.MULTILINE), JUDGED_UNTIL.removeprefix(OWN_PREFIX)]
    assert names == list(PROPERTIES)


@pytest.mark.parametrize(
    "name", [f"{name}.schema.json" for name in ("decision", "disclosure", "ledger", "policy", "rates")]
)
def test_the_schema_is_one(name: str) -> None:
    schema = json.loads((REFERENCE / name).read_text("utf-8"))
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("file", sorted(ROOT.glob("examples/policies/*.toml")), ids=lambda file: file.name)
def test_example_policies_fit_the_schema(file: Path) -> None:
    _valid(file, "policy.schema.json")


def test_the_example_rate_card_fits_the_schema() -> None:
    _valid(ROOT / "examples" / "rates.toml", "rates.schema.json")


@pytest.mark.parametrize(
    ("schema", "wrong"),
    [
        ("policy.schema.json", {"serries": "skip"}),
        ("policy.schema.json", {"no_meeting_day": [{"weekdays": ["wedensday"]}]}),
        ("rates.schema.json", {"name": "Rates"}),
    ],
)
def test_the_schema_finds_mistakes(schema: str, wrong: dict[str, object]) -> None:
    validator = jsonschema.Draft202012Validator(json.loads((REFERENCE / schema).read_text("utf-8")))
    assert not validator.is_valid(wrong)


def _valid(file: Path, schema: str) -> None:
    """As editors see it: TOML dates are JSON text."""
    data = json.loads(json.dumps(tomllib.loads(file.read_text("utf-8")), default=str))
    jsonschema.Draft202012Validator(json.loads((REFERENCE / schema).read_text("utf-8"))).validate(data)

# SPDX-License-Identifier: Apache-2.0
"""Rate cards: what a file says, how an hour is worked out, and every mistake at once."""

import tomllib
from datetime import date
from decimal import Decimal

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetcost.costing import rate_file
from meetcost.costing.loading import LOADINGS, PEOPLE_DAILY, HoursBasis
from meetcost.costing.rate_card import Method, RateCard
from meetcost.costing.rate_file import RateFile
from meetcost.errors import ConfigError, UsageError
from meetcost.model.cost import CardRef
from meetcost.values.rate import Rate

CARD = """
name = "Town Office pay bands"
version = "2026-01"
currency = "EUR"
published = true
default_band = "B"

[source]
title = "Pay table"
published = "2026-01-01"
url = "https://town.example/pay"

[bands.A]
label = "Grade A"
[bands.A.values]
2026-01-01 = 46
2026-07-01 = "47.25"

[bands.B.values]
2026-01-01 = { hourly = 30.5 }
"""


def parse(text):
    return RateCard.parse(text.encode(), "rates.toml")


def one_band(value, *more):
    head = ['name = "n"', 'version = "1"', 'currency = "CNY"', 'default_band = "A"', *more]
    return parse("\n".join([*head, "[bands.A.values]", f"2024-01-01 = {value}"]))


def mistakes(text):
    with pytest.raises(ConfigError) as caught:
        parse(text)
    return {problem.property: f"{problem.message}; {problem.advice}" for problem in caught.value.problems}


def test_a_rate_holds_from_its_day_until_the_next():
    card = parse(CARD)
    assert card.ref == CardRef("Town Office pay bands", "2026-01", True)
    assert card.rate("A", date(2026, 6, 30)).rate == Rate(46, "EUR")
    assert card.rate("A", date(2026, 7, 1)).rate == Rate("47.25", "EUR")
    assert card.rate("B", date(2030, 1, 1)).rate == Rate("30.5", "EUR")
    assert card.method is Method.HOURLY_RATES
    assert card.band_of("A").label == "Grade A"
    assert card.band_of("B").label == "B"


def test_before_its_first_day_the_first_rate_holds_and_that_is_known():
    card = parse(CARD)
    assert card.rate("A", date(2025, 1, 1)).rate == Rate(46, "EUR")
    assert card.early("A", date(2025, 12, 31)) == date(2026, 1, 1)
    assert card.early("A", date(2026, 1, 1)) is None


def test_periods_are_those_in_which_no_rate_changes():
    card = parse(CARD)
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1)]
    assert [card.period(day) for day in days] == [0, 1, 1, 2]


def test_who_is_in_no_band_is_priced_by_the_default_one():
    card = parse(CARD)
    for stranger in ("", "C"):
        assert card.rate(stranger, date(2026, 1, 1)).rate == Rate("30.5", "EUR")


def test_yearly_pay_is_divided_by_its_hours_and_rounded_once():
    """93,189 / (21.75 x 8 x 12 = 2,088 paid hours) = 44.6307... yuan, National Bureau of Statistics figures of 2024."""
    rate = one_band('{ yearly = 93189, hours = 2088, basis = "paid" }').rate("A", date(2024, 1, 1))
    assert rate.rate == Rate("44.63", "CNY")
    assert rate.steps[0].text() == "CNY 93,189 a year ÷ 2,088 paid hours ≈ CNY 44.63 per hour"
    assert rate.steps[0].text("zh") == "年薪 93,189 元 ÷ 计薪工时 2,088 小时 ≈ 每小时 44.63 元"


def test_a_loading_factor_multiplies_before_the_one_rounding():
    """62,400 x 1.46 / 2,080 = 43.80 exactly; and 1.46 is 100 / 68.6 to two decimals (1.4577)."""
    card = one_band('{ yearly = 62400, hours = 2080, basis = "paid" }', 'loading = "us-civilian-2016"')
    rate = card.rate("A", date(2024, 1, 1))
    assert card.method is Method.LOADED_RATES
    assert rate.rate == Rate("43.80", "CNY")
    assert rate.steps[0].text() == "CNY 62,400 a year ÷ 2,080 paid hours × 1.46 = CNY 43.80 per hour"
    (loading,) = [assumption for assumption in card.assumptions() if assumption.code == "loading"]
    assert "100 ÷ 68.6 ≈ 1.46" in loading.text()
    assert loading.citation is LOADINGS["us-civilian-2016"].citation


def test_a_factor_of_ones_own_is_called_an_assumption_unless_it_has_a_source():
    card = one_band('{ hourly = "40", basis = "worked" }', 'loading = { factor = 1.25, basis = "worked" }')
    assert card.rate("A", date(2024, 1, 1)).rate == Rate("50.00", "CNY")
    (loading,) = card.assumptions()
    assert loading.text() == "assumption of the organisation: pay counts 1.25 times, on worked hours"
    assert card.loading.basis is HoursBasis.WORKED


def test_the_formula_of_1999_is_six_times_pay_and_a_method_of_its_own():
    """2 x 3 x 44.60 = 267.60"""
    card = one_band("44.60", 'method = "people-daily-1999"')
    rate = card.rate("A", date(2024, 1, 1))
    assert card.method is Method.PEOPLE_DAILY_1999
    assert rate.rate == Rate("267.60", "CNY")
    assert rate.steps[0].text() == "2 × 3 × CNY 44.60 per hour = CNY 267.60 per hour"
    assert card.assumptions()[0].citation is PEOPLE_DAILY


def test_leave_counted_twice_is_refused_with_the_reason_and_its_source():
    text = """
        name = "n"
        version = "1"
        currency = "USD"
        default_band = "A"
        loading = "us-state-local-2019"
        [bands.A.values]
        2024-01-01 = { yearly = 62400, hours = 1635, basis = "worked" }
        2025-01-01 = { yearly = 62400, hours = 2080, basis = "paid" }
        2026-01-01 = 30
    """
    found = mistakes(text)
    assert set(found) == {"bands.A.values.2024-01-01.basis", "bands.A.values.2026-01-01"}
    assert "paid leave would be counted twice" in found["bands.A.values.2024-01-01.basis"]
    assert "BLS, Employer Costs for Employee Compensation" in found["bands.A.values.2024-01-01.basis"]
    assert "divide pay by the paid hours of a year" in found["bands.A.values.2024-01-01.basis"]
    assert 'basis = "paid"' in found["bands.A.values.2026-01-01"]


def test_leave_not_counted_at_all_is_refused_too():
    text = """
        name = "n"
        version = "1"
        currency = "USD"
        default_band = "A"
        loading = { factor = 1.2, basis = "worked" }
        bands.A.values.2024-01-01 = { yearly = 62400, hours = 2080, basis = "paid" }
    """
    assert "would not be counted at all" in mistakes(text)["bands.A.values.2024-01-01.basis"]


def test_all_mistakes_at_once_with_their_keys():
    text = """
        name = ""
        curency = "EUR"
        currency = "EURO"
        published = "yes"
        default_band = "Z"
        method = "guess"
        loading = "us-civilian-2061"
        [source]
        titel = "Pay table"
        [bands.A]
        lable = "Grade A"
        [bands.A.values]
        2026-13-01 = 46
        2026-01-01 = -1
        2026-02-01 = { yearly = 50000 }
        2026-03-01 = { hourly = 1, yearly = 2, hours = 9000, basis = "paid" }
        2026-04-01 = { hourly = "much" }
        2026-05-01 = true
        [bands.B.values]
    """
    found = mistakes(text)
    assert set(found) == {
        "name",
        "version",
        "curency",
        "currency",
        "published",
        "default_band",
        "method",
        "loading",
        "source.title",
        "source.titel",
        "bands.A.lable",
        "bands.A.values.2026-13-01",
        "bands.A.values.2026-01-01.hourly",
        "bands.A.values.2026-02-01",
        "bands.A.values.2026-03-01.hours",
        "bands.A.values.2026-04-01.hourly",
        "bands.A.values.2026-05-01",
        "bands.B.values",
    }
    assert found["curency"] == "is not known here; did you mean `currency`?"
    assert found["source.titel"] == "is not known here; did you mean `title`?"
    assert found["bands.A.lable"] == "is not known here; did you mean `label`?"
    assert "did you mean `us-civilian-2016`?" in found["loading"]
    assert "`Z` is no band; one of A, B" in found["default_band"]
    assert found["version"].startswith("is missing")
    assert "`EURO` is not an ISO 4217 currency" in found["currency"]
    assert "`-1`" in found["bands.A.values.2026-01-01.hourly"]


@pytest.mark.parametrize(
    ("more", "key", "told"),
    [
        ('method = "people-daily-1999"\nloading = "us-civilian-2016"', "method", "multiplies pay by six already"),
        ('method = "people-daily-1999"\npersonal = true', "method", "no personal rates"),
        ('method = "loaded-rates"', "method", "needs a `loading` factor"),
        ('method = "hourly-rates"\nloading = "us-civilian-2016"', "method", "goes with no `loading`"),
        ("loading = { factor = 1.2 }", "loading", "the `basis` of its hours"),
        ('loading = { name = "us-civilian-2016", factor = 1.2, basis = "paid" }', "loading", "ships with meetcost"),
        ('loading = { name = "us-civilian-2016", basis = "paid" }', "loading", "its own basis"),
        ('loading = { factor = 0.5, basis = "paid" }', "loading.factor", "`0.5` is less than 1"),
    ],
)
def test_what_does_not_go_together(more, key, told):
    text = f"""
        name = "n"
        version = "1"
        currency = "USD"
        default_band = "A"
        {more}
        bands.A.values.2024-01-01 = {{ hourly = 30, basis = "paid" }}
    """
    assert told in mistakes(text)[key]


@pytest.mark.parametrize(
    "data", [b"\xff\xff\xff", b"name =", b"x = 1e999999999999999999999", b"x = " + b"9" * 5000, b"a=" + b"[" * 9999]
)
def test_what_is_no_toml_is_a_config_error(data):
    with pytest.raises(ConfigError):
        RateCard.parse(data)


def test_a_card_in_gb18030_is_read():
    card = RateCard.parse(CARD.replace("Grade A", "科员").encode("gb18030"))
    assert card.band_of("A").label == "科员"


@given(st.binary(max_size=200))
def test_any_octets_are_a_card_or_a_config_error(data):
    with pytest.raises(ConfigError):
        RateCard.parse(data)


LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.dates())
KEYS = st.sampled_from(
    [*RateFile.model_fields, "A", "values", "label", "2026-01-01", "hourly", "yearly", "basis", "factor"]
)
TABLES = st.recursive(
    LEAVES, lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(KEYS, inner, max_size=5))
)


@given(st.dictionaries(KEYS, TABLES, max_size=8))
def test_any_table_is_a_card_or_a_config_error(table):
    """The checks between parts must stand any shape."""
    for problem in rate_file._contradictions(table):
        assert problem.property


def test_the_json_schema_agrees_with_the_reader():
    schema = RateFile.model_json_schema()
    table = tomllib.loads(CARD)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(table, schema)
    jsonschema.validate({**table, "loading": "us-civilian-2016"}, schema)
    jsonschema.validate({**table, "loading": {"factor": 1.2, "basis": "paid"}}, schema)
    for wrong in (
        {"loading": "unheard-of"},
        {"bands": {}},
        {"published": "yes"},
        {"extra": 1},
        {"bands": {"A": {"values": {}}}},
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**table, **wrong}, schema)


def test_a_flat_rate_is_an_assumption():
    card = RateCard.flat("46 EUR")
    assert card.rate("anything", date(1990, 1, 1)).rate == Rate(46, "EUR")
    assert card.early("anything", date(1990, 1, 1)) is None
    assert [assumption.text() for assumption in card.assumptions()] == ["assumption: everybody costs EUR 46 per hour"]
    assert RateCard.flat(Rate(46, "EUR")) == card


def test_a_card_made_by_hand_needs_its_default_band():
    with pytest.raises(UsageError, match="default band"):
        RateCard("n", "1", "EUR", {}, "A")


def test_loading_a_file(tmp_path):
    (tmp_path / "rates.toml").write_text(CARD, encoding="utf-8")
    assert RateCard.load(tmp_path / "rates.toml") == parse(CARD)
    (tmp_path / "bad.toml").write_text("name = 1", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"^bad.toml: "):
        RateCard.load(tmp_path / "bad.toml")


@pytest.mark.parametrize("loading", LOADINGS.values(), ids=LOADINGS)
def test_each_shipped_factor_stands_in_the_sentence_it_cites(loading):
    """The share of pay is in the quotation, and so is the share of the hourly figures where both are quoted."""
    assert f"{loading.pay_share} percent" in loading.citation.quote
    assert loading.citation.published
    assert abs(loading.factor - 100 / loading.pay_share) <= Decimal("0.005")
    assert loading.basis is HoursBasis.PAID


def test_no_loading_factor_is_a_default():
    assert parse(CARD).loading is None


def test_the_formula_of_1999_stands_in_the_sentence_it_cites():
    assert "2×" in PEOPLE_DAILY.quote
    assert "3倍" in PEOPLE_DAILY.quote


@pytest.mark.parametrize("currency", ["[]", "{}", "1", "2026-01-01"])
def test_a_currency_that_is_no_text_is_a_mistake_and_no_crash(currency):
    text = f'name = "n"\nversion = "1"\ncurrency = {currency}\ndefault_band = "A"\nbands.A.values.2024-01-01 = 30'
    assert "is no text" in mistakes(text)["currency"]

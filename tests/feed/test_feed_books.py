# SPDX-License-Identifier: Apache-2.0
"""What is published of a guard's books: only what the published rows say as well, and nobody's name."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest

from meetcost.costing.small_bands import FEWEST
from meetcost.feed.data import data_file
from meetcost.feed.gate import gate
from meetcost.feed.public_books import Waived
from meetcost.feed.recorded import AccountRead, Books, Drawn, PastRead
from meetcost.feed.recorded_data import QUOTA_COLUMNS
from meetcost.feed.told import quotas_of
from meetcost.privacy.finding import Kind
from meetcost.rules.periods import Calendar, Period, Stretch
from meetcost.rules.quota import Measure, Per, Quota, State

ROOT = Path(__file__).parents[2]
YEAR = Stretch(date(2026, 1, 1).toordinal(), date(2027, 1, 1).toordinal())


def quota(measure=Measure.PERSON_HOURS, per=Per.BODY, **more):
    more.setdefault("limit", 36_000)
    return Quota("q", measure, Period(Calendar.YEAR), per, "q", **more)


def told(of, *uids, ids=None, before=None, state=State.NEAR, open_=None):
    """The account of a quota out of which each of `uids` has drawn an hour."""
    drawn = tuple(Drawn(uid, 3600, "Roads") for uid in uids)
    account = AccountRead(of, None if of.per is Per.BODY else "Roads", 1, state, YEAR, drawn, before)
    (found,) = quotas_of(Books(str, accounts=(account,), open_=open_ or {}), ids or {})
    return found


KNOWN = {"public": "m-1", "other": "m-2", **{f"hidden{number}": None for number in range(9)}}


@pytest.mark.parametrize("hidden", range(8))
def test_nothing_of_a_confidential_meeting_goes_into_a_figure(hidden):
    found = told(quota(), "public", "other", *(f"hidden{number}" for number in range(hidden)), ids=KNOWN)
    assert (found.used, found.by_unit, found.others) == (7200, (("Roads", 7200),), hidden)
    assert found.state == (None if 0 < hidden < FEWEST else "near")


def test_a_meeting_of_which_nothing_is_known_counts_as_one_that_must_not_be_seen():
    found = told(quota(), "public", "stranger", None, ids=KNOWN)
    assert (found.used, found.others, found.state) == (3600, 2, None)
    assert told(quota(), "public", "stranger", ids=KNOWN, open_={"stranger": True}).used == 7200
    assert told(quota(), "public", "hidden0", ids=KNOWN, open_={"hidden0": True}).used == 3600


def test_of_a_unit_it_is_not_even_said_how_many_are_confidential():
    found = told(quota(per=Per.UNIT), "public", "hidden0", ids=KNOWN)
    assert (found.unit, found.used, found.others, found.state) == ("Roads", 3600, None, None)


def test_nothing_is_said_of_money_at_the_rates_of_the_guard():
    found = told(quota(Measure.COST, currency="EUR"), *(["public"] * 9), ids=KNOWN)
    assert (found.used, found.by_unit, found.state, found.limit) == (None, (), None, 36_000)


def test_of_earlier_periods_public_meetings_alone_are_told(guarded_county):
    """The books of the county begin on 30 June: the months from July on are whole, and the year is not."""
    made = guarded_county()
    monthly = next(one for one in made.publication.quotas if one.id == "monthly")
    assert [one.first for one in monthly.past] == [date(2026, 8, 1), date(2026, 7, 1)]
    held = [date.fromordinal(held.day) for entry in made.publication.entries for held in entry.held]
    assert [one.used for one in monthly.past] == [sum(day.month == month for day in held) for month in (8, 7)]
    assert all(one.others for one in monthly.past)
    assert all(not one.past for one in made.publication.quotas if one.id != "monthly")
    (row,) = (one for one in json.loads(made.files["data.json"])["quotas"] if one["quota"] == "monthly")
    assert [(one["first"], one["used"], one["others"]) for one in row["past"]] == [
        (one.first.isoformat(), str(one.used), one.others) for one in monthly.past
    ]
    index = made.files["index.html"].decode()
    assert index.index("July 2026</th>", index.index("The periods before")) < index.index(
        "August 2026</th>", index.index("The periods before")
    )


def test_of_earlier_periods_no_money_of_the_guard_is_told():
    past = (PastRead(YEAR, (Drawn("public", 3600, "Roads"), Drawn("hidden0", 1800, "Roads"))),)

    def account(of):
        one = AccountRead(of, None, 1, State.NEAR, YEAR, (), None, past)
        return quotas_of(Books(str, accounts=(one,)), KNOWN)[0].past

    assert [(one.used, one.others) for one in account(quota())] == [(3600, 1)]
    assert account(quota(Measure.COST, currency="EUR")) == ()


def test_the_target_is_a_part_of_what_was_public_last_year():
    down = quota(limit=None, share=Decimal("0.8"))
    before = {"public": 36_000, "hidden0": 5_000}
    found = told(down, "public", ids=KNOWN, before=before)
    assert (found.last_year, found.limit, found.state) == (36_000, 28_800, None)
    assert told(down, "public", ids=KNOWN, before={"public": 36_000}).state == "near"
    unknown = told(down, "public", ids=KNOWN, state=None)
    assert (unknown.last_year, unknown.limit, unknown.state) == (None, None, None)


@pytest.mark.parametrize("per", [Per.ORGANISER, Per.CALENDAR])
def test_of_organisers_only_how_many_stand_how_where_they_are_enough(per):
    def of(*counts):
        states = [State.CLOSED, State.TRIPPED]
        accounts = [
            AccountRead(quota(per=per), None, n, one, YEAR, (), None) for n, one in zip(counts, states, strict=True)
        ]
        return [(one.accounts, one.state, one.used) for one in quotas_of(Books(str, accounts=tuple(accounts)), {})]

    assert of(3, 1) == [(4, None, None)]
    assert of(4, 1) == [(4, "closed", None), (1, "tripped", None)]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_county_with_its_books(guarded_county, language):
    county = guarded_county(language)
    data = json.loads(county.files["data.json"])
    schema = json.loads((ROOT / "docs" / "reference" / "feed.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(data)
    held = sum(len(one["occurrences"]) for one in data["meetings"])
    by_id = {}
    for one in data["quotas"]:
        by_id.setdefault(one["quota"], []).append(one)
    (whole,) = by_id["meetings-a-year"]
    assert int(whole["used"]) == held
    assert whole["others"] == data["confidential"]["occurrences"]
    hours = sum(Decimal(one["used"]) for one in by_id["hours-down"])
    assert abs(hours - Decimal(data["totals"]["person_hours"])) < Decimal("0.2")  # each rounded to hundredths
    for one in by_id["hours-down"]:
        assert abs(Decimal(one["limit"]) - Decimal(one["last_year"]) * Decimal("0.8")) < Decimal("0.02")
    assert [one["class"] for one in data["waived"]["meetings"]] == ["ordered", "statutory"]
    assert data["waived"]["confidential"] == 1
    counts = {(one["rule"], one["outcome"], one["count"]) for one in data["refusals"]}
    assert counts == {("1", "refused", 1), ("emergency", "exempted", 1), ("emergency", "unconfirmed", 1)}
    table = list(csv.DictReader(io.StringIO(county.files["quotas.csv"].decode("utf-8-sig"))))
    assert list(table[0]) == list(QUOTA_COLUMNS)
    assert len(table) == len(data["quotas"])
    for section in ("quotas", "refused"):
        assert f'id="{section}"'.encode() in county.files["zh/index.html"]


def test_names_in_an_explanation_are_taken_out_and_markup_is_none(guarded_county):
    county = guarded_county()
    people = [entry.name for entry in county.county.loaded()[0].directory if " " in entry.name]
    county = guarded_county(reason=f"<b>{people[0]}</b> and {people[-1].upper()}\nhave to be\u202e heard")
    (dam,) = (one for one in county.publication.waived.meetings if one.beyond)
    assert dam.explanation == "<b>…</b> and … have to be heard"
    assert b"&lt;b&gt;" in county.files["index.html"]
    assert b"<b>\xe2\x80\xa6" not in county.files["index.html"]


def test_an_explanation_is_withheld_like_a_title(guarded_county):
    county = guarded_county(reason="the Disciplinary case", withhold=("disciplinary",))
    (dam,) = (one for one in county.publication.waived.meetings if one.beyond)
    assert (dam.explanation, dam.withheld) == ("", True)
    assert b"Disciplinary" not in b"".join(county.files.values())
    assert b"(explanation withheld)" in county.files["index.html"]


def test_without_books_nothing_is_said_of_them(county):
    data = json.loads(county.files["data.json"])
    assert (data["waived"], data["quotas"]) == (None, [])
    assert "quotas.csv" not in county.files
    assert b'id="quotas"' not in county.files["index.html"]


def blocked(county, publication):
    policy, rates = county.county.loaded()
    report = gate(publication, county.county.meetings, [], policy=policy, rates=rates).report
    return [one.kind for one in report.against]


def test_the_release_check_passes_it_and_stops_what_says_more(guarded_county):
    county = guarded_county()
    publication = county.publication
    assert blocked(county, publication) == []
    first = publication.quotas[0]
    more = replace(publication, quotas=(first._replace(used=first.used + 1),))
    assert blocked(county, more) == [Kind.REMAINDER]
    money = replace(publication, quotas=(first._replace(measure="cost", currency="GBP", used=1, by_unit=()),))
    assert blocked(county, money) == [Kind.UNEXPLAINED]
    document = json.loads(data_file(publication))
    assert document["waived"]["meetings"][0]["starts"]


def test_the_release_check_knows_a_waived_meeting_that_is_not_published(guarded_county):
    from meetcost.privacy.check import check  # noqa: PLC0415
    from meetcost.privacy.kept import kept_release  # noqa: PLC0415
    from meetcost.privacy.outsider import Outsider  # noqa: PLC0415
    from meetcost.privacy.release_file import release_of  # noqa: PLC0415

    document = json.loads(guarded_county().files["data.json"])
    document["waived"]["meetings"][0]["starts"] = ["2026-07-02T03:00:00+01:00"]
    release = release_of(kept_release(document, []), "this")
    found = check([release], Outsider({}, {}, {}, {}))
    assert Kind.REMAINDER in [one.kind for one in found.findings]


def test_the_reference_names_every_column_of_the_quotas():
    page = (ROOT / "docs" / "reference" / "feed.md").read_text("utf-8")
    for name, text in QUOTA_COLUMNS.items():
        assert f"| `{name}` | {text} |" in page


def test_waived_has_no_field_for_a_person():
    assert set(Waived._fields) == {
        "id", "starts", "klass", "rules", "beyond", "unit", "granted", "revoked", "explanation", "withheld",
    }  # fmt: skip

# SPDX-License-Identifier: Apache-2.0
"""What passes, what is blocked, and why."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from attack_rosters import attacked, recovered
from hypothesis import given, settings
from hypothesis import strategies as st
from rosters_for_attack import Body, significant

from meetcost.privacy.attack import solve
from meetcost.privacy.check import check
from meetcost.privacy.dominance import dominated, estimable
from meetcost.privacy.finding import Kind
from meetcost.privacy.outsider import Card, Outsider
from meetcost.privacy.release import BandRate


@pytest.fixture(scope="module")
def body():
    return Body.random(3, meetings=60, bands=3)


def kinds(report):
    return {one.kind for one in report.findings}


def said(report):
    return "\n".join(
        f"{one.said.text(language)} {one.releases} {one.places}" for one in report.findings for language in ("en", "zh")
    )


@pytest.mark.parametrize("seed", range(6))
def test_nobody_is_known_better_than_the_rate_card_says(seed):
    outcome = attacked(Body.random(seed, meetings=60))
    assert outcome.beyond == 0
    assert not outcome.blocked
    assert outcome.found > 0  # the attack does find what there is to find: the rates of the bands


@pytest.mark.parametrize(
    ("made", "found"),
    [("exact sums of real pay", 1.0), ("rounded to 10", 1.0), ("two significant digits", 0.95), ("rounded to 50", 0.6)],
)
def test_the_same_solver_recovers_pay_from_sums_of_pay(made, found):
    """Without this the test above would say nothing."""
    assert recovered(Body.random(1, meetings=200), made)[1] >= found


def test_a_flat_rate_gives_no_more_than_the_mean():
    assert recovered(Body.random(1, meetings=200), "one flat rate")[1] <= 0.4


@pytest.mark.parametrize(
    "rounded",
    [
        lambda cents, _: cents,
        lambda cents, _: round(cents / 1000) * 1000,
        lambda cents, _: round(cents / 5000) * 5000,
        significant(2),
        significant(1),
    ],
    ids=["exact", "to 10", "to 50", "two digits", "one digit"],
)
@pytest.mark.parametrize("solver", [solve, None], ids=["scipy", "none"])
def test_sums_of_pay_are_blocked_however_they_are_rounded(body, rounded, solver):
    report = check([body.release(body.document_of_sums(rounded))], body.outsider(), solver=solver)
    assert report.blocked
    assert Kind.UNEXPLAINED in kinds(report)
    assert (report.taken is None) is (solver is None)


def test_the_report_says_how_much_and_names_nobody(body):
    report = check([body.release(body.document_of_sums())], body.outsider(), solver=solve)
    assert kinds(report) >= {Kind.UNEXPLAINED, Kind.SMALL_GROUP, Kind.DIFFERENCING, Kind.DOMINANCE, Kind.RECOVERED}
    assert len(report.recovered) == len(body.pay)
    for person, cents in body.pay.items():
        assert person.partition("@")[0] + "@" not in said(report)
        assert f"{cents / 100:.2f}" not in said(report)
    for who, bounds in report.recovered.items():
        true = body.pay[who.person.removeprefix("mailto:")]
        assert bounds.low * 0.99 - 3 <= true <= bounds.high * 1.01 + 3


def test_sums_that_were_published_once_do_not_keep_a_clean_release_back(body):
    """They are out; the next one adds nothing to them. The report tells of them all the same."""
    old = body.release(body.document_of_sums(), "old")
    new = body.release(name="new")
    report = check([old, new], body.outsider(), judged=new, solver=solve)
    assert not report.blocked
    assert {one.releases for one in report.findings} == {("old",)}
    assert check([old, new], body.outsider(), judged=old).blocked


def test_one_figure_among_many_is_enough(body):
    document = body.document()
    row = document["meetings"][7]["occurrences"][0]
    for part in (row, row["paid_by"][0], row["by_band"][0], document["totals"]):
        part["working_time"] = f"{Decimal(part['working_time']) + 5:.2f}"
    report = check([body.release(document)], body.outsider())
    assert report.unexplained == 1
    assert report.findings[0].kind is Kind.UNEXPLAINED
    assert report.findings[0].places == (f"{document['meetings'][7]['id']} {row['start']}",)


@pytest.mark.parametrize("field", ["occurrences", "person_seconds", "working_time", "cash"])
def test_a_total_that_holds_more_than_is_shown_is_blocked(body, field):
    document = body.document()
    whole = document["totals"][field]
    document["totals"][field] = whole + 3600 if isinstance(whole, int) else f"{Decimal(whole) + 46:.2f}"
    report = check([body.release(document)], body.outsider())
    assert report.blocked
    assert [(one.kind, one.places) for one in report.findings] == [(Kind.REMAINDER, (f"totals.{field}",))]


def test_a_meeting_left_out_of_the_rows_shows_in_the_total(body):
    document = body.document()
    del document["meetings"][4]
    assert Kind.REMAINDER in kinds(check([body.release(document)], body.outsider()))


def test_what_units_bear_is_explained_by_the_rosters_or_by_some_choice_of_heads(body):
    release = body.release()
    assert not check([release], Outsider(heads=body.outsider().heads)).findings
    document = body.document()
    row = next(one for m in document["meetings"] for one in m["occurrences"] if len(one["paid_by"]) > 1)
    first, second = row["paid_by"][:2]
    first["working_time"] = f"{Decimal(first['working_time']) + 3:.2f}"
    second["working_time"] = f"{Decimal(second['working_time']) - 3:.2f}"
    for outsider in (body.outsider(), Outsider(heads=body.outsider().heads)):
        report = check([body.release(document)], outsider)
        assert kinds(report) == {Kind.UNEXPLAINED}
        assert "bear" in said(report)


@pytest.mark.parametrize("part", ["paid_by", "by_band"])
def test_money_in_a_part_is_money_even_where_the_whole_says_none(body, part):
    document = body.document()
    row = document["meetings"][3]["occurrences"][0]
    row["working_time"] = None
    for name in ("paid_by", "by_band"):
        for one in row[name]:
            one["working_time"] = "47.11" if name == part else None
    report = check([body.release(document)], body.outsider(), solver=solve)
    assert report.blocked
    assert Kind.UNEXPLAINED in kinds(report)


def test_a_rate_that_is_not_in_the_card_is_pay(body):
    document = body.document()
    changed = 0
    for row in (one for meeting in document["meetings"] for one in meeting["occurrences"]):
        for line in row["by_band"]:
            if line["band"] == "b2":
                line["rate"] = f"{Decimal(line['rate']) + 1:.2f}"
                changed += 1
    assert changed
    assert Kind.UNEXPLAINED in kinds(check([body.release(document)], body.outsider()))


def test_without_the_rate_card_nothing_passes(body):
    release = body.release()._replace(bands=())
    report = check([release], Outsider(heads=body.outsider().heads))
    assert report.blocked
    assert kinds(report) == {Kind.UNPROVEN}
    assert "--rates" in said(report)
    assert not check([release], body.outsider()).blocked


def test_bands_of_few_people_are_blocked_if_they_are_not_merged():
    body = Body.random(5, meetings=40, bands=4)
    few = Body(body.pay, {who: "b3" if at == 0 else "b0" for at, who in enumerate(body.pay)}, body.unit, body.rates,
               body.meetings)  # fmt: skip
    document = few.document()
    assert {line["band"] for m in document["meetings"] for o in m["occurrences"] for line in o["by_band"]} == {"b0"}
    assert not check([few.release(document)], few.outsider()).blocked
    unmerged = Body(body.pay, body.band, body.unit, body.rates, body.meetings)
    outsider = Outsider(unmerged.outsider().rosters, heads={"b0": 17, "b1": 1, "b2": 1, "b3": 1})
    report = check([unmerged.release()], outsider)
    assert kinds(report) == {Kind.SMALL_BAND}
    assert check([unmerged.release()], Outsider()).blocked  # nobody knows how many they are
    assert kinds(check([unmerged.release()], Outsider(outsider.rosters, heads={}))) == {Kind.SMALL_BAND}


def test_a_card_holds_from_day_to_day():
    lines = [("A", date(2026, 1, 1), "10"), ("A", date(2026, 7, 1), "12"), ("B", None, "8")]
    card = Card.of(BandRate(band, first, Decimal(rate)) for band, first, rate in lines)
    assert card.allows("A", Decimal("10.00"), date(2026, 6, 30))
    assert card.allows("A", Decimal(10), date(2026, 7, 1))  # in another zone it is still the day before
    assert not card.allows("A", Decimal(10), date(2026, 7, 3))
    assert not card.allows("A", Decimal(12), date(2026, 6, 1))
    assert card.allows("A", Decimal(10), date(2020, 1, 1))  # before the first day the first rate holds
    assert not card.allows("A", Decimal(12), date(2020, 1, 1))
    assert card.allows("B", Decimal(8), date(1999, 1, 1))
    assert not card.allows("C", Decimal(8), date(2026, 1, 1))


@settings(max_examples=60)
@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=9))
def test_the_rules_are_those_of_the_handbook(parts):
    x = sorted(parts, reverse=True)
    assert dominated(parts) == (sum(x[:2]) > 0.85 * sum(x) + 1e-9 or sum(x[:2]) * 20 > 17 * sum(x))
    assert estimable(parts) == (10 * sum(x[2:]) < x[0])


def test_nothing_to_solve_is_no_error():
    assert solve([]) is None
    assert not check([], Outsider()).blocked

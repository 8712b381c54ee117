# SPDX-License-Identifier: Apache-2.0
"""What is to be done with one object, and when nothing is."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invites import BLOCK, FRIDAY, THURSDAY, calendar, component, invite
from writing import ANN, NOW, planner

from meetcost.costing.rate_card import RateCard
from meetcost.disclosing.found import Figures, found_in
from meetcost.disclosing.plan import Why, says
from meetcost.disclosure.attach import detach
from meetcost.ics.limits import LIMITS
from meetcost.policy.policy import Policy
from meetcost.values.money import Money

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "data" / "disclosing"
INSIDE = Policy.parse(b'zone = "Europe/Berlin"\n[disclosure]\ninside = ["*@town.example"]\n')


def card(rate, currency="EUR"):
    head = f'name="House"\nversion="1"\ncurrency="{currency}"\npublished=true\ndefault_band="all"\n'
    return RateCard.parse(f"{head}bands.all.values.2020-01-01={rate}\n".encode())


RATE = card(30)


def people(count):
    return [f"{name}@town.example" for name in ("ann", *(f"p{number}" for number in range(1, count)))]


def test_a_new_invite_is_written_once():
    plan = planner().plan(invite("a", THURSDAY))
    assert plan.why is Why.NEW
    assert says(plan.octets, plan.said, INSIDE)
    assert detach(plan.octets) == invite("a", THURSDAY)
    again = planner().plan(plan.octets)
    assert again.why is Why.UNCHANGED
    assert again.said[""].digest == plan.said[""].digest


@pytest.mark.parametrize(
    ("before", "after", "moved"), [(10, 11, True), (20, 21, False), (20, 22, True), (20, 18, True)]
)
def test_only_a_tenth_or_more_is_worth_a_write(before, after, moved):
    written = planner().plan(invite("a", THURSDAY, people=people(before))).octets
    more = [f"ATTENDEE:mailto:p{number}@town.example\r\n" for number in range(before, after)]
    changed = written.replace(b"END:VEVENT", "".join(more).encode() + b"END:VEVENT")
    for number in range(after, before):
        changed = changed.replace(f"ATTENDEE:mailto:p{number}@town.example\r\n".encode(), b"")
    plan = planner().plan(changed)
    assert plan.why is (Why.MOVED if moved else Why.UNCHANGED)
    assert plan.octets.replace(b"\r\n ", b"").count(BLOCK.encode()) == moved


def test_money_that_comes_goes_or_changes_is_worth_a_write():
    bare = planner(INSIDE).plan(invite("a", THURSDAY)).octets
    priced = planner(INSIDE, RATE).plan(bare)
    assert priced.why is Why.MOVED
    assert planner(INSIDE, card(32)).plan(priced.octets).why is Why.UNCHANGED
    assert planner(INSIDE, card(33)).plan(priced.octets).why is Why.MOVED
    assert planner(INSIDE, card(30, "USD")).plan(priced.octets).why is Why.MOVED
    # somebody from outside is asked, so the money has to go, though the hours have hardly moved
    many = planner(INSIDE, RATE).plan(invite("a", THURSDAY, people=people(20))).octets
    outside = many.replace(b"END:VEVENT", b"ATTENDEE:mailto:x@other.example\r\nEND:VEVENT")
    plan = planner(INSIDE, RATE).plan(outside)
    assert plan.why is Why.MOVED
    assert b"EUR" not in plan.octets


def test_other_peoples_meetings_are_left_alone():
    theirs = invite("a", THURSDAY, people=["ben@town.example", "ann@town.example"])
    assert planner().plan(theirs).why is Why.NOT_OURS
    nobody = calendar([line for line in component("a", THURSDAY) if not line.startswith("ORGANIZER")])
    assert planner().plan(nobody).why is Why.NOT_OURS
    spelt = invite("a", THURSDAY).replace(b"ORGANIZER:mailto:ann@", b"ORGANIZER;CN=Ann:MAILTO:Ann@")
    assert planner().plan(spelt).why is Why.NEW
    mixed = calendar(
        component("a", THURSDAY, "RRULE:FREQ=DAILY;COUNT=3"),
        component("a", FRIDAY, f"RECURRENCE-ID;TZID=Europe/Berlin:{FRIDAY:%Y%m%d}T100000", people=people(3)[::-1]),
    )
    assert planner().plan(mixed).why is Why.NOT_OURS


def test_what_is_over_is_left_alone():
    octets = invite("a", THURSDAY)
    later = NOW + timedelta(days=60)
    assert planner(now=later).plan(octets).why is Why.OVER
    assert planner(now=later, first=NOW).plan(octets).why is Why.NEW
    series = invite("a", THURSDAY, "RRULE:FREQ=WEEKLY")
    assert planner(now=later).plan(series).why is Why.NEW
    # and what was written stands there still, for the books
    assert planner(now=later).plan(planner().plan(octets).octets).said[""].lines


def test_what_is_no_meeting_any_more_loses_its_lines():
    written = planner().plan(invite("a", THURSDAY)).octets
    alone = b"".join(line for line in written.splitlines(True) if not line.startswith(b"ATTENDEE"))
    plan = planner().plan(alone)
    assert plan.why is Why.GONE
    assert plan.octets == detach(alone)
    assert planner().plan(plan.octets).why is Why.NOTHING


def test_no_uid_no_write():
    """K019."""
    assert json.loads((CASES / "K019.json").read_text()) == {"uid": None}
    without = calendar([line for line in component("a", THURSDAY) if not line.startswith("UID")])
    assert planner().plan(without).why is Why.NO_UID
    two = calendar(component("a", THURSDAY), component("b", THURSDAY))
    assert planner().plan(two).why is Why.NO_UID


@pytest.mark.parametrize("octets", [b"", b"nonsense", invite("a", THURSDAY)[:-20], invite("a", THURSDAY)[:200]])
def test_what_is_not_whole_is_not_written(octets):
    assert planner().plan(octets).why is Why.UNREADABLE


def test_exactly_one_block_afterwards_whatever_stood_there():
    """K023: of an older version, of another language, edited by hand, doubled by an earlier bug."""
    assert json.loads((CASES / "K023.json").read_text()) == {"blocks": ["v0", "de", "edited", "double"]}
    own = "Bring the drafts.\\nRoom 3"
    block = "-- meeting cost (added automatically) --\\n{}\\n-- end --"
    texts = {
        "v0": block.format("cost: 3 h"),
        "zh": "—— 会议成本（系统自动生成）——\\n3 人·时\\n—— 以上 ——",
        "edited": block.format("3 person-hours, says Ann\\nand more"),
        "double": f"{block.format('3 person-hours')}\\n\\n{block.format('3 person-hours')}",
    }
    for name, text in texts.items():
        octets = invite("a", THURSDAY, f"DESCRIPTION:{own}\\n\\n{text}")
        plan = planner().plan(octets)
        assert plan.why is Why.DAMAGED, name
        assert planner().plan(plan.octets).why is Why.UNCHANGED
        unfolded = plan.octets.replace(b"\r\n ", b"")
        assert unfolded.count(b"-- end --") == 1
        assert "以上" not in unfolded.decode()
        assert f"DESCRIPTION:{own}\\n\\n".encode() in unfolded
        assert detach(plan.octets) == invite("a", THURSDAY, f"DESCRIPTION:{own}")


def test_without_our_properties_the_books_know_the_figures():
    """K005: a server that drops X- properties; nothing is written again and again."""
    written = planner(INSIDE, RATE).plan(invite("a", THURSDAY)).octets
    dropped = b"".join(line for line in written.splitlines(True) if not line.startswith(b"X-MEETCOST"))
    known = {"": Figures(found_in(written, LIMITS)[""].figures.hours, Money("90.00", "EUR"))}
    assert planner(INSIDE, RATE).plan(dropped, known).why is Why.UNCHANGED
    assert planner(INSIDE, RATE).plan(dropped).why is Why.UNCHANGED  # by its very words
    tomorrow = planner(INSIDE, card(31), now=NOW + timedelta(days=1))
    assert tomorrow.plan(dropped, known).why is Why.UNCHANGED
    assert tomorrow.plan(dropped).why is Why.DAMAGED
    assert planner(INSIDE, card(50)).plan(dropped, known).why is Why.MOVED


def test_three_hundred_overrides_are_one_write():
    """K025."""
    assert json.loads((CASES / "K025.json").read_text()) == {"overrides": 300}
    days = [THURSDAY + timedelta(days=number) for number in range(300)]
    changed = [
        component("a", day, f"RECURRENCE-ID;TZID=Europe/Berlin:{day:%Y%m%d}T100000", people=people(4 + at % 3))
        for at, day in enumerate(days)
    ]
    octets = calendar(component("a", THURSDAY, "RRULE:FREQ=DAILY;COUNT=320"), *changed)
    plan = planner().plan(octets)
    assert plan.why is Why.NEW
    assert len(plan.said) == 201  # the master and the last 200, as `attach` has it
    assert len({said.lines for said in plan.said.values()}) == 4
    assert planner().plan(plan.octets).why is Why.UNCHANGED


def test_taken_out_octet_for_octet_and_nothing_else():
    octets = invite(
        "a", THURSDAY, "DESCRIPTION:Mine\\nand more", "X-ALT-DESC;FMTTYPE=text/html:<html><b>Mine</b></html>"
    )
    written = planner().plan(octets).octets
    plan = planner(remove=True).plan(written)
    assert plan.why is Why.GONE
    assert plan.octets == octets
    assert planner(remove=True).plan(octets).why is Why.NOTHING
    assert planner(remove=True, now=NOW + timedelta(days=90)).plan(written).octets == octets  # what is over, too


def test_taking_out_leaves_the_dates_that_a_guard_left_out():
    skip = f"EXDATE;TZID=Europe/Berlin;X-MEETCOST=SKIPPED:{THURSDAY + timedelta(days=7):%Y%m%d}T100000"
    octets = invite("a", THURSDAY, "RRULE:FREQ=WEEKLY;COUNT=5", skip)
    written = planner().plan(octets).octets
    assert BLOCK.encode() in written
    bare = planner(remove=True).plan(written).octets
    assert BLOCK.encode() not in bare
    assert skip.encode() in bare


def test_what_could_not_be_read_again_is_not_written():
    large = invite("a", THURSDAY, f"X-PAPERS:{'x' * 900_000}")
    assert planner().plan(large).why is Why.NEW
    larger = invite("a", THURSDAY, f"X-PAPERS:{'x' * (LIMITS.octets - 500)}")
    assert len(larger) < LIMITS.octets
    assert planner().plan(larger).why is Why.TOO_MUCH


def test_sequence_and_dtstamp_stay():
    """K022: a thousand people get no update that asks them anything."""
    octets = invite("a", THURSDAY, "SEQUENCE:7")
    written = planner().plan(octets).octets
    assert b"SEQUENCE:7\r\n" in written
    assert b"DTSTAMP:20260101T000000Z\r\n" in written


@given(st.binary(max_size=300), st.integers(0, 900))
def test_nothing_that_lies_in_a_calendar_breaks_it(junk, at):
    """Any octets give a plan; one that writes gives the octets back when our lines are taken out."""
    whole = invite("a", THURSDAY, "DESCRIPTION:Mine")
    octets = whole[:at] + junk + whole[at:]
    plan = planner().plan(octets)
    if plan.why.writes:
        assert detach(plan.octets) == detach(octets)
        assert planner().plan(plan.octets).why is Why.UNCHANGED


@pytest.mark.parametrize("text", ["1E+999999999", "-3", "NaN", "", "3,5", "9" * 40, "Infinity"])
def test_figures_that_we_never_wrote_are_none(text):
    assert Figures.of({"PERSON-HOURS": text}) is None
    assert Figures.of({"PERSON-HOURS": "3", "TIME-COST": f"EUR {text}"}) is None


MONEY = st.none() | st.builds(Money, st.integers(1, 10**6).map(str), st.sampled_from(["EUR", "CNY"]))


@given(st.integers(1, 10**6), st.integers(1, 10**6), MONEY, MONEY)
def test_moved_by_a_tenth_is_just_that(before, after, money, other):
    hours = Figures(before, money).moved_from(Figures(before, money))
    assert not hours
    moved = Figures(after, None).moved_from(Figures(before, None))
    assert moved is (abs(after - before) * 10 >= before and after != before)
    assert Figures(before, other).moved_from(Figures(before, money)) or (other is None) is (money is None)


@pytest.mark.parametrize("case", sorted(CASES.glob("*.json")), ids=lambda path: path.stem)
def test_each_case_of_durability_has_its_test(case):
    folders = (ROOT / "tests" / name for name in ("account", "audit", "disclosing"))
    told = [path.read_text() for folder in folders for path in folder.glob("test_*.py")]
    assert any(case.stem in text for text in told)


def test_addresses_in_any_spelling():
    assert (
        planner(addresses=[ANN]).plan(invite("a", THURSDAY, people=["ANN@Town.Example", "b@x.example"])).why is Why.NEW
    )

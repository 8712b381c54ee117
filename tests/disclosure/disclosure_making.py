# SPDX-License-Identifier: Apache-2.0
"""Disclosures for tests: of a meeting of two in the example policy, or of anything."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from hypothesis import strategies as st

from meetcost.assessment import assess
from meetcost.costing.rate_card import Method, RateCard
from meetcost.disclosure.state import Audience, Disclosure, Share, Skipped, Yearly
from meetcost.model.cost import Assumption, CardRef, Cost, PaperworkHours
from meetcost.model.meeting import Meeting
from meetcost.model.phrase import Phrase
from meetcost.paperwork.figures import FIGURES, Tag
from meetcost.paperwork.measured import MeasuredPaperwork
from meetcost.policy.policy import Policy
from meetcost.values.money import Money
from meetcost.values.person_hours import PersonHours

EXAMPLES = Path(__file__).parents[2] / "examples"
NOW = datetime(2026, 1, 2, tzinfo=UTC)
START = datetime(2026, 1, 6, 9, tzinfo=UTC)
RATES = RateCard.load(EXAMPLES / "rates.toml")
DIRECTORY = (EXAMPLES / "directory.csv").read_bytes()
POLICY = Policy.parse(b'zone = "Europe/Berlin"\n[disclosure]\ninside = ["*@town.example"]\n')
PEOPLE = ("ann@town.example", "ben@town.example", "felix@town.example")


def meeting(**more: object) -> Meeting:
    fields = {"title": "Budget", "start": START, "minutes": 90, "organizer": PEOPLE[0], "attendees": PEOPLE} | more
    return Meeting(**fields)  # type: ignore[arg-type]


def cost(**more: object) -> Cost:
    return assess(meeting(**more), policy=POLICY, rates=RATES, now=NOW).cost


def disclosure(audience: Audience = Audience.INSIDE, link: str = "", **more: object) -> Disclosure:
    return assess(meeting(**more), policy=POLICY, rates=RATES, now=NOW).disclosure(audience, link=link)


SECONDS = st.integers(0, 60 * 86400) | st.sampled_from([0, 59, 60, 5400, 86400, 10**9])
HOURS = (st.integers(0, 10**7) | st.integers(0, 10**14)).map(PersonHours)
CURRENCIES = ["EUR", "CNY", "JPY", "KWD", "XAF"]
AMOUNTS = st.decimals(0, 10**12, places=2) | st.just(Decimal("9.96"))
MONEY = st.builds(Money, AMOUNTS, st.sampled_from(CURRENCIES))
DAYS = st.dates(date(1, 1, 1), date(9999, 12, 31)) | st.dates(date(2026, 1, 1), date(2027, 12, 31))
SKIPS = st.lists(DAYS.map(lambda day: Skipped(day, Phrase("a no-meeting day"))), max_size=70).map(tuple)
PAPERWORK = st.lists(st.integers(0, 10**8), min_size=3, max_size=3).map(
    lambda found: PaperworkHours(*map(PersonHours, sorted(found)), "fitted on others", records=found[0] % 1000)
)
MEASURED = st.builds(
    MeasuredPaperwork,
    st.integers(0, 10**9),
    st.sampled_from(["words", "characters"]),
    st.none() | HOURS,
    st.none() | HOURS,
    st.sampled_from(list(Tag)),
    st.sampled_from([(), FIGURES]),
)
LINKS = st.just("") | st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=190).map(
    lambda path: f"https://{path}"
)


@st.composite
def disclosures(draw: st.DrawFn) -> Disclosure:
    """Any that can be stated, and more."""
    time, cash = draw(st.none() | MONEY), draw(st.none() | MONEY)
    hours = draw(HOURS)
    return Disclosure(
        audience=draw(st.sampled_from(list(Audience))),
        as_of=draw(st.datetimes(datetime(1000, 1, 1), timezones=st.just(UTC))),
        people=draw(st.integers(0, 10**9)),
        seconds=draw(SECONDS),
        hours=hours,
        time=time,
        cash=cash,
        method=draw(st.sampled_from(list(Method))),
        rate_card=draw(st.none() | st.just(CardRef("Bands; a, b\\n\nx", "2026", published=True))),
        called_by=draw(st.text(max_size=9)),
        borne_by=(Share("", hours, time), Share("Planning", hours, cash)),
        paperwork=draw(st.none() | PAPERWORK),
        measured=draw(st.none() | MEASURED),
        a_year=draw(st.none() | st.builds(Yearly, st.integers(0, 10**5), HOURS, st.none() | MONEY)),
        skipped=draw(SKIPS),
        link=draw(LINKS),
        assumptions=(Assumption.named("rounding", "rounded"),),
    )

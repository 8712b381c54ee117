# SPDX-License-Identifier: Apache-2.0
"""What holds of every rule, by generation: against second formulations, and of whatever stands already."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st
from rule_cases import BOB, EVE, answered, event, judged, policy

from meetcost.model.verdict import Bearing, Outcome
from meetcost.rules.catalogue.clock import outside
from meetcost.rules.catalogue.form import Documentation, invite
from meetcost.rules.catalogue.index import CATALOGUE

BERLIN = ZoneInfo("Europe/Berlin")
DAY = 86_400
starts = st.datetimes(datetime(2026, 12, 2), datetime(2027, 11, 30)).map(
    lambda one: one.replace(second=0, microsecond=0)
)
lengths = st.one_of(st.integers(0, 240), st.integers(0, 4000))
OFFICE = policy("""[[hours]]
start = "09:00"
end = "18:00"
days = ["monday", "tuesday", "wednesday", "thursday", "friday"]
breaks = [{ start = "12:00", end = "13:00" }]
""")
WINDOW = policy("[[window]]\ndays = ['thursday']\nstart = '11:00'\nend = '17:00'\n")


def written(start: datetime) -> str:
    return start.strftime("%Y%m%dT%H%M%S")


def clock_minutes(start: datetime, minutes: int) -> list[datetime]:
    """The wall-clock minutes that a meeting takes up."""
    return [start + timedelta(minutes=at) for at in range(minutes)]


def in_office(one: datetime) -> bool:
    return one.weekday() < 5 and (9 <= one.hour < 12 or 13 <= one.hour < 18)


def in_window(one: datetime) -> bool:
    return one.weekday() == 3 and 11 <= one.hour < 17


@given(starts, st.integers(1, 600))
@settings(max_examples=80, deadline=None)
def test_hours_and_windows_hold_minute_by_minute(start: datetime, minutes: int) -> None:
    octets = event(written(start), length=f"PT{minutes}M")
    taken = clock_minutes(start, minutes)
    assert judged(octets, OFFICE).allowed == all(map(in_office, taken))
    assert judged(octets, WINDOW).allowed == all(map(in_window, taken))


@given(st.integers(0, 5 * DAY), st.integers(1, 3 * DAY), st.lists(st.tuples(st.integers(0, DAY), st.integers(0, DAY))))
@settings(max_examples=60, deadline=None)
def test_what_lies_outside_is_counted_exactly(local: int, length: int, spans: list[tuple[int, int]]) -> None:
    open_: list[tuple[int, int]] = []
    for begin, end in sorted((min(pair), max(pair)) for pair in spans):
        if begin < end and (not open_ or open_[-1][1] <= begin):
            open_.append((begin, end))
    # in steps between the edges, of which every piece lies wholly inside or outside
    edges = {local, local + length}
    for day in range(local // DAY, (local + length) // DAY + 1):
        edges |= {day * DAY + at for pair in open_ for at in pair} | {day * DAY}
    inside = sorted(at for at in edges if local <= at <= local + length)
    expected = sum(
        until - since
        for since, until in pairwise(inside)
        if not any(begin <= since % DAY < end for begin, end in open_)
    )
    assert outside(local, local + length, lambda _: open_) == expected


@given(starts, lengths, st.integers(1, 2000))
@settings(max_examples=60, deadline=None)
def test_a_meeting_is_refused_exactly_if_it_is_longer(start: datetime, minutes: int, most: int) -> None:
    octets = event(written(start), length=f"PT{minutes}M")
    assert judged(octets, policy(f"[[duration]]\nat_most = {most}\n")).allowed == (0 < minutes <= most)


RULES = st.sampled_from(CATALOGUE)


@given(RULES, starts, lengths, st.sampled_from(["", "RRULE:FREQ=WEEKLY;COUNT=5", "RRULE:FREQ=DAILY"]), st.booleans())
@settings(max_examples=120, deadline=None)
def test_whatever_stands_may_be_sent_again_answered_and_shortened(
    doc: Documentation, start: datetime, minutes: int, rule: str, skip: bool
) -> None:
    head = 'zone = "Europe/Berlin"\n' + ('series = "skip"\n' if skip else "")
    rules = policy(doc.clause, head)
    lines = (rule,) if rule else ()
    old = event(written(start), *lines, length=f"PT{minutes}M", people=(BOB, EVE))
    again = judged(old, rules, old=old)
    assert again.allowed, again.text()
    assert judged(answered(old, EVE, "DECLINED"), rules, old=old).allowed
    days = ("no_meeting_day", "no_meeting_week", "blackout")  # kept with the very interval they had
    if doc.table not in (*days, "cost"):  # over 24 hours a shorter meeting may cost more: nights are not worked
        shorter = event(written(start), *lines, length=f"PT{minutes // 2 or minutes}M", people=(BOB, EVE))
        assert judged(shorter, rules, old=old).allowed


@given(st.lists(RULES, min_size=1, max_size=4, unique_by=lambda doc: doc.table), starts, lengths)
@settings(max_examples=60, deadline=None)
def test_every_rule_is_asked_and_one_that_refuses_outranks_the_others(
    docs: list[Documentation], start: datetime, minutes: int
) -> None:
    tables = [doc for doc in docs if "[[roster]]" not in doc.clause and "levels" not in doc.clause]
    octets = event(written(start), length=f"PT{minutes}M", people=(BOB, EVE))
    alone = [judged(octets, policy(doc.clause)) for doc in tables]
    together = judged(octets, policy("\n".join(doc.clause for doc in tables)))
    found = {one.would_be for one in alone}
    expected = (one for one in (Outcome.DENY, Outcome.FLAG, Outcome.ALLOW) if one in found or one is Outcome.ALLOW)
    assert together.would_be is next(expected)
    assert together == judged(octets, policy("\n".join(doc.clause for doc in tables)))
    assert len(together.findings) == sum(len(one.findings) for one in alone)


@given(RULES)
@settings(max_examples=40, deadline=None)
def test_a_rule_in_an_observing_policy_refuses_nothing(doc: Documentation) -> None:
    rules = policy(doc.clause, 'zone = "Europe/Berlin"\nmode = "observe"\n')
    verdict = judged(invite(doc.bad).encode(), rules)
    assert verdict.allowed
    assert verdict.would_be is Outcome.DENY
    assert verdict.bearing(Bearing.REFUSED, Bearing.REVIEW)

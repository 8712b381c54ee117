# SPDX-License-Identifier: Apache-2.0
"""How a quota without room is told."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from meetcost.ics.expand import expand
from meetcost.model.meeting import Meeting
from meetcost.model.verdict import Bearing
from meetcost.policy.policy import Policy
from meetcost.quotas.taken import Spent, Taken
from meetcost.quotas.told import brief, finding, reason
from meetcost.values.span import Span

NOON = datetime(2026, 12, 9, 12, tzinfo=UTC)


def spent(quota: str) -> tuple[Policy, Spent]:
    policy = Policy.parse(f'zone = "UTC"\n[[quota]]\nid = "q"\nlimit = 2\n{quota}\n'.encode())
    meeting = Meeting(title="Round", start=NOON, minutes=60, attendees=["a@x.example", "b@x.example"])
    (at,) = expand(meeting, Span(NOON, NOON + timedelta(days=1)))
    (one,) = policy.quotas
    taken = Taken(one, "", at, 1, "", 2)
    stretch = one.period.at(date(2026, 12, 9).toordinal())
    return policy, Spent(taken, stretch, 2, 2, 1, (), enforced=True)


def test_a_period_of_the_calendar_begins_anew() -> None:
    policy, one = spent('period = "week"')
    assert reason(one).text().endswith("and this takes 1 meeting; it begins anew on Mon 14 Dec 2026")
    assert finding(one, policy, Bearing.REFUSED).brief == "Quota q used up, begins anew on 2026-12-14"


@pytest.mark.parametrize(
    ("quota", "days"),
    [
        ('rolling = "7 days"', "from Thu 3 Dec 2026 to Wed 9 Dec 2026"),
        ('rolling = "366 days"\nfrom = 2026-09-01\nuntil = 2027-01-31', "from Tue 1 Sept 2026 to Wed 9 Dec 2026"),
    ],
)
def test_days_on_end_that_roll_begin_anew_on_no_day_and_are_told_as_far_as_the_quota_holds(
    quota: str, days: str
) -> None:
    _, one = spent(quota)
    assert days in reason(one).text()
    assert "anew" not in reason(one).text() + brief(one)


@pytest.mark.parametrize("period", ['period = "week"', 'rolling = "7 days"'])
def test_where_nobody_is_known_to_have_used_it_nobody_is_named(period: str) -> None:
    _, one = spent(period)
    assert "2 meetings used of 2 meetings from" in reason(one).text()
    assert "2026, and this takes 1 meeting" in reason(one).text()
    assert "，已用 2 次会议，本会议需 1 次会议" in reason(one).text("zh")
    known = reason(one._replace(by_unit=(("Roads", 2),)))
    assert "(Roads 2 meetings), and this takes" in known.text()
    assert "已用 2 次会议（Roads 2 次会议）" in known.text("zh")

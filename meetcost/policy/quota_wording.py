# SPDX-License-Identifier: Apache-2.0
"""A quota of a policy as phrases: how much, in which period, who has one of their own, what happens beyond it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from meetcost.model.phrase import Phrase
from meetcost.policy.wording import held_phrases, scope_phrases
from meetcost.rules.periods import Calendar
from meetcost.rules.quota import Measure, Per
from meetcost.rules.requirement import action_told

if TYPE_CHECKING:
    from meetcost.rules.quota import Quota

_EACH: Final = {
    Calendar.WEEK: "in each week, Monday to Sunday, at most {limit}",
    Calendar.MONTH: "in each month at most {limit}",
    Calendar.QUARTER: "in each quarter at most {limit}",
    Calendar.YEAR: "in each year at most {limit}",
}
_PER: Final = {
    Per.ORGANISER: Phrase("each organiser has a quota of their own"),
    Per.UNIT: Phrase("each unit has a quota of its own"),
    Per.CALENDAR: Phrase("each calendar has a quota of its own"),
    Per.BODY: Phrase("everybody's meetings count together"),
}
_OF_LAST_YEAR: Final = {
    Measure.MEETINGS: "{share} % of the meetings of the same period of last year",
    Measure.PERSON_HOURS: "{share} % of the person-hours of the same period of last year",
}


def quota_phrases(quota: Quota) -> tuple[Phrase, ...]:
    """What a quota says, which meetings it counts, from when to when."""
    if quota.share is not None:
        limit: object = Phrase.of(_OF_LAST_YEAR[quota.measure], share=f"{quota.share * 100:f}".rstrip("0").rstrip("."))
    else:
        limit = quota.amount(quota.limit or 0)
    if quota.period.calendar is not None:
        said = [Phrase.of(_EACH[quota.period.calendar], limit=limit)]
    else:
        said = [Phrase.of("in any {days} days on end at most {limit}", limit=limit, days=quota.period.rolling)]
    said.append(_PER[quota.per])
    if quota.pool != quota.id:
        said.append(Phrase.of("counts together with the other quotas of “{pool}”", pool=quota.pool))
    if quota.people_over:
        said.append(Phrase.of("binds only meetings of more than {people} people", people=quota.people_over))
    said += action_told(quota.action, quota.reviewer)
    return (*said, *held_phrases(quota.first, quota.last), *scope_phrases(quota.scope))

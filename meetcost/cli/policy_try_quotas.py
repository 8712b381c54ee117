# SPDX-License-Identifier: Apache-2.0
"""What a policy on trial comes to by unit, and by quota."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from meetcost.model.phrase import Count, Phrase, shown
from meetcost.model.verdict import Action
from meetcost.trial.trial import by_unit
from meetcost.words.say import say, say_count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from meetcost.trial.quotas import QuotaTried
    from meetcost.trial.trial import UnitShare
    from meetcost.values.person_hours import PersonHours
    from meetcost.words.say import Language


def quota_lines(quotas: Sequence[QuotaTried], language: Language) -> Iterator[str]:
    """Each quota: what found no room and who called it, or how much of it was used, or why it was not tried."""
    if quotas:
        yield say("quotas, as if meetings had been written in the order in which they took place", language)
    for one in quotas:
        yield f"  {_told(one).text(language)}"
        shares = by_unit(one.no_room)
        for share in shares if any(share.unit for share in shares) else ():
            yield f"    {share_told(share, one.time, language)}"


def _told(tried: QuotaTried) -> Phrase:
    quota = tried.quota
    if tried.untried is not None:
        return Phrase.of("{quota}: not tried: {why}", quota=quota.id, why=tried.untried)
    if tried.no_room:
        template = (
            "{quota}: over the limit on {dates} of {meetings}, first on {day}; {hours}; it only warns"
            if quota.action is Action.WARN
            else "{quota}: no room for {dates} of {meetings}, first on {day}; {hours}"
        )
        return Phrase.of(
            template,
            quota=quota.id,
            dates=Count(tried.instances, "{count:,} date", "{count:,} dates"),
            meetings=Count(len(tried.no_room), "{count:,} meeting", "{count:,} meetings"),
            day=min(day for one in tried.no_room for day in one.dates),
            hours=tried.time,
        )
    peak = tried.peak
    if peak is None:
        return Phrase.of("{quota}: no meeting counts", quota=quota.id)
    first, last = peak.stretch.days
    return Phrase.of(
        "{quota}: room for all; at most {used} used of {limit}, {first} to {last}",
        quota=quota.id,
        used=quota.amount(peak.used),
        limit=quota.amount(peak.limit),
        first=first,
        last=last,
    )


def share_told(share: UnitShare, whole: PersonHours, language: Language) -> str:
    """What one unit called, and its share of the working time of all."""
    return say(
        "{unit}: {meetings}, {hours}, {share} %",
        language,
        unit=unit_named(share.unit, language),
        meetings=say_count(share.meetings, "{count:,} meeting", "{count:,} meetings", language),
        hours=shown(share.time, language),
        share=percent(share.time, whole),
    )


def percent(time: PersonHours, whole: PersonHours) -> str:
    """A share in whole per cent."""
    return f"{round(Decimal(100 * time.seconds) / whole.seconds) if whole.seconds else 0}"


def unit_named(unit: str, language: Language) -> str:
    """Its name, or that it has none."""
    return unit or say("(unit not known)", language)

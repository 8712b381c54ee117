# SPDX-License-Identifier: Apache-2.0
"""The findings as sentences and as records: units, titles that name nobody, figures; no person."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

from meetcost.evasion.cascades import Cascade
from meetcost.evasion.chains import Chain
from meetcost.evasion.copies import Copies
from meetcost.evasion.splits import Split
from meetcost.model.moment import wall
from meetcost.model.phrase import Count, Lasting, Phrase
from meetcost.rules.days import weekday_name

if TYPE_CHECKING:
    from datetime import date, datetime

    from meetcost.evasion.held import Held
    from meetcost.evasion.limits import Limit

Finding: TypeAlias = Chain | Split | Copies | Cascade


def told(finding: Finding) -> Phrase:
    """What was found, and what it rests on."""
    match finding:
        case Chain():
            return _chain(finding)
        case Split():
            return _split(finding)
        case Copies():
            return _copies(finding)
        case Cascade():
            return _cascade(finding)


def pattern(finding: Finding) -> str:
    """`chain`, `split`, `copies` or `cascade`."""
    return type(finding).__name__.lower()


def record(finding: Finding) -> dict[str, Any]:
    """The evidence for machines; times of day are those of the policy's zone."""
    value: dict[str, Any] = {
        "pattern": pattern(finding),
        "unit": finding.meetings[0].organiser.unit,
        "person_hours": f"{finding.time.hours:f}",
        "meetings": [
            {
                "uid": one.uid,
                "summary": one.title or None,
                "unit": one.organiser.unit,
                "level": one.organiser.level,
                "start": _starts(one).isoformat(),
                "minutes": one.seconds // 60,
                "people": len(one.people),
            }
            for one in finding.meetings
        ],
    }
    match finding:
        case Chain():
            value |= {"minutes": finding.minutes, "times": finding.times, **_limit(finding.limit)}
            value["same_people"] = round(finding.people, 2)
        case Split():
            value |= {"people": finding.people, **_limit(finding.limit)}
        case Copies():
            value["weekday"] = _day(finding.meetings[0]).weekday()
        case Cascade():
            value |= {"days": finding.days, "levels": list(finding.levels)}
    return value


def _chain(found: Chain) -> Phrase:
    first, last = found.meetings[0], found.meetings[-1]
    template = (
        "chain ({unit}): {meetings} back to back on {day} from {start} to {end}, {length} together where the limit is "
        "{limit}{rule}; {share} % the same people; {title}; {days} in all; {hours}"
    )
    return Phrase.of(
        template,
        unit=_unit(first),
        meetings=Count(len(found.meetings), "{count} meeting", "{count} meetings"),
        day=_day(first),
        start=f"{_starts(first):%H:%M}",
        end=f"{_starts(last) + timedelta(seconds=last.seconds):%H:%M}",
        length=Lasting(found.minutes * 60),
        limit=Lasting(found.limit.most * 60),
        rule=_rule(found.limit),
        share=f"{found.people:.0%}".rstrip("%"),
        title=_title(first),
        days=Count(found.times, "{count} day", "{count} days"),
        hours=found.time,
    )


def _split(found: Split) -> Phrase:
    first = found.meetings[0]
    template = (
        "split ({unit}): {title} held {times} from {first} to {last} for other people each time, {people} people in "
        "all where the limit is {limit}{rule}; {hours}"
    )
    return Phrase.of(
        template,
        unit=_unit(first),
        title=_title(first),
        times=Count(len(found.meetings), "{count} time", "{count} times"),
        first=_day(first),
        last=_day(found.meetings[-1]),
        people=found.people,
        limit=found.limit.most,
        rule=_rule(found.limit),
        hours=found.time,
    )


def _copies(found: Copies) -> Phrase:
    first, last = found.meetings[0], found.meetings[-1]
    template = (
        "series kept as copies ({unit}): {title}, {meetings} of their own, always {weekday} about {time}, "
        "{first} to {last}; {hours}"
    )
    return Phrase.of(
        template,
        unit=_unit(first),
        title=_title(first),
        meetings=Count(len(found.meetings), "{count} meeting", "{count} meetings"),
        weekday=weekday_name(_day(first).weekday()),
        time=f"{_starts(first):%H:%M}",
        first=_day(first),
        last=_day(last),
        hours=found.time,
    )


def _cascade(found: Cascade) -> Phrase:
    first = found.meetings[0]
    template = (
        "cascade ({unit}): {title} repeated down the levels {levels}, {meetings} within {days} from {first} on; "
        "{hours} in all"
    )
    return Phrase.of(
        template,
        unit=_unit(first),
        title=_title(first),
        levels=" → ".join(found.levels),
        meetings=Count(len(found.meetings), "{count} meeting", "{count} meetings"),
        days=Count(found.days, "{count} day", "{count} days"),
        first=_day(first),
        hours=found.time,
    )


def _limit(limit: Limit) -> dict[str, Any]:
    return {"limit": limit.most, "rule": limit.rule or None}


def _rule(limit: Limit) -> str | Phrase:
    return Phrase.of(" (rule “{rule}”)", rule=limit.rule) if limit.rule else ""


def _unit(one: Held) -> str | Phrase:
    return one.organiser.unit or Phrase("unit not known")


def _title(one: Held) -> Phrase:
    return Phrase.of("“{title}”", title=one.title) if one.title else Phrase("title withheld")


def _starts(one: Held) -> datetime:
    """The wall clock of the policy's zone."""
    return wall(one.local)


def _day(one: Held) -> date:
    return wall(one.local).date()

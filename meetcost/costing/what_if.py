# SPDX-License-Identifier: Apache-2.0
"""What a change to a meeting would save: shorter, with fewer people, online."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from meetcost.costing.attendance import attendance, own_seconds
from meetcost.costing.choices import CostChoices
from meetcost.costing.price import price
from meetcost.errors import UsageError
from meetcost.model.attendee import Attendee, PartStat
from meetcost.model.cost import Step
from meetcost.model.directory import Directory
from meetcost.model.moment import DAY
from meetcost.model.phrase import Count, Lasting, shown
from meetcost.words.say import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from meetcost.costing.rate_card import RateCard
    from meetcost.model.cost import Cost
    from meetcost.model.meeting import Meeting
    from meetcost.model.occurrence import Occurrence
    from meetcost.words.say import Language


@dataclass(frozen=True, slots=True)
class WhatIf:
    """`before` and `cost` (after), without the paperwork forecast; `saved` is their difference."""

    before: Cost
    cost: Cost
    changes: tuple[Step, ...]

    @property
    def saved(self) -> Cost:
        """What the change saves, line by line."""
        return self.before - self.cost

    def text(self, language: Language = "en") -> str:
        """One sentence: the change, and what it saves."""
        joint = say(", ", language)
        change = joint.join(step.text(language) for step in self.changes)
        saved = self.saved
        hours = shown(saved.hours, language)
        if saved.total is not None and saved.total:
            return say(
                "{change}: saves {hours}, {money}",
                language,
                change=change,
                hours=hours,
                money=shown(saved.total, language),
            )
        if saved.cash:
            money = shown(saved.cash, language)
            return say("{change}: saves {hours}, {money} in cash", language, change=change, hours=hours, money=money)
        return say("{change}: saves {hours}", language, change=change, hours=hours)


def what_if(
    meeting: Meeting,
    occurrences: Iterable[Occurrence] | int | None = None,
    *,
    minutes: int | None = None,
    without: Iterable[Attendee | str] = (),
    online: bool = False,
    rates: RateCard | None = None,
    directory: Directory | None = None,
    choices: CostChoices | None = None,
) -> WhatIf:
    """What it would save to hold the meeting in `minutes`, `without` these people, or `online`.

    Of a series, occurrences that are no longer than `minutes` stay as they are. The other arguments are those of
    `price`. Raises `UsageError` for a change that changes nothing, or makes no sense.
    """
    directory = directory if directory is not None else Directory()
    choices = choices if choices is not None else CostChoices()
    before = occurrences if occurrences is None or isinstance(occurrences, int) else tuple(occurrences)
    missing = _people(meeting, without, directory, choices)
    if minutes is None and not missing and not online:
        raise UsageError("no change is asked for; give `minutes`, `without` or `online`")
    changes: list[Step] = []
    after = before
    if minutes is not None:
        after = _shorter(meeting, before, minutes, choices)
        changes.append(Step.of("{length} instead", length=Lasting(minutes * 60)))
    smaller = meeting
    if missing:
        smaller = _without(meeting, missing, directory)
        after = _instead(after, meeting, smaller, missing, directory)
        names: str | Count = (
            missing[0][1] if len(missing) == 1 else Count(len(missing), "{count} person", "{count} people")
        )
        changes.append(Step.of("without {people}", people=names))
    new_choices = choices
    if online:
        _require_places(choices)
        new_choices = replace(choices, online=True)
        changes.append(Step.of("online"))
    return WhatIf(
        price(meeting, before, rates=rates, directory=directory, choices=choices),
        price(smaller, after, rates=rates, directory=directory, choices=new_choices),
        tuple(changes),
    )


def optional_people(
    meeting: Meeting, *, directory: Directory | None = None, choices: CostChoices | None = None
) -> tuple[Attendee, ...]:
    """Who is counted and free not to come: for `what_if(without=...)`."""
    present = attendance(meeting, directory or Directory(), choices or CostChoices())
    return tuple(seat.who for seat in present.optional)


def _people(
    meeting: Meeting, without: Iterable[Attendee | str], directory: Directory, choices: CostChoices
) -> list[tuple[str, str]]:
    """Key and name of each person to leave out; all of them are counted, and somebody stays."""
    wanted = [Attendee.of(who) for who in ([without] if isinstance(without, str) else without)]
    if not wanted:
        return []
    present = {directory.person(seat.who.address): seat for seat in attendance(meeting, directory, choices).seats}
    missing = dict.fromkeys(directory.person(who.address) for who in wanted)
    for key in missing:
        if key not in present:
            raise UsageError("`{address}` is not counted in this meeting anyway", address=key.removeprefix("mailto:"))
    if len(missing) == len(present):
        raise UsageError("nobody would be left; leave the meeting out instead")
    return [(key, str(present[key].who)) for key in missing]


def _without(meeting: Meeting, missing: Sequence[tuple[str, str]], directory: Directory) -> Meeting:
    keys = {key for key, _ in missing}
    attendees = [
        replace(who, partstat=PartStat.DECLINED, delegated_to=()) if directory.person(who.address) in keys else who
        for who in meeting.attendees
    ]
    listed = {directory.person(who.address) for who in meeting.attendees}
    attendees += [Attendee(key, partstat=PartStat.DECLINED) for key in keys - listed]
    return meeting.replace(attendees=tuple(attendees))


def _instead(
    occurrences: tuple[Occurrence, ...] | int | None,
    meeting: Meeting,
    smaller: Meeting,
    missing: Sequence[tuple[str, str]],
    directory: Directory,
) -> tuple[Occurrence, ...] | int | None:
    if occurrences is None or isinstance(occurrences, int):
        return occurrences
    made = {id(meeting): smaller}
    for occurrence in occurrences:
        if id(occurrence.meeting) not in made:
            made[id(occurrence.meeting)] = _without(occurrence.meeting, missing, directory)
    return tuple(occurrence._replace(meeting=made[id(occurrence.meeting)]) for occurrence in occurrences)


def _shorter(
    meeting: Meeting, occurrences: tuple[Occurrence, ...] | int | None, minutes: int, choices: CostChoices
) -> tuple[Occurrence, ...] | int:
    seconds = minutes * 60
    if minutes <= 0:
        raise UsageError("a meeting of {minutes} minutes; give 1 or more, or leave it out", minutes=minutes)
    if meeting.all_day:
        days = own_seconds(meeting) // DAY
        hours = f"{choices.day_hours} hours each"
        raise UsageError(
            "the meeting takes {days} whole days, {hours}; give it a time of day before it is shortened",
            days=days,
            hours=hours,
        )
    if occurrences is None or isinstance(occurrences, int):
        now = own_seconds(meeting) if occurrences is None else occurrences
        if seconds >= now:
            raise UsageError(
                "{minutes} minutes is no shorter than the {now} it takes now", minutes=minutes, now=now // 60
            )
        return seconds
    if all(seconds >= occurrence.seconds for occurrence in occurrences):
        raise UsageError("{minutes} minutes is no shorter than any occurrence takes now", minutes=minutes)
    return tuple(occurrence._replace(end=min(occurrence.end, occurrence.start + seconds)) for occurrence in occurrences)


def _require_places(choices: CostChoices) -> None:
    if choices.online:
        raise UsageError("the meeting is counted as online already")
    if not choices.travel and not choices.venues:
        raise UsageError("neither travel nor rooms are counted, so what `online` saves is unknown; give their costs")

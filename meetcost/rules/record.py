# SPDX-License-Identifier: Apache-2.0
"""What a judgement has found: findings, the instances to leave out, and what else a reader has to know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.ics.expand import FAR
from meetcost.model.moment import DAY, Moment
from meetcost.model.phrase import Phrase
from meetcost.model.verdict import Bearing, Finding
from meetcost.rules.ruleset import OnHoliday, Rule
from meetcost.values.span import instant

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from meetcost.model.verdict import Skip
    from meetcost.rules.exemption import Exemption
    from meetcost.rules.lookout import Hit, Standing
    from meetcost.rules.ruleset import RuleSet
    from meetcost.rules.skipping import Met
    from meetcost.rules.waived import Waived

_MOST_DATES: Final = 400
_MOST_FINDINGS: Final = 1000
"""Of one rule and bearing: more than can be approved in one waiver, and all that anybody reads."""
_MORE: Final = Phrase.of("more than {most} instances meet one rule; the first of them are told", most=_MOST_FINDINGS)


class _Why(NamedTuple):
    """How an instance meets a rule, in the words of a finding."""

    dates: tuple[date, ...]
    reason: Phrase
    kind: str = ""
    brief: str = ""
    doubt: Phrase | None = None


class Record:
    """Written while one object is judged; `now` is in epoch seconds."""

    def __init__(self, rules: RuleSet, now: int, waived: Waived) -> None:
        self._rules, self._now, self._clauses, self._waived = rules, now, rules.clauses, waived
        self._notes: dict[Phrase, None] = {}
        self._told: dict[tuple[int, Bearing], int] = {}
        self.findings: list[Finding] = []
        self.skips: list[Skip] = []

    @property
    def notes(self) -> tuple[Phrase, ...]:
        """Assumptions and what else has to be said, each once."""
        return tuple(self._notes)

    def note(self, *said: Phrase) -> None:
        """Say something besides the findings."""
        self._notes |= dict.fromkeys(said)

    def add(self, hit: Hit, met: Met, standing: Standing) -> None:
        """Every rule that the instance meets, with what the claims of its component come to."""
        self.note(*standing.claim.notes)
        for bearing, indexes in met.items():
            for index in indexes:
                self.find(hit, index, bearing, standing)

    def find(self, hit: Hit, index: int, bearing: Bearing, standing: Standing) -> None:
        """One rule that the instance meets."""
        told = self._told.get((index, bearing), 0)
        if told == _MOST_FINDINGS:
            self.note(_MORE)
            return
        self._told[index, bearing] = told + 1
        clause, one, zone = self._clauses[index], hit.occurrence, self._rules.zone
        why = self._why(hit, index)
        exemption = standing.exemption(clause) if bearing is Bearing.EXEMPTED else None
        self.findings.append(
            Finding(
                clause.id,
                one.id,
                why.dates,
                instant(one.start).astimezone(zone.tzinfo),
                instant(min(one.end, FAR)).astimezone(zone.tzinfo),
                why.reason,
                clause.source,
                hit.reading,
                bearing,
                exemption.name if exemption is not None else "",
                self._confirm_by(exemption),
                clause.reviewer if bearing is Bearing.REVIEW else "",
                self._waived.by(hit, clause) if bearing is Bearing.WAIVED else None,
                why.kind,
                why.brief,
                why.doubt,
                clause.traits.moves,
            )
        )

    def _why(self, hit: Hit, index: int) -> _Why:
        clause = self._clauses[index]
        if isinstance(clause, Rule):
            banned = [day for day in hit.days if self._rules.rules_on(day, (index,))]
            dates = _dates(banned)
            if clause.on_holiday is OnHoliday.LAPSES:
                self._note_unsettled(clause, dates)
            return _Why(dates, clause.days.reason(banned[0]))
        breach = hit.broken.get(index)
        if breach is None:
            raise LookupError(f"nothing is known of the breach of {clause.id}")
        dates = _dates(hit.days[:_MOST_DATES])
        return _Why(dates, breach.reason, clause.condition.kind, breach.brief, breach.doubt)

    def _note_unsettled(self, rule: Rule, dates: Iterable[date]) -> None:
        for year in sorted({day.year for day in dates if not self._rules.calendar.knows(day)}):
            template = "the public holidays of {year} are not settled yet; rule {rule} is taken to hold on them"
            self.note(Phrase.of(template, year=str(year), rule=rule.id))

    def _confirm_by(self, exemption: Exemption | None) -> datetime | None:
        if exemption is None or exemption.confirm_within is None:
            return None
        local = instant(self._now).astimezone(self._rules.zone.tzinfo)
        return exemption.confirm_within.after(local, self._rules.calendar)


def _dates(ordinals: Iterable[int]) -> tuple[date, ...]:
    return tuple(Moment(day * DAY).day for day in ordinals)

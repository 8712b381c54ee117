# SPDX-License-Identifier: Apache-2.0
"""From what was worked out to rows: here addresses and names stay behind."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from meetcost.ledger.faults import LedgerError
from meetcost.ledger.names import Names
from meetcost.ledger.rows import (
    BandAmount,
    CostRow,
    FindingNote,
    LineAmount,
    MeetingRow,
    MoneyAmount,
    OccurrenceRow,
    PaperworkRow,
    VerdictRow,
)
from meetcost.model.verdict import Bearing
from meetcost.model.wrong_value import wrong_value
from meetcost.paperwork.measured import measured_paperwork
from meetcost.values.span import instant

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from meetcost.costing.bands import BandShare
    from meetcost.ledger.pseudonym import Pseudonyms
    from meetcost.ledger.rows import Withheld
    from meetcost.model.cost import Cost, CostLine
    from meetcost.model.directory import Directory
    from meetcost.model.meeting import Meeting
    from meetcost.model.occurrence import Occurrence, OccurrenceId
    from meetcost.model.verdict import Finding, Verdict
    from meetcost.paperwork.history import Record
    from meetcost.paperwork.minutes import Measured

R = TypeVar("R", bound=BaseModel)

_LONGEST_TITLE: Final = 300


class RowMaker:
    """Makes rows under the pseudonyms of one key. Whatever has no row raises `LedgerError`."""

    def __init__(self, pseudonyms: Pseudonyms, directory: Directory | None = None) -> None:
        self._pseudonyms = pseudonyms
        self._names = Names(directory)

    def meeting(self, meeting: Meeting, *, people: int, calling_unit: str = "", withhold: bool = False) -> MeetingRow:
        """What is called. `people` are those counted as present; `withhold` keeps its name out (by policy)."""
        withheld: Withheld = "policy" if withhold else self._names.withheld(meeting)
        title = meeting.title if len(meeting.title) <= _LONGEST_TITLE else f"{meeting.title[: _LONGEST_TITLE - 1]}…"
        organizer = meeting.organizer
        return made(
            MeetingRow,
            uid=self._pseudonyms.uid(meeting.uid),
            title=None if withheld else title,
            withheld=withheld,
            organiser=self._pseudonyms.person(organizer.address) if organizer is not None else None,
            calling_unit=calling_unit,
            people=people,
            recurring=meeting.recurring,
            sequence=max(0, meeting.sequence),
        )

    def occurrence(self, occurrence: Occurrence, *, people: int) -> OccurrenceRow:
        """When one instance takes place."""
        return made(
            OccurrenceRow,
            **self._key(occurrence.id),
            start=_start(occurrence),
            seconds=max(0, occurrence.seconds),
            people=people,
            cancelled=occurrence.meeting.cancelled,
        )

    def cost(self, cost: Cost, of: OccurrenceId, *, bands: Iterable[BandShare] = ()) -> CostRow:
        """What it costs; `PrivateCostError` for a cost that rests on anybody's own pay."""
        cost.publishable()
        return made(
            CostRow,
            **self._key(of),
            method=str(cost.method),
            rate_card=str(cost.rate_card) if cost.rate_card is not None else "",
            published=cost.rate_card is not None and cost.rate_card.published,
            called_by=cost.called_by,
            occurrences=cost.occurrences,
            person_seconds=cost.hours.seconds,
            money=MoneyAmount.of(cost.total),
            lines=tuple(map(_line, cost.lines)),
            bands=tuple(map(_band, bands)),
            assumptions=tuple(dict.fromkeys(one.code for one in cost.assumptions if one.code)),
        )

    def verdict(self, verdict: Verdict, uid: str, *, calling_unit: str = "") -> VerdictRow:
        """What was decided on the meeting `uid`, refusals too: rules and days, no sentence and no title."""
        exempted = verdict.bearing(Bearing.EXEMPTED)
        return made(
            VerdictRow,
            uid=self._pseudonyms.uid(uid),
            outcome=str(verdict.outcome),
            would_be=str(verdict.would_be),
            mode=str(verdict.mode),
            policy=verdict.policy,
            calling_unit=calling_unit,
            exemption=exempted[0].exempted_by if exempted else "",
            findings=_findings(verdict.findings),
            errors=tuple(dict.fromkeys(problem.code for problem in verdict.errors)),
            break_glass=verdict.break_glass,
        )

    def paperwork(self, record: Record, measured: Measured | None) -> PaperworkRow:
        """The minutes of one occurrence as they were measured; None where it left none. No title and no name."""
        work = measured_paperwork(record)
        return made(
            PaperworkRow,
            uid=self._pseudonyms.uid(record.uid),
            recurrence_id=record.recurrence_id,
            documents=0 if measured is None else 1,
            characters=0 if measured is None else measured.characters,
            words=0 if measured is None else measured.words,
            writing_seconds=work.writing.seconds if work.writing is not None else None,
            reading_seconds=work.reading.seconds if work.reading is not None else None,
        )

    def _key(self, of: OccurrenceId) -> dict[str, str]:
        when = "" if of.recurrence_id is None else str(of.recurrence_id)
        return {"uid": self._pseudonyms.uid(of.uid), "recurrence_id": when}


def made(row: type[R], /, **fields: Any) -> R:
    """A row, or a part of one. If a field does not fit, `LedgerError` names it, and never what it holds."""
    try:
        return row(**fields)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise LedgerError("{row}: `{place}`: {why}", row=row.__name__, place=place, why=wrong_value(first)) from None


def stamp(when: datetime) -> str:
    """`2026-12-10T09:00:00Z`, to the second."""
    return f"{when.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat()}Z"


def _start(occurrence: Occurrence) -> str:
    if occurrence.all_day:
        return occurrence.day.isoformat()
    if occurrence.floating:
        return occurrence.local_start.isoformat()
    return stamp(instant(occurrence.start))


def _line(line: CostLine) -> LineAmount:
    low, high = line.interval if line.interval is not None else (None, None)
    return made(
        LineAmount,
        kind=str(line.kind),
        nature=line.nature.value,
        unit=line.unit,
        person_seconds=line.hours.seconds if line.hours is not None else None,
        money=MoneyAmount.of(line.money),
        low=low.seconds if low is not None else None,
        high=high.seconds if high is not None else None,
    )


def _band(share: BandShare) -> BandAmount:
    return made(
        BandAmount,
        band=share.band,
        people=share.people,
        person_seconds=share.hours.seconds,
        hourly=made(MoneyAmount, amount=share.rate.amount, currency=share.rate.currency),
        money=MoneyAmount.of(share.money),
    )


def _findings(findings: Iterable[Finding]) -> tuple[FindingNote, ...]:
    """Each rule and bearing once, with all its days."""
    grouped: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in findings:
        grouped.setdefault((finding.rule, str(finding.bearing), finding.exempted_by), []).append(finding)
    notes = []
    for (rule, bearing, exemption), found in grouped.items():
        days = sorted({day.isoformat() for one in found for day in one.days})
        due = [one.confirm_by for one in found if one.confirm_by is not None]
        confirm_by = stamp(min(due)) if due else None
        notes.append(
            made(FindingNote, rule=rule, bearing=bearing, days=tuple(days), exemption=exemption, confirm_by=confirm_by)
        )
    return tuple(notes)

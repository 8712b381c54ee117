# SPDX-License-Identifier: Apache-2.0
"""One call of `meetcost paperwork learn`: documents to records, beside the forecast there was."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from meetcost.assessment import forecast_of
from meetcost.cli.cost_text import figure
from meetcost.cli.documents import day_named, documents
from meetcost.cli.histories import history_at, save_history
from meetcost.cli.readings import calendars
from meetcost.cli.times import zone_named
from meetcost.errors import LimitError, Problem, UsageError
from meetcost.ics.expand import expand_between
from meetcost.paperwork.features import Features, Kind
from meetcost.paperwork.forecast import forecast
from meetcost.paperwork.history import History, Record, own_of
from meetcost.paperwork.match import Candidate, day_of, match
from meetcost.paperwork.minutes import measure
from meetcost.paperwork.requests import Asked, requests_in
from meetcost.paperwork.work import units_a_word
from meetcost.words.forms import day as day_text
from meetcost.words.say import say, say_count

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from meetcost.cli.learn_books import LearnBooks
    from meetcost.cli.shell import Shell
    from meetcost.model.occurrence import Occurrence
    from meetcost.paperwork.minutes import Measured


class _Document(NamedTuple):
    name: str
    text: str
    day: date | None


@dataclass
class LearnJob:
    """One call, with all that was chosen."""

    shell: Shell
    history: str
    kind: str | None
    series: str | None
    day: str | None
    zone: str | None
    books: LearnBooks | None = None
    _lengths: dict[tuple[str, str], Measured] = field(default_factory=dict)

    def run(self, files: Sequence[str], sources: Sequence[str], *, complete: bool) -> None:
        """Measure, match, tell, and save once at the end: a call that is broken off changes no record.

        The books come first, since what they have already is told from what is new whenever this is run again.
        """
        if not sources and self.series is None:
            raise UsageError("say which meetings these are minutes of: --calendar PATH, or --series NAME")
        before = history_at(self.history) if Path(self.history).is_file() else History.of()
        named = day_named(self.day)
        read = [_Document(name, text, named or day_of(name, text)) for name, text in documents(self.shell, files)]
        held = self._held(sources, [one.day for one in read if one.day is not None])
        learnt: dict[tuple[str, str], Record] = {}
        for one in read:
            record = self._record(one, held, before)
            if isinstance(record, Problem):
                self.shell.findings = True
                self.shell.problem(one.name, record)
            else:
                learnt[record.key] = record
                self._tell(one, record, before.with_records(learnt.values()))
        if complete:
            self._complete(learnt, held, before)
        if learnt:
            after = before.with_records(learnt.values())
            if self.books is not None:
                self.books.keep(learnt.values(), self._lengths)
            save_history(self.history, after)
            self._saved(len(learnt), after)

    def _held(self, sources: Sequence[str], days: Sequence[date]) -> dict[tuple[str, str], Occurrence]:
        """The meetings that were held around the days of the documents, by their key."""
        if not sources or not days:
            return {}
        zone = zone_named(self.zone)
        lo, hi = (_epoch(day) for day in (min(days) - timedelta(days=2), max(days) + timedelta(days=3)))
        found = {}
        for calendar in calendars(self.shell, sources, zone):
            problems = list(calendar.problems)
            for meeting in calendar.meetings:
                try:
                    for one in expand_between(meeting, lo, hi, zone):
                        if not one.meeting.cancelled:
                            found[meeting.uid, _recurrence(one)] = one
                except LimitError as error:
                    problems.append(error.problem)
            self.shell.problems(calendar.name, problems, calendar.octets)
        return found

    def _record(self, one: _Document, held: dict[tuple[str, str], Occurrence], before: History) -> Record | Problem:
        measured, requests = measure(one.text), requests_in(one.text)
        forms = sum(request.asked is Asked.FORM for request in requests)
        name = Path(one.name).stem if self.day is None else f"{self.day} {Path(one.name).stem}"
        if self.series is not None:
            if one.day is None:
                return Problem(
                    "minutes-day", "names no day, neither in its name nor in its first lines", advice="say --day"
                )
            features = Features(self._kind(self.series, before), None, measured.attendees, None, measured.language)
            key, day, title = (self.series, one.day.strftime("%Y%m%d")), one.day, ""
        else:
            found = match(name, one.text, (_candidate(key, at) for key, at in held.items()))
            if isinstance(found, Problem):
                return found
            key, day, title = (found.uid, found.recurrence_id), found.day, found.title
            features = _features(held[key], self._kind(found.uid, before), measured)
        self._lengths[key] = measured
        return Record(*key, day, measured.word_equivalents, features, forms, len(requests) - forms, title)

    def _kind(self, uid: str, before: History) -> Kind:
        return Kind(self.kind) if self.kind is not None else before.kind_of(uid)

    def _complete(
        self, learnt: dict[tuple[str, str], Record], held: dict[tuple[str, str], Occurrence], before: History
    ) -> None:
        """Meetings of the learnt series, within the learnt days, of which there are no minutes."""
        series = {uid for uid, _ in learnt}
        days = [record.day for record in learnt.values()]
        for key, one in held.items():
            known = key in learnt or key in before.records
            if key[0] in series and not known and min(days) <= one.day <= max(days):
                features = _features(one, self._kind(key[0], before), None)
                learnt[key] = Record(*key, one.day, 0.0, features, title=one.meeting.title)

    def _tell(self, one: _Document, record: Record, now: History) -> None:
        """What was measured, beside what had been forecast from the records before."""
        shell, language = self.shell, self.shell.language
        earlier = [r for r in now.of_series(record.uid) if r.day < record.day]
        expected = forecast(record.features, own=own_of(earlier, record.features.kind))
        factor = units_a_word(record.features)
        low, high = expected.length.interval_80.low, expected.length.interval_80.high
        if shell.json:
            shell.object(_object(one.name, record, (low, expected.length.median, high), expected.records))
            return
        unit = say(expected.length.unit, language)
        text = "{file}: {length} {unit} (forecast from {records} own records: {low}–{high}), {title} {day}"
        title = record.title or record.uid
        shell.line(
            say(
                text,
                language,
                file=one.name,
                length=f"{record.words * factor:,.0f}",
                unit=unit,
                records=expected.records,
                low=figure(low),
                high=figure(high),
                title=title,
                day=day_text(record.day, language, year=True),
            )
        )
        if record.forms or record.reports:
            text = "asks for forms: {forms}, reports: {reports}"
            shell.line(f"  {say(text, language, forms=record.forms, reports=record.reports)}")

    def _saved(self, learnt: int, after: History) -> None:
        if not self.shell.json:
            language = self.shell.language
            count = say_count(learnt, "{count} meeting learnt", "{count} meetings learnt", language)
            text = "{learnt}; {file} now holds {records} of {series} series"
            about = {"file": self.history, "records": len(after.records), "series": len(after.series)}
            self.shell.line(say(text, language, learnt=count, **about), "dim")


def _features(one: Occurrence, kind: Kind, measured: Measured | None) -> Features:
    """What the invite says; who came, where it names nobody; the language in which was written."""
    found = forecast_of(one.meeting, kind=kind).features
    minutes = one.seconds / 60 if one.seconds > 0 and not one.all_day else None
    people = found.attendees
    language = found.language
    if measured is not None:
        people, language = people or measured.attendees, measured.language
    return replace(found, minutes=minutes, attendees=people, language=language)


def _candidate(key: tuple[str, str], one: Occurrence) -> Candidate:
    return Candidate(*key, one.day, one.meeting.title)


def _recurrence(one: Occurrence) -> str:
    """RECURRENCE-ID as in an `OccurrenceId`, "" for a meeting that does not recur."""
    return str(one.id).partition("/")[0].removeprefix("-")


def _epoch(day: date) -> int:
    return round(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def _object(file: str, record: Record, expected: Iterable[float], records: int) -> dict[str, Any]:
    low, median, high = expected
    return {
        "file": file,
        "uid": record.uid,
        "recurrence_id": record.recurrence_id or None,
        "day": record.day.isoformat(),
        "summary": record.title,
        "kind": record.features.kind.value,
        "words": round(record.words, 1),
        "language": record.features.language,
        "forms": record.forms,
        "reports": record.reports,
        "forecast": {"own_records": records, "interval_80": [round(low), round(high)], "median": round(median)},
    }

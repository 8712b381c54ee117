# SPDX-License-Identifier: Apache-2.0
"""From meetings to a publication: what is counted, what is only counted, what is left out.

One copy of each meeting is counted, however many calendars hold one. What the policy does not call a meeting is left
out. A component whose CLASS is not PUBLIC (RFC 5545 §3.8.1.3: a word nobody knows is PRIVATE) is counted
apart and has no entry.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Final

from meetcost.costing.small_bands import FEWEST, without_small_bands
from meetcost.disclosure.public_id import public_id
from meetcost.errors import UsageError
from meetcost.feed.method import method_of
from meetcost.feed.publication import (
    Before,
    Commitment,
    Correction,
    Coverage,
    Entry,
    Held,
    Publication,
    Withheld,
)
from meetcost.feed.text import link, plain, title_of
from meetcost.feed.told import quotas_of, waived_of
from meetcost.feed.work import Works
from meetcost.model.cost import PrivateCostError
from meetcost.model.directory import Directory, EntryKind
from meetcost.model.moment import DAY, EPOCH_LOCAL
from meetcost.model.zone import UTC_TIME
from meetcost.rows import rows
from meetcost.rules.counted import REFERENCE, Counts, counts
from meetcost.values.span import Span, instant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime
    from decimal import Decimal

    from meetcost.costing.rate_card import RateCard
    from meetcost.errors import Problem
    from meetcost.feed.public_books import WaivedAll
    from meetcost.feed.publication import Measured, RefusalCount
    from meetcost.feed.recorded import Books
    from meetcost.model.meeting import Meeting
    from meetcost.model.occurrence import Occurrence
    from meetcost.model.zone import Zone
    from meetcost.policy.policy import Policy
    from meetcost.rows import Row

FEWEST_WITHHELD: Final = FEWEST
"""The hours of confidential meetings are said from so many on: of fewer they would be those of each."""
_PUBLIC: Final = ("", "PUBLIC")
_LONGEST_CORRECTION: Final = 2000
_YEARS: Final = frozenset(range(1900, 3000))
"""Far enough from where dates end that the periods before and after have some."""
_YEAR: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class About:
    """What a publisher says beside the calendars; `contact` and `base` are addresses, `target` a change in per cent.

    `measured` gives the minutes of an occurrence by its UID and RECURRENCE-ID (as in `OccurrenceId`), where known.
    `withhold` are words: a title or a kind that holds one, in any case, is withheld and counted. `books` are those of a
    guard; what they say of refusals counts where `refusals` is None.
    """

    body: str = ""
    contact: str = ""
    base: str = ""
    coverage: str = ""
    target: Decimal | None = None
    target_source: str = ""
    measured: Callable[[str, str], Measured | None] | None = None
    refusals: tuple[RefusalCount, ...] | None = None
    books: Books | None = None
    corrections: tuple[Correction, ...] = ()
    calendars: int = 0
    unreadable: int = 0
    withhold: tuple[str, ...] = ()


def gather(
    meetings: Iterable[Meeting],
    window: Span,
    *,
    as_of: datetime,
    policy: Policy | None = None,
    rates: RateCard | None = None,
    about: About | None = None,
    problems: list[Problem] | None = None,
) -> Publication:
    """The publication of `window`: what of `meetings` begins in it, as the calendars stood at `as_of` (zoned).

    A rate card that is not published gives hours only. Raises `PrivateCostError` for one that lets personal rates in
    where the directory has any, `UsageError` for a contact or base that cannot be a link, and for a window beyond the
    years 1900 to 2999. A series beyond the limits is told in `problems` and left out.
    """
    if not {window.start.year, window.end.year} <= _YEARS:
        raise UsageError("a period begins and ends in the years 1900 to 2999")
    told = about if about is not None else About()
    directory = policy.directory if policy is not None else Directory()
    if rates is not None and rates.personal and any(entry.rate is not None for entry in directory):
        raise PrivateCostError(rates.ref)
    priced = without_small_bands(rates, directory) if rates is not None and rates.published else None
    kept, copies = counted_once(meetings)
    withhold = tuple(word.casefold().strip() for word in told.withhold if word.strip())
    collected = _Collected(policy, directory, Works(policy, directory, priced), withhold, told.measured)
    zone = policy.zone if policy is not None else UTC_TIME
    found = [] if problems is None else problems
    refusals = told.books.refusals if told.refusals is None and told.books is not None else told.refusals
    ids = _ids(kept, told.books)
    entries = collected.entries(_begin_in(rows(kept, window, policy=policy, rates=priced, problems=found), window))
    return Publication(
        body=plain(told.body or (policy.name if policy is not None else "")),
        window=window,
        zone=zone,
        as_of=as_of,
        entries=entries,
        currency=priced.currency if priced is not None else None,
        method=method_of(policy, priced, window, meetings=collected.examples),
        withheld=_withheld(collected),
        coverage=Coverage(
            told.calendars,
            told.unreadable,
            copies,
            collected.not_meetings,
            sum(held.start >= as_of.timestamp() for entry in entries for held in entry.held),
            plain(told.coverage, _LONGEST_CORRECTION),
            sum(entry.title_withheld for entry in entries),
            sum(entry.id in collected.shortened for entry in entries),
        ),
        refusals=_cleaned(refusals) if refusals is not None else None,
        waived=collected.waived(told.books, ids, entries, window, kept) if told.books is not None else None,
        quotas=quotas_of(told.books, ids) if told.books is not None else (),
        commitments=_commitments(kept, window, policy, priced, collected),
        before=_before(kept, period_before(window, zone), policy, collected, zone),
        year_before=_before(kept, year_before(window, zone), policy, collected, zone),
        target=told.target,
        target_source=plain(told.target_source, _LONGEST_CORRECTION),
        corrections=tuple(Correction(one.day, plain(one.text, _LONGEST_CORRECTION)) for one in told.corrections),
        contact=link(told.contact, "contact"),
        base=link(told.base, "link base").rstrip("/"),
        levels=levels_of(directory),
    )


def _ids(meetings: Iterable[Meeting], books: Books | None) -> dict[str, str | None]:
    """Pseudonym of the UID -> id of the entry, None where any part of the meeting is confidential."""
    found: dict[str, str | None] = {}
    for one in meetings if books is not None else ():
        key = books.pseudonym(one.uid) if books is not None else ""
        hidden = key in found and found[key] is None
        if hidden or confidential(one) or any(confidential(part) for part in one.overrides):
            found[key] = None
        else:
            found[key] = public_id(one.uid)
    return found


def _cleaned(counts: Iterable[RefusalCount]) -> tuple[RefusalCount, ...]:
    return tuple(replace(one, rule=plain(one.rule), unit=plain(one.unit)) for one in counts)


def counted_once(meetings: Iterable[Meeting]) -> tuple[list[Meeting], int]:
    """The copies that are counted, as they are counted, and how many are not."""
    return one_copy(_inherited(_identified(one)) for one in meetings)


def one_copy(meetings: Iterable[Meeting]) -> tuple[list[Meeting], int]:
    """One copy of each meeting, and how many not.

    It is the newest by SEQUENCE; of equals one that is not public, or else the one that names most people.

    An instance alone, as the calendar of somebody who was asked to one instance holds it, counts where no calendar has
    the series.
    """
    best: dict[tuple[str, object], Meeting] = {}
    copies = 0
    for meeting in meetings:
        key = (meeting.uid or f"\0{id(meeting)}", meeting.recurrence_id)
        other = best.get(key)
        copies += other is not None
        if other is None or _rank(meeting) > _rank(other):
            best[key] = meeting
    whole = {uid for uid, instance in best if instance is None}
    kept = [one for (uid, instance), one in best.items() if instance is None or uid not in whole]
    return kept, copies + len(best) - len(kept)


def _identified(meeting: Meeting) -> Meeting:
    """With a UID; one that lacks it, as RFC 5545 §3.8.4.7 forbids, is known by when it begins and what it is called."""
    return meeting if meeting.uid else meeting.replace(uid=f"{meeting.dtstart}\n{meeting.organizer}\n{meeting.title}")


def _inherited(meeting: Meeting) -> Meeting:
    """With an override that says nothing of CLASS as confidential as its series."""
    if not confidential(meeting):
        return meeting
    said = meeting.classification
    return meeting.replace(
        overrides=tuple(one if one.classification else one.replace(classification=said) for one in meeting.overrides)
    )


def _rank(meeting: Meeting) -> tuple[int, bool, int]:
    return meeting.sequence, confidential(meeting), len(meeting.attendees)


def levels_of(directory: Directory) -> Mapping[str, str]:
    """Unit -> its level, the first one the directory gives."""
    levels: dict[str, str] = {}
    for entry in directory:
        if entry.unit and entry.level:
            levels.setdefault(plain(entry.unit), plain(entry.level))
    return levels


def period_before(window: Span, zone: Zone) -> Span:
    """The period of the same kind just before: as many whole months, or else as many seconds."""
    first, last = (wall_of(seconds, zone) for seconds in window.seconds)
    months = (last[0].year - first[0].year) * 12 + last[0].month - first[0].month
    if months and first[0].day == last[0].day == 1 and first[1] == last[1] == 0:
        index = first[0].year * 12 + first[0].month - 1 - months
        if index >= 12:
            start = date(index // 12, index % 12 + 1, 1)
            return Span(instant(zone.to_epoch(start.toordinal() * DAY)), window.start)
    return Span(window.start - (window.end - window.start), window.start)


def year_before(window: Span, zone: Zone) -> Span:
    """The same days of the calendar a year earlier, the 28th for the 29th of February."""

    def earlier(seconds: int) -> datetime:
        day, second = wall_of(seconds, zone)
        day = day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)
        return instant(zone.to_epoch(day.toordinal() * DAY + second))

    first, last = window.seconds
    return Span(earlier(first), earlier(last))


def wall_of(seconds: int, zone: Zone) -> tuple[date, int]:
    """The day, and the second of it, of an instant in `zone`."""
    local = zone.to_local(seconds)
    return date.fromordinal(local // DAY), local % DAY


def _begin_in(found: Iterable[Row], window: Span) -> Iterator[Row]:
    """Each occurrence belongs to the period it begins in."""
    first, last = window.seconds
    return (row for row in found if first <= row.occurrence.start < last)


@dataclass
class _Collected:
    """What the rows of one window come to."""

    policy: Policy | None
    directory: Directory
    works: Works
    withhold: tuple[str, ...] = ()
    measured: Callable[[str, str], Measured | None] | None = None
    shortened: set[str] = field(default_factory=set)
    not_meetings: int = 0
    secret_count: int = 0
    secret_seconds: int = 0
    examples: list[Meeting] = field(default_factory=list)
    _known: dict[int, tuple[Meeting, bool]] = field(default_factory=dict)

    def entries(self, found: Iterable[Row]) -> tuple[Entry, ...]:
        """The public meetings, in the order of their first occurrence."""
        made = (self._entry(list(group)) for _, group in groupby(found, key=lambda row: row.occurrence.meeting.uid))
        entries: dict[str, Entry] = {}
        for entry in made:
            if entry is not None:
                twin = entries.get(entry.id)
                held = tuple(sorted((*(twin.held if twin else ()), *entry.held), key=lambda one: (one.start, one.end)))
                entries[entry.id] = entry._replace(held=held)
        return tuple(sorted(entries.values(), key=lambda entry: (entry.held[0].start, entry.id)))

    def is_meeting(self, meeting: Meeting) -> bool:
        """Whether the policy calls it one; what cannot be told is taken for one."""
        known = self._known.get(id(meeting))
        if known is None:
            definition = self.policy.rules.definition if self.policy is not None else REFERENCE
            known = self._known[id(meeting)] = (meeting, counts(meeting, self.directory, definition) is not Counts.NO)
        return known[1]

    def _entry(self, found: Sequence[Row]) -> Entry | None:
        held, described = [], None
        for row in found:
            meeting = row.occurrence.meeting
            if not self.is_meeting(meeting):
                self.not_meetings += 1
            elif confidential(meeting):
                self.secret_count += 1
                self.secret_seconds += row.priced.seconds
            else:
                held.append(self._held(row))
                described = described or meeting
        if described is None:
            return None
        if len(self.examples) < _EXAMPLES:
            self.examples.append(described)
        id_, title, withheld = public_id(described.uid), self.title(described), self.withholds(described)
        if not withheld and title != plain(described.title):
            self.shortened.add(id_)
        return Entry(
            id_,
            title,
            called_by(described, self.directory),
            described.recurring,
            tuple(held),
            self.works.paperwork(described),
            self._kind(described),
            withheld,
        )

    def withholds(self, meeting: Meeting) -> bool:
        """Whether a rule of the publisher keeps its title."""
        if not self.withhold:
            return False
        return any(map(self.keeps, (meeting.title, *meeting.categories)))

    def waived(
        self,
        books: Books,
        ids: Mapping[str, str | None],
        entries: Sequence[Entry],
        window: Span,
        meetings: Sequence[Meeting],
    ) -> WaivedAll:
        """What the books say of waivers, without a name of the directory or of anybody on the invites in question."""
        uids = {one.uid for one in books.granted}
        names = [entry.name for entry in self.directory if entry.kind is EntryKind.PERSON]
        for one in meetings if uids else ():
            if books.pseudonym(one.uid) in uids:
                names += self._names(one)
        zone = self.policy.zone if self.policy is not None else UTC_TIME
        return waived_of(books, ids, entries, window.seconds, names=names, withholds=self.keeps, zone=zone)

    def keeps(self, text: str) -> bool:
        """Whether a rule of the publisher keeps a text."""
        said = plain(text, len(text) + 1).casefold()
        return any(word in said for word in self.withhold)

    def title(self, meeting: Meeting) -> str:
        """As it may be shown; empty where it is withheld."""
        return "" if self.withholds(meeting) else title_of(meeting.title, self._names(meeting))

    def _kind(self, meeting: Meeting) -> str:
        """The first of its categories that claims nothing."""
        if not meeting.categories or self.withholds(meeting):
            return ""
        exemptions = self.policy.rules.exemptions if self.policy is not None else ()
        claims = {claim.lstrip("#").casefold() for one in exemptions for claim in one.claims}
        names = list(self._names(meeting))
        found = (one for one in meeting.categories if one.strip().lstrip("#").casefold() not in claims)
        return title_of(next(found, ""), names)

    def _held(self, row: Row) -> Held:
        occurrence = row.occurrence
        zone = self.policy.zone if self.policy is not None else UTC_TIME
        local = occurrence.local if occurrence.all_day else zone.to_local(occurrence.start)
        rules = self.policy.rules.rules if self.policy is not None else ()
        banned = tuple(rules[at].id for at in row.rules)
        return Held(
            occurrence.start,
            occurrence.end,
            local // DAY,
            occurrence.all_day,
            self.works.of(row),
            banned,
            self._exemption(occurrence.meeting, banned) if banned else "",
            self._measured(occurrence) if self.measured is not None else None,
        )

    def _exemption(self, meeting: Meeting, banned: tuple[str, ...]) -> str:
        """The class that the meeting claims, and may, from all the rules that ban its day."""
        for one in self.policy.rules.exemptions if self.policy is not None else ():
            covers = not one.rules or one.rules.issuperset(banned)
            if covers and one.claimed(meeting) and one.open_to(meeting, self.directory):
                return plain(one.name)
        return ""

    def _measured(self, occurrence: Occurrence) -> Measured | None:
        id_ = occurrence.id
        key = str(id_.recurrence_id) if id_.recurrence_id is not None else ""
        return self.measured(id_.uid, key) if self.measured is not None else None

    def _names(self, meeting: Meeting) -> Iterator[str]:
        for who in meeting.participants:
            entry = self.directory.find(who)
            if entry is None or entry.kind is EntryKind.PERSON:
                yield who.name
                yield entry.name if entry is not None else ""


_EXAMPLES: Final = 20


def confidential(meeting: Meeting) -> bool:
    """Whether only its existence may be counted."""
    return meeting.classification.upper() not in _PUBLIC


def called_by(meeting: Meeting, directory: Directory) -> str:
    """The unit of whoever called it; empty if nobody knows."""
    entry = directory.find(meeting.organizer) if meeting.organizer is not None else None
    return plain(entry.unit) if entry is not None else ""


def _withheld(collected: _Collected) -> Withheld:
    enough = collected.secret_count >= FEWEST_WITHHELD
    return Withheld(collected.secret_count, collected.secret_seconds if enough else None)


def _before(
    meetings: Sequence[Meeting], span: Span, policy: Policy | None, collected: _Collected, zone: Zone
) -> Before | None:
    """An earlier period, if the calendars reach back to its beginning.

    They do if one of their meetings that do not recur began before a tenth of it had passed: old series stand in young
    calendars as well.
    """
    first, last = span.seconds
    early = first + (last - first) // 10 + EPOCH_LOCAL
    if not any(meeting.dtstart.local < early for meeting in meetings if not meeting.recurring):
        return None
    occurrences = seconds = 0
    for row in _begin_in(rows(meetings, span, policy=policy, problems=[]), span):
        meeting = row.occurrence.meeting
        if collected.is_meeting(meeting) and not confidential(meeting):
            occurrences += 1
            seconds += row.priced.seconds
    if not seconds:
        return None
    return Before(wall_of(first, zone)[0], wall_of(span.seconds[1] - 1, zone)[0], occurrences, seconds)


def _commitments(
    meetings: Sequence[Meeting], window: Span, policy: Policy | None, rates: RateCard | None, collected: _Collected
) -> tuple[Commitment, ...]:
    """The series that go on for the year after the window, the most hours first."""
    series = [meeting for meeting in meetings if meeting.recurring]
    ahead = Span(window.end.astimezone(UTC), window.end.astimezone(UTC) + _YEAR)
    found = _begin_in(rows(series, ahead, policy=policy, rates=rates, problems=[]), ahead)
    made = []
    for uid, group in groupby(found, key=lambda row: row.occurrence.meeting.uid):
        public = [
            row
            for row in group
            if collected.is_meeting(row.occurrence.meeting) and not confidential(row.occurrence.meeting)
        ]
        if public:
            meeting = public[0].occurrence.meeting
            minors = [row.priced.minor for row in public]
            made.append(
                Commitment(
                    public_id(uid),
                    collected.title(meeting),
                    called_by(meeting, collected.directory),
                    len(public),
                    sum(row.priced.seconds for row in public),
                    sum(minor for minor in minors if minor is not None) if None not in minors else None,
                    collected.withholds(meeting),
                )
            )
    return tuple(sorted(made, key=lambda one: (-one.seconds, one.id)))

# SPDX-License-Identifier: Apache-2.0
"""From meetings to a publication: what is counted, what is only counted, what is left out.

    meetings | copies.counted_once   -> one copy of each, however many calendars hold one
             | rows                  -> occurrences with their price, those that begin in the window (`periods`)
             | entries.Collected     -> entries, with the words that may be shown (`titles`); counts of the rest
             | compared              -> the periods before, the year to come
             | told                  -> what the books of a guard add
             v
        Publication

What the policy does not call a meeting is left out. A component whose CLASS is not PUBLIC (RFC 5545 §3.8.1.3: a word
nobody knows is PRIVATE) is counted apart and has no entry.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from meetcost.costing.small_bands import without_small_bands
from meetcost.disclosure.public_id import public_id
from meetcost.errors import UsageError
from meetcost.feed.about import About
from meetcost.feed.compared import before, commitments
from meetcost.feed.copies import confidential, counted_once
from meetcost.feed.entries import Collected, MeetingTest
from meetcost.feed.method import method_of
from meetcost.feed.periods import begin_in, period_before, year_before
from meetcost.feed.publication import Correction, Coverage, Publication
from meetcost.feed.text import link, plain
from meetcost.feed.titles import Titles, levels_of
from meetcost.feed.told import quotas_of, waived_of
from meetcost.feed.work import Works
from meetcost.model.cost import PrivateCostError
from meetcost.model.directory import Directory, EntryKind
from meetcost.model.zone import UTC_TIME
from meetcost.rows import rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from meetcost.costing.rate_card import RateCard
    from meetcost.errors import Problem
    from meetcost.feed.publication import Entry, RefusalCount
    from meetcost.feed.recorded import Books
    from meetcost.model.meeting import Meeting
    from meetcost.policy.policy import Policy
    from meetcost.values.span import Span

_LONGEST_CORRECTION: Final = 2000
_YEARS: Final = frozenset(range(1900, 3000))
"""Far enough from where dates end that the periods before and after have some."""


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
    zone = policy.zone if policy is not None else UTC_TIME
    titles, is_meeting = Titles(policy, directory, told.withhold), MeetingTest(policy, directory)
    collected = Collected(policy, directory, Works(policy, directory, priced), titles, is_meeting, told.measured)
    found = [] if problems is None else problems
    refusals = told.books.refusals if told.refusals is None and told.books is not None else told.refusals
    ids = _ids(kept, told.books)
    entries = collected.entries(begin_in(rows(kept, window, policy=policy, rates=priced, problems=found), window))
    waived = None
    if told.books is not None:
        names = list(_names(told.books, kept, directory, titles))
        waived = waived_of(told.books, ids, entries, window.seconds, names=names, withholds=titles.keeps, zone=zone)
    return Publication(
        body=plain(told.body or (policy.name if policy is not None else "")),
        window=window,
        zone=zone,
        as_of=as_of,
        entries=entries,
        currency=priced.currency if priced is not None else None,
        method=method_of(policy, priced, window, meetings=collected.examples),
        withheld=collected.withheld,
        coverage=_coverage(told, copies, collected, entries, as_of),
        refusals=_cleaned(refusals) if refusals is not None else None,
        waived=waived,
        quotas=quotas_of(told.books, ids) if told.books is not None else (),
        commitments=commitments(kept, window, directory, titles, is_meeting, policy=policy, rates=priced),
        before=before(kept, period_before(window, zone), policy, is_meeting, zone),
        year_before=before(kept, year_before(window, zone), policy, is_meeting, zone),
        target=told.target,
        target_source=plain(told.target_source, _LONGEST_CORRECTION),
        corrections=tuple(Correction(one.day, plain(one.text, _LONGEST_CORRECTION)) for one in told.corrections),
        contact=link(told.contact, "contact"),
        base=link(told.base, "link base").rstrip("/"),
        levels=levels_of(directory),
    )


def _coverage(told: About, copies: int, collected: Collected, entries: Sequence[Entry], as_of: datetime) -> Coverage:
    return Coverage(
        told.calendars,
        told.unreadable,
        told.copies + copies,
        collected.not_meetings,
        sum(held.start >= as_of.timestamp() for entry in entries for held in entry.held),
        plain(told.coverage, _LONGEST_CORRECTION),
        sum(entry.title_withheld for entry in entries),
        sum(entry.id in collected.shortened for entry in entries),
    )


def _ids(meetings: Iterable[Meeting], books: Books | None) -> Mapping[str, str | None]:
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


def _names(books: Books, meetings: Sequence[Meeting], directory: Directory, titles: Titles) -> Iterator[str]:
    """Which must not stand in what was written for a waiver: of the directory, and of the invites in question."""
    yield from (entry.name for entry in directory if entry.kind is EntryKind.PERSON)
    uids = {one.uid for one in books.granted}
    for one in meetings if uids else ():
        if books.pseudonym(one.uid) in uids:
            yield from titles.names(one)


def _cleaned(counts: Iterable[RefusalCount]) -> tuple[RefusalCount, ...]:
    return tuple(replace(one, rule=plain(one.rule), unit=plain(one.unit)) for one in counts)

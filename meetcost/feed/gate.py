# SPDX-License-Identifier: Apache-2.0
"""The last question before a publication is written: does it, with all that was published before, give anybody away?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from meetcost.costing.small_bands import heads, without_small_bands
from meetcost.feed.accounted import texts_of
from meetcost.feed.copies import counted_once
from meetcost.feed.data import data_head, meeting_data
from meetcost.feed.method import bands_told
from meetcost.feed.releases import Packing
from meetcost.feed.text import plain
from meetcost.model.attendee import calendar_address
from meetcost.model.directory import Directory
from meetcost.privacy.amounts import Amounts, waived_ids
from meetcost.privacy.check import check
from meetcost.privacy.finding import Kind
from meetcost.privacy.kept import kept_part, kept_release
from meetcost.privacy.outsider import Outsider
from meetcost.privacy.release import BandRate
from meetcost.privacy.release_file import release_of
from meetcost.privacy.rosters import Cash, rosters
from meetcost.values.currency import minor_digits
from meetcost.values.span import Span, instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from meetcost.costing.rate_card import RateCard
    from meetcost.feed.publication import Publication
    from meetcost.feed.releases import Packed
    from meetcost.model.meeting import Meeting
    from meetcost.policy.policy import Policy
    from meetcost.privacy.check import Report
    from meetcost.privacy.release import Release
    from meetcost.privacy.release_file import Once

THIS: Final = "this release"
_YEAR: Final = timedelta(days=367)
_DAY: Final = timedelta(days=1)


class Gated(NamedTuple):
    """What may be written, if `report` does not block it, and what is to be kept of it first.

    `withheld`: the hours of the confidential meetings were taken out; with earlier ones they would say too much.
    `amounts` are those that its other files may say, None where it says none.
    """

    publication: Publication
    report: Report
    kept: Packed
    amounts: Amounts | None
    withheld: bool


def gate(
    publication: Publication,
    meetings: Iterable[Meeting],
    earlier: Sequence[Release],
    *,
    policy: Policy | None = None,
    rates: RateCard | None = None,
) -> Gated:
    """Attack `publication` together with every `earlier` release; `meetings` are those it was gathered from.

    Where only the hours of confidential meetings speak against it, these are left out: complementary suppression.
    """
    return judged(publication, outsider_for(publication.window, meetings, policy=policy, rates=rates), earlier)


def outsider_for(
    window: Span, meetings: Iterable[Meeting], *, policy: Policy | None = None, rates: RateCard | None = None
) -> Outsider:
    """Who is to learn nothing from a publication of `window`; the meetings are not needed any more then."""
    known = Span(window.start - _DAY, window.end + _YEAR)
    return outsider_of(meetings, known, policy=policy, cards=[rates] if rates is not None else [])


def judged(publication: Publication, outsider: Outsider, earlier: Sequence[Release], once: Once | None = None) -> Gated:
    """`gate`, of what the outsider knows; `once` is what the earlier releases were read with."""
    parts = once if once is not None else {}
    report, kept, amounts = _checked(publication, earlier, outsider, parts)
    against = report.against
    if not against or any(one.kind is not Kind.CONFIDENTIAL for one in against):
        return Gated(publication, report, kept, amounts, withheld=False)
    publication = replace(publication, withheld=publication.withheld._replace(seconds=None))
    return Gated(publication, *_checked(publication, earlier, outsider, parts), withheld=True)


def _checked(
    publication: Publication, earlier: Sequence[Release], outsider: Outsider, once: Once
) -> tuple[Report, Packed, Amounts | None]:
    told = [BandRate(one.band, one.first, one.rate.amount) for one in publication.method.bands]
    head = data_head(publication)
    kept = kept_release(head, told)
    packing = Packing(kept)
    amounts = Amounts(publication.currency, waived_ids(head)) if publication.currency is not None else None
    release = release_of(kept, THIS, _read(publication, packing, amounts), once)
    if amounts is not None:
        texts = (*texts_of(publication.method), *publication.levels.values())
        amounts.close(head, [one.rate for one in told], texts)
    return check([*earlier, release], outsider, judged=release), packing.done(), amounts


def _read(publication: Publication, packing: Packing, amounts: Amounts | None) -> Iterator[dict[str, Any]]:
    """Each meeting as it stands in the document, added to what is kept and to what may be said on its way."""
    for entry in publication.entries:
        meeting = meeting_data(entry, publication)
        if amounts is not None:
            amounts.add(meeting)
        one = kept_part(meeting)
        packing.add(one)
        yield one


def outsider_of(
    meetings: Iterable[Meeting], window: Span, *, policy: Policy | None, cards: Sequence[RateCard]
) -> Outsider:
    """Somebody who has the calendars and the rate cards, the one in force last; attendance is known in `window`."""
    directory = policy.directory if policy is not None else Directory()
    published = [card for card in cards if card.published]
    merged = [without_small_bands(card, directory) for card in published]
    people: dict[str, int] = {}
    for card in (*published, *merged):
        for band, count in heads(card, directory).items():
            label = plain(card.bands[band].label)
            people[label] = max(people.get(label, 0), count)
    kept, _ = counted_once(meetings)
    cash: dict[tuple[str, int | str], list[Cash]] = {}
    return Outsider(
        rosters(kept, window, policy=policy, rates=merged[-1] if merged else None, clean=plain, cash=cash),
        {str(card.ref): _lines(card) for card in published},
        people,
        _pay(directory),
        cash,
        policy.digest if policy is not None else "",
    )


def _lines(card: RateCard) -> tuple[BandRate, ...]:
    return tuple(BandRate(one.band, one.first, one.rate.amount) for one in bands_told(card))


def _pay(directory: Directory) -> dict[str, Fraction]:
    """True pay, in minor units an hour, under each person's key: it never leaves this process."""
    return {
        calendar_address(entry.address): Fraction(entry.rate.amount) * 10 ** minor_digits(entry.rate.currency)
        for entry in directory
        if entry.rate is not None
    }


def window_of(releases: Sequence[Release]) -> Span:
    """The time in which attendance has to be known for these releases."""
    first = min(one.first for one in releases).toordinal()
    last = max(one.last for one in releases).toordinal()
    return Span(_midnight(first) - _DAY, _midnight(last) + _YEAR)


def _midnight(day: int) -> datetime:
    return instant((day - _EPOCH) * 86400)


_EPOCH: Final = 719_163
"""The ordinal of 1970-01-01."""

# SPDX-License-Identifier: Apache-2.0
"""Whether the money of a release is nothing but heads × time × published rates.

Where it is, it says no more of anybody than the rate card and the attendance, whatever is added to it or taken from it:
a sum of such figures, or a difference, is one as well. Where it is not, it holds something else, and that is somebody's
pay. All of it is exact: integers and fractions.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.costing.small_bands import FEWEST
from meetcost.model.phrase import Phrase
from meetcost.privacy.finding import Finding, Kind
from meetcost.values.currency import minor_digits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from meetcost.privacy.outsider import Card, Outsider
    from meetcost.privacy.release import Account, Line, Promise, Release, Row, Share
    from meetcost.privacy.rosters import Seat

_PARTS: Final = 3
"""Meeting, preparation and journey are each rounded to the minor unit for each person, by half of one at most."""
_HUNDREDTH: Final = 36
"""Seconds of a hundredth of an hour."""
_COST: Final = "cost"
_MOST_TRIED: Final = 50_000


class Judged(NamedTuple):
    """How many occurrences of a release have money, those where it is not explained, and what else is wrong."""

    priced: int
    unexplained: tuple[Row, ...]
    findings: tuple[Finding, ...]


def judge(release: Release, outsider: Outsider) -> Judged:
    """Every figure of money in `release`, and every total against its parts."""
    findings = [*_remainders(release), *_books(release)]
    priced = [row for row in release.rows if _priced(row)]
    if not priced and all(one.minor is None for one in release.promises):
        return Judged(0, (), tuple(findings))
    card = outsider.card(release)
    if card is None:
        said = Phrase("its rate card is not known, so that no figure of money can be checked; give it with --rates")
        findings.append(Finding.of(Kind.UNPROVEN, said, [release.name]))
        return Judged(len(priced), (), tuple(findings))
    wrong = [row for row in priced if not _explained(row, release, card)]
    if wrong:
        said = Phrase.of(
            "{count} of {all} sums of working time are not people × time × rate of a band: they hold somebody's pay",
            count=len(wrong),
            all=len(priced),
        )
        findings.append(Finding.of(Kind.UNEXPLAINED, said, [release.name], [row.place for row in wrong]))
    refused = set(map(id, wrong))
    findings += _shares(release, outsider, [row for row in priced if id(row) not in refused])
    findings += _promises(release, outsider, priced)
    findings += _small_bands(release, outsider)
    return Judged(len(priced), tuple(wrong), tuple(findings))


def _priced(row: Row) -> bool:
    """Whether any money stands in it, in a part of it if not in all."""
    return row.minor is not None or any(share.minor for share in row.shares) or any(line.minor for line in row.lines)


def _remainders(release: Release) -> Iterator[Finding]:
    """What is left of a total if its published parts are taken away is what was not published."""
    totals, rows = release.totals, release.rows
    money = sum(row.minor or 0 for row in rows)
    cash = sum(row.cash for row in rows)
    pairs = [
        ("occurrences", totals.occurrences, len(rows)),
        ("person_seconds", totals.seconds, sum(row.seconds for row in rows)),
        ("working_time", totals.minor if totals.minor is not None else money, money),
        ("cash", totals.cash if totals.cash is not None else cash, cash),
    ]
    places = [f"totals.{name}" for name, whole, parts in pairs if whole != parts]
    places += [row.place for row in rows if not _whole(row)]
    if places:
        said = Phrase("a total is not the sum of what is published beside it: what is left over is what was withheld")
        yield Finding.of(Kind.REMAINDER, said, [release.name], places)


def _books(release: Release) -> Iterator[Finding]:
    """What is taken from books: no money of a guard's own rates, no account with an unseen part, no unseen meeting."""
    priced = [
        one.quota
        for one in release.accounts
        if one.measure == _COST and (one.used is not None or one.parts or one.past)
    ]
    if priced:
        said = Phrase("what was used of a quota on cost is at the rates of the guard: it may hold somebody's pay")
        yield Finding.of(Kind.UNEXPLAINED, said, [release.name], [f"quotas {quota}" for quota in priced])
    places = [f"quotas {one.quota}" for one in release.accounts if one.measure != _COST and not _adds_to(one)]
    seen = {(row.meeting, row.start) for row in release.rows}
    places += [f"waived {' '.join(one)}" for one in release.waived if one not in seen]
    if places:
        said = Phrase("what is told of quotas or waivers is more than is published beside it: it was to be withheld")
        yield Finding.of(Kind.REMAINDER, said, [release.name], places)


def _adds_to(one: Account) -> bool:
    """Whether the units' parts of what was used make up all of it, as exactly as hundredths do."""
    if one.used is None:
        return not one.parts
    return abs(sum(one.parts) - one.used) <= Decimal("0.005") * (len(one.parts) + 1)


def _whole(row: Row) -> bool:
    """Whether the units' parts of an occurrence make up all of it."""
    if not row.shares:
        return True
    hours = abs(sum(share.seconds for share in row.shares) - row.seconds) <= _HUNDREDTH * len(row.shares)
    money = row.minor is None or sum(share.minor or 0 for share in row.shares) == row.minor
    return hours and money


def _explained(row: Row, release: Release, card: Card) -> bool:
    """Whether the lines by band are at published rates and make up the figure."""
    if sum(line.people for line in row.lines) != row.people or sum(line.minor for line in row.lines) != row.minor:
        return False
    if abs(sum(line.people * line.each for line in row.lines) - row.seconds) > row.people:
        return False
    scale = 10 ** minor_digits(release.currency) if release.currency is not None else 1
    return all(
        line.rate is not None and card.allows(line.band, line.rate, row.day) and _near(line, scale)
        for line in row.lines
    )


def _near(line: Line, scale: int) -> bool:
    """Whether a line is people × time × rate but for the rounding of each part of each person's amount."""
    above, below = (line.rate or Decimal(0)).as_integer_ratio()
    whole = 3600 * below
    return 2 * abs(line.minor * whole - line.people * line.each * above * scale) <= _PARTS * line.people * whole


def _shares(release: Release, outsider: Outsider, rows: Sequence[Row]) -> Iterator[Finding]:
    """Units' parts have no lines by band beside them: the rosters explain them, or some choice of heads does."""
    unproven: list[str] = []
    wrong: list[str] = []
    known: dict[tuple[object, ...], bool | None] = {}
    for row in rows:
        if not by_roster(row, outsider):
            for share in row.shares:
                key = (share, row.lines)
                if key not in known:
                    known[key] = _by_choice(share, row.lines)
                if not known[key]:
                    (unproven if known[key] is None else wrong).append(f"{row.place} {share.unit}")
    if wrong:
        said = Phrase(
            "what units bear is not people × time × a rate of the card, whoever attended: it holds somebody's pay"
        )
        yield Finding.of(Kind.UNEXPLAINED, said, [release.name], wrong)
    if unproven:
        said = Phrase("what units bear cannot be shown to be at its rates; give the calendars with --calendars")
        yield Finding.of(Kind.UNPROVEN, said, [release.name], unproven)


def by_roster(row: Row, outsider: Outsider) -> bool:
    """Whether what units bear is what those who attended cost."""
    seats = outsider.seats(row)
    if seats is None:
        return False
    expected: dict[str, int] = defaultdict(int)
    published: dict[str, int] = defaultdict(int)
    for seat in seats:
        expected[seat.unit] += seat.minor or 0
    for share in row.shares:
        published[share.unit] += share.minor or 0
    return expected == published


def _by_choice(share: Share, lines: Sequence[Line]) -> bool | None:
    """Whether some of the people in `lines` cost what the unit bears; None where there are too many choices."""
    if share.minor is None or not lines:
        return share.minor is None
    if prod(line.people + 1 for line in lines) > _MOST_TRIED:
        return None
    for heads in product(*(range(line.people + 1) for line in lines)):
        slack = Fraction(_PARTS, 2) * sum(heads)
        seconds = sum(count * line.each for count, line in zip(heads, lines, strict=True))
        if abs(seconds - share.seconds) > _HUNDREDTH:
            continue
        parts = [Fraction(count * line.minor, line.people) for count, line in zip(heads, lines, strict=True) if count]
        if abs(sum(parts, Fraction(0)) - share.minor) <= slack:
            return True
    return False


def _promises(release: Release, outsider: Outsider, rows: Sequence[Row]) -> Iterator[Finding]:
    """The year to come: so many times what one occurrence costs, or what the calendars make of it."""
    latest = {row.meeting: row for row in rows}
    seats = _by_meeting(release, outsider)
    wrong = [
        one.meeting
        for one in release.promises
        if one.minor is not None and not _kept(one, latest.get(one.meeting), seats.get(one.meeting, []))
    ]
    if wrong:
        said = Phrase("what a series will cost cannot be shown to be at its rates; give the calendars with --calendars")
        yield Finding.of(Kind.UNPROVEN, said, [release.name], [f"commitments {meeting}" for meeting in wrong])


def _by_meeting(release: Release, outsider: Outsider) -> dict[str, list[Sequence[Seat]]]:
    """Who will attend what in the time after the period, in order."""
    found: dict[str, list[Sequence[Seat]]] = defaultdict(list)
    wanted = {one.meeting for one in release.promises}
    for (meeting, start), known in (outsider.rosters or {}).items():
        if meeting in wanted and _after(start, release):
            found[meeting].extend(known)
    return found


def _kept(promise: Promise, row: Row | None, seats: Sequence[Sequence[Seat]]) -> bool:
    if row is not None and promise.minor == promise.occurrences * (row.minor or 0):
        return True
    return _adds_up(promise, seats)


def _after(start: int | str, release: Release) -> bool:
    """Whether an occurrence begins after the period: by the day, or by an instant that is a day later anywhere."""
    if isinstance(start, str):
        return start > release.last.isoformat()
    return start > (release.last.toordinal() - _EPOCH) * 86400


_EPOCH: Final = 719_163
"""The ordinal of 1970-01-01."""


def _adds_up(promise: Promise, seats: Sequence[Sequence[Seat]]) -> bool:
    worth = [sum(seat.minor or 0 for seat in one) for one in seats]
    return any(
        sum(worth[first : first + promise.occurrences]) == promise.minor
        for first in range(len(worth) - promise.occurrences + 1)
    )


def _small_bands(release: Release, outsider: Outsider) -> Iterator[Finding]:
    bands = {line.band for row in release.rows for line in row.lines}
    if len(bands) < 2:
        return
    if outsider.heads is None:
        said = Phrase("how many people its bands have is not known; give the directory with --directory")
        yield Finding.of(Kind.UNPROVEN, said, [release.name])
        return
    small = [band for band in sorted(bands) if 0 < outsider.heads.get(band, 0) < FEWEST]
    unknown = [band for band in sorted(bands) if not outsider.heads.get(band)]
    small += unknown if len(unknown) > 1 else []  # strangers are in one band, the card's default
    if small:
        said = Phrase.of(
            "{count} bands have fewer than {fewest} people: their rate is those people's pay; merge them",
            count=len(small),
            fewest=FEWEST,
        )
        yield Finding.of(Kind.SMALL_BAND, said, [release.name], small)

# SPDX-License-Identifier: Apache-2.0
"""What of the books may be published: waived meetings in full, quotas in figures of public meetings alone.

A figure that took in a confidential meeting would be, less the published rows, that meeting's. So nothing of one goes
into any figure here; and where the state of a quota rests on a few of them, it is not said.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime
from typing import TYPE_CHECKING, Final

from meetcost.costing.small_bands import FEWEST
from meetcost.feed.public_books import PastUsed, QuotaTold, Waived, WaivedAll
from meetcost.feed.text import plain, title_of
from meetcost.rules.quota import Measure, Per

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from meetcost.feed.publication import Entry
    from meetcost.feed.recorded import AccountRead, Books, Granted
    from meetcost.model.zone import Zone

LONGEST_EXPLANATION: Final = 1000


def waived_of(
    books: Books,
    ids: Mapping[str, str | None],
    entries: Sequence[Entry],
    window: tuple[int, int],
    *,
    names: Sequence[str],
    withholds: Callable[[str], bool],
    zone: Zone,
) -> WaivedAll:
    """The waivers for times in `window` (epoch seconds). `ids` are the entries by pseudonym, None where confidential.

    `names` are taken out of what was written; `withholds` says of a text whether a rule of the publisher keeps it.
    """
    known = {entry.id: entry for entry in entries}
    found, confidential, elsewhere = [], 0, 0
    for one in books.granted:
        if not any(start < window[1] and window[0] < end for start, end in one.spans):
            continue
        id_ = ids.get(one.uid, "")
        if id_ is None:
            confidential += 1
            continue
        entry = known.get(id_)
        starts = tuple(_starts(one, entry)) if entry is not None else ()
        if entry is None or not starts:
            elsewhere += 1
            continue
        withheld = bool(one.beyond) and (entry.title_withheld or withholds(one.reason))
        found.append(
            Waived(
                entry.id,
                starts,
                one.klass,
                tuple(plain(rule) for rule in one.rules),
                tuple(plain(rule) for rule in one.beyond),
                title_of(one.unit, names),
                datetime.fromisoformat(one.granted).astimezone(zone.tzinfo).date(),
                one.revoked,
                title_of(one.reason, names, LONGEST_EXPLANATION) if one.beyond and not withheld else "",
                withheld,
            )
        )
    return WaivedAll(tuple(sorted(found, key=lambda one: (one.starts, one.id))), confidential, elsewhere)


def _starts(granted: Granted, entry: Entry) -> Iterator[int]:
    for held in entry.held:
        if any(start <= held.start and held.end <= end for start, end in granted.spans):
            yield held.start


def quotas_of(books: Books, ids: Mapping[str, str | None]) -> tuple[QuotaTold, ...]:
    """The accounts; `ids` as for `waived_of`, of all meetings that were read."""

    def public(uid: str | None) -> bool:
        if uid is None:
            return False
        return ids[uid] is not None if uid in ids else books.open_.get(uid, False)

    told = [_account(one, public) for one in books.accounts if one.quota.per in (Per.BODY, Per.UNIT)]
    return (*told, *_many(one for one in books.accounts if one.quota.per not in (Per.BODY, Per.UNIT)))


def _account(one: AccountRead, public: Callable[[str | None], bool]) -> QuotaTold:
    quota = one.quota
    units: Counter[str] = Counter()
    others = 0
    for drawn in one.drawn:
        if public(drawn.uid):
            units[plain(drawn.unit)] += drawn.amount
        else:
            others += 1
    priced = quota.measure is Measure.COST  # the guard's rates may be anybody's pay: hours and heads alone are public
    told = _bare(one)._replace(
        used=None if priced else sum(units.values()),
        by_unit=() if priced else tuple(sorted(units.items(), key=lambda unit: (-unit[1], unit[0]))),
        others=others if quota.per is Per.BODY else None,
        limit=quota.limit,
        past=() if priced else tuple(_past(one, public)),
    )
    hidden = {others}
    if quota.share is not None and one.before is not None:
        kept = [uid for uid in one.before if public(uid)]
        last_year = sum(one.before[uid] for uid in kept)
        hidden.add(len(one.before) - len(kept))
        told = told._replace(last_year=last_year, limit=quota.limit_of(last_year))
    counted = quota.per is Per.BODY and quota.measure is Measure.MEETINGS and quota.share is None
    if priced or not (counted or all(few == 0 or few >= FEWEST for few in hidden)):
        return told._replace(state=None)
    return told


def _past(one: AccountRead, public: Callable[[str | None], bool]) -> Iterator[PastUsed]:
    """No state, no limit: what the policy said then is not known here."""
    for stretch, drawn in one.past:
        used = sum(each.amount for each in drawn if public(each.uid))
        others = sum(not public(each.uid) for each in drawn)
        yield PastUsed(*stretch.days, used, others if one.quota.per is Per.BODY else None)


def _bare(one: AccountRead) -> QuotaTold:
    first, last = one.stretch.days
    state = str(one.state) if one.state is not None else None
    quota = one.quota
    unit = plain(one.unit) if one.unit is not None else None
    share = quota.share
    return QuotaTold(
        quota.id, str(quota.measure), str(quota.per), unit, one.accounts, first, last, quota.limit, None, None, state,
        share=share, currency=quota.currency,
    )  # fmt: skip


def _many(accounts: Iterable[AccountRead]) -> Iterator[QuotaTold]:
    """Of organisers and calendars only how many stand how, where they are enough not to be known one by one."""
    quotas: dict[str, list[AccountRead]] = defaultdict(list)
    for one in accounts:
        quotas[one.quota.id].append(one)
    for same in quotas.values():
        whole = sum(one.accounts for one in same)
        if whole < FEWEST or same[0].quota.measure is Measure.COST:
            yield _bare(same[0])._replace(accounts=whole, state=None)
        else:
            yield from map(_bare, same)

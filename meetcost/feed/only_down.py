# SPDX-License-Identifier: Apache-2.0
"""Quotas that are a part of last year (只减不增): what may be used, what was, and each excess explained at its row."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from meetcost.feed.quota_words import amount, holder_of
from meetcost.feed.site import meeting_path
from meetcost.feed.totals import days_of
from meetcost.feed.waived_said import explained, waived
from meetcost.rules.quota import Per

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from meetcost.feed.public_books import QuotaTold, Waived
    from meetcost.feed.publication import Entry, Publication
    from meetcost.feed.wording import Wording

Account = tuple[str, "str | None"]
"""A quota, and the unit whose account of it is meant; None for the body's."""


class Excess(NamedTuple):
    """A waiver for going beyond `quota`, with its meeting."""

    quota: str
    waived: Waived
    entry: Entry


def excesses(publication: Publication) -> dict[Account | None, list[Excess]]:
    """By the account with a target that was gone beyond; under None those for which no row stands."""
    rows = {
        (one.id, one.unit) for one in publication.quotas if one.share is not None and one.per in (Per.BODY, Per.UNIT)
    }
    found: dict[Account | None, list[Excess]] = defaultdict(list)
    for one, entry in waived(publication):
        for quota in one.beyond:
            accounts = ((quota, entry.called_by), (quota, None))
            found[next((each for each in accounts if each in rows), None)].append(Excess(quota, one, entry))
    return found


def only_down(
    publication: Publication, explanations: Mapping[Account | None, Sequence[Excess]], words: Wording
) -> dict[str, Any] | None:
    """The table, the accounts of one quota beside each other; None where no quota is a part of last year."""
    groups: dict[tuple[object, ...], list[QuotaTold]] = defaultdict(list)
    for one in publication.quotas:
        if one.share is not None:
            groups[one.id, one.share, one.first, one.last].append(one)
    if not groups:
        return None
    return {
        "said": _said([one for same in groups.values() for one in same], words),
        "groups": [
            {
                "name": same[0].id,
                "target": _target(same[0], words),
                "rows": [_row(one, explanations.get((one.id, one.unit), ()), publication, words) for one in same],
            }
            for same in groups.values()
        ],
    }


def _over(one: QuotaTold) -> bool:
    return one.used is not None and one.limit is not None and one.used > one.limit


def _said(told: Sequence[QuotaTold], words: Wording) -> str:
    known = [one for one in told if one.used is not None and one.limit is not None]
    if not known:
        return ""
    over = sum(map(_over, known))
    if not over:
        return words.plain("Nothing is above what the target allows so far.")
    return words.plain("Above what the target allows: {over} of {all}.", over=over, all=len(known))


def _target(one: QuotaTold, words: Wording) -> str:
    by = words.percent((((one.share or Decimal(1)) - 1) * 100).normalize())
    return words.plain("{by} against the year before, by {until}", by=by, until=words.day(one.last))


def _row(one: QuotaTold, why: Sequence[Excess], publication: Publication, words: Wording) -> dict[str, Any]:
    not_said = words.plain("not said")
    over = _over(one)
    apart = amount(one, abs(one.limit - one.used), words) if one.limit is not None and one.used is not None else ""
    text = "{amount} over" if over else "{amount} left"
    return {
        "name": holder_of(one, words),
        "last_year": amount(one, one.last_year, words) or not_said,
        "allowed": amount(one, one.limit, words) or not_said,
        "used": amount(one, one.used, words) or not_said,
        "apart": words.plain(text, amount=apart) if apart else not_said,
        "over": over,
        "why": [_explained(each, words) for each in why],
        "unexplained": _unexplained(publication, words) if over and not why else "",
    }


def _explained(one: Excess, words: Wording) -> dict[str, str]:
    title = words.title(one.entry)
    return {"href": meeting_path(one.entry.id), "title": title, "said": explained(one.waived, words)}


def _unexplained(publication: Publication, words: Wording) -> str:
    period = words.period(*days_of(publication))
    return words.plain("No explanation of it was published for {period}.", period=period)

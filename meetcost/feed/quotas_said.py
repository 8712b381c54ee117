# SPDX-License-Identifier: Apache-2.0
"""The quotas on the overview: what is used of each, how it stands, what may not go up, and every excess explained."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from meetcost.feed.only_down import excesses, only_down
from meetcost.feed.picture import share_bar
from meetcost.feed.quota_words import amount, name_of
from meetcost.feed.waived_said import explained
from meetcost.rules.quota import State

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from meetcost.feed.only_down import Excess
    from meetcost.feed.public_books import QuotaTold
    from meetcost.feed.publication import Publication
    from meetcost.feed.wording import Wording


def quotas_said(publication: Publication, words: Wording) -> dict[str, Any] | None:
    """The section; None where the policy has no quotas, or no books were read."""
    if not publication.quotas:
        return None
    explanations = excesses(publication)
    return {
        "rows": [_row(one, words) for one in publication.quotas],
        "units": [_units(one, words) for one in publication.quotas if one.by_unit and one.unit is None],
        "past": [_past(one, publication, words) for one in publication.quotas if one.past],
        "targets": only_down(publication, explanations, words),
        "excess": [_excess(one, words) for one in explanations.get(None, ())],
        "notes": list(_notes(publication, words)),
    }


def _row(one: QuotaTold, words: Wording) -> dict[str, Any]:
    known = one.used is not None and one.limit is not None
    part = (one.used or 0) / one.limit if known and one.limit else 1.0 if one.used else 0.0
    tripped = one.state == State.TRIPPED
    return {
        "name": name_of(one, words),
        "period": words.period(one.first, one.last),
        "used": amount(one, one.used, words) or words.plain("not said"),
        "limit": amount(one, one.limit, words) or words.plain("not known"),
        "bar": share_bar(part, "paid" if tripped else "called") if known else "",
        "state": _states(words)[one.state] if one.state is not None else words.plain("not said"),
    }


def _past(one: QuotaTold, publication: Publication, words: Wording) -> dict[str, Any]:
    """Earlier periods and the one that counts, in the order of time."""
    told = [(past.first, past.last, past.used) for past in one.past]
    periods = [*reversed(told), (one.first, one.last, one.used or 0)]
    most = max(used for _, _, used in periods) or 1
    today = publication.as_of.astimezone(publication.zone.tzinfo).date()

    def named(first: date, last: date) -> str:
        period = words.period(first, last)
        return words.plain("{period}, so far", period=period) if last >= today else period

    return {
        "name": name_of(one, words),
        "rows": [
            {
                "period": named(first, last),
                "used": amount(one, used, words),
                "bar": share_bar(used / most, "called"),
            }
            for first, last, used in periods
        ],
    }


def _states(words: Wording) -> dict[str, str]:
    return {
        State.CLOSED: words.plain("Closed: meetings pass"),
        State.NEAR: words.plain("Near its limit"),
        State.TRIPPED: words.plain("Tripped: nothing fits any more"),
        State.RESET: words.plain("Reset: it had tripped the period before"),
    }


def _units(one: QuotaTold, words: Wording) -> dict[str, str]:
    parts = [
        words.plain("{unit} {amount}", unit=words.unit(unit), amount=amount(one, used, words))
        for unit, used in one.by_unit
    ]
    return {"name": name_of(one, words), "said": words.plain("; ").join(parts)}


def _excess(one: Excess, words: Wording) -> dict[str, str]:
    title = words.title(one.entry)
    return {
        "quota": words.plain("Quota {quota}: {title}", quota=one.quota, title=title),
        "said": explained(one.waived, words),
    }


def _notes(publication: Publication, words: Wording) -> Iterator[str]:
    for one in publication.quotas:
        if one.others:
            yield words.n(
                one.others,
                "{name}: {count} meeting counts besides that is confidential or in no calendar that was read.",
                "{name}: {count} meetings count besides that are confidential or in no calendar that was read.",
                name=name_of(one, words),
            )
    if any(one.state is None or one.used is None for one in publication.quotas):
        yield words.plain(
            "What is not said would rest on a few confidential meetings or people, on pay, or on a year that the books "
            "do not know."
        )

# SPDX-License-Identifier: Apache-2.0
"""The quotas on the overview: what is used of each, how it stands, what may not go up, and every excess explained."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from meetcost.feed.picture import share_bar
from meetcost.feed.waived_said import explained, waived
from meetcost.model.phrase import shown
from meetcost.rules.quota import Measure, State
from meetcost.values.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from meetcost.feed.public_books import QuotaTold
    from meetcost.feed.publication import Publication
    from meetcost.feed.wording import Wording


def quotas_said(publication: Publication, words: Wording) -> dict[str, Any] | None:
    """The section; None where the policy has no quotas, or no books were read."""
    if not publication.quotas:
        return None
    return {
        "rows": [_row(one, words) for one in publication.quotas],
        "units": [_units(one, words) for one in publication.quotas if one.by_unit and one.unit is None],
        "past": [_past(one, publication, words) for one in publication.quotas if one.past],
        "targets": [said for one in publication.quotas if (said := _target(one, words))],
        "excess": list(_excess(publication, words)),
        "notes": list(_notes(publication, words)),
    }


def _row(one: QuotaTold, words: Wording) -> dict[str, Any]:
    known = one.used is not None and one.limit is not None
    part = (one.used or 0) / one.limit if known and one.limit else 1.0 if one.used else 0.0
    tripped = one.state == State.TRIPPED
    return {
        "name": _name(one, words),
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
        "name": _name(one, words),
        "rows": [
            {
                "period": named(first, last),
                "used": amount(one, used, words),
                "bar": share_bar(used / most, "called"),
            }
            for first, last, used in periods
        ],
    }


def _name(one: QuotaTold, words: Wording) -> str:
    if one.per == "unit":
        return words.plain("{quota}: {unit}", quota=one.id, unit=words.unit(one.unit or ""))
    if one.per == "organiser":
        who = words.plain_n(one.accounts, "{count} organiser, each", "{count} organisers, each")
        return words.plain("{quota}: {unit}", quota=one.id, unit=who)
    if one.per == "calendar":
        who = words.plain_n(one.accounts, "{count} calendar, each", "{count} calendars, each")
        return words.plain("{quota}: {unit}", quota=one.id, unit=who)
    return one.id


def _states(words: Wording) -> dict[str, str]:
    return {
        State.CLOSED: words.plain("Closed: meetings pass"),
        State.NEAR: words.plain("Near its limit"),
        State.TRIPPED: words.plain("Tripped: nothing fits any more"),
        State.RESET: words.plain("Reset: it had tripped the period before"),
    }


def amount(one: QuotaTold, units: int | None, words: Wording) -> str:
    """So many units of its measure; empty where it is not said."""
    if units is None:
        return ""
    if one.measure == Measure.PERSON_HOURS:
        return words.plain("{hours} hours", hours=words.hours(units))
    if one.measure == Measure.COST:
        return shown(Money.from_minor(units, one.currency), words.language)
    return words.plain_n(units, "{count} meeting", "{count} meetings")


def _units(one: QuotaTold, words: Wording) -> dict[str, str]:
    parts = [
        words.plain("{unit} {amount}", unit=words.unit(unit), amount=amount(one, used, words))
        for unit, used in one.by_unit
    ]
    return {"name": _name(one, words), "said": words.plain("; ").join(parts)}


def _target(one: QuotaTold, words: Wording) -> dict[str, str] | None:
    """Only down, never up: last year, the part of it that may be used, what was used so far."""
    if one.share is None:
        return None
    name = _name(one, words)
    by = words.percent(Decimal(f"{((one.share - 1) * 100).normalize():f}"))
    if one.last_year is None or one.limit is None or one.used is None:
        text = "The target is {by} against the year before; what that came to is not known, or not said."
        return {"name": name, "said": words.plain(text, by=by)}
    fields = {
        "by": by,
        "before": amount(one, one.last_year, words),
        "limit": amount(one, one.limit, words),
        "used": amount(one, one.used, words),
        "until": words.day(one.last),
        "apart": amount(one, abs(one.limit - one.used), words),
    }
    if one.used > one.limit:
        text = (
            "The year before came to {before}; the target of {by} allows {limit} by {until}. Used: {used}, that is "
            "{apart} too much."
        )
    else:
        text = (
            "The year before came to {before}; the target of {by} allows {limit} by {until}. Used so far: {used}, "
            "{apart} less than that."
        )
    return {"name": name, "said": words.plain(text, **fields)}


def _excess(publication: Publication, words: Wording) -> Iterator[dict[str, str]]:
    for one, entry in waived(publication):
        for quota in one.beyond:
            title = words.title(entry)
            yield {
                "quota": words.plain("Quota {quota}: {title}", quota=quota, title=title),
                "said": explained(one, words),
            }


def _notes(publication: Publication, words: Wording) -> Iterator[str]:
    for one in publication.quotas:
        if one.others:
            yield words.n(
                one.others,
                "{name}: {count} meeting counts besides that is confidential or in no calendar that was read.",
                "{name}: {count} meetings count besides that are confidential or in no calendar that was read.",
                name=_name(one, words),
            )
    if any(one.state is None or one.used is None for one in publication.quotas):
        yield words.plain(
            "What is not said would rest on a few confidential meetings or people, on pay, or on a year that the books "
            "do not know."
        )

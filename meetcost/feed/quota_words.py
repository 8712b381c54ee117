# SPDX-License-Identifier: Apache-2.0
"""How a quota, the holder of an account of it, and so much of its measure are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from meetcost.model.phrase import shown
from meetcost.rules.quota import Measure, Per
from meetcost.values.money import Money

if TYPE_CHECKING:
    from meetcost.feed.public_books import QuotaTold
    from meetcost.feed.wording import Wording


def name_of(one: QuotaTold, words: Wording) -> str:
    """The quota, and whose account it is where not the body's."""
    if one.per == Per.BODY:
        return one.id
    return words.plain("{quota}: {unit}", quota=one.id, unit=holder_of(one, words))


def holder_of(one: QuotaTold, words: Wording) -> str:
    """Whose account it is."""
    if one.per == Per.UNIT:
        return words.unit(one.unit or "")
    if one.per == Per.ORGANISER:
        return words.plain_n(one.accounts, "{count} organiser, each", "{count} organisers, each")
    if one.per == Per.CALENDAR:
        return words.plain_n(one.accounts, "{count} calendar, each", "{count} calendars, each")
    return words.plain("All together")


def amount(one: QuotaTold, units: int | None, words: Wording) -> str:
    """So many units of its measure; empty where it is not said."""
    if units is None:
        return ""
    if one.measure == Measure.PERSON_HOURS:
        return words.worked(units)
    if one.measure == Measure.COST:
        return shown(Money.from_minor(units, one.currency), words.language)
    return words.plain_n(units, "{count} meeting", "{count} meetings")

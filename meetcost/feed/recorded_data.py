# SPDX-License-Identifier: Apache-2.0
"""Waived meetings and quotas for programs: parts of `data.json`, and the table `quotas.csv`."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, Final

from meetcost.feed.table import amount, hours, times_of
from meetcost.feed.text import csv_text
from meetcost.rules.quota import Measure

if TYPE_CHECKING:
    from meetcost.feed.public_books import QuotaTold
    from meetcost.feed.publication import Publication

QUOTA_COLUMNS: Final = {
    "quota": "its id in the policy",
    "measure": "`meetings`, `person_hours` or `cost`",
    "per": "who has an account of their own: `body`, `unit`, `organiser`, `calendar`",
    "unit": "whose account it is where each unit has one",
    "accounts": "how many accounts the row stands for",
    "first": "the first day of the period that counts",
    "last": "its last day",
    "limit": "what may be used, in hours for `person_hours`; empty where it is not known",
    "used": "what public meetings have used by then; empty where that is not said",
    "others": "how many meetings count besides that are confidential or in no calendar that was read",
    "state": "`closed`, `near`, `tripped` or `reset`; empty where it would rest on a few confidential meetings",
    "share": "the part of last year that the limit is, empty where it is fixed",
    "last_year": "what public meetings of the same period a year before came to",
    "currency": "of a limit on cost, ISO 4217",
    "by_unit": "what each unit has used, `Unit: 4; Other: 3`",
    "past": "what public meetings used in earlier periods, by their first days, `2026-08-01: 4; 2026-07-01: 3`",
}
"""The columns of `quotas.csv`, in order, with what they hold."""


def measured(one: QuotaTold, units: int | None) -> str | None:
    """So many units of the measure: meetings, hours to hundredths, money; as a decimal number."""
    if units is None:
        return None
    if one.measure == Measure.PERSON_HOURS:
        return hours(units)
    return amount(units, one.currency) if one.measure == Measure.COST else str(units)


def quota_data(one: QuotaTold) -> dict[str, Any]:
    """An account."""
    return {
        "quota": one.id,
        "measure": one.measure,
        "per": one.per,
        "unit": one.unit,
        "accounts": one.accounts,
        "first": one.first.isoformat(),
        "last": one.last.isoformat(),
        "limit": measured(one, one.limit),
        "used": measured(one, one.used),
        "others": one.others,
        "state": one.state,
        "share": f"{one.share:f}" if one.share is not None else None,
        "last_year": measured(one, one.last_year),
        "currency": one.currency or None,
        "by_unit": [{"unit": unit, "used": measured(one, used)} for unit, used in one.by_unit],
        "past": [
            {
                "first": past.first.isoformat(),
                "last": past.last.isoformat(),
                "used": measured(one, past.used),
                "others": past.others,
            }
            for past in one.past
        ],
    }


def quota_table(publication: Publication) -> bytes:
    """`quotas.csv`: an account a row; in the same form as `meetings.csv`."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(QUOTA_COLUMNS)
    for one in publication.quotas:
        value = quota_data(one)
        value["by_unit"] = "; ".join(f"{unit or '?'}: {measured(one, used)}" for unit, used in one.by_unit)
        value["past"] = "; ".join(f"{past.first}: {measured(one, past.used)}" for past in one.past)
        writer.writerow(["" if value[name] is None else csv_text(str(value[name])) for name in QUOTA_COLUMNS])
    return text.getvalue().encode("utf-8-sig")


def waived_data(publication: Publication) -> dict[str, Any] | None:
    """The waived meetings: which occurrences, and on whose word. What they cost stands with the occurrences."""
    if publication.waived is None:
        return None
    starts = {
        entry.id: {held.start: times_of(held, publication)[0] for held in entry.held} for entry in publication.entries
    }
    return {
        "meetings": [
            {
                "id": one.id,
                "starts": [starts[one.id][start] for start in one.starts],
                "class": one.klass,
                "rules": list(one.rules),
                "beyond_quotas": list(one.beyond),
                "approved_by": one.unit,
                "granted": one.granted.isoformat(),
                "revoked": one.revoked,
                "explanation": one.explanation or None,
                "explanation_withheld": one.withheld,
            }
            for one in publication.waived.meetings
        ],
        "confidential": publication.waived.confidential,
        "elsewhere": publication.waived.elsewhere,
    }

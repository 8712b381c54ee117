# SPDX-License-Identifier: Apache-2.0
"""The publication for programs: one JSON document.

Money and hours are decimal numbers as text, seconds are integers.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final

from meetcost.feed.recorded_data import quota_data, waived_data
from meetcost.feed.table import amount, batches, hours, times_of
from meetcost.feed.totals import days_of, totals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from meetcost.feed.publication import Before, Entry, Held, Publication

_COMPACT: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
_MEETINGS: Final = 200
SCHEMA: Final = "urn:meetcost:schema:feed:1"
"""What the document says it is. A change that a reader would trip over gets another number."""


def data_file(publication: Publication) -> bytes:
    """All of it, meetings by their first occurrence."""
    return b"".join(data_pieces(publication))


def data_pieces(publication: Publication) -> Iterator[bytes]:
    """The same piece by piece: objects for all meetings would take ten times the memory of the octets."""
    yield _json(data_head(publication))[:-1]
    yield b',"meetings":['
    for at, entries in enumerate(batches(publication.entries, _MEETINGS)):
        yield (b"," if at else b"") + b",".join(_json(meeting_data(entry, publication)) for entry in entries)
    yield b"]}\n"


def data_head(publication: Publication) -> dict[str, Any]:
    """The document without its meetings."""
    first, last = days_of(publication)
    return {
        "schema": SCHEMA,
        "body": publication.body,
        "period": {"first": first.isoformat(), "last": last.isoformat(), "zone": publication.zone.name},
        "as_of": f"{publication.as_of.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "currency": publication.currency,
        "rate_card": str(publication.method.card) if publication.method.card is not None else None,
        "cost_method": publication.method.cost_method,
        "policy": {"name": publication.method.policy, "sha256": publication.method.policy_digest},
        "totals": _totals(publication),
        "confidential": _confidential(publication),
        "before": _before(publication.before),
        "year_before": _before(publication.year_before),
        "target_percent": str(publication.target) if publication.target is not None else None,
        "target_source": publication.target_source,
        "coverage": publication.coverage._asdict(),
        "refusals": None if publication.refusals is None else [asdict(one) for one in publication.refusals],
        "waived": waived_data(publication),
        "quotas": [quota_data(one) for one in publication.quotas],
        "commitments": [
            {
                "id": one.id,
                "title": one.title,
                "title_withheld": one.title_withheld,
                "called_by": one.called_by,
                "occurrences": one.occurrences,
                "person_hours": hours(one.seconds),
                "working_time": amount(one.minor, publication.currency) or None,
            }
            for one in publication.commitments
        ],
        "corrections": [{"day": one.day.isoformat(), "text": one.text} for one in publication.corrections],
    }


def _json(value: dict[str, Any]) -> bytes:
    return _COMPACT.encode(value).replace("<", "\\u003c").encode("utf-8")


def _totals(publication: Publication) -> dict[str, Any]:
    whole = totals(publication.entries)
    return {
        "occurrences": whole.occurrences,
        "person_hours": hours(whole.seconds),
        "person_seconds": whole.seconds,
        "working_time": amount(whole.minor, publication.currency) or None,
        "cash": amount(whole.cash, publication.currency) or None,
        "paperwork_hours": [hours(end) for end in whole.paperwork],
    }


def _confidential(publication: Publication) -> dict[str, Any]:
    withheld = publication.withheld
    said = hours(withheld.seconds) if withheld.seconds is not None else None
    return {"occurrences": withheld.occurrences, "person_hours": said}


def _before(before: Before | None) -> dict[str, Any] | None:
    if before is None:
        return None
    days = {"first": before.first.isoformat(), "last": before.last.isoformat()}
    return {**days, "occurrences": before.occurrences, "person_hours": hours(before.seconds)}


def _minutes(held: Held) -> dict[str, Any] | None:
    measured = held.measured
    if measured is None:
        return None
    said = hours(measured.seconds) if measured.seconds is not None else None
    return {"length": measured.length, "unit": measured.unit, "person_hours": said}


def meeting_data(entry: Entry, publication: Publication) -> dict[str, Any]:
    """One meeting of the document."""
    paperwork = entry.paperwork
    return {
        "id": entry.id,
        "title": entry.title,
        "title_withheld": entry.title_withheld,
        "kind": entry.kind,
        "called_by": entry.called_by,
        "recurring": entry.recurring,
        "paperwork_hours": [hours(end) for end in paperwork] if paperwork is not None else None,
        "occurrences": [_occurrence(held, publication) for held in entry.held],
    }


def _occurrence(held: Held, publication: Publication) -> dict[str, Any]:
    worked, currency = held.worked, publication.currency
    start, end = times_of(held, publication)
    return {
        "start": start,
        "end": end,
        "people": worked.people,
        "person_hours": hours(worked.seconds),
        "person_seconds": worked.seconds,
        "working_time": amount(worked.minor, currency) or None,
        "cash": amount(worked.cash, currency) or None,
        "paid_by": [
            {"unit": unit, "person_hours": hours(seconds), "working_time": amount(minor, currency) or None}
            for unit, seconds, minor in worked.shares
        ],
        "by_band": [
            {
                "band": line.band,
                "people": line.people,
                "seconds_each": line.each,
                "rate": f"{line.rate.amount:f}" if line.rate is not None else None,
                "working_time": amount(line.minor, currency) or None,
            }
            for line in worked.bands
        ]
        if currency is not None
        else [],
        "no_meeting_rules": list(held.rules),
        "exemption": held.exemption,
        "minutes": _minutes(held),
    }

# SPDX-License-Identifier: Apache-2.0
"""Instants as they are typed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from meetcost.errors import UsageError
from meetcost.model.moment import local_seconds
from meetcost.model.zone import named_zone
from meetcost.values.span import Span, instant
from meetcost.words.near import nearest

if TYPE_CHECKING:
    from meetcost.model.zone import Zone


def the_clock() -> datetime:
    """The present: the only place where it is asked for."""
    return datetime.now(UTC)


def zone_named(name: str | None) -> Zone | None:
    """The zone of `--zone`; `UsageError` for a name that is none."""
    if name is None:
        return None
    from zoneinfo import available_timezones  # noqa: PLC0415 - lists a folder

    zone = named_zone(name)
    if zone is None:
        near = nearest(name, sorted(available_timezones()))
        advice = f"did you mean `{near}`?" if near else "write one such as Europe/Berlin or Asia/Shanghai"
        raise UsageError(f"`{name}` is no time zone; {advice}")
    return zone


def instant_of(text: str, option: str, zone: Zone | None = None) -> datetime:
    """A date (its midnight) or a date with a time, in `zone` (UTC without one) where it names no offset."""
    try:
        written = datetime.fromisoformat(text.strip())
        if written.tzinfo is not None:
            return written.astimezone(UTC)
        return written.replace(tzinfo=UTC) if zone is None else instant(zone.to_epoch(local_seconds(written)))
    except (ValueError, OverflowError):
        advice = "write 2026-12-10, 2026-12-10T09:00 or 2026-12-10T09:00Z"
        raise UsageError(f"{option}: `{text}` is no date or instant; {advice}") from None


def window_of(first: str, last: str, zone: Zone | None = None) -> Span:
    """The span of `--from` and `--to`; `UsageError` if it ends before it begins."""
    start, end = instant_of(first, "--from", zone), instant_of(last, "--to", zone)
    if end < start:
        raise UsageError(f"--to `{last}` lies before --from `{first}`; the end is not included, so write the day after")
    return Span(start, end)

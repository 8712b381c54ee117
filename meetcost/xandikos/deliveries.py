# SPDX-License-Identifier: Apache-2.0
"""The calendars that an accepted invitation comes into, and whether it may: their rules can be others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from meetcost.ics.read import read
from meetcost.ics.scan import MEETINGS
from meetcost.model.attendee import calendar_address

if TYPE_CHECKING:
    from collections.abc import Iterator

    from meetcost.policy.policy import Policy


def depends_on_calendar(policy: Policy) -> bool:
    """Whether any rule binds some calendars only."""
    return any(rule.scope.calendars for rule in policy.rules.clauses)


def calendars_of_asked(backend: Any, octets: bytes, own: frozenset[str]) -> Iterator[Any]:
    """The default calendars (RFC 6638 §9.2) on this server of those an object of `own` asks."""
    meetings = [part for one in read(octets, components=MEETINGS).meetings for part in (one, *one.overrides)]
    organizers = {calendar_address(one.organizer.address) for one in meetings if one.organizer is not None}
    if not organizers & own:
        return
    asked = {calendar_address(who.address) for one in meetings for who in one.attendees} - own
    for _, principal in backend.iter_principals():
        if asked & {calendar_address(one) for one in principal.get_calendar_user_address_set()}:
            try:
                yield backend.get_resource(principal.get_schedule_default_calendar_url())
            except KeyError:  # none was chosen: it stays in the inbox
                continue

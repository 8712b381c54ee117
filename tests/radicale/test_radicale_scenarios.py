# SPDX-License-Identifier: Apache-2.0
"""Scenarios of the guard that need a server: clients at once, and objects that leave something for the next ones."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from invites import FRIDAY, THURSDAY, WEDNESDAY, calendar, component, invite

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from serving import Home

TUESDAY = WEDNESDAY - timedelta(days=1)


@pytest.mark.parametrize("how", ["launcher", "gunicorn"])
def test_of_writes_at_once_under_one_condition_one_is_stored(home: Callable[..., Home], how: str) -> None:
    """S002."""
    ann = home(how)
    for number in range(3):
        name = f"work/{number}.ics"
        assert ann.put(name, invite(str(number), THURSDAY)).status == 201
        etag = ann.get(name).headers["ETag"]
        bodies = [invite(str(number), THURSDAY, f"COMMENT:client {who}") for who in range(4)]
        with ThreadPoolExecutor(4) as pool:
            got = list(pool.map(lambda body, name=name, etag=etag: ann.put(name, body, If_Match=etag).status, bodies))
        stored = [who for who, status in enumerate(got) if status in (201, 204)]
        assert sorted(got)[1:] == [412] * 3
        assert [who for who in range(4) if f"COMMENT:client {who}" in ann.get(name).text] == stored
        assert len(stored) == 1


def zoned(uid: str, tzid: str, day: date, at: int, offset: str) -> bytes:
    """A meeting in a zone that it defines itself, of one offset all year."""
    rule = ["BEGIN:STANDARD", "DTSTART:19700101T000000", f"TZOFFSETFROM:{offset}", f"TZOFFSETTO:{offset}"]
    zone = ["BEGIN:VTIMEZONE", f"TZID:{tzid}", *rule, "END:STANDARD", "END:VTIMEZONE"]
    event = [line.replace("TZID=Europe/Berlin", f"TZID={tzid}") for line in component(uid, day, at=at)]
    return calendar(zone, event)


@pytest.mark.parametrize("offset", ["+1400", "-1000"])
def test_a_poisoned_zone_changes_no_verdict_on_the_next_object(home: Callable[..., Home], offset: str) -> None:
    """S016: read in the poisoned zone, two of these at least would have another verdict."""
    ann, east = home(), "Eastern Standard Time"
    for number, tzid in enumerate(("Europe/Berlin", east)):
        assert ann.put(f"work/p{number}.ics", zoned(f"p{number}", tzid, FRIDAY, 12, offset)).status == 201
    following = {
        "b1": (invite("b1", WEDNESDAY, at=22), 403),
        "b2": (invite("b2", THURSDAY, at=10), 201),
        "b3": (invite("b3", TUESDAY, at=22), 201),
        "e1": (zoned("e1", east, TUESDAY, 22, "-0500"), 403),
        "e2": (zoned("e2", east, WEDNESDAY, 16, "-0500"), 403),
        "e3": (zoned("e3", east, WEDNESDAY, 21, "-0500"), 201),
    }
    for uid, (body, status) in following.items():
        assert ann.put(f"work/{uid}.ics", body).status == status, uid

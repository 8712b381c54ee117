# SPDX-License-Identifier: Apache-2.0
"""Evolution Data Server, as GNOME Calendar and Evolution use it, before the plugin and before the proxy."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from itertools import count

import pytest

from tests.clients.evolution import RefusedError
from tests.invites import BLOCK, FRIDAY, POLICY, THURSDAY, WEDNESDAY, daily, invite
from tests.radicale.serving import PASSWORD, Home

_numbers = count(1)
CALENDAR = "work"
WITHIN = 30.0
REASON = (
    f"HTTP error code 403 (No-meeting day {WEDNESDAY}, next {THURSDAY} 09:00): “Budget round” was not saved. "
    f"Wed {WEDNESDAY.day} {WEDNESDAY:%b}: every Wednesday is a no-meeting day (rule “wednesday”, Town Office). "
)
"""What is said of a meeting on the Wednesday, up to the permitted times."""


class Desk:
    """A person with a calendar `work` on a guarded server, and a calendar program with it open."""

    def __init__(self, evolution, guarded, *, keep: bool = True, connected: bool = True) -> None:
        self.evolution, self.name = evolution, f"user{next(_numbers)}"
        guarded.behind.add_user(self.name)
        self.stored = Home(guarded.behind, self.name)
        self.stored.calendar()
        evolution.do("open", self.name, guarded.door.port, self.name, f"/{self.name}/{CALENDAR}/", keep)
        if connected:
            self.log_in()

    def log_in(self) -> None:
        self.evolution.do("log_in", self.name, self.name, PASSWORD)

    def create(self, octets: bytes) -> None:
        self.evolution.do("create", self.name, octets.decode())

    def move(self, uid: str, days: int) -> None:
        self.evolution.do("move", self.name, uid, days)

    def remove(self, uid: str) -> None:
        self.evolution.do("remove", self.name, uid)

    def seen(self) -> list[str]:
        """The events in the program's view, unfolded."""
        return [re.sub(r"\r?\n[ \t]", "", text) for text in self.evolution.do("events", self.name)]

    def seen_with(self, text: str) -> str:
        """The one event, once it has the text in it: the program fetches behind what the server made of it."""
        until = time.monotonic() + WITHIN
        while True:
            self.evolution.do("refresh", self.name)
            (event,) = self.seen()
            if text in event:
                return event
            assert time.monotonic() < until, event
            time.sleep(0.1)


@pytest.fixture(params=["plugin", "proxy"])
def through(request):
    return request.param


@pytest.fixture(params=[True, False], ids=["kept for offline use", "not kept"])
def desk(request, evolution, guarded, through):
    made = Desk(evolution, guarded(through), keep=request.param)
    yield made
    print(evolution.log)  # pytest shows what is printed where a test fails


def starts(day) -> str:
    return f"DTSTART;TZID=Europe/Berlin:{day:%Y%m%d}T100000"


def test_what_is_permitted_is_stored_and_shows_its_cost(desk):
    desk.create(invite("ok", THURSDAY))
    stored = desk.stored.get("work/ok.ics")
    assert stored.status == 200
    assert starts(THURSDAY) in stored.text
    assert BLOCK in stored.text
    event = desk.seen_with(BLOCK)
    assert "X-MEETCOST-PERSON-HOURS:3" in event
    assert starts(THURSDAY) in event


def test_a_banned_meeting_is_refused_with_its_reason_and_the_next_times(desk):
    with pytest.raises(RefusedError) as refused:
        desk.create(invite("bad", WEDNESDAY))
    said = str(refused.value)
    assert REASON in said
    assert re.search(rf"Permitted: Thu {THURSDAY.day} {THURSDAY:%b} 09:00, \d\d:00, \d\d:00", said)
    assert desk.seen() == []
    assert desk.stored.get("work/bad.ics").status == 404
    assert "VEVENT" not in desk.stored.get("work/").text
    desk.create(invite("ok", THURSDAY))  # and the calendar goes on
    assert desk.stored.get("work/ok.ics").status == 200


def test_a_change_onto_a_banned_day_is_refused_and_both_sides_keep_the_old_time(desk):
    desk.create(invite("ok", THURSDAY, "DESCRIPTION:Bring the drafts"))
    desk.seen_with(BLOCK)
    before = desk.stored.get("work/ok.ics").body
    with pytest.raises(RefusedError) as refused:
        desk.move("ok", (WEDNESDAY - THURSDAY).days)
    assert REASON in str(refused.value)
    assert desk.stored.get("work/ok.ics").body == before
    event = desk.seen_with(starts(THURSDAY))
    assert "Bring the drafts" in event
    assert desk.stored.get("work/ok.ics").body == before


def test_a_change_to_another_permitted_day_goes_through_and_the_meeting_can_be_deleted(desk):
    desk.create(invite("ok", THURSDAY, "DESCRIPTION:Bring the drafts"))
    desk.seen_with(BLOCK)
    desk.move("ok", (FRIDAY - THURSDAY).days)
    event = desk.seen_with(starts(FRIDAY))
    assert event.count(BLOCK) == 1
    stored = desk.stored.get("work/ok.ics").text
    assert starts(FRIDAY) in stored
    assert stored.count(BLOCK) == 1
    assert "Bring the drafts" in stored
    desk.remove("ok")
    assert desk.stored.get("work/ok.ics").status == 404
    assert desk.seen() == []


def test_a_series_that_steps_over_a_banned_day_is_seen_to(desk):
    desk.create(daily("series", WEDNESDAY - timedelta(days=2)))
    left_out = f"EXDATE;TZID=Europe/Berlin;X-MEETCOST=SKIPPED:{WEDNESDAY:%Y%m%d}T100000"
    assert left_out in desk.seen_with(left_out)
    assert left_out in desk.stored.get("work/series.ics").text


def test_the_reason_is_shown_in_chinese(evolution, guarded, through):
    desk = Desk(evolution, guarded(through, f'{POLICY}[disclosure]\nlanguage = "zh"\n'))
    with pytest.raises(RefusedError) as refused:
        desk.create(invite("bad", WEDNESDAY, title="预算会"))
    assert "“预算会”未保存" in str(refused.value)
    assert desk.stored.get("work/bad.ics").status == 404


def test_what_is_saved_without_a_connection_is_kept_and_refused_with_its_reason_once_there_is_one(
    evolution, guarded, through
):
    desk = Desk(evolution, guarded(through), connected=False)
    desk.create(invite("bad", WEDNESDAY, "DESCRIPTION:Bring the drafts"))
    assert desk.stored.get("work/bad.ics").status == 404
    desk.log_in()
    until = time.monotonic() + WITHIN
    while REASON not in "".join(evolution.do("alerts", desk.name)):
        assert time.monotonic() < until, evolution.do("alerts", desk.name)
        evolution.do("refresh", desk.name)
        time.sleep(0.5)
    assert desk.stored.get("work/bad.ics").status == 404
    (event,) = desk.seen()
    assert "Bring the drafts" in event
    assert starts(WEDNESDAY) in event
    desk.remove("bad")
    desk.create(invite("bad", THURSDAY, "DESCRIPTION:Bring the drafts"))
    assert starts(THURSDAY) in desk.stored.get("work/bad.ics").text

# SPDX-License-Identifier: Apache-2.0
"""The storage without the door, as `python -m radicale` starts it: it refuses, changes nothing, and says what to do."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta

import pytest
from icalendar import Calendar
from invites import FRIDAY, POLICY, THURSDAY, WEDNESDAY, calendar, component, daily, invite, weekly
from serving import ROOT, configured


@pytest.fixture
def ann(home):
    return home("plugin")


def test_it_refuses_in_words_of_radicale(ann):
    answer = ann.put("work/a.ics", invite("a", WEDNESDAY))
    assert answer.status == 403
    assert "Town Office" not in answer.text
    assert ann.get("work/a.ics").status == 404
    assert ann.put("work/a.ics", weekly("a", WEDNESDAY)).status == 403


def test_a_calendar_as_a_whole_is_refused(ann):
    ann.put("work/old.ics", invite("old", THURSDAY))
    before = ann.send("GET", "work/").body
    assert ann.put("work/", calendar(component("a", THURSDAY), component("b", WEDNESDAY))).status == 400
    assert ann.send("GET", "work/").body == before


def test_it_changes_nothing_of_what_passes(ann):
    answer = ann.put("work/a.ics", invite("a", THURSDAY))
    stored = ann.get("work/a.ics")
    assert answer.status == 201
    assert answer.headers["ETag"] == stored.headers["ETag"]
    assert b"MEETCOST" not in stored.body


def test_a_series_that_would_have_to_step_over_dates_is_refused(ann):
    answer = ann.put("work/a.ics", daily("a", WEDNESDAY - timedelta(days=2)))
    assert answer.status == 403
    assert ann.get("work/a.ics").status == 404
    assert ann.put("work/b.ics", daily("b", THURSDAY, 2)).status == 201


def test_a_notice_says_why(ann):
    ann.put("work/a.ics", invite("a", WEDNESDAY))
    (event,) = Calendar.from_ical(ann.notices.body).walk("VEVENT")
    assert "every Wednesday is a no-meeting day" in event["DESCRIPTION"]
    assert ann.put("work/a.ics", invite("a", FRIDAY)).status == 201
    assert Calendar.from_ical(ann.notices.body).walk("VEVENT") == []


def test_the_log_says_what_is_missing_and_what_to_start_instead(ann):
    assert "reasons reach clients: no; invites carry their cost: no; series cannot step over dates" in ann.server.log
    assert "Start `python -m meetcost.radicale` instead" in ann.server.log


@pytest.mark.parametrize(("module", "reach"), [("radicale", "no"), ("meetcost.radicale", "yes")])
def test_verifying_the_storage_says_what_the_server_would(tmp_path, module, reach):
    config = configured(tmp_path, "launcher", POLICY, 5232)
    command = [sys.executable, "-m", module, "-C", str(config), "--verify-storage"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True, cwd=ROOT)
    assert f"reasons reach clients: {reach}" in done.stderr


@pytest.mark.parametrize("how", ["plugin", "launcher"])
@pytest.mark.parametrize(
    ("policy", "said"),
    [
        (POLICY.replace("wednesday", "wensday"), "meetcost.toml"),
        ("mode = [", "meetcost.toml"),
    ],
    ids=["a mistake", "no TOML"],
)
def test_it_does_not_start_with_a_policy_it_cannot_read(servers, how, policy, said):
    with pytest.raises(AssertionError, match=said):
        servers(how, policy)

# SPDX-License-Identifier: Apache-2.0
"""No-meeting day; the days themselves are worked out in `rules.days`."""

from __future__ import annotations

from typing import Final

from meetcost.rules.catalogue.form import Documentation

DOC: Final = Documentation(
    table="no_meeting_day",
    title="No-meeting day",
    what="Days without meetings: weekdays, the nth weekday of a month, dates, days of every year.",
    why="A day that everybody knows to be free of meetings is a day on which work that needs quiet gets done.",
    decided=(
        (
            "A meeting that shares any moment with the day is on it, in the zone of the policy and in any zone the "
            "invite defines for itself."
        ),
        "A day that is a public holiday is not moved; `on_holiday` says whether it lapses.",
    ),
    clause="""[[no_meeting_day]]
weekdays = ["wednesday"]
source = "No meetings on Wednesdays (office notice 7 of 2026)"
""",
    bad=("SUMMARY:Budget", "DTSTART;TZID=Europe/Berlin:20261209T100000", "DURATION:PT1H"),
    mended=("SUMMARY:Budget", "DTSTART;TZID=Europe/Berlin:20261210T100000", "DURATION:PT1H"),
    source="Hangzhou, 2014: every Wednesday, not moved when it is a public holiday; Shopify, 2023: Wednesdays.",
)

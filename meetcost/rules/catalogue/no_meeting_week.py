# SPDX-License-Identifier: Apache-2.0
"""No-meeting week; the weeks themselves are worked out in `rules.weeks`."""

from __future__ import annotations

from typing import Final

from meetcost.rules.catalogue.form import Documentation

DOC: Final = Documentation(
    table="no_meeting_week",
    title="No-meeting week",
    what="Weeks without meetings, Monday to Sunday: the nth of a month, ISO weeks, stretches of days, one in so many.",
    why="A week in which nobody is called away is a week in which people can go where the work is.",
    decided=(
        'What "the second week of the month" is has to be chosen with `definition`: it is defined nowhere.',
        "A week that begins or ends in a neighbouring month is banned as a whole, but for the definition `days-8-14`.",
    ),
    clause="""[[no_meeting_week]]
nth = 2
definition = "week-of-the-8th"
""",
    bad=("SUMMARY:Budget", "DTSTART;TZID=Europe/Berlin:20261211T100000", "DURATION:PT1H"),
    mended=("SUMMARY:Budget", "DTSTART;TZID=Europe/Berlin:20261214T100000", "DURATION:PT1H"),
    source="Zhangjiajie, 2022: the second week of each month is a no-meeting week.",
)

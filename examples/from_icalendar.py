# SPDX-License-Identifier: Apache-2.0
"""`icalendar` objects in, permitted times out, and an `icalendar` object again at the best of them."""

from datetime import UTC, datetime
from pathlib import Path

from icalendar import Calendar

import meetcost as mc

HERE = Path(__file__).parent


def main() -> None:
    calendar = Calendar.from_ical((HERE / "calendars" / "wednesday-report.ics").read_bytes())
    meeting = mc.read_one(calendar)  # octets and text are as welcome
    policy = mc.Policy.load(HERE / "policies" / "town-office.toml")

    verdict = mc.assess(meeting, policy=policy).verdict
    print(verdict.text())

    slots = mc.find_slots(meeting, policy=policy, limit=2)
    for slot in slots:
        print(slot.start.isoformat(), slot.text())

    moved = mc.Meeting(
        uid=meeting.uid,
        title=meeting.title,
        start=slots[0].start,
        end=slots[0].end,
        organizer=meeting.organizer,
        attendees=meeting.attendees,
    )
    event = mc.to_calendar(moved, stamp=datetime(2026, 12, 1, 8, tzinfo=UTC)).events[0]
    print(event["SUMMARY"], event.start.isoformat())


if __name__ == "__main__":
    main()

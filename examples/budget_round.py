# SPDX-License-Identifier: Apache-2.0
"""A meeting before it takes place: what it costs, whether it is allowed, when instead, what a shorter one saves."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import meetcost as mc

HERE = Path(__file__).parent
BERLIN = ZoneInfo("Europe/Berlin")


def main() -> None:
    policy = mc.Policy.load(HERE / "policies" / "town-office.toml")
    rates = mc.RateCard.load(HERE / "rates.toml")
    people = [f"{name}@town.example" for name in ("ann", "ben", "carla", "david", "eva", "felix", "greta", "hanna")]
    meeting = mc.Meeting(
        title="Budget round",
        start=datetime(2026, 12, 9, 10, tzinfo=BERLIN),  # a Wednesday
        minutes=90,
        organizer="office@town.example",
        attendees=people,
    )
    assessment = mc.assess(meeting, policy=policy, rates=rates)
    print(assessment.cost.person_hours, "person-hours,", assessment.cost.time)

    # This policy only observes: `verdict.allowed` is true, and the text says what it would have done.
    print(assessment.verdict.text())
    print(assessment.verdict.text("zh"))

    away = mc.Span(datetime(2026, 12, 14, 9, tzinfo=BERLIN), datetime(2026, 12, 14, 11, tzinfo=BERLIN))
    for slot in mc.find_slots(meeting, policy=policy, busy={"ann@town.example": [away]}, limit=3):
        print(f"{slot.start:%a %d %b %H:%M}", [str(who) for who in slot.conflicts])

    shorter = assessment.what_if(minutes=45)
    print(shorter.text())
    print(shorter.saved.person_hours)


if __name__ == "__main__":
    main()

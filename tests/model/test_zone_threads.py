# SPDX-License-Identifier: Apache-2.0
"""A zone is asked by many threads at once, as a calendar server does."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from random import Random
from zoneinfo import ZoneInfo

from meetcost.model.moment import DAY, EPOCH_LOCAL, local_seconds
from meetcost.model.zone import NamedZone


def test_threads_that_learn_days_at_once_agree_with_the_zone_database() -> None:
    info = ZoneInfo("Europe/Berlin")
    zone = NamedZone("Europe/Berlin", info)
    days = [date(1990, 1, 1).toordinal() + number for number in range(15_000)]

    def ask(seed: int) -> list[tuple[int, int]]:
        chance = Random(seed)
        locals_ = [chance.choice(days) * DAY + chance.randrange(DAY) for _ in range(6_000)]
        return [(local, zone.to_epoch(local)) for local in locals_]

    with ThreadPoolExecutor(8) as pool:
        found = [pair for pairs in pool.map(ask, range(8)) for pair in pairs]
    for local, epoch in found[::7]:
        wall = datetime.fromordinal(local // DAY).replace(
            hour=local % DAY // 3600, minute=local % 3600 // 60, second=local % 60
        )
        assert local_seconds(wall) == local
        expected = int(wall.replace(tzinfo=info).astimezone(UTC).timestamp())
        assert epoch == expected, wall
    assert len(found) == 48_000
    assert zone.to_epoch(EPOCH_LOCAL) == -3600

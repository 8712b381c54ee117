# SPDX-License-Identifier: Apache-2.0
"""What an occurrence costs, by unit and by published band; worked out once for all that cost the same."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from meetcost.assessment import forecast_of, paperwork_hours
from meetcost.feed.publication import BandHours, Paperwork, Share, Worked
from meetcost.feed.text import plain
from meetcost.model.moment import DAY

if TYPE_CHECKING:
    from meetcost.costing.pricer import Priced
    from meetcost.costing.rate_card import RateCard
    from meetcost.model.directory import Directory
    from meetcost.model.meeting import Meeting
    from meetcost.policy.policy import Policy
    from meetcost.rows import Row


class Works:
    """Sums that are asked for again and again; `rates` is a published card or None."""

    def __init__(self, policy: Policy | None, directory: Directory, rates: RateCard | None) -> None:
        self._policy = policy
        self._directory = directory
        self._rates = rates
        self._known: dict[int, tuple[Priced, Worked]] = {}  # by id: each holds its key, so no id is used twice
        self._forecasts: dict[int, tuple[Meeting, Paperwork | None]] = {}

    def of(self, row: Row) -> Worked:
        """By unit and band; nobody's line is kept."""
        known = self._known.get(id(row.priced))
        if known is None:
            known = self._known[id(row.priced)] = row.priced, self._worked(row)
        return known[1]

    def paperwork(self, meeting: Meeting) -> Paperwork | None:
        """The forecast for one occurrence of `meeting`."""
        known = self._forecasts.get(id(meeting))
        if known is None:
            hours = paperwork_hours(forecast_of(meeting, policy=self._policy))
            found = (
                Paperwork(hours.low.seconds, hours.likely.seconds, hours.high.seconds) if hours is not None else None
            )
            known = self._forecasts[id(meeting)] = meeting, found
        return known[1]

    def _worked(self, row: Row) -> Worked:
        priced = row.priced
        day = date.fromordinal(row.occurrence.local // DAY)
        units: dict[str, tuple[int, int]] = {}
        bands: dict[tuple[str, int], tuple[int, int]] = {}
        people = 0
        for address, _, _, heads, seconds, minor in priced.lines:
            entry = self._directory.by_address.get(address)
            unit, band = (entry.unit, entry.band) if entry is not None else ("", "")
            before = units.get(unit, (0, 0))
            units[unit] = before[0] + seconds, before[1] + (minor or 0)
            key = (self._rates.band_of(band).name if self._rates is not None else "", seconds // heads if heads else 0)
            of_band = bands.get(key, (0, 0))
            bands[key] = of_band[0] + heads, of_band[1] + (minor or 0)
            people += heads
        said = priced.minor is not None
        shares = (Share(plain(unit), seconds, minor if said else None) for unit, (seconds, minor) in units.items())
        return Worked(
            people,
            priced.seconds,
            priced.minor,
            priced.cash if said else 0,
            tuple(sorted(shares, key=lambda share: (-share.seconds, share.unit))),
            self._bands(bands, day),
        )

    def _place(self, band: str) -> int:
        """Where a band stands in the rate card: the order its publisher chose."""
        return list(self._rates.bands).index(self._rates.band_of(band).name) if self._rates is not None else 0

    def _bands(self, found: dict[tuple[str, int], tuple[int, int]], day: date) -> tuple[BandHours, ...]:
        rates = self._rates
        lines = [
            BandHours(
                plain(rates.band_of(band).label) if rates is not None else "",
                people,
                each,
                rates.rate(band, day).rate if rates is not None else None,
                minor if rates is not None else None,
            )
            for (band, each), (people, minor) in sorted(
                found.items(), key=lambda item: (self._place(item[0][0]), -item[0][1])
            )
        ]
        return tuple(lines)

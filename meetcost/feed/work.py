# SPDX-License-Identifier: Apache-2.0
"""What an occurrence costs, by unit and by published band; worked out once for all that cost the same."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

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

_T = TypeVar("_T")


class Works:
    """Sums that are asked for again and again; `rates` is a published card or None."""

    def __init__(self, policy: Policy | None, directory: Directory, rates: RateCard | None) -> None:
        self._policy = policy
        self._directory = directory
        self._rates = rates
        self._last: tuple[Priced, Worked] | None = None
        self._once: dict[Any, Any] = {}  # equal parts of a hundred thousand meetings stand in memory once

    def of(self, row: Row) -> Worked:
        """By unit and band; nobody's line is kept."""
        if self._last is None or self._last[0] is not row.priced:  # neighbours share it, and nobody else does
            self._last = row.priced, self._shared(self._worked(row))
        return self._last[1]

    def paperwork(self, meeting: Meeting) -> Paperwork | None:
        """The forecast for one occurrence of `meeting`."""
        hours = paperwork_hours(forecast_of(meeting, policy=self._policy))
        if hours is None:
            return None
        return self._shared(Paperwork(hours.low.seconds, hours.likely.seconds, hours.high.seconds))

    def _shared(self, value: _T) -> _T:
        """The first that was equal to it."""
        found: _T = self._once.setdefault(value, value)
        return found

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
        shares = (
            self._shared(Share(plain(unit), seconds, minor if said else None))
            for unit, (seconds, minor) in units.items()
        )
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
            self._shared(
                BandHours(
                    plain(rates.band_of(band).label) if rates is not None else "",
                    people,
                    each,
                    rates.rate(band, day).rate if rates is not None else None,
                    minor if rates is not None else None,
                )
            )
            for (band, each), (people, minor) in sorted(
                found.items(), key=lambda item: (self._place(item[0][0]), -item[0][1])
            )
        ]
        return tuple(lines)

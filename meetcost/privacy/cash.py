# SPDX-License-Identifier: Apache-2.0
"""Whether the cash of a release is nothing but heads × tariffs: what a journey costs from a site, and a room an hour.

A tariff knows a site and a place and nobody's band or pay, so a sum of tariffs tells no more than who came from where.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from meetcost.model.phrase import Phrase
from meetcost.privacy.finding import Finding, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from meetcost.privacy.outsider import Outsider
    from meetcost.privacy.release import Release


def cash(release: Release, outsider: Outsider) -> Iterator[Finding]:
    """By the policy as it is: earlier releases may have had other tariffs. Only where attendance is known."""
    if release.currency is None:
        return
    wrong = [
        row.place
        for row in release.rows
        if outsider.seats(row) is not None and row.cash != outsider.cash.get(row.key, row.cash)
    ]
    if wrong:
        said = Phrase.of(
            "{count} sums of cash are not what the tariffs of the policy make of who attended: there is more in them",
            count=len(wrong),
        )
        yield Finding.of(Kind.UNEXPLAINED, said, [release.name], wrong)

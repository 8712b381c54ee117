# SPDX-License-Identifier: Apache-2.0
"""Whether the cash of a release is nothing but heads × tariffs: what a journey costs from a site, and a room an hour.

A tariff knows a site and a place and nobody's band or pay, so a sum of tariffs tells no more than who came from where.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from meetcost.model.phrase import Count, Phrase
from meetcost.privacy.finding import Finding, Kind
from meetcost.privacy.rosters import Cash

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from meetcost.privacy.outsider import Outsider
    from meetcost.privacy.release import Release, Row


def cash(release: Release, outsider: Outsider) -> Iterator[Finding]:
    """By the policy as it is: earlier releases may have had other tariffs. Only where attendance is known."""
    if release.currency is None or outsider.rosters is None:
        return
    if outsider.cash is None:
        unproven = [row.place for row in release.rows if row.cash]
        if unproven:
            said = Phrase(
                "what journeys and rooms cost is not checked without its tariffs; give the policy with --policy"
            )
            yield Finding.of(Kind.UNPROVEN, said, [release.name], unproven)
        return
    wrong = [row.place for row in _beyond(release.rows, outsider.cash)]
    if wrong:
        said = Phrase.of(
            "{sums} not what the tariffs of the policy as it is now make of who attended",
            sums=Count(len(wrong), "{count} sum of cash is", "{count} sums of cash are"),
        )
        yield Finding.of(Kind.UNEXPLAINED, said, [release.name], wrong)


def _beyond(rows: Sequence[Row], expected: Mapping[tuple[str, int | str], Sequence[Cash]]) -> Iterator[Row]:
    """Each sum of the tariffs explains one row: instances of a series that begin at the same time share their key."""
    left: dict[tuple[str, int | str], Counter[Cash]] = {}
    for row in rows:
        sums = expected.get(row.key, ())
        if all(one.people != row.people for one in sums):
            continue  # not as it was published
        unused = left.setdefault(row.key, Counter(sums))
        made = Cash(row.people, row.cash)
        if not unused[made]:
            yield row
        unused[made] -= 1

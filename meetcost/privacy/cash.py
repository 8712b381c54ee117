# SPDX-License-Identifier: Apache-2.0
"""Whether the cash of releases is nothing but heads × tariffs: what a journey costs from a site, and a room an hour.

A tariff knows a site and a place and nobody's band or pay, so a sum of tariffs tells no more than who came from where.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from meetcost.model.phrase import Count, Phrase
from meetcost.privacy.explained import by_roster
from meetcost.privacy.finding import Finding, Kind
from meetcost.privacy.rosters import Cash

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from meetcost.privacy.outsider import Outsider
    from meetcost.privacy.release import Release, Row


def cash(releases: Sequence[Release], judged: Release, outsider: Outsider) -> Iterator[Finding]:
    """Of the `judged` one by the policy as it is; of the others of those published by the same policy to the letter.

    Only where attendance is known.
    """
    if outsider.rosters is None:
        return
    for release in releases:
        if release.currency is not None:
            yield from _judged(release, outsider) if release is judged else _earlier(release, outsider)


def _judged(release: Release, outsider: Outsider) -> Iterator[Finding]:
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


def _earlier(release: Release, outsider: Outsider) -> Iterator[Finding]:
    """Where those who attended are the same by units and money; where they travel from may have changed even so."""
    if outsider.cash is None or not release.policy or release.policy != outsider.policy:
        return
    beyond = _beyond(release.rows, outsider.cash)
    wrong = [row.place for row in beyond if row.shares and by_roster(row, outsider)]
    if wrong:
        said = Phrase.of(
            "{sums} not what the tariffs of its policy make of who attended, as calendars and directory are now",
            sums=Count(len(wrong), "{count} sum of cash is", "{count} sums of cash are"),
        )
        yield Finding.of(Kind.UNPROVEN, said, [release.name], wrong)


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

# SPDX-License-Identifier: Apache-2.0
"""What the attack found: which published figures give what, about how many people. Nobody is named."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from meetcost.model.phrase import Phrase

_SHOWN: Final = 5


class Kind(StrEnum):
    """Ways in which a release gives something away."""

    UNEXPLAINED = "unexplained"  # money that is not heads × time × published rate
    UNPROVEN = "unproven"  # it may be, but what was given does not show it
    REMAINDER = "remainder"  # a total less its parts leaves something that was not to be seen
    SMALL_BAND = "small-band"  # a band with fewer than so many people
    SMALL_GROUP = "small-group"  # a sum of pay over too few people
    DOMINANCE = "dominance"  # a sum of pay that is mostly one person's
    DIFFERENCING = "differencing"  # two sums of pay over nearly the same people
    RECOVERED = "recovered"  # pay that the whole system of figures can be solved for
    UNACCOUNTED = "unaccounted"  # a page, a feed or a table says money that data.json does not
    CONFIDENTIAL = "confidential"  # the hours of too few confidential meetings, out of several releases


@dataclass(frozen=True, slots=True)
class Finding:
    """`releases` and `places` are the evidence: which releases, and (the first of them) which figures in them."""

    kind: Kind
    said: Phrase
    releases: tuple[str, ...]
    places: tuple[str, ...] = ()
    people: int | None = None

    @classmethod
    def of(
        cls,
        kind: Kind,
        said: Phrase,
        releases: Sequence[str],
        places: Sequence[str] = (),
        people: int | None = None,
    ) -> Finding:
        """With as many places as a reader wants to look up."""
        return cls(kind, said, tuple(dict.fromkeys(releases)), tuple(dict.fromkeys(places))[:_SHOWN], people)

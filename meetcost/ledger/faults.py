# SPDX-License-Identifier: Apache-2.0
"""What can stop the books.

MeetcostError
└── LedgerError            the books cannot be opened, read or written; nothing was written by halves
    ├── MovedError         the books have moved since the head that a decision rests on
    ├── OtherRowsError     an operation id comes again with other rows
    └── QuotaError         a quota has no room for what was asked
"""

from __future__ import annotations

from meetcost.errors import MeetcostError
from meetcost.words.sentence import Sentence


class LedgerError(MeetcostError):
    """The books cannot be opened, read or written. What was acknowledged stands, what was not left no trace."""


class MovedError(LedgerError):
    """The books have moved since the head that a decision rests on: read them again, and decide again."""

    def __init__(self, expected: int, found: int) -> None:
        super().__init__(expected, found)
        self.expected = expected
        self.found = found

    def sentence(self) -> str:
        """What has moved, and what to do."""
        if self.found == self.expected:
            return Sentence.of(
                "row {row} is not the one it was decided on; read the books again, then decide again", row=self.expected
            )
        return Sentence.of(
            "the books had {expected:,} rows when it was decided and have {found:,} now; read them again, then decide "
            "again",
            expected=self.expected,
            found=self.found,
        )


class OtherRowsError(LedgerError):
    """An operation id comes again, and not with the rows that were recorded under it."""

    def __init__(self, first: int, last: int) -> None:
        super().__init__(first, last)
        self.first = first
        self.last = last

    def sentence(self) -> str:
        """Where it was recorded, and what to do."""
        rows = Sentence.of(
            "row {first:,}" if self.first == self.last else "rows {first:,} to {last:,}",
            first=self.first,
            last=self.last,
        )
        return Sentence.of(
            "this operation was recorded already, as {rows}, with other content; give each operation an id of its own",
            rows=rows,
        )


class QuotaError(LedgerError):
    """A quota has no room: `used` of `limit` are confirmed or reserved, and `wanted` more were asked for.

    `name` is what the caller calls the bound, `start` and `end` are its time in epoch seconds, if it was given.
    """

    def __init__(
        self, pool: str, *, used: int, limit: int, wanted: int, name: str = "", start: int = 0, end: int = 0
    ) -> None:
        super().__init__(pool, used, limit, wanted)
        self.pool = pool
        self.used = used
        self.limit = limit
        self.wanted = wanted
        self.name = name
        self.start = start
        self.end = end

    def sentence(self) -> str:
        """How much is taken, and how much was asked for."""
        return Sentence.of(
            "quota `{pool}`: {used:,} of {limit:,} are taken, {wanted:,} more do not fit",
            pool=self.pool,
            used=self.used,
            limit=self.limit,
            wanted=self.wanted,
        )

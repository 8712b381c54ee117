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


class LedgerError(MeetcostError):
    """The books cannot be opened, read or written. What was acknowledged stands, what was not left no trace."""


class MovedError(LedgerError):
    """The books have moved since the head that a decision rests on: read them again, and decide again."""

    def __init__(self, expected: int, found: int) -> None:
        super().__init__(expected, found)
        self.expected = expected
        self.found = found

    def __str__(self) -> str:
        if self.found == self.expected:
            return f"row {self.expected} is not the one it was decided on; read the books again, then decide again"
        return (
            f"the books had {self.expected:,} rows when it was decided and have {self.found:,} now; read them again, "
            "then decide again"
        )


class OtherRowsError(LedgerError):
    """An operation id comes again, and not with the rows that were recorded under it."""

    def __init__(self, first: int, last: int) -> None:
        super().__init__(first, last)
        self.first = first
        self.last = last

    def __str__(self) -> str:
        rows = f"row {self.first:,}" if self.first == self.last else f"rows {self.first:,} to {self.last:,}"
        return (
            f"this operation was recorded already, as {rows}, with other content; give each operation an id of its own"
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

    def __str__(self) -> str:
        return f"quota `{self.pool}`: {self.used:,} of {self.limit:,} are taken, {self.wanted:,} more do not fit"

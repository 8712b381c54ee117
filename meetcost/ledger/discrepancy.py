# SPDX-License-Identifier: Apache-2.0
"""What can be wrong with the books, each with a stable code and its sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple, get_args

from meetcost.words.say import say

if TYPE_CHECKING:
    from meetcost.words.say import Language

Code = Literal[
    "row-missing",
    "row-edited",
    "link-broken",
    "rows-cut",
    "head-edited",
    "rolled-back",
    "other-history",
    "payload-edited",
    "payload-strange",
    "payload-missing",
    "payload-back",
    "payload-stray",
    "operation-edited",
    "draws-edited",
    "wipe-due",
]
CODES: Final[tuple[Code, ...]] = get_args(Code)

_TEXTS: Final[dict[Code, str]] = {
    "row-missing": "rows {row} to {to} are missing",
    "row-edited": "row {row} is not what its hash was taken of",
    "link-broken": "row {row} does not follow from the row before it",
    "rows-cut": "rows {row} to {to} were cut off the end",
    "head-edited": "the head that the books keep is not that of their last row, {row}",
    "rolled-back": "the books end with row {row}, and a head of row {to} was published",
    "other-history": "row {row} is not the one whose head was published",
    "payload-edited": "the payload of row {row} is not the one that was recorded",
    "payload-strange": "the payload of row {row} is of another kind or meeting than is kept beside it",
    "payload-missing": "row {row} has no payload, and no erasure of it is on record",
    "payload-back": "row {row} has a payload, though its erasure is on record",
    "payload-stray": "a payload stands where there is no row, at {row}",
    "operation-edited": "the operation of rows {row} to {to} is not as it was recorded",
    "draws-edited": "the quota draws kept of row {row} are not those of its payload",
    "wipe-due": "what was erased may still be in the files; run `meetcost ledger erase` once more",
}


class Discrepancy(NamedTuple):
    """One thing that is not as it was, at row `seq`, or at rows `seq` up to and including `to`."""

    code: Code
    seq: int
    to: int

    def text(self, language: Language = "en") -> str:
        """The sentence in `language`."""
        return say(_TEXTS[self.code], language, row=f"{self.seq:,}", to=f"{self.to:,}")

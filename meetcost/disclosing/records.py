# SPDX-License-Identifier: Apache-2.0
"""What was to be written into an invite, and what came of it, in the books.

Both are rows of the chain (`DisclosureRow`), not a journal beside it: an intent is on disk before the server is asked
to change anything, under one lock with everything else that speaks of the meeting, found by `verify` like any row, and
taken along by a back-up. What stands in the invite decides when the two differ: after a crash the next run looks there,
and writes the result that is missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from meetcost.audit.entering import enter
from meetcost.disclosing.found import Figures
from meetcost.ledger.making import made
from meetcost.ledger.rows import DisclosureRow, MoneyAmount
from meetcost.ledger.sources import kept_out, standing
from meetcost.values.person_hours import PersonHours

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from meetcost.disclosing.found import Said
    from meetcost.ledger.ledger import Ledger
    from meetcost.ledger.rows import Written
    from meetcost.ledger.sources import Standing
    from meetcost.ledger.versions import Versions
    from meetcost.words.say import Language

State = Literal["intent", "done", "failed", "removed"]
_HOUR: Final = 3600


class Booked(NamedTuple):
    """What the books say of one meeting: figures by RECURRENCE-ID, and whether the last word is an intent."""

    figures: Mapping[str, Figures]
    is_open: bool


class Records:
    """Intents and results of one run."""

    def __init__(self, ledger: Ledger, now: datetime, versions: Versions, language: Language) -> None:
        self._ledger, self._now, self._versions, self._language = ledger, now, versions, language

    def booked(self, uids: Iterable[str]) -> dict[str, Booked]:
        """What stands on each of these meetings."""
        there, _ = standing(self._ledger, uids)
        return {uid: _booked(rows) for uid, rows in there.items()}

    def erased(self, uids: Iterable[str]) -> set[str]:
        """Those of which nothing may be recorded again; so nothing is written either."""
        return kept_out(self._ledger, uids)

    def intend(self, uid: str, said: Mapping[str, Said]) -> None:
        """Each component is to say this from now on."""
        self._enter(uid, "intent", said)

    def result(self, uid: str, state: State, said: Mapping[str, Said]) -> None:
        """It does, or it could not be written, or nothing of ours stands there any more."""
        self._enter(uid, state, said)

    def _enter(self, uid: str, state: State, said: Mapping[str, Said]) -> None:
        rows = {key: self._row(uid, key, state, one) for key, one in said.items()}

        def difference(_: str, there: Mapping[tuple[str, str], Standing]) -> list[Written]:
            """What the last word does not say already: the same twice is once."""
            latest = {key: one.row for (kind, key), one in there.items() if kind == "disclosure"}
            new: list[Written] = [row for key, row in rows.items() if latest.get(key) != row]
            if state != "intent":  # what else was intended for this meeting has no component any more
                new += [
                    row.model_copy(update={"state": "removed" if state == "done" else state})
                    for key, row in latest.items()
                    if key not in rows and isinstance(row, DisclosureRow) and row.state == "intent"
                ]
            return new

        enter(self._ledger, [uid], difference, operation="disclose", now=self._now, versions=self._versions)

    def _row(self, uid: str, key: str, state: State, said: Said) -> DisclosureRow:
        """The hours and the money are those that the invite says."""
        figures = said.figures
        return made(
            DisclosureRow,
            uid=self._ledger.pseudonyms.uid(uid),
            recurrence_id=key,
            state=state,
            digest=said.digest,
            language=self._language,
            person_seconds=int(figures.hours * _HOUR) if figures is not None else 0,
            money=MoneyAmount.of(figures.time) if figures is not None else None,
        )


def _booked(rows: Mapping[tuple[str, str], Standing]) -> Booked:
    figures: dict[str, Figures] = {}
    is_open = False
    for (_, key), one in rows.items():
        row = one.row
        if isinstance(row, DisclosureRow):
            is_open |= row.state == "intent"
            if row.state == "done":
                money = row.money.money if row.money is not None else None
                figures[key] = Figures(PersonHours(row.person_seconds).hours, money)
    return Booked(figures, is_open)

# SPDX-License-Identifier: Apache-2.0
"""Waivers in the books: asked for, granted, refused, revoked; and claims that have to be confirmed.

Each step is a row, and is checked and written in one transaction: of two who decide at once the second is told.
"""

from __future__ import annotations

import secrets
from hashlib import sha256
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from sqlalchemy import insert, select, update

from meetcost.errors import UsageError
from meetcost.ledger import tables
from meetcost.ledger.append import Operation, found, record
from meetcost.ledger.faults import LedgerError
from meetcost.ledger.ledger import waiver_rows
from meetcost.ledger.making import made, stamp
from meetcost.ledger.rows import VerdictRow, WaiverRow
from meetcost.ledger.steps import GRANTED, REQUESTED, standings
from meetcost.model.phrase import Phrase
from meetcost.values.span import instant

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from sqlalchemy import Connection

    from meetcost.ledger.chain import Head
    from meetcost.ledger.ledger import Ledger
    from meetcost.ledger.steps import Standing
    from meetcost.ledger.versions import Versions
    from meetcost.model.waiver import Waiver

Decided = Literal["granted", "refused"]
_CONFIRMED: Final = "confirmed"
_TOKEN_OCTETS: Final = 32


class Approver(NamedTuple):
    """Who decides: a calendar address, of which the books keep the pseudonym, or a unit, or both."""

    address: str = ""
    unit: str = ""


class Unconfirmed(NamedTuple):
    """A claim that passed at once and nobody has confirmed: the number of its row, and when that was due (UTC text)."""

    number: int
    row: VerdictRow
    exemption: str
    confirm_by: str
    recorded: str

    def overdue(self, now: datetime) -> bool:
        """Whether it is too late."""
        return self.confirm_by <= stamp(now)


class Waivers:
    """The waivers of some books."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def request(self, wanted: Waiver, *, expires: datetime, exemption: str = "", now: datetime, by: Versions) -> int:
        """Ask for `wanted`; its number. The same again, while it is undecided, has the same number.

        `exemption` is the class of the policy that the meeting claims. Raises `LedgerError`, as for a reason with an
        address in it, and `UsageError` for one that could never hold.
        """
        if not wanted.spans or not wanted.reason.strip() or expires <= now:
            raise UsageError("a request needs a time, a reason, and an end that is still to come")
        row = made(
            WaiverRow,
            uid=self._ledger.pseudonyms.uid(wanted.uid),
            state=REQUESTED,
            exemption=exemption,
            klass=str(wanted.klass),
            rules=tuple(sorted(wanted.rules)),
            instances=tuple(sorted(str(one.recurrence_id or "") for one in wanted.instances)),
            spans=tuple((_text(span.start), _text(span.end)) for span in wanted.spans),
            attendees=wanted.people,
            expires=stamp(expires),
            reason=wanted.reason,
            meeting=self._meeting(wanted),
        )
        name = self._operation()

        def work(connection: Connection, head: Head) -> int:
            before = found(connection, name)
            if before is not None:
                return before.first
            for number, standing in standings(waiver_rows(connection, row.uid)).items():
                if standing.row == row:
                    return number
            return record(connection, head, [row], Operation(name, stamp(now), by)).first

        return self._ledger.store.write(work)

    def decide(
        self,
        number: int,
        state: Decided,
        approver: Approver,
        *,
        now: datetime,
        by: Versions,
        people: int | None = None,
        expires: datetime | None = None,
        reason: str | None = None,
    ) -> Standing:
        """Grant or refuse request `number`. A grant may be narrower than what was asked for, never wider.

        Raises `LedgerError` if there is no such request, or if it has been decided or has expired.
        """
        return self._step(number, state, approver, now, by, people=people, expires=expires, reason=reason)

    def revoke(
        self, number: int, approver: Approver, *, now: datetime, by: Versions, reason: str | None = None
    ) -> Standing:
        """Withdraw what was granted: it holds for no write from now on. Raises `LedgerError` if it does not stand."""
        return self._step(number, "revoked", approver, now, by, reason=reason)

    def standing(self, uid: str | None = None) -> tuple[Standing, ...]:
        """All waivers as they stand, or those of one meeting."""
        wanted = self._ledger.pseudonyms.uid(uid) if uid is not None else None
        with self._ledger.store.reading() as connection:
            return tuple(standings(waiver_rows(connection, wanted)).values())

    def unconfirmed(self) -> tuple[Unconfirmed, ...]:
        """The claims that have to be confirmed and were not, what is due first first."""
        due: dict[tuple[str | None, str], Unconfirmed] = {}
        for one in self._ledger.rows(kind="verdict"):
            for note in one.row.findings if isinstance(one.row, VerdictRow) else ():
                key = (one.row.uid if one.row is not None else None, note.exemption)
                if note.confirm_by is not None and isinstance(one.row, VerdictRow):
                    due.setdefault(key, Unconfirmed(one.seq, one.row, note.exemption, note.confirm_by, one.recorded))
        with self._ledger.store.reading() as connection:
            rows = waiver_rows(connection)
        done = {(row.uid, row.exemption) for _, _, row in rows if row.state == _CONFIRMED}
        return tuple(sorted((one for key, one in due.items() if key not in done), key=lambda one: one.confirm_by))

    def confirm(self, number: int, approver: Approver, *, now: datetime, by: Versions, reason: str = "") -> Unconfirmed:
        """The claim in verdict row `number` holds. Raises `LedgerError` if none there waits for it."""
        claim = next((one for one in self.unconfirmed() if one.number == number), None)
        if claim is None:
            raise LedgerError("row {number:,} holds no claim that waits to be confirmed; list them", number=number)
        row = made(
            WaiverRow,
            uid=claim.row.uid,
            state=_CONFIRMED,
            exemption=claim.exemption,
            of=number,
            reason=reason,
            **self._by(approver),
        )
        self._ledger.append([row], operation=f"confirm {number} {claim.exemption}", now=now, versions=by)
        return claim

    # -- links: decided once, by whoever holds the token

    def link(self, number: int, *, lifetime: timedelta, now: datetime) -> str:
        """A token by which request `number` can be decided once; the books keep only its hash.

        Raises `LedgerError` if the request does not wait for a decision.
        """
        token = secrets.token_urlsafe(_TOKEN_OCTETS)
        kept = {"token": _hash(token), "request": number, "expires": stamp(now + lifetime), "used": ""}

        def work(connection: Connection, _: Head) -> None:
            _open_request(connection, number, stamp(now))
            if connection.execute(select(tables.links.c.token).where(tables.links.c.token == kept["token"])).first():
                return
            connection.execute(insert(tables.links), [kept])

        self._ledger.store.write(work)
        return token

    def requested(self, token: str, *, now: datetime) -> Standing:
        """The request that a token is for; does not use it up. Raises `LedgerError` for one that does not hold."""
        with self._ledger.store.reading() as connection:
            return _open_request(connection, _linked(connection, token, stamp(now)), stamp(now))

    def decide_by_link(
        self, token: str, state: Decided, approver: Approver, *, now: datetime, by: Versions, reason: str | None = None
    ) -> Standing:
        """As `decide`, for the request of `token`, which it uses up. Raises `LedgerError` if it does not hold."""
        return self._step(None, state, approver, now, by, reason=reason, token=token)

    def _step(
        self,
        number: int | None,
        state: Literal["granted", "refused", "revoked"],
        approver: Approver,
        now: datetime,
        by: Versions,
        *,
        people: int | None = None,
        expires: datetime | None = None,
        reason: str | None = None,
        token: str = "",
    ) -> Standing:
        who, name, present = self._by(approver), self._operation(), stamp(now)
        asked: list[int] = []

        def work(connection: Connection, head: Head) -> Standing:
            if found(connection, name) is not None:  # the connection was lost at COMMIT
                return next(one for one in standings(waiver_rows(connection)).values() if one.row.of == asked[-1])
            of = _linked(connection, token, present) if number is None else number
            asked.append(of)
            before = _open_request(connection, of, present, GRANTED if state == "revoked" else REQUESTED)
            changed: dict[str, object] = {"state": state, "of": of, **who}
            if people is not None:
                changed["attendees"] = _narrower(people, before.row.attendees, "people")
            if expires is not None:
                changed["expires"] = _narrower(stamp(expires), before.row.expires, "expiry")
            if reason is not None and state != GRANTED:  # a grant keeps the reason that was given for it
                changed["reason"] = reason
            row = made(WaiverRow, **{**before.row.model_dump(), **changed})
            record(connection, head, [row], Operation(name, present, by))
            if token:
                used = update(tables.links).where(tables.links.c.token == _hash(token))
                connection.execute(used.values(used=present))
            return before._replace(row=row, recorded=present)

        return self._ledger.store.write(work)

    def _meeting(self, wanted: Waiver) -> str | None:
        """What the waiver is bound to; None where nobody said who calls the meeting."""
        organiser = wanted.organiser
        return self._ledger.pseudonyms.meeting(wanted.uid, organiser) if organiser is not None else None

    def _by(self, approver: Approver) -> dict[str, str | None]:
        address, unit = approver.address.strip(), approver.unit.strip()
        if not address and not unit:
            raise UsageError("who decides has to be said: a unit, or an address")
        return {"approver": self._ledger.pseudonyms.person(address) if address else None, "unit": unit}

    def _operation(self) -> str:
        return self._ledger.pseudonyms.operation(f"waiver {secrets.token_hex(16)}")


def _open_request(connection: Connection, number: int, present: str, wanted: str = REQUESTED) -> Standing:
    """Request `number`, if it stands as `wanted`; raises `LedgerError`."""
    standing = standings(waiver_rows(connection)).get(number)
    if standing is None:
        raise LedgerError("row {number:,} is no request for a waiver; list them", number=number)
    state = standing.state(present)
    if state != wanted:
        raise LedgerError(
            "waiver {number:,} is {state}; it would have to be {wanted}",
            number=number,
            state=Phrase(state),
            wanted=Phrase(wanted),
        )
    return standing


def _linked(connection: Connection, token: str, present: str) -> int:
    links = tables.links.c
    query = select(links.request, links.expires, links.used).where(links.token == _hash(token))
    row = connection.execute(query).one_or_none()
    if row is None or row[2] or row[1] <= present:
        raise LedgerError("this link does not hold: it is no link of these books, has expired or was used")
    return int(row[0])


def _narrower(value: object, asked: object, what: str) -> object:
    if asked is not None and value > asked:  # type: ignore[operator]  # both numbers, or both UTC text
        raise UsageError(
            "a grant can be narrower than its request, not wider: {what} {value}, asked for {asked}",
            what=Phrase(what),
            value=value,
            asked=asked,
        )
    return value


def _hash(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _text(seconds: int) -> str:
    return stamp(instant(seconds))

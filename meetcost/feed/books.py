# SPDX-License-Identifier: Apache-2.0
"""The books of a guard, read for a publication (extra `ledger`): decisions, waivers, quotas."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from meetcost.feed.decisions import Counting
from meetcost.feed.publication import Decided
from meetcost.feed.recorded import AccountRead, Books, Drawn, Granted, PastRead
from meetcost.guard.decide import Context
from meetcost.guard.last_year import audited
from meetcost.guard.standing import accounts_of
from meetcost.ledger.making import stamp
from meetcost.ledger.rows import MeetingRow, QuotaRow, VerdictRow, WaiverRow
from meetcost.model.verdict import Bearing
from meetcost.rules.quota import Per
from meetcost.values.span import epoch

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from meetcost.feed.publication import RefusalCount
    from meetcost.guard.standing import Account
    from meetcost.ledger.ledger import Ledger
    from meetcost.model.zone import Zone
    from meetcost.policy.policy import Policy
    from meetcost.rules.quota import Quota
    from meetcost.values.span import Span

_MET: Final = frozenset(
    map(
        str,
        (
            Bearing.REFUSED,
            Bearing.REVIEW,
            Bearing.SKIPPED,
            Bearing.EXEMPTED,
            Bearing.WAIVED,
            Bearing.WARNED,
            Bearing.UNDECIDED,
        ),
    )
)
_OPEN: Final = ("", "address", "participant", "person")
"""Why an audit withholds a title that is public by its class; `policy` may hide a class."""

_MOST_PAST: Final = 12
"""Earlier periods of a quota that are told."""

_Draws = dict[tuple[str | None, int, str | None], tuple[int, str]]


def read_books(ledger: Ledger, window: Span, *, as_of: datetime, policy: Policy | None = None) -> Books:
    """What the books say of `window`, quotas of `policy` as they stood at its end or at `as_of`, whichever is first.

    Raises `LedgerError` where they cannot be read or have no key.
    """
    at = min(as_of, window.end - timedelta(seconds=1))
    quotas = frozenset(one.id for one in policy.quotas) if policy is not None else frozenset[str]()
    return Books(
        ledger.pseudonyms.uid,
        _refusals(ledger, window, as_of),
        tuple(_granted(ledger, quotas)),
        _accounts(ledger, Context(policy, at)) if policy is not None and quotas else (),
        _open(ledger) if quotas else {},
    )


def _refusals(ledger: Ledger, window: Span, as_of: datetime) -> tuple[RefusalCount, ...] | None:
    """None where no guard has written into these books."""
    counting, known = Counting(window), False
    for one in ledger.rows(kind="verdict"):
        row = one.row
        known = True
        if isinstance(row, VerdictRow):
            counting.add(_record(row, one.recorded), f"{row.uid} {_days(row)}")
    late = _unconfirmed(ledger, stamp(as_of))
    for (uid, exemption), (recorded, unit) in late.items():
        if datetime.fromisoformat(recorded) in window:
            counting.count(exemption, unit, Decided.UNCONFIRMED, f"{uid}")
    return counting.found() if known else None


def _record(row: VerdictRow, recorded: str) -> dict[str, Any]:
    """As a line of the journal."""
    met = [note for note in row.findings if note.bearing in _MET]
    skips = any(note.bearing == Bearing.SKIPPED for note in met)
    outcome, would_be = row.outcome, row.would_be
    if skips and would_be == "allow":
        would_be = "skip"
        outcome = "skip" if row.mode == "refuse" else outcome
    return {
        "at": recorded,
        "outcome": outcome,
        "would_be": would_be,
        "rules": list(dict.fromkeys(note.rule for note in met)),
        "unit": row.calling_unit,
        "exemption": next((note.exemption for note in met if note.exemption), ""),
    }


def _days(row: VerdictRow) -> str:
    return " ".join(sorted({day for note in row.findings for day in note.days}))


def _unconfirmed(ledger: Ledger, present: str) -> Mapping[tuple[str | None, str], tuple[str, str]]:
    """(meeting, class) -> when it was claimed, unit; of the claims that nobody has confirmed by when it was due."""
    due: dict[tuple[str | None, str], tuple[str, str, str]] = {}
    for one in ledger.rows(kind="verdict"):
        if isinstance(one.row, VerdictRow):
            for note in one.row.findings:
                if note.confirm_by is not None:
                    said = note.confirm_by, one.recorded, one.row.calling_unit
                    due.setdefault((one.row.uid, note.exemption), said)
    confirmed = {
        (one.row.uid, one.row.exemption): one.recorded
        for one in ledger.rows(kind="waiver")
        if isinstance(one.row, WaiverRow) and one.row.state == "confirmed"
    }
    return {
        key: (recorded, unit)
        for key, (until, recorded, unit) in due.items()
        if until <= present and not (key in confirmed and confirmed[key] <= until)
    }


def _granted(ledger: Ledger, quotas: frozenset[str]) -> list[Granted]:
    """In the order in which they were granted, those too that have expired or were revoked since."""
    found: dict[int, Granted] = {}
    for one in ledger.rows(kind="waiver"):
        row = one.row
        if not isinstance(row, WaiverRow) or row.of is None or row.uid is None:
            continue
        if row.state == "granted":
            spans = tuple((_seconds(start), _seconds(end)) for start, end in row.spans)
            beyond = tuple(rule for rule in row.rules if rule in quotas)
            said = row.klass or "other", row.rules, beyond, row.unit, row.reason, one.recorded
            found[row.of] = Granted(row.uid, spans, *said, revoked=False)
        elif row.state == "revoked" and row.of in found:
            found[row.of] = found[row.of]._replace(revoked=True)
    return list(found.values())


def _accounts(ledger: Ledger, context: Context) -> tuple[AccountRead, ...]:
    drawn, begun = _draws(ledger)
    return tuple(_account(ledger, one, drawn, begun, context) for one in accounts_of(ledger, context))


def _account(
    ledger: Ledger, one: Account, drawn: Mapping[str, _Draws], begun: Mapping[str, str], context: Context
) -> AccountRead:
    quota, zone = one.quota, context.policy.zone
    own: list[Drawn] = []
    before: Mapping[str | None, int] | None = None
    past: list[PastRead] = []
    if quota.per in (Per.BODY, Per.UNIT):
        label = quota.label(one.unit or "")
        own = _within(drawn.get(label, {}), one.stretch.seconds(zone))
        past = list(_past(one, drawn.get(label, {}), begun.get(label), zone))
        if quota.share is not None:
            before = _before(ledger, quota, drawn.get(label, {}), one, context)
    return AccountRead(quota, one.unit, one.accounts, one.state, one.stretch, tuple(own), before, tuple(past))


def _past(one: Account, drawn: _Draws, begun: str | None, zone: Zone) -> Iterator[PastRead]:
    """Not the period in which the account began: what had been before would be missing in it."""
    stretch = one.stretch
    for _ in range(_MOST_PAST):
        stretch = one.quota.period.before(stretch)
        if begun is None or stretch.seconds(zone)[0] < _seconds(begun):
            return
        yield PastRead(stretch, tuple(_within(drawn, stretch.seconds(zone))))


def _before(
    ledger: Ledger, quota: Quota, drawn: _Draws, one: Account, context: Context
) -> Mapping[str | None, int] | None:
    """What the same period last year came to, by meeting; of two accounts of it the larger one, as for the limit."""
    span = quota.period.last_year(one.stretch).seconds(context.policy.zone)
    by_draws: dict[str | None, int] = defaultdict(int)
    for each in _within(drawn, span):
        by_draws[each.uid] += each.amount
    read = audited(ledger, quota, span, context.policy.zone, unit=one.unit if quota.per is Per.UNIT else None)
    if read is None and not by_draws:
        return None
    return max(by_draws, read or {}, key=lambda known: sum(known.values()))


def _within(drawn: _Draws, span: tuple[int, int]) -> list[Drawn]:
    return [
        Drawn(uid, amount, unit)
        for (uid, at, _), (amount, unit) in drawn.items()
        if amount > 0 and span[0] <= at < span[1]
    ]


def _draws(ledger: Ledger) -> tuple[Mapping[str, _Draws], Mapping[str, str]]:
    """Account -> what each instance has taken by now, and for which unit; account -> when that was first written."""
    found: dict[str, _Draws] = defaultdict(dict)
    begun: dict[str, str] = {}
    for one in ledger.rows(kind="quota"):
        if isinstance(one.row, QuotaRow):
            for draw in one.row.draws:
                begun.setdefault(draw.pool, one.recorded)
                key = one.row.uid, draw.at, draw.meeting
                amount, _ = found[draw.pool].get(key, (0, draw.unit))
                found[draw.pool][key] = amount + draw.amount, draw.unit
    return found, begun


def _open(ledger: Ledger) -> dict[str, bool]:
    found: dict[str, bool] = {}
    for one in ledger.rows(kind="meeting"):
        if isinstance(one.row, MeetingRow) and one.row.uid is not None:
            found[one.row.uid] = found.get(one.row.uid, True) and one.row.withheld in _OPEN
    return found


def _seconds(written: str) -> int:
    return epoch(datetime.fromisoformat(written).astimezone(UTC))

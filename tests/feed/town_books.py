# SPDX-License-Identifier: Apache-2.0
"""The books of a guard on the calendars of `town`: refusals, waivers, quotas of this year and hours of the last one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from meetcost.feed.books import read_books
from meetcost.feed.copies import confidential, counted_once
from meetcost.ledger.ledger import Ledger
from meetcost.ledger.making import made
from meetcost.ledger.rows import CostRow, Draw, FindingNote, MeetingRow, OccurrenceRow, QuotaRow, VerdictRow
from meetcost.ledger.versions import Versions
from meetcost.ledger.waivers import Approver, Waivers
from meetcost.model.waiver import Span as Approved
from meetcost.model.waiver import Waiver, WaiverClass
from meetcost.rows import rows
from meetcost.rules.counted import Counts, counts

QUOTAS = """
[[quota]]
id = "meetings-a-year"
limit = 400
period = "year"
[[quota]]
id = "hours-down"
limit = { of_last_year = "80 %" }
measure = "person_hours"
period = "year"
per = "unit"
[[quota]]
id = "monthly"
limit = 10
period = "month"
"""
NOW = datetime(2026, 6, 30, 8, tzinfo=UTC)
WORDS = {
    "en": ("the province moved its deadline to the same week", "County Office"),
    "zh": ("省里将报送截止时间提前到本周，确需召开", "县政府办公室"),
}


def with_quotas(county):
    """The county under a policy with quotas."""
    return county._replace(policy=county.policy + QUOTAS.encode())


def town_books(folder, county, window, *, as_of, language="en", reason=None):
    """What is read of these books, made in `folder`, for `window`."""
    policy, rates = county.loaded()
    with Ledger.open(folder / "books.db", create=True) as ledger:
        names, versions = ledger.pseudonyms, Versions.of(policy)
        found = [
            (row.occurrence.meeting, row.occurrence.start, row.occurrence.end, row.priced.seconds)
            for row in rows(counted_once(county.meetings)[0], window, policy=policy, rates=rates, problems=[])
            if counts(row.occurrence.meeting, policy.directory, policy.rules.definition) is not Counts.NO
        ]
        written, last_year = [], {}
        for meeting, start, _, seconds in found:
            unit = policy.directory.find(meeting.organizer).unit
            uid = names.uid(meeting.uid)
            pools = [("meetings-a-year/body", 1), (f"hours-down/unit:{unit}", seconds), ("monthly/body", 1)]
            draws = tuple(made(Draw, pool=pool, at=start, amount=amount, unit=unit) for pool, amount in pools)
            written.append(QuotaRow(uid=uid, draws=draws, home=names.source("work")))
            last_year[unit] = last_year.get(unit, 0) + seconds
        for number, (unit, seconds) in enumerate(sorted(last_year.items())):
            uid = names.uid(f"last-{number}")
            about = {"method": "hours-only", "called_by": unit}
            written += [
                made(MeetingRow, uid=uid, title="Last year", calling_unit=unit),
                made(OccurrenceRow, uid=uid, start="2025-08-04T08:00:00Z", seconds=3600),
                made(CostRow, uid=uid, person_seconds=seconds + 3600 * 40 * number, **about),
            ]
        note = FindingNote(rule="1", bearing="refused", days=("2026-07-08",))
        decided = [_verdict(names.uid("refused"), "deny", [note], "Finance Bureau")]
        claim = FindingNote(rule="1", bearing="exempted", exemption="emergency", confirm_by="2026-07-03T08:00:00Z")
        decided.append(_verdict(names.uid("claimed"), "allow", [claim], "Health Bureau"))
        ledger.append(written, operation="town", now=NOW, versions=versions)
        ledger.append(decided, operation="guard", now=datetime(2026, 7, 1, 12, tzinfo=UTC), versions=versions)
        waivers = Waivers(ledger)
        open_ = [one for one in found if not confidential(one[0])]
        hidden = next(one for one in found if confidential(one[0]))
        why, office = WORDS[language]
        for at, (klass, against) in enumerate(
            [
                (WaiverClass.ORDERED, ["monthly", "hours-down"]),
                (WaiverClass.STATUTORY, ["1"]),
                (WaiverClass.OTHER, ["monthly"]),
            ]
        ):
            meeting, start, end, _ = hidden if at == 2 else open_[at]
            said = reason if reason is not None else why
            wanted = Waiver("", meeting.uid, (Approved(start, end),), 99, klass, frozenset(against), reason=said)
            number = waivers.request(wanted, expires=as_of + timedelta(days=9), now=NOW, by=versions)
            waivers.decide(number, "granted", Approver(unit=office), now=NOW, by=versions)
        return read_books(ledger, window, as_of=as_of, policy=policy)


def _verdict(uid, outcome, notes, unit):
    return made(
        VerdictRow, uid=uid, outcome=outcome, would_be=outcome, mode="refuse", calling_unit=unit, findings=tuple(notes)
    )

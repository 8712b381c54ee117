# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: E501 - a gene a line
"""Guards with all that costs time: every rule of the catalogue, quotas of every kind, books, a waiver, a directory."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from meetcost.costing.rate_card import RateCard
from meetcost.guard.guard import Guard
from meetcost.guard.journal import Journal
from meetcost.guard.judge import judged
from meetcost.guard.ledger_books import LedgerBooks
from meetcost.ledger.versions import Versions
from meetcost.ledger.waivers import Approver, Waivers
from meetcost.model.directory import Directory, Entry, EntryKind
from meetcost.model.waiver import Span, Waiver, WaiverClass
from meetcost.policy.policy import Policy
from meetcost.values.span import epoch

if TYPE_CHECKING:
    from pathlib import Path

NOW: Final = datetime(2026, 1, 2, tzinfo=UTC)
DAY: Final = 86_400
SPANS: Final = 500

TOP: Final = """
name = "All of it"
zone = "Europe/Berlin"
series = "skip"
reviewer = "unit:Office"
levels = ["city", "district", "village"]
[holidays]
country = "DE"
subdivision = "BY"
[disclosure]
language = "en"
link = "https://town.example/{id}"
inside = ["*@town.example", "*@*.example"]
"""
RULES: Final = """
[[no_meeting_day]]
id = "wednesday"
weekdays = ["wednesday"]
[[no_meeting_day]]
id = "first friday"
weekdays = ["friday"]
nth = 1
[[no_meeting_week]]
id = "second week"
nth = 2
definition = "week-of-the-8th"
[[no_meeting_week]]
id = "third"
every = 3
anchor = "2026-W03"
[[blackout]]
id = "ranges"
ranges = [{ from = 2026-12-21, to = 2027-01-03 }]
[[blackout]]
id = "yearly"
yearly = [{ from = "07-01", to = "08-15" }]
[[hours]]
id = "hours"
start = "08:00"
end = "18:00"
working_days = true
breaks = [{ start = "12:00", end = "13:00" }]
[[window]]
id = "window"
days = ["tuesday", "thursday"]
start = "10:00"
end = "12:00"
[[duration]]
id = "duration"
at_most = 45
[[attendance]]
id = "attendance"
at_most = 2
[[notice]]
id = "notice"
at_least = "5 working days"
[[agenda]]
id = "agenda"
at_least = 3
[[purpose]]
id = "purpose"
[[series_end]]
id = "end"
longest_days = 100
[[level]]
id = "level"
steps = 0
[[plan]]
id = "plan"
action = "refuse"
planned = ["Bud*g*t* *r*d", "*a*b*c*", "category:planned", "uid:other"]
[[cash_ceiling]]
id = "cash"
at_most = "1 EUR"
[[cost]]
id = "cost"
money = "1 EUR"
of = "time"
[[cost]]
id = "hours of people"
person_hours = 1
"""
EXEMPTIONS: Final = """
[[exemption]]
class = "statutory"
claim = ["#statutory", "#法定"]
passes = "at once"
rules = ["wednesday"]
[[exemption]]
class = "urgent"
claim = ["#urgent", "#aaaa"]
passes = "after approval"
by = ["unit:Office"]
"""
QUOTAS: Final = """
[[quota]]
id = "meetings of a time"
limit = 1000000
period = "week"
per = "organiser"
[[quota]]
id = "hours of a time"
measure = "person_hours"
limit = 100000000
rolling = "30 days"
[[quota]]
id = "cost of a time"
measure = "cost"
limit = "1000000000 EUR"
period = "quarter"
per = "unit"
[[quota]]
id = "calendar of a time"
limit = 1000000
period = "month"
per = "calendar"
"""
CARD: Final = b"""
name = "bands"
version = "2026"
currency = "EUR"
published = true
default_band = "B"
[source]
title = "made up"
[bands.A]
label = "Band A"
[bands.A.values]
1990-01-01 = 10
2026-01-01 = 58
2026-07-01 = 59.50
[bands.B]
label = "Band B"
[bands.B.values]
1990-01-01 = 9
2026-01-01 = 46
"""


def directory() -> Directory:
    """People of three levels, and groups of thousands."""
    people = [
        Entry(f"p{at}@town.example", f"Person {at}", unit=f"Unit {at % 60}", level=("City", "District", "Village")[at % 3],
              band="AB"[at % 2], aliases=(f"alias{at}@town.example",))
        for at in range(5000)
    ]  # fmt: skip
    groups = [
        Entry(f"g{at}@town.example", f"Group {at}", EntryKind.GROUP, unit=f"Unit {at % 60}", size=5000)
        for at in range(1000)
    ]
    return Directory([*people, *groups])


def policy(*, warns: bool = False, quotas: bool = True, attach: bool = True, days: bool = False) -> Policy:
    """The policy; one that `warns` lets everything pass, so that all that comes after it is done too.

    Of `days` alone it asks nothing of each instance, so that there may be more of them.
    """
    rules = RULES.replace('action = "refuse"\n', "")
    if days:
        rules = rules.partition("[[hours]]")[0]
    elif warns:
        rules = rules.replace('\nid = "', '\naction = "warn"\nid = "')
    else:
        rules = rules.replace('id = "plan"', 'id = "plan"\naction = "refuse"')
    top = TOP if attach else TOP.replace("[disclosure]", "[disclosure]\nattach = false")
    text = top + rules + EXEMPTIONS + (QUOTAS if quotas else "")
    return Policy.parse(text.encode(), directory=directory())


def guard(folder: Path, *, warns: bool = False, quotas: bool = True, attach: bool = True, days: bool = False) -> Guard:
    """A guard with books in `folder`, in which a waiver for the UID `slow` stands."""
    books = LedgerBooks.open(folder / "books.db")
    waivers, by = Waivers(books.ledger), Versions.of()
    begin = epoch(NOW) + 3 * DAY
    spans = tuple(Span(begin + at * DAY, begin + at * DAY + DAY) for at in range(SPANS))
    rules = frozenset({"wednesday", "hours", "window", "duration"})
    for number in range(20):
        wanted = Waiver("", "slow", spans, 2 + number, WaiverClass.ORDERED, rules, reason=f"ordered {number}")
        asked = waivers.request(wanted, expires=NOW + timedelta(days=900), now=NOW, by=by)
        waivers.decide(asked, "granted", Approver(unit="Mayor"), now=NOW, by=by)
    journal = Journal.open(folder / "journal.jsonl")
    made = policy(warns=warns, quotas=quotas, attach=attach, days=days)
    return Guard(made, lambda: NOW, RateCard.parse(CARD), journal, books=books)


def write(at: Guard, new: bytes, old: bytes | None) -> str:
    """What every adapter does with a write: judge it, say why not, or settle it. What came of it in a word."""
    found = judged(at, new, old, "ann/work")
    if found.refuse is not None:
        at.refusal(found.refuse, calendar="ann/work")
        reasons = [problem.code for problem in found.refuse.verdict.errors][:1]
        return " ".join([found.outcome, *reasons])
    found.settle(at, stored=True)
    return found.outcome

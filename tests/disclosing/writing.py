# SPDX-License-Identifier: Apache-2.0
"""A writer with its books, and what can be asked of both afterwards."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

from invites import BLOCK, THURSDAY, invite

from meetcost.account.listing import listing
from meetcost.disclosing.plan import Planner
from meetcost.disclosing.records import Records
from meetcost.disclosing.writer import Writer
from meetcost.ledger.ledger import Ledger
from meetcost.ledger.verify import verify
from meetcost.ledger.versions import Versions
from meetcost.policy.policy import Policy
from meetcost.rules.ruleset import RuleSet

NOW = datetime.now(UTC)
ANN = "mailto:ann@town.example"


def planner(policy=None, rates=None, *, addresses=(ANN,), now=NOW, first=None, **more):
    return Planner(policy or Policy(RuleSet()), rates, frozenset(addresses), now, first or now, **more)


class Desk:
    """Writes into the calendars of a user."""

    def __init__(self, user, path, door=None):
        self.user, self.path, self.door = user, path, door

    def put(self, name, *lines, people=3, **options):
        everybody = ["ann@town.example", *(f"p{number}@town.example" for number in range(1, people))]
        answer = self.user.put(f"work/{name}.ics", invite(name, THURSDAY, *lines, people=everybody, **options))
        assert answer.status in (201, 204), answer

    def get(self, name):
        return self.user.get(f"work/{name}.ics").body

    def blocks(self, name):
        return self.get(name).replace(b"\r\n ", b"").count(BLOCK.encode())

    def account(self, **more):
        return self.door.account(self.user, **more) if self.door is not None else self.user.account()

    def run(self, *, dry=False, at_most=None, account=None, **options):
        """The outcomes, by the name of the object."""
        with account or self.account() as account, Ledger.open(self.path, create=True) as ledger:
            records = None if dry else Records(ledger, NOW, Versions("0.1.0"), "en")
            writer = Writer(account, planner(**options), records, at_most)
            outcomes = [
                one for calendar in account.calendars() for one in writer.run(calendar, listing(account, calendar))
            ]
        return {one.href.rpartition("/")[2].removesuffix(".ics"): one for one in outcomes}

    def rows(self, uid=None):
        with Ledger.open(self.path) as ledger:
            assert verify(ledger).sound
            return [one.row for one in ledger.rows(kind="disclosure", uid=uid)]

    def states(self, uid=None):
        return [row.state for row in self.rows(uid)]

    def open_intents(self):
        last = {(row.uid, row.recurrence_id): row.state for row in self.rows()}
        return Counter(last.values())["intent"]


def why(outcomes):
    return {name: str(one.plan.why) for name, one in outcomes.items()}

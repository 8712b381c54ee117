# SPDX-License-Identifier: Apache-2.0
"""One call of a command of `meetcost waiver` on what stands in the books."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from meetcost.cli.ledger_job import present
from meetcost.cli.times import instant_of
from meetcost.ledger.ledger import Ledger
from meetcost.ledger.making import stamp
from meetcost.ledger.versions import Versions
from meetcost.ledger.waivers import Approver, Waivers
from meetcost.model.waiver import GROUNDS
from meetcost.words.say import say, say_count

if TYPE_CHECKING:
    from meetcost.cli.shell import Shell
    from meetcost.ledger.steps import Standing
    from meetcost.ledger.waivers import Decided, Unconfirmed


def list_waivers(shell: Shell, location: str, key: str | None, uid: str | None, now: str | None) -> None:
    """The waivers as they stand."""
    with Ledger.open(location, key=key) as books:
        found = Waivers(books).standing(uid)
    time = stamp(present(now))
    for one in found:
        show(shell, one, time)
    if not found and not shell.json:
        shell.line(say("no waivers", shell.language))


def list_claims(shell: Shell, location: str, key: str | None, now: str | None) -> None:
    """The claims that nobody has confirmed."""
    when = present(now)
    with Ledger.open(location, key=key) as books:
        found = Waivers(books).unconfirmed()
    for one in found:
        late = one.overdue(when)
        shell.findings |= late
        if shell.json:
            shell.object({**claim_object(one), "overdue": late})
            continue
        what = "{number}  {exemption}  {unit}  {days}  to be confirmed by {due}"
        if late:
            what = "{number}  {exemption}  {unit}  {days}  was to be confirmed by {due}"
        value = claim_object(one)
        days = ", ".join(value["days"])
        unit = value["unit"] or say("unit unknown", shell.language)
        told = {"number": one.number, "exemption": one.exemption, "unit": unit, "days": days, "due": one.confirm_by}
        shell.line(say(what, shell.language, **told), "bold red" if late else "")
    if not found and not shell.json:
        shell.line(say("no claim waits to be confirmed", shell.language))


def claim_object(one: Unconfirmed) -> dict[str, Any]:
    """A claim as JSON."""
    notes = [note for note in one.row.findings if note.exemption == one.exemption]
    return {
        "claim": one.number,
        "exemption": one.exemption,
        "rules": [note.rule for note in notes],
        "days": sorted({day for note in notes for day in note.days}),
        "unit": one.row.calling_unit or None,
        "confirm_by": one.confirm_by,
    }


class Deciding(NamedTuple):
    """Somebody who decides, and the books."""

    shell: Shell
    location: str
    key: str | None
    now: str | None
    by: str
    unit: str

    def decide(
        self,
        number: int,
        state: Decided,
        *,
        people: int | None = None,
        expires: str | None = None,
        reason: str | None = None,
    ) -> None:
        """Grant or refuse."""
        until = instant_of(expires, "--expires") if expires is not None else None
        when, who = present(self.now), Approver(self.by, self.unit)
        with Ledger.open(self.location, key=self.key) as books:
            found = Waivers(books).decide(
                number, state, who, now=when, by=Versions.of(), people=people, expires=until, reason=reason
            )
        show(self.shell, found, stamp(when))

    def revoke(self, number: int, reason: str | None) -> None:
        """Withdraw."""
        when, who = present(self.now), Approver(self.by, self.unit)
        with Ledger.open(self.location, key=self.key) as books:
            found = Waivers(books).revoke(number, who, now=when, by=Versions.of(), reason=reason)
        show(self.shell, found, stamp(when))

    def confirm(self, number: int, reason: str) -> None:
        """Confirm a claim."""
        who = Approver(self.by, self.unit)
        with Ledger.open(self.location, key=self.key) as books:
            found = Waivers(books).confirm(number, who, now=present(self.now), by=Versions.of(), reason=reason)
        if self.shell.json:
            self.shell.object(claim_object(found))
            return
        told = {"number": number, "exemption": found.exemption}
        self.shell.line(say("{number}  {exemption}  confirmed", self.shell.language, **told))

    def by_link(self, state: Decided, reason: str | None) -> None:
        """Grant or refuse what the token on standard input is for."""
        token = sys.stdin.readline(1000).strip()
        when, who = present(self.now), Approver(self.by, self.unit)
        with Ledger.open(self.location, key=self.key) as books:
            found = Waivers(books).decide_by_link(token, state, who, now=when, by=Versions.of(), reason=reason)
        show(self.shell, found, stamp(when))


def make_link(
    shell: Shell, books_at: tuple[str, str | None], number: int, days: int, now: str | None, *, url: str | None = None
) -> None:
    """A token, shown once; a link to its page where the pages are served at `url`."""
    when, lifetime = present(now), timedelta(days=days)
    location, key = books_at
    with Ledger.open(location, key=key) as books:
        token = Waivers(books).link(number, lifetime=lifetime, now=when)
    if shell.json:
        shell.object({"waiver": number, "token": token, "expires": stamp(when + lifetime)})
    else:
        shell.line(page_of(token, url) if url else token)


def page_of(token: str, url: str) -> str:
    """The page of a token, where the pages are served at `url`."""
    return f"{url.rstrip('/')}/review/{token}"


def show(shell: Shell, one: Standing, time: str) -> None:
    """A waiver on a few lines, or as JSON."""
    value = waiver_object(one, time)
    if shell.json:
        shell.object(value)
        return
    spoken = shell.language
    people = say_count(value["people"] or 0, "{count} person", "{count} people", spoken)
    rules = ", ".join(value["rules"]) or say("all rules", spoken)
    state = say(_STATES[value["state"]], spoken)
    told = {"number": one.number, "state": state, "rules": rules, "people": people, "expires": value["expires"]}
    shell.line(say("{number}  {state}  against {rules}  {people}, until {expires}", spoken, **told))
    for start, end in value["spans"]:
        shell.line(f"    {start} – {end}")
    reason = value["reason"]
    if value["class"]:
        reason = say("{label}: {text}", spoken, label=say(GROUNDS[value["class"]], spoken), text=reason)
    shell.line(f"    {reason}")
    if value["unit"] or value["approver"]:
        unit = value["unit"] or say("somebody whose address the books know", spoken)
        shell.line(f"    {say('decided by {unit}', spoken, unit=unit)}")


_STATES = {
    "requested": "requested",
    "granted": "granted",
    "refused": "refused",
    "revoked": "revoked",
    "expired": "expired",
}


def waiver_object(one: Standing, time: str) -> dict[str, Any]:
    """A waiver as JSON."""
    row = one.row
    return {
        "waiver": one.number,
        "state": one.state(time),
        "class": row.klass,
        "exemption": row.exemption or None,
        "rules": list(row.rules),
        "instances": list(row.instances),
        "spans": [list(span) for span in row.spans],
        "people": row.attendees,
        "expires": row.expires,
        "reason": row.reason,
        "unit": row.unit or None,
        "approver": row.approver is not None,
        "requested": one.requested,
        "recorded": one.recorded,
    }

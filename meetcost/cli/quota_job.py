# SPDX-License-Identifier: Apache-2.0
"""One call of `meetcost quota status`."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from meetcost.cli.settings import policy_at
from meetcost.cli.times import instant_of, the_clock
from meetcost.guard.decide import Context
from meetcost.guard.standing import accounts_of
from meetcost.ledger.ledger import Ledger
from meetcost.ledger.quota import Quotas
from meetcost.model.phrase import shown
from meetcost.rules.periods import day_of
from meetcost.rules.quota import Per, State
from meetcost.words.forms import day
from meetcost.words.say import say

if TYPE_CHECKING:
    from meetcost.cli.shell import Shell
    from meetcost.guard.standing import Account
    from meetcost.model.zone import Zone
    from meetcost.words.say import Language

_STATES: Final = {
    State.CLOSED: "closed: meetings pass",
    State.NEAR: "near its limit",
    State.TRIPPED: "tripped: nothing fits any more",
    State.RESET: "reset: it had tripped before, and meetings pass again",
    None: "without a limit: the books know nothing of last year",
}
_SEMICOLON: Final[dict[Language, str]] = {"en": "; ", "zh": "；"}


def show_status(shell: Shell, location: str, key: str | None, policy: str, now: str | None) -> None:
    """Every account."""
    rules = policy_at(policy)
    present = instant_of(now, "--now", rules.zone) if now is not None else the_clock()
    with Ledger.open(location, key=key) as books:
        found = [Standing.of(one, books, rules.zone) for one in accounts_of(books, Context(rules, present))]
    for one in found:
        shell.findings |= one.account.state is State.TRIPPED
        if shell.json:
            shell.object(account_object(one))
        else:
            _show(shell, one)
    if not found and not shell.json:
        shell.line(say("the policy has no quotas, or nothing was counted yet", shell.language))


class Standing(NamedTuple):
    """An account, and when its period ends: a period of the calendar as a whole, days on end that roll bit by bit.

    `first_free` is the first day on which some of what is used counts no longer. It is None where nothing is used, the
    quota has ended by then, or the account is of organisers or calendars: the day could be one person's.
    """

    account: Account
    begins_anew: date | None = None
    first_free: date | None = None

    @classmethod
    def of(cls, account: Account, books: Ledger, zone: Zone) -> Standing:
        """As it stands in `books`."""
        quota, stretch = account.quota, account.stretch
        if quota.period.calendar is not None:
            return cls(account, begins_anew=date.fromordinal(stretch.end))
        if quota.per not in (Per.BODY, Per.UNIT):
            return cls(account)
        days = Counter[int]()
        label = quota.label(account.unit or "")
        for at, units in Quotas(books).by_instant(label, *stretch.seconds(zone)).items():
            days[day_of(at, zone)] += units
        leaving = [when + quota.period.rolling for when, units in days.items() if units > 0]
        if not leaving or not quota.holds(min(leaving)):
            return cls(account)
        return cls(account, first_free=date.fromordinal(min(leaving)))


def account_object(standing: Standing) -> dict[str, Any]:
    """An account as JSON."""
    one, anew, free = standing
    first, last = one.stretch.days
    return {
        "quota": one.quota.id,
        "unit": one.unit,
        "accounts": one.accounts,
        "state": str(one.state) if one.state is not None else None,
        "measure": str(one.quota.measure),
        "used": one.used,
        "limit": one.limit,
        "currency": one.quota.currency or None,
        "from": first.isoformat(),
        "until": last.isoformat(),
        "begins_anew": anew.isoformat() if anew is not None else None,
        "first_free": free.isoformat() if free is not None else None,
        "by_unit": [{"unit": unit or None, "used": used} for unit, used in one.by_unit],
        "waivers": [{"waiver": number, "reason": row.reason, "unit": row.unit or None} for number, row in one.waivers],
    }


def _show(shell: Shell, standing: Standing) -> None:
    one, anew, free = standing
    spoken, quota = shell.language, one.quota
    style = "bold red" if one.state is State.TRIPPED else "yellow" if one.state is State.NEAR else ""
    whose = _whose(one, spoken)
    shell.line(f"{quota.id}{f'  {whose}' if whose else ''}  {say(_STATES[one.state], spoken)}", style)
    first, last = (day(when, spoken, year=True) for when in one.stretch.days)
    used = shown(quota.amount(one.used), spoken)
    if one.limit is not None:
        limit = shown(quota.amount(one.limit), spoken)
        told = {"used": used, "limit": limit, "first": first, "last": last}
        text = "{used} of {limit}, {first} to {last}"
        if one.accounts > 1:
            text = "{used} together, {limit} each, {first} to {last}"
        parts = [say(text, spoken, **told)]
        if anew is not None:
            parts.append(say("begins anew on {anew}", spoken, anew=day(anew, spoken, year=True)))
        if free is not None:
            parts.append(say("some of it counts no longer from {free} on", spoken, free=day(free, spoken, year=True)))
        shell.line(f"    {_SEMICOLON[spoken].join(parts)}")
    for unit, units in one.by_unit:
        shell.line(f"    {unit or say('unit unknown', spoken)}  {shown(quota.amount(units), spoken)}")
    for number, row in one.waivers:
        said = {"number": str(number), "unit": row.unit, "reason": row.reason}
        shell.line(f"    {say('beyond it by waiver {number} ({unit}): {reason}', spoken, **said)}")


def _whose(one: Account, language: Language) -> str:
    if one.quota.per is Per.UNIT:
        return one.unit or say("unit unknown", language)
    if one.quota.per is Per.ORGANISER:
        return say("{count} organisers", language, count=one.accounts)
    if one.quota.per is Per.CALENDAR:
        return say("{count} calendars", language, count=one.accounts)
    return ""

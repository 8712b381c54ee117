# SPDX-License-Identifier: Apache-2.0
"""What any independent reader sees on a banned day is refused, or stepped over: objects and policies by chance.

    python -m tests.guard.generated_pairs [--objects 20000] [--seed 0] [--rare 0.1] [--javascript]

Each object is judged under several policies: some that there are, one that bans a single day on which a reader sees it,
and one that bans the days on which readers do not agree. For each such pair the guard decides twice. Under
`series = "refuse"` an object in which recurring-ical-events, python-dateutil or ical.js (npm install in
tests/guard/readers) sees an instance on a banned day must be refused. Under `series = "skip"` what is to be stored is
read by them again, and none may be left. Counted as well is what the guard refuses though none of them sees a reason:
one more is no failure, but many would be false refusals.
"""

from __future__ import annotations

import argparse
import json
import random
import select
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events
from dateutil.rrule import rruleset, rrulestr

from meetcost.guard.decide import Context, Refuse, Rewrite, decide
from meetcost.model.verdict import Outcome
from tests.guard.pairs import HORIZON, NOW, POLICY_ZONE, Drawn, ban_of, draw, policy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from meetcost.policy.policy import Policy

Span: TypeAlias = tuple[datetime | date, datetime | date]
Reader: TypeAlias = Callable[[bytes], Iterable[Span]]
UTC = ZoneInfo("UTC")
PATIENCE = 3.0
"""Seconds for one object."""


def by_recurring_ical_events(octets: bytes) -> Iterator[Span]:
    calendar = icalendar.Calendar.from_ical(octets)
    for event in recurring_ical_events.of(calendar).between(NOW, NOW + HORIZON):
        yield event.start, event.end


def by_dateutil(one: Drawn) -> Iterator[Span]:
    """The rule alone, by the wall clock of its zone, as its documentation advises."""
    if not one.rule:
        return
    wall, info = _wall(one.start)
    dates = rruleset()
    dates.rrule(rrulestr(_local_until(one.rule, info), dtstart=wall))
    for exdate in one.exdates:
        dates.exdate(_wall(exdate)[0])
    lo, hi = ((moment.astimezone(info) if info else moment).replace(tzinfo=None) for moment in (NOW, NOW + HORIZON))
    for start in dates.between(lo, hi):
        if info is None:
            yield start.date(), start.date() + one.length
        else:
            zoned = start.replace(tzinfo=info)
            yield zoned, (zoned.astimezone(UTC) + one.length)


def _wall(moment: datetime | date) -> tuple[datetime, Any]:
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time()), None
    return moment.replace(tzinfo=None), moment.tzinfo


def _local_until(rule: str, info: Any) -> str:
    """UNTIL in UTC as the wall clock's: rules of naive times know no other."""
    parts = dict(part.split("=") for part in rule.split(";"))
    until = parts.get("UNTIL", "")
    if until.endswith("Z"):
        local = datetime.strptime(until, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).astimezone(info)
        parts["UNTIL"] = f"{local:%Y%m%dT%H%M%S}"
    return ";".join("=".join(part) for part in parts.items())


class ICalJs:
    """ical.js in a process of its own, which is ended and made anew when a rule keeps it busy for ever."""

    _SCRIPT = Path(__file__).parent / "readers" / "see.mjs"

    def __init__(self) -> None:
        self._process = self._start()
        if not list(self(draw(random.Random("0/0")).octets)):
            raise RuntimeError("ical.js is not there: run `npm install` in tests/guard/readers")

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(["node", str(self._SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __call__(self, octets: bytes) -> Iterator[Span]:
        asked = {"ics": octets.decode(), "first": NOW.timestamp(), "last": (NOW + HORIZON).timestamp()}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked).encode() + b"\n")
        self._process.stdin.flush()
        if not select.select([self._process.stdout], [], [], PATIENCE)[0]:
            self.close()
            self._process = self._start()
            raise TimeoutError("ical.js does not come to an end")
        found = json.loads(self._process.stdout.readline())
        if found is None:
            raise ValueError("ical.js cannot read it")
        for start, end in found:
            yield _read(start), _read(end)

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()


def _read(written: float | str) -> datetime | date:
    if not isinstance(written, str):
        return datetime.fromtimestamp(written, UTC)
    kind, _, text = written.partition(":")
    if kind == "D":
        return date.fromisoformat(text[:10])
    return datetime.fromisoformat(text).replace(tzinfo=POLICY_ZONE)


def days(spans: Iterable[Span]) -> set[date]:
    """The days, in the policy's zone, that some of the spans touch in time that is still to come."""
    found = set()
    for start, end in spans:
        first, last = _days(start, end)
        over = _instant(end) <= NOW if _instant(end) > _instant(start) else _instant(start) < NOW
        if over or _instant(start) >= NOW + HORIZON:
            continue
        found |= {first + timedelta(days=at) for at in range((last - first).days + 1)}
    return found


def _days(start: datetime | date, end: datetime | date) -> tuple[date, date]:
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        return start, max(start, end - timedelta(days=1))
    start, end = (one if one.tzinfo else one.replace(tzinfo=POLICY_ZONE) for one in (start, end))
    last = end - timedelta(microseconds=1) if end.astimezone(UTC) > start.astimezone(UTC) else start
    return start.astimezone(POLICY_ZONE).date(), last.astimezone(POLICY_ZONE).date()


def _instant(moment: datetime | date) -> datetime:
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(), POLICY_ZONE)
    return moment if moment.tzinfo else moment.replace(tzinfo=POLICY_ZONE)


def exceptions(one: Drawn, chance: random.Random, readers: dict[str, Reader], told: Counter[str]) -> Iterator[str]:
    """What must not be, in words; counts what was seen."""
    seen = {name: _tried(partial(reader, one.octets), told, name) for name, reader in readers.items()}
    by_rule = {"dateutil": _tried(partial(by_dateutil, one), told, "dateutil")}
    told["objects"] += 1
    for ban in (*one.bans, *_aimed(chance, [found for found in seen.values() if found])):
        told["pairs"] += 1
        for failure in _exceptions(one.octets, ban, seen, seen | by_rule, readers, told):
            yield f"{failure}, under {ban!r}"


def _aimed(chance: random.Random, seen: Sequence[set[date]]) -> Iterator[str]:
    """Bans of what the readers make of it: of one day that there is, and of the days on which they do not agree."""
    some: set[date] = set().union(*seen)
    if some:
        yield ban_of([chance.choice(sorted(some))])
    if disputed := {day for day in some if not all(day in found for found in seen)}:
        yield ban_of(disputed)


def _exceptions(
    octets: bytes,
    ban: str,
    seen: dict[str, set[date]],
    by_all: dict[str, set[date]],
    readers: dict[str, Reader],
    told: Counter[str],
) -> Iterator[str]:
    under = policy(ban, "refuse")
    banned = {name: _banned(found, under) for name, found in by_all.items()}
    refused = decide(octets, None, Context(under, NOW))
    told["refused"] += isinstance(refused, Refuse)
    told["seen by a reader"] += any(banned.values())
    if isinstance(refused, Refuse):
        told["not judged"] += refused.verdict.would_be is not Outcome.DENY
        told["refused, and no reader sees why"] += not any(banned.values())
    for name, found in banned.items():
        if found and not isinstance(refused, Refuse):
            yield f"{name} sees {found[0]} and it is let pass"
    stored = decide(octets, None, Context(policy(ban, "skip"), NOW))
    if isinstance(stored, Refuse):
        return
    told["rewritten"] += isinstance(stored, Rewrite)
    for name, reader in readers.items():
        shown = _tried(partial(reader, stored.octets), told, name) if isinstance(stored, Rewrite) else seen[name]
        left = _banned(shown, under)
        if left:
            yield f"{name} still sees {left[0]} in what is stored"


def _banned(found: set[date], under: Policy) -> list[date]:
    return sorted(day for day in found if not under.rules.permitted(day))


def _tried(look: Callable[[], Iterable[Span]], told: Counter[str], name: str) -> set[date]:
    try:
        return days(list(look()))
    except Exception:  # noqa: BLE001 - what a reader cannot read it does not show
        told[f"{name} cannot read it"] += 1
        return set()


def run(
    objects: int, seed: int, readers: dict[str, Reader], *, rare: float = 0.1, say: Callable[[str], None] = print
) -> int:
    """Try so many; how many exceptions there were."""
    told: Counter[str] = Counter()
    failures = 0
    for number in range(objects):
        chance = random.Random(f"{seed}/{number}")
        one = draw(chance, rare)
        for failure in exceptions(one, chance, readers, told):
            failures += 1
            say(f"object {seed}/{number}: {failure}\n{one.octets.decode()}")
        if number % 1_000 == 999:
            say(f"{number + 1:,} objects, {told['pairs']:,} pairs, {failures} exceptions")
    say(json.dumps(dict(told)))
    return failures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--objects", type=int, default=20_000, help="each makes five pairs, and mostly one or two more")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rare", type=float, default=0.1, help="the share of rules that hardly any program writes")
    parser.add_argument("--javascript", action="store_true", help="ask ical.js as well")
    chosen = parser.parse_args()
    readers: dict[str, Reader] = {"recurring-ical-events": by_recurring_ical_events}
    if chosen.javascript:
        with closing(ICalJs()) as by_ical_js:
            failures = run(chosen.objects, chosen.seed, {**readers, "ical.js": by_ical_js}, rare=chosen.rare)
    else:
        failures = run(chosen.objects, chosen.seed, readers, rare=chosen.rare)
    sys.exit(min(failures, 1))


if __name__ == "__main__":
    main()

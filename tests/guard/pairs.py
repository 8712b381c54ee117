# SPDX-License-Identifier: Apache-2.0
"""Calendar objects and policies by chance: what people's programs write, and what somebody could write on purpose."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from meetcost.policy.policy import Policy

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Sequence

NOW = datetime(2026, 1, 2, tzinfo=UTC)
HORIZON = timedelta(days=400)
POLICY_ZONE = ZoneInfo("Europe/Berlin")
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
BANS = (
    '[[no_meeting_day]]\nweekdays = ["wednesday"]',
    '[[no_meeting_day]]\nweekdays = ["monday"]\n[[no_meeting_week]]\nnth = 2\ndefinition = "week-of-the-8th"',
    '[[no_meeting_day]]\nweekdays = ["friday"]\nnth = -1',
    '[[no_meeting_week]]\nweeks = ["2026-W32", "2026-W07", "2026-W20"]',
    '[[no_meeting_day]]\nyearly = ["03-29", "05-01", "10-25", "12-31"]\n[[no_meeting_day]]\nweekdays = ["sunday"]',
)


class Zone(NamedTuple):
    """A time zone as calendar programs write it: the rules in force."""

    name: str
    lines: str

    @property
    def info(self) -> ZoneInfo:
        return ZoneInfo(self.name)


def _zone(name: str, standard: tuple[str, str], daylight: tuple[str, str] | None = None, offsets: str = "") -> Zone:
    winter, summer = offsets.split() if daylight else (offsets, offsets)
    parts = [("STANDARD", summer, winter, *standard)]
    if daylight is not None:
        parts.append(("DAYLIGHT", winter, summer, *daylight))
    lines = ["BEGIN:VTIMEZONE", f"TZID:{name}"]
    for kind, before, after, start, rule in parts:
        lines += [f"BEGIN:{kind}", f"TZOFFSETFROM:{before}", f"TZOFFSETTO:{after}", f"DTSTART:{start}"]
        lines += [f"RRULE:{rule}"] * bool(rule) + [f"END:{kind}"]
    return Zone(name, "\r\n".join([*lines, "END:VTIMEZONE"]))


ZONES = (
    _zone(
        "Europe/Berlin",
        ("19701025T030000", "FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU"),
        ("19700329T020000", "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU"),
        "+0100 +0200",
    ),
    _zone(
        "America/New_York",
        ("20071104T020000", "FREQ=YEARLY;BYMONTH=11;BYDAY=1SU"),
        ("20070311T020000", "FREQ=YEARLY;BYMONTH=3;BYDAY=2SU"),
        "-0500 -0400",
    ),
    _zone(
        "Pacific/Auckland",
        ("20080406T030000", "FREQ=YEARLY;BYMONTH=4;BYDAY=1SU"),
        ("20070930T020000", "FREQ=YEARLY;BYMONTH=9;BYDAY=-1SU"),
        "+1200 +1300",
    ),
    _zone("Asia/Shanghai", ("19700101T000000", ""), None, "+0800"),
)


class Drawn(NamedTuple):
    """An object, and the bans it is to be judged under.

    `rule`, `start`, `length` and `exdates` are those of a series without overrides and RDATEs, for readers of rules
    alone; `rule` is empty where there is more to it.
    """

    octets: bytes
    bans: tuple[str, ...]
    rule: str
    start: datetime | date
    length: timedelta
    exdates: tuple[datetime | date, ...]


@lru_cache
def policy(ban: str, series: str) -> Policy:
    return Policy.parse(f'zone = "Europe/Berlin"\nseries = "{series}"\n{ban}\n[disclosure]\nattach = false\n'.encode())


def ban_of(days: Iterable[date]) -> str:
    """These very days and no other."""
    written = ", ".join(f'"{day}"' for day in sorted(days))
    return f"[[no_meeting_day]]\ndates = [{written}]"


def draw(chance: random.Random, rare: float = 0.1) -> Drawn:
    """One of them; the same again for the same chance. `rare`: the share of rules that hardly any program writes."""
    first = chance.choice(BANS)
    zone = chance.choice(ZONES)
    kind = chance.choices(("zoned", "utc", "floating", "date"), (6, 2, 1, 2))[0]
    day = date(2026, 1, 5) + timedelta(days=chance.randrange(-200, 380))
    minute = chance.choice((0, 1, 30, 9 * 60, 10 * 60 + 15, 14 * 60, 22 * 60 + 30, 23 * 60 + 59, 24 * 60 - 1, 150))
    at = datetime.combine(day, datetime.min.time()) + timedelta(minutes=minute)
    start = day if kind == "date" else at
    length = _length(chance, kind)
    rule = _rule(chance, kind, start, rare) if chance.random() < 0.85 else ""
    near = [_moved(start, timedelta(days=chance.randrange(0, 60))) for _ in range(3)]
    exdates = tuple(near[: chance.choice((0, 0, 0, 1, 3))]) if rule else ()
    rdates = [_moved(start, timedelta(days=chance.randrange(1, 300), minutes=chance.choice((0, 61)))) for _ in range(2)]
    rdates = rdates[: chance.choice((0, 0, 0, 0, 1, 2))] if rule or chance.random() < 0.5 else []
    lines = [_line("DTSTART", start, kind, zone), _end(chance, start, length, kind, zone)]
    lines += [f"RRULE:{rule}"] if rule else []
    lines += [_line("EXDATE", one, kind, zone) for one in exdates]
    lines += [_line("RDATE", one, kind, zone) for one in rdates]
    if chance.random() < 0.1:
        lines.append("TRANSP:TRANSPARENT" if kind != "date" else "X-NOTE:nothing")
    parts = [_component(lines)]
    overrides = _overrides(chance, start, length, kind, zone) if rule and chance.random() < 0.25 else []
    parts += overrides
    if overrides and chance.random() < 0.3:
        parts.reverse()  # an override may stand before its master (RFC 5545 says nothing of order)
    zones = zone.lines if kind == "zoned" else ""
    head = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//meetcost//pairs//EN"
    octets = "\r\n".join(filter(None, [head, zones, *parts, "END:VCALENDAR", ""])).encode() + b"\r\n"
    alone = rule if not (rdates or overrides) else ""
    tied = _tied(start, kind, zone)
    bans = tuple(dict.fromkeys((first, *BANS)))
    return Drawn(octets, bans, alone, tied, length, tuple(_tied(one, kind, zone) for one in exdates))


def _tied(moment: datetime | date, kind: str, zone: Zone) -> datetime | date:
    if not isinstance(moment, datetime):
        return moment
    info = {"zoned": zone.info, "utc": ZoneInfo("UTC"), "floating": POLICY_ZONE}[kind]
    return moment.replace(tzinfo=info)


def _length(chance: random.Random, kind: str) -> timedelta:
    if kind == "date":
        return timedelta(days=chance.choice((1, 1, 1, 2, 3)))
    return timedelta(minutes=chance.choice((0, 1, 30, 60, 90, 180, 24 * 60, 26 * 60)))


def _rule(chance: random.Random, kind: str, start: datetime | date, rare: float) -> str:
    freq = chance.choices(("DAILY", "WEEKLY", "MONTHLY", "YEARLY", "HOURLY"), (3, 6, 4, 1, 0 if kind == "date" else 1))[
        0
    ]
    parts = [f"FREQ={freq}"]
    if chance.random() < 0.4:
        parts.append(f"INTERVAL={chance.choice((2, 2, 3, 4, 5, 7, 13))}")
    parts += _by(chance, freq, rare)
    if chance.random() < 0.2:
        parts.append(f"WKST={chance.choice(DAYS)}")
    ending = chance.random()
    if ending < 0.35:
        parts.append(f"COUNT={chance.choice((1, 2, 3, 5, 10, 26, 60))}")
    elif ending < 0.65 or freq == "HOURLY":
        until = _moved(start, timedelta(days=chance.randrange(0, 30 if freq == "HOURLY" else 500)))
        parts.append(f"UNTIL={_until(until, kind)}")
    return ";".join(parts)


def _by(chance: random.Random, freq: str, seldom: float) -> list[str]:
    """What limits the dates or adds to them: what programs write, or what hardly any does."""
    some = ",".join([name for name in DAYS if chance.random() < 0.3] or [chance.choice(DAYS)])
    month, day = f"BYMONTH={chance.randint(1, 12)}", chance.choice(DAYS)
    place = f"BYSETPOS={chance.choice((1, 2, -1))}"
    usual: dict[str, list[tuple[list[str], int]]] = {
        "HOURLY": [([], 5), ([f"BYHOUR={chance.choice(('9', '0,12', '23'))}"], 5)],
        "DAILY": [([], 1), ([f"BYDAY={some}"], 1), ([month], 1)],
        "WEEKLY": [([], 3), ([f"BYDAY={some}"], 7)],
        "MONTHLY": [
            ([], 2),
            ([f"BYDAY={chance.choice((1, 2, 3, 4, 5, -1, -2))}{day}"], 3),
            ([f"BYMONTHDAY={chance.choice((1, 8, 15, 28, 30, 31, -1, -3))}"], 2),
            ([f"BYDAY={some}", place], 2),
            ([f"BYDAY={some}", f"BYMONTHDAY={chance.choice(('8,9,10,11,12,13,14', '13', '-1,-2,-3'))}"], 1),
        ],
        "YEARLY": [
            ([], 3),
            ([month, f"BYDAY={chance.choice((1, 2, -1))}{day}"], 4),
            ([month, f"BYMONTHDAY={chance.randint(1, 28)}"], 3),
        ],
    }
    rare: dict[str, list[tuple[list[str], int]]] = {
        "HOURLY": [([f"BYDAY={some}"], 1), ([month], 1)],
        "DAILY": [(["BYMONTHDAY=1,15,-1"], 1), (["BYHOUR=9,15"], 1), ([month, f"BYDAY={some}"], 1)],
        "WEEKLY": [([f"BYDAY={some}", place], 1), ([f"BYDAY={some}", month], 1), ([f"BYDAY={some}", "BYHOUR=8,17"], 1)],
        "MONTHLY": [
            ([f"BYDAY=1{day},-1{chance.choice(DAYS)}"], 1),
            (["BYMONTHDAY=1,15,-1"], 1),
            ([month, f"BYDAY={some}"], 1),
            (["BYMONTHDAY=2,9,16", place], 1),
            ([f"BYDAY={some}"], 1),
            ([f"BYDAY=2{day},{chance.choice(DAYS)}"], 1),
            (["BYMONTHDAY=1,31,-30"], 1),
            ([f"BYDAY=1{day},-1{day}", place], 1),
        ],
        "YEARLY": [
            ([f"BYDAY={some}", place], 1),
            (["BYMONTHDAY=29,31,-1"], 1),
            ([month, "BYMONTHDAY=30,31,-1"], 1),
            (["BYYEARDAY=10,100,200", f"BYDAY={some}"], 1),
            ([month, f"BYDAY={some}", place], 1),
            ([f"BYWEEKNO={chance.choice(('1', '20', '53', '-1', '7,8'))}", f"BYDAY={some}"], 1),
            ([f"BYYEARDAY={chance.choice((1, 100, 366, -1))}"], 1),
            (["BYMONTH=1,4,7,10", f"BYDAY=1{day}"], 1),
            ([f"BYDAY={chance.choice((20, -1))}{day}"], 1),
        ],
    }
    choices, weights = zip(*(rare if chance.random() < seldom else usual)[freq], strict=True)
    found: list[str] = chance.choices(choices, weights)[0]
    return found


def _overrides(chance: random.Random, start: datetime | date, length: timedelta, kind: str, zone: Zone) -> list[str]:
    """One or two instances moved by hand, or made longer, where the rule may have put one."""
    found = []
    for _ in range(chance.choice((1, 1, 2))):
        original = _moved(start, timedelta(days=chance.choice((0, 1, 7, 14, 21, 28))))
        moved = _moved(original, timedelta(days=chance.choice((-2, -1, 0, 1, 2, 3))))
        lines = [_line("RECURRENCE-ID", original, kind, zone), _line("DTSTART", moved, kind, zone)]
        lines.append(_end(chance, moved, length * chance.choice((1, 1, 2)), kind, zone))
        found.append(_component(lines))
    return list(dict.fromkeys(found))


def _component(lines: Sequence[str]) -> str:
    people = (
        "ORGANIZER:mailto:ann@town.example",
        "ATTENDEE:mailto:ann@town.example",
        "ATTENDEE:mailto:bob@town.example",
    )
    head = ("BEGIN:VEVENT", "UID:pair@town.example", "DTSTAMP:20260101T000000Z", "SUMMARY:Round")
    return "\r\n".join([*head, *lines, *people, "END:VEVENT"])


def _end(chance: random.Random, start: datetime | date, length: timedelta, kind: str, zone: Zone) -> str:
    if chance.random() < 0.5 or (kind == "date" and not length):
        return _line("DTEND", _moved(start, length), kind, zone)
    days, rest = divmod(length, timedelta(days=1))
    if not rest:
        return f"DURATION:P{days}D" if days else "DURATION:PT0S"
    return f"DURATION:P{f'{days}D' if days else ''}T{rest // timedelta(minutes=1)}M"


def _line(name: str, moment: datetime | date, kind: str, zone: Zone) -> str:
    if kind == "date":
        return f"{name};VALUE=DATE:{moment:%Y%m%d}"
    if kind == "zoned":
        return f"{name};TZID={zone.name}:{moment:%Y%m%dT%H%M%S}"
    return f"{name}:{moment:%Y%m%dT%H%M%S}{'Z' if kind == 'utc' else ''}"


def _until(moment: datetime | date, kind: str) -> str:
    if kind == "date":
        return f"{moment:%Y%m%d}"
    return f"{moment:%Y%m%dT%H%M%S}{'' if kind == 'floating' else 'Z'}"


def _moved(moment: datetime | date, by: timedelta) -> datetime | date:
    return moment + by if isinstance(moment, datetime) else moment + timedelta(days=by.days)

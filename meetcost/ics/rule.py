# SPDX-License-Identifier: Apache-2.0
"""Recurrence rules as values: the RECUR value type of RFC 5545, section 3.3.10.

Reading is tolerant unless `strict` is asked for. Where the tolerant reading departs from the RFC,
the rule says so in `Rule.quirks`; what has no agreed reading is refused in both.
"""

from datetime import datetime
from typing import Final, Literal, NamedTuple, cast

from meetcost.errors import MeetcostError
from meetcost.model.moment import DAY
from meetcost.words.sentence import Sentence

Freq = Literal["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY"]

MAX_TEXT: Final = 65_536
MAX_LIST: Final = 1_000
MAX_DIGITS: Final = 18

_FREQS: Final = frozenset(("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY"))
_WEEKDAYS: Final = {"MO": 0, "TU": 1, "WE": 2, "TH": 3, "FR": 4, "SA": 5, "SU": 6}
_EVERY: Final = {name: (0, weekday) for name, weekday in _WEEKDAYS.items()}

# part: (lowest, highest, may be counted from the end)
_LISTS: Final = {
    "BYSECOND": (0, 60, False),
    "BYMINUTE": (0, 59, False),
    "BYHOUR": (0, 23, False),
    "BYMONTHDAY": (1, 31, True),
    "BYYEARDAY": (1, 366, True),
    "BYWEEKNO": (1, 53, True),
    "BYMONTH": (1, 12, False),
    "BYSETPOS": (1, 366, True),
}
_PARTS: Final = frozenset((*_LISTS, "FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST"))


class RuleError(MeetcostError):
    """A recurrence rule that is refused: `code` names the reason, `message` explains it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message

    def sentence(self) -> str:
        """Why it is refused."""
        return self.message


class Until(NamedTuple):
    """The bound of a rule, inclusive.

    `seconds` is the wall-clock time as written, `date.toordinal() * 86400 + second of the day`;
    `kind` says how it was written: a date, a local (floating) time or a time in UTC.
    """

    kind: Literal["date", "local", "utc"]
    seconds: int


class Rule(NamedTuple):
    """A recurrence rule. Lists are sorted and free of duplicates; an empty one was not given.

    `by_day` holds (ordinal, weekday) with ordinal 0 for every such weekday and Monday as 0.
    `quirks` names each tolerance that was needed to read the text.
    """

    freq: Freq
    interval: int = 1
    count: int | None = None  # type: ignore[assignment]  # hides tuple.count, which no rule needs
    until: Until | None = None
    by_month: tuple[int, ...] = ()
    by_week_no: tuple[int, ...] = ()
    by_year_day: tuple[int, ...] = ()
    by_month_day: tuple[int, ...] = ()
    by_day: tuple[tuple[int, int], ...] = ()
    by_hour: tuple[int, ...] = ()
    by_minute: tuple[int, ...] = ()
    by_second: tuple[int, ...] = ()
    by_set_pos: tuple[int, ...] = ()
    wkst: int = 0
    quirks: tuple[str, ...] = ()

    def has_doubtful_hours(self, *, date_only: bool) -> bool:
        """Whether programs differ on the hours of it: it comes by the hour and names hours, or has hours of a DATE."""
        if date_only:
            return bool(self.by_hour or self.by_minute or self.by_second)
        return self.freq == "HOURLY" and bool(self.by_hour)


def parse_rule(text: str, *, strict: bool = False) -> Rule:
    """Read the value of an RRULE property.

    Names are read in any case; digits are ASCII digits. BYSECOND=60 is read as 59, as RFC 5545
    section 3.3.12 advises where leap seconds are not kept.

    Tolerated unless `strict`, each named in `Rule.quirks`:
    `whitespace` around separators; `empty-part` (a stray `;`); `x-part`, left out;
    `duplicate-part`, the last one counts; `count-and-until`, both bound the rule;
    `ordinal-ignored`, BYDAY=1MO where FREQ is neither MONTHLY nor YEARLY; `by-week-no-as-limit`,
    `by-year-day-as-limit`, `by-month-day-as-limit`, a part that RFC 5545 keeps from this FREQ,
    read as a filter; `set-pos-alone`, BYSETPOS without another BY part.

    Raises RuleError with the code `rule-too-large`, `rule-part` (unknown or broken), `rule-freq`,
    `rule-interval`, `rule-count`, `rule-until`, `rule-value`, `rule-combination`,
    `rule-duplicate` or `rule-rscale` (RFC 7529 is not supported).
    """
    quirks: list[str] = []
    parts = _split(text, quirks)
    if "RSCALE" in parts or "SKIP" in parts:
        raise RuleError(
            "rule-rscale",
            Sentence.of(
                "recurrence in another calendar (RSCALE, SKIP) is not supported; list the dates with RDATE instead"
            ),
        )
    freq = parts.get("FREQ", "")
    if freq not in _FREQS:
        raise RuleError(
            "rule-freq", Sentence.of("a rule needs a FREQ from YEARLY to SECONDLY; found {found}", found=_shown(freq))
        )
    rule = Rule(
        cast("Freq", freq),
        _positive(parts, "INTERVAL", "rule-interval") or 1,
        _positive(parts, "COUNT", "rule-count"),
        _until(parts["UNTIL"]) if "UNTIL" in parts else None,
        _numbers(parts, "BYMONTH"),
        _numbers(parts, "BYWEEKNO"),
        _numbers(parts, "BYYEARDAY"),
        _numbers(parts, "BYMONTHDAY"),
        _weekdays(parts["BYDAY"]) if "BYDAY" in parts else (),
        _numbers(parts, "BYHOUR"),
        _numbers(parts, "BYMINUTE"),
        _numbers(parts, "BYSECOND"),
        _numbers(parts, "BYSETPOS"),
        _week_start(parts.get("WKST", "MO")),
    )
    if 60 in rule.by_second:
        rule = rule._replace(by_second=tuple(sorted({min(s, 59) for s in rule.by_second})))
    rule = _combine(rule, quirks)
    if quirks:
        if strict:
            raise _refused(quirks[0])
        rule = rule._replace(quirks=tuple(dict.fromkeys(quirks)))
    return rule


def _split(text: str, quirks: list[str]) -> dict[str, str]:
    """The parts by name, in upper case."""
    if len(text) > MAX_TEXT:
        raise RuleError("rule-too-large", Sentence.of("a rule may have at most {most} characters", most=MAX_TEXT))
    # Upper-casing text outside ASCII could turn other letters into a keyword.
    if not text.isascii():
        raise RuleError("rule-part", Sentence.of("a rule is written in ASCII; found {found}", found=_shown(text)))
    text = text.upper()
    if " " in text or "\t" in text:
        text = _without_spaces(text)
        quirks.append("whitespace")
    parts: dict[str, str] = {}
    for part in text.split(";"):
        name, _, value = part.partition("=")
        if name in _PARTS and value:
            if name in parts:
                quirks.append("duplicate-part")
            parts[name] = value
        elif not part:
            quirks.append("empty-part")
        elif name in {"RSCALE", "SKIP"}:
            parts[name] = value
        elif name.startswith("X-"):
            quirks.append("x-part")
        else:
            raise RuleError(
                "rule-part",
                Sentence.of(
                    "{part} is not a part of a recurrence rule; write NAME=VALUE with a name of RFC 5545",
                    part=_shown(part),
                ),
            )
    return parts


def _without_spaces(text: str) -> str:
    """The text without blanks around `;`, `=` and `,` and inside a BYDAY such as `2 TH`."""
    cleaned = []
    for part in text.split(";"):
        name, equals, value = part.partition("=")
        name = name.strip()
        items = value.split(",")
        if name == "BYDAY":
            items = ["".join(item.split()) for item in items]
        cleaned.append(name + equals + ",".join([item.strip() for item in items]))
    return ";".join(cleaned)


def _positive(parts: dict[str, str], name: str, code: str) -> int | None:
    value = parts.get(name)
    if value is None:
        return None
    if value.isdigit() and len(value) <= MAX_DIGITS:
        number = int(value)
        if number >= 1:
            return number
    raise RuleError(
        code,
        Sentence.of(
            "{name} must be a whole number from 1, of at most {most} digits; found {found}",
            name=name,
            most=MAX_DIGITS,
            found=_shown(value),
        ),
    )


def _week_start(value: str) -> int:
    weekday = _WEEKDAYS.get(value)
    if weekday is None:
        raise _bad_value("WKST", value, Sentence.of("a weekday such as `MO`"))
    return weekday


def _items(name: str, value: str) -> list[str]:
    if value.count(",") >= MAX_LIST:
        raise RuleError(
            "rule-too-large", Sentence.of("{name} may list at most {most} values", name=name, most=MAX_LIST)
        )
    return value.split(",")


def _numbers(parts: dict[str, str], name: str) -> tuple[int, ...]:
    value = parts.get(name)
    if value is None:
        return ()
    low, high, signed = _LISTS[name]
    numbers = set()
    for item in _items(name, value):
        digits = item[1:] if signed and item[:1] in {"+", "-"} else item
        if not (digits.isdigit() and len(digits) <= 4 and low <= int(digits) <= high):
            reach = "{low} to {high} or -{high} to -{low}" if signed else "{low} to {high}"
            raise _bad_value(name, item, Sentence.of(reach, low=low, high=high))
        numbers.add(int(item))
    return tuple(sorted(numbers))


def _weekdays(value: str) -> tuple[tuple[int, int], ...]:
    return tuple(sorted({_EVERY.get(item) or _weekday(item) for item in _items("BYDAY", value)}))


def _weekday(item: str) -> tuple[int, int]:
    """One BYDAY entry that carries a number."""
    weekday = _WEEKDAYS.get(item[-2:])
    digits = item[1:-2] if item[:1] in {"+", "-"} else item[:-2]
    if weekday is not None and digits.isdigit() and len(digits) <= 4 and 1 <= int(digits) <= 53:
        return int(item[:-2]), weekday
    raise _bad_value("BYDAY", item, Sentence.of("a weekday such as `MO`, `2MO` or `-1MO`, up to 53"))


def _until(value: str) -> Until:
    kind: Literal["date", "local", "utc"] = "local"
    stamp = value
    if len(value) == 16 and value[15] == "Z":
        kind, stamp = "utc", value[:15]
    if len(stamp) == 15 and stamp[8] == "T" and stamp[:8].isdigit() and stamp[9:].isdigit():
        if stamp[13:] == "60":
            stamp = stamp[:13] + "59"
    elif len(value) == 8 and value.isdigit():
        kind, stamp = "date", value + "T000000"
    else:
        raise _bad_until(value)
    try:
        moment = datetime.fromisoformat(stamp)
    except ValueError:
        raise _bad_until(value) from None
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
    return Until(kind, moment.toordinal() * DAY + seconds)


def _combine(rule: Rule, quirks: list[str]) -> Rule:
    """Check what RFC 5545 says of parts used together."""
    freq = rule.freq
    if rule.count is not None and rule.until is not None:
        quirks.append("count-and-until")
    if rule.by_week_no and freq != "YEARLY":
        quirks.append("by-week-no-as-limit")
    if rule.by_year_day and freq in {"DAILY", "WEEKLY", "MONTHLY"}:
        quirks.append("by-year-day-as-limit")
    if rule.by_month_day and freq == "WEEKLY":
        quirks.append("by-month-day-as-limit")
    if rule.by_set_pos and not any(rule[4:12]):
        quirks.append("set-pos-alone")
    if rule.by_day and (rule.by_day[0][0] or rule.by_day[-1][0]):
        if freq not in {"MONTHLY", "YEARLY"}:
            quirks.append("ordinal-ignored")
            plain = sorted({(0, weekday) for _, weekday in rule.by_day})
            return rule._replace(by_day=tuple(plain))
        if freq == "YEARLY" and rule.by_week_no:
            raise RuleError(
                "rule-combination",
                Sentence.of("BYDAY with a number and BYWEEKNO exclude each other; leave the number out"),
            )
    return rule


_REFUSALS: Final = {
    "whitespace": ("rule-part", "blanks"),
    "empty-part": ("rule-part", "an empty part"),
    "x-part": ("rule-part", "a part beginning with X-"),
    "duplicate-part": ("rule-duplicate", "a part given twice"),
    "count-and-until": ("rule-combination", "COUNT together with UNTIL"),
    "by-week-no-as-limit": ("rule-combination", "BYWEEKNO with a FREQ other than YEARLY"),
    "by-year-day-as-limit": ("rule-combination", "BYYEARDAY with DAILY, WEEKLY or MONTHLY"),
    "by-month-day-as-limit": ("rule-combination", "BYMONTHDAY with WEEKLY"),
    "ordinal-ignored": ("rule-combination", "a numbered BYDAY with this FREQ"),
    "set-pos-alone": ("rule-combination", "BYSETPOS without another BY part"),
}


def _refused(quirk: str) -> RuleError:
    code, what = _REFUSALS[quirk]
    template = "RFC 5545 section 3.3.10 does not allow {what}; take it out"
    return RuleError(code, Sentence.of(template, what=Sentence.of(what)))


def _bad_value(name: str, value: str, allowed: Sentence) -> RuleError:
    message = Sentence.of("{name} takes {allowed}; found {found}", name=name, allowed=allowed, found=_shown(value))
    return RuleError("rule-value", message)


def _bad_until(value: str) -> RuleError:
    return RuleError(
        "rule-until",
        Sentence.of(
            "UNTIL takes a date or time such as `20261231` or `20261231T235959Z`; found {found}", found=_shown(value)
        ),
    )


def _shown(text: str) -> str:
    if not text:
        return Sentence.of("nothing")
    return f"`{text if len(text) <= 40 else text[:40] + '...'}`"

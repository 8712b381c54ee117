# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: E501 - a gene a line
"""Calendar objects that are meant to be slow: what a stranger can write in the 1 MiB that a guard takes.

An object is made of genes: so many of one kind of line, in the series itself, in each of its overrides, or beside them.
A search changes the genes; what they come to is one object, scaled down until it fits.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

MOST_OCTETS: Final = 1_040_000
ZONE: Final = "TZID=Europe/Berlin"
CUSTOM: Final = "TZID=Town/Hall"
DAY: Final = 86_400

STARTS: Final = {
    "zoned": f"DTSTART;{ZONE}:20260105T090000",
    "wednesday": f"DTSTART;{ZONE}:20260107T090000",
    "of the file": f"DTSTART;{CUSTOM}:20260105T090000",
    "utc": "DTSTART:20260105T090000Z",
    "floating": "DTSTART:20260105T090000",
    "date": "DTSTART;VALUE=DATE:20260105",
    "year 1": f"DTSTART;{ZONE}:00010103T000000",
    "year 9999": f"DTSTART;{ZONE}:99991231T235959",
    "old": f"DTSTART;{ZONE}:19700105T090000",
    "old of the file": f"DTSTART;{CUSTOM}:19700105T090000",
}
LENGTHS: Final = ("DURATION:PT1H", "DURATION:PT0S", "DURATION:P400D", "DURATION:P300000D", "DURATION:P14D")
RULES: Final = (
    "FREQ=DAILY", "FREQ=DAILY;COUNT=9000", "FREQ=DAILY;COUNT=10000;BYHOUR=9", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    "FREQ=HOURLY;COUNT=9500", "FREQ=HOURLY", "FREQ=HOURLY;INTERVAL=7;COUNT=9500", "FREQ=MINUTELY;COUNT=9500",
    "FREQ=SECONDLY;COUNT=9999", "FREQ=SECONDLY;INTERVAL=86399;COUNT=9999",
    "FREQ=YEARLY;BYDAY=MO;BYWEEKNO=1,2,3,53;COUNT=9000", "FREQ=YEARLY;COUNT=7000", "FREQ=MONTHLY;BYDAY=MO,TU,WE;COUNT=9999",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=YEARLY;BYYEARDAY=366;COUNT=1900", "FREQ=MONTHLY;BYMONTHDAY=31;INTERVAL=7",
    "FREQ=YEARLY;INTERVAL=400;BYMONTHDAY=29;BYMONTH=2", "FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR;COUNT=3000",
    "FREQ=YEARLY;BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12;BYMONTHDAY=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17;BYSETPOS=-1",
    "FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYHOUR=9;BYSETPOS=1,-1,100,-100;COUNT=9000",
    "FREQ=MONTHLY;BYDAY=MO,TU;BYHOUR=1,2,3,4,5,6,7;BYMINUTE=0,10,20,30,40,50;BYSETPOS=1,-1",
    "FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23;COUNT=9999",
    "FREQ=HOURLY;BYMINUTE=0,20,40;COUNT=9999", "FREQ=HOURLY;INTERVAL=5;BYMONTH=2;BYMONTHDAY=29",
    "FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,WE;BYSETPOS=-1", "FREQ=MONTHLY;INTERVAL=2;BYDAY=MO;BYMONTHDAY=-1,-2,-3;COUNT=999",
    "FREQ=DAILY;UNTIL=20530101T000000Z", "FREQ=DAILY;UNTIL=99991231T235959Z;BYMONTH=1", "FREQ=YEARLY;BYWEEKNO=53",
    "FREQ=DAILY;INTERVAL=2;COUNT=9900", "FREQ=HOURLY;INTERVAL=25;BYDAY=MO;BYMONTH=1,2,3",
    "FREQ=MONTHLY;BYDAY=1MO,2MO,3MO,4MO,5MO,-1MO,-2MO,1TU,2TU,-3TU,WE", "FREQ=HOURLY;INTERVAL=23;COUNT=9999",
    "FREQ=DAILY;COUNT=1", "FREQ=DAILY;COUNT=2", "FREQ=DAILY;COUNT=920",
)  # fmt: skip
TEXTS: Final = (
    "a", "aim\\n-\\n", "aim\\n", "1. an item\\n", "Agenda: a; b, c\\n", "Agenda:\\n- a\\n", "please send ", "<p>", "<br>",
    "</body>", "<a b=", "&lt;", "&#", "《", ":", " ", "\\n", "议程：一、甲、乙\\n", "-- meeting cost (added automatically) --\\n",
    "-- end --\\n", "-- meeting cost (added automatically) --\\n-- end --\\n", "10:00-10:15 a\\n", "((((", "[[", "1 ", "1.1.1.1.",
    "http://a.b ", "\ufdfa", "e\u0301\u0301\u0301", "\\\\", "\\,", "#urgent", "#", "①②③", "（一）", "\\n \\t", "Purpose:\\n", "___",
    "****", "1) a 2) b 3) c ", " and ", "a,b;c\\;", "%3C", "%", "--", "一二三四五六七八九十", "123456789",
)  # fmt: skip


@dataclass(frozen=True)
class Gene:
    """`count` of what `kind` writes, in its `variant`th form."""

    kind: str
    variant: int = 0
    count: int = 1


@dataclass(frozen=True)
class Genes:
    """One object, and what stands in the calendar before it: "none", "same", "other" or "bare"."""

    start: str = "zoned"
    length: int = 0
    series: tuple[Gene, ...] = ()
    overrides: int = 0
    each: tuple[Gene, ...] = ()
    around: tuple[Gene, ...] = ()
    tails: bool = False
    spread: int = 1
    stored: str = "none"
    eol: str = "\r\n"
    fold: int = 75
    name: str = field(default="", compare=False)


def _date(number: int, step: int = 1, hour: int = 9) -> str:
    """The `number`th day from 5 January 2026 on, in steps of days; beyond a year's end by 28 days a month."""
    number *= step
    year, rest = divmod(number, 336)
    return f"{min(2026 + year, 9998):04}{rest // 28 + 1:02}{rest % 28 + 1:02}T{hour:02}0000"


def _rule(gene: Gene) -> list[str]:
    return [f"RRULE:{RULES[(gene.variant + at) % len(RULES)]}" for at in range(min(gene.count, 50))]


def _dates(name: str) -> Callable[[Gene], list[str]]:
    def lines(gene: Gene) -> list[str]:
        forms = (
            lambda at: (f"{name};{ZONE}", _date(at)),
            lambda at: (name, f"{_date(at)}Z"),
            lambda at: (f"{name};VALUE=DATE", _date(at)[:8]),
            lambda at: (f"{name};{CUSTOM}", _date(at)),
            lambda at: (name, _date(at)),
            lambda at: (f"{name};TZID=America/New_York", _date(at, 1, at % 24)),
            lambda at: (f"{name};VALUE=PERIOD", f"{_date(at)}Z/PT1H"),
            lambda at: (f"{name};VALUE=PERIOD;{ZONE}", f"{_date(at)}/P{at % 3000}D"),
            lambda at: (f"{name};{ZONE}", _date(at * 7919 % 5000)),
            lambda at: (f"{name};{ZONE}", f"{at * 2 % 9998 + 1:04}0105T090000"),
        )
        form = forms[gene.variant % len(forms)]
        count = min(gene.count, 5000)
        if gene.variant // len(forms) % 2:
            return [":".join(form(at)) for at in range(count)]
        return [f"{form(0)[0]}:" + ",".join(form(at)[1] for at in range(count))] if count else []

    return lines


def _attendees(gene: Gene) -> list[str]:
    forms = (
        lambda at: f"ATTENDEE:mailto:p{at}@town.example",
        lambda at: f"ATTENDEE;PARTSTAT=DECLINED;CUTYPE=GROUP:mailto:g{at}@town.example",
        lambda at: f'ATTENDEE;CN="{"x" * 500}";ROLE=OPT-PARTICIPANT:mailto:p{at}@town.example',
        lambda at: (
            f'ATTENDEE;DELEGATED-TO="mailto:{"a" * 300}@x.example";DELEGATED-FROM="mailto:p1@x.example":mailto:q{at}@x.example'
        ),
        lambda at: "ATTENDEE;" + ";".join(f"X-P{n}=v" for n in range(60)) + f":mailto:z{at}@town.example",
        lambda at: f"ATTENDEE:mailto:{'A' * 900}{at}@TOWN.EXAMPLE",
        lambda at: f"ATTENDEE:mailto:stranger{at}@elsewhere.example",
        lambda at: (
            f'ATTENDEE;MEMBER={",".join(f"mailto:g{n}@x.example" for n in range(0))}"mailto:g@x.example":mailto:m{at}@x.example'
        ),
    )
    return [forms[gene.variant % len(forms)](at) for at in range(min(gene.count, 1000))]


def _text(name: str, most: int = 262_000) -> Callable[[Gene], list[str]]:
    def lines(gene: Gene) -> list[str]:
        unit = TEXTS[gene.variant % len(TEXTS)]
        other = TEXTS[gene.variant // len(TEXTS) % len(TEXTS)] if gene.variant >= len(TEXTS) else ""
        room = max((most - len(name)) // max(len(unit.encode()), 1), 0)
        text = unit * min(gene.count, room)
        if other:
            half = text.encode()[: most // 2].decode("utf-8", "ignore")
            more = other * (most // 2 // max(len(other.encode()), 1))
            text = half + more[: len(half)]
        return [f"{name}:{text}"]

    return lines


def _many(make: Callable[[int, int], str]) -> Callable[[Gene], list[str]]:
    return lambda gene: [make(gene.variant, at) for at in range(gene.count)]


def _categories(gene: Gene) -> list[str]:
    unit = ("a", "#urgent", "\ufdfa", "x,", "\\,", "aaaaaaaaaaaa")[gene.variant % 6]
    if gene.variant // 6 % 2:
        return [f"CATEGORIES:{unit}"] * min(gene.count, 60_000)
    count = min(gene.count, 260_000 // (len(unit.encode()) + 6))
    return ["CATEGORIES:" + ",".join(f"{unit}{at}" for at in range(count))]


def _alarm(gene: Gene) -> list[str]:
    one = [
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "TRIGGER:-PT15M",
        f"DESCRIPTION:{TEXTS[gene.variant % len(TEXTS)]}",
        "END:VALARM",
    ]
    return one * min(gene.count, 18_000)


def _zone(gene: Gene) -> list[str]:
    """VTIMEZONEs: many, with many observances, rules or dates."""
    variant, count = gene.variant % 7, gene.count
    names = [f"Own/Zone{at}" for at in range(min(count, 190))] if variant == 0 else ["Town/Hall"]
    if variant == 6:
        names = ["Europe/Berlin"]
    lines = []
    for name in names:
        lines += ["BEGIN:VTIMEZONE", f"TZID:{name}"]
        for at in range(2 if variant == 0 else min(count, 1990)):
            kind, before, after = ("STANDARD", "+0200", "+0100") if at % 2 else ("DAYLIGHT", "+0100", "+0200")
            month = (3, 10)[at % 2]
            lines += [f"BEGIN:{kind}", f"TZOFFSETFROM:{before}", f"TZOFFSETTO:{after}"]
            first = 1970 if variant in (0, 2) else 1900 + at % 200
            lines.append(f"DTSTART:{first:04}{month:02}{at % 28 + 1:02}T{at % 24:02}0000")
            if variant in (0, 2, 6) and at < 190:
                lines.append(f"RRULE:FREQ=YEARLY;BYMONTH={month};BYDAY=-1SU")
            elif variant == 3 and at < 190:
                lines.append("RRULE:FREQ=DAILY")
            elif variant == 4 and at < 190:
                lines.append("RRULE:FREQ=DAILY;COUNT=199")
            elif variant == 5:
                lines.append("RDATE:" + ",".join(_date(n + at, 3)[:8] + "T020000" for n in range(400)))
            lines.append(f"END:{kind}")
        lines.append("END:VTIMEZONE")
    return lines


KINDS: Final[dict[str, Callable[[Gene], list[str]]]] = {
    "rule": _rule,
    "rdate": _dates("RDATE"),
    "exdate": _dates("EXDATE"),
    "attendee": _attendees,
    "description": _text("DESCRIPTION"),
    "summary": _text("SUMMARY"),
    "location": _text("LOCATION"),
    "uid": _text("UID", 10_000),
    "comment": _text("COMMENT"),
    "html": _text("X-ALT-DESC;FMTTYPE=text/html"),
    "styled": _text("STYLED-DESCRIPTION;VALUE=TEXT;FMTTYPE=text/html"),
    "altrep": lambda gene: [
        'DESCRIPTION;ALTREP="data:text/html,' + TEXTS[gene.variant % len(TEXTS)].replace('"', "") * min(gene.count, 60_000) + '":x'
    ],
    "altreps": lambda gene: ['X-A;ALTREP="data:text/html,;base64,' + ";ALTREP=data:text/html" * min(gene.count, 9_000) + '":x'],
    "categories": _categories,
    "alarm": _alarm,
    "plain": _many(lambda variant, at: ("X-A:b", "X-MEETCOST-COST:1", "COMMENT:a", "X-A;B=c;D=\"e\":f", "A:", "X-MEETCOST-JUDGED-UNTIL:20270101T000000Z")[variant % 6]),
    "ours": _many(lambda variant, at: f"EXDATE;{ZONE};X-MEETCOST=SKIPPED:{_date(at)}"),
    "parameters": _many(lambda variant, at: "X-A;" + ";".join(f"P{n}=\"{'q' * (variant % 90)}\"" for n in range(60)) + ":v"),
    "exrule": _many(lambda variant, at: f"EXRULE:{RULES[variant % len(RULES)]}"),
    "zone": _zone,
    "blank": _many(lambda variant, at: ("", " ", "\t")[variant % 3]),
}  # fmt: skip
OF_SERIES: Final = tuple(kind for kind in KINDS if kind not in ("zone", "blank"))


def _lines(genes: tuple[Gene, ...], scale: float) -> list[str]:
    lines: list[str] = []
    for gene in genes:
        count = max(int(gene.count * scale), 1) if gene.kind != "rule" else gene.count
        lines += KINDS[gene.kind](replace(gene, count=count))
    return lines


def _component(genes: Genes, own: tuple[Gene, ...], extra: list[str], start: str, scale: float) -> list[str]:
    given = {gene.kind for gene in own}
    lines = ["BEGIN:VEVENT"]
    lines += [] if "uid" in given else ["UID:slow"]
    lines += ["DTSTAMP:20260101T000000Z", start, LENGTHS[genes.length % len(LENGTHS)]]
    lines += [] if "summary" in given else ["SUMMARY:Budget round"]
    lines += ["ORGANIZER:mailto:p0@town.example"]
    lines += [] if "attendee" in given else ["ATTENDEE:mailto:p1@town.example", "ATTENDEE:mailto:p2@town.example"]
    return [*lines, *extra, *_lines(own, scale), "END:VEVENT"]


def _made(genes: Genes, scale: float) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//town.example//slow//EN", *_lines(genes.around, scale)]
    start = STARTS[genes.start]
    if "of the file" in genes.start and not any(gene.kind == "zone" for gene in genes.around):
        lines += _zone(Gene("zone", 1, 2))
    lines += _component(genes, genes.series, [], start, scale)
    head, _, written = start.partition(":")
    parameters = head.removeprefix("DTSTART")
    for at in range(int(genes.overrides * scale)):
        day = _date(at, genes.spread)
        day = day[:8] if len(written) == 8 else day + ("Z" if written.endswith("Z") else "")
        range_ = ";RANGE=THISANDFUTURE" if genes.tails else ""
        own = [f"RECURRENCE-ID{range_}{parameters}:{day}"]
        lines += _component(genes, genes.each, own, f"{head}:{day}", scale)
    lines.append("END:VCALENDAR")
    folded = [_folded(line, genes) for line in lines]
    return (genes.eol.join(folded) + genes.eol).encode()


def _folded(line: str, genes: Genes) -> str:
    if len(line) <= genes.fold:
        return line
    return f"{genes.eol} ".join(line[at : at + genes.fold] for at in range(0, len(line), genes.fold))


def octets_of(genes: Genes) -> bytes:
    """The object, as large as they say and a guard takes."""
    scale = 1.0
    made = _made(genes, scale)
    for _ in range(40):
        if len(made) <= MOST_OCTETS:
            break
        scale *= MOST_OCTETS / len(made) * 0.97
        made = _made(genes, scale)
    return made


def pair_of(genes: Genes) -> tuple[bytes, bytes | None]:
    """The object, and the one that stands where it is to go."""
    new = octets_of(genes)
    if genes.stored == "same":
        return new, new
    if genes.stored == "other":  # the same instances, an hour longer
        return new, new.replace(b"DURATION:PT1H", b"DURATION:PT2H").replace(b"SUMMARY:B", b"SUMMARY:C")
    if genes.stored == "bare":
        return new, octets_of(replace(genes, series=(), each=(), around=(), overrides=0))
    return new, None


# -- search


MANY: Final = (Gene("rule", 1, 1), Gene("rule", 35, 1))
"""Series as long as an object may have, and as long as a policy of many rules may be asked about."""


def seeds() -> list[Genes]:
    """Where a search begins: each kind of gene by itself at its largest, and what is known to be much."""
    found = [
        Genes(series=(Gene(kind, 0, 300_000),), name=f"{kind} at its most") for kind in OF_SERIES if kind != "rule"
    ]
    found += [
        Genes(series=(Gene("description", at, 300_000),), name=f"text of {unit!r}") for at, unit in enumerate(TEXTS)
    ]
    found += [Genes(series=(Gene("summary", at, 300_000),), name=f"title of {unit!r}")
              for at, unit in enumerate(TEXTS) if unit in ("a", "\ufdfa", "#urgent", "#")]  # fmt: skip
    for at, rule in enumerate(RULES):
        found.append(Genes("old of the file", series=(Gene("rule", at, 1),), name=f"rule {rule}"))
    found += [Genes(start, series=(MANY[1],), around=(Gene("zone", at, 2000),), name=f"zone {at}, {start}")
              for at in range(7)
              for start in ("of the file", "zoned")]  # fmt: skip
    for series in MANY:
        for each in ((), (Gene("rule", 13, 1),), (Gene("rdate", 0, 3),), (Gene("attendee", 0, 1000),),
                     (Gene("description", 1, 200),), (Gene("alarm", 0, 3),)):  # fmt: skip
            for tails, stored in ((False, "none"), (False, "other"), (True, "other")):
                name = f"{series.count}/{series.variant} overrides with {'+'.join(gene.kind for gene in each) or 'nothing'}, tails {tails}, {stored}"
                found.append(Genes(series=(series,), overrides=9000, each=each, tails=tails, stored=stored, name=name))
        for stored in ("none", "other"):
            dates = (series, Gene("rdate", 0, 5000), Gene("exdate", 8, 5000))
            name = f"series {series.variant}"
            found += [Genes(series=(series,), stored=stored, name=f"{name} alone, {stored}"),
                      Genes(series=dates, stored=stored, name=f"{name}, RDATE, EXDATE, {stored}"),
                      Genes(series=(dates[1],), stored=stored, name=f"{name}, RDATE alone, {stored}"),
                      Genes(series=(dates[0], dates[2]), stored=stored, start="wednesday", name=f"{name}, EXDATE, {stored}"),
                      Genes(series=(dates[0], Gene("attendee", 0, 1000)), stored=stored, name=f"{name}, attendees, {stored}")]  # fmt: skip
    return found


def changed(genes: Genes, other: Genes, rng: random.Random) -> Genes:
    """One to three changes, or genes of another object."""
    for _ in range(rng.choice((1, 1, 2, 3))):
        genes = rng.choice(_CHANGES)(genes, other, rng)
    return replace(genes, name="")


def _gene(rng: random.Random, kinds: tuple[str, ...]) -> Gene:
    kind = rng.choice(kinds)
    variant = rng.randrange(len(TEXTS) * (1 + len(TEXTS) * (rng.random() < 0.3)))
    return Gene(kind, variant, int(10 ** rng.uniform(0, 5.3)))


def _with_gene(genes: Genes, other: Genes, rng: random.Random) -> Genes:
    part = rng.choice(("series", "series", "each", "around"))
    gene = _gene(rng, ("zone", "zone", "plain", "blank") if part == "around" else OF_SERIES)
    return replace(genes, **{part: (*getattr(genes, part), gene)[-5:]})


def _without_gene(genes: Genes, other: Genes, rng: random.Random) -> Genes:
    part = rng.choice(("series", "each", "around"))
    own = list(getattr(genes, part))
    if own:
        own.pop(rng.randrange(len(own)))
    return replace(genes, **{part: tuple(own)})


def _with_other_numbers(genes: Genes, other: Genes, rng: random.Random) -> Genes:
    part = rng.choice(("series", "each", "around"))
    own = list(getattr(genes, part))
    if own:
        at = rng.randrange(len(own))
        gene = own[at]
        count = max(int(gene.count * rng.choice((0.3, 0.7, 1.5, 4, 20))), 1)
        own[at] = rng.choice((replace(gene, count=count), replace(gene, variant=_gene(rng, ("plain",)).variant)))
    return replace(genes, **{part: tuple(own)})


def _with_other_frame(genes: Genes, other: Genes, rng: random.Random) -> Genes:
    return replace(
        genes,
        start=rng.choice((genes.start, *STARTS)),
        length=rng.choice((genes.length, *range(len(LENGTHS)))),
        overrides=rng.choice((genes.overrides, genes.overrides, 0, 10, 190, 3000, 9000)),
        tails=rng.choice((genes.tails, genes.tails, not genes.tails)),
        spread=rng.choice((genes.spread, 1, 2, 7, 336)),
        stored=rng.choice((genes.stored, "none", "same", "other", "bare")),
        fold=rng.choice((75, 75, 1, 10_000_000)),
    )


def _crossed(genes: Genes, other: Genes, rng: random.Random) -> Genes:
    part = rng.choice(("series", "each", "around", "frame"))
    if part == "frame":
        return replace(genes, start=other.start, overrides=other.overrides, tails=other.tails, stored=other.stored)
    return replace(genes, **{part: getattr(other, part)})


_CHANGES: Final = (
    _with_gene, _with_gene, _without_gene, _with_other_numbers, _with_other_numbers, _with_other_frame, _crossed,
)  # fmt: skip

# SPDX-License-Identifier: Apache-2.0
"""What a competent user would write on well-known packages: the peer of the end-to-end figure.

icalendar -> recurring_ical_events -> cost in Decimal -> policy checks -> pydantic -> JSON Lines, over the year 2026.

    baseline_pipeline.py FILE [OUT] [pendulum] [nogc]      prints the shares of its stages (CPU seconds)
"""

import hashlib
import json
import os
import resource
import sys
import time
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path

import icalendar
import recurring_ical_events as rie
from pydantic import BaseModel

path = sys.argv[1]
use_p = "pendulum" in sys.argv
if "nogc" in sys.argv:
    import gc

    gc.disable()
if use_p:
    import pendulum
clk = time.process_time
A, B = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)


class Line(BaseModel):
    person: str
    role: str
    partstat: str
    cost: Decimal


class Entry(BaseModel):
    uid: str
    start: datetime
    end: datetime
    summary: str
    organizer: str | None
    cost: Decimal
    lines: list[Line]
    violations: list[str]


def rate(m):
    return Decimal(100 + int(hashlib.md5(m.encode()).hexdigest()[:4], 16) % 200)


RATES = {}
HOL = {date(2026, 1, 1), date(2026, 2, 17), date(2026, 2, 18), date(2026, 5, 1), date(2026, 10, 1), date(2026, 10, 2)}
T = {}
w0 = time.perf_counter()
raw = Path(path).read_bytes()
t = clk()
cal = icalendar.Calendar.from_ical(raw)
T["parse (icalendar)"] = clk() - t
t = clk()
occ = rie.of(cal).between(A, B)
T["expand (recurring_ical_events)"] = clk() - t
Q = Decimal("0.01")
rows = []
t_cost = t_pol = t_mod = 0
week = {}
for e in occ:
    t0 = clk()
    s, en = e.start, e.end
    if use_p and isinstance(s, datetime):
        s, en = pendulum.instance(s), pendulum.instance(en)
    hours = Decimal(int((en - s).total_seconds())) / 3600
    att = e.get("ATTENDEE", [])
    att = att if isinstance(att, list) else [att]
    lines = []
    tot = Decimal(0)
    for a in att:
        m = str(a)[7:].lower()
        p = a.params
        if p.get("PARTSTAT") == "DECLINED":
            continue
        r = RATES.get(m) or RATES.setdefault(m, rate(m))
        c = (r * hours).quantize(Q, ROUND_HALF_EVEN)
        tot += c
        lines.append({"person": m, "role": str(p.get("ROLE", "")), "partstat": str(p.get("PARTSTAT", "")), "cost": c})
    t1 = clk()
    t_cost += t1 - t0
    v = []
    d = s if not isinstance(s, datetime) else s.date()
    if d.weekday() == 4:
        v.append("banned-weekday")
    if d.isocalendar()[1] in (1, 40, 52):
        v.append("banned-week")
    if d in HOL:
        v.append("holiday")
    k = (str(e.get("ORGANIZER", "")), d.isocalendar()[:2])
    week[k] = week.get(k, 0) + 1
    if week[k] > 10:
        v.append("quota")
    t2 = clk()
    t_pol += t2 - t1
    if not isinstance(s, datetime):
        s, en = datetime(s.year, s.month, s.day, tzinfo=UTC), datetime(en.year, en.month, en.day, tzinfo=UTC)
    rows.append(
        Entry(
            uid=str(e["UID"]),
            start=s,
            end=en,
            summary=str(e.get("SUMMARY", "")),
            organizer=str(e.get("ORGANIZER", "")),
            cost=tot,
            lines=[Line(**line) for line in lines],
            violations=v,
        )
    )
    t_mod += clk() - t2
T["cost (Decimal" + (", pendulum)" if use_p else ")")] = t_cost
T["policy checks"] = t_pol
T["pydantic models"] = t_mod
t = clk()
with Path(sys.argv[2] if len(sys.argv) > 2 and "/" in sys.argv[2] else os.devnull).open("w") as f:
    for r in rows:
        f.write(r.model_dump_json() + "\n")
T["write JSONL"] = clk() - t
tot = sum(T.values())
print(
    json.dumps(
        {
            "events": raw.count(b"\nBEGIN:VEVENT"),
            "occ": len(rows),
            "total_cpu": tot,
            "wall": time.perf_counter() - w0,
            "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            "cost": str(sum((r.cost for r in rows), Decimal(0))),
            "viol": sum(len(r.violations) for r in rows),
            "shares": {k: [round(x, 3), round(x / tot * 100, 1)] for k, x in T.items()},
        }
    )
)

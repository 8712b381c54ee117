# SPDX-License-Identifier: Apache-2.0
"""Deterministic generator of realistic iCalendar data for meetcost benchmarks.

  gen_ics.py --events 10000 --out cal_10k.ics            one VCALENDAR stream
  gen_ics.py --events 10000 --split-dir d/               one .ics per UID (CalDAV resources)
  gen_ics.py --events 10000 --parts 8 --parts-dir p/     8 VCALENDAR files (partitions)

--events counts VEVENT components, overrides included.  About 20 % of the series
recur; about half of these carry EXDATE, a third carry RECURRENCE-ID overrides.
No dependency outside the standard library; the same seed gives the same bytes.
"""

import argparse
import random
from datetime import date, datetime, timedelta
from pathlib import Path

VTZ = {
    "Asia/Shanghai": """BEGIN:VTIMEZONE
TZID:Asia/Shanghai
X-LIC-LOCATION:Asia/Shanghai
BEGIN:STANDARD
TZOFFSETFROM:+0800
TZOFFSETTO:+0800
TZNAME:CST
DTSTART:19700101T000000
END:STANDARD
END:VTIMEZONE
""",
    "America/New_York": """BEGIN:VTIMEZONE
TZID:America/New_York
X-LIC-LOCATION:America/New_York
BEGIN:DAYLIGHT
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
TZNAME:EDT
DTSTART:20070311T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
TZNAME:EST
DTSTART:20071104T020000
RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
END:STANDARD
END:VTIMEZONE
""",
    "Europe/Berlin": """BEGIN:VTIMEZONE
TZID:Europe/Berlin
X-LIC-LOCATION:Europe/Berlin
BEGIN:DAYLIGHT
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
DTSTART:19960331T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
""",
}
HEAD = """BEGIN:VCALENDAR
PRODID:-//meetcost//bench generator 1//EN
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:PUBLISH
X-WR-CALNAME:{name}
""".replace("\n", "\r\n")
TZBLOCK = "".join(VTZ.values()).replace("\n", "\r\n")
FOOT = "END:VCALENDAR\r\n"

EN = (
    "quarterly roadmap review for the platform team please read the attached notes before "
    "joining budget forecast hiring plan customer escalation incident follow-up design "
    "alignment weekly sync agenda action items owner deadline risk mitigation metrics "
    "latency throughput release candidate rollback plan vendor contract renewal legal"
).split()
ZH = (
    "季度 路线图 评审 会议 请 提前 阅读 附件 预算 预测 招聘 计划 客户 投诉 跟进 设计 对齐 每周 同步 "
    "议程 行动项 负责人 截止日期 风险 缓解 指标 延迟 吞吐量 发布 候选 版本 回滚 方案 供应商 合同 续约 法务"
).split()
GIVEN = "Wei Fang Min Jie Lei Anna Bob Carol Dieter Eva Farid Grace Hiro Ines Jonas".split()
FAMILY = "Wang Li Zhang Liu Chen Smith Miller Schmidt Garcia Tanaka Kumar Novak Rossi Dubois".split()
ZHNAME = "王伟 李娜 张敏 刘洋 陈静 杨磊 赵强 黄丽 周杰 吴芳".split()
ROOMS = ["Room 3F-Everest", "Zoom", "会议室 A-12", "Building 7\\, Room 204", "线上会议", "Berlin / Spree"]
PARTSTAT = ["ACCEPTED"] * 6 + ["NEEDS-ACTION"] * 2 + ["TENTATIVE", "DECLINED"]
WD = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]


def fold(line):
    """RFC 5545 fold at 75 octets without splitting a UTF-8 sequence."""
    raw = line.encode("utf-8")
    if len(raw) <= 75:
        return line + "\r\n"
    out, limit = [], 75
    while len(raw) > limit:
        cut = limit
        while raw[cut] & 0xC0 == 0x80:
            cut -= 1
        out.append(raw[:cut])
        raw = raw[cut:]
        limit = 74
    out.append(raw)
    return b"\r\n ".join(out).decode("utf-8") + "\r\n"


class Gen:
    def __init__(self, seed):
        self.r = random.Random(seed)
        r = self.r
        self.people = []
        for i in range(400):
            g, f = r.choice(GIVEN), r.choice(FAMILY)
            cn = r.choice(ZHNAME) + str(i) if r.random() < 0.4 else f"{g} {f}"
            if r.random() < 0.2:
                cn = f'"{f}, {g} (外部; ext)"'
            self.people.append((cn, f"{g}.{f}{i}@example.com".lower()))

    def text(self, nwords):
        r = self.r
        out = []
        for _ in range(nwords):
            w = r.choice(ZH) if r.random() < 0.45 else r.choice(EN)
            q = r.random()
            out.append(w + ("\\, " if q < 0.06 else "\\n" if q < 0.09 else "\\; " if q < 0.1 else " "))
        return "".join(out).rstrip("\\ ")

    def attendees(self):
        r = self.r
        lines = []
        for cn, mail in r.sample(self.people, r.randint(5, 12)):
            lines.append(
                fold(
                    f"ATTENDEE;CUTYPE=INDIVIDUAL;ROLE={'OPT' if r.random() < 0.15 else 'REQ'}-PARTICIPANT;"
                    f"PARTSTAT={r.choice(PARTSTAT)};RSVP=TRUE;CN={cn};X-NUM-GUESTS=0:mailto:{mail}"
                )
            )
        cn, mail = r.choice(self.people)
        return fold(f"ORGANIZER;CN={cn}:mailto:{mail}") + "".join(lines)

    def dt(self, kind, d):
        if kind == "date":
            return ";VALUE=DATE:" + d.strftime("%Y%m%d")
        if kind == "utc":
            return ":" + d.strftime("%Y%m%dT%H%M%SZ")
        if kind == "float":
            return ":" + d.strftime("%Y%m%dT%H%M%S")
        return f";TZID={kind}:" + d.strftime("%Y%m%dT%H%M%S")

    def vevent(self, uid, kind, start, dur, extra=""):
        r = self.r
        d = ["BEGIN:VEVENT\r\n", "DTSTART" + self.dt(kind, start) + "\r\n"]
        if kind != "date" and r.random() < 0.1:
            d.append(f"DURATION:PT{int(dur.total_seconds() // 60)}M\r\n")
        else:
            d.append("DTEND" + self.dt(kind, start + dur) + "\r\n")
        d.append(extra)
        d.append(f"DTSTAMP:20260601T080000Z\r\nUID:{uid}\r\n")
        d.append(self.attendees())
        d.append(f"CREATED:2025{r.randint(1, 12):02d}{r.randint(1, 28):02d}T0{r.randint(0, 9)}1500Z\r\n")
        d.append(fold("DESCRIPTION:" + self.text(r.choice((10, 30, 60, 120)))))
        d.append("LAST-MODIFIED:20260528T091500Z\r\n")
        d.append(fold("LOCATION:" + r.choice(ROOMS)))
        d.append(f"SEQUENCE:{r.randint(0, 5)}\r\nSTATUS:{'CANCELLED' if r.random() < 0.03 else 'CONFIRMED'}\r\n")
        d.append(fold("SUMMARY:" + self.text(r.randint(3, 9))))
        d.append("TRANSP:OPAQUE\r\n")
        if r.random() < 0.3:
            d.append(fold("CATEGORIES:" + ",".join(r.sample(["planning", "1:1", "评审", "all-hands", "sales"], 2))))
        if r.random() < 0.3:
            d.append("BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:Reminder\r\nTRIGGER:-PT15M\r\nEND:VALARM\r\n")
        d.append("END:VEVENT\r\n")
        return "".join(d)

    def series(self, i):  # noqa: C901 - a list of choices, each drawn in its turn
        """One UID: list of VEVENT strings (master, then overrides)."""
        r = self.r
        uid = f"{i:08d}-{r.getrandbits(64):016x}@bench.example.com"
        q = r.random()
        kind = (
            "Asia/Shanghai"
            if q < 0.55
            else "America/New_York"
            if q < 0.72
            else "Europe/Berlin"
            if q < 0.86
            else "utc"
            if q < 0.94
            else "date"
            if q < 0.98
            else "float"
        )
        recurring = r.random() < 0.2
        lo = date(2024, 1, 1) if recurring else date(2025, 1, 1)
        day = lo + timedelta(days=r.randint(0, (date(2026, 12, 31) - lo).days))
        while day.weekday() >= 5 and r.random() < 0.9:
            day += timedelta(days=1)
        if kind == "date":
            start, dur = datetime(day.year, day.month, day.day), timedelta(days=r.choice((1, 1, 1, 2)))
        else:
            start = datetime(day.year, day.month, day.day, r.randint(8, 18), r.choice((0, 0, 30, 15)))
            dur = timedelta(minutes=r.choice((15, 30, 30, 60, 60, 60, 90, 120)))
        if not recurring:
            return [self.vevent(uid, kind, start, dur)]
        q = r.random()
        byday = WD[start.weekday()]
        if q < 0.50:
            rule, step = f"FREQ=WEEKLY;BYDAY={byday}", 7
        elif q < 0.60:
            rule, step = (
                f"FREQ=WEEKLY;BYDAY={','.join(sorted({byday, WD[(start.weekday() + 2) % 7]}, key=WD.index))}",
                7,
            )
        elif q < 0.70:
            rule, step = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", 7
        elif q < 0.80:
            rule, step = f"FREQ=WEEKLY;INTERVAL=2;BYDAY={byday};WKST=MO", 14
        elif q < 0.85:
            rule, step = "FREQ=DAILY", 1
        elif q < 0.92:
            rule, step = f"FREQ=MONTHLY;BYDAY={min((start.day - 1) // 7 + 1, 4)}{byday}", 0
        elif q < 0.96:
            rule, step = f"FREQ=MONTHLY;BYMONTHDAY={start.day}", 0
        elif q < 0.98:
            rule, step = "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", 0
        else:
            rule, step = "FREQ=YEARLY", 0
        q = r.random()
        if q < 0.35:
            u = start + timedelta(days=r.randint(60, 700))
            rule += ";UNTIL=" + (
                u.strftime("%Y%m%d")
                if kind == "date"
                else u.strftime("%Y%m%dT%H%M%S")
                if kind == "float"
                else u.strftime("%Y%m%dT%H%M%SZ")
            )
        elif q < 0.55:
            rule += f";COUNT={r.randint(5, 120)}"
        extra = fold("RRULE:" + rule)
        over = []
        if step:
            ks = r.sample(range(1, 30), 5)
            if r.random() < 0.5:
                vals = [start + timedelta(days=step * k) for k in sorted(ks[: r.randint(1, 3)])]
                p = self.dt(kind, vals[0]).rsplit(":", 1)[0]
                extra += fold("EXDATE" + p + ":" + ",".join(self.dt(kind, v).rsplit(":", 1)[1] for v in vals))
            if r.random() < 0.33:
                over = [start + timedelta(days=step * k) for k in ks[3 : 3 + r.randint(1, 2)]]
        out = [self.vevent(uid, kind, start, dur, extra)]
        for rid in over:
            moved = rid + (timedelta(days=1) if kind == "date" else timedelta(hours=r.choice((-2, 1, 3, 24))))
            out.append(self.vevent(uid, kind, moved, dur, "RECURRENCE-ID" + self.dt(kind, rid) + "\r\n"))
        return out

    def stream(self, n):
        i = made = 0
        while made < n:
            evs = self.series(i)[: n - made]
            made += len(evs)
            i += 1
            yield evs


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--events", type=int, required=True)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--out")
    ap.add_argument("--split-dir")
    ap.add_argument("--parts", type=int, default=8)
    ap.add_argument("--parts-dir")
    a = ap.parse_args()
    g = Gen(a.seed)
    head = HEAD.format(name="Bench 基准 calendar") + TZBLOCK
    if a.out:
        with Path(a.out).open("w", encoding="utf-8", newline="") as f:
            f.write(head)
            f.writelines("".join(evs) for evs in g.stream(a.events))
            f.write(FOOT)
    elif a.split_dir:
        Path(a.split_dir).mkdir(parents=True, exist_ok=True)
        for i, evs in enumerate(g.stream(a.events)):
            body = "".join(evs)
            tz = "".join(v.replace("\n", "\r\n") for k, v in VTZ.items() if "TZID=" + k in body)
            with Path(a.split_dir, f"{i:07d}.ics").open("w", encoding="utf-8", newline="") as f:
                f.write(HEAD.format(name="Bench") + tz + body + FOOT)
    elif a.parts_dir:
        Path(a.parts_dir).mkdir(parents=True, exist_ok=True)
        paths = [Path(a.parts_dir, f"part-{k:03d}.ics") for k in range(a.parts)]
        fs = [path.open("w", encoding="utf-8", newline="") for path in paths]
        for f in fs:
            f.write(head)
        for i, evs in enumerate(g.stream(a.events)):
            fs[i % a.parts].write("".join(evs))
        for f in fs:
            f.write(FOOT)
            f.close()


if __name__ == "__main__":
    main()

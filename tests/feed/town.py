# SPDX-License-Identifier: Apache-2.0
"""A county and its townships for half a year: calendars as CalDAV servers keep them, a directory, rates, a policy.

Seeded: the same every time. People of the bureaus mostly call, people of the townships mostly come; there are series
with exceptions, whole days, confidential meetings, reminders of one person, and copies in the calendars of those asked.
"""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import NamedTuple

from meetcost.costing.rate_card import RateCard
from meetcost.ics.read import read
from meetcost.model.directory import Directory
from meetcost.policy.policy import Policy

EN = {
    "bureaus": ["Finance Bureau", "Planning Bureau", "County Office", "Health Bureau", "Education Bureau"],
    "townships": ["Millbrook", "Ashford Vale", "Stonebridge", "Upper Lea", "Harrow Mill", "Eastmere"],
    "levels": ("County bureaus", "Townships"),
    "one-off": [
        "Budget round",
        "Flood defence drill: lessons",
        "School intake numbers",
        "Vaccination campaign, week {n}",
        "Road works on the B{n}",
        "Briefing on the audit",
        "Report on the state of reports",
        "Land use plan, hearing {n}",
        "Preparation of the inspection",
        "Statistics for the province",
        "Grant applications, round {n}",
        "Review of the review",
        "Harvest forecast",
        "Winter service contracts",
        "Digital forms: where we stand",
    ],
    "series": [
        ("Monday round of the bureaus", "FREQ=WEEKLY;BYDAY=MO", 60, 14),
        ("Townships call-in", "FREQ=WEEKLY;BYDAY=TU", 90, 22),
        ("Data check before the report", "FREQ=WEEKLY;BYDAY=WE", 45, 9),
        ("Progress of the projects", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", 120, 18),
        ("Safety meeting", "FREQ=MONTHLY;BYDAY=1FR", 90, 26),
        ("Finance and Planning", "FREQ=WEEKLY;BYDAY=FR", 60, 6),
    ],
    "kinds": ["Working meeting", "Briefing", "", "Hearing"],
    "secret": "Personnel matter",
    "reminder": "Submit the figures",
    "day": "County assembly",
}
ZH = {
    "bureaus": ["财政局", "发展和改革局", "县政府办公室", "卫生健康局", "教育局"],
    "townships": ["清河镇", "柳林乡", "石桥镇", "上坪乡", "高店镇", "东湖街道"],
    "levels": ("县直部门", "乡镇街道"),
    "one-off": [
        "预算碰头会", "防汛演练总结会", "秋季招生工作会", "疫苗接种推进会（第{n}周）", "{n}号县道施工协调会",
        "审计情况通报会",
        "“关于报表的报表”工作会", "国土空间规划听证会（第{n}场）", "迎检准备会",
        "统计数据会审", "项目申报部署会（第{n}批）",
        "督查“回头看”会", "秋收形势分析会", "冬季除雪保畅会", "政务表单数字化推进会",
    ],
    "series": [
        ("部门周例会", "FREQ=WEEKLY;BYDAY=MO", 60, 14), ("乡镇调度会", "FREQ=WEEKLY;BYDAY=TU", 90, 22),
        ("报送前数据核对会", "FREQ=WEEKLY;BYDAY=WE", 45, 9),
        ("重点项目推进会", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", 120, 18),
        ("安全生产例会", "FREQ=MONTHLY;BYDAY=1FR", 90, 26), ("财政规划对接会", "FREQ=WEEKLY;BYDAY=FR", 60, 6),
    ],
    "kinds": ["工作会议", "情况通报会", "", "听证会"],
    "secret": "人事事项", "reminder": "报送数据", "day": "全县干部大会",
}  # fmt: skip
SURNAMES = (
    "Abbot Birch Cole Dale Ellis Frost Grey Holt Ives Jarvis Kemp Lowe Marsh North Orr Pike Quill Reed Stone Thorn"
)


class Town(NamedTuple):
    """All that a publication is made from."""

    calendars: dict[str, bytes]
    directory: bytes
    policy: bytes
    rates: bytes

    @property
    def meetings(self):
        return [meeting for octets in self.calendars.values() for meeting in read(octets).meetings]

    def loaded(self):
        """The policy with the directory, and the rate card."""
        directory = Directory.parse(self.directory)
        return Policy.parse(self.policy, directory=directory), RateCard.parse(self.rates)


def town(language="en", *, one_offs=200, seed=7, first=date(2026, 4, 1), last=date(2026, 10, 1)):
    """`one_offs` meetings and six series from `first` up to `last`."""
    rng, words = random.Random(seed), EN if language == "en" else ZH
    zone = "Europe/London" if language == "en" else "Asia/Shanghai"
    people = _people(rng, words)
    bureaus = [one for one in people if one["level"] == words["levels"][0]]
    townships = [one for one in people if one["level"] == words["levels"][1]]
    calendars: dict[str, list[str]] = {}

    def put(owner, text, *others):
        for unit in {who["unit"]: None for who in (owner, *others)}:
            calendars.setdefault(f"{unit}.ics", []).append(text)

    days = [first + timedelta(days=n) for n in range((last - first).days)]
    days = [day for day in days if day.weekday() < 5]
    allowed = [day for day in days if day.weekday() != 2 and not 8 <= day.day <= 14]
    for number in range(one_offs):
        caller = rng.choice(bureaus if rng.random() < 0.8 else townships)
        pool = townships if rng.random() < 0.65 else bureaus
        asked = rng.sample([who for who in [*pool, *rng.sample(bureaus, 4)] if who is not caller], rng.randint(3, 16))
        title = rng.choice(words["one-off"]).format(n=rng.randint(1, 12))
        day = rng.choice(days if rng.random() < 0.15 else allowed)
        begin = datetime(day.year, day.month, day.day, rng.choice([8, 9, 10, 11, 13, 14, 15]), rng.choice([0, 0, 30]))
        minutes = rng.choice([30, 45, 60, 60, 90, 90, 120, 180])
        kind = "emergency" if number % 10 == 2 else words["kinds"][number % 4]
        extra = f"CATEGORIES:{kind}\n" if kind else ""
        text = _event(f"one-{number}", title, begin, minutes, caller, asked, zone, extra)
        put(caller, text, *(who for who in asked[:2] if who["unit"] != caller["unit"]))
    for number, (title, rule, minutes, heads) in enumerate(words["series"]):
        caller = bureaus[number * 7 % len(bureaus)]
        asked = rng.sample([who for who in people if who is not caller], heads - 1)
        weekday = {"MO": 0, "TU": 1, "WE": 2, "TH": 3, "FR": 4}[rule[-2:]]
        start = first - timedelta(days=28 - weekday + first.weekday())
        begin = datetime(start.year, start.month, start.day, 9 + number % 4)
        extra = f"RRULE:{rule}\nEXDATE;TZID={zone}:{begin + timedelta(days=140):%Y%m%dT%H%M%S}\n"
        put(caller, _event(f"series-{number}", title, begin, minutes, caller, asked, zone, extra))
    for number in range(9):
        day = datetime.combine(rng.choice(days), datetime.min.time()) + timedelta(hours=16)
        put(
            bureaus[0],
            _event(
                f"secret-{number}",
                f"{words['secret']} {number}",
                day,
                60,
                bureaus[0],
                bureaus[1:4],
                zone,
                "CLASS:CONFIDENTIAL\n",
            ),
        )
        put(bureaus[1], _event(f"reminder-{number}", words["reminder"], day, 15, bureaus[1], [], zone))
    whole = f"DTSTART;VALUE=DATE:{last - timedelta(days=20):%Y%m%d}\n"
    put(bureaus[2], _event("assembly", words["day"], whole, 0, bureaus[2], people[::2], zone))
    return Town(
        {name: _calendar(events) for name, events in sorted(calendars.items())},
        _directory(people),
        POLICY.format(zone=zone, name=_NAMES[language]).encode(),
        RATES[language].encode(),
    )


_NAMES = {"en": "Riverford County", "zh": "清河县"}


def _people(rng, words):
    people = []
    names = iter(range(1000))
    for level, units in zip(words["levels"], (words["bureaus"], words["townships"]), strict=True):
        for unit in units:
            for place in range(6):
                number = next(names)
                surname = SURNAMES.split()[number % 20]
                band = "A" if place == 0 else rng.choice("BBC")
                people.append(
                    {
                        "address": f"p{number}@county.example",
                        "name": f"Pat{number} {surname}",
                        "unit": unit,
                        "level": level,
                        "band": band,
                    }
                )
    return people


def _directory(people):
    lines = ["address,name,unit,level,band", *(",".join(one.values()) for one in people)]
    return "\n".join(lines).encode()


def _event(uid, title, begin, minutes, caller, asked, zone, extra=""):
    if isinstance(begin, str):
        when = begin
    else:
        end = begin + timedelta(minutes=minutes)
        when = f"DTSTART;TZID={zone}:{begin:%Y%m%dT%H%M%S}\nDTEND;TZID={zone}:{end:%Y%m%dT%H%M%S}\n"
    lines = [f"ATTENDEE;CN={who['name']}:mailto:{who['address']}" for who in asked]
    return (
        f"BEGIN:VEVENT\nUID:{uid}@county.example\nDTSTAMP:20260301T080000Z\nSUMMARY:{title}\n{when}{extra}"
        f"LOCATION:Room 12\nDESCRIPTION:Dial in with the pin 4711\n"
        f"ORGANIZER;CN={caller['name']}:mailto:{caller['address']}\n" + "\n".join([*lines, "END:VEVENT\n"])
    )


def _calendar(events):
    text = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//meetcost//test town//EN\n" + "".join(events) + "END:VCALENDAR\n"
    return text.replace("\n", "\r\n").encode()


POLICY = """name = "{name}"
zone = "{zone}"
mode = "refuse"
series = "skip"
[source]
title = "Decision of the county council on meetings"
published = "2026-03-02"
[[no_meeting_day]]
weekdays = ["wednesday"]
[[no_meeting_week]]
nth = 2
definition = "iso-week-of-first-monday"
[[exemption]]
class = "emergency"
claim = ["#emergency"]
passes = "at once"
"""

RATES = {
    "en": """name = "County pay bands"
version = "2026"
currency = "GBP"
published = true
default_band = "B"
[source]
title = "Pay policy statement 2026, annex 2 (made up for tests)"
[bands.A]
label = "Heads of service"
values = {2026-01-01 = 52.40}
[bands.B]
label = "Officers"
values = {2026-01-01 = 34.10, 2026-07-01 = 35.00}
[bands.C]
label = "Assistants"
values = {2026-01-01 = 24.80}
""",
    "zh": """name = "公布的岗位档次"
version = "2026"
currency = "CNY"
published = true
default_band = "B"
[source]
title = "测试用虚构数据"
[bands.A]
label = "科级"
values = {2026-01-01 = 118}
[bands.B]
label = "科员"
values = {2026-01-01 = 86.5, 2026-07-01 = 88}
[bands.C]
label = "办事员"
values = {2026-01-01 = 71.25}
""",
}

DECISIONS = b"".join(
    b'{"at":"2026-%02d-%02dT09:00:00Z","outcome":"%s","rules":%s,"unit":"%s","exemption":"%s"}\n' % row
    for row in [
        (7, 3, b"deny", b'["1"]', b"Finance Bureau", b""), (7, 9, b"deny", b'["1"]', b"Finance Bureau", b""),
        (7, 10, b"deny", b'["2"]', b"Planning Bureau", b""), (8, 4, b"deny", b'["1","2"]', b"Health Bureau", b""),
        (8, 5, b"skip", b'["2"]', b"County Office", b""), (8, 6, b"skip", b'["1"]', b"County Office", b""),
        (8, 20, b"allow", b"[]", b"Health Bureau", b"emergency"), (9, 2, b"allow", b"[]", b"Millbrook", b"emergency"),
        (9, 8, b"deny", b'["1"]', b"Education Bureau", b""), (9, 8, b"allow", b"[]", b"Millbrook", b""),
        (10, 8, b"deny", b'["1"]', b"Education Bureau", b""),
    ]
)  # fmt: skip
"""The journal of the guard; the last line lies outside July to September."""

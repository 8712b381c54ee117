# SPDX-License-Identifier: Apache-2.0
"""A year of calendars by other assumptions than `ordinary`, and evasions of another hand.

When committees meet, how long and with how many people is drawn from the real meetings in
tests/paperwork/data/meetings.csv (dates, lengths and head counts of open bodies; its README has sources and licences).
How common each honest look-alike is, is drawn anew for each seed: hiring panels that see one candidate after the other,
boards with one meeting after the other, courses and committees whose dates are entered one by one, talks with everybody
of a unit on one day, trainings in groups, statutory meetings that each level holds, briefings on other subjects of one
campaign. Styles have vocabularies of their own; each was written
before anything was measured on it: a county and a university, then a hospital, at last a company.
"""

from __future__ import annotations

import csv
import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from meetcost.model.directory import Directory, Entry
from meetcost.model.meeting import Meeting
from meetcost.values.span import Span

if TYPE_CHECKING:
    from collections.abc import Callable

ZONE = ZoneInfo("Asia/Shanghai")
FIRST = datetime(2025, 1, 6, tzinfo=ZONE)  # a Monday
WEEKS = 52
SPAN = Span(FIRST, FIRST + timedelta(weeks=WEEKS))
MEETINGS = Path(__file__).parents[1] / "paperwork" / "data" / "meetings.csv"
LIMIT, LARGEST = 120, 12
RULES = f'zone = "Asia/Shanghai"\n[[duration]]\nat_most = {LIMIT}\n[[attendance]]\nat_most = {LARGEST}\n'


class Style(NamedTuple):
    """Words, and the levels from the top down with how many units each unit has below it."""

    levels: tuple[tuple[str, int], ...]
    committees: tuple[str, ...]
    matters: tuple[str, ...]
    campaigns: tuple[tuple[str, ...], ...]
    statutory: tuple[str, ...]
    courses: tuple[str, ...]
    panels: tuple[str, ...]
    talks: tuple[str, ...]
    parts: tuple[tuple[str, str, str], ...]
    groups: tuple[str, ...]
    passed_on: tuple[str, ...]
    first_of_all: tuple[str, ...]


COUNTY = Style(
    levels=(("市级", 3), ("县级", 4), ("乡镇", 3)),
    committees=("常务会议", "编委会", "规委会", "土委会", "信访联席会议", "安委会", "党组会", "财经领导小组会"),
    matters=("校车安全", "河道清淤", "粮食收购", "户籍改革", "路灯改造", "养老服务", "高标准农田", "农贸市场",
             "环卫保洁", "政务公开", "消防通道", "医保参保", "秸秆禁烧", "老旧小区", "供暖准备", "数据报送",
             "债务化解", "项目申报"),
    campaigns=(("道路交通安全", "燃气安全", "校园安全"), ("春耕备耕", "秋粮收购", "农资打假"),
               ("招商引资", "项目开工", "要素保障"), ("人居环境", "垃圾分类", "厕所改造"),
               ("统计普查", "税源清查", "审计整改")),
    statutory=("组织生活会", "主题党日", "民主评议会", "述职述廉会", "理论学习中心组"),
    courses=("公文写作培训", "新录用人员培训", "消防实操培训", "系统操作培训"),
    panels=("面试", "项目评审", "职称评审"),
    talks=("谈心谈话", "年度考核谈话", "个别谈话"),
    parts=(("{}（上）", "{}（中）", "{}（下）"), ("{}上午场", "{}下午场", "{}晚间场"), ("{}", "{}续会", "{}再续"),
           ("{}第一阶段", "{}第二阶段", "{}第三阶段")),
    groups=("{}第一组", "{}第二组", "{}第三组"),
    passed_on=("传达学习{}会议精神", "{}工作安排会", "贯彻落实{}会议部署会", "{}工作布置会", "{}推进会"),
    first_of_all=("全市{}工作会议", "{}电视电话会议", "{}动员部署会"),
)  # fmt: skip
UNIVERSITY = Style(
    levels=(("rectorate", 2), ("faculty", 5), ("institute", 3)),
    committees=("Senate", "Examination board", "Library committee", "Budget commission", "Ethics panel",
                "Board of studies", "Appointment committee", "Works council"),
    matters=("lab refurbishment", "exchange places", "timetable", "parking", "open day", "thesis formats", "tutors",
             "lecture recording", "canteen prices", "printer pool", "scholarships", "key cards", "reading rooms",
             "doctoral school", "ranking data", "data centre", "insurance", "alumni evening"),
    campaigns=(("accreditation of chemistry", "accreditation of law", "accreditation of music"),
               ("exam software", "exam dates", "exam rooms"), ("energy audit", "heating plan", "solar roofs"),
               ("equality plan", "harassment office", "childcare"), ("research bids", "open access", "patents")),
    statutory=("staff assembly", "safety instruction", "annual review", "budget hearing", "fire drill debrief"),
    courses=("Statistics refresher", "Didactics course", "First aid course", "Writing workshop"),
    panels=("Interview", "Oral examination", "Thesis defence"),
    talks=("1:1", "appraisal", "check-in"),
    parts=(("{} I", "{} II", "{} III"), ("{} (morning)", "{} (noon)", "{} (afternoon)"),
           ("{}", "{}, continued", "{}, continued again"), ("{} 1/3", "{} 2/3", "{} 3/3")),
    groups=("{} group A", "{} group B", "{} group C"),
    passed_on=("Implementation of {}", "{}: briefing", "{}, what it means for us", "Follow-up on {}", "{} information"),
    first_of_all=("{} meeting", "Kick-off {}", "{} briefing"),
)  # fmt: skip

HOSPITAL = Style(
    levels=(("院部", 2), ("department", 4), ("ward", 3)),
    committees=("药事会", "伦理委员会", "Quality circle", "质控会", "Tumour board", "院感委员会", "Equipment committee",
                "Staffing round"),
    matters=("bed planning", "night shifts", "手术排程", "药品目录", "discharge letters", "急诊流程", "pharmacy stock",
             "设备采购", "visitor rules", "病案质量", "hand hygiene", "护理排班", "blood bank", "医疗纠纷", "catering",
             "门诊预约", "archive move", "信息系统升级"),
    campaigns=(("flu vaccination", "measles vaccination", "needle safety"), ("等级评审", "飞行检查", "病历检查"),
               ("cyber security", "patient portal", "data protection"), ("医保控费", "耗材管理", "合理用药"),
               ("heat protection", "water safety", "waste sorting")),
    statutory=("Infection control round", "职工大会", "Radiation safety instruction", "党员大会", "Fire safety talk"),
    courses=("Resuscitation training", "感控培训", "Documentation course", "心理疏导培训"),
    panels=("Job interview", "Case presentation", "岗位竞聘"),
    talks=("Jour fixe", "Annual talk", "绩效面谈"),
    parts=(("{} - Teil A", "{} - Teil B", "{} - Teil C"), ("{}①", "{}②", "{}③"),
           ("{} opening", "{} resumption", "{} close"), ("{}（前半段）", "{}（后半段）", "{}（收尾）"),
           ("{}", "{} ctd.", "{} ctd. 2")),
    groups=("{} early shift", "{} late shift", "{} night shift"),
    passed_on=("{}: handing down", "{}培训宣贯会", "Information on {}", "{}落实情况", "{} in our department"),
    first_of_all=("{} for the whole hospital", "全院{}工作会", "Start of {}"),
)  # fmt: skip

COMPANY = Style(
    levels=(("集团", 2), ("事业部", 4), ("Team", 3)),
    committees=("经营例会", "Pricing board", "Change advisory board", "投委会", "Architecture forum", "质量例会",
                "Vendor council", "安全生产例会"),
    matters=("Q3 forecast", "渠道返利", "returns process", "仓储搬迁", "API limits", "售后工单", "holiday cover",
             "样机测试", "invoice backlog", "供应商审核", "onboarding kit", "新品定价", "CRM clean-up", "产线节拍",
             "support hours", "海外认证", "travel booking", "库存盘点"),
    campaigns=(("ISO 27001 audit", "ISO 9001 audit", "SOC 2 audit"), ("降本增效", "降库存", "提质增效"),
               ("ERP migration", "e-mail migration", "phone migration"), ("年度预算", "年度考核", "年度盘点"),
               ("brand refresh", "trade fair", "customer days")),
    statutory=("All hands", "工会会议", "Security awareness", "安全生产月会", "Results town hall"),
    courses=("Excel for planners", "领导力培训", "Forklift licence", "合规培训"),
    panels=("Candidate round", "供应商答辩", "Pitch"),
    talks=("One-on-one", "Feedback talk", "转正面谈"),
    parts=(("{} (day half 1)", "{} (day half 2)", "{} (wrap-up)"), ("{} A", "{} B", "{} C"), ("{}-1", "{}-2", "{}-3"),
           ("{}头脑风暴", "{}方案讨论", "{}方案定稿"), ("{} deep dive", "{} deep dive contd", "{} deep dive end")),
    groups=("{} / north", "{} / south", "{} / west"),
    passed_on=("{} - cascading to teams", "{}宣导会", "What {} means", "{}分解会", "{} 落地"),
    first_of_all=("{} for managers", "集团{}启动会", "{} launch"),
)  # fmt: skip


class Real(NamedTuple):
    """A real series: days from the first meeting on, minutes of each, people who came."""

    days: tuple[int, ...]
    minutes: tuple[int, ...]
    people: tuple[int, ...]


@cache
def real_series() -> tuple[Real, ...]:
    """Those with a year of at least six dated meetings; lengths to the next five minutes."""
    by_series: dict[str, dict[date, tuple[int, int]]] = defaultdict(dict)
    with MEETINGS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            try:
                when = date.fromisoformat(row["date"])
            except ValueError:
                continue
            minutes = round(float(row["duration_min"] or 60) / 5) * 5
            by_series[row["series"]][when] = (max(15, minutes), round(float(row["attendees"] or 8)))
    found = []
    for dated in by_series.values():
        for year in sorted({when.year for when in dated}):
            days = sorted(when for when in dated if when.year == year)
            if len(days) >= 6:
                found.append(
                    Real(
                        tuple((day - days[0]).days for day in days),
                        tuple(dated[day][0] for day in days),
                        tuple(dated[day][1] for day in days),
                    )
                )
    return tuple(found)


@dataclass
class Unit:
    name: str
    level: str
    people: list[str]
    below: list[Unit] = field(default_factory=list)


@dataclass
class Office:
    """Units in a tree, and the meetings they call; `chance` decides."""

    chance: random.Random
    style: Style
    units: list[Unit] = field(default_factory=list)
    meetings: list[Meeting] = field(default_factory=list)

    @property
    def directory(self) -> Directory:
        return Directory(Entry(address=who, unit=one.name, level=one.level) for one in self.units for who in one.people)

    def call(self, start: datetime, minutes: int, title: str, people: list[str], rrule: str | None = None) -> str:
        uid = f"m{len(self.meetings)}"
        people = list(dict.fromkeys(people))
        self.meetings.append(
            Meeting(
                title=title, start=start, minutes=minutes, organizer=people[0], attendees=people, rrule=rrule, uid=uid
            )
        )
        return uid

    def day(self, week: int | None = None) -> datetime:
        week = self.chance.randrange(WEEKS) if week is None else week
        return FIRST + timedelta(weeks=week, days=self.chance.randrange(5))

    def hour(self, day: datetime) -> datetime:
        """Around ten or three, on a quarter of an hour, as most meetings are."""
        hours = self.chance.choice((self.chance.gauss(9.8, 0.8), self.chance.gauss(14.8, 1.0)))
        return day + timedelta(minutes=15 * round(4 * min(max(hours, 8), 17)))

    def some(self, unit: Unit, size: int) -> list[str]:
        """Its head and deputies are in most meetings, and one in four has somebody from elsewhere."""
        weights = [1 / (1 + at) for at in range(len(unit.people))]
        people: list[str] = []
        while len(people) < min(size, len(unit.people)):
            (one,) = self.chance.choices(unit.people, weights)
            if one not in people:
                people.append(one)
        if self.chance.random() < 0.25:
            people.append(self.chance.choice(self.chance.choice(self.units).people))
        return people


def office(seed: int, style: Style) -> Office:
    """A year in which nobody evades anything."""
    made = Office(random.Random(f"{style.levels[0][0]} {seed}"), style)
    _grow(made, 0, "", made.chance.randint(1, 2))
    how_common = {work: made.chance.uniform(0.3, 1.0) for work in _WORK}
    for unit in made.units:
        for work, share in how_common.items():
            work(made, unit, share)
    for unit in made.units:
        _from_above(made, unit)
    return made


def _grow(made: Office, depth: int, prefix: str, count: int) -> list[Unit]:
    grown = []
    level, below = made.style.levels[depth]
    for at in range(count):
        name = f"{prefix}{at}" if prefix else f"{level[0]}{at}"
        people = [f"{name}.{who}@office.example" for who in range(made.chance.randint(7, 16))]
        unit = Unit(name, level, people)
        made.units.append(unit)
        grown.append(unit)
        if depth + 1 < len(made.style.levels):
            unit.below = _grow(made, depth + 1, name, below)
    return grown


def _standing(made: Office, unit: Unit, share: float) -> None:
    made.call(made.hour(made.day(0)), 60, f"{unit.name} 例会", unit.people, "FREQ=WEEKLY")
    if made.chance.random() < share:
        made.call(made.hour(made.day(1)), 45, f"{unit.name} coordination", unit.people[:6], "FREQ=WEEKLY;INTERVAL=2")


def _committees(made: Office, unit: Unit, share: float) -> None:
    """By real dates. Of three that meet, one is entered date by date, since its dates are not regular."""
    for title in made.chance.sample(made.style.committees, 2):
        real = made.chance.choice(real_series())
        if made.chance.random() > share:
            continue
        hour = made.hour(FIRST) - FIRST
        members = made.some(unit, 9)
        by_hand = made.chance.random() < 1 / 3
        first = made.day(made.chance.randrange(4))
        for at, days in enumerate(real.days):
            start = first + timedelta(days=days) + hour
            if start >= SPAN.end or start.weekday() > 4:
                continue
            if by_hand:
                came = [who for who in members if made.chance.random() < 0.9] or members
                made.call(start, min(real.minutes[at], 240), title, [members[0], *came])
            elif at == 0:
                made.call(start, min(real.minutes[at], 240), title, members, "FREQ=MONTHLY")


def _ad_hoc(made: Office, unit: Unit, share: float) -> None:
    """What comes up, two or three times a week; lengths and head counts are those of real meetings."""
    for _ in range(round(WEEKS * (1.5 + 1.5 * share))):
        real = made.chance.choice(real_series())
        at = made.chance.randrange(len(real.days))
        people = made.some(unit, min(max(real.people[at] // 2, 3), 9))
        made.call(made.hour(made.day()), min(real.minutes[at], 180), made.chance.choice(made.style.matters), people)


def _boards(made: Office, unit: Unit, share: float) -> None:
    """The same people, one matter after the other; every fifth time with a common head in the titles."""
    for _ in range(round(20 * share)):
        start, people = made.hour(made.day()), made.some(unit, 6)
        head = f"{made.chance.choice(made.style.committees)}: " if made.chance.random() < 0.2 else ""
        for matter in made.chance.sample(made.style.matters, made.chance.choice((2, 2, 3))):
            minutes = made.chance.choice((45, 60, 60, 75, 90))
            made.call(start, minutes, head + matter, people)
            start += timedelta(minutes=minutes + made.chance.choice((0, 0, 10)))


def _panels(made: Office, unit: Unit, share: float) -> None:
    """Four times a year a panel sees several candidates, each in a meeting with the candidate."""
    for _ in range(round(4 * share)):
        start, people, kind = made.hour(made.day()), made.some(unit, 4), made.chance.choice(made.style.panels)
        for number in range(1, made.chance.randint(3, 6)):
            guest = f"guest{made.chance.randrange(10**6)}@elsewhere.example"
            made.call(start, 45, f"{kind} {number}", [*people, guest])
            start += timedelta(minutes=made.chance.choice((45, 50, 60)))


def _courses(made: Office, unit: Unit, share: float) -> None:
    """Once a year a course of three to six weeks, entered week by week."""
    if made.chance.random() > share:
        return
    week, title, people = made.chance.randrange(WEEKS - 8), made.chance.choice(made.style.courses), made.some(unit, 7)
    day = made.hour(made.day(week))
    for at in range(made.chance.randint(3, 6)):
        made.call(day + timedelta(weeks=at), 90, f"{title} {at + 1}", people)


def _talks(made: Office, unit: Unit, share: float) -> None:
    """Twice a year the head talks with everybody, one by one."""
    for _ in range(round(2 * share)):
        start, title = made.day().replace(hour=9), made.chance.choice(made.style.talks)
        for at, who in enumerate(unit.people[1:]):
            if at % 8 == 0 and at:
                start = start.replace(hour=9) + timedelta(days=1)
            made.call(start, 30, title, [unit.people[0], who])
            start += timedelta(minutes=30)


def _trainings(made: Office, unit: Unit, share: float) -> None:
    """Now and then everybody is instructed, in two groups since the room is small; staff of two units."""
    if made.chance.random() > share / 4:
        return
    other = made.chance.choice(made.units)
    people = [who for who in dict.fromkeys([*unit.people, *other.people]) if who != unit.people[0]]
    made.chance.shuffle(people)
    start, title = made.day().replace(hour=9), made.chance.choice(made.style.courses)
    for at in range(0, len(people), LARGEST - 1):
        made.call(start, 90, title, [unit.people[0], *people[at : at + LARGEST - 1]])
        start += timedelta(minutes=120)


def _statutory(made: Office, unit: Unit, share: float) -> None:
    """What each level holds once a quarter under one title, in the same month; one in three has a guest from below."""
    for quarter in range(4):
        title = made.style.statutory[quarter % len(made.style.statutory)]
        week = 13 * quarter + made.chance.randint(5, 7)
        if made.chance.random() < share:
            guest = [made.chance.choice(made.chance.choice(unit.below).people)] if unit.below else []
            people = unit.people[:10] + (guest if made.chance.random() < 1 / 3 else [])
            made.call(made.hour(made.day(week)), 90, title, people)


_WORK = (_standing, _committees, _ad_hoc, _boards, _panels, _courses, _talks, _trainings, _statutory)


def _from_above(made: Office, unit: Unit) -> None:
    """A meeting with units from below on one subject of a campaign; they then meet on another subject of it."""
    for _ in range(3 if unit.below else 0):
        campaign = made.chance.choice(made.style.campaigns)
        first, *others = made.chance.sample(campaign, len(campaign))
        start = made.hour(made.day(made.chance.randrange(WEEKS - 3)))
        asked = [one.people[0] for one in unit.below]
        made.call(start, 90, made.chance.choice(made.style.first_of_all).format(first), [*unit.people[:3], *asked])
        for one in unit.below:
            if made.chance.random() < 0.5:
                later = made.hour(start.replace(hour=0, minute=0) + timedelta(days=made.chance.randint(1, 8)))
                title = made.chance.choice(made.style.first_of_all).format(made.chance.choice(others))
                made.call(later, 60, title, [*one.people[:4], *(low.people[0] for low in one.below)])


# -- what is planted


def plant_chains(made: Office, count: int, *, renamed: bool = False) -> list[frozenset[str]]:
    """A long meeting in parts, one in ten over lunch, one in five with another caller; `renamed`: on other matters."""
    chance, plants = made.chance, []
    for _ in range(count):
        unit, matter, names = (
            chance.choice(made.units),
            chance.choice(made.style.matters),
            chance.choice(made.style.parts),
        )
        people, start, uids = chance.sample(unit.people, 6), made.day().replace(hour=chance.choice((8, 9, 14))), set()
        lunch, turned = chance.random() < 0.1, chance.random() < 0.2
        for at in range(chance.choice((2, 2, 3))):
            minutes = chance.choice((90, 100, 110, LIMIT))
            title = chance.choice(made.style.matters) if renamed and at else names[at].format(matter)
            present = people if chance.random() < 0.7 else [*people[:5], chance.choice(unit.people)]
            if turned and at:
                present = [present[1], present[0], *present[2:]]
            uids.add(made.call(start, minutes, title, present))
            start += timedelta(minutes=minutes + (75 if lunch else chance.choice((0, 0, 5, 10, 15))))
        plants.append(frozenset(uids))
    return plants


def plant_splits(made: Office, count: int) -> list[frozenset[str]]:
    """A meeting of two units in two or three groups, at the same time, one after the other, or on the next day."""
    chance, plants = made.chance, []
    for _ in range(count):
        unit, other = chance.sample(made.units, 2)
        head, *rest = unit.people
        people = [*rest, *other.people]
        chance.shuffle(people)
        groups = 3 if len(people) > 2 * (LARGEST - 1) else 2
        matter, start, uids = chance.choice(made.style.matters), made.day().replace(hour=9), set()
        apart = chance.choice((timedelta(0), timedelta(hours=2), timedelta(days=1)))
        named = chance.random() < 0.6
        for at in range(groups):
            title = made.style.groups[at].format(matter) if named else matter
            present = people[at::groups] if chance.random() < 0.8 else [*people[at::groups][:-1], people[0]]
            uids.add(made.call(start + at * apart, 60, title, [head, *present[: LARGEST - 1]]))
        plants.append(frozenset(uids))
    return plants


def plant_copies(made: Office, count: int) -> list[frozenset[str]]:
    """A weekly or fortnightly meeting for a quarter of a year or more, each date by hand; some dates are missing."""
    chance, plants = made.chance, []
    for _ in range(count):
        unit, matter = chance.choice(made.units), chance.choice(made.style.matters)
        people, step = chance.sample(unit.people, 6), chance.choice((1, 1, 2))
        meetings = chance.randint(8, 20) if step == 1 else chance.randint(6, 12)
        week = chance.randrange(WEEKS - meetings * step)
        first, uids = made.hour(made.day(week)), set()
        for at in range(meetings):
            if chance.random() < 0.1:
                continue
            start = first + timedelta(weeks=at * step)
            title = chance.choice((matter, f"{matter} {start:%m%d}", f"{matter}({at + 1})", f"{start:%d %b} {matter}"))
            present = people if chance.random() < 0.6 else [people[0], *chance.sample(people[1:], 4)]
            if chance.random() < 0.1:
                start += timedelta(minutes=15)
            uids.add(made.call(start, chance.choice((60, 60, 75)), title, present))
        plants.append(frozenset(uids))
    return plants


def plant_cascades(made: Office, count: int) -> list[frozenset[str]]:
    """One subject from the top to the bottom; each level meets when those asked were in the one above."""
    chance, plants = made.chance, []
    tops = [unit for unit in made.units if unit.level == made.style.levels[0][0]]
    for _ in range(count):
        subject = chance.choice([one for campaign in made.style.campaigns for one in campaign])
        top, start = chance.choice(tops), made.hour(made.day(chance.randrange(WEEKS - 4)))
        asked = chance.sample(top.below, min(len(top.below), 3))
        title = chance.choice(made.style.first_of_all).format(subject)
        uids = {made.call(start, 90, title, [*top.people[:3], *(chance.choice(one.people[:3]) for one in asked)])}
        for middle in asked:
            if chance.random() < 0.1:
                continue
            then = made.hour(start.replace(hour=0, minute=0) + timedelta(days=chance.randint(1, 9)))
            name = chance.choice(made.style.passed_on).format(subject)
            heads = [one.people[0] for one in middle.below]
            uids.add(made.call(then, 90, name, [*middle.people[: chance.randint(2, 4)], *heads]))
            for low in middle.below:
                if chance.random() < 0.7:
                    last = made.hour(then.replace(hour=0, minute=0) + timedelta(days=chance.randint(1, 9)))
                    uids.add(made.call(last, 60, chance.choice(made.style.passed_on).format(subject), low.people[:9]))
        plants.append(frozenset(uids))
    return plants


PLANT: dict[str, Callable[[Office, int], list[frozenset[str]]]] = {
    "chain": plant_chains,
    "chain, renamed": partial(plant_chains, renamed=True),
    "split": plant_splits,
    "copies": plant_copies,
    "cascade": plant_cascades,
}
STYLES = {"county": COUNTY, "university": UNIVERSITY, "hospital": HOSPITAL, "company": COMPANY}

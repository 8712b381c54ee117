# SPDX-License-Identifier: Apache-2.0
"""Half a year of calendars of a city, its counties and townships: ordinary ones, and evasions planted among them.

In the ordinary ones nobody evades anything, though much looks like it: days full of meetings of one team, projects that
meet by hand every week for a while, campaigns that all levels work on at once. All is drawn from `random.Random(seed)`.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from meetcost.model.directory import Directory, Entry
from meetcost.model.meeting import Meeting
from meetcost.values.span import Span

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 1, 5, tzinfo=ZONE)
WEEKS = 26
SPAN = Span(MONDAY, MONDAY + timedelta(weeks=WEEKS))
STAFF = 8
TOPICS = (
    "budget", "road works", "school places", "water supply", "housing", "archive", "procurement", "new website",
    "land register", "summer programme", "staff training", "waste collection", "bus timetable", "library",
    "预算编制", "道路维修", "供水保障", "住房改造", "档案整理", "采购计划", "人才引进", "公园建设",
    "停车管理", "社区服务", "数据共享", "网站改版", "食堂管理", "车辆调度", "信访接待", "旧城改造",
)  # fmt: skip
CAMPAIGNS = (
    "安全生产", "森林防火", "防汛抗旱", "营商环境", "乡村振兴", "文明创建", "fire safety", "flood protection",
    "digital services", "energy saving",
)  # fmt: skip
FORMS = ("{}", "{} review", "review of {}", "{} 协调会", "{}专题会", "{} status", "{} 碰头会")
PASSED_ON = (
    "传达{}会议精神",
    "关于{}的部署会",
    "{}",
    "{}工作推进会",
    "implementation of {}",
    "全县{}动员会",
    "{} briefing",
)


class Unit(NamedTuple):
    name: str
    level: str
    people: tuple[str, ...]
    above: str = ""


@dataclass
class Town:
    """Units on three levels, and the meetings they call."""

    random: random.Random
    units: list[Unit] = field(default_factory=list)
    meetings: list[Meeting] = field(default_factory=list)

    @property
    def directory(self) -> Directory:
        return Directory(
            Entry(address=who, unit=unit.name, level=unit.level) for unit in self.units for who in unit.people
        )

    def call(self, start: datetime, minutes: int, title: str, people: list[str], rrule: str | None = None) -> str:
        """The first of `people` calls it; its UID."""
        uid = f"{len(self.meetings)}"
        self.meetings.append(
            Meeting(
                title=title, start=start, minutes=minutes, organizer=people[0], attendees=people, rrule=rrule, uid=uid
            )
        )
        return uid

    def time(self, week: int | None = None) -> datetime:
        """A weekday and half hour of working time."""
        week = self.random.randrange(WEEKS) if week is None else week
        day = MONDAY + timedelta(weeks=week, days=self.random.randrange(5))
        return day + timedelta(hours=9, minutes=30 * self.random.randrange(15))


def ordinary(seed: int) -> Town:
    """Calendars in which nobody evades anything."""
    town = Town(random.Random(seed))
    town.units = _units()
    for unit in town.units:
        _regular(town, unit)
        _projects(town, unit)
        _days_of_meetings(town, unit)
        _campaigns(town, unit)
    return town


def _units() -> list[Unit]:
    def unit(name: str, level: str, above: str = "") -> Unit:
        return Unit(name, level, tuple(f"{name}.{at}@city.example" for at in range(STAFF)), above)

    units = [unit(f"bureau{at}", "city") for at in range(4)]
    for county in range(4):
        units.append(unit(f"county{county}", "county", "city"))
        units += [unit(f"town{county}{at}", "township", f"county{county}") for at in range(3)]
    return units


def _some(town: Town, unit: Unit, least: int = 3) -> list[str]:
    """People of the unit, often the same ones; now and then somebody of another unit."""
    chance = town.random
    people = (
        list(unit.people[:4]) if chance.random() < 0.5 else chance.sample(unit.people, chance.randint(least, STAFF))
    )
    if chance.random() < 0.15:
        people.append(chance.choice(chance.choice(town.units).people))
    return people


def _regular(town: Town, unit: Unit) -> None:
    town.call(town.time(0), 60, f"{unit.name} weekly", list(unit.people), "FREQ=WEEKLY")
    if town.random.random() < 0.3:
        stand_up = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
        town.call(MONDAY + timedelta(hours=9), 15, "stand-up", list(unit.people), stand_up)


def _projects(town: Town, unit: Unit) -> None:
    """Projects of some weeks: mostly when it suits, one in ten by hand at the same time each week."""
    chance = town.random
    for topic in chance.sample(TOPICS, 12):
        first, people, title = chance.randrange(WEEKS - 6), _some(town, unit), chance.choice(FORMS).format(topic)
        habit = town.time(0) - MONDAY if chance.random() < 0.1 else None
        for week in range(first, first + chance.randint(2, 6)):
            start = MONDAY + timedelta(weeks=week) + habit if habit is not None else town.time(week)
            town.call(start, chance.choice((30, 60, 60, 90)), title, people)


def _days_of_meetings(town: Town, unit: Unit) -> None:
    """One-offs on whatever comes up; one in ten is followed at once by another of the same people."""
    chance = town.random
    for _ in range(3 * WEEKS):
        start, people, minutes = town.time(), _some(town, unit), chance.choice((30, 60, 60, 90, 120))
        town.call(start, minutes, chance.choice(FORMS).format(chance.choice(TOPICS)), people)
        if chance.random() < 0.1:
            after = start + timedelta(minutes=minutes)
            title = chance.choice(FORMS).format(chance.choice(TOPICS))
            town.call(after, chance.choice((30, 60, 60, 90)), title, people)


def _campaigns(town: Town, unit: Unit) -> None:
    """What all levels work on at once, each for itself; people of other levels sit in some of them."""
    chance = town.random
    for _ in range(WEEKS // 2):
        title = chance.choice(FORMS).format(chance.choice(CAMPAIGNS))
        town.call(town.time(), chance.choice((60, 90)), title, _some(town, unit))


# -- what is planted


class Plant(NamedTuple):
    """One evasion: the UIDs of its meetings."""

    uids: frozenset[str]


def plant_chains(town: Town, count: int, limit: int = 120) -> list[Plant]:
    """A long meeting in two or three parts, each within the limit, with a pause of up to 20 minutes."""
    chance, plants = town.random, []
    for _ in range(count):
        unit = chance.choice(town.units)
        people, topic = chance.sample(unit.people, 6), chance.choice(TOPICS)
        renamed = chance.random() < 0.3
        start, uids = town.time().replace(hour=9, minute=0), set()
        for part in range(chance.choice((2, 3))):
            minutes = chance.choice((75, 90, limit))
            name = chance.choice(TOPICS) if renamed and part else f"{topic} {chance.choice(('part', '第'))} {part + 1}"
            present = people if chance.random() < 0.6 else people[: chance.choice((5, 6))]
            uids.add(town.call(start, minutes, name, present))
            start += timedelta(minutes=minutes + chance.choice((0, 0, 5, 10, 15, 20)))
        plants.append(Plant(frozenset(uids)))
    return plants


def plant_copies(town: Town, count: int) -> list[Plant]:
    """A weekly meeting of 4 to 12 weeks as one-offs: numbers and dates in its titles, people and times vary a bit."""
    chance, plants = town.random, []
    for _ in range(count):
        unit = chance.choice(town.units)
        people, topic, weeks = chance.sample(unit.people, 6), chance.choice(TOPICS), chance.randint(4, 12)
        first, when, uids = chance.randrange(WEEKS - weeks), town.time(0) - MONDAY, set()
        for week in range(first, first + weeks):
            start = MONDAY + timedelta(weeks=week) + when
            title = chance.choice((topic, f"{topic} {week}", f"第{week}次{topic}", f"{topic} {start:%d.%m.}"))
            late = timedelta(minutes=30 if chance.random() < 0.1 else 0)
            present = (
                people if chance.random() < 0.7 else [*people[: chance.choice((4, 5))], chance.choice(unit.people)]
            )
            uids.add(town.call(start + late, 60, title, list(dict.fromkeys(present))))
        plants.append(Plant(frozenset(uids)))
    return plants


def plant_cascades(town: Town, count: int) -> list[Plant]:
    """A meeting of the city, repeated by counties within a week, and by most of their townships within another."""
    chance, plants = town.random, []
    counties = [unit for unit in town.units if unit.level == "county"]
    for _ in range(count):
        subject, start = chance.choice(CAMPAIGNS), town.time(chance.randrange(WEEKS - 3))
        bureau = chance.choice([unit for unit in town.units if unit.level == "city"])
        asked = chance.sample(counties, chance.randint(2, 4))
        title = f"全市{subject}工作会议" if not subject.isascii() else f"{subject} meeting"
        sent = [chance.choice(unit.people) for unit in asked]
        uids = {town.call(start, 90, title, [bureau.people[0], *sent])}
        for county in asked:
            towns = [unit for unit in town.units if unit.above == county.name]
            next_day = start + timedelta(days=chance.randint(1, 7))
            name = chance.choice(PASSED_ON).format(subject)
            heads = [unit.people[0] for unit in towns]
            uids.add(town.call(next_day, 90, name, [county.people[0], *county.people[1:4], *heads]))
            for unit in towns:
                if chance.random() < 0.8:
                    later = next_day + timedelta(days=chance.randint(1, 7))
                    uids.add(town.call(later, 60, chance.choice(PASSED_ON).format(subject), list(unit.people)))
        plants.append(Plant(frozenset(uids)))
    return plants

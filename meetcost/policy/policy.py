# SPDX-License-Identifier: Apache-2.0
"""One organisation's choices, ready for use."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, fields, replace
from datetime import date, time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from meetcost.costing.choices import CostChoices
from meetcost.disclosure.choices import USUAL as USUAL_DISCLOSURE
from meetcost.disclosure.choices import DisclosureChoices
from meetcost.ics.limits import LIMITS, Limits
from meetcost.model.directory import Directory, Entry
from meetcost.model.phrase import Phrase
from meetcost.model.zone import UTC_TIME, Zone, named_zone
from meetcost.policy.clauses import cited, requirements_of, rules_of, scope_of
from meetcost.policy.load import parse_file
from meetcost.rules.counted import MeetingDefinition
from meetcost.rules.days import WEEKDAYS
from meetcost.rules.exemption import Exemption
from meetcost.rules.holidays import WorkCalendar
from meetcost.rules.ruleset import RuleSet
from meetcost.rules.scope import UNSOURCED

if TYPE_CHECKING:
    from collections.abc import Callable

    from meetcost.model.verdict import Mode
    from meetcost.policy import schema
    from meetcost.policy.example_table import Example
    from meetcost.rules.quota import Quota
    from meetcost.values.citation import Citation

SCHEMA_ID: Final = "urn:meetcost:schema:policy:1"


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """When meetings may be proposed: usual weekdays (Monday 0), from `start` up to `end`, in the policy's zone.

    `end` is None for midnight.
    """

    weekdays: frozenset[int] = frozenset(range(5))
    start: time = time(9)
    end: time | None = time(17)

    @property
    def seconds(self) -> tuple[int, int]:
        """Both ends as seconds of the day."""
        begin = self.start.hour * 3600 + self.start.minute * 60
        return begin, self.end.hour * 3600 + self.end.minute * 60 if self.end is not None else 86400


USUAL_HOURS: Final = WorkingHours()
"""Monday to Friday 09:00 to 17:00: an assumption, named as such where it is used."""


class Budget(NamedTuple):
    """What the judgement of one object may take; kept by whoever runs it."""

    seconds: float = 2.0
    megabytes: int = 256


USUAL_BUDGET: Final = Budget()
"""As in the reference policy."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What an organisation decided: its rules, the people it knows, its working hours and limits.

    `assumptions` are what the file leaves open, said as sentences; `digest` is the SHA-256 of the file, so that a
    record can name the policy it was made under; `cost_choices` is its `[costing]`, `disclosure` its `[disclosure]`,
    `quotas` its `[[quota]]`; `examples` are what it is tested on.

    >>> policy = Policy.parse(b'zone = "Europe/Berlin"\\n[[no_meeting_day]]\\nweekdays = ["wednesday"]\\n')
    >>> policy.permitted(date(2026, 12, 9)), policy.permitted(date(2026, 12, 10))
    (False, True)
    """

    rules: RuleSet
    directory: Directory = field(default_factory=Directory)
    working_hours: WorkingHours = USUAL_HOURS
    limits: Limits = LIMITS
    budget: Budget = USUAL_BUDGET
    cost_choices: CostChoices = field(default_factory=CostChoices)
    disclosure: DisclosureChoices = USUAL_DISCLOSURE
    source: Citation = UNSOURCED
    assumptions: tuple[Phrase, ...] = ()
    quotas: tuple[Quota, ...] = ()
    digest: str = ""
    examples: tuple[Example, ...] = ()

    @classmethod
    def load(cls, path: Path | str, *, read: Callable[[Path], bytes] = Path.read_bytes) -> Policy:
        """Read a file, and the directory beside it that it names. `read` gives the octets of either.

        `ConfigError` lists all mistakes of the policy, or of the directory; OSError is the file system's.
        """
        file = Path(path)
        data = read(file)
        tables = parse_file(data, file.name)
        beside = file.parent / tables.directory if tables.directory else None
        directory = Directory.parse(read(beside), beside.name) if beside is not None else None
        return _build(tables, data, file.name, directory)

    @classmethod
    def parse(cls, data: bytes, source: str = "meetcost.toml", *, directory: Directory | None = None) -> Policy:
        """From the octets of a file; `directory` stands for the file it names, which is not read.

        Raises `ConfigError` with all mistakes.
        """
        return _build(parse_file(data, source), data, source, directory)

    @staticmethod
    def json_schema() -> dict[str, Any]:
        """The JSON Schema (draft 2020-12) of `meetcost.toml`."""
        from meetcost.policy.schema import PolicyFile  # noqa: PLC0415 - heavy

        schema = PolicyFile.model_json_schema(by_alias=True)
        head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID, "title": "meetcost policy"}
        return {**head, **{key: value for key, value in schema.items() if key not in head}}

    @property
    def name(self) -> str:
        """What the policy is called in answers."""
        return self.rules.name

    @property
    def zone(self) -> Zone:
        """The zone in which its days are judged."""
        return self.rules.zone

    @property
    def mode(self) -> Mode:
        """Whether it refuses."""
        return self.rules.mode

    def permitted(self, day: date) -> bool:
        """Whether no rule bans the day for anybody."""
        return self.rules.permitted(day)

    def works_on(self, day: date) -> bool:
        """Whether people work that day: a usual weekday that is no holiday, or a weekend day worked in exchange."""
        calendar = self.rules.calendar
        if calendar.is_holiday(day):
            return False
        return day.weekday() in self.working_hours.weekdays or calendar.is_adjusted_working_day(day)


def _build(tables: schema.PolicyFile, data: bytes, source: str, directory: Directory | None) -> Policy:
    zone = named_zone(tables.zone) if tables.zone is not None else None
    assumptions = []
    if zone is None:
        assumptions.append(Phrase("no zone is given: days are judged in UTC"))
    if tables.working_hours is None:
        assumptions.append(Phrase("no working hours are given: Monday to Friday, 09:00 to 17:00 is assumed"))
    elsewhere = cited(tables.source)
    rules = RuleSet(
        name=tables.name,
        rules=rules_of(tables, elsewhere),
        requirements=requirements_of(tables, elsewhere),
        zone=zone or UTC_TIME,
        definition=_definition(tables.meeting),
        scope=scope_of(tables.scope, directory_only=tables.scope.binds == "directory"),
        exemptions=tuple(_exemption(table, elsewhere) for table in tables.exemption),
        calendar=_calendar(tables.holidays),
        mode=tables.mode,
        series=tables.series,
        keep_until=date.fromisoformat(tables.existing.removeprefix("until ")) if tables.existing != "keep" else None,
        horizon_days=tables.horizon_days,
        max_instances=tables.limits.instances,
    )
    return Policy(
        rules=rules,
        directory=_directory(tables, source, directory),
        working_hours=_hours(tables.working_hours),
        limits=_limits(tables.limits),
        budget=Budget(tables.limits.wall_seconds, tables.limits.megabytes),
        cost_choices=tables.costing.choices(),
        disclosure=_disclosure(tables.disclosure),
        source=elsewhere,
        assumptions=tuple(assumptions),
        quotas=tuple(table.quota(elsewhere) for table in tables.quota),
        digest=hashlib.sha256(data).hexdigest(),
        examples=tuple(table.example(number) for number, table in enumerate(tables.example, 1)),
    )


def _definition(table: schema.MeetingTable) -> MeetingDefinition:
    return MeetingDefinition(
        people=table.people,
        transparent_timed_counts=table.transparent_timed,
        transparent_all_day_counts=table.transparent_all_day,
        opaque_all_day_counts=table.opaque_all_day,
        cancelled_counts=table.cancelled,
        declined_attendees_count=table.declined_attendees,
        zero_length_counts=table.zero_length,
        tasks_and_journals_count=table.tasks_and_journals,
    )


def _exemption(table: schema.ExemptionTable, elsewhere: Citation) -> Exemption:
    from meetcost.policy.written import within_of  # noqa: PLC0415 - heavy

    return Exemption(
        name=table.name,
        claims=tuple(table.claim),
        by=tuple(table.by),
        passes=table.passes,
        confirm_within=within_of(table.confirm_within) if table.confirm_within is not None else None,
        rules=frozenset(table.rules),
        source=cited(table.source) if table.source is not None else elsewhere,
    )


def _calendar(table: schema.HolidaysTable) -> WorkCalendar:
    return WorkCalendar(
        table.country,
        table.subdivision,
        frozenset(table.days_off),
        frozenset(table.working_days),
        frozenset(table.settled_years),
    )


def _hours(table: schema.WorkingHoursTable | None) -> WorkingHours:
    if table is None:
        return USUAL_HOURS
    end = time.fromisoformat(table.end) if table.end != "24:00" else None
    return WorkingHours(frozenset(map(WEEKDAYS.index, table.days)), time.fromisoformat(table.start), end)


def _disclosure(table: schema.DisclosureTable) -> DisclosureChoices:
    return DisclosureChoices(table.attach, table.language, table.link, tuple(table.inside))


def _limits(table: schema.LimitsTable) -> Limits:
    names = {field.name for field in fields(Limits)}
    return replace(LIMITS, **{name: value for name, value in table.model_dump().items() if name in names})


def _directory(tables: schema.PolicyFile, source: str, directory: Directory | None) -> Directory:
    """The roster of the policy itself, and the directory beside it."""
    roster = [
        Entry(
            address=row.address,
            name=row.name,
            kind=row.kind,
            unit=row.unit,
            level=row.level,
            band=row.band,
            site=row.site,
            size=row.size,
            aliases=tuple(row.aliases),
        )
        for row in tables.roster
    ]
    if directory is None:
        return Directory(roster, source)
    return Directory([*roster, *directory.entries], directory.source) if roster else directory

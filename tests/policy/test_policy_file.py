# SPDX-License-Identifier: Apache-2.0
"""What a policy file says comes out as the rules it means."""

from __future__ import annotations

import json
import tomllib
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import jsonschema
import pytest

from meetcost.errors import ConfigError, UsageError
from meetcost.model.directory import Directory, Entry
from meetcost.model.meeting import Meeting
from meetcost.model.verdict import Mode, Outcome
from meetcost.model.zone import UTC_TIME
from meetcost.policy.describe import reference
from meetcost.policy.policy import USUAL_HOURS, Policy
from meetcost.policy.schema import LimitsTable
from meetcost.policy.starter import STARTERS, starter
from meetcost.rules.exemption import Passes, Unit, Within
from meetcost.rules.judge import judge
from meetcost.rules.ruleset import OnHoliday, Series

ROOT = Path(__file__).parents[2]
REFERENCE = json.loads((ROOT / "tests/data/guard/policy.json").read_text("utf-8"))

SKETCH = """
mode = "observe"                     # then "refuse"
series = "skip"                      # a series steps over banned dates instead of failing
existing = "until 2027-03-31"        # standing meetings when a rule begins
[[no_meeting_day]]
weekdays = ["wednesday"]
on_holiday = "stays"
source = "…the sentence of the rule…"
[[exemption]]
class = "emergency"
claim = ["#应急", "#emergency"]       # a tag in the title or a category: works in every calendar program
passes = "at once"
confirm_within = "2 working days"
by = ["office@town.example"]
"""


def parse(text: str, **more: Directory) -> Policy:
    return Policy.parse(text.encode(), **more)


def banned(text: str, first: date, last: date) -> list[date]:
    return list(parse(text).rules.banned_days(first, last))


def days(month: int, *numbers: int, year: int = 2026) -> list[date]:
    return [date(year, month, number) for number in numbers]


def test_a_policy_a_clerk_can_write() -> None:
    policy = parse(SKETCH)
    rules, exemption = policy.rules, policy.rules.exemptions[0]
    assert (policy.mode, rules.series, rules.keep_until) == (Mode.OBSERVE, Series.SKIP, date(2027, 3, 31))
    assert rules.rules[0].on_holiday is OnHoliday.STAYS
    assert rules.rules[0].source.title == "…the sentence of the rule…"
    assert (exemption.name, exemption.claims, exemption.by) == (
        "emergency",
        ("#应急", "#emergency"),
        ("office@town.example",),
    )
    assert (exemption.passes, exemption.confirm_within) == (Passes.AT_ONCE, Within(2, Unit.WORKING_DAYS))
    assert [text.text() for text in policy.assumptions] == [
        "no zone is given: days are judged in UTC",
        "no working hours are given: Monday to Friday, 09:00 to 17:00 is assumed",
    ]
    assert policy.zone is UTC_TIME
    assert policy.working_hours is USUAL_HOURS


def test_the_reference_policy_is_said_in_full() -> None:
    policy = Policy.load(ROOT / "tests/reference-policy.toml")
    rules, definition = policy.rules, policy.rules.definition
    assert policy.zone.name == REFERENCE["zone"]
    assert rules.horizon_days == REFERENCE["horizon_days"]
    names = {field.alias: name for name, field in LimitsTable.model_fields.items()}
    for key in REFERENCE["limits"].keys() - {"wall_s_per_object", "rss_mb_growth"}:
        assert getattr(policy.limits, names[key]) == REFERENCE["limits"][key], key
    assert policy.budget == (REFERENCE["limits"]["wall_s_per_object"], REFERENCE["limits"]["rss_mb_growth"])
    assert rules.max_instances == REFERENCE["limits"]["max_instances_in_horizon"]
    meeting = REFERENCE["meeting"]
    assert definition.transparent_timed_counts == meeting["transparent_timed_counts"]
    assert definition.transparent_all_day_counts == meeting["transparent_all_day_counts"]
    assert definition.opaque_all_day_counts == meeting["opaque_all_day_counts"]
    assert definition.cancelled_counts == meeting["cancelled_counts"]
    assert definition.declined_attendees_count == meeting["declined_attendees_count"]
    assert definition.zero_length_counts == meeting["zero_length_counts"]
    roster = [[entry.address, *entry.aliases] for entry in policy.directory]
    assert roster == REFERENCE["roster"]["people"]
    assert list(rules.banned_days(date(2026, 8, 1), date(2026, 8, 12))) == days(8, 3, 4, 5, 6, 7, 8, 9, 12)


def test_the_defaults_are_those_of_the_reference_policy() -> None:
    bare = parse("").rules
    named = Policy.load(ROOT / "tests/reference-policy.toml").rules
    for name in ("definition", "scope", "exemptions", "mode", "series", "keep_until", "horizon_days", "max_instances"):
        assert getattr(bare, name) == getattr(named, name), name
    assert parse("").limits == Policy.load(ROOT / "tests/reference-policy.toml").limits


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ('[[no_meeting_day]]\nweekdays = ["wednesday", "friday"]', days(12, 2, 4, 9, 11, 16, 18, 23, 25, 30)),
        ('[[no_meeting_day]]\nweekdays = ["周三"]', days(12, 2, 9, 16, 23, 30)),
        ('[[no_meeting_day]]\nweekdays = ["Monday"]\nnth = 1', days(12, 7)),
        ('[[no_meeting_day]]\nweekdays = ["monday"]\nnth = [2, -1]', days(12, 14, 28)),
        ("[[no_meeting_day]]\ndates = [2026-12-24, 2027-01-01]", days(12, 24)),
        ('[[no_meeting_day]]\ndates = ["2026-12-24"]', days(12, 24)),
        ('[[no_meeting_day]]\nyearly = ["12-24", "12-31"]', days(12, 24, 31)),
        ('[[no_meeting_week]]\nweeks = ["2026-W51"]', days(12, *range(14, 21))),
        ('[[no_meeting_week]]\nnth = 2\ndefinition = "days-8-14"', days(12, *range(8, 15))),
        ('[[no_meeting_week]]\nnth = 2\ndefinition = "iso-week-of-first-monday"', days(12, *range(14, 21))),
        ('[[no_meeting_week]]\nnth = 2\ndefinition = "iso-week-of-first-thursday"', days(12, *range(7, 14))),
        ('[[no_meeting_week]]\nnth = [2]\ndefinition = "week-of-the-8th"', days(12, *range(7, 14))),
        ('[[no_meeting_week]]\nnth = 2\ndefinition = "full-week"', days(12, *range(14, 21))),
        ("[[no_meeting_week]]\nranges = [{ from = 2026-12-30, to = 2027-01-03 }]", days(12, 30, 31)),
        ('[[no_meeting_week]]\nevery = 2\nanchor = "2026-W50"', days(12, *range(7, 14), *range(21, 28))),
        (
            '[[no_meeting_day]]\nweekdays = ["wednesday"]\nfrom = 2026-12-09\nuntil = 2026-12-16',
            days(12, 9, 16),
        ),
        ('from = 2026-12-10\n[[no_meeting_day]]\nweekdays = ["wednesday"]\nuntil = 2026-12-23', days(12, 16, 23)),
        (
            '[holidays]\ncountry = "DE"\n[[no_meeting_day]]\nweekdays = ["friday"]\non_holiday = "lapses"',
            days(12, 4, 11, 18),  # the 25th is a holiday
        ),
    ],
)
def test_each_kind_of_clause_in_december_2026(clause: str, expected: list[date]) -> None:
    assert banned(clause, date(2026, 12, 1), date(2026, 12, 31)) == expected


def test_rules_are_numbered_in_their_order_days_before_weeks_unless_they_have_an_id() -> None:
    policy = parse(
        '[[no_meeting_week]]\nweeks = ["2026-W32"]\n[[no_meeting_day]]\nweekdays = ["monday"]\n'
        '[[no_meeting_day]]\nid = "quiet"\nweekdays = ["friday"]\n'
    )
    assert [rule.id for rule in policy.rules.rules] == ["1", "quiet", "3"]


def test_a_rule_without_a_source_has_that_of_the_policy() -> None:
    policy = parse(
        '[source]\ntitle = "Notice 7"\nurl = "https://town.example/7"\n[[no_meeting_day]]\nweekdays = ["monday"]\n'
        '[[no_meeting_day]]\nweekdays = ["friday"]\n'
        'source = { title = "Notice 8", quote = "No meetings on Fridays." }\n'
    )
    assert [str(rule.source) for rule in policy.rules.rules] == ["Notice 7", "Notice 8"]
    assert policy.rules.rules[1].source.quote == "No meetings on Fridays."


def test_working_hours_and_days() -> None:
    policy = parse(
        '[holidays]\ncountry = "CN"\n[working_hours]\ndays = ["monday", "friday"]\nfrom = 08:30:00\nto = "24:00"\n'
    )
    hours = policy.working_hours
    assert (hours.weekdays, hours.start, hours.end) == (frozenset({0, 4}), time(8, 30), None)
    assert policy.works_on(date(2026, 11, 20))
    assert not policy.works_on(date(2026, 11, 19))
    assert policy.works_on(date(2026, 10, 10))  # a Saturday worked in exchange
    assert not policy.works_on(date(2026, 5, 1))  # a Friday, and a holiday


def test_a_directory_beside_the_policy(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("address,unit\nann@town.example,Planning\n", "utf-8")
    file = tmp_path / "meetcost.toml"
    file.write_text('directory = "people.csv"\n[[roster]]\naddress = "hall@town.example"\nkind = "room"\n', "utf-8")
    assert [entry.address for entry in Policy.load(file).directory] == ["hall@town.example", "ann@town.example"]
    given = Directory([Entry("bob@town.example")])
    assert Policy.parse(file.read_bytes(), directory=given).directory.find("bob@town.example") is not None


def test_the_digest_names_the_file() -> None:
    one, other = parse('name = "a"'), parse('name = "b"')
    assert len(one.digest) == 64
    assert one.digest != other.digest


def test_a_policy_in_gb18030_or_with_a_bom_is_read() -> None:
    text = 'name = "杭州"\r\n'
    assert Policy.parse(text.encode("gb18030")).name == "杭州"
    assert Policy.parse(b"\xef\xbb\xbf" + text.encode()).name == "杭州"


def native(value: object) -> object:
    """TOML's dates and times as JSON has them."""
    if isinstance(value, dict):
        return {key: native(one) for key, one in value.items()}
    if isinstance(value, list):
        return [native(one) for one in value]
    return value.isoformat() if isinstance(value, date | time) else value


@pytest.mark.parametrize("text", [SKETCH, *(starter(name) for name in STARTERS)], ids=["sketch", *STARTERS])
def test_the_published_schema_accepts_what_is_accepted(text: str) -> None:
    schema = Policy.json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(native(tomllib.loads(text)), schema)


@pytest.mark.parametrize(
    "text",
    [
        "serries = 1",
        'mode = "maybe"',
        "[[no_meeting_day]]\nnth = 7",
        '[[no_meeting_week]]\nweeks = ["32"]',
        "[[exemption]]",
    ],
)
def test_the_published_schema_refuses_what_is_refused(text: str) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(native(tomllib.loads(text)), Policy.json_schema())
    with pytest.raises(ConfigError):
        parse(text)


@pytest.mark.parametrize("name", STARTERS)
def test_starters_load_and_stand_in_the_examples(name: str) -> None:
    policy = parse(starter(name))
    assert policy.rules.clauses
    assert policy.mode is Mode.OBSERVE
    assert (ROOT / "examples" / "policies" / f"{name}.toml").read_text("utf-8") == starter(name)


def test_no_starter_of_that_name() -> None:
    with pytest.raises(UsageError, match="like `hangzhou`; the known ones are town-office, hangzhou-2014"):
        starter("hangzhou")


def test_hangzhou_wednesdays_stay_on_holidays() -> None:
    policy = parse(starter("hangzhou-2014"))
    assert not policy.permitted(date(2026, 2, 18))  # Spring Festival
    people = {"organizer": "a@hz.example", "attendees": ["b@hz.example"], "minutes": 60}
    start = datetime(2026, 12, 9, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
    now = datetime(2026, 11, 23, tzinfo=UTC)
    plain, ordered = (
        Meeting(title="碰头会", start=start, **people),
        Meeting(title="#上级部署 会议", start=start, **people),
    )
    assert judge([plain], policy.rules, now=now).would_be is Outcome.DENY
    assert judge([ordered], policy.rules, now=now).would_be is Outcome.ALLOW


def test_zhangjiajie_mondays_and_second_weeks() -> None:
    december = parse(starter("zhangjiajie-2022")).rules.banned_days(date(2026, 12, 1), date(2026, 12, 31))
    assert [day.day for day in december] == [7, 8, 9, 10, 11, 12, 13, 14, 21, 28]


def test_the_reference_page_is_up_to_date() -> None:
    assert (ROOT / "docs" / "reference" / "policy.md").read_text("utf-8") == reference()


def test_every_key_is_described() -> None:
    schema = Policy.json_schema()
    for table in [schema, *schema["$defs"].values()]:
        for key, one in table.get("properties", {}).items():
            assert one.get("description"), (table.get("title"), key)

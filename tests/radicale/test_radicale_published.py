# SPDX-License-Identifier: Apache-2.0
"""From the server to the public page: refused, waived, beyond a quota, confirmed too late; by the books alone."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

import jsonschema
import pytest
from invites import FRIDAY, POLICY, THURSDAY, TODAY, WEDNESDAY, invite
from serving import EXAMPLES, ROOT, Home
from typer.testing import CliRunner

from meetcost.cli.main import app
from meetcost.disclosure.public_id import public_id

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from serving import Server

RULES = """
[[exemption]]
class = "emergency"
claim = ["#emergency"]
passes = "at once"
confirm_within = "1 day"
[[quota]]
id = "weekly"
limit = 2
period = "week"
[[quota]]
id = "hours"
limit = 1000
measure = "person_hours"
period = "week"
per = "unit"
[[quota]]
id = "money"
limit = "10000 EUR"
measure = "cost"
period = "year"
[[quota]]
id = "people"
limit = 5
period = "week"
per = "organiser"
"""
WHY = "Ann Berger says: the dam inspector comes on Friday only"
SECRET = "Staff matter 4711"
FIRST, AFTER = WEDNESDAY - timedelta(days=2), WEDNESDAY + timedelta(days=5)


def meetcost(*words: object) -> list[dict[str, object]]:
    """The command, in this process."""
    done = CliRunner().invoke(app, [*map(str, words), "--json"])
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


class Site(NamedTuple):
    """What was published, and with what."""

    out: Path
    options: list[object]

    @property
    def data(self) -> dict[str, object]:
        found: dict[str, object] = json.loads((self.out / "data.json").read_bytes())
        return found

    def page(self, language: str = "") -> str:
        return (self.out / language / "index.html").read_text("utf-8")


@pytest.fixture(scope="module")
def site(servers: Callable[..., Server], tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A week of a guarded server, published."""
    folder = tmp_path_factory.mktemp("published")
    books = folder / "books.db"
    server = servers(policy=POLICY.replace("skip", "refuse") + RULES, storage=f"ledger = {books}")
    home = Home(server, "publisher")
    server.add_user("publisher")
    home.calendar()
    policy = server.folder / "meetcost.toml"

    def waive(octets: bytes, reason: str, klass: str, *rules: str) -> None:
        file = folder / "invite.ics"
        file.write_bytes(octets)
        words = [word for rule in rules for word in ("--rule", rule)]
        (said,) = meetcost(
            "waiver", "request", books, file, "-p", policy, "-d", EXAMPLES / "directory.csv",
            "--reason", reason, "--class", klass, *words,
        )  # fmt: skip
        meetcost("waiver", "grant", books, said["waiver"], "--unit", "Mayor's Office")

    refused = invite("no", WEDNESDAY)
    assert home.put("work/no.ics", refused).status == 403
    assert home.put("work/no.ics", refused).status == 403  # a client tries again
    waived = invite("flood", WEDNESDAY, title="Flood defence")
    waive(waived, "a private reason nobody has to know", "statutory")
    assert home.put("work/flood.ics", waived).status == 201
    secret = invite("secret", THURSDAY, "CLASS:CONFIDENTIAL", title=SECRET)
    assert home.put("work/secret.ics", secret).status == 201
    over = invite("dam", FRIDAY, title="Dam inspection")
    assert home.put("work/dam.ics", over).status == 403
    waive(over, WHY, "ordered", "weekly")
    assert home.put("work/dam.ics", over).status == 201
    hidden = invite("hidden", FRIDAY, "CLASS:PRIVATE", at=14, title=SECRET)
    waive(hidden, f"{SECRET} has to be", "emergency", "weekly")
    assert home.put("work/hidden.ics", hidden).status == 201
    late = invite("late", WEDNESDAY, at=16, title="Pump #emergency")
    waive(late, "the pump broke", "emergency", "weekly")
    assert home.put("work/late.ics", late).status == 201
    calendar = folder / "work.ics"
    calendar.write_bytes(home.get("work/").body)
    options: list[object] = [
        calendar,
        "-p",
        policy,
        "-d",
        EXAMPLES / "directory.csv",
        "--rates",
        EXAMPLES / "rates.toml",
    ]
    out, period = folder / "public", ("--from", TODAY, "--to", AFTER, "--as-of", AFTER)
    meetcost("publish", *options, "--ledger", books, *period, "--out", out)
    return Site(out, options)


def test_refusals_are_counted_once_by_rule_and_unit(site: Site) -> None:
    counts = {(one["rule"], one["outcome"]): (one["unit"], one["count"]) for one in site.data["refusals"]}
    assert counts == {
        ("wednesday", "refused"): ("Town Office", 1),
        ("weekly", "refused"): ("Town Office", 1),
        ("emergency", "exempted"): ("Town Office", 1),
        ("emergency", "unconfirmed"): ("Town Office", 1),
    }
    assert "Not confirmed in time: 1" in site.page()
    assert "逾期未确认" in site.page("zh")


def test_waived_meetings_stand_there_in_full_and_confidential_ones_as_a_number(site: Site) -> None:
    told = {one["id"]: one for one in site.data["waived"]["meetings"]}
    assert set(told) == {public_id("flood"), public_id("dam"), public_id("late")}
    assert (site.data["waived"]["confidential"], site.data["waived"]["elsewhere"]) == (1, 0)
    flood, dam = told[public_id("flood")], told[public_id("dam")]
    assert (flood["class"], flood["approved_by"], flood["explanation"]) == ("statutory", "Mayor's Office", None)
    assert dam["explanation"] == WHY.replace("Ann Berger", "…")
    for page in (site.page(), site.page("zh")):
        assert f'href="m/{public_id("flood")}.html"' in page
        assert "the dam inspector comes on Friday only" in page
    assert "Required by law; approved by Mayor&#39;s Office on" in site.page()
    assert "依法必须召开；" in site.page("zh")


def test_nobody_and_nothing_confidential_is_in_any_file(site: Site) -> None:
    for path in site.out.rglob("*"):
        text = path.read_text("utf-8") if path.is_file() else ""
        for kept in ("Ann Berger", "town.example", SECRET, "private reason"):
            assert kept not in text, path


def test_quotas_say_used_limit_and_state_of_public_meetings(site: Site) -> None:
    quotas = {one["quota"]: one for one in site.data["quotas"]}
    weekly, hours, money, people = (quotas[name] for name in ("weekly", "hours", "money", "people"))
    assert (weekly["used"], weekly["limit"], weekly["others"], weekly["state"]) == ("3", "2", 2, "tripped")
    held = {one["id"]: one["occurrences"] for one in site.data["meetings"]}
    assert Decimal(hours["used"]) == sum(Decimal(one["person_hours"]) for some in held.values() for one in some)
    assert (hours["state"], hours["unit"], hours["others"]) == (None, "Town Office", None)  # two are confidential
    assert (money["used"], money["state"], money["by_unit"]) == (None, None, [])
    assert (people["accounts"], people["used"], people["state"]) == (1, None, None)
    with (site.out / "quotas.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["quota"]: row for row in csv.DictReader(file)}
    assert rows["weekly"]["by_unit"] == "Town Office: 3"
    assert (rows["money"]["limit"], rows["money"]["used"]) == ("10000.00", "")
    assert "Tripped: nothing fits any more" in site.page()
    assert "已熔断：不得再安排会议" in site.page("zh")


def test_the_document_fits_its_schema_and_the_release_passes_again(site: Site) -> None:
    schema = json.loads((ROOT / "docs" / "reference" / "feed.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(site.data)
    calendar, *options = site.options
    meetcost("privacy", "check", site.out, "--calendars", calendar, *options)


def test_the_sheet_of_a_month_names_them_too(site: Site, tmp_path: Path) -> None:
    sheets = ""
    for month in {f"{day:%Y-%m}" for day in (WEDNESDAY, FRIDAY)}:
        meetcost("report", *site.options, "-L", site.out.with_name("books.db"), "--month", month, "-o", tmp_path)
        sheets += (tmp_path / f"meetings-{month}.html").read_text("utf-8")
    assert "Let pass by a waiver: Flood defence" in sheets
    assert "Beyond quota weekly: … says: the dam inspector comes on Friday only" in sheets
    assert SECRET not in sheets

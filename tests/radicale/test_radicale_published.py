# SPDX-License-Identifier: Apache-2.0
"""From the server to the public page: refused, waived, beyond a quota, confirmed too late; by the books alone."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

import jsonschema
import pytest
from invites import FRIDAY, POLICY, THURSDAY, WEDNESDAY, invite
from serving import EXAMPLES, ROOT

from meetcost.disclosure.public_id import public_id

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from serving import Home

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


def meetcost(*words: object, code: int = 0) -> list[dict[str, object]]:
    """The command in a process of its own."""
    command = [sys.executable, "-m", "meetcost", *map(str, words), "--json"]
    done = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == code, done.stderr
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
def site(servers: Callable[..., object], tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A week of a guarded server, published."""
    from serving import Home  # noqa: PLC0415 - its own module has no fixtures

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
    options: list[object] = [calendar, "-p", policy, "-d", EXAMPLES / "directory.csv", "-r", EXAMPLES / "rates.toml"]
    out, period = folder / "public", ("--from", WEDNESDAY.replace(day=1), "--to", AFTER, "--as-of", AFTER)
    meetcost("publish", *options, "--ledger", books, *period, "--out", out)
    return Site(out, options)


def test_refusals_are_counted_once_by_rule_and_unit(site: Site) -> None:
    counts = {(one["rule"], one["outcome"]): (one["unit"], one["count"]) for one in site.data["refusals"]}
    unit = "Town Office"
    assert counts["wednesday", "refused"] == (unit, 1)
    assert counts["weekly", "refused"] == (unit, 1)
    print(counts)

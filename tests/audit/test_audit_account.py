# SPDX-License-Identifier: Apache-2.0
"""A CalDAV account into the books: what has changed, once, whatever happens in between."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from caldav_servers import Answer
from invites import THURSDAY, invite

import meetcost.audit.account as audit_account_module
from meetcost.account import listing
from meetcost.audit.account import audit_account, listed
from meetcost.audit.meeting_rows import MeetingRows
from meetcost.costing.rate_card import RateCard
from meetcost.ledger.ledger import Ledger
from meetcost.ledger.verify import verify
from meetcost.ledger.versions import Versions
from meetcost.values.span import Span

WORK = "work"
"""The name of a calendar."""

NOW = datetime.now(UTC)
YEAR = Span(NOW - timedelta(days=30), NOW + timedelta(days=300))


class Town:
    """The account of a user, and books."""

    def __init__(self, user, path, door=None):
        self.user, self.path, self.door = user, path, door

    def audit(self, *, window=YEAR, **settings):
        account = self.door.account(self.user) if self.door is not None else self.user.account()
        noted = []
        with account, Ledger.open(self.path, create=True) as ledger:
            rows = MeetingRows(ledger.pseudonyms, window, **settings)
            found = list(listed(account, ledger, rows))
            done = audit_account(
                account, found, ledger, rows, now=NOW, versions=Versions("0.1.0"), progress=lambda *at: noted.append(at)
            )
            done = list(done)
        assert noted == [(number + 1, len(done)) for number in range(len(done))]
        return done

    def put(self, name, people=3, **options):
        body = invite(name, THURSDAY, people=[f"p{number}@town.example" for number in range(people)], **options)
        assert self.user.put(f"work/{name}.ics", body).status in (201, 204)

    def people(self):
        with Ledger.open(self.path) as ledger:
            assert verify(ledger).sound
            return sorted(one.row.people for one in ledger.rows(kind="occurrence"))

    def fetched(self):
        """How many objects were fetched since this was asked last."""
        asked = sum(one.body.count(b"<D:href>") for one in self.door.asked("REPORT"))
        self.door.requests.clear()
        return asked


@pytest.fixture
def town(user, tmp_path):
    return Town(user, tmp_path / "books.db")


@pytest.fixture
def watched(radicale, bad_day, tmp_path):
    """As `town`, with every request to be seen."""
    return Town(radicale, tmp_path / "books.db", bad_day)


def test_all_of_it_and_then_what_has_changed(town):
    for number in range(5):
        town.put(f"n{number}", people=2 + number)
    done = town.audit()
    assert sum(one.rows for one in done) == 15  # a meeting, its occurrence, its cost
    assert town.people() == [2, 3, 4, 5, 6]
    assert town.audit() == []
    town.put("n0", people=9)
    town.put("new", people=10)
    changed = town.audit()
    assert [(one.rows, one.corrections) for one in changed if one.meetings] in ([(0, 3), (3, 0)], [(3, 0), (0, 3)])
    assert town.people() == [3, 4, 5, 6, 9, 10]


def test_nothing_unchanged_is_fetched_twice(watched):
    for number in range(5):
        watched.put(f"n{number}")
    watched.audit()
    assert watched.fetched() == 5
    watched.audit()
    assert watched.fetched() == 0
    watched.put("n3", people=4)
    watched.audit()
    assert watched.fetched() == 1


def test_other_settings_and_a_longer_span_read_everything_once_more(watched):
    watched.put("a")
    watched.put("b")
    watched.audit()
    watched.audit(rates=RateCard.flat("30 EUR"))
    assert watched.fetched() == 4
    watched.audit(rates=RateCard.flat("30 EUR"), window=Span(YEAR.start, YEAR.end + timedelta(days=1)))
    assert watched.fetched() == 2
    watched.audit(rates=RateCard.flat("30 EUR"))
    assert watched.fetched() == 0


def test_without_sync_collection_it_goes_by_entity_tags(watched):
    def without(request, pass_on):
        return Answer(501, "Not Implemented", {}, b"") if b"sync-collection" in request.body else pass_on(request)

    watched.door.rule = without
    watched.put("a")
    watched.put("b")
    assert sum(one.rows for one in watched.audit()) == 6
    watched.put("b", people=7)
    watched.door.requests.clear()
    done = watched.audit()
    assert sorted((one.unchanged, one.corrections) for one in done) == [(False, 3), (True, 0)]
    assert watched.fetched() == 1


def test_without_entity_tags_everything_is_read_and_nothing_recorded_twice(watched):
    def untagged(request, pass_on):
        answer = pass_on(request)
        return answer._replace(body=answer.body.replace(b"getetag>", b"gettag>"))

    watched.door.rule = untagged
    watched.put("a")
    assert [one.rows for one in watched.audit()] == [3]
    watched.put("a", people=8)
    with Ledger.open(watched.path) as ledger:
        assert ledger.head().length == 3
    watched.door.rule = lambda request, pass_on: (
        Answer(403, "Forbidden", {}, b"") if b"sync-collection" in request.body else untagged(request, pass_on)
    )
    assert [(one.unchanged, one.corrections) for one in watched.audit()] == [(False, 3)]
    assert [(one.unchanged, one.corrections) for one in watched.audit()] == [(False, 0)]


def test_a_forgotten_token_costs_a_listing_and_no_object(watched):
    watched.put("a")
    watched.audit()
    watched.door.requests.clear()

    def forgetful(request, pass_on):
        if b"sync-collection" in request.body and b"<D:sync-token></D:sync-token>" not in request.body:
            body = b'<error xmlns="DAV:"><valid-sync-token/></error>'
            return Answer(403, "Forbidden", {"Content-Type": "application/xml"}, body)
        return pass_on(request)

    watched.door.rule = forgetful
    assert [one.unchanged for one in watched.audit()] == [True]
    assert watched.fetched() == 0


def test_what_cannot_be_read_is_told_and_asked_for_again(watched):
    watched.put("a")
    watched.put("b")

    def broken(request, pass_on):
        answer = pass_on(request)
        body = answer.body.replace(b"BEGIN:VCALENDAR", b"nonsense", 1).replace(b"BEGIN:VEVENT", b"nonsense", 1)
        return answer._replace(body=body)

    watched.door.rule = broken
    done = watched.audit()
    assert sorted(one.readable for one in done) == [False, True]
    watched.door.requests.clear()
    watched.door.rule = lambda request, pass_on: pass_on(request)
    assert sorted(one.unchanged for one in watched.audit()) == [False, True]
    assert watched.fetched() == 1
    assert watched.people() == [3, 3]


def test_books_put_back_to_an_older_copy_are_caught_up(watched, tmp_path):
    """Why the token is in the database of the books."""
    watched.put("a")
    watched.audit()
    shutil.copy(watched.path, tmp_path / "older.db")
    watched.put("b", people=5)
    watched.audit()
    assert watched.people() == [3, 5]
    for one in tmp_path.glob("books.db-*"):
        one.unlink()
    shutil.copy(tmp_path / "older.db", watched.path)
    watched.audit()
    assert watched.people() == [3, 5]


def test_one_uid_in_two_calendars_counts_once(watched):
    """K017: both copies come in one batch."""
    watched.user.calendar("other")
    watched.put("a", people=3)
    assert (
        watched.user.put("other/a.ics", invite("a", THURSDAY, people=["p@town.example", "q@town.example"])).status
        == 201
    )
    done = watched.audit()
    assert sorted(one.copies for one in done) == [0, 1]
    assert len(watched.people()) == 1


def test_several_batches(watched, monkeypatch):
    monkeypatch.setattr(listing, "AT_A_TIME", 4)
    monkeypatch.setattr(audit_account_module, "AT_A_TIME", 4)
    for number in range(10):
        watched.put(f"n{number}")
    assert len(watched.audit()) == len(watched.people()) == 10
    assert [one.body.count(b"<D:href>") for one in watched.door.asked("REPORT")] == [0, 4, 4, 2]


# the command


def command(user, books, *more, url=None):
    words = [sys.executable, "-m", "meetcost", "audit", "--url", url or user.server.url, "--user", user.user]
    words += ["--ledger", str(books), "--from", f"{YEAR.start:%Y-%m-%d}", "--to", f"{YEAR.end:%Y-%m-%d}"]
    return [*words, *more]


def run(*words, cwd=None, **environment):
    with_words = {**os.environ, "LC_ALL": "C.UTF-8", **environment}
    quiet = {"capture_output": True, "stdin": subprocess.DEVNULL, "encoding": "utf-8"}
    return subprocess.run(words, check=False, env=with_words, cwd=cwd, timeout=120, **quiet)


def test_the_command(radicale, tmp_path):
    town = Town(radicale, tmp_path / "books.db")
    town.put("a")
    town.put("b", people=4)
    password = tmp_path / "password"
    password.write_text("secret\n")
    password.chmod(0o600)
    said = run(*command(radicale, town.path, "--password-file", str(password)))
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.splitlines()[0] == "1 calendar, 2 objects were listed, 0 of them unchanged, 2 meetings"
    again = run(*command(radicale, town.path, "--json"), MEETCOST_PASSWORD="secret")
    (last,) = map(json.loads, again.stdout.splitlines())
    assert (last["files"], last["rows"]) == (0, 0)
    town.put("a", people=9)
    first, last = map(
        json.loads, run(*command(radicale, town.path, "--json"), MEETCOST_PASSWORD="secret").stdout.splitlines()
    )
    assert first["href"] == f"{radicale.server.url}{radicale.user}/{WORK}/a.ics"
    assert last["corrections"] == 3
    held = b"".join(one.read_bytes() for one in tmp_path.glob("books.db*") if one.suffix != ".key")
    assert b"secret" not in held
    assert radicale.user.encode() not in held
    assert b"town.example" not in held


@pytest.mark.parametrize(
    ("more", "environment", "said"),
    [
        ((), {}, "the password of NAME: name a file by --password-file, or set MEETCOST_PASSWORD"),
        ((), {"MEETCOST_PASSWORD": "wrong-word"}, "user name or password are not accepted"),
        (("--password-file", "open"), {}, "others can read this password; run: chmod 600"),
        (("--password-file", "empty"), {}, "its first line is no password"),
        (("--password-file", "none"), {}, "no such file"),
        (("some.ics",), {"MEETCOST_PASSWORD": "secret"}, "files and --url say two sources"),
    ],
)
def test_what_is_wrong_is_told_and_no_password_with_it(radicale, tmp_path, more, environment, said):
    for name, text, mode in (("open", "wrong-word\n", 0o644), ("empty", "\n", 0o600)):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(mode)
    words = command(radicale, tmp_path / "books.db", *more)
    done = run(*words, cwd=tmp_path, **environment)
    assert done.returncode == 2
    assert said.replace("NAME", radicale.user) in done.stderr
    assert "wrong-word" not in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


SMALL_BATCHES = """
from meetcost.account import listing
listing.AT_A_TIME = 10
from meetcost.cli.main import run
run()
"""


def test_an_audit_killed_at_any_moment_goes_on_where_it_was(watched):
    """kill -9 while the second batch is read, then at any time: each occurrence once, and nothing read in vain."""
    for number in range(30):
        watched.put(f"n{number}")
    words = command(watched.user, watched.path, url=watched.door.url)
    words[1:3] = ["-c", SMALL_BATCHES]
    environment = {**os.environ, "MEETCOST_PASSWORD": "secret"}

    def killed(wait):
        running = subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        watched.door.rule = lambda request, pass_on: killing(running, request, pass_on)
        if wait:
            time.sleep(wait)
            running.kill()
        assert b"meetcost:" not in running.communicate(timeout=60)[1]
        return running.returncode

    def killing(running, request, pass_on):
        if sum(b"multiget" in one.body for one in watched.door.requests) == 2:
            running.kill()
        return pass_on(request)

    watched.door.requests.clear()
    assert killed(0) == -9
    for wait in (0.9, 1.3):
        killed(wait)
    watched.door.rule = lambda request, pass_on: pass_on(request)
    watched.door.requests.clear()
    said = run(*words, MEETCOST_PASSWORD="secret")
    assert said.returncode == 0, said.stderr
    assert watched.fetched() <= 20
    with Ledger.open(watched.path) as ledger:
        assert verify(ledger).sound
        keys = Counter(one.row.uid for one in ledger.rows(kind="occurrence"))
    assert len(keys) == 30
    assert set(keys.values()) == {1}

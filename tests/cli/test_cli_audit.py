# SPDX-License-Identifier: Apache-2.0
"""`meetcost audit`."""

import os
from datetime import date, timedelta

import pytest

WHOLE = ("--from", "2026-01-01", "--to", "2027-07-01", "--now", "2026-12-01T08:00Z")


@pytest.fixture
def books(tmp_path):
    return tmp_path / "books.db"


def test_the_examples(run, examples, books):
    with_all = [
        "audit", examples / "calendars", "--ledger", books, "--policy", examples / "policies" / "town-office.toml",
        "--rates", examples / "rates.toml", "--directory", examples / "directory.csv", *WHOLE,
    ]  # fmt: skip
    said = run(*with_all)
    assert said.code == 0
    assert said.lines[0] == "6 files, 0 of them unchanged, 6 meetings"
    assert said.lines[1].startswith(f"{books}: ")
    again = run(*with_all, "--lang", "zh")
    assert again.lines[0] == "6 个文件，其中 6 个未变，共 0 次会议"
    *each, last = run(*with_all, "--json").objects
    assert all(one["unchanged"] for one in each)
    assert (last["files"], last["rows"], last["corrections"]) == (6, 0, 0)
    assert run("ledger", "verify", books).code == 0


def test_no_address_and_no_name_of_the_examples_is_in_the_file(run, examples, books):
    run("audit", examples / "calendars", "--ledger", books, "--directory", examples / "directory.csv", *WHOLE)
    octets = b"".join(one.read_bytes() for one in books.parent.glob("books.db*") if one.suffix != ".key")
    assert b"Budget round" in octets
    assert b"town.example" not in octets
    assert b"mailto" not in octets


def test_a_file_that_cannot_be_read_is_told_and_the_rest_goes_on(run, calendar, examples, books, tmp_path):
    bad = tmp_path / "bad.ics"
    bad.write_bytes(b"nonsense")
    said = run(
        "audit", bad, examples / "calendars" / "budget-round.ics", tmp_path / "none.ics", "--ledger", books, *WHOLE
    )
    assert said.code == 2
    assert "bad.ics" in said.err
    assert "none.ics: cannot be read" in said.err
    assert "2 files, 0 of them unchanged, 1 meeting" in said.out


def test_without_a_span_it_is_the_last_year(run, calendar, books):
    body = "\n".join(
        f"BEGIN:VEVENT\nUID:{year}\nDTSTART:{year}0601T090000Z\nDURATION:PT1H\nORGANIZER:mailto:a@x.example\n"
        "ATTENDEE:mailto:b@x.example\nEND:VEVENT"
        for year in (2024, 2025, 2026, 2027)
    )
    file = calendar(body)
    run("audit", file, "--ledger", books, "--now", "2026-12-01")
    lines = run("ledger", "export", books).objects
    assert [one["payload"]["start"] for one in lines[:-1] if one["kind"] == "occurrence"] == ["2026-06-01T09:00:00Z"]


def test_a_span_ends_after_it_begins(run, examples, books):
    said = run("audit", examples / "calendars", "--ledger", books, "--from", "2027-01-01", "--to", "2026-01-01")
    assert said.code == 2
    assert "--to lies before --from" in said.err


def test_personal_rates_stay_out(run, calendar, books, tmp_path):
    rates = tmp_path / "rates.toml"
    rates.write_text(
        'name="House"\nversion="1"\ncurrency="EUR"\npersonal=true\ndefault_band="all"\nbands.all.values.2026-01-01=30\n'
    )
    directory = tmp_path / "people.csv"
    directory.write_text("address,rate\nann@town.example,52 EUR\n")
    file = calendar(
        "BEGIN:VEVENT\nUID:1\nDTSTART:20260601T090000Z\nDURATION:PT1H\nORGANIZER:mailto:a@x.example\n"
        "ATTENDEE:mailto:ann@town.example\nEND:VEVENT"
    )
    said = run("audit", file, "--ledger", books, "--rates", rates, "--directory", directory, *WHOLE)
    assert said.code == 0
    assert "personal" in said.err
    costs = [one["payload"] for one in run("ledger", "export", books).objects if one.get("kind") == "cost"]
    assert [(one["money"], one["person_seconds"]) for one in costs] == [(None, 7200)]


def copies_of(count, people=("a@x.example", "b@x.example")):
    days = [f"{date(2026, 3, 2) + timedelta(weeks=at):%Y%m%d}" for at in range(count)]
    who = f"ORGANIZER:mailto:{people[0]}\nATTENDEE:mailto:{people[1]}\nEND:VEVENT"
    return "\n".join(
        f"BEGIN:VEVENT\nUID:copy{at}\nDTSTART:{day}T090000Z\nDURATION:PT2H\nSUMMARY:Budget no {at}\n{who}\n"
        f"BEGIN:VEVENT\nUID:more{at}\nDTSTART:{day}T110000Z\nDURATION:PT1H\nSUMMARY:Budget part 2 of {at}\n{who}"
        for at, day in enumerate(days)
    )


def test_patterns_that_get_round_a_rule(run, calendar, books):
    file = calendar(copies_of(5))
    plain = ("audit", file, "--ledger", books, "--now", "2026-12-01")
    said = run(*plain, "--evasion", "--longest", "120")
    assert said.code == 0
    assert "7 patterns that may get round a rule; look before you judge" in said.lines
    assert any(
        line.startswith("  series kept as copies (unit not known): “Budget no 0”, 5 meetings") for line in said.lines
    )
    assert sum(line.startswith("  chain (unit not known): 2 meetings back to back") for line in said.lines) == 5
    assert "x.example" not in said.out
    told = [one for one in run(*plain, "--evasion", "--json").objects if one.get("kind") == "evasion"]
    assert [one["pattern"] for one in told] == ["copies", "copies"]  # the books know the file; it is looked at again
    assert [one["uid"] for one in told[0]["meetings"]] == [f"copy{at}" for at in range(5)]
    assert run("ledger", "export", books).out.count("evasion") == 0


def test_without_a_limit_and_levels_it_says_what_it_cannot_find(run, calendar, books):
    said = run("audit", calendar(copies_of(2)), "--ledger", books, "--now", "2026-12-01", "--evasion", "--lang", "zh")
    assert said.lines[-4:] == [
        "疑似规避规定的情形：0 起，请核实后再作判断",
        "  未查找首尾相接的会议：规则中没有 [[duration]]，也没有用 --longest 写明时长上限",
        "  未查找分批召开的会议：规则中没有写明人数上限的 [[attendance]]",
        "  无法查找层层开会：没有写明人员层级的通讯录",
    ]


def test_the_limit_of_a_chain_is_that_of_the_policy(run, calendar, books, tmp_path):
    policy = tmp_path / "meetcost.toml"
    policy.write_text('[[duration]]\nid = "two hours"\nat_most = 120\n', "utf-8")
    plain = ("audit", calendar(copies_of(2)), "--ledger", books, "--now", "2026-12-01", "--evasion", "--policy", policy)
    said = run(*plain)
    assert said.code == 0
    assert sum("where the limit is 2 h (rule “two hours”)" in line for line in said.lines) == 2
    assert not any("chains were not looked for" in line for line in said.lines)
    (over, *_) = [one for one in run(*plain, "--longest", "130", "--json").objects if one.get("kind") == "evasion"]
    assert (over["limit"], over["rule"]) == (130, None)


def test_options_of_evasion_alone_are_a_mistake(run, calendar, books):
    said = run("audit", calendar(copies_of(2)), "--ledger", books, "--longest", "120")
    assert said.code == 2
    assert "add --evasion" in said.err


def test_evasion_is_not_looked_for_in_what_has_changed_of_an_account(run, books):
    said = run("audit", "--url", "https://dav.town.example/", "--ledger", books, "--evasion")
    assert said.code == 2
    assert "--evasion looks through files" in said.err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with a name here")
def test_what_lies_in_a_folder_and_is_no_file_is_told_and_not_opened(run, books, tmp_path):
    folder = tmp_path / "calendars"
    folder.mkdir()
    os.mkfifo(folder / "pipe.ics")  # to open it would wait for a writer
    (folder / "endless.ics").symlink_to("/dev/zero")
    (folder / "circle.ics").symlink_to("circle.ics")
    (folder / "below").symlink_to(folder)
    answer = run("audit", folder, "--ledger", books)
    assert answer.code == 2
    assert answer.err.count("is no file to be read") == 2
    assert "circle.ics: cannot be read" in answer.err

# SPDX-License-Identifier: Apache-2.0
"""`meetcost check`: the outcome, why, and the code it ends with."""

import json
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
GUARD = TESTS / "data" / "guard"
REFERENCE = TESTS / "reference-policy.toml"
NOW = ("--now", "2026-12-01T08:00Z")
WEDNESDAY = "calendars/wednesday-report.ics"


def guard_cases():
    """Case by file, those that are here as calendars."""
    cases = json.loads((GUARD / "index.json").read_text(encoding="utf-8"))["cases"]
    return {str(GUARD / case["file"]): case for case in cases if case["file"].startswith("ics/")}


def test_every_guard_case_has_the_outcome_of_the_reference_policy(run):
    cases = {file: case for file, case in guard_cases().items() if Path(file).is_file()}
    assert len(cases) > 100
    answer = run("check", GUARD / "ics", "--policy", REFERENCE, "--now", "2026-01-02T00:00:00Z", "--json")
    assert answer.code == 1
    found = {one["file"]: one for one in answer.objects}
    assert found.keys() >= cases.keys()
    wrong = {
        case["id"]: found[file]["outcome"]
        for file, case in cases.items()
        if found[file]["outcome"] not in (case["expect"]["outcome"], *case.get("alt", ()))
    }
    assert wrong == {}
    denied = [one for one in found.values() if one["outcome"] == "deny"]
    assert all(one["findings"] for one in denied)
    assert all(one["problems"] for one in found.values() if one["outcome"] == "reject")


def test_a_refusal_says_what_why_when_instead_and_what_helps(run, examples, refusing):
    answer = run("check", examples / WEDNESDAY, "--policy", refusing, *NOW)
    assert answer.code == 1
    assert answer.lines[0] == f"{examples / WEDNESDAY}: denied"
    text = " ".join(answer.lines[1:])
    assert text == (
        "  “Report on the state of reports” was not saved. "
        "Wed 9 Dec: every Wednesday is a no-meeting day (rule 1, Town Office); "
        "Wed 9 Dec: the 2nd week of the month (the week with the 8th in it) is a no-meeting week "
        "(rule 2, Town Office). "
        "Permitted: Mon 14 Dec 09:00, 10:00, 11:00 (no calendar was looked at). "
        "Emergency? Put #emergency in the title."
    )


def test_json_has_the_times_that_the_text_proposes(run, examples, refusing, calendar):
    (found,) = run("check", examples / WEDNESDAY, "--policy", refusing, *NOW, "--json").objects
    assert found["instead"] == [f"2026-12-14T{hour}:00:00+01:00" for hour in ("09", "10", "11")]
    (none,) = run("check", examples / WEDNESDAY, "--policy", refusing, *NOW, "--json", "--no-slots").objects
    assert none["instead"] == []
    (series,) = run("check", calendar(WEEKLY), "--policy", refusing, *NOW, "--json").objects
    assert series["instead"] == ["2026-12-03T09:00:00+01:00"]
    (allowed,) = run("check", examples / "calendars/workshop.ics", "--policy", refusing, *NOW, "--json").objects
    assert (allowed["outcome"], allowed["instead"]) == ("allow", [])
    (request,) = run("waiver", "request", "none.db", examples / WEDNESDAY, "-p", refusing, "--reason", "due", *NOW,
                     "--dry-run", "--json").objects  # fmt: skip
    assert request["instead"] == found["instead"]


def test_in_chinese(run, examples, refusing):
    answer = run("check", examples / WEDNESDAY, "--policy", refusing, *NOW, "--lang", "zh", "--no-slots")
    assert answer.lines[0].endswith(": 拒绝")
    assert "“Report on the state of reports”未保存。12月9日(周三)：每周三为无会日（第1条，Town Office）" in answer.out


def test_findings_name_rule_instance_reason_and_source(run, examples):
    answer = run("check", examples / WEDNESDAY, "--policy", REFERENCE, *NOW, "--json")
    (found,) = answer.objects
    assert (found["uid"], found["outcome"]) == ("wednesday-report@town.example", "deny")
    (finding,) = found["findings"]
    assert finding["rule"] == "1"
    assert finding["instance"] is None
    assert finding["reason"] == "every Wednesday is a no-meeting day"
    assert finding["source"] == {"title": "policy.json: no_meeting_weekdays"}
    assert (finding["start"], finding["end"]) == ("2026-12-09T09:00:00Z", "2026-12-09T10:00:00Z")


def test_instances_of_a_series_are_named_by_their_original_start(run, calendar):
    path = calendar("""
BEGIN:VEVENT
UID:s
DTSTAMP:20260101T000000Z
DTSTART;TZID=Europe/Berlin:20261207T090000
DTEND;TZID=Europe/Berlin:20261207T093000
RRULE:FREQ=DAILY;COUNT=4
ORGANIZER:mailto:ann@example.test
ATTENDEE:mailto:bob@example.test
END:VEVENT""")
    (found,) = run("check", path, "--policy", REFERENCE, *NOW, "--json").objects
    assert [one["instance"] for one in found["findings"]] == ["2026-12-09T08:00:00Z"]


def test_a_policy_that_observes_lets_pass_and_says_so(run, examples):
    policy = examples / "policies/town-office.toml"
    answer = run("check", examples / WEDNESDAY, "--policy", policy, *NOW)
    assert answer.code == 0
    assert answer.lines[0].endswith(": allowed")
    assert "would have been refused" in answer.out


def test_what_stands_already_is_kept(run, examples, refusing, tmp_path):
    path = examples / WEDNESDAY
    policy = tmp_path / "keep.toml"
    policy.write_text(refusing.read_text(encoding="utf-8").replace('"until 2027-03-31"', '"keep"'), encoding="utf-8")
    assert run("check", path, "--policy", policy, *NOW, "--old", path).code == 0
    assert run("check", path, "--policy", policy, *NOW).code == 1


def test_a_tag_exempts(run, examples, refusing, tmp_path):
    text = (examples / WEDNESDAY).read_bytes().replace(b"SUMMARY:", b"SUMMARY:#emergency ")
    tagged = tmp_path / "tagged.ics"
    tagged.write_bytes(text)
    answer = run("check", tagged, "--policy", refusing, *NOW, "--json")
    assert answer.code == 0
    assert {one["exempted_by"] for one in answer.objects[0]["findings"]} == {"emergency"}


def test_an_object_that_could_be_read_in_two_ways_is_rejected_with_its_line(run, tmp_path, examples, refusing):
    text = (examples / WEDNESDAY).read_bytes().replace(b"END:VEVENT", b"DTSTART:20261210T090000Z\r\nEND:VEVENT")
    twice = tmp_path / "twice.ics"
    twice.write_bytes(text)
    answer = run("check", twice, "--policy", refusing, *NOW)
    assert answer.code == 1
    assert answer.lines[0] == f"{twice}: rejected"
    assert any(line.endswith(": DTSTART: stands twice") for line in answer.lines)
    assert any("| DTSTART:20261210T090000Z" in line for line in answer.lines)


def test_an_export_is_judged_meeting_by_meeting(run, examples, refusing, tmp_path):
    bodies = [
        path.read_text(encoding="utf-8").partition("BEGIN:VEVENT")[2].rpartition("END:VEVENT")[0]
        for path in (examples / WEDNESDAY, examples / "calendars/workshop.ics")
    ]
    export = tmp_path / "export.ics"
    events = "".join(f"BEGIN:VEVENT{body}END:VEVENT\n" for body in bodies)
    export.write_text(f"BEGIN:VCALENDAR\nVERSION:2.0\n{events}END:VCALENDAR\n", encoding="utf-8")
    whole = run("check", export, "--policy", refusing, *NOW, "--json")
    assert [one["outcome"] for one in whole.objects] == ["reject"]
    each = run("check", export, "--policy", refusing, *NOW, "--json", "--export")
    assert {one["uid"]: one["outcome"] for one in each.objects} == {
        "wednesday-report@town.example": "deny",
        "workshop-2026@town.example": "allow",
    }


def test_a_missing_file_is_an_error_and_the_rest_is_judged(run, examples, refusing):
    answer = run("check", "nowhere.ics", examples / "calendars/workshop.ics", "--policy", refusing, *NOW, "--json")
    assert answer.code == 2
    assert [one["outcome"] for one in answer.objects] == ["error", "allow"]


def test_the_present_is_the_clock_s_unless_it_is_given(run, calendar, refusing):
    """A Wednesday long ago: recorded, never refused."""
    path = calendar("""
BEGIN:VEVENT
UID:past
DTSTAMP:20200101T000000Z
DTSTART:20200108T090000Z
DTEND:20200108T100000Z
ORGANIZER:mailto:ann@town.example
ATTENDEE:mailto:ben@town.example
END:VEVENT""")
    assert run("check", path, "--policy", refusing).code == 0
    assert run("check", path, "--policy", refusing, "--now", "2020-01-01").code == 1


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--policy", "nowhere.toml"), "nowhere.toml: no such file"),
        (("--policy", REFERENCE, "--old", "a", "--export"), "--old is what stood in the place of one FILE"),
    ],
)
def test_a_mistake_in_the_call_says_what_to_do(run, examples, args, said):
    answer = run("check", examples / WEDNESDAY, *args)
    assert answer.code == 2
    assert said in answer.err


def test_all_mistakes_of_a_policy_with_their_lines(run, examples, tmp_path):
    policy = tmp_path / "bad.toml"
    policy.write_text('zone = "Mars"\nmood = "good"\n[[no_meeting_day]]\nweekdays = ["caturday"]\n', encoding="utf-8")
    answer = run("check", examples / WEDNESDAY, "--policy", policy)
    assert answer.code == 2
    assert "3 mistakes" in answer.err
    assert '  1 | zone = "Mars"' in answer.err
    assert "bad.toml:2: mood: is not known here" in answer.err


WEEKLY = """
BEGIN:VEVENT
UID:w
DTSTAMP:20260101T000000Z
DTSTART;TZID=Europe/Berlin:20261202T100000
DTEND;TZID=Europe/Berlin:20261202T110000
RRULE:FREQ=WEEKLY;BYDAY=WE
SUMMARY:Weekly
ORGANIZER:mailto:ann@town.example
ATTENDEE:mailto:ben@town.example
END:VEVENT"""


def test_a_series_hears_to_which_weekday_it_could_move(run, calendar, refusing):
    answer = run("check", calendar(WEEKLY), "--policy", refusing, *NOW)
    assert answer.code == 1
    assert "The series could move. First Thu 3 Dec 09:00; of 57 instances 13 on no-meeting days" in answer.out


class TestSlots:
    def test_a_series_is_moved_as_a_whole(self, run, calendar, refusing):
        """Thursdays are banned in the week of the 8th only: 10 Dec 2026, 7 Jan 2027 (the week from 4 Jan), ..."""
        answer = run("slots", calendar(WEEKLY), "--policy", refusing, *NOW, "--json", "-n", "1")
        (found,) = answer.objects
        assert (found["rrule"], found["start"]) == ("FREQ=WEEKLY;BYDAY=TH", "2026-12-03T08:00:00Z")
        assert found["banned"][:2] == ["2026-12-10", "2027-01-07"]

    def test_times_are_named(self, run, examples, refusing):
        answer = run("slots", examples / WEDNESDAY, "--policy", refusing, *NOW, "--limit", "2")
        assert answer.code == 0
        assert answer.lines[:3] == [
            "Report on the state of reports",
            "  Mon 14 Dec 2026 09:00–10:00",
            "  Mon 14 Dec 2026 10:00–11:00",
        ]

    def test_nobody_is_free_whom_nobody_asked(self, run, examples, refusing, calendar):
        """Ann is busy until 10:30 on the 14th, and hers is the only calendar that is given."""
        busy = calendar(
            """
BEGIN:VEVENT
UID:b
DTSTART;TZID=Europe/Berlin:20261214T080000
DTEND;TZID=Europe/Berlin:20261214T103000
END:VEVENT""",
            "ann@town.example.ics",
        )
        answer = run("slots", examples / WEDNESDAY, "--policy", refusing, *NOW, "--json", "--busy", busy)
        found = answer.objects[0]
        assert found["start"] == "2026-12-14T09:30:00Z"
        assert found["free"] == ["mailto:ann@town.example"]
        assert len(found["unknown"]) == 4

    def test_an_owner_may_be_written(self, run, examples, refusing, calendar):
        busy = calendar("BEGIN:VEVENT\nUID:b\nDTSTART:20261214T000000Z\nDTEND:20261215T000000Z\nEND:VEVENT")
        answer = run("slots", examples / WEDNESDAY, "--policy", refusing, *NOW, "--json",
                     "--busy", f"ann@town.example={busy}")  # fmt: skip
        assert answer.objects[0]["start"] == "2026-12-15T08:00:00Z"

    def test_owned_and_unowned_calendars_do_not_mix(self, run, examples, refusing, calendar):
        one = calendar("", "ann@town.example.ics")
        other = calendar("BEGIN:VEVENT\nUID:b\nDTSTART:20261214T000000Z\nEND:VEVENT", "other.ics")
        answer = run("slots", examples / WEDNESDAY, "--policy", refusing, *NOW, "--busy", one, "--busy", other)
        assert answer.code == 2
        assert "write ADDRESS=FILE for each" in answer.err


class TestAnExport:
    """What stands under the verdicts on an export, and what `slots` says of it."""

    CALENDARS = "calendars"
    OLD = (
        "BEGIN:VEVENT\nUID:old@town.example\nDTSTAMP:20260101T000000Z\nDTSTART:20260105T090000Z\nDTEND:20260105T100000Z\n"
        "SUMMARY:Long over\nRRULE:FREQ=WEEKLY;COUNT=3\nEND:VEVENT"
    )

    def test_counts_what_is_refused(self, run, examples, refusing):
        answer = run("check", examples / self.CALENDARS, "--export", "--no-slots", "--policy", refusing, *NOW)
        assert answer.lines[-1] == "6 meetings, 3 refused, 2 with dates already over that a rule forbids"
        assert sum(line.endswith(": denied") for line in answer.lines) == 3

    def test_counts_what_would_be_refused(self, run, examples):
        policy = examples / "policies" / "town-office.toml"
        arguments = ("check", examples / self.CALENDARS, "--export", "--no-slots", "--policy", policy, *NOW)
        assert '3 would be refused under mode = "refuse"' in run(*arguments).lines[-1]
        assert run(*arguments, "--lang", "zh").lines[-1].startswith('共 6 次会议，改为 mode = "refuse" 后将拒绝 3 次')
        assert all("outcome" in one for one in run(*arguments, "--json").objects)

    def test_slots_proposes_nothing_that_is_over_and_tells_assumptions_once(self, run, calendar, examples, tmp_path):
        policy = tmp_path / "policy.toml"
        policy.write_text('zone = "Europe/Berlin"\n[[no_meeting_day]]\nweekdays = ["wednesday"]\n', encoding="utf-8")
        calendar(self.OLD)
        (tmp_path / "one.ics").write_bytes((examples / WEDNESDAY).read_bytes())
        (tmp_path / "two.ics").write_bytes((examples / "calendars/budget-round.ics").read_bytes())
        answer = run("slots", tmp_path, "--policy", policy, *NOW)
        assert answer.code == 0
        assert answer.out.count("no working hours are given") == 1
        at = answer.lines.index("Long over")
        assert answer.lines[at + 1] == "  No weekday and time is permitted to any of its instances still to come."


def test_a_rule_on_money_is_asked_with_a_rate_card_and_says_what_is_missing_without(run, examples, tmp_path):
    policy = tmp_path / "money.toml"
    policy.write_text('zone = "Europe/Berlin"\n[[cost]]\nid = "dear"\nmoney = "500 EUR"\n', "utf-8")
    invite = examples / "calendars/budget-round.ics"
    plain = ("check", invite, "--policy", policy, *NOW)
    without = run(*plain)
    assert without.code == 1
    assert without.lines[2:] == [
        f"  {invite}: rule dear could not be asked: no rate card says what working time is worth",
        "    give a rate card (`rates`) to compare with EUR 500, or limit `person_hours`, which needs none",
    ]
    dear = run(*plain, "--rate", "46 EUR", "--no-slots")
    assert dear.code == 1
    assert "costs EUR 621.00, at most EUR 500 (rule “dear”)" in dear.out
    assert run(*plain, "--rate", "30 EUR").code == 0
    by_card = run(*plain, "--rates", examples / "rates.toml", "--directory", examples / "directory.csv", "--json")
    assert by_card.objects[0]["outcome"] == "deny"
    export = run(*plain, "--export", "--rate", "46 EUR", "--json")
    assert [one["outcome"] for one in export.objects] == ["deny"]
    yuan = run(*plain, "--rate", "46 CNY", "--json").objects[0]
    assert yuan["outcome"] == "error"
    assert yuan["problems"][0]["problem"] == (
        "rule dear could not be asked: it limits EUR, and the cost is known in CNY"
    )
    assert run(*plain, "--rate", "46 CNY", "--rates", examples / "rates.toml").code == 2


def test_an_export_that_is_given_for_an_invite_is_told_of_the_option(run, tmp_path, refusing):
    parts = [
        f"BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20261101T000000Z\r\nDTSTART:20261210T090000Z\r\nEND:VEVENT\r\n"
        for uid in "ab"
    ]
    export = tmp_path / "export.ics"
    export.write_text(f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{''.join(parts)}END:VCALENDAR\r\n", newline="")
    answer = run("check", export, "--policy", refusing, *NOW)
    assert answer.code == 1
    assert "this may be an export: --export judges each of its meetings by itself" in answer.out
    assert "用 --export 逐一判断" in run("check", export, "--policy", refusing, *NOW, "--lang", "zh").out
    assert run("check", export, "--policy", refusing, *NOW, "--export").code == 0

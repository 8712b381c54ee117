# SPDX-License-Identifier: Apache-2.0
"""`meetcost expand`: one line an occurrence, in the stated form."""

import pytest

FIELDS = "file uid recurrence_id start end all_day floating local_start summary".split()
YEAR = ("--from", "2026-01-01", "--to", "2027-01-01", "--json")
EVENTS = """
BEGIN:VEVENT
UID:zoned
DTSTART;TZID=America/New_York:20260310T090000
DTEND;TZID=America/New_York:20260310T100000
RRULE:FREQ=WEEKLY;COUNT=2
SUMMARY:Zoned
END:VEVENT
BEGIN:VEVENT
UID:floating
DTSTART:20260302T090000
DTEND:20260302T100000
SUMMARY:Floating
END:VEVENT
BEGIN:VEVENT
UID:days
DTSTART;VALUE=DATE:20260301
DTEND;VALUE=DATE:20260303
SUMMARY:Days
END:VEVENT
BEGIN:VEVENT
UID:utc
DTSTART:20260304T090000Z
SUMMARY:Instant
END:VEVENT
"""


def test_every_field_in_its_form(run, calendar):
    path = calendar(EVENTS)
    answer = run("expand", path, *YEAR)
    assert (answer.code, answer.err) == (0, "")
    assert [list(one) for one in answer.objects] == [FIELDS] * 5
    file = str(path)
    assert [tuple(one.values()) for one in answer.objects] == [
        (file, "days", None, "2026-03-01", "2026-03-03", True, False, "2026-03-01", "Days"),
        (file, "floating", None, "2026-03-02T09:00:00", "2026-03-02T10:00:00", False, True, "2026-03-02T09:00:00",
         "Floating"),
        (file, "utc", None, "2026-03-04T09:00:00Z", "2026-03-04T09:00:00Z", False, False, "2026-03-04T09:00:00",
         "Instant"),
        (file, "zoned", "2026-03-10T13:00:00Z", "2026-03-10T13:00:00Z", "2026-03-10T14:00:00Z", False, False,
         "2026-03-10T09:00:00", "Zoned"),
        (file, "zoned", "2026-03-17T13:00:00Z", "2026-03-17T13:00:00Z", "2026-03-17T14:00:00Z", False, False,
         "2026-03-17T09:00:00", "Zoned"),
    ]  # fmt: skip


def test_an_override_keeps_its_original_start(run, examples):
    answer = run("expand", examples / "calendars/weekly-planning.ics", "--from", "2026-02-16", "--to", "2026-02-20",
                 "--json")  # fmt: skip
    (moved,) = answer.objects
    assert moved["recurrence_id"] == "2026-02-16T08:00:00Z"
    assert moved["start"] == "2026-02-17T13:00:00Z"
    assert moved["local_start"] == "2026-02-17T14:00:00"
    assert moved["summary"] == "Planning of the week (with the audit)"


def test_a_zone_of_the_file_changes_its_clocks(run, examples):
    """Its own summer time begins on 29 March 2026: 08:30 is 07:30Z before and 06:30Z after."""
    answer = run("expand", examples / "calendars/town-hall-time.ics", *YEAR)
    assert [one["start"] for one in answer.objects][:2] == ["2026-03-27T07:30:00Z", "2026-04-03T06:30:00Z"]
    assert {one["local_start"][11:] for one in answer.objects} == {"08:30:00"}


@pytest.mark.parametrize(
    ("first", "last", "uids"),
    [
        ("2026-03-02T10:00", "2026-03-04", ["days"]),  # the end is exclusive, so the floating one is over
        ("2026-03-02T09:59:59", "2026-03-02T10:00", ["days", "floating"]),
        ("2026-03-03", "2026-03-04T09:00Z", []),  # up to, not including
        ("2026-03-04T09:00Z", "2026-03-04T09:00:01Z", ["utc"]),  # no length, begins inside
        ("2026-03-04T09:00:01Z", "2026-03-05", []),
        ("2026-03-10T09:59:59-04:00", "2026-03-10T14:00:00Z", ["zoned"]),
        ("2026-03-10", "2026-03-10", []),
    ],
)
def test_what_overlaps_the_span(run, calendar, first, last, uids):
    answer = run("expand", calendar(EVENTS), "--from", first, "--to", last, "--json")
    assert [one["uid"] for one in answer.objects] == uids


class TestZone:
    """`--zone` reads bare dates, dates, floating times and unknown names."""

    def test_a_bare_date_is_midnight_there(self, run, calendar):
        """In New York the 4th begins at 05:00Z, and 09:00Z of the 4th lies in it; in Auckland it is over."""
        path = calendar(EVENTS)
        for zone, uids in (("America/New_York", ["utc"]), ("Pacific/Kiritimati", [])):
            answer = run("expand", path, "--from", "2026-03-04", "--to", "2026-03-04T23:00", "--json", "--zone", zone)
            assert [one["uid"] for one in answer.objects] == uids

    def test_a_floating_time_stays_as_it_is_written(self, run, calendar):
        answer = run("expand", calendar(EVENTS), *YEAR, "--zone", "Asia/Shanghai")
        found = next(one for one in answer.objects if one["uid"] == "floating")
        assert (found["start"], found["end"]) == ("2026-03-02T09:00:00", "2026-03-02T10:00:00")
        assert found["floating"] is True

    def test_over_a_change_of_the_clocks_too(self, run, calendar):
        path = calendar("BEGIN:VEVENT\nUID:n\nDTSTART:20260328T220000\nDTEND:20260329T060000\nEND:VEVENT")
        (found,) = run("expand", path, *YEAR, "--zone", "Europe/Berlin").objects
        assert (found["start"], found["end"]) == ("2026-03-28T22:00:00", "2026-03-29T06:00:00")

    UNKNOWN = (
        "BEGIN:VEVENT\nUID:u\nDTSTART;TZID=Our Zone:20260701T090000\nDTEND;TZID=Our Zone:20260701T100000\nEND:VEVENT"
    )

    def test_an_unknown_name_is_floating_without_it(self, run, calendar):
        problem, found = run("expand", calendar(self.UNKNOWN), *YEAR).objects
        assert problem["line"] == 4
        assert "`Our Zone` is unknown" in problem["problem"]
        assert (found["start"], found["floating"]) == ("2026-07-01T09:00:00", True)

    def test_and_read_there_with_it(self, run, calendar):
        problem, found = run("expand", calendar(self.UNKNOWN), *YEAR, "--zone", "Europe/Berlin").objects
        assert "read in Europe/Berlin" in problem["problem"]
        assert (found["start"], found["floating"]) == ("2026-07-01T07:00:00Z", False)
        assert found["local_start"] == "2026-07-01T09:00:00"

    def test_x_wr_timezone_has_no_effect(self, run, calendar):
        answer = run("expand", calendar("X-WR-TIMEZONE:Asia/Shanghai" + EVENTS), *YEAR)
        assert answer.objects == run("expand", calendar(EVENTS), *YEAR).objects


class TestProblems:
    BROKEN = (
        "BEGIN:VEVENT\nUID:broken\nDTSTART:20269999\nEND:VEVENT\n"
        "BEGIN:VEVENT\nUID:fine\nDTSTART:20260101T090000Z\nEND:VEVENT"
    )

    def test_a_problem_is_a_line_and_no_failure(self, run, calendar):
        path = calendar(self.BROKEN)
        answer = run("expand", path, *YEAR)
        assert answer.code == 0
        problem, found = answer.objects
        assert (problem["file"], problem["line"]) == (str(path), 6)
        assert "`20269999` is no date or time" in problem["problem"]
        assert found["uid"] == "fine"

    def test_in_words_on_standard_error_with_the_line(self, run, calendar):
        path = calendar(self.BROKEN)
        answer = run("expand", path, *YEAR[:-1])
        assert answer.code == 0
        assert answer.lines == [str(path), "  Thu 1 Jan 2026 09:00 UTC   (no title)"]
        assert answer.err.splitlines()[:2] == [
            f"{path}:6: DTSTART: `20269999` is no date or time",
            "  6 | DTSTART:20269999",
        ]

    def test_one_unreadable_file_never_stops_the_rest(self, run, calendar, tmp_path):
        good = calendar(EVENTS)
        (tmp_path / "bad.ics").write_bytes(b"\x00\xff no calendar")
        answer = run("expand", tmp_path / "missing.ics", tmp_path / "bad.ics", good, *YEAR)
        assert answer.code == 2
        assert [one["uid"] for one in answer.objects if "problem" not in one][:2] == ["days", "floating"]
        assert [one["file"] for one in answer.objects if "problem" in one] == [
            str(tmp_path / "missing.ics"),
            str(tmp_path / "bad.ics"),
        ]

    def test_too_many_instances_are_told_and_the_rest_goes_on(self, run, calendar):
        path = calendar(EVENTS.replace("UID:utc\n", "UID:utc\nRRULE:FREQ=SECONDLY\n"))
        answer = run("expand", path, *YEAR)
        assert answer.code == 0
        assert [(one["code"], one["uid"]) for one in answer.objects if "problem" in one] == [("limit", "utc")]
        assert {one["uid"] for one in answer.objects if "problem" not in one} == {"days", "floating", "zoned"}


class TestFiles:
    def test_a_folder_gives_its_calendars_sorted(self, run, calendar, tmp_path):
        event = "BEGIN:VEVENT\nUID:{}\nDTSTART:20260101T090000Z\nEND:VEVENT"
        for name in ("b/z.ICS", "b/a.ics", "a.ical", "c.icalendar", "notes.txt"):
            calendar(event.format(name), f"calendars/{name}")
        answer = run("expand", tmp_path / "calendars", *YEAR)
        assert [one["uid"] for one in answer.objects] == ["a.ical", "b/a.ics", "b/z.ICS", "c.icalendar"]

    def test_each_file_once(self, run, calendar):
        path = calendar(EVENTS)
        assert len(run("expand", path, path.parent, path, *YEAR).objects) == 5

    def test_a_folder_without_calendars_is_a_mistake(self, run, tmp_path):
        answer = run("expand", tmp_path, *YEAR[:-1])
        assert answer.code == 2
        assert "holds no calendar" in answer.err

    def test_standard_input(self, run, calendar):
        answer = run("expand", "-", *YEAR, stdin=calendar(EVENTS).read_bytes())
        assert {one["file"] for one in answer.objects} == {"-"}
        assert len(answer.objects) == 5

    def test_an_empty_calendar_is_fine(self, run, calendar):
        assert run("expand", calendar(""), *YEAR) == (0, "", "")


def test_control_characters_never_reach_a_terminal(run, calendar):
    path = calendar(
        "BEGIN:VEVENT\nUID:e\nSUMMARY:\x1b]0;owned\x07\x9b31m \u202eevil\nDTSTART:20260101T090000Z\nEND:VEVENT"
    )
    answer = run("expand", path, *YEAR[:-1])
    assert "owned" in answer.out
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(answer.out + answer.err)


def test_times_beyond_the_calendar_do_not_stop_anything(run, calendar):
    path = calendar(
        "BEGIN:VEVENT\nUID:e\nDTSTART;VALUE=DATE:99991231\nEND:VEVENT\n"
        "BEGIN:VEVENT\nUID:f\nDTSTART:20260101T000000Z\nDURATION:P5000000D\nEND:VEVENT"
    )
    answer = run("expand", path, "--from", "2026-01-01", "--to", "9999-12-31T23:59:59", "--json")
    assert answer.code == 0
    assert {one["uid"] for one in answer.objects} >= {"e"}

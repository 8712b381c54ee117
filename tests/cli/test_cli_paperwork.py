# SPDX-License-Identifier: Apache-2.0
"""`meetcost paperwork`, `meetcost burden` and the forecast from own records, end to end."""

import json
import shutil

import pytest


@pytest.fixture
def minutes(examples):
    return examples / "minutes"


@pytest.fixture
def office(examples):
    return examples / "history" / "town-office.json"


def learn(run, history, *args):
    return run("paperwork", "learn", *args, "--history", history)


def test_minutes_are_matched_measured_and_kept(run, examples, minutes, tmp_path):
    history = tmp_path / "history.json"
    calendar = examples / "calendars" / "weekly-planning.ics"
    answer = learn(run, history, minutes, "--calendar", calendar, "--kind", "summary")
    assert answer.code == 0
    assert "167 words (forecast from 0 own records: " in answer.lines[0]
    assert "Planning of the week Mon 7 Dec 2026" in answer.lines[0]
    assert answer.lines[1] == "  asks for forms: 1, reports: 1"
    (record,) = json.loads(history.read_text("utf-8"))["records"]
    assert record["uid"] == "weekly-planning@town.example"
    assert record["recurrence_id"] == "20261207T080000Z"
    assert (record["kind"], record["minutes"], record["attendees"]) == ("summary", 60, 4)
    again = learn(run, history, minutes, "--calendar", calendar)  # the kind is asked once
    assert json.loads(history.read_text("utf-8"))["records"] == [record]
    assert again.code == 0


def test_the_forecast_rests_on_what_was_learnt(run, examples, minutes, tmp_path):
    history = tmp_path / "history.json"
    calendar = examples / "calendars" / "weekly-planning.ics"
    learn(run, history, minutes, "--calendar", calendar, "--kind", "summary")
    (bare,) = run("forecast", calendar, "--json").objects
    (own,) = run("forecast", calendar, "--history", history, "--json").objects
    assert (bare["own_records"], own["own_records"]) == (0, 1)
    assert own["kind"] == "summary"
    assert own["basis"][0].endswith("1 of your own records")

    def width(found):
        return found["length"]["interval_80"][1] / found["length"]["interval_80"][0]

    assert width(own) < width(bare)
    chinese = run("forecast", calendar, "--history", history, "--lang", "zh")
    assert "另有本单位记录 1 份" in chinese.lines[0]


def test_answers_that_an_invite_asks_for_are_in_the_forecast(run, calendar):
    text = "DESCRIPTION:请各单位于12月5日前报送工作总结。\nATTENDEE:mailto:a@x.example\n"
    path = calendar(f"BEGIN:VEVENT\nUID:u\nDTSTART:20261210T090000Z\nDURATION:PT1H\nSUMMARY:会\n{text}END:VEVENT")
    (found,) = run("forecast", path, "--json").objects
    assert found["reporting"]["median"] == 0.45
    assert found["reporting"]["tag"] == "literature"
    assert any("27 minutes" in figure for figure in found["reporting"]["figures"])
    assert any("Zeitwerttabelle" in source["title"] for source in found["sources"])
    told = run("forecast", path, "--complexity", "high", "--requests", "2")
    assert any(line.startswith("  reports      ") for line in told.lines)


def test_minutes_without_a_calendar(run, minutes, tmp_path):
    history = tmp_path / "history.json"
    answer = learn(run, history, minutes, "--series", "planning", "--json")
    assert answer.code == 0
    (told,) = answer.objects
    assert (told["uid"], told["recurrence_id"], told["words"]) == ("planning", "20261207", 167)
    assert told["forecast"]["own_records"] == 0


def test_meetings_without_minutes_count_where_the_set_is_complete(run, examples, minutes, tmp_path):
    folder = tmp_path / "minutes"
    shutil.copytree(minutes, folder)
    source = next(folder.iterdir())
    shutil.copy(source, folder / "2026-11-23-planning.md")
    history = tmp_path / "history.json"
    calendar = examples / "calendars" / "weekly-planning.ics"
    answer = learn(run, history, folder, "--calendar", calendar, "--complete")
    assert answer.code == 0
    records = json.loads(history.read_text("utf-8"))["records"]
    assert [(one["day"], one["words"] > 0) for one in records] == [
        ("2026-11-23", True),
        ("2026-11-30", False),
        ("2026-12-07", True),
    ]


WEEKLY = ("--from", "2026-11-01", "--to", "2026-12-31", "--now", "2026-12-01T08:00Z")


def rows_of(run, books):
    """What is in the books, without the head that ends an export."""
    return [one["payload"] for one in run("ledger", "export", books).objects if "payload" in one]


def test_lengths_are_linked_to_the_meetings_in_the_ledger(run, examples, minutes, tmp_path):
    books, history = tmp_path / "books.db", tmp_path / "history.json"
    folder = tmp_path / "minutes"
    shutil.copytree(minutes, folder)
    calendar = examples / "calendars" / "weekly-planning.ics"
    run("audit", calendar, "--ledger", books, *WEEKLY)
    args = (folder, "--calendar", calendar, "--kind", "summary", "--ledger", books)
    answer = learn(run, history, *args, "--now", "2026-12-10T08:00Z")
    assert answer.code == 0
    assert f"{books}: 1 new row, 0 corrections, " in answer.out
    (row,) = (one for one in rows_of(run, books) if one["kind"] == "paperwork")
    (held,) = (
        one for one in rows_of(run, books) if one["kind"] == "occurrence" and one["recurrence_id"] == "20261207T080000Z"
    )
    assert (row["uid"], row["recurrence_id"]) == (held["uid"], held["recurrence_id"])
    assert (row["documents"], row["words"], row["characters"]) == (1, 167, 0)
    assert (row["writing_seconds"], row["reading_seconds"]) == (527, 168)

    again = learn(run, history, *args, "--json").objects[-1]
    assert (again["ledger"], again["rows"], again["corrections"]) == (str(books), 0, 0)
    paper = next(folder.iterdir())
    paper.write_text(paper.read_text("utf-8") + "\nThree words more.\n", "utf-8")
    changed = learn(run, history, *args, "--json").objects[-1]
    assert (changed["rows"], changed["corrections"]) == (0, 1)
    (correction,) = (one for one in rows_of(run, books) if one["kind"] == "correction")
    assert correction["row"]["words"] == 170
    assert run("ledger", "verify", books).code == 0


def test_no_name_and_no_text_of_minutes_enters_the_books(run, examples, minutes, tmp_path):
    books = tmp_path / "books.db"
    calendar = examples / "calendars" / "weekly-planning.ics"
    learn(run, tmp_path / "history.json", minutes, "--calendar", calendar, "--ledger", books)
    octets = b"".join(one.read_bytes() for one in tmp_path.glob("books.db*") if one.suffix != ".key")
    assert b'"words":167' in octets
    for word in (b"town.example", b"weekly-planning", b"Planning", b"Adler"):
        assert word not in octets


def test_books_that_refuse_leave_the_records_as_they_were(run, minutes, tmp_path):
    history = tmp_path / "history.json"
    (tmp_path / "books.db").write_bytes(b"no books, but something else that somebody keeps here" * 99)
    answer = learn(run, history, minutes, "--series", "planning", "--ledger", tmp_path / "books.db")
    assert answer.code == 2
    assert "books.db" in answer.err
    assert not history.exists()


def test_an_invite_carries_the_measured_length_beside_its_forecast(run, calendar, tmp_path):
    history = tmp_path / "history.json"
    event = (
        "BEGIN:VEVENT\nUID:budget\nDTSTART:20261210T090000Z\nDURATION:PT1H\nSUMMARY:Budget\n"
        "ORGANIZER:mailto:a@x.example\nATTENDEE:mailto:b@x.example\nEND:VEVENT"
    )
    invite, paper = calendar(event), tmp_path / "2026-12-10 budget.md"
    paper.write_text("word " * 1900, "utf-8")
    (before,) = run("attach", invite, "--json", "--now", "2026-12-01").objects
    assert before["disclosure"]["measured"] is None
    learn(run, history, paper, "--calendar", invite, "--kind", "summary")
    (after,) = run("attach", invite, "--json", "--now", "2026-12-11", "--history", history).objects
    assert after["disclosure"]["measured"]["length"] == 1900
    assert after["disclosure"]["measured"]["unit"] == "words"
    assert (after["disclosure"]["measured"]["writing"], after["disclosure"]["measured"]["reading"]) == ("1.67", "0.27")
    assert after["disclosure"]["measured"]["standing"] == "literature"
    assert after["disclosure"]["paperwork"] is not None
    for language, line in (
        ("en", "minutes: 1\\,900 words\\, 1.9 h (forecast "),
        ("zh", "纪要 1\\,900 英文词，约 1.9 小时"),
    ):
        written = run("attach", invite, "--now", "2026-12-11", "--history", history, "--lang", language).out
        unfolded = written.encode().replace(b"\r\n ", b"").replace(b"\n ", b"").decode()
        assert line in unfolded
        assert "X-MEETCOST-PAPERWORK-MEASURED:1900 words/1.67/0.27" in unfolded


def test_what_cannot_be_matched_is_told_and_the_rest_is_learnt(run, examples, minutes, tmp_path):
    stray = tmp_path / "2026-12-08.md"
    stray.write_text("# Nothing on this day\n", "utf-8")
    history = tmp_path / "history.json"
    calendar = examples / "calendars" / "weekly-planning.ics"
    answer = learn(run, history, minutes, stray, "--calendar", calendar)
    assert answer.code == 1
    assert "no meeting on 2026-12-08" in answer.err
    assert len(json.loads(history.read_text("utf-8"))["records"]) == 1


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["paperwork", "learn", "{minutes}", "--history", "h.json"], "--calendar PATH, or --series NAME"),
        (["paperwork", "evaluate", "--history", "none.json"], "there is no file `none.json`"),
        (["burden", "shift", "--history", "none.json"], "there is no file"),
        (["forecast", "{minutes}/x.ics", "--history", "none.json"], "there is no file"),
        (["attach", "{minutes}/x.ics", "--history", "none.json"], "there is no file `none.json`"),
        (["burden", "shift", "--history", "{office}", "--since", "June"], "`June` is no day"),
        (["paperwork", "measure", "{office}"], "no kind of document"),
        (["paperwork", "measure", "{minutes}", "--ceiling", "0"], "ceiling: `0`"),
        (["paperwork", "measure", "{minutes}/../history"], "holds no document"),
    ],
)
def test_mistakes_are_told(run, args, said, minutes, office):
    answer = run(*(arg.format(minutes=minutes, office=office) for arg in args))
    assert answer.code == 2
    assert said in answer.err


def test_a_broken_history_is_told_and_left_as_it_is(run, minutes, tmp_path):
    history = tmp_path / "history.json"
    history.write_text('{"version": 7, "records": []}', "utf-8")
    answer = learn(run, history, minutes, "--series", "planning")
    assert answer.code == 2
    assert "version" in answer.err
    assert history.read_text("utf-8") == '{"version": 7, "records": []}'


def test_measure(run, tmp_path):
    paper = tmp_path / "通知.txt"
    paper.write_text("关于报送情况的通知\n\n请各单位于5月4日前报送进展情况。\n", "utf-8")
    answer = run("paperwork", "measure", paper, "--now", "2026-05-01", "--lang", "zh")
    assert answer.code == 1
    assert "正式文件没有文号" in answer.out
    assert "要求报送材料" in answer.out
    (found,) = run("paperwork", "measure", paper, "--ceiling", "5", "--json").objects
    assert [one["code"] for one in found["findings"]] == ["over-ceiling", "unnumbered"]
    assert found["requests"] == [{"asked": "report", "line": 3, "text": "请各单位于5月4日前报送进展情况"}]


def test_evaluate_tells_by_number_of_records(run, office):
    answer = run("paperwork", "evaluate", "--history", office)
    assert answer.code == 0
    assert [line for line in answer.lines if not line.startswith(" ")] == [
        "no own records: 5 forecasts",
        "1 to 2 own records: 10 forecasts",
        "3 to 9 own records: 35 forecasts",
        "10 own records or more: 147 forecasts",
    ]
    rows = run("paperwork", "evaluate", "--history", office, "--json").objects
    assert [row["forecasts"] for row in rows] == [5, 10, 35, 147]
    assert all(0 <= row["coverage"] <= 1 for row in rows)


def test_shift_at_a_known_day(run, office):
    answer = run("burden", "shift", "--history", office, "--since", "2026-06-01")
    assert answer.code == 1
    assert answer.lines[0].startswith("the burden moved:")
    (found,) = run("burden", "shift", "--history", office, "--since", "2026-06-01", "--json").objects
    assert found["outcome"] == "moved"
    assert found["c"] > found["threshold"]
    assert found["series"] == 5
    assert (
        run("burden", "shift", "--history", office, "--since", "2026-06-01", "--lang", "zh")
        .lines[0]
        .startswith("明减暗增")
    )


def test_shift_at_an_unknown_day(run, office):
    answer = run("burden", "shift", "--history", office)
    assert answer.code == 1
    assert "the day was looked for" in answer.lines[1]


def test_shift_at_a_day_on_which_nothing_happened(run, office, tmp_path):
    records = [one for one in json.loads(office.read_text("utf-8"))["records"] if one["day"] < "2026-06-01"]
    quiet = tmp_path / "quiet.json"
    quiet.write_text(json.dumps({"version": 1, "records": records}), "utf-8")
    answer = run("burden", "shift", "--history", quiet, "--since", "2026-03-02")
    assert answer.code == 0
    assert answer.lines[0].startswith("no sign that work moved into paperwork")


def test_shift_with_too_little(run, office, tmp_path):
    records = [one for one in json.loads(office.read_text("utf-8"))["records"] if one["title"] == "Finance"]
    few = tmp_path / "few.json"
    few.write_text(json.dumps({"version": 1, "records": records[:14]}), "utf-8")
    answer = run("burden", "shift", "--history", few, "--since", "2026-01-08")
    assert answer.code == 0
    assert answer.lines[0].startswith("cannot tell yet")
    assert any("more series with as many meetings" in line for line in answer.lines)
    few.write_text(json.dumps({"version": 1, "records": records[:4]}), "utf-8")
    short = run("burden", "shift", "--history", few, "--since", "2025-11-20")
    assert any("needs about 7 more meetings of a series" in line for line in short.lines)
    assert "●" not in short.out
    assert "a series needs 8 meetings" in run("burden", "shift", "--history", few).out

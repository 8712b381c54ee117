# SPDX-License-Identifier: Apache-2.0
"""`meetcost cost`: what is printed, and that the figures are those of a hand calculation."""

import pytest

BUDGET = "calendars/budget-round.ics"
WEEKLY = "calendars/weekly-planning.ics"


def test_without_any_configuration_there_are_hours(run, examples):
    """9 people x 1.5 h = 13.5; 9 x 45 min = 6.75 less; 3 optional people x 1.5 h = 4.5 less."""
    answer = run("cost", examples / BUDGET)
    assert answer.code == 0
    assert answer.err == ""
    assert answer.lines == [
        "Budget round   Thu 10 Dec 2026 10:00–11:30   9 people   13.5 person-hours",
        "  paperwork    +0.19–5.7 h   (rough: fitted on the minutes of other bodies; none of your own records)",
        "  cheaper      45 min: −6.75 h      3 optional people read the minutes instead: −4.5 h",
        'no rate card: hours only. add one with --rate "46 EUR" or --rates rates.toml',
    ]


def test_in_chinese(run, examples):
    """5 people x 1.5 h = 7.5, the room does not count."""
    answer = run("cost", examples / "calendars/chinese-invite.ics", "--rate", "120 CNY", "--lang", "zh")
    assert answer.code == 0
    assert answer.lines == [
        "预算碰头会   2026年12月11日(周五) 14:30–16:00   5 人   7.5 人·时   900.00 元",
        "  会后文字材料  另需 0.12–3.7 小时（粗略估计：依据其他单位的会议纪要，暂无本单位数据）",
        "  可节省        改为 45 分钟：−3.75 小时，−450.00 元      1 名可不到会人员改看纪要：−1.5 小时，−180.00 元",
    ]


def test_one_rate_for_everybody(run, examples):
    """9 x 1.5 h x 46 = 621."""
    answer = run("cost", examples / BUDGET, "--rate", "46 EUR")
    assert answer.lines[0].endswith("13.5 person-hours   EUR 621.00")
    assert "rate card" not in answer.out


def test_units_pay_by_their_bands(run, examples):
    """A 59.50 x 1.5 = 89.25, B 46 x 1.5 = 69, C 38.20 x 1.5 = 57.30: A+B three times, two C, one C."""
    answer = run(
        "cost", examples / BUDGET, "--rates", examples / "rates.toml", "--directory", examples / "directory.csv"
    )
    assert answer.lines[0].endswith("EUR 646.65")
    assert answer.lines[3] == (
        "  paid by      Town Office EUR 158.25 · Planning EUR 158.25 · Finance EUR 158.25 · Public Works EUR 114.60 "
        "· Archive EUR 57.30   (called by Town Office)"
    )


def test_a_series_says_what_a_year_comes_to(run, examples):
    """53 Mondays from 5 Jan 2026 in 365 days, two left out: 50 x 4 h and the override, 5 people for 2 h: 210."""
    answer = run("cost", examples / WEEKLY)
    assert "  a year       51 times, 210 person-hours   (from Mon 5 Jan 2026)" in answer.lines


def test_whole_days_count_eight_hours_each(run, examples):
    """5 people x 2 days x 8 h = 80."""
    answer = run("cost", examples / "calendars/workshop.ics")
    assert answer.lines[0] == (
        "Workshop on one form for all   Thu 24 Sept – Fri 25 Sept 2026, 2 days   5 people   80 person-hours"
    )


def test_several_meetings_are_added_up(run, examples):
    """13.5 + 7.5 + 1.5 + 5 + 4 + 80 = 111.5."""
    answer = run("cost", examples / "calendars")
    assert "6 meetings   111.5 person-hours" in answer.lines
    titles = [line.split("   ")[0] for line in answer.lines if " person-hours" in line and "   " in line[:40]]
    assert titles[:2] == ["Budget round", "预算碰头会"]


def test_explained(run, examples):
    answer = run("cost", examples / BUDGET, "--rate", "46 EUR", "--explain")
    assert "    9 people × EUR 69.00 (1 h 30 min at EUR 46 per hour) = EUR 621.00" in answer.lines
    assert any("travel is not counted" in line for line in answer.lines)


def test_the_rules_are_told_where_there_are_any(run, examples, refusing):
    answer = run("cost", examples / "calendars/wednesday-report.ics", "--policy", refusing)
    assert answer.code == 0  # `check` decides
    told = next(line for line in answer.lines if line.startswith("  rules"))
    assert "every Wednesday is a no-meeting day (rule 1, Town Office)" in told


class TestJson:
    def test_one_object_a_meeting(self, run, examples):
        (found,) = run("cost", examples / BUDGET, "--json", "--rate", "46 EUR").objects
        assert found["uid"] == "budget-round-2026@town.example"
        assert (found["start"], found["end"]) == ("2026-12-10T09:00:00Z", "2026-12-10T10:30:00Z")
        assert (found["minutes"], found["people"]) == (90, 9)
        assert (found["person_hours"], found["person_seconds"]) == ("13.5", 48600)
        assert found["cost"] == {"amount": "621.00", "currency": "EUR"}
        assert found["series"] is None
        assert [one["saves"]["person_hours"] for one in found["cheaper"]] == ["6.75", "4.5"]
        assert found["cheaper"][1]["without"] == [f"mailto:{name}@town.example" for name in ("felix", "greta", "hanna")]
        assert found["paperwork"]["agenda_items"] == 4
        assert found["problems"] == []

    def test_hours_alone_without_a_rate(self, run, examples):
        (found,) = run("cost", examples / BUDGET, "--json").objects
        assert found["cost"] is None
        assert found["rate_card"] is None

    def test_series(self, run, examples):
        (found,) = run("cost", examples / WEEKLY, "--json").objects
        assert (found["series"]["occurrences"], found["series"]["person_hours"]) == (51, "210")

    def test_who_called_and_who_pays(self, run, examples):
        (found,) = run("cost", examples / BUDGET, "--json", "-d", examples / "directory.csv").objects
        assert found["called_by"] == "Town Office"
        assert {one["unit"]: one["person_hours"] for one in found["borne_by"]} == {
            "Town Office": "3", "Planning": "3", "Finance": "3", "Public Works": "3", "Archive": "1.5",
        }  # fmt: skip

    def test_a_third_of_an_hour_is_exact_in_seconds(self, run, calendar):
        path = calendar("""
BEGIN:VEVENT
UID:a
DTSTART:20260105T090000Z
DURATION:PT20M
ATTENDEE:mailto:ann@town.example
END:VEVENT""")
        (found,) = run("cost", path, "--json").objects
        assert (found["person_hours"], found["person_seconds"]) == ("0.33", 1200)

    def test_a_problem_of_a_meeting_stands_in_its_object(self, run, calendar):
        path = calendar("""
BEGIN:VEVENT
UID:a
DTSTART;TZID=Nowhere/Here:20260105T090000
DURATION:PT1H
ATTENDEE:mailto:ann@town.example
END:VEVENT""")
        (found,) = run("cost", path, "--json").objects
        assert [one["code"] for one in found["problems"]] == ["unknown-zone"]
        assert found["problems"][0]["line"] == 4


class TestEveryOccurrence:
    def test_one_object_an_occurrence(self, run, examples, refusing):
        answer = run(
            "cost", examples / WEEKLY, "--from", "2026-02-02", "--to", "2026-02-23", "--json", "--rate", "46 EUR",
            "--policy", refusing,
        )  # fmt: skip
        assert answer.code == 0
        banned, plain, moved = sorted(answer.objects, key=lambda one: one["start"])
        assert (plain["recurrence_id"], plain["start"]) == ("2026-02-09T08:00:00Z", "2026-02-09T08:00:00Z")
        assert (moved["recurrence_id"], moved["start"]) == ("2026-02-16T08:00:00Z", "2026-02-17T13:00:00Z")
        assert plain["cost"] == {"amount": "184.00", "currency": "EUR"}
        assert moved["cost"] == {"amount": "460.00", "currency": "EUR"}
        assert [one["rules"] for one in (banned, plain, moved)] == [["2"], [], []]  # the week of the 8th: 2 to 8 Feb
        assert plain["lines"][0] == {
            "address": "mailto:ben@town.example",
            "role": "REQ-PARTICIPANT",
            "partstat": "ACCEPTED",
            "person_hours": "1",
            "cost": {"amount": "46.00", "currency": "EUR"},
        }

    def test_from_without_to_is_usage(self, run, examples):
        answer = run("cost", examples / BUDGET, "--from", "2026-01-01")
        assert answer.code == 2
        assert "--from and --to belong together" in answer.err


class TestPersonalPay:
    """Two people with rates of their own: what they earn is nobody's business."""

    @pytest.fixture
    def personal(self, tmp_path, examples):
        (tmp_path / "rates.toml").write_text(
            'name = "own"\nversion = "1"\ncurrency = "EUR"\npersonal = true\ndefault_band = "B"\n'
            "[bands.B]\n[bands.B.values]\n2026-01-01 = 40\n",
            encoding="utf-8",
        )
        (tmp_path / "people.csv").write_text("address,rate\nann@town.example,99 EUR\n", encoding="utf-8")
        return examples / BUDGET, "--rates", tmp_path / "rates.toml", "--directory", tmp_path / "people.csv"

    @pytest.mark.parametrize("window", [(), ("--from", "2026-12-01", "--to", "2027-01-01")])
    def test_no_amount_is_given_away(self, run, personal, window):
        answer = run("cost", *personal, *window, "--json")
        (found,) = answer.objects
        assert found["cost"] is None
        assert all(line["cost"] is None for line in found["lines"])
        assert "amount" not in answer.out
        assert "--private" in answer.err

    def test_nor_in_words(self, run, personal):
        answer = run("cost", *personal, "--explain")
        assert "EUR" not in answer.out
        assert "--private" in answer.err

    def test_unless_it_is_asked_for(self, run, personal):
        """8 x 1.5 x 40 + 1.5 x 99 = 628.50."""
        (found,) = run("cost", *personal, "--json", "--private").objects
        assert found["cost"] == {"amount": "628.50", "currency": "EUR"}
        assert found["private"] is True


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--rate", "5"), "`5` is not a rate; write it as `46 EUR`"),
        (("--rate", "46 EUR", "--rates", "x.toml"), "--rate and --rates say the same thing twice"),
        (("--zone", "Europe/Berln"), "did you mean `Europe/Berlin`?"),
        (("--from", "soon", "--to", "2026-01-01"), "--from: `soon` is no date or instant"),
        (("--from", "2026-02-01", "--to", "2026-01-01"), "lies before --from"),
        (("--rates", "nowhere.toml"), "nowhere.toml: no such file"),
        (("--now", "yesterday"), "--now: `yesterday`"),
    ],
)
def test_a_mistake_in_the_call_says_what_to_do(run, examples, args, said):
    answer = run("cost", examples / BUDGET, *args)
    assert answer.code == 2
    assert said in answer.err
    assert "Traceback" not in answer.err
    assert answer.out == ""

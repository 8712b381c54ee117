# SPDX-License-Identifier: Apache-2.0
"""`meetcost policy`, `meetcost rates`, `meetcost forecast`."""

import json

import jsonschema
import pytest

from meetcost.policy.starter import STARTERS


class TestPolicy:
    @pytest.mark.parametrize("name", STARTERS)
    def test_what_init_writes_has_no_mistakes(self, run, tmp_path, name):
        path = tmp_path / "meetcost.toml"
        assert run("policy", "init", path, "--like", name).code == 0
        answer = run("policy", "check", path, "--json")
        assert answer.code == 0
        assert answer.objects[0]["rules"]

    def test_init_says_in_chinese_what_comes_next(self, run, tmp_path):
        path = tmp_path / "meetcost.toml"
        answer = run("policy", "init", path, "--lang", "zh")
        assert answer.out == f"已写入 {path}；请按本单位的规定修改，再运行：meetcost policy check {path}\n"

    def test_init_never_overwrites(self, run, tmp_path):
        path = tmp_path / "meetcost.toml"
        path.write_text("mine", encoding="utf-8")
        answer = run("policy", "init", path)
        assert answer.code == 2
        assert "exists already" in answer.err
        assert path.read_text(encoding="utf-8") == "mine"

    def test_init_to_standard_output(self, run):
        assert "[[no_meeting_day]]" in run("policy", "init", "-").out

    def test_an_unknown_starter_names_the_known_ones(self, run, tmp_path):
        answer = run("policy", "init", tmp_path / "x", "--like", "mars")
        assert answer.code == 2
        assert all(name in answer.err for name in STARTERS)

    def test_check_tells_all_mistakes_of_all_files(self, run, tmp_path, examples):
        bad = tmp_path / "bad.toml"
        bad.write_text('mood = 1\nmode = "sleep"\n', encoding="utf-8")
        answer = run("policy", "check", bad, tmp_path / "none.toml", examples / "policies/town-office.toml", "--json")
        assert answer.code == 2
        assert [(one.get("property"), one["line"]) for one in answer.objects[:2]] == [("mood", 1), ("mode", 2)]
        assert answer.objects[2]["code"] == "unreadable"
        assert answer.objects[3]["name"] == "Town Office"

    def test_in_words(self, run, examples):
        answer = run("policy", "check", examples / "policies/town-office.toml")
        assert answer.lines[1] == "  Town Office: 2 rules, mode observe, Europe/Berlin"

    def test_schema_is_one(self, run):
        schema = json.loads(run("policy", "schema").out)
        jsonschema.Draft202012Validator.check_schema(schema)
        assert "name" in schema["properties"]


class TestRates:
    def test_check(self, run, examples):
        answer = run("rates", "check", examples / "rates.toml")
        assert answer.code == 0
        assert answer.lines[1] == "  Town Office pay bands (example) 2026-01: 3 bands, EUR"

    def test_mistakes(self, run, tmp_path):
        bad = tmp_path / "rates.toml"
        bad.write_text('name = "x"\nversion = "1"\ncurrency = "XYZ"\ndefault_band = "A"\n', encoding="utf-8")
        answer = run("rates", "check", bad)
        assert answer.code == 2
        assert "2 mistakes" in answer.err

    def test_schema_is_one(self, run):
        schema = json.loads(run("rates", "schema").out)
        jsonschema.Draft202012Validator.check_schema(schema)
        assert "name" in schema["properties"]


class TestForecast:
    def test_the_first_line_says_what_it_was_fitted_on(self, run, examples):
        answer = run("forecast", examples / "calendars/budget-round.ics")
        assert answer.code == 0
        assert answer.lines[0].startswith("fitted on ")
        assert answer.lines[0].endswith("none of your own records")
        assert any(line.startswith("  writing") and "80 % interval" in line for line in answer.lines)
        assert "Sources:" in answer.lines

    def test_of_options_alone(self, run):
        answer = run("forecast", "--minutes", "90", "--attendees", "9", "--agenda-items", "5", "--kind", "summary",
                     "--json")  # fmt: skip
        (found,) = answer.objects
        assert (found["minutes"], found["attendees"], found["agenda_items"]) == (90, 9, 5)
        low, high = found["writing"]["interval_80"]
        assert low < found["writing"]["median"] < high

    def test_options_outrank_the_invite(self, run, examples):
        (found,) = run("forecast", examples / "calendars/budget-round.ics", "--attendees", "3", "--json").objects
        assert (found["attendees"], found["agenda_items"], found["minutes"]) == (3, 4, 90)

    def test_nobody_reading_takes_no_time(self, run):
        (found,) = run("forecast", "--minutes", "60", "--readers", "0", "--json").objects
        assert found["reading"]["median"] == 0

    def test_nothing_known_is_usage(self, run):
        answer = run("forecast")
        assert answer.code == 2
        assert "give --minutes and --attendees" in answer.err

    def test_a_value_without_sense_is_told(self, run):
        answer = run("forecast", "--minutes", "-5")
        assert answer.code == 2
        assert "`-5` minutes" in answer.err

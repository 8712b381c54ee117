# SPDX-License-Identifier: Apache-2.0
"""The demonstration for real: its own server, its own client, what a person sees."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import caldav
import pytest

if TYPE_CHECKING:
    from pathlib import Path

DEMO = [sys.executable, "-m", "meetcost", "demo"]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*DEMO, *arguments], capture_output=True, encoding="utf-8", timeout=300, check=False)


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    folder = tmp_path_factory.mktemp("demo") / "kept"
    done = run("--out", str(folder), "--lang", "en")
    assert done.returncode == 0, done.stderr
    return done.stdout, folder


def test_it_refuses_on_a_no_meeting_day_and_in_a_no_meeting_week(english: tuple[str, Path]) -> None:
    said = english[0]
    assert "12 accepted, 2 refused" in said
    assert re.search(r"“Report on the state of reports” was not saved\. Wed .* is a no-meeting day .*Permitted: ", said)
    assert re.search(r"“All districts” was not saved\. .* is a no-meeting week .*Permitted: ", said)


def test_it_shows_an_invite_with_its_cost_and_a_series_that_steps_over_dates(english: tuple[str, Path]) -> None:
    said = english[0]
    assert "| 13.5 person-hours: 9 people x 1 h 30 min" in said
    assert re.search(r"Planning of the week, Mon .*\n(  \|.*\n)*  \| skips \d+ \w+, \d+ \w+ and \d+ more", said)


def test_the_hours_called_are_the_hours_borne(english: tuple[str, Path]) -> None:
    called, _, borne = english[0].partition("called by")[2].partition("borne by")
    sums = [sum(float(hours) for hours in re.findall(r": ([\d.]+) person-hours", part)) for part in (called, borne)]
    whole = re.search(r"meetings, ([\d.,]+) person-hours", english[0])
    assert whole is not None
    assert sums == pytest.approx([float(whole[1].replace(",", ""))] * 2, abs=0.05)


def test_what_was_decided_is_written_down_without_names(english: tuple[str, Path]) -> None:
    text = (english[1] / "decisions.jsonl").read_text("utf-8")
    outcomes = [json.loads(line)["outcome"] for line in text.splitlines()]
    assert outcomes.count("deny") == 2
    assert "skip" in outcomes
    assert "@" not in text
    assert "Berger" not in text


def test_an_emergency_passes_and_a_private_appointment_is_nobodys_business(english: tuple[str, Path]) -> None:
    files = (english[1] / "calendars").rglob("work/*.ics")
    stored = [re.sub(r"\r?\n ", "", path.read_text("utf-8")) for path in files]
    emergency = next(text for text in stored if "#emergency" in text)
    assert "X-MEETCOST-PERSON-HOURS" in emergency
    dentist = next(text for text in stored if "Dentist" in text)
    assert "X-MEETCOST" not in dentist
    outside = next(text for text in stored if "port.example" in text)
    assert "X-MEETCOST-PERSON-HOURS" in outside
    assert "EUR" not in outside


def test_a_folder_that_holds_something_is_left_alone(english: tuple[str, Path]) -> None:
    done = run("--out", str(english[1]))
    assert done.returncode == 2
    assert "is not empty" in done.stderr


def test_in_chinese_under_the_rule_of_zhangjiajie() -> None:
    done = run("--lang", "zh")
    assert done.returncode == 0, done.stderr
    assert "每周一为无会日" in done.stdout
    assert re.search(
        r"“一表通培训”未保存。.*上限为 2 小时（“会议时长”条款，张家界 2022）。$", done.stdout, re.MULTILINE
    )
    assert "人·时" in done.stdout
    assert "折合工时" in done.stdout


def test_kept_running_it_lets_a_person_in_until_they_end_it(tmp_path: Path) -> None:
    command = [*DEMO, "--keep", "--out", str(tmp_path / "kept"), "--lang", "en", "--like", "zhangjiajie-2022"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdout is not None
        url = ""
        for line in process.stdout:
            found = re.search(r"address for a calendar program: (\S+)/office/", line)
            url = found[1] if found else url
            if "to subscribe to" in line:
                break
        client = caldav.DAVClient(url=f"{url}/", username="hanna", password="demo", enable_rfc6764=False)
        assert str(client.principal().url) == f"{url}/hanna/"
        client.close()
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0


@pytest.mark.parametrize("port", ["99999", "-1"])
def test_a_port_that_cannot_be_had_is_told(port: str) -> None:
    done = run("--port", port)
    assert done.returncode == 2
    assert f"port {port} cannot be had" in done.stderr


def test_somebody_elses_port_is_left_alone() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        done = run("--port", str(other.getsockname()[1]))
    assert done.returncode == 2
    assert "cannot be had" in done.stderr


def test_the_mistakes_of_a_policy_are_told_where_they_stand(tmp_path: Path) -> None:
    (tmp_path / "broken.toml").write_text('zone = "Nowhere"\n')
    done = run("--policy", str(tmp_path / "broken.toml"))
    assert done.returncode == 2
    assert "broken.toml:1" in done.stderr


def test_whoever_ends_it_ends_the_server_too(tmp_path: Path) -> None:
    command = [*DEMO, "--keep", "--out", str(tmp_path / "kept"), "--lang", "en"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdout is not None
        port = 0
        for line in process.stdout:
            found = re.search(r"http://127\.0\.0\.1:(\d+)/office/", line)
            port = int(found[1]) if found else port
            if "to subscribe to" in line:
                break
        process.terminate()
        assert process.wait(20) == 143
    with socket.socket() as again:
        assert again.connect_ex(("127.0.0.1", port)) != 0

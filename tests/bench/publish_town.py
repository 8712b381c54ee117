# SPDX-License-Identifier: Apache-2.0
"""`meetcost publish` on a county's quarter: `python tests/bench/publish_town.py [MEETINGS]`.

Prints CPU seconds, wall seconds and peak memory of four runs, each a process of its own: into an empty folder, again
with nothing changed, the next day with nothing changed, and the next day with one title changed.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "feed"))

from town import town  # noqa: E402

TITLE = b"Harvest forecast"


def main(meetings: int) -> None:
    """The four runs."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        calendars = folder / "calendars"
        calendars.mkdir()
        county = town(one_offs=meetings, first=date(2026, 7, 1))
        for file, octets in county.calendars.items():
            (calendars / file).write_bytes(octets)
        for file, octets in (("d.csv", county.directory), ("p.toml", county.policy), ("r.toml", county.rates)):
            (folder / file).write_bytes(octets)
        publish(folder, "2026-10-05", "into an empty folder")
        publish(folder, "2026-10-05", "again, nothing changed")
        publish(folder, "2026-10-06", "the next day, nothing changed")
        _change(calendars)
        publish(folder, "2026-10-06", "one title changed")


def _change(calendars: Path) -> None:
    """Another title for one meeting, in all calendars that hold it."""
    uid = next(
        event[event.index(b"UID:") :].split(b"\r\n")[0]
        for file in sorted(calendars.iterdir())
        for event in file.read_bytes().split(b"BEGIN:VEVENT")
        if b"SUMMARY:" + TITLE in event
    )
    for file in calendars.iterdir():
        events = file.read_bytes().split(b"BEGIN:VEVENT")
        file.write_bytes(
            b"BEGIN:VEVENT".join(one.replace(TITLE, b"Changed") if uid + b"\r\n" in one else one for one in events)
        )


def publish(folder: Path, as_of: str, said: str) -> None:
    """One run."""
    begun = time.monotonic()
    options = ["--policy", "p.toml", "--directory", "d.csv", "--rates", "r.toml", "--out", "public"]
    times = ["--from", "2026-07-01", "--to", "2026-10-01", "--as-of", as_of]
    command = [sys.executable, "-m", "meetcost", "publish", "calendars", *options, *times]
    read, status, usage = _spawn(command, folder)
    if status:
        raise SystemExit(read)
    told = read.strip().splitlines()[-1]
    print(
        f"{said}: {usage.ru_utime + usage.ru_stime:.1f} s CPU, {time.monotonic() - begun:.0f} s, "
        f"{usage.ru_maxrss / 1024:.0f} MB; {told}",
        flush=True,
    )


def _spawn(command: list[str], folder: Path) -> tuple[str, int, os.struct_rusage]:
    out = folder / "said"
    pid = os.fork()
    if pid == 0:
        os.chdir(folder)
        file = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(file, 1)
        os.dup2(file, 2)
        os.execv(command[0], command)
    _, status, usage = os.wait4(pid, 0)
    return out.read_text(), status, usage


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)

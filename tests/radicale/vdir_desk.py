# SPDX-License-Identifier: Apache-2.0
"""vdirsyncer and khal on a user's machine, each as the program that it is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from serving import PASSWORD

if TYPE_CHECKING:
    from serving import Home

CONFIG = """
[general]
status_path = "{folder}/status"
[pair p]
a = "here"
b = "there"
collections = [["work", "work", "{collection}"]]
[storage here]
type = "filesystem"
path = "{folder}/vdir"
fileext = ".ics"
[storage there]
type = "caldav"
url = "{url}"
username = "{user}"
password = "{password}"
"""
KHAL = """
[calendars]
[[work]]
path = {path}
type = calendar
[locale]
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
default_timezone = Europe/Berlin
local_timezone = Europe/Berlin
[sqlite]
path = {folder}/khal.db
"""


class Done(NamedTuple):
    code: int
    printed: str


class Desk:
    """A user's machine: a folder, vdirsyncer and khal.

    The calendar is `work` in the user's home on Radicale, or another collection below another `url`.
    """

    def __init__(self, folder: Path, home: Home, *, url: str = "", collection: str = "work") -> None:
        self.folder, self.home = folder, home
        self.vdir = folder / "vdir" / "work"
        self.vdir.mkdir(parents=True)
        config = CONFIG.format(
            folder=folder,
            url=url or f"{home.server.url}{home.user}/",
            collection=collection,
            user=home.user,
            password=PASSWORD,
        )
        (folder / "vdirsyncer.conf").write_text(config, encoding="utf-8")
        discovered = self.vdirsyncer("discover", "p")
        assert discovered.code == 0, discovered.printed

    def _run(self, *command: str, answers: str = "") -> Done:
        environment = {**os.environ, "HOME": str(self.folder), "LC_ALL": "C.UTF-8"}
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
            environment.pop(name, None)
        done = subprocess.run(
            [str(Path(sys.executable).parent / command[0]), *command[1:]],
            env=environment,
            input=answers.encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=120,
            check=False,
        )
        return Done(done.returncode, done.stdout.decode())

    def vdirsyncer(self, *words: str) -> Done:
        return self._run("vdirsyncer", "-c", str(self.folder / "vdirsyncer.conf"), *words)

    def sync(self) -> Done:
        return self.vdirsyncer("sync", "p")

    def khal(self, *words: str, path: Path | None = None, answers: str = "") -> str:
        config = self.folder / "khal.conf"
        config.write_text(KHAL.format(path=path or self.vdir, folder=self.folder), encoding="utf-8")
        done = self._run("khal", "-c", str(config), *words, answers=answers)
        assert done.code == 0, done.printed
        return done.printed

    def write(self, uid: str, octets: bytes) -> Path:
        file = self.vdir / f"{uid}.ics"
        file.write_bytes(octets)
        return file

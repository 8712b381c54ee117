# SPDX-License-Identifier: Apache-2.0
"""Evolution Data Server on a message bus of its own: no display, no keyring, no systemd, nothing of the user's."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

PYTHON = "/usr/bin/python3"
LIBEXEC = Path("/usr/libexec")
PROGRAMS = (LIBEXEC / "evolution-source-registry", LIBEXEC / "evolution-calendar-factory")
BUS = """\
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=SOCKET</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""
"""A bus that starts nothing on its own: what is on it was started here and can be ended here."""
WITHIN = 60.0


def missing() -> str:
    """What is not installed of what is needed; empty if all is there."""
    lacks = [str(path) for path in PROGRAMS if not path.exists()]
    lacks += [] if shutil.which("dbus-daemon") else ["dbus-daemon"]
    look = "import gi; gi.require_version('ECal', '2.0'); from gi.repository import ECal"
    with suppress(FileNotFoundError):
        if subprocess.run([PYTHON, "-c", look], capture_output=True, check=False).returncode == 0:
            return ", ".join(lacks)
    return ", ".join([*lacks, "python3-gi", "gir1.2-ecal-2.0"])


class RefusedError(Exception):
    """What the calendar program would show a person in place of its success."""


class Evolution:
    """The running services, and a calendar program that uses them. Whoever makes one ends it by `stop`."""

    def __init__(self, folder: Path, **environment: str) -> None:
        """`environment` is added to that of the programs: a screen, a language."""
        self.folder = folder
        self._running: list[subprocess.Popen[bytes]] = []
        socket = folder / "bus"
        self.environment = {
            "PATH": os.environ["PATH"],
            "LC_ALL": "C.UTF-8",
            "HOME": str(folder),
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={socket}",
            "GSETTINGS_BACKEND": "memory",
            "GIO_USE_VFS": "local",
            "GIO_USE_NETWORK_MONITOR": "base",  # else a machine without a route out is held to be offline
        }
        self.environment |= environment
        for name in ("CONFIG_HOME", "DATA_HOME", "CACHE_HOME", "RUNTIME_DIR"):
            path = folder / name.lower()
            path.mkdir(mode=0o700, exist_ok=True)
            self.environment[f"XDG_{name}"] = str(path)
        config = folder / "bus.conf"
        config.write_text(BUS.replace("SOCKET", str(socket)), encoding="ascii")
        try:
            self.start("dbus-daemon", f"--config-file={config}", "--nofork", "--nopidfile")
            until = time.monotonic() + WITHIN
            while not socket.exists():
                assert time.monotonic() < until, self.log
                time.sleep(0.02)
            for program in PROGRAMS:
                self.start(str(program))
            self._program = self.start(PYTHON, str(Path(__file__).with_name("evolution_client.py")), talks=True)
        except BaseException:
            self.stop()
            raise

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text("utf-8", "replace")

    def start(self, *command: str, talks: bool = False) -> subprocess.Popen[bytes]:
        """A program on the same bus, in a group of its own, to which also belongs what it starts; `stop` ends it."""
        with (self.folder / "log").open("ab") as log:
            started = subprocess.Popen(
                command,
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.PIPE if talks else subprocess.DEVNULL,
                stdout=subprocess.PIPE if talks else log,
                stderr=log,
                start_new_session=True,
            )
        self._running.append(started)
        return started

    def do(self, command: str, *words: object) -> Any:
        """One command of `evolution_client`; raises `RefusedError` with the message of the library."""
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        self._program.stdin.write(json.dumps([command, *words]).encode() + b"\n")
        self._program.stdin.flush()
        line = self._program.stdout.readline()
        assert line, self.log
        answer = json.loads(line)
        if "error" in answer:
            raise RefusedError(answer["error"])
        return answer["value"]

    def stop(self) -> None:
        """End what was started, the last first, and what that started."""
        for one in reversed(self._running):
            for pipe in (one.stdin, one.stdout):
                if pipe is not None:
                    with suppress(BrokenPipeError):  # it may have ended before it read all
                        pipe.close()
            one.terminate()
            try:
                one.wait(10)
            except subprocess.TimeoutExpired:
                one.kill()
                one.wait()
        until = time.monotonic() + 10
        for one in self._running:
            while _alive(one.pid) and time.monotonic() < until:
                time.sleep(0.05)
            with suppress(ProcessLookupError):
                os.killpg(one.pid, signal.SIGKILL)
        self._running.clear()


def _alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True

# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL cluster of the tests' own: in a folder of its own, on a loopback port, gone afterwards.

The server refuses to run as root; then it runs as the user `postgres`, or `nobody`.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

_WAIT = 60


class PostgresServer:
    """One cluster with the superuser `meetcost`; each test takes a database of its own."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self._as = _unprivileged()
        self.folder = Path(tempfile.mkdtemp(prefix="mc-pg-"))
        self.data = self.folder / "data"
        self.port = free_port()
        self._databases = 0
        if self._as:
            user = pwd.getpwnam(self._as)
            os.chown(self.folder, user.pw_uid, user.pw_gid)
        self._run("initdb", "-D", str(self.data), "-U", "meetcost", "-A", "trust", "-E", "UTF8", "--no-locale")
        self.start()

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder}"
        log = str(self.folder / "log")
        self._run("pg_ctl", "-D", str(self.data), "-l", log, "-o", options, "-w", "-t", str(_WAIT), "start")

    def kill(self) -> None:
        """kill -9 to the server; its children notice and end."""
        pid = int((self.data / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + _WAIT
        while time.monotonic() < deadline and not self._free():
            time.sleep(0.05)

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self.data), "-m", "immediate", "-w", "stop", check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def database(self) -> str:
        """The URL of a new, empty database."""
        self._databases += 1
        name = f"books{self._databases}"
        self.sql(f"CREATE DATABASE {name}", "postgres")
        return self.url(name)

    def url(self, name: str, port: int | None = None) -> str:
        return f"postgresql://meetcost@127.0.0.1:{port or self.port}/{name}"

    def sql(self, statement: str, database: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description is not None else []

    def _run(self, program: str, *args: str, check: bool = True) -> None:
        command = [str(self._programs / program), *args]
        if self._as:
            command = ["setpriv", "--reuid", self._as, "--regid", self._as, "--clear-groups", *command]
            if self._as == "nobody":
                command[4] = "nogroup"
        environment = {**os.environ, "LC_ALL": "C"}
        done = subprocess.run(
            command, cwd="/", env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False,
        )  # fmt: skip
        if check and done.returncode:
            raise RuntimeError(f"{program}: {done.stderr.decode()}")

    def _free(self) -> bool:
        """Whether no process of the killed server holds its folder any more."""
        held = str(self.data)
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if str((process / "cwd").readlink()) == held:
                    return False
            except OSError:
                continue
        return True


def programs() -> Path | None:
    """Where the programs of a server are; None if there is none."""
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).resolve().parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda one: one.parent.name)
    return folders[-1] if folders else None


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _unprivileged() -> str:
    if os.geteuid() != 0:
        return ""
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    raise RuntimeError("root must not run a PostgreSQL server, and there is no other user")

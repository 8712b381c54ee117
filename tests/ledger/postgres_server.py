# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL cluster of the tests' own: in a folder of its own, on a loopback port, gone afterwards.

The server refuses to run as root; then it runs as the user `postgres`, or `nobody`.
"""

from __future__ import annotations

import grp
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
    """One cluster with the superuser `meetcost`; each test takes a database of its own.

    Without `sync` nothing waits for the disk: what a killed server had written is with the operating system still.
    """

    def __init__(self, programs: Path, *, sync: bool = False) -> None:
        self._sync = sync
        self._programs = programs
        self._as = _unprivileged()
        self.folder = Path(tempfile.mkdtemp(prefix="mc-pg-"))
        self.data = self.folder / "data"
        self.port = free_port()
        self._databases = 0
        if self._as:
            user = pwd.getpwnam(self._as)
            os.chown(self.folder, user.pw_uid, user.pw_gid)
        self._run("initdb", "-D", str(self.data), "-U", "meetcost", "-A", "trust", "-E", "UTF8", "--no-locale", "-N")
        self.start()

    def start(self) -> None:
        """The server as a child of this process, ready to answer."""
        command = self._command("postgres", "-D", str(self.data), "-p", str(self.port))
        command += ["-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={self.folder}"]
        if not self._sync:
            command += ["-c", "fsync=off"]
        with (self.folder / "log").open("ab") as log:
            self._server = subprocess.Popen(command, cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        deadline = time.monotonic() + _WAIT
        while not self._answers():
            if time.monotonic() > deadline or self._server.poll() is not None:
                raise RuntimeError(f"the server does not start: {(self.folder / 'log').read_text()}")
            time.sleep(0.05)

    def kill(self) -> None:
        """kill -9 to the server; its children notice and end."""
        self._server.kill()
        self._server.wait(_WAIT)
        deadline = time.monotonic() + _WAIT
        while time.monotonic() < deadline and self._held():
            time.sleep(0.05)

    def stop(self) -> None:
        """At once, and nothing of it stays."""
        self._server.send_signal(signal.SIGQUIT)
        self._server.wait(_WAIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def database(self) -> str:
        """The URL of a new, empty database."""
        self._databases += 1
        name = f"books{self._databases}"
        self.sql(f"CREATE DATABASE {name}", "postgres")
        return self.url(name)

    def schema(self) -> str:
        """The URL of a new, empty schema in one database: a tenth of the files of a new database."""
        self._databases += 1
        name = f"books{self._databases}"
        self.sql(f"CREATE SCHEMA {name}", "postgres")
        return f"{self.url('postgres')}?options=-csearch_path%3D{name}"

    def url(self, name: str, port: int | None = None) -> str:
        return f"postgresql://meetcost@127.0.0.1:{port or self.port}/{name}"

    def sql(self, statement: str, database: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description is not None else []

    def _command(self, program: str, *args: str) -> list[str]:
        command = [str(self._programs / program), *args]
        if not self._as:
            return command
        group = grp.getgrgid(pwd.getpwnam(self._as).pw_gid).gr_name
        return ["setpriv", "--reuid", self._as, "--regid", group, "--clear-groups", *command]

    def _run(self, program: str, *args: str) -> None:
        command, environment = self._command(program, *args), {**os.environ, "LC_ALL": "C"}
        done = subprocess.run(command, cwd="/", env=environment, capture_output=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stderr.decode()}")

    def _answers(self) -> bool:
        try:
            self.sql("SELECT 1", "postgres")
        except psycopg.OperationalError:
            return False
        return True

    def _held(self) -> bool:
        """Whether a process of the killed server still lives in its folder."""
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if str((process / "cwd").readlink()) == str(self.data):
                    return True
            except OSError:
                continue
        return False


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

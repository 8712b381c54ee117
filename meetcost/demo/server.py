# SPDX-License-Identifier: Apache-2.0
"""Radicale with the guard, as a process of its own on a loopback port."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from meetcost.errors import UsageError
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PASSWORD: Final = "demo"  # noqa: S105 - everybody may read it
_HOST: Final = "127.0.0.1"
_PATIENCE: Final = 30.0
_CONFIG: Final = """[server]
hosts = {host}:{port}
delay_on_error = 0
[auth]
type = htpasswd
htpasswd_filename = {folder}/users
htpasswd_encryption = plain
delay = 0
[storage]
type = meetcost.radicale
filesystem_folder = {folder}/calendars
policy = {folder}/meetcost.toml
rates = {folder}/rates.toml
journal = {folder}/decisions.jsonl
{books}[logging]
level = info
"""


@dataclass(frozen=True, slots=True)
class Radicale:
    """A server that runs; its log is `log`."""

    url: str
    log: Path
    process: subprocess.Popen[bytes]

    def wait(self) -> None:
        """Until it ends."""
        self.process.wait()


@contextmanager
def radicale(folder: Path, users: tuple[str, ...], port: int = 0, *, books: bool = False) -> Iterator[Radicale]:
    """A server whose policy, rates and calendars are in `folder`; it ends with the block.

    `port` 0 is a free one. With `books` it has a ledger there too, in which quotas are counted.
    Raises `UsageError` if it does not start, or somebody else listens there.
    """
    port = _free_port(port)
    (folder / "users").write_text("".join(f"{user}:{PASSWORD}\n" for user in users), "utf-8")
    config = folder / "radicale.conf"
    ledger = f"ledger = {folder / 'books.db'}\n" if books else ""
    config.write_text(_CONFIG.format(host=_HOST, port=port, folder=folder, books=ledger), "utf-8")
    log = folder / "radicale.log"
    with log.open("wb") as output:
        command = [sys.executable, "-m", "meetcost.radicale", "-C", str(config)]
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)  # noqa: S603 - our own module
    try:
        _await(process, port, log)
        yield Radicale(f"http://{_HOST}:{port}", log, process)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port(port: int) -> int:
    """`port`, or any for 0, that nobody listens on."""
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind((_HOST, port))
        except (OSError, OverflowError):
            raise UsageError(
                "port {port} cannot be had on this machine; take another one, or 0 for any", port=port
            ) from None
        return int(one.getsockname()[1])


def _await(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Until the server listens."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        with socket.socket() as one:
            one.settimeout(1)
            if one.connect_ex((_HOST, port)) == 0:
                return
        time.sleep(0.05)
    last = log.read_text("utf-8", "replace").strip().splitlines()[-1:]
    raise UsageError(
        "the calendar server did not start: {why}", why=last[0] if last else Sentence.of("it said nothing")
    )

# SPDX-License-Identifier: Apache-2.0
"""A Cyrus of the tests' own, with implicit scheduling (RFC 6638): in a folder of its own, on loopback ports.

Nothing of a Cyrus that the machine may run itself is read or touched. Started by root it runs as the user `cyrus`,
which the package makes; started by anybody else it runs as they do.
"""

from __future__ import annotations

import grp
import imaplib
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from caldav_servers import QUICK
from serving import PASSWORD, Answer, Home, Server, free_port

from meetcost.account.account import Account

if TYPE_CHECKING:
    from collections.abc import Callable

PROGRAMS = Path("/usr/lib/cyrus/bin")
SASLPASSWD = Path("/usr/sbin/saslpasswd2")
NEEDED = (*(PROGRAMS / name for name in ("master", "imapd", "httpd", "ctl_cyrusdb")), SASLPASSWD)
DOMAIN = "town.example"
WITHIN = 30.0
"""Seconds in which what the server does behind an answer has to be done."""

IMAPD = """\
configdirectory: FOLDER/conf
defaultpartition: default
partition-default: FOLDER/spool
proc_path: FOLDER/proc
mboxname_lockpath: FOLDER/lock
sievedir: FOLDER/sieve
idlesocket: FOLDER/run/idle
notifysocket: FOLDER/run/notify
lmtpsocket: FOLDER/run/lmtp
sendmail: /bin/true
cyrus_user: USER
admins: admin
servername: DOMAIN
calendar_user_address_set: DOMAIN
virtdomains: off
unixhierarchysep: yes
allowplaintext: yes
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: FOLDER/sasldb2
sasl_mech_list: PLAIN
httpmodules: caldav
caldav_allowscheduling: on
caldav_realm: DOMAIN
"""
"""The folders are all in one place; mail to people elsewhere goes nowhere."""

CYRUS = """\
START {
  recover cmd="PROGRAMS/ctl_cyrusdb -C FOLDER/imapd.conf -r"
}
SERVICES {
  imap cmd="PROGRAMS/imapd -C FOLDER/imapd.conf" listen="127.0.0.1:IMAP" prefork=0
  http cmd="PROGRAMS/httpd -C FOLDER/imapd.conf" listen="127.0.0.1:HTTP" prefork=1
}
EVENTS {
}
"""


class Cyrus(Server):
    """A running Cyrus; `stop` ends it and all that it started, and takes its folder away."""

    def __init__(self) -> None:
        folder = Path(tempfile.mkdtemp(prefix="mc-cyrus-", dir=_memory()))
        self._as = "cyrus" if os.geteuid() == 0 else ""
        self._imap = free_port()
        port = free_port()
        words = {
            "FOLDER": str(folder),
            "PROGRAMS": str(PROGRAMS),
            "USER": self._as or pwd.getpwuid(os.geteuid()).pw_name,
            "DOMAIN": DOMAIN,
            "IMAP": str(self._imap),
            "HTTP": str(port),
        }
        for name, text in (("imapd.conf", IMAPD), ("cyrus.conf", CYRUS)):
            (folder / name).write_text(re.sub("[A-Z]{4,}", lambda found: words.get(found[0], found[0]), text))
        for name in ("conf", "spool", "proc", "lock", "sieve", "run"):
            (folder / name).mkdir()
        if self._as:
            for one in (folder, *folder.iterdir()):
                shutil.chown(one, self._as)
        log = folder / "log"
        # The end of the tests, even by kill -9, is the end of the master, and its end that of its children: it sends a
        # signal to its whole process group, which therefore must not be that of the tests.
        command = ["setpriv", "--pdeathsig", "TERM", PROGRAMS / "master", "-C", folder / "imapd.conf"]
        command += ["-M", folder / "cyrus.conf", "-p", folder / "master.pid", "-D"]
        with log.open("wb") as output:
            process = subprocess.Popen(
                self._command(*command), cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                start_new_session=True,
            )  # fmt: skip
        super().__init__(folder, process, port, log)
        try:
            self.wait()
            self._password("admin")
        except BaseException:
            self.stop()
            raise

    def add_user(self, name: str) -> None:
        """A user with the password of the tests and the address `name`@town.example."""
        self._password(name)
        with imaplib.IMAP4("127.0.0.1", self._imap, timeout=60) as admin:
            admin.login("admin", PASSWORD)
            said = admin.create(f"user/{name}")
        assert said[0] == "OK", said
        # Calendar and inbox are made when somebody comes in by HTTP first; until then no invite can reach them.
        assert Person(self, name).send("PROPFIND", "work/", Depth="0").status == 207

    def stop(self) -> None:
        """The master ends its children; what is left of its process group after that is killed."""
        group = self.process.pid
        super().stop()
        until = time.monotonic() + 10
        with suppress(ProcessLookupError):
            while time.monotonic() < until:
                os.killpg(group, 0)
                time.sleep(0.05)
            os.killpg(group, signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _password(self, name: str) -> None:
        words = [SASLPASSWD, "-p", "-c", "-f", self.folder / "sasldb2", "-u", DOMAIN, name]
        subprocess.run(self._command(*words), check=True, cwd=self.folder, input=PASSWORD.encode(), capture_output=True)

    def _command(self, *words: str | Path) -> list[str]:
        command = list(map(str, words))
        if not self._as:
            return command
        user = pwd.getpwnam(self._as)
        return ["setpriv", "--reuid", self._as, "--regid", grp.getgrgid(user.pw_gid).gr_name, "--init-groups", *command]


class Person(Home):
    """A user of Cyrus, straight or through a proxy before it; the calendar `work` is the one that Cyrus makes."""

    @property
    def address(self) -> str:
        return f"{self.user}@{DOMAIN}"

    def path(self, path: str) -> str:
        return path if path.startswith("/") else f"/dav/calendars/user/{self.user}/{_in_cyrus(path)}"

    def send(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        return super().send(method, self.path(path), body, **headers)

    def move(self, path: str, to: str, *, method: str = "MOVE") -> Answer:
        return self.send(method, path, Destination=f"{self.server.url.rstrip('/')}{self.path(to)}")

    def account(self) -> Account:
        return Account(self.server.url, self.user, self.password, patience=QUICK)

    def found(self, uid: str, calendar: str = "work") -> list[tuple[str, Answer]]:
        """The objects with this UID, unfolded: their addresses, and the answers to a GET."""
        return [one for one in self._objects(calendar) if f"\r\nUID:{uid}\r\n" in one[1].text]

    def has(self, uid: str, calendar: str = "work", *, when: Callable[[str], bool] = bool) -> tuple[str, Answer]:
        """The one object with this UID, as soon as there is one whose text is as wanted."""
        until = time.monotonic() + WITHIN
        while True:
            found = self.found(uid, calendar)
            if [one for _, one in found if when(one.text)]:
                (one,) = found
                return one
            assert time.monotonic() < until, f"{self.user} has in {calendar}: {[one.text for _, one in found]}"
            time.sleep(0.05)

    def uids(self, calendar: str = "work") -> set[str]:
        """The UIDs of all that is in a calendar, or the inbox."""
        return {uid for _, one in self._objects(calendar) for uid in re.findall(r"\r\nUID:([^\r]+)\r\n", one.text)}

    def edit(self, path: str, old: str, new: str) -> Answer:
        """Store an object with `new` in the place of `old`, if nobody was faster."""
        copy = self.get(path)
        text = copy.text.replace("\r\n ", "")
        assert old in text, text
        return self.put(path, text.replace(old, new).encode(), If_Match=entity_tag(copy))

    def answer(self, uid: str, partstat: str) -> Answer:
        """Answer an invite as calendar programs do: with another PARTSTAT in the attendee's own copy."""
        href, copy = self.has(uid)
        mine = re.compile(rf"\r\nATTENDEE([^\r]*);PARTSTAT=[A-Z-]+([^\r]*:mailto:{re.escape(self.address)})\r\n")
        text, changed = mine.subn(rf"\r\nATTENDEE\1;PARTSTAT={partstat}\2\r\n", copy.text)
        assert changed == 1, copy.text
        return self.put(href, text.encode(), If_Match=entity_tag(copy))

    def _objects(self, calendar: str) -> list[tuple[str, Answer]]:
        listed = self.send("PROPFIND", f"{calendar}/", Depth="1")
        assert listed.status == 207, listed
        answers = [(href, self.get(href)) for href in re.findall(r"href>([^<]+\.ics)<", listed.text)]
        return [
            (href, one._replace(body=one.body.replace(b"\r\n ", b""))) for href, one in answers if one.status == 200
        ]


def _in_cyrus(path: str) -> str:
    return re.sub("^work/", "Default/", path)


def entity_tag(answer: Answer) -> str:
    """The entity tag of an answer: the server and the guard spell the name of its header differently."""
    (tag,) = (value for name, value in answer.headers.items() if name.lower() == "etag")
    return tag


def partstat(text: str, address: str) -> str:
    """What an attendee has answered (RFC 5545 §3.2.12), in an unfolded object."""
    (line,) = re.findall(rf"\r\nATTENDEE([^\r]*):mailto:{re.escape(address)}\r\n", text)
    found = re.search(r";PARTSTAT=([A-Z-]+)", line)
    return found[1] if found else "NEEDS-ACTION"


def _memory() -> str | None:
    """A folder in memory, if there is room: Cyrus waits for the disk some fifty times for each new user.

    Not below pytest's folders, which are closed to other users.
    """
    memory = Path("/dev/shm")
    return str(memory) if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 32_000_000 else None


def missing() -> list[str]:
    """The programs of a Cyrus server that are not installed."""
    return [str(path) for path in NEEDED if not path.exists()]

# SPDX-License-Identifier: Apache-2.0
"""Keyed pseudonyms: the same person or UID always has the same one, and nobody without the key can tell whose it is.

HMAC-SHA-256 (RFC 2104), the first 128 bits in hexadecimal. The key stands in a file of its own that nobody but its
owner can read. Whoever destroys the key turns the pseudonyms into random numbers.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

from meetcost.ledger.faults import LedgerError
from meetcost.model.attendee import calendar_address

_OCTETS: Final = 32
_WRITTEN: Final = re.compile(rb"[0-9a-f]{64}\n?")
_DIGITS: Final = 32


class Pseudonyms:
    """Gives pseudonyms under one key. Different kinds of name never share one, however they are spelt."""

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        if len(key) != _OCTETS:
            raise LedgerError("a key of {count} octets; it has {wanted}", count=len(key), wanted=_OCTETS)
        self._key = key

    def person(self, address: str) -> str:
        """Of a calendar address, in any spelling of it."""
        return self._of("person", calendar_address(address))

    def uid(self, uid: str) -> str:
        """Of the UID of a meeting: many a program writes an address or a name into it."""
        return self._of("uid", uid)

    def meeting(self, uid: str, organiser: str, href: str = "") -> str:
        """Of a UID as one organiser uses it; without an organiser, of what stands at one place under that UID.

        It says nothing of who that is elsewhere, so that it may stay where a person is erased.
        """
        return self._of("meeting", f"{calendar_address(organiser)}\0{uid}" if organiser else f"\0{href}\0{uid}")

    def erased(self, uid: str) -> str:
        """Of a UID whose meeting was erased: another one than its rows had."""
        return self._of("erased", uid)

    def source(self, href: str) -> str:
        """Of the place where a calendar object lies: a path often has a name in it."""
        return self._of("source", href)

    def operation(self, operation: str) -> str:
        """Of the id that a caller gives an operation."""
        return self._of("operation", operation)

    @property
    def check(self) -> str:
        """What tells one key from another and gives neither away."""
        return self._of("check", "")

    def _of(self, kind: str, name: str) -> str:
        message = f"meetcost {kind}\0{name}".encode("utf-8", "surrogatepass")
        return hmac.new(self._key, message, hashlib.sha256).hexdigest()[:_DIGITS]

    def __repr__(self) -> str:
        return "Pseudonyms(...)"


def key_at(path: Path | str, *, create: bool = False) -> Pseudonyms:
    """The key in a file; with `create` a new one is made where there is none, with mode 0600.

    Raises `LedgerError` for a file that is no key, or that others can read; OSError is the file system's.
    """
    file = Path(path)
    if create and not file.exists():
        _make(file)
    with file.open("rb") as opened:
        if os.name == "posix" and stat.S_IMODE(os.fstat(opened.fileno()).st_mode) & 0o077:
            raise LedgerError("{file}: others can read this key; run: chmod 600 {file}", file=file)
        written = opened.read(_OCTETS * 3)
    if not _WRITTEN.fullmatch(written):
        raise LedgerError("{file}: is no key; it holds 64 hexadecimal digits", file=file)
    return Pseudonyms(bytes.fromhex(written.decode()))


def _make(file: Path) -> None:
    """Whole or not at all, and never over one that another process made in the meantime."""
    draft = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(secrets.token_hex(_OCTETS).encode() + b"\n")
            opened.flush()
            os.fsync(opened.fileno())
        with suppress(FileExistsError):
            os.link(draft, file)
    finally:
        draft.unlink()
    _sync_folder(file.parent)


def _sync_folder(folder: Path) -> None:
    """A new name in a folder survives a power failure only once the folder is on disk."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

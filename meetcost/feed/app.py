# SPDX-License-Identifier: Apache-2.0
"""A published folder as an ASGI 3 application, to run by itself or to mount in somebody else's.

    from meetcost.feed.app import PublicFolder
    app = PublicFolder("public")

It needs no framework and writes nothing. What it serves is what `build` can have written: paths of lower-case letters,
digits and hyphens. Every other path, however it is spelt, is 404 before the file system is asked. Directories are
opened one below the other without following a link (openat with O_NOFOLLOW), so nothing outside the folder is read even
if somebody puts a link into it meanwhile.
"""

from __future__ import annotations

import os
import re
import stat
from datetime import UTC, datetime
from email.utils import formatdate, parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    Scope = MutableMapping[str, Any]
    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]

_PART: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,120}(?:\.[a-z0-9]{1,8})?")
_DEEPEST: Final = 4
_CHUNK: Final = 1 << 18
_TYPES: Final = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "atom": "application/atom+xml; charset=utf-8",
    "ics": "text/calendar; charset=utf-8",
    "csv": "text/csv; charset=utf-8; header=present",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""RFC 9239, 4287, 5545 §8.1, 4180 §3, 8259 §11; what is not here is not served."""
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_ALWAYS: Final = (
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
_PLAIN: Final = "text/plain; charset=utf-8"


class _Answer(NamedTuple):
    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes = b""
    file: int | None = None
    length: int = 0


class PublicFolder:
    """An ASGI 3 application that serves `folder`; it need not exist yet.

    GET and HEAD, with ETag and Last-Modified (RFC 9110 §8.8); `root_path` is honoured where it is mounted below one.
    """

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000})
        elif scope["type"] == "http":
            answer = self._answer(scope)
            try:
                await _send(answer, send, head=scope["method"] == "HEAD")
            finally:
                if answer.file is not None:
                    os.close(answer.file)
        else:
            raise ValueError(f"an ASGI scope of type {scope['type']!r}; this serves http")

    def _answer(self, scope: Scope) -> _Answer:
        if scope["method"] not in ("GET", "HEAD"):
            return _plain(405, (b"allow", b"GET, HEAD"))
        root, path = _below_root(scope)
        parts = path.removeprefix("/").split("/")
        if parts[-1] == "":
            parts[-1] = "index.html"
        if not path:  # mounted, and asked for without the slash that relative links need
            return _moved(f"{root}/")
        if len(parts) > _DEEPEST or not all(map(_PART.fullmatch, parts)):
            return _plain(404)
        kind = parts[-1].rpartition(".")[2] if "." in parts[-1] else ""
        try:
            handle = _open(self.folder, parts)
        except (OSError, ValueError):
            return _plain(404)
        about = os.fstat(handle)
        if stat.S_ISDIR(about.st_mode) and not kind:
            os.close(handle)
            return _moved(f"{root}/{'/'.join(parts)}/")
        if not stat.S_ISREG(about.st_mode) or kind not in _TYPES:
            os.close(handle)
            return _plain(404)
        return _found(handle, about, _TYPES[kind], scope)


def _below_root(scope: Scope) -> tuple[str, str]:
    """The root path, percent-encoded and beginning with one slash, and the path below it.

    By the ASGI specification `path` holds `root_path`; some servers leave it out.
    """
    root = "/" + scope.get("root_path", "").strip("/") if scope.get("root_path", "").strip("/") else ""
    path: str = scope["path"]
    if root and (path == root or path.startswith(f"{root}/")):
        path = path[len(root) :]
    return quote(root), path


def _open(folder: Path, parts: list[str]) -> int:
    """The file, opened for reading; OSError if a part of the way is missing or is a link."""
    if os.open not in os.supports_dir_fd:  # Windows
        return _open_checked(folder, parts)
    directory = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in parts[:-1]:
            below = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=directory)
            os.close(directory)
            directory = below
        # not blocking: a named pipe in the folder would wait for a writer
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        return os.open(parts[-1], flags, dir_fd=directory)
    finally:
        os.close(directory)


def _open_checked(folder: Path, parts: list[str]) -> int:
    target, real = folder.joinpath(*parts), folder.resolve(strict=True).joinpath(*parts)
    if target.resolve(strict=True) != real:
        raise OSError("a link")
    return os.open(target, os.O_RDONLY | getattr(os, "O_BINARY", 0))


def _found(handle: int, about: os.stat_result, type_: str, scope: Scope) -> _Answer:
    tag = f'"{about.st_mtime_ns:x}-{about.st_size:x}"'.encode()
    validators = (
        (b"etag", tag),
        (b"last-modified", formatdate(about.st_mtime, usegmt=True).encode()),
        (b"cache-control", b"public, no-cache"),
    )
    if _unchanged(scope, tag, about.st_mtime):
        os.close(handle)
        return _Answer(304, (*validators, *_ALWAYS))
    headers = ((b"content-type", type_.encode()), (b"content-length", str(about.st_size).encode()))
    return _Answer(200, (*headers, *validators, *_ALWAYS), file=handle, length=about.st_size)


def _unchanged(scope: Scope, tag: bytes, modified: float) -> bool:
    """Whether the reader has it (RFC 9110 §13.1.2, §13.1.3): by its tag, only without one by its date."""
    asked = [value for name, value in scope["headers"] if name.lower() == b"if-none-match"]
    if asked:
        tags = [one.strip().removeprefix(b"W/") for value in asked for one in value.split(b",")]
        return tag in tags or b"*" in tags
    since = [value for name, value in scope["headers"] if name.lower() == b"if-modified-since"]
    if len(since) != 1:
        return False
    try:
        when = parsedate_to_datetime(since[0].decode("ascii"))
    except (ValueError, TypeError, OverflowError):
        return False
    when = when.replace(tzinfo=UTC) if when.tzinfo is None else when
    return datetime.fromtimestamp(int(modified), UTC) <= when


def _plain(status: int, *more: tuple[bytes, bytes]) -> _Answer:
    text = {404: b"not found\n", 405: b"only GET and HEAD\n"}[status]
    length = (b"content-length", str(len(text)).encode())
    return _Answer(status, ((b"content-type", _PLAIN.encode()), length, *more, *_ALWAYS), text, length=len(text))


def _moved(place: str) -> _Answer:
    headers = ((b"location", place.encode("ascii")), (b"content-length", b"0"))
    return _Answer(308, (*headers, *_ALWAYS))


async def _send(answer: _Answer, send: Send, *, head: bool) -> None:
    await send({"type": "http.response.start", "status": answer.status, "headers": list(answer.headers)})
    left = answer.length if answer.file is not None and not head else 0
    while left and answer.file is not None:
        chunk = os.read(answer.file, min(_CHUNK, left))
        if not chunk:
            raise OSError("the file became shorter while it was sent")  # the server ends the connection
        left -= len(chunk)
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b"" if head else answer.body, "more_body": False})


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})  # startup, then shutdown: there is nothing to do for either
        if message["type"] == "lifespan.shutdown":
            return

# SPDX-License-Identifier: Apache-2.0
"""The body of a request, whole and within bounds: what is sent on has a length of our own."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web_exceptions import HTTPException

from meetcost.proxy.refused import EndedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiohttp.web_request import BaseRequest

_CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"


def check_framing(headers: Mapping[str, str], *, most: int) -> None:
    """Raise `EndedError` for a body that servers read in different ways, or that is too large, before it is read."""
    chunked, length = headers.get("Transfer-Encoding"), headers.get("Content-Length")
    if chunked is not None and length is not None:
        raise EndedError.malformed("Content-Length and Transfer-Encoding together")
    if chunked is not None and chunked.strip(" \t").lower() != "chunked":
        raise EndedError.malformed("Transfer-Encoding is not plain chunked")
    if length is not None and not (length.isascii() and length.isdigit() and len(length) <= 18):
        raise EndedError.malformed("Content-Length is no number")
    encodings = ",".join(value for name, value in headers.items() if name.lower() == "content-encoding")
    if any(one.strip().lower() not in ("", "identity") for one in encodings.split(",")):
        raise EndedError.malformed("Content-Encoding is not accepted", 415, "supported-calendar-data")
    if headers.get("Content-Range") is not None:
        raise EndedError.malformed("Content-Range is not accepted")
    if headers.get("Expect", "100-continue").strip().lower() != "100-continue":
        raise EndedError.malformed("Expect is not understood", 417)
    if length is not None and int(length) > most:
        raise EndedError.malformed("Too large", 413, "max-resource-size")


async def read_body(request: BaseRequest, *, most: int, within: float) -> bytes:
    """All of the body. Raises `EndedError` where it is too large, breaks off, or does not come in time (seconds)."""
    if "Expect" in request.headers and request.body_exists:
        await request.writer.write(_CONTINUE)
    pieces: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(within):
            async for piece in request.content.iter_any():
                size += len(piece)
                if size > most:
                    raise EndedError.malformed("Too large", 413, "max-resource-size")
                pieces.append(piece)
    except TimeoutError:
        raise EndedError.malformed("The body did not come in time", 408) from None
    except (HTTPException, HttpProcessingError, OSError):
        raise EndedError.malformed("The body is broken") from None
    body = b"".join(pieces)
    length = request.headers.get("Content-Length")
    if length is not None and len(body) != int(length):
        raise EndedError.malformed("The body is shorter than its Content-Length")
    return body

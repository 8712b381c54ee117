# SPDX-License-Identifier: Apache-2.0
"""`GET /review/TOKEN` shows a request, `POST` decides it, once.

Looking at a page uses nothing up: programs that look at the links in mail before a person does would decide otherwise.
Whoever has the token decides; the books hold its hash alone, and no log says it.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final, Literal, cast
from urllib.parse import parse_qs

from aiohttp import web

from meetcost.errors import MeetcostError
from meetcost.ledger.faults import LedgerError
from meetcost.ledger.ledger import Ledger
from meetcost.ledger.versions import Versions
from meetcost.ledger.waivers import Approver, Waivers
from meetcost.reviewing.page import POLICY, decided_page, nothing_page, request_page

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from meetcost.ledger.steps import Standing
    from meetcost.words.say import Language

PATH: Final = "/review/"
_MOST_OCTETS: Final = 16_384
_HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",  # the address holds the token
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}
_log = logging.getLogger("meetcost.reviewing")


class Reviewing:
    """The pages over some books, which are opened anew for each request."""

    def __init__(self, location: str, key: str | None, clock: Callable[[], datetime]) -> None:
        self._location, self._key, self._clock = location, key, clock

    def application(self) -> web.Application:
        """What aiohttp serves."""
        made = web.Application(client_max_size=_MOST_OCTETS)
        made.router.add_get(f"{PATH}{{token}}", self._show)
        made.router.add_post(f"{PATH}{{token}}", self._decide)
        return made

    async def _show(self, request: web.Request) -> web.Response:
        language = _language(request)
        try:
            found = await asyncio.to_thread(self._requested, request.match_info["token"])
        except LedgerError:
            return _html(nothing_page(language), 404)
        return _html(request_page(found, language))

    async def _decide(self, request: web.Request) -> web.Response:
        language, token = _language(request), request.match_info["token"]
        sent = parse_qs((await request.read()).decode("utf-8", "replace"))
        answer, unit, reason = (sent.get(name, [""])[-1].strip() for name in ("answer", "unit", "reason"))
        try:
            found = await asyncio.to_thread(self._requested, token)
        except LedgerError:
            return _html(nothing_page(language), 404)
        if answer not in ("granted", "refused") or not unit or not unit.isprintable():
            return _html(request_page(found, language), 400)
        try:
            state = cast("Literal['granted', 'refused']", answer)
            decided = await asyncio.to_thread(self._decided, token, state, unit, reason or None)
        except MeetcostError as error:  # an address in the reason; or somebody was first, as the next look tells
            return _html(request_page(found, language, error.text(language)), 400)
        _log.info("request %d was decided by a link", decided.number)
        return _html(decided_page(decided, language))

    def _requested(self, token: str) -> Standing:
        with Ledger.open(self._location, key=self._key) as books:
            return Waivers(books).requested(token, now=self._clock())

    def _decided(self, token: str, state: Literal["granted", "refused"], unit: str, reason: str | None) -> Standing:
        now = self._clock()
        with Ledger.open(self._location, key=self._key) as books:
            by = Approver(unit=unit)
            return Waivers(books).decide_by_link(token, state, by, now=now, by=Versions.of(), reason=reason)


def serve(pages: Reviewing, host: str, port: int) -> None:
    """Until SIGTERM or SIGINT. OSError where it cannot listen."""
    web.run_app(pages.application(), host=host, port=port, access_log=None, print=None)


def _language(request: web.Request) -> Language:
    """Chinese for whoever asks for it first."""
    wanted = request.headers.get("Accept-Language", "").strip().lower()
    return "zh" if wanted.startswith("zh") else "en"


def _html(text: str, status: int = 200) -> web.Response:
    return web.Response(text=text, status=status, content_type="text/html", headers=_HEADERS)

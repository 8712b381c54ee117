# SPDX-License-Identifier: Apache-2.0
"""The decision service over HTTP: `POST /decide`, `POST /settle`, `POST /removed`, `GET /health`.

Whoever asks stores nothing unless it is answered 200 with an outcome that says so: all that goes wrong is a refusal.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
from typing import TYPE_CHECKING, Final, TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError

from meetcost.decision.protocol import Answer, Health, Mistake, Question, Removal, Settlement
from meetcost.decision.unsettled import Unsettled
from meetcost.guard.judge import judged

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from meetcost.guard.guard import Guard
    from meetcost.guard.watched import Watched

P = TypeVar("P", bound=BaseModel)
_log = logging.getLogger("meetcost.decision")
_JSON: Final = "application/json"
_MOST_OBJECTS: Final = 2
_SPACE: Final = 65_536
_WITHIN: Final = 30.0
"""Seconds in which a question has to be here."""


class Service:
    """One service. `token` has to be sent by whoever asks (`Authorization: Bearer`), if there is one."""

    def __init__(self, policy: Watched[Guard], *, token: str = "") -> None:
        self.policy = policy
        self.unsettled = Unsettled()
        self._token = token

    def application(self) -> web.Application:
        """What aiohttp serves."""
        octets = self.policy.held.policy.limits.octets
        most = (octets * _MOST_OBJECTS * 4) // 3 + _SPACE
        made = web.Application(client_max_size=most, middlewares=[self._closed])
        made.router.add_post("/decide", self._decide)
        made.router.add_post("/settle", self._settle)
        made.router.add_post("/removed", self._removed)
        made.router.add_get("/health", self._health)
        return made

    @web.middleware
    async def _closed(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Who may ask, and an answer in JSON whatever goes wrong."""
        try:
            if request.path != "/health" and not self._may(request):
                return _answer(Mistake(error="the token is missing or wrong"), 401)
            if "Origin" in request.headers:  # a page in a browser on this machine, whoever made it
                return _answer(Mistake(error="not for browsers"), 403)
            if request.method == "POST" and request.content_type != _JSON:
                return _answer(Mistake(error=f"send {_JSON}"), 415)
            return await handler(request)
        except web.HTTPException as error:
            return _answer(Mistake(error=error.reason), error.status)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False, include_context=False)[0]
            where = ".".join(map(str, first["loc"]))
            return _answer(Mistake(error=f"{where}: {first['msg']}" if where else first["msg"]), 400)
        except Exception:  # noqa: BLE001 - whoever asks is answered, and stores nothing
            _log.exception("could not answer")
            return _answer(Mistake(error="the service has failed; its log says how"), 500)

    def _may(self, request: web.Request) -> bool:
        if not self._token:
            return True
        sent = request.headers.get("Authorization", "")
        return hmac.compare_digest(sent.encode("utf-8", "replace"), f"Bearer {self._token}".encode())

    async def _decide(self, request: web.Request) -> web.Response:
        question = await _read(request, Question)
        return _answer(await asyncio.to_thread(self._answer_to, question))

    def _answer_to(self, question: Question) -> Answer:
        guard, calendar = self.policy(), question.calendar or None
        user = question.user if self._token else ""  # else nobody knows who says so
        found = judged(guard, question.new, question.old, calendar, as_is=not question.may_rewrite, user=user)
        if found.refuse is not None:
            return Answer.of(found, "", guard.refusal(found.refuse, calendar=calendar))
        return Answer.of(found, self.unsettled.add(guard, found), None)

    async def _settle(self, request: web.Request) -> web.Response:
        settlement = await _read(request, Settlement)
        done = await asyncio.to_thread(self.unsettled.settle, settlement.id, stored=settlement.stored)
        if not done:
            return _answer(Mistake(error="no such decision is open"), 404)
        return web.Response(status=204)

    async def _removed(self, request: web.Request) -> web.Response:
        removal = await _read(request, Removal)
        guard = await asyncio.to_thread(self.policy)
        if removal.moved_to != removal.calendar or not removal.calendar:
            await asyncio.to_thread(guard.removed, removal.old, calendar=removal.calendar or None)
        return web.Response(status=204)

    async def _health(self, _request: web.Request) -> web.Response:
        policy = self.policy.held.policy
        health = Health(
            status="ok",
            policy=policy.name,
            mode=str(policy.mode),
            rules=len(policy.rules.clauses),
            open=len(self.unsettled),
        )
        return _answer(health)


async def _read(request: web.Request, kind: type[P]) -> P:
    if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise web.HTTPUnsupportedMediaType(reason="send it uncompressed")
    try:
        async with asyncio.timeout(_WITHIN):
            octets = await request.read()
    except TimeoutError:
        raise web.HTTPRequestTimeout(reason="the body did not come in time") from None
    except (ConnectionError, web.RequestPayloadError):
        raise web.HTTPBadRequest(reason="the body is broken") from None
    return kind.model_validate_json(octets)


def _answer(part: BaseModel, status: int = 200) -> web.Response:
    return web.Response(
        status=status, body=part.model_dump_json().encode(), content_type=_JSON, headers={"Cache-Control": "no-store"}
    )

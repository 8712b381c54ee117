# SPDX-License-Identifier: Apache-2.0
"""What can go wrong between here and a CalDAV server.

MeetcostError
└── AccountError           the server cannot be used, or not for this: what, at which path, what to do
    ├── AwayError          no answer, or one that was cut off: nobody knows whether a request was carried out
    ├── RefusedError       an answer with a status that says no
    └── TooLargeError      an answer beyond the stated limit
"""

from __future__ import annotations

from meetcost.errors import MeetcostError, Problem
from meetcost.words.sentence import Sentence


class AccountError(MeetcostError):
    """A CalDAV account that cannot be used. `place` is a URL or path without any password."""

    def __init__(self, place: str, message: str, advice: str = "") -> None:
        super().__init__(place, message, advice)
        self.place = place
        self.message = message
        self.advice = advice

    def sentence(self) -> str:
        """The place, what is wrong there, and what to do."""
        return Sentence.of(
            "{problem}", problem=Problem("account", self.message, property=self.place, advice=self.advice)
        )


class AwayError(AccountError):
    """The server cannot be reached, or went away in the middle of an answer."""


class RefusedError(AccountError):
    """The server answered `status`, after `retry_after` seconds one may ask again (None: it did not say)."""

    def __init__(self, place: str, status: int, reason: str = "", retry_after: float | None = None) -> None:
        answer = f"{status} {reason}".rstrip()
        super().__init__(place, Sentence.of("the server answers {answer}", answer=answer), _ADVICE.get(status, ""))
        self.status = status
        self.retry_after = retry_after


class TooLargeError(AccountError):
    """More octets than are read; nothing of it was kept."""


_ADVICE = {
    401: "user name or password are not accepted",
    403: "this user may not do that there",
    404: "there is nothing at this address",
    507: "the server has no room left",
}

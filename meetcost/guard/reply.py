# SPDX-License-Identifier: Apache-2.0
"""A refusal in HTTP: 403 with a reason phrase, and a `DAV:error` body (RFC 4918 §16) for programs and people.

Never 409 or 412 (Thunderbird offers to overwrite, DAVx5 drops the edit), never 5xx (Thunderbird keeps the event). Facts
stand in attributes, since Evolution shows all text of the body; the one text is DAV:responsedescription. Some programs
show the reason phrase and nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from meetcost.model.verdict import Bearing, Outcome
from meetcost.quotas.told import resets
from meetcost.words.sentence import said

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from meetcost.errors import Problem
    from meetcost.guard.decide import Refuse
    from meetcost.schedule.instead import Instead
    from meetcost.words.say import Language

NAMESPACE: Final = "urn:meetcost:guard"
FORBIDDEN: Final = 403
_LONGEST_PHRASE: Final = 120
_LONGEST_TEXT: Final = 4000
_REFUSED: Final = (Bearing.REFUSED, Bearing.REVIEW)
_TYPE: Final = ("Content-Type", "application/xml; charset=utf-8")
_PRECONDITIONS: Final[Mapping[str, str]] = {
    "ATTENDEE": "max-attendees-per-instance",
    "RRULE": "max-instances",
    "RDATE": "max-instances",
    "EXDATE": "max-instances",
}
"""CALDAV preconditions of PUT (RFC 4791 §5.3.2.1) for what is beyond a limit, by property."""


class Reply(NamedTuple):
    """An HTTP response. `why` and `precondition` are of one that `malformed` made: its reason, and what was not met."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    why: str = ""
    precondition: str = ""

    @property
    def status_line(self) -> str:
        """`403 No-meeting day 2026-12-09, next 2026-12-10 10:00`."""
        return f"{self.status} {self.reason}"

    def said_in(self, language: Language) -> Reply:
        """The same, with the text of its body in `language`; only one that `malformed` made can be said in another."""
        if not self.why or language == "en":
            return self
        body = _body(_unmet(self.precondition, said(self.why, language)))
        headers = ((name, str(len(body)) if name == "Content-Length" else value) for name, value in self.headers)
        return self._replace(body=body, headers=tuple(headers))


def refusal(refuse: Refuse, instead: Instead, language: Language = "en") -> Reply:
    """The answer to a write that was refused; `instead` holds the next permitted times."""
    text = text_of(refuse, instead, language)
    elements = [*_elements(refuse, instead), f"<D:responsedescription>{_text(text)}</D:responsedescription>"]
    return _reply(_phrase(refuse, instead), elements)


def text_of(refuse: Refuse, instead: Instead, language: Language = "en") -> str:
    """What was refused, why, under which rule, and when instead."""
    return refuse.verdict.text(language, slots=instead.text(language))


def malformed(reason: str, status: int = 400, precondition: str = "valid-calendar-data") -> Reply:
    """The answer to a request that is refused before it is looked at; `reason` is ASCII."""
    return _reply(reason, _unmet(precondition, reason), status)._replace(why=reason, precondition=precondition)


def _unmet(precondition: str, text: str) -> list[str]:
    return [f"<C:{precondition}/>", f"<D:responsedescription>{_text(text)}</D:responsedescription>"]


def _body(elements: list[str]) -> bytes:
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<D:error xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:M="{NAMESPACE}">'
        f"{''.join(elements)}</D:error>\n"
    ).encode()


def _reply(reason: str, elements: list[str], status: int = FORBIDDEN) -> Reply:
    body = _body(elements)
    headers = (_TYPE, ("Content-Length", str(len(body))), ("Cache-Control", "no-store"))
    return Reply(status, _ascii(reason), headers, body)


def _phrase(refuse: Refuse, instead: Instead) -> str:
    verdict = refuse.verdict
    if verdict.would_be is Outcome.DENY:
        found = verdict.bearing(*_REFUSED)
        days = sorted({day for one in found if not one.kind for day in one.days})
        brief = next((one.brief for one in found if one.brief), "Not permitted")
        first = f"No-meeting day {days[0].isoformat()}" if days else brief
        more = f" and {len(days) - 1} more" if len(days) > 1 else ""
        following = f", next {instead.first:%Y-%m-%d %H:%M}" if instead.first is not None and verdict.moves else ""
        return f"{first}{more}{following}"
    problem = verdict.errors[0].message if verdict.errors else "it cannot be judged"
    return f"Calendar object refused: {problem}"


def _elements(refuse: Refuse, instead: Instead) -> Iterator[str]:
    verdict = refuse.verdict
    if verdict.would_be is not Outcome.DENY:
        names = dict.fromkeys(_precondition(problem) for problem in verdict.errors)
        yield from (f"<C:{name}/>" for name in names or ("valid-calendar-data",))
        return
    for one in refuse.spent:
        quota = f"id={quoteattr(_clean(one.taken.quota.id))} measure={quoteattr(one.taken.quota.measure)}"
        numbers = f'used="{one.used}" limit="{one.limit}" wanted="{one.wanted}"'
        anew = resets(one)
        following = f' resets="{anew.isoformat()}"' if anew is not None else ""
        yield f"<M:quota {quota} {numbers}{following}/>"
    if refuse.spent:
        return
    following = f" next={quoteattr(instead.first.isoformat())}" if instead.first is not None and verdict.moves else ""
    facts: dict[str, None] = {}
    for finding in verdict.bearing(*_REFUSED):
        rule, policy = quoteattr(_clean(finding.rule)), quoteattr(_clean(verdict.policy))
        under = f"rule={rule} policy={policy}"
        if finding.bearing is Bearing.REVIEW:
            under += f" reviewer={quoteattr(_clean(finding.reviewer))}"
        if finding.kind:
            facts[
                f'<M:rule-broken kind="{finding.kind}" {under} said={quoteattr(_clean(finding.brief))}{following}/>'
            ] = None
            continue
        for day in finding.days:
            facts[f'<M:no-meeting-day date="{day.isoformat()}" {under}{following}/>'] = None
    yield from list(facts)[:50]


def _precondition(problem: Problem) -> str:
    if problem.code != "limit":
        return "valid-calendar-data"
    if problem.property:
        return _PRECONDITIONS.get(problem.property, "max-instances")
    return "max-resource-size" if "octets" in problem.message else "max-instances"


def _text(text: str) -> str:
    return escape(_clean(text)[:_LONGEST_TEXT])


def _clean(text: str) -> str:
    """Only what XML 1.0 may hold (§2.2); controls and marks that turn the direction of writing are left out."""
    return "".join(one if one in "\n\t" or one.isprintable() else " " * one.isspace() for one in text)


def _ascii(text: str) -> str:
    """A reason phrase (RFC 9112 §4): printable ASCII on one line."""
    line = "".join(one if " " <= one <= "~" else "?" for one in text.replace("“", '"').replace("”", '"'))
    return line[:_LONGEST_PHRASE]

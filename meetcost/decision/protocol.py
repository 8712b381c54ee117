# SPDX-License-Identifier: Apache-2.0
"""What is asked of the decision service, and what it answers: JSON, with a version and a published JSON Schema."""

from __future__ import annotations

from base64 import b64decode, b64encode
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, PlainValidator, WithJsonSchema

if TYPE_CHECKING:
    from meetcost.guard.guard import Refusal
    from meetcost.guard.judge import Judged
    from meetcost.model.verdict import Verdict

SCHEMA_ID: Final = "urn:meetcost:schema:decision:1"
_LONGEST_NAME: Final = 2_000


def _octets(value: object) -> bytes:
    if isinstance(value, bytes):
        return value
    try:
        return b64decode(str(value), validate=True)
    except ValueError:
        raise ValueError("is no text in base64") from None


Octets = Annotated[
    bytes,
    PlainValidator(_octets),
    PlainSerializer(lambda octets: b64encode(octets).decode(), return_type=str),
    WithJsonSchema({"type": "string", "contentEncoding": "base64"}),
]
"""Octets in base64 (RFC 4648 §4): what is judged has to be what is stored, whatever JSON does to text."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Question(_Part):
    """A calendar object on its way into a calendar: the body of `POST /decide`."""

    new: Octets = Field(description="the object as it came")
    old: Octets | None = Field(None, description="what stands at its place now; none if there is nothing")
    user: str = Field(
        "",
        max_length=_LONGEST_NAME,
        description="login of who writes, for `--break-glass`; believed of who knows the token only",
    )
    calendar: str = Field("", max_length=_LONGEST_NAME, description="path of the calendar, for rules that bind some")
    may_rewrite: bool = Field(True, description="whether the server can store other octets than those that came")


class Finding(_Part):
    """A rule that was met."""

    rule: str
    bearing: str = Field(
        description="`refused`, `review`, `waived`, `warned`, `skipped`, `exempted`, `kept`, `past`, `undecided`, "
        "`later`"
    )
    days: tuple[date, ...]
    reason: str


class VerdictObject(_Part):
    """The verdict of the rules."""

    outcome: str = Field(description="`allow`, `deny`, `reject`, `flag` or `error`")
    would_be: str = Field(description="the same under a policy that refuses")
    mode: str = Field(description="`refuse` or `observe`")
    policy: str
    findings: tuple[Finding, ...] = ()
    problems: tuple[str, ...] = Field((), description="why it cannot be judged or read")
    break_glass: bool = Field(False, description="whether an administrator stores what would have been refused")

    @classmethod
    def of(cls, verdict: Verdict) -> VerdictObject:
        """The same verdict."""
        findings = [
            Finding(rule=one.rule, bearing=str(one.bearing), days=tuple(one.days), reason=one.reason.text())
            for one in verdict.findings
        ]
        return cls(
            outcome=str(verdict.outcome),
            would_be=str(verdict.would_be),
            mode=str(verdict.mode),
            policy=verdict.policy,
            findings=tuple(findings),
            problems=tuple(str(problem) for problem in verdict.errors),
            break_glass=verdict.break_glass,
        )


class RefusalObject(_Part):
    """The HTTP answer that the client should be given."""

    status: int = Field(description="403")
    reason: str = Field(description="the reason phrase, printable ASCII")
    content_type: str = Field(description="of `body`")
    body: str = Field(description="a `DAV:error` (RFC 4918 §16)")
    text: str = Field(description="what was refused, why, and when instead")
    notice: Octets = Field(description="a calendar object for the user's own calendar: keeps what was refused")


class Answer(_Part):
    """The decision: the body of the answer to `POST /decide`."""

    outcome: Literal["allow", "rewrite", "refuse"] = Field(description="what is to be done")
    id: str = Field("", description="name of the decision, for `POST /settle`; empty where nothing is to be settled")
    octets: Octets | None = Field(
        None, description="what is to be stored in place of `new`; answer without an ETag then"
    )
    refusal: RefusalObject | None = Field(None, description="where the outcome is `refuse`")
    verdict: VerdictObject = Field(description="what the outcome rests on")

    @classmethod
    def of(cls, judged: Judged, name: str, refusal: Refusal | None) -> Answer:
        """The answer for a decision."""
        if refusal is not None:
            reply = refusal.reply
            told = RefusalObject(
                status=reply.status,
                reason=reply.reason,
                content_type=dict(reply.headers)["Content-Type"],
                body=reply.body.decode(),
                text=refusal.text,
                notice=refusal.notice,
            )
            return cls(outcome="refuse", refusal=told, verdict=VerdictObject.of(refusal.decision.verdict))
        verdict = judged.decisions[0].verdict
        if judged.rewritten:
            return cls(outcome="rewrite", id=name, octets=judged.octets, verdict=VerdictObject.of(verdict))
        return cls(outcome="allow", id=name, verdict=VerdictObject.of(verdict))


class Settlement(_Part):
    """How a write that was let pass has ended: the body of `POST /settle`."""

    id: str = Field(min_length=1, max_length=100)
    stored: bool


class Removal(_Part):
    """A calendar object that the server has deleted, or moved to another calendar: the body of `POST /removed`."""

    old: Octets = Field(description="the object as it stood there")
    calendar: str = Field("", max_length=_LONGEST_NAME, description="path of the calendar it was in")
    moved_to: str = Field(
        "", max_length=_LONGEST_NAME, description="path of the calendar it was moved to; empty where it is gone"
    )


class Health(_Part):
    """The answer to `GET /health`."""

    status: Literal["ok"]
    policy: str
    mode: str
    rules: int
    open: int = Field(description="decisions that are not settled yet")


class Mistake(_Part):
    """The answer to what cannot be answered: whoever gets it stores nothing."""

    error: str


def json_schema() -> dict[str, Any]:
    """All of it (draft 2020-12)."""
    parts: dict[str, Any] = {}
    for part in (Question, Answer, Settlement, Removal, Health, Mistake):
        schema = part.model_json_schema(
            mode="serialization" if part is Answer else "validation", ref_template="#/$defs/{model}"
        )
        parts |= schema.pop("$defs", {})
        parts[part.__name__] = schema
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": "meetcost decision service",
        "oneOf": [
            {"$ref": f"#/$defs/{part.__name__}"} for part in (Question, Answer, Settlement, Removal, Health, Mistake)
        ],
        "$defs": parts,
    }

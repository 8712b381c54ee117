# SPDX-License-Identifier: Apache-2.0
"""What a row can say: one frozen type a kind, each with one canonical JSON form.

No row holds an address or a name: people are keyed pseudonyms, units and bands. Free text that looks as if it held an
address is refused. Amounts are decimal text, times are UTC text, working time is whole person-seconds. `v` is the
version of the form; a form that has been written once is read for ever.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from meetcost.ledger.canonical import canonical
from meetcost.ledger.faults import LedgerError
from meetcost.model.wrong_value import wrong_value
from meetcost.values.money import Money
from meetcost.words.sentence import Sentence

_ADDRESS: Final = re.compile(r"[^\s@<>()\"',;:]+@[^\s@<>()\"',;:]+|mailto:", re.IGNORECASE)
_MOST: Final = 2**53 - 1  # whole numbers that every reader of JSON keeps exactly (RFC 8785 §3.2.2.3)


def holds_address(text: str) -> bool:
    """Whether something in `text` looks like a calendar or e-mail address."""
    return _ADDRESS.search(text) is not None


def _no_address(text: str) -> str:
    if holds_address(text):
        raise ValueError("holds an address; rows hold none")
    return text


def _plain(value: Decimal) -> str:
    return f"{value:f}"


Pseudonym = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
Label = Annotated[str, StringConstraints(max_length=300), AfterValidator(_no_address)]
Words = Annotated[str, StringConstraints(max_length=4000), AfterValidator(_no_address)]
Code = Annotated[str, StringConstraints(max_length=100), AfterValidator(_no_address)]
Instant = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$")]
Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]
Start = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}Z?)?$")]
RecurrenceId = Annotated[str, StringConstraints(pattern=r"^(\d{8}(T\d{6}Z?)?)?$")]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Whole = Annotated[int, Field(ge=0, le=_MOST)]
Signed = Annotated[int, Field(ge=-_MOST, le=_MOST)]
Amount = Annotated[Decimal, Field(allow_inf_nan=False), PlainSerializer(_plain, return_type=str)]
Withheld = Literal["", "class", "address", "participant", "person", "policy", "erasure"]
Ground = Literal["request", "retention", "mistake", "order"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class MoneyAmount(_Frozen):
    """An exact amount; `currency` is its ISO 4217 code."""

    amount: Amount
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]

    @classmethod
    def of(cls, money: Money | None) -> MoneyAmount | None:
        """The same amount."""
        return cls(amount=money.amount, currency=money.currency) if money is not None else None

    @property
    def money(self) -> Money:
        """The same amount, to reckon with."""
        return Money(self.amount, self.currency)


class Row(_Frozen):
    """What all have: the meeting they speak of, as the pseudonym of its UID, and the instance (RECURRENCE-ID).

    `recurrence_id` is the original start as in `OccurrenceId`; empty for all of them, and for what does not recur.
    """

    v: Literal[1] = 1
    uid: Pseudonym | None = None
    recurrence_id: RecurrenceId = ""


class MeetingRow(Row):
    """What is called: its name (None if `withheld` says why), who calls it, how many are counted as present."""

    kind: Literal["meeting"] = "meeting"
    title: Label | None = None
    withheld: Withheld = ""
    organiser: Pseudonym | None = None
    calling_unit: Label = ""
    people: Whole = 0
    recurring: bool = False
    sequence: Whole = 0


class OccurrenceRow(Row):
    """When it takes place: `start` in UTC, without `Z` for floating time, a date for whole days."""

    kind: Literal["occurrence"] = "occurrence"
    start: Start
    seconds: Whole
    people: Whole = 0
    cancelled: bool = False


class LineAmount(_Frozen):
    """One kind of cost that one unit bears; `person_seconds` is None for cash, `low` and `high` are of a forecast."""

    kind: Code
    nature: Literal["time", "cash"]
    unit: Label = ""
    person_seconds: Signed | None = None
    money: MoneyAmount | None = None
    low: Whole | None = None
    high: Whole | None = None


class BandAmount(_Frozen):
    """Attendance of one published pay band: heads, working time, and its worth at `hourly`."""

    band: Label
    people: Whole
    person_seconds: Whole
    hourly: MoneyAmount | None = None
    money: MoneyAmount | None = None


class CostRow(Row):
    """What it costs. `person_seconds` and `money` are sums without the paperwork forecast, which is a line apart."""

    kind: Literal["cost"] = "cost"
    method: Code
    rate_card: Label = ""
    published: bool = False
    called_by: Label = ""
    occurrences: Whole = 1
    person_seconds: Signed
    money: MoneyAmount | None = None
    lines: tuple[LineAmount, ...] = ()
    bands: tuple[BandAmount, ...] = ()
    assumptions: tuple[Code, ...] = ()


class FindingNote(_Frozen):
    """One rule that was met, on which days, and what that meant."""

    rule: Label
    bearing: Code
    days: tuple[Day, ...] = ()
    exemption: Code = ""
    confirm_by: Instant | None = None


class VerdictRow(Row):
    """What was decided, refusals too. `would_be` is the decision were the policy to refuse.

    `break_glass`: an administrator stored it all the same; who it was is not written down.
    """

    kind: Literal["verdict"] = "verdict"
    outcome: Code
    would_be: Code
    mode: Code
    policy: Label = ""
    calling_unit: Label = ""
    exemption: Code = ""
    findings: tuple[FindingNote, ...] = ()
    errors: tuple[Code, ...] = ()
    break_glass: bool = False


class WaiverRow(Row):
    """A step in the life of a waiver: asked for, granted, refused, withdrawn; or a claim was confirmed.

    `of` is the number of the row with the request, or with the claim that is confirmed. It holds for `instances` (all,
    if empty) within `spans`, of up to `attendees` people, against `rules` (all, if empty), until `expires`; `klass`
    says on what ground, `unit` who approved; `meeting` stands for UID and organiser together, where it is bound to
    both. Rows without `of` are of the form before: bound to the UID alone.
    """

    kind: Literal["waiver"] = "waiver"
    state: Literal["requested", "granted", "refused", "revoked", "confirmed"]
    exemption: Code = ""
    of: Whole | None = None
    klass: Literal["", "ordered", "statutory", "emergency", "other"] = ""
    rules: tuple[Label, ...] = ()
    spans: tuple[tuple[Instant, Instant], ...] = ()
    unit: Label = ""
    instances: tuple[RecurrenceId, ...] = ()
    attendees: Whole | None = None
    expires: Instant | None = None
    reason: Words = ""
    approver: Pseudonym | None = None
    meeting: Pseudonym | None = None


class DisclosureRow(Row):
    """The cost was to be written into an invite (`intent`), and was or was not; `digest` is SHA-256 of the block."""

    kind: Literal["disclosure"] = "disclosure"
    state: Literal["intent", "done", "failed", "removed"]
    digest: Digest
    language: Literal["en", "zh"] = "en"
    person_seconds: Whole = 0
    money: MoneyAmount | None = None


class PaperworkRow(Row):
    """The minutes as they were measured, and their hours at the speeds of a forecast; None where it is not known.

    `characters` are Chinese characters, `words` what is in other letters; no `documents` are a meeting without minutes.
    """

    kind: Literal["paperwork"] = "paperwork"
    documents: Whole = 1
    characters: Whole | None = None
    words: Whole | None = None
    writing_seconds: Whole | None = None
    reading_seconds: Whole | None = None


class Draw(_Frozen):
    """What `unit` has taken out of the quota `pool` (below 0: given back) for a meeting at `at`, in epoch seconds.

    `meeting` stands for UID and organiser together; it is not said in rows that were written before there was one.
    """

    pool: Label
    at: Signed
    amount: Signed
    unit: Label = ""
    meeting: Pseudonym | None = None

    def in_table(self) -> dict[str, object]:
        """What is added up: its row of `draws` or `reserved_draws`."""
        return self.model_dump(exclude={"meeting"})


class QuotaRow(Row):
    """What a confirmed operation took out of quotas; `home` is the calendar in which the meeting is counted."""

    kind: Literal["quota"] = "quota"
    draws: tuple[Draw, ...]
    home: Pseudonym | None = None


Statement = Annotated[
    MeetingRow | OccurrenceRow | CostRow | VerdictRow | WaiverRow | DisclosureRow | PaperworkRow | QuotaRow,
    Field(discriminator="kind"),
]


class CorrectionRow(Row):
    """In the place of row `replaces` holds `row`; nothing, if it is None. The row itself stays as it was."""

    kind: Literal["correction"] = "correction"
    replaces: Annotated[int, Field(ge=1, le=_MOST)]
    reason: Words
    row: Statement | None = None

    @model_validator(mode="after")
    def _of_the_same_meeting(self) -> Self:
        if self.row is not None and (self.uid, self.recurrence_id) != (self.row.uid, self.row.recurrence_id):
            raise ValueError("a correction and the row in it speak of the same meeting")
        return self


class ErasureRow(Row):
    """The payloads of these rows (first and last of each range) were erased, and on what ground."""

    kind: Literal["erasure"] = "erasure"
    ground: Ground
    ranges: tuple[tuple[Whole, Whole], ...]


AnyRow = Annotated[Statement | CorrectionRow | ErasureRow, Field(discriminator="kind")]
Written = (
    MeetingRow
    | OccurrenceRow
    | CostRow
    | VerdictRow
    | WaiverRow
    | DisclosureRow
    | PaperworkRow
    | QuotaRow
    | CorrectionRow
    | ErasureRow
)
_ANY: Final[TypeAdapter[Written]] = TypeAdapter(AnyRow)
KINDS: Final = "meeting occurrence cost verdict waiver disclosure paperwork quota correction erasure".split()


def payload_of(row: Row) -> str:
    """The canonical JSON of a row; `LedgerError` if it has none."""
    return canonical(row.model_dump(mode="json"))


def row_of(payload: str) -> Written:
    """The row that was written as `payload`; `LedgerError` for anything else."""
    try:
        value = json.loads(payload)
        return _ANY.validate_python(value)
    except (ValueError, RecursionError) as error:
        raise LedgerError("is no row of the books: {why}", why=_first(error)) from None


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of payloads."""
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:meetcost:schema:ledger:1",
        "title": "meetcost ledger payload",
    }
    return {**head, **_ANY.json_schema(mode="serialization")}


def _first(error: Exception) -> Sentence:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        return Sentence.of("`{text}`: {why}", text=".".join(map(str, first["loc"])), why=wrong_value(first))
    return Sentence.of("it is no JSON")

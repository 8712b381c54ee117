# SPDX-License-Identifier: Apache-2.0
"""What of a published document, and of what is kept of it, is read: the form it has to have."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, StrictInt

FEED: Final = "urn:meetcost:schema:feed:1"
KEPT: Final = "urn:meetcost:schema:release:1"
"""What is kept of a release: `feed`, the document without its texts, and `bands`, the rates it was published with."""


class Form(BaseModel):
    """What is read; other fields are not looked at."""

    model_config = ConfigDict(extra="ignore", frozen=True)


_Count = Annotated[StrictInt, Field(ge=0, le=10**12)]
_Number = Annotated[Decimal, Field(max_digits=30, decimal_places=6)]
_Name = Annotated[str, Field(max_length=1000)]


class SharedForm(Form):
    """What a unit bears."""

    unit: _Name
    person_hours: _Number
    working_time: _Number | None


class BandedForm(Form):
    """People of one band."""

    band: _Name
    people: _Count
    seconds_each: _Count
    rate: _Number | None
    working_time: _Number | None


class OccurrenceForm(Form):
    """One occurrence."""

    start: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d([+-]\d\d:\d\d(:\d\d)?|Z))?$")]
    people: _Count
    person_seconds: _Count
    working_time: _Number | None
    cash: _Number | None
    paid_by: list[SharedForm]
    by_band: list[BandedForm]


class MeetingForm(Form):
    """A meeting; each of its occurrences has the form above."""

    id: _Name
    occurrences: list[Any]


class CommitmentForm(Form):
    """A series in the year to come."""

    id: _Name
    occurrences: _Count
    working_time: _Number | None


class UsedForm(Form):
    """A unit's part of a quota."""

    used: _Number | None


class QuotaForm(Form):
    """An account of a quota."""

    quota: _Name
    measure: _Name
    used: _Number | None
    by_unit: list[UsedForm]
    past: list[UsedForm] = []


class WaiverForm(Form):
    """What was let pass."""

    id: _Name
    starts: list[_Name]


class WaivedForm(Form):
    """All that was."""

    meetings: list[WaiverForm]


class TotalsForm(Form):
    """The sums."""

    occurrences: _Count
    person_seconds: _Count
    working_time: _Number | None
    cash: _Number | None


class ConfidentialForm(Form):
    """What was only counted."""

    occurrences: _Count
    person_hours: _Number | None


class PeriodForm(Form):
    """Both days are included."""

    first: date
    last: date


class PolicyForm(Form):
    """By which rules and tariffs."""

    sha256: _Name


class FeedForm(Form):
    """`data.json`."""

    schema_: Annotated[str, Field(alias="schema", pattern=f"^{FEED}$")]
    period: PeriodForm
    as_of: datetime
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] | None
    rate_card: _Name | None
    totals: TotalsForm
    confidential: ConfidentialForm
    commitments: list[CommitmentForm]
    quotas: list[QuotaForm] = []
    waived: WaivedForm | None = None
    policy: PolicyForm | None = None
    meetings: list[Any]


class ToldForm(Form):
    """A line of the rate card."""

    band: _Name
    first: date | None
    rate: _Number


class KeptForm(Form):
    """What is kept of a release."""

    feed: FeedForm
    bands: list[ToldForm]

# SPDX-License-Identifier: Apache-2.0
"""What all tables of `meetcost.toml` have in common."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


def _as_source(value: object) -> object:
    return {"title": value} if isinstance(value, str) else value


class Table(BaseModel):
    """A table of the file: unknown keys are mistakes."""

    # Deferred: of some twenty tables one validates a file, and building all takes 10 ms.
    model_config = ConfigDict(
        extra="forbid", frozen=True, populate_by_name=True, validate_default=False, defer_build=True
    )


class Source(Table):
    """Where a rule is written."""

    title: str = Field(description="what the document is called")
    locator: str = Field("", description="the place in it: article, page")
    published: str = Field("", description="when, as written there")
    url: str = Field("", description="its address")
    quote: str = Field("", description="the sentence itself, word for word")


Sourced = Annotated[
    Source,
    BeforeValidator(_as_source, json_schema_input_type=str | Source),
    Field(description="where the rule is written: the sentence, or a table with title, url, quote, ..."),
]

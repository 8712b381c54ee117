# SPDX-License-Identifier: Apache-2.0
"""The `[[quota]]` tables of `meetcost.toml`: how much may be called in a period."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import AfterValidator, Field

from meetcost.errors import MoneyError
from meetcost.model.verdict import Action
from meetcost.model.wrong_value import WrongValueError
from meetcost.policy.clause import ScopeTable
from meetcost.policy.costing_table import Clash
from meetcost.policy.table import Sourced, Table
from meetcost.policy.written import Day, not_one
from meetcost.rules.periods import Calendar, Period
from meetcost.rules.quota import Measure, Per, Quota
from meetcost.rules.scope import Scope
from meetcost.values.citation import Citation
from meetcost.values.money import Money
from meetcost.values.rate import Rate
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROLLING: Final = re.compile(r"(\d{1,3}) days?", re.ASCII)
_SHARE: Final = re.compile(r"(\d{1,3}(?:\.\d{1,2})?) ?%", re.ASCII)
_LONGEST_ROLLING: Final = 366
_SECONDS: Final = 3600
_TOGETHER: Final = ("measure", "per")
"""What quotas of one pool have in common."""


def _rolling(value: str) -> str:
    found = _ROLLING.fullmatch(value)
    if not found or not 1 <= int(found[1]) <= _LONGEST_ROLLING:
        raise WrongValueError(
            "`{value}` is no length of 1 to {most} days; write one such as `30 days`",
            value=value,
            most=_LONGEST_ROLLING,
        )
    return value


def _share(value: str) -> str:
    found = _SHARE.fullmatch(value)
    if not found:
        raise WrongValueError("`{value}` is no share; write one such as `80 %`", value=value)
    return value


def _amount(value: str) -> str:
    try:
        Rate.parse(value)  # an amount is written as a rate is, without the hour
        fits = not value.rstrip().endswith(("h", "hour", "小时"))
    except MoneyError:
        fits = False
    if not fits:
        raise WrongValueError("`{value}` is no amount; write one such as `50000 EUR`", value=value)
    return value


Rolling = Annotated[str, AfterValidator(_rolling), Field(examples=["30 days"])]
Share = Annotated[str, AfterValidator(_share), Field(examples=["80 %"])]
Amount = Annotated[str, AfterValidator(_amount), Field(max_length=60, examples=["50000 EUR"])]


class LastYearTable(Table):
    """A limit that rests on last year's own ledger: only down, never up."""

    of_last_year: Share = Field(description="this share of what the same period of last year came to")


class QuotaScope(ScopeTable):
    """Which meetings count; an empty list means all."""

    people_over: int = Field(0, ge=0, le=1_000_000, description="only meetings of more people than this")


class QuotaTable(Table):
    """How much may be called in a period: exactly one of period, rolling."""

    id: str = Field(min_length=1, max_length=60, description="its name in answers")
    measure: Measure = Field(Measure.MEETINGS, description="what is counted; each instance of a series counts")
    limit: Annotated[int, Field(ge=0, le=10**12)] | Amount | LastYearTable = Field(
        description='meetings or person-hours; an amount such as "50000 EUR" for cost; `{ of_last_year = "80 %" }`'
    )
    period: Calendar | None = Field(None, description="the week, month, quarter or year in which the meeting lies")
    rolling: Rolling | None = Field(None, description="any so many days on end: `30 days`")
    per: Per = Field(Per.BODY, description="who has a quota of their own")
    pool: str = Field("", max_length=60, description="quotas of one pool count together; its id without")
    action: Action = Field(
        Action.REFUSE, description="what happens to a meeting that does not fit; a waiver lets it pass"
    )
    reviewer: str = Field("", max_length=200, description="who reviews: an address or `unit:NAME`")
    near: Share = Field("80 %", description="from which part of the limit on it is called near")
    first: Day | None = Field(None, alias="from", description="the first day on which it holds")
    last: Day | None = Field(None, alias="until", description="the last day on which it holds")
    scope: QuotaScope = Field(QuotaScope(), description="which meetings count")
    source: Sourced | None = Field(None, description="where it is written: the sentence, or a table")

    def quota(self, elsewhere: Citation) -> Quota:
        """The same, ready for use."""
        limit, share, currency = None, None, ""
        if isinstance(self.limit, LastYearTable):
            share = _percent(self.limit.of_last_year)
        elif isinstance(self.limit, str):
            rate = Rate.parse(self.limit)
            limit, currency = Money(rate.amount, rate.currency).minor, rate.currency
        else:
            limit = self.limit * _SECONDS if self.measure is Measure.PERSON_HOURS else self.limit
        scope = self.scope
        return Quota(
            id=self.id,
            measure=self.measure,
            period=Period(self.period, int(self.rolling.split(" ")[0]) if self.rolling else 0),
            per=self.per,
            pool=self.pool or self.id,
            limit=limit,
            share=share,
            currency=currency,
            scope=Scope(tuple(scope.calendars), tuple(scope.organisers), tuple(scope.categories)),
            people_over=scope.people_over,
            action=self.action,
            reviewer=self.reviewer,
            near=_percent(self.near),
            first=self.first,
            last=self.last,
            source=Citation(**self.source.model_dump()) if self.source is not None else elsewhere,
        )


def quota_clashes(quotas: object, rule_ids: Mapping[str, int]) -> Iterator[Clash]:
    """What is wrong between the keys of `[[quota]]`, and between them and the rules; paths begin with `quota`."""
    ids: dict[str, int] = {}
    pools: dict[str, tuple[int, Mapping[str, Any]]] = {}
    for at, table in enumerate(quotas if isinstance(quotas, list) else []):
        if not isinstance(table, Mapping):
            continue
        yield from _own_clashes(at, table)
        name = table.get("id")
        if not isinstance(name, str):
            continue
        if name in ids or name in rule_ids:
            yield Clash(Sentence.of("`{name}` names another quota or rule already", name=name), ("quota", at, "id"))
        ids.setdefault(name, at)
        first, other = pools.setdefault(str(table.get("pool") or name), (at, table))
        for key in _TOGETHER:
            if table.get(key, _DEFAULTS[key]) != other.get(key, _DEFAULTS[key]):
                message = Sentence.of(
                    "counts together with `quota[{first}]`, which has another `{key}`", first=first, key=key
                )
                yield Clash(
                    message, ("quota", at, "pool"), Sentence.of("give both the same `{key}`, or other pools", key=key)
                )


_DEFAULTS: Final = {"measure": "meetings", "per": "body"}


def _own_clashes(at: int, table: Mapping[str, Any]) -> Iterator[Clash]:
    place: tuple[str | int, ...] = ("quota", at)
    if wrong := not_one(("period", "rolling"), table):
        yield Clash(wrong, place)
    limit, cost = table.get("limit"), table.get("measure") == "cost"
    if isinstance(limit, str) and not cost:
        yield Clash('an amount of money limits `measure = "cost"` alone', (*place, "limit"), "write a whole number")
    if isinstance(limit, int) and cost:
        yield Clash("cost is limited by an amount of money", (*place, "limit"), 'write one such as "50000 EUR"')
    if isinstance(limit, Mapping):
        if table.get("per", "body") not in ("body", "unit") or table.get("scope"):
            advice = "leave `scope` out, and count per `body` or `unit`"
            yield Clash("last year's ledger tells whole bodies and units apart, and no more", (*place, "limit"), advice)
        if cost:
            yield Clash("last year's cost depends on last year's rates", (*place, "limit"), "limit hours or meetings")


def _percent(text: str) -> Decimal:
    found = _SHARE.fullmatch(text)
    return Decimal(found[1]) / 100 if found else Decimal(0)

# SPDX-License-Identifier: Apache-2.0
"""What the other files of a release may say in money: an amount of its `data.json`, or a sum of these that it names.

The check of a release looks at `data.json` alone. That is enough only if pages, feeds and tables say nothing else: each
amount in them has to be one that anybody can work out from the document.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, Any, Final

from meetcost.model.phrase import shown
from meetcost.values.currency import minor_digits
from meetcost.values.money import Money
from meetcost.words.say import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from meetcost.words.say import Language

_NUMBER: Final = r"([0-9][0-9,]*(?:\.[0-9]+)?)"
_OF_QUOTAS: Final = ("limit", "used", "last_year")
_GAP: Final = "[ \u00a0\u202f]?"


class Amounts:
    """Of one release in `currency`; `add` its meetings, then `close` with the rest of the document.

    `waived` are the ids of the meetings that its document says were let pass, where they are known before.
    """

    def __init__(self, currency: str, waived: Iterable[str] | None = None) -> None:
        self.currency = currency
        self._waived = frozenset(waived) if waived is not None else None
        self._unit = 10 ** minor_digits(currency)
        self._limits: set[tuple[str | None, Decimal]] = set()
        self._known: set[int] = {0}
        self._others: set[Decimal] = set()
        self._sums: Counter[tuple[str, ...]] = Counter()
        self._names: set[str] = set()
        self._starts: dict[tuple[str, str], int] = {}
        self._said = [_written(currency, language) for language in LANGUAGES]

    def add(self, meeting: dict[str, Any]) -> None:
        """A meeting as it stands in the document."""
        sums, id_ = self._sums, meeting["id"]
        of_meeting: Counter[tuple[str, ...]] = Counter()
        for held in meeting["occurrences"]:
            minor, cash = self._minor(held["working_time"]), self._minor(held["cash"])
            day = date.fromisoformat(held["start"][:10])
            week = "{}-W{}".format(*day.isocalendar())
            self._known |= {minor, cash}
            self._known.update(self._minor(line["working_time"]) for line in held["by_band"])
            self._names.update(line["band"] for line in held["by_band"])
            if self._waived is None or id_ in self._waived:  # of a hundred thousand meetings it is much memory
                self._starts[id_, held["start"]] = minor
            for key in ("all",), ("month", held["start"][:7]), ("week", week):
                sums[key] += minor
            sums["kind", meeting["kind"]] += minor
            sums["called", meeting["called_by"]] += minor
            sums["cash",] += cash
            of_meeting["all",] += minor
            of_meeting["cash",] += cash
            of_meeting["month", held["start"][:7]] += minor
            of_meeting["exemption", held["exemption"]] += minor
            self._names.update((held["exemption"], *held["no_meeting_rules"]))
            for share in held["paid_by"]:
                part = self._minor(share["working_time"])
                self._known.add(part)
                sums["paid", share["unit"]] += part
                self._names.add(share["unit"])
                of_meeting["paid", share["unit"]] += part
        self._known.update(of_meeting.values())
        self._others.update(self.said(meeting["title"]))
        self._names |= {meeting["kind"], meeting["called_by"]}

    def close(self, document: dict[str, Any], rates: Iterable[Decimal], texts: Iterable[str] = ()) -> None:
        """The rest of the document, the rates of its card, and texts by people (rules, sources) it does not hold."""
        self._known.update(self._sums.values())
        for one in document["commitments"]:
            self._known.add(self._minor(one["working_time"]))
        for one in document["quotas"]:
            if one["measure"] == "cost":
                said = [Decimal(one[name]) for name in _OF_QUOTAS if one[name] is not None]
                if one["currency"] == self.currency:
                    self._known.update(int(amount * self._unit) for amount in said)
                else:
                    self._limits.update((one["currency"], amount) for amount in said)
        for one in _waived(document):
            self._known.add(sum(self._starts[one["id"], start] for start in one["starts"]))
        self._others.update(rates)
        for text in (*_texts(document), *self._names, *texts):
            self._others.update(self.said(text))
        unit = self._unit
        self._known |= {_rounded(minor, unit) for minor in self._known} if unit > 1 else set()

    def said(self, text: str) -> Iterator[Decimal]:
        """Every amount in the currency that a text says, in any of the languages."""
        for name, pattern in self._said:
            if name in text:  # most texts say nothing in it, and looking for numbers is slow
                for found in pattern.finditer(text):
                    yield Decimal(found[1].replace(",", ""))

    def unaccounted(self, text: str) -> list[Decimal]:
        """Those of a text that are none of the release."""
        return [one for one in dict.fromkeys(self.said(text)) if not self.accounts_for(one)]

    def accounts_for(self, amount: Decimal) -> bool:
        """Whether the release says it."""
        minor = amount * self._unit
        return amount in self._others or (minor == int(minor) and int(minor) in self._known)

    def accounts_for_limit(self, amount: Decimal, currency: str) -> bool:
        """Whether it stands in a quota in `currency`, another than that of the release: it may have more decimals."""
        return (currency, amount) in self._limits

    def accounts_for_minor(self, minor: int) -> bool:
        """The same of minor units."""
        return minor in self._known

    def _minor(self, amount: str | None) -> int:
        return int(Decimal(amount) * self._unit) if amount is not None else 0


def waived_ids(document: dict[str, Any]) -> Iterator[str]:
    """Of the meetings that a document says were let pass."""
    return (one["id"] for one in _waived(document))


def _waived(document: dict[str, Any]) -> list[dict[str, Any]]:
    return document["waived"]["meetings"] if document["waived"] is not None else []


def _rounded(minor: int, unit: int) -> int:
    return int((Decimal(minor) / unit).quantize(Decimal(1), ROUND_HALF_EVEN)) * unit


def _written(currency: str, language: Language) -> tuple[str, re.Pattern[str]]:
    """The name of a currency, and how pages write money: `GBP 1,620.00`, `1,620.00 元`."""
    before, _, after = shown(Money(1, currency), language).partition("1")
    name = before.strip() or after.removeprefix(".").lstrip("0").strip()
    pattern = f"{re.escape(name)}{_GAP}{_NUMBER}" if before else f"{_NUMBER}{_GAP}{re.escape(name)}"
    return name, re.compile(pattern)


def _texts(document: dict[str, Any]) -> Iterator[str]:
    """What people wrote: an amount in a title, or in the name of a rule, a quota or a unit, is no figure of ours."""
    yield from (document["rate_card"] or "", document["policy"]["name"])
    yield from (document["body"], document["coverage"]["statement"], document["target_source"])
    yield from (one["text"] for one in document["corrections"])
    for one in document["commitments"]:
        yield from (one["title"], one["called_by"])
    for one in document["quotas"]:
        yield from (one["quota"], one["unit"] or "", *(part["unit"] for part in one["by_unit"]))
    for one in document["refusals"] or ():
        yield from (one["rule"], one["unit"])
    for one in _waived(document):
        yield from (one["class"], *one["rules"], *one["beyond_quotas"], one["approved_by"], one["explanation"] or "")

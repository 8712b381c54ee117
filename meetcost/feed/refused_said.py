# SPDX-License-Identifier: Apache-2.0
"""What the guard decided, as counts by rule and unit."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from meetcost.feed.publication import Decided

if TYPE_CHECKING:
    from meetcost.feed.publication import Publication, RefusalCount
    from meetcost.feed.wording import Wording


def refused_said(publication: Publication, words: Wording) -> dict[str, Any]:
    """The section of the overview; without `groups` where nothing was counted."""
    counts = publication.refusals
    if counts is None:
        text = "No guard keeps a journal of these calendars, so refusals cannot be counted."
        return {"said": words.plain(text), "groups": []}
    if not counts:
        return {"said": words.plain("The guard refused and exempted nothing in this period."), "groups": []}
    names = _decided(words)
    columns = [one for one in Decided if any(count.outcome is one for count in counts)]
    table: dict[str, dict[str, Counter[Decided]]] = {}
    for count in counts:
        rule = _rule(publication, count, words)
        table.setdefault(rule, {}).setdefault(count.unit, Counter())[count.outcome] += count.count
    sums = [(names[one], sum(count.count for count in counts if count.outcome is one)) for one in columns]
    told = [words.plain("{name}: {count}", name=name, count=f"{number:,}") for name, number in sums]
    return {
        "said": words.plain("; ").join(told),
        "columns": [names[one] for one in columns],
        "groups": [
            {
                "rule": rule,
                "rows": [
                    {"unit": words.unit(unit), "counts": [row[one] for one in columns]}
                    for unit, row in sorted(units.items(), key=lambda one: (-one[1].total(), one[0]))
                ],
            }
            for rule, units in table.items()
        ],
    }


def _decided(words: Wording) -> dict[Decided, str]:
    return {
        Decided.REFUSED: words.plain("Refused"),
        Decided.OBSERVED: words.plain("Would have been refused"),
        Decided.EXEMPTED: words.plain("Exempted"),
        Decided.UNCONFIRMED: words.plain("Not confirmed in time"),
        Decided.SKIPPED: words.plain("Stepped over"),
        Decided.FLAGGED: words.plain("Flagged"),
        Decided.UNREADABLE: words.plain("Unreadable"),
    }


def _rule(publication: Publication, count: RefusalCount, words: Wording) -> str:
    if count.outcome in (Decided.EXEMPTED, Decided.UNCONFIRMED):
        return words.plain("Exemption: {name}", name=count.rule)
    if not count.rule:
        return words.plain("No rule")
    reason = next((one.reason for one in publication.method.rules if one.id == count.rule), None)
    if reason is None:
        return words.plain("Rule {rule}", rule=count.rule)
    return words.plain("Rule {rule}: {reason}", rule=count.rule, reason=words.shown(reason).replace("`", ""))

# SPDX-License-Identifier: Apache-2.0
"""The first page: what it came to, when, who called and who paid, what was refused, what is covered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from meetcost.feed.covered import covered_said
from meetcost.feed.exempted import exempted_said
from meetcost.feed.headline import facts, headline, lede
from meetcost.feed.over_time import over_time
from meetcost.feed.picture import share_bar
from meetcost.feed.quotas_said import quotas_said
from meetcost.feed.refused_said import refused_said
from meetcost.feed.site import meeting_path
from meetcost.feed.target import against_target
from meetcost.feed.totals import by_kind, costliest, totals
from meetcost.feed.views import MeetingRow, meeting_row, row_example
from meetcost.feed.waived_said import waived_said
from meetcost.feed.who import who_section

if TYPE_CHECKING:
    from meetcost.feed.publication import Publication
    from meetcost.feed.site import Site
    from meetcost.feed.wording import Wording

_MOST_COMMITMENTS: Final = 5


def overview_page(site: Site) -> tuple[str, bytes]:
    """(path, octets)."""
    publication, words = site.publication, site.wording
    whole = totals(publication.entries)
    return site.render(
        "index",
        "index.html",
        words.plain("{body}: what meetings cost, {period}", body=publication.body, period=site.period),
        headline=headline(publication, whole, words),
        lede=lede(publication, whole, words),
        facts=list(facts(publication, whole, words)),
        over_time=over_time(site) if whole.occurrences else None,
        target=against_target(publication, whole.seconds, words) if whole.occurrences else None,
        who=who_section(site) if whole.seconds else None,
        kinds=_kinds(publication, words),
        costliest=[meeting_row(entry, words, "") for entry in costliest(publication.entries)],
        commitments=_commitments(site),
        example=row_example(costliest(publication.entries), words, ""),
        refused=refused_said(publication, words),
        exempted=exempted_said(publication, words),
        waived=waived_said(publication, words),
        quotas=quotas_said(publication, words),
        coverage={"statement": publication.coverage.statement, "lines": list(covered_said(publication, words))},
        corrections=[{"day": words.day(one.day), "text": one.text} for one in publication.corrections],
    )


def _kinds(publication: Publication, words: Wording) -> list[dict[str, Any]]:
    """Nothing where no invite names its kind."""
    sums = by_kind(publication.entries)
    if not any(one.kind for one in sums):
        return []
    most = max(one.whole.seconds for one in sums) or 1
    return [
        {
            "kind": one.kind or words.plain("no kind named"),
            "meetings": f"{one.whole.occurrences:,}",
            "hours": words.hours(one.whole.seconds),
            "bar": share_bar(one.whole.seconds / most, "called"),
            "money": words.round_money(one.whole.minor),
        }
        for one in sums
    ]


def _commitments(site: Site) -> dict[str, Any] | None:
    publication, words = site.publication, site.wording
    found = publication.commitments
    if not found:
        return None
    series = words.plain_n(len(found), "{count} series", "{count} series")
    text = "{series} that stand in the calendars will take {hours} in the twelve months after this period. The largest:"
    return {
        "said": words.plain(text, series=series, hours=words.worked(sum(one.seconds for one in found))),
        "rows": [
            MeetingRow(
                meeting_path(one.id) if one.id in site.ids else "",
                words.title(one),
                words.unit(one.called_by),
                words.plain_n(one.occurrences, "once", "{count} times"),
                "",
                words.worked(one.seconds),
                words.round_money(one.minor),
            )
            for one in found[:_MOST_COMMITMENTS]
        ],
    }

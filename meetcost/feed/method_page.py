# SPDX-License-Identifier: Apache-2.0
"""How the figures come about: generated from the live policy and rate card, with one example to be worked by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from meetcost.feed.site import meeting_path
from meetcost.feed.views import sum_lines, sum_total, usual

if TYPE_CHECKING:
    from meetcost.feed.publication import Entry, Publication
    from meetcost.feed.site import Site


def method_page(site: Site) -> tuple[str, bytes]:
    """(path, octets)."""
    words, method = site.wording, site.publication.method
    mode = {
        "observe": words.plain("They are observed: nothing is refused yet."),
        "refuse": words.plain("They are enforced: the calendar refuses what breaks them."),
    }
    return site.render(
        "method",
        "method.html",
        f"{words.plain('How it is worked out')} · {site.publication.body}",
        example=_example(site),
        bands=[
            {
                "band": band.band or words.plain("everybody"),
                "first": words.day(band.first) if band.first is not None else "–",
                "rate": words.shown(band.rate),
            }
            for band in method.bands
        ],
        rates_said=words.plain(
            "Rate card: {card}. The rates are those of published pay bands; nobody's own pay goes into any figure.",
            card=str(method.card),
        ),
        card_source=method.source,
        rules=[
            {
                "id": rule.id,
                "said": words.shown(rule.reason).replace("`", "")
                if rule.reason is not None
                else words.plain("bans no day from the period on"),
                "days": rule.days if rule.days is not None else "–",
                "source": rule.source,
            }
            for rule in method.rules
        ],
        rules_said=words.plain("Policy: {policy}. {mode}", policy=method.policy, mode=mode.get(method.mode, "")),
        digest=method.policy_digest,
        assumptions=[_sentence(words.shown(assumption)) for assumption in method.assumptions],
    )


def _example(site: Site) -> dict[str, Any] | None:
    entry = _plainest(site.publication)
    if entry is None:
        return None
    words, worked = site.wording, usual(entry)
    held = next(held for held in entry.held if held.worked is worked)
    said = words.t(
        "{title}, {when}: {people} people are counted.",
        title=words.title(entry),
        when=words.when(held),
        people=worked.people,
    )
    return {
        "said": said,
        "href": meeting_path(entry.id),
        "lines": list(sum_lines(worked, words)),
        "total": sum_total(worked, words),
    }


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _plainest(publication: Publication) -> Entry | None:
    """An example that is neither trivial nor long: two to four lines, of these the most hours."""

    def rank(entry: Entry) -> tuple[bool, int, str]:
        lines = len(usual(entry).bands)
        return (
            2 <= lines <= 4 and not entry.cash and not entry.held[0].all_day,
            entry.seconds // len(entry.held),
            entry.id,
        )

    return max(publication.entries, key=rank, default=None)

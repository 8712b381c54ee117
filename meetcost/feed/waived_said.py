# SPDX-License-Identifier: Apache-2.0
"""The meetings that a level above has let pass: each in full, on whose word, and why where a quota was exceeded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from meetcost.feed.totals import totals
from meetcost.feed.views import meeting_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from meetcost.feed.public_books import Waived
    from meetcost.feed.publication import Entry, Publication
    from meetcost.feed.wording import Wording


def waived(publication: Publication) -> Iterator[tuple[Waived, Entry]]:
    """Each with its meeting, cut down to the occurrences that were let pass."""
    entries = {entry.id: entry for entry in publication.entries}
    for one in publication.waived.meetings if publication.waived is not None else ():
        entry = entries[one.id]
        yield one, entry._replace(held=tuple(held for held in entry.held if held.start in one.starts))


def waived_said(publication: Publication, words: Wording) -> dict[str, Any] | None:
    """The part of the overview; None where no books were read or nothing was waived."""
    found = list(waived(publication))
    lines = list(uncounted(publication, words))
    if not found and not lines:
        return None
    once = {(one.id, held.start): entry._replace(held=(held,)) for one, entry in found for held in entry.held}
    whole = totals(once.values())
    meetings = words.plain_n(whole.occurrences, "{count} meeting", "{count} meetings")
    text = "{meetings}, {hours}, that a level above has let pass by a waiver:"
    return {
        "said": words.plain(text, meetings=meetings, hours=words.worked(whole.seconds)) if found else "",
        "rows": [_row(one, entry, words) for one, entry in found],
        "lines": lines,
    }


def uncounted(publication: Publication, words: Wording) -> Iterator[str]:
    """The waivers of which only the number may be said."""
    told = publication.waived
    if told is not None and told.confidential:
        one = "{count} waiver more is for a confidential meeting: only counted."
        many = "{count} waivers more are for confidential meetings: only counted."
        yield words.plain_n(told.confidential, one, many)
    if told is not None and told.elsewhere:
        one = "{count} waiver more is for a meeting that is in no calendar that was read, or at another time by now."
        many = "{count} waivers more are for meetings that are in no calendar that was read, or at another time by now."
        yield words.plain_n(told.elsewhere, one, many)


def on_whose_word(one: Waived, words: Wording) -> str:
    """`Ordered from above; approved by Mayor's Office on Thu 10 Dec 2026`."""
    ground = _grounds(words)[one.klass]
    day = words.day(one.granted)
    if one.unit:
        said = words.plain("{ground}; approved by {unit} on {day}", ground=ground, unit=one.unit, day=day)
    else:
        said = words.plain("{ground}; approved on {day}", ground=ground, day=day)
    return words.plain("{said}; revoked since", said=said) if one.revoked else said


def explained(one: Waived, words: Wording) -> str:
    """What was written for going beyond a quota."""
    if one.withheld:
        return words.plain("(explanation withheld)")
    return one.explanation or words.plain("(no explanation)")


def _row(one: Waived, entry: Entry, words: Wording) -> dict[str, Any]:
    rules = words.plain(", ").join(one.rules)
    against = words.plain("Against rule {rules}", rules=rules) if rules else words.plain("Against every rule")
    beyond = words.plain("Explanation, beyond quota {quotas}", quotas=words.plain(", ").join(one.beyond))
    return {
        "meeting": meeting_row(entry, words, ""),
        "word": on_whose_word(one, words),
        "against": against,
        "beyond": beyond if one.beyond else "",
        "explanation": explained(one, words) if one.beyond else "",
    }


def _grounds(words: Wording) -> dict[str, str]:
    """In the words of `WaiverClass`."""
    return {
        "ordered": words.plain("Ordered from above"),
        "statutory": words.plain("Required by law"),
        "emergency": words.plain("Emergency"),
        "other": words.plain("Other ground"),
    }

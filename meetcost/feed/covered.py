# SPDX-License-Identifier: Apache-2.0
"""What the figures rest on, and what they leave out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from meetcost.costing.small_bands import FEWEST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markupsafe import Markup

    from meetcost.feed.publication import Publication
    from meetcost.feed.wording import Wording


def covered_said(publication: Publication, words: Wording) -> Iterator[Markup]:
    """The lines of the section, one a sentence."""
    covered, withheld = publication.coverage, publication.withheld
    if covered.calendars:
        yield words.n(covered.calendars, "{count} calendar was read.", "{count} calendars were read.")
    if covered.unreadable:
        yield words.n(covered.unreadable, "{count} calendar could not be read.", "{count} calendars could not be read.")
    yield words.t(
        "What is arranged without a calendar is not counted: talks in a chat, over the telephone, in the corridor."
    )
    if withheld.occurrences and withheld.seconds is not None:
        hours = words.worked(withheld.seconds)
        yield words.n(
            withheld.occurrences,
            "{count} confidential meeting, {hours}, in no other figure.",
            "{count} confidential meetings, {hours}, in no other figure.",
            hours=hours,
        )
    elif withheld.occurrences >= FEWEST:
        text = (
            "{count} confidential meetings, in no other figure; their hours are not said: less those said before, they "
            "are of few."
        )
        yield words.t(text, count=f"{withheld.occurrences:,}")
    elif withheld.occurrences:
        yield words.n(
            withheld.occurrences,
            "{count} confidential meeting, in no other figure; its hours are not said.",
            "{count} confidential meetings, in no other figure; so few that their hours are not said.",
        )
    if covered.titles_withheld:
        yield words.n(
            covered.titles_withheld,
            "The title of {count} meeting is withheld by rule; its figures are in every sum.",
            "The titles of {count} meetings are withheld by rule; their figures are in every sum.",
        )
    if covered.titles_shortened:
        yield words.n(
            covered.titles_shortened,
            "In {count} title a name or an address is replaced by “…”.",
            "In {count} titles a name or an address is replaced by “…”.",
        )
    if covered.copies:
        yield words.n(
            covered.copies,
            "{count} copy of a meeting that was counted already.",
            "{count} copies of meetings that were counted already.",
        )
    if covered.not_meetings:
        yield words.n(
            covered.not_meetings,
            "{count} entry of a calendar is no meeting: a reminder, or time of one person.",
            "{count} entries of the calendars are no meetings: reminders, or time of one person.",
        )

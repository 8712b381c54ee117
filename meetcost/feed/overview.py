# SPDX-License-Identifier: Apache-2.0
"""The first page: what it came to, when, who called and who paid, what was refused, what is covered."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from meetcost.costing.small_bands import FEWEST
from meetcost.feed.exempted import exempted_said
from meetcost.feed.minutes import compared_said
from meetcost.feed.picture import NARROW, WIDE, Bar, bars, share_bar
from meetcost.feed.publication import Decided
from meetcost.feed.site import meeting_path
from meetcost.feed.target import against_target
from meetcost.feed.totals import Totals, buckets, by_kind, by_month, by_unit, change, costliest, totals
from meetcost.feed.views import Fact, MeetingRow, meeting_row, paperwork_figure, row_example
from meetcost.feed.who import who_pictures, who_said

if TYPE_CHECKING:
    from collections.abc import Iterator

    from meetcost.feed.publication import Before, Publication, RefusalCount
    from meetcost.feed.site import Site
    from meetcost.feed.wording import Wording

_MOST_COMMITMENTS: Final = 5
_WEEK: Final = 7


def overview_page(site: Site) -> tuple[str, bytes]:
    """(path, octets)."""
    publication, words = site.publication, site.wording
    whole = totals(publication.entries)
    return site.render(
        "index",
        "index.html",
        words.plain("{body}: what meetings cost, {period}", body=publication.body, period=site.period),
        headline=_headline(publication, whole, words),
        lede=_lede(publication, whole, words),
        facts=list(_facts(publication, whole, words)),
        over_time=_over_time(site) if whole.occurrences else None,
        target=against_target(publication, whole.seconds, words) if whole.occurrences else None,
        who=_who(site) if whole.seconds else None,
        kinds=_kinds(publication, words),
        costliest=[meeting_row(entry, words, "") for entry in costliest(publication.entries)],
        commitments=_commitments(site),
        example=row_example(costliest(publication.entries), words, ""),
        refused=_refused(publication, words),
        exempted=exempted_said(publication, words),
        coverage={"statement": publication.coverage.statement, "lines": list(_coverage(publication, words))},
        corrections=[{"day": words.day(one.day), "text": one.text} for one in publication.corrections],
    )


def _strong(text: str) -> Markup:
    return Markup("<strong>{}</strong>").format(text)


def _headline(publication: Publication, whole: Totals, words: Wording) -> Markup:
    if not whole.occurrences:
        return words.t("No meeting is on record for this period.")
    hours = _strong(words.plain("{hours} hours", hours=words.hours(whole.seconds)))
    meetings = _strong(words.plain_n(whole.occurrences, "{count} meeting", "{count} meetings"))
    if publication.coverage.planned:
        return words.t("{hours} of work go into {meetings}", hours=hours, meetings=meetings)
    return words.t("{hours} of work went into {meetings}", hours=hours, meetings=meetings)


def _lede(publication: Publication, whole: Totals, words: Wording) -> Markup:
    sentences = []
    if publication.before is not None and whole.seconds:
        sentences.append(_change(publication.before, whole, words))
    if publication.target is not None:
        sentences.append(words.t("The target is {target}.", target=_strong(words.percent(publication.target))))
    if publication.coverage.planned:
        count = publication.coverage.planned
        if count == whole.occurrences > 1:
            sentences.append(words.t("All of them are still to come."))
        else:
            sentences.append(words.n(count, "{count} of them is still to come.", "{count} of them are still to come."))
    if whole.paperwork.high:
        if (measured := compared_said(publication.entries, words)) is not None:
            sentences.append(measured)
        text = (
            "Minutes afterwards take about {range} hours more, by forecast; whether work moved from meetings into "
            "paper cannot be told yet."
        )
        sentences.append(words.t(text, range=paperwork_figure(whole.paperwork, words)))
    return Markup("" if words.language == "zh" else " ").join(sentences)  # noqa: S704 - a space


def _change(before: Before, whole: Totals, words: Wording) -> Markup:
    by, period = change(before.seconds, whole.seconds) or 0, words.period(before.first, before.last)
    if not by:
        return words.t("That is as much as in {period}.", period=period)
    text = "That is {change} less than in {period}." if by < 0 else "That is {change} more than in {period}."
    return words.t(text, change=_strong(words.percent(abs(by))), period=period)


def _facts(publication: Publication, whole: Totals, words: Wording) -> Iterator[Fact]:
    if not whole.occurrences:
        return
    if whole.minor is not None:
        yield Fact(words.plain("of working time, at the published pay bands"), words.round_money(whole.minor))
    if whole.cash:
        yield Fact(words.plain("travel and rooms"), words.round_money(whole.cash))
    yield Fact(words.plain("people in an average meeting"), words.average(whole.people, whole.occurrences))
    banned = sum(bool(held.rules) for entry in publication.entries for held in entry.held)
    if publication.method.rules:
        yield Fact(words.plain("of the meetings fell on a no-meeting day"), f"{banned:,}")
    if publication.withheld.occurrences:
        yield Fact(words.plain("more were confidential: only counted"), f"{publication.withheld.occurrences:,}")


def _over_time(site: Site) -> dict[str, Any]:
    words = site.wording
    monthly = by_month(site.first, site.last)
    found = buckets(site.publication)
    heading = words.plain("Hours by month") if monthly else words.plain("Hours by week")
    shown = []
    for one in found:
        meetings = words.plain_n(one.occurrences, "{count} meeting", "{count} meetings")
        day = words.month(one.first) if monthly else words.period(one.first, one.last)
        said = words.plain(
            "{when}: {hours} hours, {meetings}", when=day, hours=words.hours(one.seconds), meetings=meetings
        )
        label = words.short_month(one.first) if monthly else words.short_day(one.first)
        shown.append(Bar(one.seconds / 3600, label, said))
    top = max(found, key=lambda one: one.seconds)
    when = words.month(top.first) if monthly else words.period(top.first, top.last)
    caption = words.plain("Most in {when}: {hours} hours.", when=when, hours=words.hours(top.seconds))
    if not monthly and any((one.last - one.first).days < _WEEK - 1 for one in (found[0], found[-1])):
        caption = words.plain("{caption} The period cuts its first or last week short.", caption=caption)
    told = words.plain("{heading}, {period}", heading=heading, period=site.period)
    return {
        "heading": heading,
        "caption": caption,
        "column": words.plain("Month") if monthly else words.plain("Week"),
        "pictures": [bars(shown, size, told, caption, "over-time-picture") for size in (WIDE, NARROW)],
        "rows": [
            {
                "when": words.month(one.first) if monthly else words.period(one.first, one.last),
                "meetings": f"{one.occurrences:,}",
                "hours": words.hours(one.seconds),
                "money": words.money(one.minor),
            }
            for one in found
        ],
    }


def _who(site: Site) -> dict[str, Any]:
    words, entries = site.wording, site.publication.entries
    sums = by_unit(entries)
    most = max(max(one.called, one.borne) for one in sums)
    rows = [
        {
            "unit": words.unit(one.unit),
            "called": words.hours(one.called),
            "called_bar": share_bar(one.called / most, "called"),
            "paid": words.hours(one.borne),
            "paid_bar": share_bar(one.borne / most, "paid"),
            "money": words.round_money(one.borne_minor),
        }
        for one in sums
    ]
    return {"said": who_said(site), "pictures": who_pictures(site), "units": rows}


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
    text = (
        "{series} that stand in the calendars will take {hours} hours in the twelve months after this period. The "
        "largest:"
    )
    return {
        "said": words.plain(text, series=series, hours=words.hours(sum(one.seconds for one in found))),
        "rows": [
            MeetingRow(
                meeting_path(one.id) if one.id in site.ids else "",
                words.title(one),
                words.unit(one.called_by),
                words.plain_n(one.occurrences, "once", "{count} times"),
                "",
                words.plain("{hours} hours", hours=words.hours(one.seconds)),
                words.round_money(one.minor),
            )
            for one in found[:_MOST_COMMITMENTS]
        ],
    }


def _refused(publication: Publication, words: Wording) -> dict[str, Any]:
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
        Decided.SKIPPED: words.plain("Stepped over"),
        Decided.FLAGGED: words.plain("Flagged"),
        Decided.UNREADABLE: words.plain("Unreadable"),
    }


def _rule(publication: Publication, count: RefusalCount, words: Wording) -> str:
    if count.outcome is Decided.EXEMPTED:
        return words.plain("Exemption: {name}", name=count.rule)
    if not count.rule:
        return words.plain("No rule")
    reason = next((one.reason for one in publication.method.rules if one.id == count.rule), None)
    if reason is None:
        return words.plain("Rule {rule}", rule=count.rule)
    return words.plain("Rule {rule}: {reason}", rule=count.rule, reason=words.shown(reason).replace("`", ""))


def _coverage(publication: Publication, words: Wording) -> Iterator[Markup]:
    covered, withheld = publication.coverage, publication.withheld
    if covered.calendars:
        yield words.n(covered.calendars, "{count} calendar was read.", "{count} calendars were read.")
    if covered.unreadable:
        yield words.n(covered.unreadable, "{count} calendar could not be read.", "{count} calendars could not be read.")
    yield words.t(
        "What is arranged without a calendar is not counted: talks in a chat, over the telephone, in the corridor."
    )
    if withheld.occurrences and withheld.seconds is not None:
        hours = words.hours(withheld.seconds)
        yield words.n(
            withheld.occurrences,
            "{count} confidential meeting, {hours} hours, in no other figure.",
            "{count} confidential meetings, {hours} hours, in no other figure.",
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

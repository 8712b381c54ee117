# SPDX-License-Identifier: Apache-2.0
"""Who called and who paid: the sentence, the picture and the table.

Where the directory gives levels (county, township), both are of levels; else of the largest units, with the rest
together.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final
from unicodedata import east_asian_width

from meetcost.feed.picture import Size, share_bar
from meetcost.feed.ribbons import Group, ribbons
from meetcost.feed.totals import Flow, by_unit, flows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from meetcost.feed.site import Site

_OF_NUMBERS: Final = "0123456789.,"
_MOST_GROUPS: Final = 4
"""Groups on each side that have a band of their own."""
_BESIDE: Final = 210
_ROOM_BESIDE: Final = 22
_ROOM_ON: Final = 16
"""Latin letters of a name that have room beside, and on, a band."""
_REST: Final = "\0rest"


def who_section(site: Site) -> dict[str, Any]:
    """The section of the overview: sentence, picture, and what each unit called and paid."""
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


def who_said(site: Site) -> str:
    """`County called 58 % of the hours; Township paid 71 %.`"""
    words = site.wording
    found = _flows(site)
    whole = sum(flow.seconds for flow in found)
    (caller, called), (bearer, paid) = _sums(found, 0)[0], _sums(found, 1)[0]
    text = (
        "{caller} called {called} of the hours, and paid {paid} of them."
        if caller == bearer
        else "{caller} called {called} of the hours; {bearer} paid {paid}."
    )
    return words.plain(
        text,
        caller=words.unit(caller),
        called=words.share(called, whole),
        bearer=words.unit(bearer),
        paid=words.share(paid, whole),
    )


def who_pictures(site: Site) -> list[Markup]:
    """The picture for wide and for narrow screens; none where there is only one to call and one to pay."""
    found = _few(_flows(site))
    most = max(len(_sums(found, side)) for side in (0, 1))
    if most < 2:
        return []
    high = 60 + 70 * most
    told = (site.wording.plain("Who called, and who paid"), who_said(site), "who-picture")
    beside, on = ((_groups(site, found, 0, room), _groups(site, found, 1, room)) for room in (_ROOM_BESIDE, _ROOM_ON))
    return [
        ribbons(found, beside, Size("wide", 960, high), told, beside=_BESIDE),
        ribbons(found, on, Size("narrow", 350, high), told),
    ]


def _flows(site: Site) -> Sequence[Flow]:
    """By level, if the directory has more than one, else by unit."""
    publication = site.publication
    levels = publication.levels
    return flows(publication.entries, levels if len(set(levels.values())) > 1 else {})


def _few(found: Sequence[Flow]) -> list[Flow]:
    """On each side the largest, and all others together."""
    callers, bearers = _largest(found, 0), _largest(found, 1)
    merged: Counter[tuple[str, str]] = Counter()
    for flow in found:
        caller = flow.caller if flow.caller in callers else _REST
        merged[caller, flow.bearer if flow.bearer in bearers else _REST] += flow.seconds
    return [Flow(*pair, seconds) for pair, seconds in merged.items()]


def _largest(found: Sequence[Flow], side: int) -> set[str]:
    names = [name for name, _ in _sums(found, side)]
    return set(names if len(names) <= _MOST_GROUPS + 1 else names[:_MOST_GROUPS])


def _sums(found: Sequence[Flow], side: int) -> list[tuple[str, int]]:
    sums: Counter[str] = Counter()
    for flow in found:
        sums[flow.caller if side == 0 else flow.bearer] += flow.seconds
    return sorted(sums.items(), key=lambda one: (one[0] == _REST, -one[1], one[0]))


def _groups(site: Site, found: Sequence[Flow], side: int, room: int) -> list[Group]:
    words = site.wording
    whole = sum(flow.seconds for flow in found)
    groups = []
    for name, seconds in _sums(found, side):
        label = words.plain("all others") if name == _REST else _short(words.unit(name), room)
        groups.append(Group(name, seconds, f"{label} {words.share(seconds, whole)}"))
    return groups


def _short(name: str, room: int) -> str:
    """`name` in `room` columns; a Chinese character is two wide. The whole name is in the table below.

    No number is cut in two: what is left of it would be another.
    """
    for at, character in enumerate(name):
        room -= 2 if east_asian_width(character) in "WF" else 1
        if room < 0:
            kept = name[: at - 1]
            kept = kept.rstrip(_OF_NUMBERS) if name[at - 1] in _OF_NUMBERS else kept
            return f"{kept.rstrip()}…"
    return name

# SPDX-License-Identifier: Apache-2.0
"""Who called and who paid: the sentence and the picture.

Where the directory gives levels (county, township), the picture is of levels; else of the largest units, with the rest
together.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from meetcost.feed.picture import Size
from meetcost.feed.ribbons import Group, ribbons
from meetcost.feed.totals import Flow, flows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from meetcost.feed.site import Site

_MOST_GROUPS: Final = 5
_BESIDE: Final = 210
_REST: Final = "\0rest"
_SIDES: Final = (0, 1)


def who_said(site: Site) -> str:
    """`County called 58 % of the hours; Township paid 71 %.`"""
    words = site.wording
    found = _flows(site)
    whole = sum(flow.seconds for flow in found)
    (caller, called), (bearer, paid) = (_sums(found, side)[0] for side in _SIDES)
    text = (
        "{caller} called {called} of the hours, and paid {paid} of them."
        if caller == bearer
        else "{caller} called {called} of the hours; {bearer} paid {paid}."
    )
    return words.plain(
        text,
        caller=_name(site, caller),
        called=words.share(called, whole),
        bearer=_name(site, bearer),
        paid=words.share(paid, whole),
    )


def who_pictures(site: Site) -> list[Markup]:
    """The picture for wide and for narrow screens; none where there is only one to call and one to pay."""
    words = site.wording
    found = _flows(site)
    whole = sum(flow.seconds for flow in found)
    sides = [
        [
            Group(name, seconds, f"{_name(site, name)} {words.share(seconds, whole)}")
            for name, seconds in _sums(found, at)
        ]
        for at in _SIDES
    ]
    if max(len(side) for side in sides) < 2:
        return []
    callers, bearers = sides
    high = 60 + 70 * max(len(callers), len(bearers))
    told = (words.plain("Who called, and who paid"), who_said(site), "who-picture")
    return [
        ribbons(found, (callers, bearers), Size("wide", 960, high), told, beside=_BESIDE),
        ribbons(found, (callers, bearers), Size("narrow", 350, high), told),
    ]


def _flows(site: Site) -> Sequence[Flow]:
    """By level, if the directory has more than one, else by unit; whatever is not among the largest is one group."""
    publication = site.publication
    levels = publication.levels
    groups = levels if len(set(levels.values())) > 1 else {}
    found = flows(publication.entries, groups)
    keep = {name for side in _SIDES for name, _ in _sums(found, side)[:_MOST_GROUPS]}
    names = {flow[side] for flow in found for side in _SIDES}
    if len(names - keep) < 2:
        return found
    merged: Counter[tuple[str, str]] = Counter()
    for flow in found:
        merged[_kept(flow.caller, keep), _kept(flow.bearer, keep)] += flow.seconds
    return [Flow(*pair, seconds) for pair, seconds in merged.items()]


def _kept(name: str, keep: set[str]) -> str:
    return name if name in keep else _REST


def _sums(found: Sequence[Flow], side: int) -> list[tuple[str, int]]:
    sums: dict[str, int] = {}
    for flow in found:
        name = flow.caller if side == 0 else flow.bearer
        sums[name] = sums.get(name, 0) + flow.seconds
    return sorted(sums.items(), key=lambda one: (one[0] == _REST, -one[1], one[0]))


def _name(site: Site, name: str) -> str:
    return site.wording.plain("all others") if name == _REST else site.wording.unit(name)

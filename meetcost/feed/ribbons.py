# SPDX-License-Identifier: Apache-2.0
"""Who called whose hours, as a picture: callers left, bearers right, and between them bands as thick as the hours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from markupsafe import Markup, escape

from meetcost.feed.picture import head

if TYPE_CHECKING:
    from collections.abc import Sequence

    from meetcost.feed.picture import Size
    from meetcost.feed.totals import Flow

_COLOURS: Final = 6
_GAP: Final = 16.0
_BAR: Final = 10.0
_MARGIN: Final = 8


class Group(NamedTuple):
    """One end of the bands; `label` is written beside it."""

    name: str
    seconds: int
    label: str


class _Side(NamedTuple):
    y: float
    height: float
    label: str


def ribbons(
    flows: Sequence[Flow],
    sides: tuple[Sequence[Group], Sequence[Group]],
    size: Size,
    told: tuple[str, str, str],
    *,
    beside: int = 0,
) -> Markup:
    """The picture; `sides` are callers and bearers from top to bottom, `told` its title, description and id.

    Labels stand beside the groups where `beside` leaves room for them, else on the bands.
    """
    callers, bearers = sides
    whole = sum(flow.seconds for flow in flows) or 1
    most = max(len(callers), len(bearers), 1)
    scale = (size.height - _GAP * (most - 1) - _MARGIN) / whole
    lefts, rights = _stack(callers, scale, size.height), _stack(bearers, scale, size.height)
    x0, x1 = beside + _BAR, size.width - beside - _BAR
    parts = [head(size, *told), *_bands(flows, sides, (lefts, rights), (x0, x1), scale)]
    for at, side in enumerate(lefts.values()):
        parts.append(_node(side, x0 - _BAR, f"node g{at % _COLOURS}"))
        parts.append(_label(side, x0 - _BAR - 10 if beside else x0 + 8, "end" if beside else "start"))
    for side in rights.values():
        parts.append(_node(side, x1, "node to"))
        parts.append(_label(side, x1 + _BAR + 10 if beside else x1 - 8, "start" if beside else "end"))
    parts.append("</svg>")
    return Markup("".join(parts))  # noqa: S704 - every text in it went through `escape`


def _bands(
    flows: Sequence[Flow],
    sides: tuple[Sequence[Group], Sequence[Group]],
    placed: tuple[dict[str, _Side], dict[str, _Side]],
    ends: tuple[float, float],
    scale: float,
) -> list[str]:
    seconds = {(flow.caller, flow.bearer): flow.seconds for flow in flows}
    left_at = {name: side.y for name, side in placed[0].items()}
    right_at = {name: side.y for name, side in placed[1].items()}
    parts = []
    for at, caller in enumerate(sides[0]):
        for bearer in sides[1]:
            thick = seconds.get((caller.name, bearer.name), 0) * scale
            if thick:
                y0, y1 = left_at[caller.name], right_at[bearer.name]
                parts.append(_band(ends, y0, y1, thick, at))
                left_at[caller.name] += thick
                right_at[bearer.name] += thick
    return parts


def _stack(groups: Sequence[Group], scale: float, height: int) -> dict[str, _Side]:
    """The groups below each other, the whole of them centred."""
    y = (height - sum(group.seconds for group in groups) * scale - _GAP * (len(groups) - 1)) / 2
    placed = {}
    for group in groups:
        placed[group.name] = _Side(y, group.seconds * scale, group.label)
        y += group.seconds * scale + _GAP
    return placed


def _band(ends: tuple[float, float], y0: float, y1: float, thick: float, at: int) -> str:
    x0, x1 = ends
    middle = (x0 + x1) / 2
    return (
        f'<path class="ribbon g{at % _COLOURS}" d="M{x0:.1f} {y0:.1f}C{middle:.1f} {y0:.1f} {middle:.1f} {y1:.1f} '
        f"{x1:.1f} {y1:.1f}V{y1 + thick:.1f}C{middle:.1f} {y1 + thick:.1f} {middle:.1f} {y0 + thick:.1f} {x0:.1f} "
        f'{y0 + thick:.1f}Z"/>'
    )


def _node(side: _Side, x: float, kind: str) -> str:
    height = max(side.height, 1.5)
    return f'<rect class="{kind}" x="{x:.1f}" y="{side.y:.1f}" width="{_BAR:.1f}" height="{height:.1f}"/>'


def _label(side: _Side, x: float, anchor: str) -> str:
    y = side.y + side.height / 2 + 5
    return f'<text class="side {anchor}" x="{x:.1f}" y="{y:.1f}">{escape(side.label)}</text>'

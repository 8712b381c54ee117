# SPDX-License-Identifier: Apache-2.0
"""Bars as inline SVG: working time by week or month, and shares beside the figures of a table.

No colour stands in them, only classes that the style sheet fills in, so that one picture serves light, dark and print;
no script, no style attribute (the page's Content-Security-Policy has neither). Figures are in a table beside each.
"""

from __future__ import annotations

from math import ceil, floor, log10
from typing import TYPE_CHECKING, Final, NamedTuple

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Sequence

_STEPS: Final = (1, 2, 2.5, 5, 10, 20)  # the last where `log10` is rounded down
_LINES: Final = 5


class Bar(NamedTuple):
    """One bar: how high, what stands below it (empty: nothing) and what is said of it."""

    value: float
    label: str
    said: str


class Size(NamedTuple):
    """Width and height of a picture, in its own units; `name` is a class that shows it on some screens only."""

    name: str
    width: int
    height: int


WIDE: Final = Size("wide", 960, 260)
NARROW: Final = Size("narrow", 350, 220)
_LEFT, _RIGHT, _TOP, _BELOW = 44, 6, 12, 26


def bars(values: Sequence[Bar], size: Size, title: str, description: str, id_: str) -> Markup:
    """A bar chart with a scale that begins at nothing."""
    most = max((bar.value for bar in values), default=0) or 1
    step = _round_step(most)
    lines = ceil(most / step)
    top = step * lines
    inner_width, inner_height = size.width - _LEFT - _RIGHT, size.height - _TOP - _BELOW
    bottom = size.height - _BELOW
    slot = inner_width / max(len(values), 1)
    thick = min(slot * 0.72, 64)
    parts = [head(size, title, description, id_)]
    for at in range(lines + 1):
        y = bottom - inner_height * at / lines
        kind = "axis" if at == 0 else "grid"
        parts.append(f'<line class="{kind}" x1="{_LEFT}" y1="{y:.1f}" x2="{size.width - _RIGHT}" y2="{y:.1f}"/>')
        parts.append(f'<text class="scale" x="{_LEFT - 8}" y="{y + 4:.1f}">{_scale(step * at)}</text>')
    every = max(-(-len(values) * (46 if size is WIDE else 52) // inner_width), 1)
    for at, bar in enumerate(values):
        x = _LEFT + slot * at + (slot - thick) / 2
        height = inner_height * bar.value / top
        parts.append(
            f'<g class="bar"><title>{escape(bar.said)}</title>'
            f'<rect x="{x:.1f}" y="{bottom - height:.1f}" width="{thick:.1f}" height="{height:.1f}" rx="1.5"/></g>'
        )
        if at % every == 0:
            parts.append(f'<text class="label" x="{x + thick / 2:.1f}" y="{bottom + 18}">{escape(bar.label)}</text>')
    parts.append("</svg>")
    return Markup("".join(parts))  # noqa: S704 - every text in it went through `escape`


def share_bar(part: float, kind: str) -> Markup:
    """A bar in a cell of a table, beside its figure; `kind` is `called` or `paid`."""
    width = max(min(part, 1.0), 0.0) * 100
    return Markup(  # noqa: S704 - numbers, and a word of ours
        f'<svg class="cellbar {escape(kind)}" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" '
        f'focusable="false"><rect width="{width:.1f}" height="8"/></svg>'
    )


def head(size: Size, title: str, description: str, id_: str) -> str:
    """The beginning of a picture that says what it shows to those who cannot see it."""
    name = f"{id_}-{size.name}"
    return (
        f'<svg class="picture {size.name}" viewBox="0 0 {size.width} {size.height}" role="img" '
        f'aria-labelledby="{name}-t {name}-d"><title id="{name}-t">{escape(title)}</title>'
        f'<desc id="{name}-d">{escape(description)}</desc>'
    )


def _round_step(most: float) -> float:
    """The smallest round number of which at most five reach `most`."""
    power = 10.0 ** floor(log10(most / _LINES))
    return next(one for factor in _STEPS if ceil(most / (one := factor * power)) <= _LINES)


def _scale(value: float) -> str:
    return f"{value:,.3f}".rstrip("0").removesuffix(".")

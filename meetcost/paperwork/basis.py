# SPDX-License-Identifier: Apache-2.0
"""What a forecast rests on, in sentences: the first says what it was fitted on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from meetcost.model.phrase import Count, Phrase
from meetcost.paperwork.features import Features, Kind
from meetcost.paperwork.model import FEATURES, Coefficients, KindCoefficients

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_NAMES: Final[Mapping[str, str]] = {"minutes": "duration", "attendees": "attendees", "agenda_items": "agenda items"}
_HUMAN: Final = (Kind.SUMMARY, Kind.DETAILED, Kind.UNKNOWN)
_GROUPS: Final[Mapping[str, str]] = {
    "open-source, standards or volunteer": "{count} open-source, standards or volunteer bodies",
    "research": "{count} research bodies",
}
_OF_KIND: Final[Mapping[Kind, str]] = {
    Kind.SUMMARY: "summary minutes: {rows} of {series} series in {count} of these bodies",
    Kind.DETAILED: "detailed minutes: {rows} of {series} series in {count} of these bodies",
}


def basis_of(features: Features, fit: Coefficients, records: int, written: float) -> tuple[Phrase, ...]:
    """The sentences on a forecast from `records` own minutes, where `written` is the probability of any minutes."""
    return tuple(_sentences(features, fit, records, written))


def _sentences(features: Features, fit: Coefficients, records: int, written: float) -> Iterator[Phrase]:
    kind = fit.kinds[features.kind]
    bodies = _bodies(fit.kinds[Kind.UNKNOWN] if features.kind in _HUMAN else kind)
    if records:
        own = Count(records, "{count} of your own records", "{count} of your own records")
        yield Phrase.of("fitted on {bodies}, no company or office among them; {own}", bodies=bodies, own=own)
    else:
        text = "fitted on {bodies}, no company or office among them; none of your own records"
        yield Phrase.of(text, bodies=bodies)
    text = _OF_KIND.get(features.kind, "{rows} texts of {series} series")
    counts: dict[str, object] = {"rows": kind.rows, "series": kind.series}
    if features.kind in _OF_KIND:
        counts["count"] = kind.count
    yield Phrase.of(text, **counts)
    held = fit.within_range(features)
    missing = tuple(Phrase(_NAMES[name]) for name in FEATURES if name in kind.slopes and name not in held)
    if missing:
        yield Phrase.of("not known: {missing}; the interval is wider for it", missing=missing)
    for name, value in held.items():
        given = getattr(features, name)
        if name in kind.slopes and value != given:
            low, high = fit.range[name]
            yield Phrase.of(
                "{name}: {given} is outside the data ({low} to {high}); taken as {value}",
                name=Phrase(_NAMES[name]),
                given=f"{given:g}",
                low=f"{low:g}",
                high=f"{high:g}",
                value=f"{value:g}",
            )
    if not records:
        text = "intervals widened x {factor} as long as there are no own records"
        yield Phrase.of(text, factor=f"{fit.widening:g}")
    text = "if minutes are written at all, which they are with probability {share} %"
    yield Phrase.of(text, share=round(100 * written))


def _bodies(kind: KindCoefficients) -> tuple[Phrase, ...]:
    """Larger groups counted, single bodies named."""
    groups = sorted(kind.bodies.items(), key=lambda item: -len(item[1]))
    return tuple(
        Phrase.of(_GROUPS.get(group, "{count} other bodies"), count=len(names)) if len(names) > 1 else Phrase(names[0])
        for group, names in groups
    )

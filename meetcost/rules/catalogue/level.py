# SPDX-License-Identifier: Apache-2.0
"""Level: who may call whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from meetcost.model.phrase import Phrase
from meetcost.rules.catalogue.form import Documentation
from meetcost.rules.requirement import Breach, Traits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from meetcost.model.attendee import Attendee
    from meetcost.rules.requirement import Seen

_AT: Final = ("SUMMARY:Briefing", "DTSTART;TZID=Europe/Berlin:20261210T090000", "DURATION:PT1H")
_BY: Final = ("ORGANIZER:mailto:office@city.example", "ATTENDEE:mailto:chief@county.example")
_UNSURE: Final = Phrase("the level of whoever calls it is not known")

DOC: Final = Documentation(
    table="level",
    title="Level: who may call whom",
    what="Meetings called by one level reach no further down than the policy says.",
    why="What a city calls, a county repeats and a township repeats again: the lowest level sits in every one of them.",
    decided=(
        (
            "`levels` at the top of the policy names all levels, the highest first; the directory says who is of which."
            " Spelling is compared without regard to letter case."
        ),
        "`lowest` is the lowest level that may be called; `steps` says how many levels below the caller's own may be.",
        "Who is not in the directory, or of a level that is not named, is of no level and may be called.",
        (
            "With `called_by` only organisers of these levels are bound. A meeting without an organiser is bound, as "
            "always; how many steps it goes down cannot be known, and it is let pass and flagged."
        ),
        "A standing meeting may be changed as long as nobody else of a lower level is called.",
    ),
    clause="""levels = ["city", "county", "township"]

[[level]]
called_by = ["city"]
lowest = "county"

[[roster]]
address = "office@city.example"
level = "city"

[[roster]]
address = "clerk@township.example"
level = "township"
""",
    bad=(*_AT, *_BY, "ATTENDEE:mailto:clerk@township.example"),
    mended=(*_AT, *_BY),
    source="National rules on relieving the lowest level: meetings are held down to the county, not to the township.",
)


@dataclass(frozen=True, slots=True)
class Level:
    """`levels` are all, folded, the highest first; `called_by` and `lowest` are places among them."""

    levels: tuple[str, ...]
    called_by: frozenset[int] = frozenset()
    lowest: int | None = None
    steps: int | None = None
    names: tuple[str, ...] = ()
    kind: ClassVar = "level"
    traits: ClassVar = Traits(timeless=True)

    def told(self) -> Phrase:
        """The rule in a sentence."""
        if self.lowest is not None:
            said = Phrase.of("meetings are held down to level {level} at the lowest", level=self.names[self.lowest])
        else:
            said = Phrase.of("meetings reach at most {steps} levels down", steps=self.steps)
        if not self.called_by:
            return said
        by = tuple(self.names[at] for at in sorted(self.called_by))
        return Phrase.of("{rule}, if called by {levels}", rule=said, levels=by)

    def breach(self, seen: Seen) -> Breach | None:
        """Who is called from too far down."""
        organizer = seen.part.organizer
        of = self._level(organizer, seen) if organizer is not None else None
        if organizer is not None and self.called_by and of not in self.called_by:
            return None
        lowest = self.lowest
        if lowest is None and of is not None:
            lowest = of + (self.steps or 0)
        if lowest is None:
            if organizer is not None or not list(self._below(seen, 0)):
                return None
            return Breach(self.told(), "Level of the caller unknown", doubt=_UNSURE)
        below = dict(self._below(seen, lowest))
        if not below:
            return None
        names = tuple(dict.fromkeys(self.names[at] for at in sorted(below.values())))
        reason = Phrase.of("it calls people of {levels}, the lowest allowed is {lowest}",
                           levels=names, lowest=self.names[min(lowest, len(self.names) - 1)])  # fmt: skip
        return Breach(reason, f"Level too low: {len(below)} people", len(below), frozenset(below))

    def _below(self, seen: Seen, lowest: int) -> Iterator[tuple[str, int]]:
        for who in seen.part.participants:
            level = self._level(who, seen)
            if level is not None and level > lowest:
                yield seen.around.directory.person(who.address), level

    def _level(self, who: Attendee, seen: Seen) -> int | None:
        entry = seen.around.directory.find(who)
        name = entry.level.strip().casefold() if entry is not None else ""
        return self.levels.index(name) if name in self.levels else None

# SPDX-License-Identifier: Apache-2.0
"""Our lines into a calendar object and out again: splices, so that every other octet stays as it was.

What is ours can be told from what is not: properties by their prefix, text in DESCRIPTION by the markers around it, a
DESCRIPTION we had to add by a parameter. `detach(attach(octets)) == octets`, and attaching twice is attaching once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.errors import UsageError
from meetcost.ics.content import escape
from meetcost.ics.scan import MEETINGS, Scanner

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from meetcost.ics.scan import Block
    from meetcost.model.meeting import Place

OWN_PREFIX: Final = "X-MEETCOST-"
_ADDED: Final = b"DESCRIPTION;X-MEETCOST=ADDED:"
_SEPARATOR: Final = b"\\n\\n"
_FOLD_AT: Final = 75


class Markers(NamedTuple):
    """The lines between which a text of ours stands in DESCRIPTION."""

    begin: str
    end: str


@dataclass(frozen=True, slots=True)
class Addition:
    """What is to stand in one component: `X-MEETCOST-*` properties, and the lines of a text in DESCRIPTION."""

    properties: tuple[tuple[str, str], ...] = ()
    text: tuple[str, ...] = ()


class _Line(NamedTuple):
    """A logical line of a component: `[start, end)` in its octets with all folds and the last line end."""

    start: int
    end: int
    text: bytes

    @property
    def name(self) -> str:
        return self.text.partition(b":")[0].partition(b";")[0].decode("ascii", "replace").upper()


def attach(octets: bytes, additions: Mapping[Place, Addition], markers: Sequence[Markers]) -> bytes:
    """`octets` with each addition in the component at its place (`Meeting.place`); what was there of ours is replaced.

    The first of `markers` is written, all of them are recognised. Raises `UsageError` for a place that is no component,
    or a property name that is not ours.
    """
    wanted = {place.start: addition for place, addition in additions.items()}
    for addition in wanted.values():
        foreign = [name for name, _ in addition.properties if not name.upper().startswith(OWN_PREFIX)]
        if foreign:
            raise UsageError(f"`{foreign[0]}` is not one of our properties; they begin with {OWN_PREFIX}")
    blocks = _blocks(octets)
    missing = set(wanted) - {block.start for block in blocks}
    if missing:
        raise UsageError(f"no component begins at octet {min(missing):,}")
    pieces, at = [], 0
    for block in sorted(blocks, key=lambda block: block.start):
        if block.start in wanted:
            bare = _without(octets[block.start : block.end], markers)
            pieces += [octets[at : block.start], _with(bare, wanted[block.start], markers[0])]
            at = block.end
    return b"".join([*pieces, octets[at:]])


def detach(octets: bytes, markers: Sequence[Markers]) -> bytes:
    """`octets` without any trace of ours."""
    pieces, at = [], 0
    for block in sorted(_blocks(octets), key=lambda block: block.start):
        pieces += [octets[at : block.start], _without(octets[block.start : block.end], markers)]
        at = block.end
    return b"".join([*pieces, octets[at:]])


def _blocks(octets: bytes) -> list[Block]:
    """Where the components stand. Their own octets have a line end more where the last line of a file has none."""
    scanner = Scanner()
    return [block for block in (*scanner.feed(octets), *scanner.close()) if block.name in MEETINGS]


def _lines(octets: bytes) -> Iterator[_Line]:
    """The logical lines that are the component's own, its BEGIN and END included."""
    depth, start, at = 0, 0, 0
    parts: list[bytes] = []
    while at < len(octets):
        line_end = octets.find(b"\n", at)
        end = line_end + 1 if line_end >= 0 else len(octets)
        parts.append(octets[at:end].rstrip(b"\r\n")[1 if parts else 0 :])
        at = end
        if octets[at : at + 1] in (b" ", b"\t"):
            continue
        text = b"".join(parts)
        word = text[:6].upper()
        depth += word == b"BEGIN:"
        if depth == 1:
            yield _Line(start, at, text)
        depth -= word[:4] == b"END:"
        start, parts = at, []


def _without(octets: bytes, markers: Sequence[Markers]) -> bytes:
    cuts: list[tuple[int, int]] = []
    for line in _lines(octets):
        if line.name.startswith(OWN_PREFIX):
            cuts.append((line.start, line.end))
        elif line.name == "DESCRIPTION":
            cut = _own_text(octets, line, markers)
            if cut is not None:
                cuts.append(cut)
    pieces, at = [], 0
    for start, end in cuts:
        pieces.append(octets[at:start])
        at = end
    return b"".join([*pieces, octets[at:]]) if cuts else octets


def _own_text(octets: bytes, line: _Line, markers: Sequence[Markers]) -> tuple[int, int] | None:
    """Where the text of ours stands in a DESCRIPTION, as a span of the component's octets."""
    value = line.text.find(b":") + 1
    for marker in markers:
        begin, end = (escape(text).encode() for text in marker)
        first = line.text.find(begin, value)
        last = line.text.find(end, first + len(begin)) if first >= 0 else -1
        if last < 0:
            continue
        last += len(end)
        if first == value and last == len(line.text) and line.text.upper().startswith(_ADDED):
            return line.start, line.end
        if line.text[first - len(_SEPARATOR) : first] == _SEPARATOR and first - len(_SEPARATOR) >= value:
            first -= len(_SEPARATOR)
        return _physical(octets, line, first), _physical(octets, line, last)
    return None


def _physical(octets: bytes, line: _Line, length: int) -> int:
    """Where the first `length` unfolded octets of `line` end in the component."""
    at = line.start
    while length:
        if octets[at : at + 1] == b"\n" and octets[at + 1 : at + 2] in (b" ", b"\t"):
            at += 2
        elif octets[at : at + 2] == b"\r\n" and octets[at + 2 : at + 3] in (b" ", b"\t"):
            at += 3
        else:
            at += 1
            length -= 1
    return at


def _with(octets: bytes, addition: Addition, markers: Markers) -> bytes:
    lines = list(_lines(octets))
    eol = b"\r\n" if octets[: lines[0].end].endswith(b"\r\n") else b"\n"
    splices: list[tuple[int, bytes]] = []
    if addition.text:
        text = escape("\n".join((markers.begin, *addition.text, markers.end))).encode()
        described = next((line for line in lines if line.name == "DESCRIPTION"), None)
        if described is None:
            splices.append((lines[-1].start, _folded(_ADDED + text, eol) + eol))
        else:
            empty = described.text.endswith(b":")
            at = _physical(octets, described, len(described.text))
            splices.append((at, eol + b" " + _folded(text if empty else _SEPARATOR + text, eol, first=1)))
    own = [_folded(f"{name}:{escape(value)}".encode(), eol) + eol for name, value in addition.properties]
    splices.append((lines[-1].start, b"".join(own)))
    pieces, at = [], 0
    for position, insertion in sorted(splices, key=lambda splice: splice[0]):
        pieces += [octets[at:position], insertion]
        at = position
    return b"".join([*pieces, octets[at:]])


def _folded(octets: bytes, eol: bytes, first: int = 0) -> bytes:
    """Lines of at most 75 octets (RFC 5545 §3.1), no character cut; `first` octets are taken on the first line."""
    lines, at, room = [], 0, _FOLD_AT - first
    while len(octets) - at > room:
        cut = at + room
        while octets[cut] & 0xC0 == 0x80:
            cut -= 1
        lines.append(octets[at:cut])
        at, room = cut, _FOLD_AT - 1
    return (eol + b" ").join([*lines, octets[at:]])

# SPDX-License-Identifier: Apache-2.0
"""Our lines into a calendar object and out again: splices, so that every other octet stays as it was.

What is ours can be told from what is not: properties by their prefix, text in DESCRIPTION and in its HTML copies by the
markers around it, a DESCRIPTION or EXDATE we had to add by a parameter. `detach(attach(octets)) == octets`, and
attaching twice is attaching once.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from meetcost.errors import UsageError
from meetcost.ics import alternatives
from meetcost.ics.content import escape, split_line, unescape, unfold, unquoted_colon
from meetcost.ics.markers import MOST_BETWEEN
from meetcost.ics.scan import MEETINGS, Scanner
from meetcost.model.moment import FLOATING, UTC_ZONE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from meetcost.ics.content import Head
    from meetcost.ics.markers import Markers
    from meetcost.ics.scan import Block
    from meetcost.model.meeting import Place
    from meetcost.model.moment import Moment

OWN_PREFIX: Final = "X-MEETCOST-"
_ADDED: Final = b"DESCRIPTION;X-MEETCOST=ADDED:"
_SKIPPED: Final = "SKIPPED"
_CARET: Final = {"^": "^^", "\n": "^n", '"': "^'"}
_NOT_PLAIN: Final = re.compile(r"\^(?=[n^'])|[\n\"]")
_SEPARATOR: Final = b"\\n\\n"
_FOLD_AT: Final = 75
_FOLD: Final = re.compile(rb"\r?\n[ \t]")
_TAIL: Final = 3
_HOLDERS: Final = (b"X-MEETCOST", b"ALTREP", b"X-ALT-DESC", b"STYLED-DESCRIPTION")
_OWN_NAME: Final = re.compile(rf"{OWN_PREFIX}[A-Z0-9-]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Addition:
    """What is to stand in one component: `X-MEETCOST-*` properties, the lines of a text in DESCRIPTION, and EXDATEs."""

    properties: tuple[tuple[str, str], ...] = ()
    text: tuple[str, ...] = ()
    exdates: tuple[Moment, ...] = ()


class _Line(NamedTuple):
    """A logical line of a component: `[start, end)` in its octets with all folds and the last line end."""

    start: int
    end: int
    text: bytes

    @property
    def value(self) -> int:
        """Where the value begins in `text`; 0 in a line that has none."""
        return unquoted_colon(self.text.decode("latin-1")) + 1  # one character an octet

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
        foreign = [name for name, _ in addition.properties if not _OWN_NAME.fullmatch(name)]
        if foreign:
            raise UsageError(
                "`{name}` is not one of our properties; they begin with {prefix}",
                name=foreign[0],
                prefix=OWN_PREFIX,
            )
    blocks = _blocks(octets)
    missing = set(wanted) - {block.start for block in blocks}
    if missing and b"\n" not in octets:
        raise UsageError("its lines end in CR alone, which nothing is written into; end them in CRLF (RFC 5545 §3.1)")
    if missing:
        raise UsageError("no component begins at octet {at:,}", at=min(missing))
    cuts = [cut for block in blocks if block.start in wanted for cut in _own(block, markers)]
    if cuts:
        octets = _spliced(octets, [(start, end, b"") for start, end in cuts])
        wanted = {start - sum(end - at for at, end in cuts if at < start): one for start, one in wanted.items()}
        blocks = _blocks(octets)
    splices: list[tuple[int, int, bytes]] = []
    for block in blocks:
        if block.start in wanted:
            splices += _insertions(block, wanted[block.start], markers[0])
    return _spliced(octets, splices)


def detach(octets: bytes, markers: Sequence[Markers]) -> bytes:
    """`octets` without any trace of ours."""
    if not _may_hold(unfold(octets), markers):
        return octets  # most of what is written is new, and need not be scanned
    return _spliced(octets, [(*cut, b"") for block in _blocks(octets) for cut in _own(block, markers)])


def own_lines(octets: bytes) -> Iterator[tuple[Head, str]]:
    """The properties of ours in the components themselves, EXDATEs among them: head and value as written."""
    for block in _blocks(octets):
        for line in _lines(block):
            parts = split_line(line.text.decode("utf-8", "replace")) if _is_own(line) else None
            if parts is not None:
                yield parts


def without(octets: bytes, places: Iterable[Place]) -> bytes:
    """`octets` without the components at `places`."""
    return _spliced(octets, [(place.start, place.end, b"") for place in places])


def _spliced(octets: bytes, splices: list[tuple[int, int, bytes]]) -> bytes:
    """Each `[start, end)` replaced."""
    pieces, at = [], 0
    for start, end, instead in sorted(splices, key=lambda splice: splice[:2]):
        pieces += [octets[at:start], instead]
        at = end
    return b"".join([*pieces, octets[at:]])


def _blocks(octets: bytes) -> list[Block]:
    scanner = Scanner()
    return [block for block in (*scanner.feed(octets), *scanner.close()) if block.name in MEETINGS]


def _lines(block: Block, *, within: bool = False) -> Iterator[_Line]:
    """The logical lines that are the component's own, its BEGIN and END included; or those `within` it as well."""
    octets = block.octets
    inner = {start - block.start: end - block.start for start, end in block.inner if not within}
    at = 0
    while at < len(octets):
        if at in inner:
            at = inner[at]
            continue
        start, parts = at, list[bytes]()
        while at == start or octets[at : at + 1] in (b" ", b"\t"):
            line_end = octets.find(b"\n", at)
            end = line_end + 1 if line_end >= 0 else len(octets)
            parts.append(_without_line_end(octets[at:end])[1 if parts else 0 :])
            at = end
        yield _Line(start, at, b"".join(parts))


def _without_line_end(line: bytes) -> bytes:
    return line.removesuffix(b"\n").removesuffix(b"\r")


def _own(block: Block, markers: Sequence[Markers]) -> Iterator[tuple[int, int]]:
    """What is ours in a component, as spans of the document.

    In its alarms as well: some programs copy the description there.
    """
    octets = block.octets
    if not _may_hold(unfold(octets), markers):
        return  # most of a calendar need not be taken apart
    for line in _lines(block, within=True):
        name = line.name
        if _is_own(line):
            yield block.start + line.start, block.start + line.end
            continue
        if line.value and alternatives.has_alternative(name, line.text):
            physical = _places(octets, line)
            for start, end in alternatives.removals(name, line.text, markers):
                yield block.start + physical(start), block.start + physical(end)
        if name == "DESCRIPTION" and line.value:
            for start, end in _own_texts(octets, line, markers):
                yield block.start + start, block.start + end


def _may_hold(unfolded: bytes, markers: Sequence[Markers]) -> bool:
    """Whether anything of ours can be in it."""
    upper = unfolded.upper()
    return any(name in upper for name in _HOLDERS) or any(escape(one.end).encode() in unfolded for one in markers)


def _is_own(line: _Line) -> bool:
    """Whether the whole line is ours. We write one EXDATE a line; where there are more, somebody put theirs to it."""
    if line.name.startswith(OWN_PREFIX):
        return True
    if line.name != "EXDATE" or b"SKIPPED" not in line.text.upper():
        return False
    parts = split_line(line.text.decode("utf-8", "replace"))
    return parts is not None and parts[0].parameters.get("X-MEETCOST", "").upper() == _SKIPPED and "," not in parts[1]


def _own_texts(octets: bytes, line: _Line, markers: Sequence[Markers]) -> Iterator[tuple[int, int]]:
    """Where texts of ours stand in a DESCRIPTION, as spans of the component's octets."""
    value = line.value
    spans = sorted(span for marker in markers for span in _marked(line.text, value, marker))
    at, physical = value, _places(octets, line)
    for first, last in spans:
        if first < at:
            continue  # within the one before
        if first == value and last == len(line.text) and line.text.upper().startswith(_ADDED):
            yield line.start, line.end
            return
        if line.text[first - len(_SEPARATOR) : first] == _SEPARATOR and first - len(_SEPARATOR) >= at:
            first -= len(_SEPARATOR)  # noqa: PLW2901 - the separator is ours, too
        yield physical(first), physical(last)
        at = last


def _marked(text: bytes, at: int, marker: Markers) -> Iterator[tuple[int, int]]:
    """Each end marker with the begin marker closest before it, unless there is more between than we write."""
    begin, end = (escape(words).encode() for words in marker[:2])
    while (last := text.find(end, at)) >= 0:
        first = text.rfind(begin, at, last)
        at = last + len(end)
        if first >= 0 and _is_ours(text[first + len(begin) : last], marker):
            yield first, at


def _is_ours(between: bytes, marker: Markers) -> bool:
    """What somebody wrote between our lines is not to go with them."""
    if len(between) > MOST_BETWEEN:
        return False
    return marker.lines is None or unescape(between.decode("utf-8", "replace")).count("\n") <= marker.lines + 1


def _places(octets: bytes, line: _Line) -> Callable[[int], int]:
    """Says where the first so many unfolded octets of `line` end in the component."""
    before, longer = list[int](), [0]
    for fold in _FOLD.finditer(octets, line.start, line.end):
        before.append(fold.start() - line.start - longer[-1])
        longer.append(longer[-1] + len(fold[0]))
    return lambda length: line.start + length + longer[bisect_left(before, length)]


def _insertions(block: Block, addition: Addition, markers: Markers) -> Iterator[tuple[int, int, bytes]]:
    """What is to be put where in the document."""
    octets, lines = block.octets, list(_lines(block))
    eol = b"\r\n" if octets[: lines[0].end].endswith(b"\r\n") else b"\n"
    own = [_folded(f"{name}:{escape(value)}".encode(), eol) + eol for name, value in addition.properties]
    own += [_folded(_exdate(moment), eol) + eol for moment in addition.exdates]
    if addition.text:
        said = (markers.begin, *addition.text, markers.end)
        for line in lines if _may_hold(unfold(octets), ()) else ():
            yield from _into_alternative(block, line, said, eol)
        text = escape("\n".join(said)).encode()
        described = next((line for line in lines if line.name == "DESCRIPTION" and line.value), None)
        if described is None:
            own.insert(0, _folded(_ADDED + text, eol) + eol)
        else:
            length = len(described.text.rstrip(b"\r"))  # one more would become part of our fold
            empty = described.value == length
            at = block.start + _places(octets, described)(length)
            yield at, at, eol + b" " + _folded(text if empty else _SEPARATOR + text, eol, first=1)
    # Properties stand before contained components (RFC 5545 §3.6.1), of which the last may lack its END.
    at = block.inner[0][0] if block.inner else block.start + lines[-1].start
    yield at, at, b"".join(own)


def _into_alternative(block: Block, line: _Line, said: Sequence[str], eol: bytes) -> Iterator[tuple[int, int, bytes]]:
    """The same text for the programs that show an HTML copy; only the last octets share a line with what follows."""
    name = line.name
    if not line.value or not alternatives.has_alternative(name, line.text):
        return
    physical = _places(block.octets, line)
    for start, octets in alternatives.additions(name, line.text, said):
        at = block.start + physical(start)
        folded = _folded(octets[:-_TAIL], eol, first=1) + eol + b" " + octets[-_TAIL:]
        yield at, at, eol + b" " + folded


def _exdate(moment: Moment) -> bytes:
    zone = _NOT_PLAIN.sub(lambda found: _CARET[found[0]], moment.zone)  # RFC 6868
    zone = f';TZID="{zone}"' if set(";:,") & set(zone) else f";TZID={zone}"
    kind = ";VALUE=DATE" if moment.is_date else zone if moment.zone not in (FLOATING, UTC_ZONE) else ""
    return f"EXDATE{kind};X-MEETCOST={_SKIPPED}:{moment}".encode()


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

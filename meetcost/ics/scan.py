# SPDX-License-Identifier: Apache-2.0
"""Octets to components (RFC 5545 §3.6), incrementally: where each begins and ends.

One regular expression finds a plain event whole, and of all else the lines that may be a BEGIN or END, folds and all;
no other line is looked at here. Nothing is decoded, and a broken component cannot take its neighbours along.
"""

from __future__ import annotations

import re
import sys
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from meetcost.errors import Problem
from meetcost.ics.content import unfold
from meetcost.ics.limits import LIMITS, Limits
from meetcost.ics.plain import PLAIN_EVENT
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MEETINGS: Final = frozenset({"VEVENT", "VTODO", "VJOURNAL"})
_KEPT: Final = MEETINGS | {"VTIMEZONE"}
_PARTS: Final = frozenset({"VCALENDAR", "VALARM", "STANDARD", "DAYLIGHT", "AVAILABLE"})
# Or any other line that begins as they do, but for EXDATE, of which there may be many.
_BEGIN_OR_END: Final = rb"\n(?:\r|\n[ \t])*+(?:[Bbe]|E(?!XDATE))[^\n]*+(?:\n[ \t][^\n]*+)*+"
_STRUCTURE: Final = re.compile(_BEGIN_OR_END)
_PLAIN: Final = re.compile(PLAIN_EVENT)
_PLAIN_OR_STRUCTURE: Final = re.compile(PLAIN_EVENT + rb"|" + _BEGIN_OR_END)
_LINE_START: Final = re.compile(rb"\n[^ \t]")
_MOST_PROBLEMS: Final = 1000
_SHORT: Final = 64


class Block:
    """One component: `[start, end)` in the document, `line` of its BEGIN (1-based), number of its VCALENDAR.

    `inner` are the spans of the components it contains; `plain` the groups of `PLAIN_EVENT` where it is one.
    """

    # Defaults of the class: an instance has only what differs.
    plain: tuple[bytes | None, ...] | None = None
    oversize = False
    inner: Sequence[tuple[int, int]] = ()
    nested: Sequence[Block] = ()
    end = 0
    _data = b""
    _offset = 0

    def __init__(self, name: str, start: int, line: int, calendar: int) -> None:
        self.name = name
        self.start = start
        self.line = line
        self.calendar = calendar

    def hold(self, start: int, end: int) -> None:
        """Something that is not its own stands at [start, end)."""
        if not self.inner:
            self.inner = []
        self.inner.append((start, end))  # type: ignore[attr-defined] # a list by now

    def nest(self, block: Block) -> None:
        """`block` stands inside it, where no meeting belongs."""
        if not self.nested:
            self.nested = []
        self.nested.append(block)  # type: ignore[attr-defined] # a list by now

    def complete(self, end: int, data: bytes, offset: int, plain: tuple[bytes | None, ...] | None) -> None:
        """It ends at `end`; its octets stand in `data`, which begins at `offset`."""
        self.end = end
        self._data = data
        self._offset = offset
        self.plain = plain

    @property
    def octets(self) -> bytes:
        """All of it."""
        return self._data[self.start - self._offset : self.end - self._offset]

    @property
    def own_octets(self) -> bytes:
        """Its own lines, without contained components."""
        pieces, at = [], self.start
        for start, end in [*self.inner, (self.end, self.end)]:
            pieces.append(self._data[at - self._offset : start - self._offset])
            at = end
        return b"".join(pieces)


class Scanner:
    """Cuts a document into blocks, chunk by chunk, holding no more than one unfinished component.

    `feed` chunks, then `close`; both return the blocks that are complete. `problems` grows meanwhile.
    """

    def __init__(self, limits: Limits = LIMITS) -> None:
        self.problems: list[Problem] = []
        self.calendars = 0
        self._limits = limits
        self._held = b"\n"  # the first line, too, stands behind a line end
        self._offset = -1  # position of _held in the document
        self._done = -1  # lines before this position have been dealt with
        self._line_at = (-1, 0)  # a position, and the line ends before it
        self._stack: list[Block] = []
        self._too_deep = 0
        self._last = sys.maxsize  # the end of the document, once it is known

    def feed(self, chunk: bytes) -> Iterator[Block]:
        """The blocks that end in what has come so far; to be exhausted before the next call."""
        data = self._held + chunk
        since = self._done - self._offset
        new = len(self._held) - 1  # the first line that is not known yet, but for the one at `since`
        until = len(data) - 1
        while until > new and not _LINE_START.match(data, until := data.rfind(b"\n", new, until)):
            pass  # the line may go on: a fold may follow
        yield from self._scan(data, until if until >= new and _LINE_START.match(data, until) else since)

    def close(self) -> Iterator[Block]:
        """The last blocks; what is still open is told."""
        self._last = self._offset + len(self._held)
        data = self._held + b"\n"
        yield from self._scan(data, len(data))
        while self._stack:
            yield from self._abandon(self._stack.pop())

    def _scan(self, data: bytes, until: int) -> Iterator[Block]:
        if self._offset < 0 and data.startswith(b"\n\xef\xbb\xbf"):
            data = b"   \n" + data[4:]
        since, self._done = self._done - self._offset, self._offset + until
        offset, largest, in_calendar = self._offset, self._limits.octets, self._in_calendar()
        for match in _PLAIN_OR_STRUCTURE.finditer(data, since, until):
            if not match.lastindex:
                yield from self._structure(match, data)
                in_calendar = self._in_calendar()
                continue
            first, last = match.span()
            if not in_calendar or last - first > largest:
                for part in _STRUCTURE.finditer(data, first, last):
                    yield from self._structure(part, data)
                in_calendar = self._in_calendar()
                continue
            start = first + 1 + offset
            event = Block("VEVENT", start, self._line(start, data), self.calendars)
            event.complete(min(last + 1 + offset, self._last), data, offset, match.groups())
            begin, end = match.span(match.lastindex)
            if end > begin:
                event.hold(begin + 1 + offset, end + 1 + offset)
            yield event
        self._let_go(data, until)

    def _in_calendar(self) -> bool:
        """Whether a whole event would be one of a calendar's own."""
        return len(self._stack) == 1 and self._stack[0].name == "VCALENDAR" and self._limits.depth > 2

    def _structure(self, match: re.Match[bytes], data: bytes) -> Sequence[Block]:
        """What may be a BEGIN or END line; the blocks that are complete with it."""
        line, (start, end) = match[0], match.span()
        if line[1:7] not in (b"BEGIN:", b"END:VE", b"END:VA") and not _is_structure(line):
            return ()
        start, end = start + 1 + self._offset, end + self._offset
        begins, name = _structure_line(line)
        if begins:
            self._begin(name, start, data)
            return ()
        end = min(end + 1, self._last)  # the line end belongs to it
        if not self._too_deep and self._stack and self._stack[-1].name == name:
            return self._complete(self._stack.pop(), end, data)
        return self._mismatched_end(name, start, end, data)

    def _line(self, position: int, data: bytes) -> int:
        """1-based line of a position at or after the last one asked for."""
        at, lines = self._line_at
        lines += data.count(b"\n", at - self._offset, position - self._offset)
        self._line_at = (position, lines)
        return lines

    def _begin(self, name: str, start: int, data: bytes) -> None:
        line = self._line(start, data)
        if len(self._stack) >= self._limits.depth:
            if not self._too_deep:
                self._tell(
                    "too-deep", Sentence.of("components nested more than {depth} deep", depth=self._limits.depth), line
                )
            self._too_deep += 1
            return
        if name == "VCALENDAR":
            self.calendars += 1
        elif not self._stack and name in _KEPT:
            self._tell("no-vcalendar", Sentence.of("`BEGIN:{name}` outside a VCALENDAR", name=name), line)
        self._stack.append(Block(name, start, line, self.calendars))

    def _mismatched_end(self, name: str, start: int, end: int, data: bytes) -> Sequence[Block]:
        if self._too_deep:
            self._too_deep -= 1
            return ()
        if not any(block.name == name for block in self._stack):
            self._tell("stray-end", Sentence.of("`END:{name}` ends nothing", name=name[:40]), self._line(start, data))
            wrong_name = name not in _PARTS and self._stack and self._stack[-1].name != "VCALENDAR"
            return self._complete(self._stack.pop(), end, data) if wrong_name else ()
        blocks: list[Block] = []
        while self._stack[-1].name != name:
            left = self._stack.pop()
            self._stack[-1].hold(left.start, start)
            blocks += self._abandon(left)
        return [*blocks, *self._complete(self._stack.pop(), end, data)]

    def _complete(self, block: Block, end: int, data: bytes) -> Sequence[Block]:
        """`block` ends at `end`: it is a component of the calendar, or part of what holds it."""
        parent = self._stack[-1] if self._stack else None
        for inner in block.nested:
            self._tell(
                "nested",
                Sentence.of("a {name} inside a {outer} is left out", name=inner.name, outer=block.name[:40]),
                inner.line,
            )
        if block.name not in _KEPT:
            if parent is not None:
                parent.hold(block.start, end)
            return ()
        if block.oversize or end - block.start > self._limits.octets:
            template = "a {name} of more than {most:,} octets is left out"
            message = Sentence.of(template, name=block.name, most=self._limits.octets)
            self._tell("limit", message, block.line)
            return ()
        plain = _PLAIN.match(data, block.start - 1 - self._offset, end - self._offset)
        block.complete(end, data, self._offset, plain.groups() if plain is not None else None)
        if parent is None or parent.name == "VCALENDAR":
            return (block,)
        parent.hold(block.start, end)
        if len(parent.nested) < self._limits.components:
            parent.nest(block)
        return ()

    def _abandon(self, block: Block) -> Sequence[Block]:
        """`block` has no END; what it holds stands by itself."""
        self._tell("unclosed", Sentence.of("`BEGIN:{name}` has no END", name=block.name[:40]), block.line)
        return block.nested

    def _let_go(self, data: bytes, until: int) -> None:
        keep = self._offset + until
        for block in self._stack:
            if block.name in _KEPT and not block.oversize:
                block.oversize = keep - block.start > self._limits.octets
                keep = min(keep, block.start - 1) if not block.oversize else keep
        if keep > self._line_at[0]:
            self._line(keep, data)
        pending = len(data) - until
        if pending > self._limits.octets:
            self._cut_short(data, until)
            return
        self._held = data[keep - self._offset :]
        self._offset = keep

    def _cut_short(self, data: bytes, until: int) -> None:
        """Forget most of a line that does not end: what holds it is too large in any case."""
        for block in self._stack:
            block.oversize = True
        self._held = data[until : until + _SHORT] + data[-2:]
        lost = len(data) - until - len(self._held)
        self._offset += until + lost
        self._done = self._offset
        self._line_at = (self._offset, self._line_at[1] + data.count(b"\n", until + _SHORT, len(data) - 2))

    def _tell(self, code: str, message: str, line: int) -> None:
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(Problem(code, message, line))


def _is_structure(line: bytes) -> bool:
    """Whether a line of unusual spelling is a BEGIN or END, in lower case or folded."""
    return unfold(line[1:])[:6].upper().startswith((b"BEGIN:", b"END:"))


def _structure_line(line: bytes) -> tuple[bool, str]:
    return _known_structure_line(line) if len(line) <= _SHORT else _read_structure_line(line)


def _read_structure_line(line: bytes) -> tuple[bool, str]:
    """(whether it is a BEGIN, component name)."""
    word, _, name = unfold(line[1:]).partition(b":")
    return word.upper() == b"BEGIN", name.strip().decode("ascii", "replace").upper()


_known_structure_line: Final = lru_cache(maxsize=1024)(_read_structure_line)

# SPDX-License-Identifier: Apache-2.0
"""What is measured. Each contender runs in a fresh process: `python -m tests.bench.contenders NAME FILE`.

It prints CPU seconds of the step alone (imports and what comes before the step are not counted) and how much came out.
"""

from __future__ import annotations

import json
import re
import resource
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from meetcost.model.meeting import Meeting
    from meetcost.model.occurrence import Occurrence

Step = tuple["Callable[[], Any]", "Callable[[Any], int]"]
"""What is timed, and how much came out of it."""

_FROM, _TO = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)


def reading_meetcost(file: Path) -> Step:
    """`read`: all components, grouped, every problem told."""
    from meetcost.ics.read import read  # noqa: PLC0415 - one contender's imports are not the other's

    octets = file.read_bytes()
    return lambda: read(octets), lambda reading: sum(1 + len(one.overrides) for one in reading.meetings)


def reading_icalendar(file: Path) -> Step:
    """`Calendar.from_ical`: a tree of all properties."""
    from icalendar import Calendar  # noqa: PLC0415 - as above

    octets = file.read_bytes()
    return lambda: Calendar.from_ical(octets), lambda calendar: len(calendar.walk("VEVENT"))


def expansion_meetcost(file: Path) -> Step:
    """Every occurrence of 2026, as `expand` gives them: in columns. Reading is not counted."""
    meetings, expand = _expander(file)
    return lambda: [expand(meeting) for meeting in meetings], lambda found: sum(map(len, found))


def expansion_objects(file: Path) -> Step:
    """The same, and an object made of each."""
    meetings, expand = _expander(file)
    return lambda: [one for meeting in meetings for one in expand(meeting)], len


def _expander(file: Path) -> tuple[Sequence[Meeting], Callable[[Meeting], Sequence[Occurrence]]]:
    from meetcost.ics.expand import expand  # noqa: PLC0415 - as above
    from meetcost.ics.read import read  # noqa: PLC0415 - as above
    from meetcost.values.span import Span  # noqa: PLC0415 - as above

    span = Span(_FROM, _TO)
    return read(_without_x_wr_timezone(file)).meetings, lambda meeting: expand(meeting, span)


def expansion_recurring_ical_events(file: Path) -> Step:
    """`of(calendar).between`; reading is not counted."""
    import recurring_ical_events as rie  # noqa: PLC0415 - as above
    from icalendar import Calendar  # noqa: PLC0415 - as above

    calendar = Calendar.from_ical(_without_x_wr_timezone(file))
    return lambda: rie.of(calendar).between(_FROM, _TO), len


def streaming_meetcost(file: Path) -> Step:
    """`read_stream` over an open file, nothing kept."""
    from meetcost.errors import Problem  # noqa: PLC0415 - as above
    from meetcost.ics.read import read_stream  # noqa: PLC0415 - as above

    def run() -> int:
        with file.open("rb") as stream:
            return sum(not isinstance(item, Problem) for item in read_stream(stream))

    return run, int


def _without_x_wr_timezone(file: Path) -> bytes:
    """recurring-ical-events shifts whole series by it, which nobody else does; the generator does not write it."""
    return re.sub(rb"(?m)^X-WR-TIMEZONE:.*\r?\n", b"", file.read_bytes())


STEPS: dict[str, Callable[[Path], Step]] = {
    "reading/meetcost": reading_meetcost,
    "reading/icalendar": reading_icalendar,
    "expansion/meetcost": expansion_meetcost,
    "expansion/meetcost, objects": expansion_objects,
    "expansion/recurring-ical-events": expansion_recurring_ical_events,
    "streaming/meetcost": streaming_meetcost,
}


def main() -> None:
    step, count = STEPS[sys.argv[1]](Path(sys.argv[2]))
    begun = time.process_time()
    result = step()
    seconds = time.process_time() - begun
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"cpu": seconds, "count": count(result), "megabytes": megabytes}))


if __name__ == "__main__":
    main()

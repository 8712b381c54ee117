# SPDX-License-Identifier: Apache-2.0
"""Every departure from RFC 5545 that the reader knows: what it breaks, how it is read, what a guard does.

A file is read as far as sense goes, and each departure is told. A calendar object on its way to a server (strict
reading) is refused where two programs could read it differently, and tolerated where all agree.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from meetcost.words.sentence import Sentence


class Quirk(NamedTuple):
    """`strict` is True where a strict reading refuses the object; `told` is False where no `Problem` tells it."""

    section: str
    what: str
    reading: str
    strict: bool
    told: bool = True


QUIRKS: Final[dict[str, Quirk]] = {
    # the stream
    "not-a-calendar": Quirk("3.4", "no iCalendar component in the data", "nothing is read", True),
    "no-vcalendar": Quirk("3.4", "components without BEGIN:VCALENDAR around them", "read", True),
    "several-vcalendars": Quirk("3.4", "more than one VCALENDAR", "each is read by itself", True),
    "text-outside": Quirk("3.4", "text outside VCALENDAR", "left out", True),
    "version": Quirk("3.7.4", "VERSION other than 2.0", "read as 2.0", True),
    "unclosed": Quirk("3.6", "a BEGIN without its END", "left out; what it holds is read", True),
    "stray-end": Quirk("3.6", "an END without its BEGIN", "one with a wrong name ends what is open", True),
    "nested": Quirk("3.6", "a meeting inside another component, as in VPOLL", "left out", True),
    "too-deep": Quirk("3.6", "components nested beyond the limit", "left out", True),
    "charset": Quirk("3.1.4", "octets that are not UTF-8", "replaced by U+FFFD", True),
    "control-character": Quirk("3.1", "control characters in the data", "kept in the text they stand in", True),
    "broken-line": Quirk("3.1", "a line that is no `NAME;PARAMETERS:VALUE`", "left out", True),
    # one component
    "duplicate-property": Quirk("3.6.1", "a property that may stand once stands twice", "the first counts", True),
    "no-uid": Quirk("3.8.4.7", "UID missing or empty", "a meeting of its own", True),
    "no-start": Quirk("3.8.2.4", "no DTSTART (nor DUE)", "the component is left out", True),
    "no-time": Quirk("3.6.2", "a VTODO or VJOURNAL without a time (allowed)", "left out: nobody's time", False),
    "bad-start": Quirk("3.8.2.4", "a DTSTART that is no date or time", "the component is left out", True),
    "bad-value": Quirk("3.3", "a value that is not of its property's type", "left out", True),
    "bad-recurrence-id": Quirk("3.8.4.4", "a RECURRENCE-ID that is no date or time", "the component is left out", True),
    "parameter-twice": Quirk("3.2", "a parameter of a date stands twice and differs", "the first counts", True),
    "value-type": Quirk("3.2.20", "a VALUE that no date has, as in EXDATE;VALUE=TEXT", "not looked at", True),
    "date-without-value": Quirk("3.8.2.4", "an 8-digit value without VALUE=DATE", "read as DATE", False),
    "date-with-time": Quirk("3.3.4", "VALUE=DATE on a value with a time", "its date is read", True),
    "hour-24": Quirk("3.3.12", "a time of 24:00:00", "read as 00:00:00 of the next day", True),
    "date-with-tzid": Quirk("3.2.19", "TZID on a DATE", "read as DATE, without a zone", False),
    "utc-with-tzid": Quirk("3.2.19", "TZID on a UTC time", "read as UTC", False),
    "mixed-end": Quirk("3.8.2.2", "DTEND of another kind or zone than DTSTART", "read in DTSTART's zone", True),
    "end-before-start": Quirk("3.8.2.2", "an end before the start", "the meeting has no length", True),
    "end-and-duration": Quirk("3.6.1", "both DTEND and DURATION", "DTEND counts", True),
    "negative-duration": Quirk("3.8.2.5", "a DURATION below zero", "the meeting has no length", True),
    "date-duration": Quirk("3.8.2.5", "a DURATION with hours on a DATE", "the meeting is that long", True),
    "mixed-rdate": Quirk("3.8.5.2", "an RDATE with a time where DTSTART is a DATE", "read as a whole day", True),
    "odd-word": Quirk("3.8.1.11", "blanks or backslashes in CANCELLED or TRANSPARENT", "read without them", True),
    "unknown-zone": Quirk(
        "3.2.19", "a TZID that neither the file nor the zone database knows", "read as floating", True
    ),
    "prefixed-zone": Quirk(
        "3.2.19", "a globally unique TZID that ends in a database name", "that zone", False, told=False
    ),
    "bad-zone": Quirk("3.6.5", "a VTIMEZONE that cannot be used", "left out", True),
    # recurrence
    "bad-rule": Quirk("3.3.10", "an RRULE that cannot be used", "left out; only the first instance is read", True),
    "rule-part-twice": Quirk("3.3.10", "a part of an RRULE stands twice", "the last counts", True),
    "rule-hours": Quirk(
        "3.3.10", "FREQ=HOURLY with BYHOUR, or BYHOUR where DTSTART is a date", "the hours named that it comes to", True
    ),
    "rule-tolerated": Quirk("3.3.10", "an RRULE of unusual form", "read as its message says", False),
    "rscale": Quirk("RFC 7529", "RSCALE: a rule in another calendar system", "left out as above", True),
    "exrule": Quirk("RFC 2445 4.8.5.2", "EXRULE, which RFC 5545 removed", "left out", False),
    "several-rules": Quirk("3.8.5.3", "more than one RRULE", "the union is read", False),
    "start-not-in-rule": Quirk("3.8.5.3", "a DTSTART that its own rule does not produce", "left out of the set", False),
    "until-kind": Quirk("3.3.10", "an UNTIL of another kind than DTSTART", "compared in DTSTART's zone", False),
    "exdate-kind": Quirk("3.8.5.1", "an EXDATE of another kind than DTSTART", "compared by day or wall clock", False),
    "override-twice": Quirk("3.8.4.4", "two overrides of one RECURRENCE-ID", "the higher SEQUENCE counts", True),
    "orphan-override": Quirk("3.8.4.4", "an override that matches no instance", "shown", False, told=False),
    "two-masters": Quirk("RFC 4791 4.1", "two masters with one UID", "the higher SEQUENCE counts", True),
    "several-uids": Quirk("RFC 4791 4.1", "several UIDs in one calendar object", "each is read", True),
    "x-wr-timezone": Quirk(
        "not in RFC 5545", "X-WR-TIMEZONE", "no effect: floating stays floating, UTC stays UTC", False, told=False
    ),
    # limits
    "limit": Quirk("RFC 4791 5.2", "more of something than a stated limit", "what is beyond it is left out", True),
}


def departure(code: str, text: str) -> Sentence:
    """What a reader is told of `text`, which departs from the RFC by `code`."""
    return Sentence.of("`{text}`: {why}", text=text, why=Sentence.of(QUIRKS[code].what))


def refuses(code: str) -> bool:
    """Whether a strict reading refuses an object for this; unknown codes refuse."""
    quirk = QUIRKS.get(code)
    return quirk is None or quirk.strict

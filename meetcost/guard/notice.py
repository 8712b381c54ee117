# SPDX-License-Identifier: Apache-2.0
"""A refusal as an entry in a calendar of its own: what reaches the people whose program shows no reason.

It keeps the title and the text of what was refused, so that nothing typed is lost, and asks nobody, so that it is no
meeting. One object stands for one refused meeting, however often its program tries again.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from meetcost.model.phrase import shown
from meetcost.words.say import say

if TYPE_CHECKING:
    from datetime import tzinfo

    from meetcost.guard.decide import Refuse
    from meetcost.model.meeting import Meeting
    from meetcost.words.say import Language

NOTICES: Final = "meetcost-notices"
"""The last part of the calendar's path, in the home of whoever tried."""
_LONGEST_TITLE: Final = 200
_LONGEST_TEXT: Final = 20_000
_NOT_TEXT: Final = re.compile("[^\t\n -~\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
"""What neither iCalendar (RFC 5545 §3.1) nor XML, in which it is fetched (XML 1.0 §2.2), may hold; and no mark of an
encoding, which some readers take for the beginning of a file."""


def notices_name(language: Language) -> str:
    """What the calendar is called."""
    return say("meetcost notices", language)


def notice_uid(uid: str) -> str:
    """The UID of the notice on a meeting; it tells nothing of the meeting's own."""
    return f"{sha256(uid.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}@meetcost-notice"


def notice(refuse: Refuse, text: str, *, now: datetime, language: Language = "en") -> bytes:
    """A calendar object for the day of `now` (in the policy's zone): `text` is the refusal in words, as answered."""
    from icalendar import Calendar, Event  # noqa: PLC0415 - heavy, and refusals are rare

    meeting = refuse.meetings[0] if refuse.meetings else None
    zone = now.tzinfo
    title = refuse.verdict.title or say("a meeting", language)
    event = Event()
    event.add("uid", notice_uid(meeting.uid if meeting is not None else title))
    event.add("dtstamp", now)
    event.add("dtstart", now.date())
    event.add("dtend", now.date() + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    event.add("summary", _kept(say("Not saved: {title}", language, title=title), _LONGEST_TITLE))
    event.add("description", _kept(_text(meeting, text, zone, language), _LONGEST_TEXT))
    calendar = Calendar()
    calendar.add("prodid", "-//meetcost//guard//EN")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _kept(text: str, most: int) -> str:
    """What every program can read again: what was refused may have been so for its control characters."""
    return _NOT_TEXT.sub("", text.replace("\r\n", "\n"))[:most]


def _text(meeting: Meeting | None, text: str, zone: tzinfo | None, language: Language) -> str:
    if meeting is None:
        return text
    start = meeting.start
    if isinstance(start, datetime) and start.tzinfo is not None and date.min.year < start.year < date.max.year:
        start = start.astimezone(zone)  # as the permitted times above it are told
    lines = [text, "", say("What was not saved:", language), meeting.title, shown(start, language)]
    people = [str(who) for who in meeting.participants]
    lines += [say("With: {people}", language, people=shown(people, language))] if people else []
    lines += [meeting.location] if meeting.location else []
    lines += ["", meeting.description] if meeting.description else []
    return "\n".join(line for line in lines if line is not None)

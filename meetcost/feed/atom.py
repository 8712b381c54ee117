# SPDX-License-Identifier: Apache-2.0
"""The latest meetings as an Atom feed (RFC 4287), one a language.

An entry is a meeting, `updated` is when it last took place: a reader is told anew when a series met again, not whenever
the folder is written.
"""

from __future__ import annotations

import uuid
from datetime import UTC
from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import Element, SubElement, tostring

from meetcost.feed.site import meeting_path
from meetcost.feed.views import paperwork_figure, people_of
from meetcost.values.span import instant

if TYPE_CHECKING:
    from datetime import datetime

    from meetcost.feed.publication import Entry
    from meetcost.feed.site import Site

MOST_ENTRIES: Final = 100
_NAMESPACE: Final = uuid.UUID("9b2f6a52-6a0e-5d0c-8b7f-2d6f0c1a7e11")
_XML: Final = b'<?xml version="1.0" encoding="utf-8"?>\n'


def atom_feed(site: Site) -> tuple[str, bytes]:
    """(path, octets)."""
    publication, words = site.publication, site.wording
    base = f"{publication.base}/{site.folder}" if publication.base else ""
    feed = Element(
        "feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": "zh-CN" if site.language == "zh" else "en"}
    )
    _text(feed, "title", words.plain("{body}: what meetings cost", body=publication.body or words.plain("Meetings")))
    _text(feed, "subtitle", site.period)
    _text(feed, "id", _urn(f"{publication.base} {publication.body} {site.language}"))
    latest = sorted(publication.entries, key=lambda entry: (-_last(entry), entry.id))[:MOST_ENTRIES]
    as_of = publication.as_of.astimezone(UTC)
    updated = [min(instant(_last(entry)), as_of) for entry in latest]
    _text(feed, "updated", _time(max(updated, default=as_of)))
    SubElement(feed, "link", {"rel": "self", "type": "application/atom+xml", "href": f"{base}feed.atom"})
    SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "href": f"{base}index.html"})
    _text(SubElement(feed, "author"), "name", publication.body or "meetcost")
    for entry, when in zip(latest, updated, strict=True):
        _entry(feed, entry, when, base, site)
    return f"{site.folder}feed.atom", _XML + tostring(feed, encoding="utf-8") + b"\n"


def _entry(feed: Element, entry: Entry, updated: datetime, base: str, site: Site) -> None:
    words = site.wording
    node = SubElement(feed, "entry")
    _text(node, "title", words.title(entry))
    _text(node, "id", _urn(f"{entry.id} {site.language}"))
    _text(node, "updated", _time(updated))
    SubElement(node, "link", {"rel": "alternate", "type": "text/html", "href": f"{base}{meeting_path(entry.id)}"})
    parts = [
        words.unit(entry.called_by),
        words.when(entry.held[-1]),
        people_of(entry, words),
        words.worked(entry.seconds),
        words.money(entry.minor),
    ]
    if len(entry.held) > 1:
        parts.insert(2, words.plain_n(len(entry.held), "once", "{count} times"))
    if entry.paperwork is not None:
        range_ = paperwork_figure(entry.paperwork * len(entry.held), words)
        parts.append(words.plain("paperwork {range} h, a forecast", range=range_))
    _text(node, "summary", " · ".join(part for part in parts if part))


def _last(entry: Entry) -> int:
    return max(held.end for held in entry.held)


def _urn(name: str) -> str:
    return uuid.uuid5(_NAMESPACE, name).urn


def _time(when: datetime) -> str:
    return f"{when:%Y-%m-%dT%H:%M:%SZ}"


def _text(parent: Element, tag: str, text: str) -> None:
    SubElement(parent, tag).text = text

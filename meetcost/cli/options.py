# SPDX-License-Identifier: Apache-2.0
"""Arguments and options that several commands share, so that they mean the same everywhere."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Any

import typer


def books_option(use: str) -> Any:
    """`--ledger`, where a command has books beside what it works on; `use` says what it does with them."""
    return typer.Option("--ledger", "-L", metavar="LEDGER", help=use)


Files = Annotated[
    list[str],
    typer.Argument(
        metavar="PATH",
        show_default=False,
        help="Calendar files, folders of them, or - for standard input.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line on standard output.")]
PolicyFile = Annotated[
    str | None,
    typer.Option("--policy", "-p", metavar="FILE", help="The rules of your organisation, a TOML file."),
]
Rate = Annotated[
    str | None,
    typer.Option("--rate", metavar="MONEY", help='One rate for everybody and an hour: "46 EUR".'),
]
NoRate = Annotated[
    str | None,
    typer.Option("--rate", metavar="MONEY", hidden=True, help="Not here: a published rate card, by --rates."),
]
"""`--rate` where only a published rate card will do: so that whoever tries it is told what will."""
Rates = Annotated[str | None, typer.Option("--rates", metavar="FILE", help="A rate card, a TOML file.")]
DirectoryFile = Annotated[
    str | None,
    typer.Option("--directory", "-d", metavar="FILE", help="Who belongs to which unit and band, CSV or TOML."),
]
Zone = Annotated[
    str | None,
    typer.Option(
        "--zone",
        "-z",
        metavar="NAME",
        help="Where dates, times without a zone and unknown zone names are read, such as Europe/Berlin.",
    ),
]
Now = Annotated[
    str | None,
    typer.Option("--now", metavar="INSTANT", help="Take this instant for the present, such as 2026-12-01T08:00Z."),
]


Busy = Annotated[
    list[str] | None,
    typer.Option(
        "--busy",
        "-b",
        metavar="[ADDRESS=]FILE|DIR",
        help="Calendars that say who is busy when; ann@town.example.ics is that of ann@town.example.",
    ),
]


class Tongue(str, Enum):  # noqa: UP042 - the form typer documents
    """Languages of the output."""

    EN = "en"
    ZH = "zh"


Lang = Annotated[
    Tongue | None,
    typer.Option(
        "--lang",
        "-l",
        show_default=False,
        help="Language of the output; without it that of LANG, English if there is none.",
    ),
]


class MinutesKind(str, Enum):  # noqa: UP042 - as above
    """How full the minutes will be; the names of `paperwork.features.Kind`, which is too heavy for `--help`."""

    SUMMARY = "summary"
    DETAILED = "detailed"
    VERBATIM = "verbatim"
    DIGEST = "digest"
    UNKNOWN = "unknown"


Kind = Annotated[
    MinutesKind,
    typer.Option("--kind", "-k", help="How full the minutes will be; no invite says it."),
]
KindOrLearnt = Annotated[
    MinutesKind | None,
    typer.Option(
        "--kind",
        "-k",
        show_default=False,
        help="How full the minutes will be; no invite says it. Without it that of the series' records, else unknown.",
    ),
]
HistoryFile = Annotated[
    str | None,
    typer.Option(
        "--history", "-H", metavar="FILE", help="Your own records, a JSON file that `meetcost paperwork learn` writes."
    ),
]

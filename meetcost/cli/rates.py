# SPDX-License-Identifier: Apache-2.0
"""`meetcost rates`: check a rate card, print its schema."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from meetcost.cli import options  # noqa: TC001 - typer reads the annotations
from meetcost.cli.policy import loaded_or_told, print_schema
from meetcost.cli.shell import Shell, answering, language_of

if TYPE_CHECKING:
    from meetcost.costing.rate_card import RateCard

rates_app = typer.Typer(
    help="Check a rate card, print its JSON Schema.", no_args_is_help=True, rich_markup_mode="markdown"
)


@rates_app.command("check")
@answering
def check_rates(
    files: Annotated[list[str], typer.Argument(metavar="FILE", show_default=False, help="Rate cards.")],
    *,
    json_lines: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Tell all mistakes in a rate card; the exit code is 2 if there are any.

    Example: `meetcost rates check rates.toml`
    """
    from meetcost.cli.settings import rates_of  # noqa: PLC0415 - not for --help

    shell = Shell(json_lines=json_lines, language=language_of(lang))
    for file in files:
        card = loaded_or_told(shell, file, partial(rates_of, None))
        if card is not None:
            _fine(shell, file, card)
    shell.end()


@rates_app.command("schema")
@answering
def schema() -> None:
    """Print the JSON Schema of rate cards."""
    from meetcost.costing.rate_file import RateFile  # noqa: PLC0415 - heavy

    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "meetcost rate card"}
    print_schema({**RateFile.model_json_schema(), **head})


def _fine(shell: Shell, file: str, card: RateCard) -> None:
    bands = [{"band": name, "label": band.label} for name, band in card.bands.items()]
    if shell.json:
        about = {"file": file, "name": card.name, "version": card.version, "currency": card.currency}
        shell.object({**about, "published": card.published, "personal": card.personal, "bands": bands})
        return
    from meetcost.words.say import say, say_count  # noqa: PLC0415 - not for --help

    shell.line(say("{file}: no mistakes", shell.language, file=file), "green")
    count = say_count(len(bands), "{count} band", "{count} bands", shell.language)
    template = "{card}: {bands}, {currency}"
    shell.line(f"  {say(template, shell.language, card=card.ref, bands=count, currency=card.currency)}")

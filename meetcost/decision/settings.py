# SPDX-License-Identifier: Apache-2.0
"""What whoever runs the decision service chooses: where it listens, and who may ask."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

from meetcost.errors import ConfigError, Problem
from meetcost.guard.address import Address

_SHORTEST: Final = 16


class Settings(NamedTuple):
    """`token` is what whoever asks has to send; empty where only programs on this machine can ask."""

    listen: Address
    token: str = ""


def settings_of(listen: str, token_file: str = "") -> Settings:
    """From what was typed. Raises `ConfigError` with all of its mistakes."""
    wrong: list[Problem] = []
    address, token = Address(), ""
    try:
        address = Address.parse(listen)
    except ValueError as error:
        wrong.append(Problem("wrong-value", f"`{listen}`: {error}", None, "--listen"))
    if token_file:
        try:
            token = Path(token_file).read_text("ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            said = error.strerror if isinstance(error, OSError) and error.strerror else "is no ASCII text"
            wrong.append(Problem("no-file", f"`{token_file}`: {said.lower()}", None, "--token-file"))
        else:
            if len(token) < _SHORTEST or not token.isprintable():
                advice = f"write {_SHORTEST} characters or more, on one line"
                wrong.append(Problem("wrong-value", f"`{token_file}`: is too short", None, "--token-file", "", advice))
    elif not wrong and not address.is_local:
        advice = "listen on 127.0.0.1 or unix:/PATH, or give a --token-file"
        wrong.append(Problem("open-door", f"`{listen}`: other machines could ask", None, "--listen", "", advice))
    if wrong:
        raise ConfigError("guard", wrong)
    return Settings(address, token)

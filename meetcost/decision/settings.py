# SPDX-License-Identifier: Apache-2.0
"""What whoever runs the decision service chooses: where it listens, and who may ask."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

from meetcost.errors import ConfigError, Problem, said_by
from meetcost.guard.address import Address
from meetcost.words.sentence import Sentence

_SHORTEST: Final = 16


class Settings(NamedTuple):
    """`token` is what whoever asks has to send; empty where only programs on this machine can ask."""

    listen: Address
    token: str = ""


def settings_of(listen: str, token_file: str = "") -> Settings:
    """From what was typed. Raises `ConfigError` with all of its mistakes."""
    wrong: list[Problem] = []
    address, token = Address(), ""

    def blame(code: str, option: str, text: str, why: Sentence, advice: str = "") -> None:
        wrong.append(Problem(code, Sentence.of("`{text}`: {why}", text=text, why=why), None, option, "", advice))

    try:
        address = Address.parse(listen)
    except ValueError as error:
        blame("wrong-value", "--listen", listen, said_by(error))
    if token_file:
        try:
            token = Path(token_file).read_text("ascii").strip()
        except OSError as error:
            blame("no-file", "--token-file", token_file, said_by(error))
        except UnicodeDecodeError:
            blame("no-file", "--token-file", token_file, Sentence.of("is no ASCII text"))
        else:
            if len(token) < _SHORTEST or not token.isprintable():
                advice = Sentence.of("write {least} characters or more, on one line", least=_SHORTEST)
                blame("wrong-value", "--token-file", token_file, Sentence.of("is too short"), advice)
    elif not wrong and not address.is_local:
        why = Sentence.of("other machines could ask")
        blame("open-door", "--listen", listen, why, "listen on 127.0.0.1 or unix:/PATH, or give a --token-file")
    if wrong:
        raise ConfigError("guard", wrong)
    return Settings(address, token)

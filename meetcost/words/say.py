# SPDX-License-Identifier: Apache-2.0
"""Every sentence a person reads, in their language.

The English template is the key (gettext's msgid); the `.po` files in `zh_CN` beside this module, one a floor, hold the
Chinese. A template that has no translation is shown in English.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Final, Literal, get_args

Language = Literal["en", "zh"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)


def say(template: str, language: Language = "en", /, **fields: object) -> str:
    """`template` in `language`, its `{fields}` filled in.

    >>> say("{people} people", "zh", people=9)
    '9 人'
    """
    text = template if language == "en" else _chinese().get(template, template)
    return text.format(**fields) if fields else text


def say_count(count: int, one: str, many: str, language: Language = "en", /, **fields: object) -> str:
    """`one` or `many` by English plural; Chinese has one form, that of `many`. `{count}` is filled in."""
    return say(one if count == 1 and language == "en" else many, language, count=count, **fields)


@cache
def _chinese() -> dict[str, str]:
    from babel.messages.pofile import read_po  # noqa: PLC0415 - 40 ms that English readers need not wait

    texts: dict[str, str] = {}
    for entry in (resources.files("meetcost.words") / "zh_CN").iterdir():
        with entry.open("rb") as file:
            catalogue = read_po(file, locale="zh_CN", abort_invalid=True)
        texts |= {str(message.id): str(message.string) for message in catalogue if message.id and message.string}
    return texts

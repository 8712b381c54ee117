# SPDX-License-Identifier: Apache-2.0
"""English text that can still be said in another language.

What is wrong with somebody's data is told in plain strings: programs compare and log them. A `Sentence` is such a
string, and keeps what it was made of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from meetcost.words.say import say

if TYPE_CHECKING:
    from meetcost.words.say import Language


class Sentence(str):
    """The English of a template with its fields filled in; `template` is the key of its translation.

    A field that is a `Sentence` is said in the same language; any other string is somebody's own text and stays.

    >>> Sentence.of("the TZID `{zone}` is unknown", zone="Mars/Olympus").text("zh")
    '时区标识 `Mars/Olympus` 无法识别'
    """

    __slots__ = ("_fields", "template")

    template: str
    _fields: dict[str, object]

    @classmethod
    def of(cls, template: str, /, **fields: object) -> Self:
        """`Sentence.of("more than {most:,} dates", most=1000)`."""
        made = cls(say(template, "en", **fields))
        made.template, made._fields = template, fields
        return made

    def text(self, language: Language = "en") -> str:
        """The same in `language`."""
        return say(self.template, language, **{name: _field(value, language) for name, value in self._fields.items()})


def said(text: str, language: Language = "en") -> str:
    """A message in `language`, whether it was made of a template or is one; what nobody translated stays English."""
    return text.text(language) if isinstance(text, Sentence) else say(text, language)


def _field(value: object, language: Language) -> object:
    return value.text(language) if isinstance(value, Sentence) else value

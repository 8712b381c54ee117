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

    A field that knows its own wording, as a `Sentence` does, is said in the same language, and so are those of a tuple;
    any other string is somebody's own text and stays.

    >>> Sentence.of("the TZID `{zone}` is unknown", zone="Mars/Olympus").text("zh")
    '时区标识 `Mars/Olympus` 无法识别'
    """

    __slots__ = ("_fields", "template")

    template: str
    _fields: dict[str, object]

    @classmethod
    def of(cls, template: str, /, **fields: object) -> Self:
        """`Sentence.of("more than {most:,} dates", most=1000)`; what is one already stays as it is."""
        if isinstance(template, cls) and not fields:
            return template
        made = cls(_filled(template, fields, "en"))
        made.template, made._fields = template, fields
        return made

    def field(self, name: str) -> object:
        """What stands in a field; None where the template has no such field."""
        return self._fields.get(name)

    def text(self, language: Language = "en") -> str:
        """The same in `language`."""
        return _filled(self.template, self._fields, language)


def said(text: str, language: Language = "en") -> str:
    """A message in `language`, whether it was made of a template or is one; what nobody translated stays English."""
    return text.text(language) if isinstance(text, Sentence) else say(text, language)


def _filled(template: str, fields: dict[str, object], language: Language) -> str:
    return say(template, language, **{name: _field(value, language) for name, value in fields.items()})


def _field(value: object, language: Language) -> object:
    text = getattr(value, "text", None)  # a Sentence, or whatever else knows its own wording
    if text is not None:
        return text(language)
    if type(value) is tuple:  # a named one has a wording of its own
        return {"en": ", ", "zh": "、"}[language].join(str(_field(one, language)) for one in value)
    return value

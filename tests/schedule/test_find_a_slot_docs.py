# SPDX-License-Identifier: Apache-2.0
"""Every example of the page on slots is run, in order, in one namespace."""

from __future__ import annotations

from pathlib import Path

from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "find-a-slot.md"


def test_the_examples_of_the_page():
    document = Sybil(parsers=[PythonCodeBlockParser()]).parse(PAGE)
    examples = list(document.examples())
    assert len(examples) == 6
    for example in examples:
        example.evaluate()

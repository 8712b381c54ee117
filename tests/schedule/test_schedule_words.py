# SPDX-License-Identifier: Apache-2.0
"""Every sentence of the schedule floor is in the Chinese catalogue, and the catalogue holds no others."""

from __future__ import annotations

import ast
import re
from importlib import resources

from babel.messages.pofile import read_po

import meetcost.schedule


def test_all_sentences_are_translated_with_the_same_fields():
    with (resources.files("meetcost.words") / "zh_CN" / "schedule.po").open("rb") as file:
        texts = {str(message.id): str(message.string) for message in read_po(file) if message.id}
    written = set()
    for module in resources.files(meetcost.schedule).iterdir():
        if module.name.endswith(".py"):
            nodes = ast.walk(ast.parse(module.read_text("utf-8")))
            written |= {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    assert texts.keys() <= written
    for english, chinese in texts.items():
        assert sorted(re.findall(r"{\w+}", english)) == sorted(re.findall(r"{\w+}", chinese)), english
    elsewhere = {  # in the catalogues of other floors, and the one text that has no plural in Chinese
        "no working hours are given: Monday to Friday, 09:00 to 17:00 is assumed",
        "times without a known zone are read in {zone}",
        "Free: {times}.",
        "{length}",  # asked for, not said
    }
    templates = {text for text in written if re.search(r"\{\w+\}", text) and "`" not in text and "\n" not in text}
    assert templates - elsewhere <= texts.keys()

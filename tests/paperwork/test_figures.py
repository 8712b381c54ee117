# SPDX-License-Identifier: Apache-2.0
import math

import pytest

from meetcost.paperwork import figures
from meetcost.paperwork.figures import FIGURES, Tag


def test_every_figure_of_the_module_is_listed():
    assert set(FIGURES) == {value for value in vars(figures).values() if isinstance(value, figures.Figure)}


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.name)
def test_literature_is_quoted_and_an_assumption_says_so(figure):
    if figure.tag is Tag.ASSUMPTION:
        assert figure.citation is None
        assert figure.note
        assert "assumption" in str(figure)
    else:
        assert figure.tag is Tag.LITERATURE
        assert figure.citation.quote
        assert figure.citation.url.startswith("http")


@pytest.mark.parametrize(
    ("figure", "quoted"),
    [
        (figures.COMPOSING, ["19.0 words per minute for composition"]),
        (figures.READING, ["238 words per minute (wpm) for non-fiction"]),
        (figures.READING_CHINESE, ["259.5 ± 38.2 characters/min"]),
        (figures.TRANSCRIBING, ["meetings", "between 6 to 10 hours"]),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_the_figure_stands_in_the_quoted_sentence(figure, quoted):
    assert all(words in figure.citation.quote for words in quoted)
    if figure is not figures.TRANSCRIBING:
        assert f"{figure.value:g}" in figure.citation.quote


def test_derived_figures_follow_from_their_notes():
    assert pytest.approx(math.sqrt(6 * 10), abs=0.005) == figures.TRANSCRIBING.value
    assert math.log(10 / 6) / (2 * 1.282) == pytest.approx(figures.TRANSCRIBING.spread, abs=0.005)
    assert math.log(300 / 175) / (2 * 1.645) == pytest.approx(figures.READING.spread, abs=0.005)
    assert pytest.approx(figures.READING_CHINESE.spread, abs=0.0005) == 38.2 / 259.5
    assert pytest.approx(figures.COMPOSING_CHINESE.value) == 19.0 * 1.6

# SPDX-License-Identifier: Apache-2.0
"""A measured length as hours: by the same speeds as a forecast, so that the two can stand side by side."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetcost.paperwork import figures
from meetcost.paperwork.features import Features, Kind
from meetcost.paperwork.figures import Tag
from meetcost.paperwork.forecast import forecast
from meetcost.paperwork.history import Record
from meetcost.paperwork.measured import MeasuredPaperwork, measured_paperwork
from meetcost.values.person_hours import PersonHours

WEEKLY = Features(Kind.SUMMARY, 60, 9, 5, "en")


def measured(words: float, features: Features = WEEKLY) -> MeasuredPaperwork:
    return measured_paperwork(Record("weekly", "", date(2026, 3, 9), words, features))


def test_words_are_written_and_read_by_all_who_attended() -> None:
    found = measured(1820)
    assert (found.length, found.unit, found.tag) == (1820, "words", Tag.LITERATURE)
    assert found.figures == (figures.COMPOSING, figures.READING)
    assert found.writing == PersonHours(round(1820 / 19 * 60))
    assert found.reading == PersonHours(round(9 * 1820 / 238 * 60))
    assert found.hours == found.writing + found.reading


def test_chinese_is_told_in_characters() -> None:
    found = measured(1000, replace(WEEKLY, language="zh"))
    assert (found.length, found.unit, found.tag) == (1600, "characters", Tag.ASSUMPTION)
    assert figures.CHARACTERS_PER_WORD in found.figures
    assert found.writing == PersonHours(round(1600 / 30.4 * 60))
    assert found.reading == PersonHours(round(9 * 1600 / 259.5 * 60))


def test_what_is_not_known_is_not_made_up() -> None:
    nobody = measured(100, replace(WEEKLY, attendees=None))
    assert (nobody.reading, nobody.hours) == (None, nobody.writing)
    transcript = measured(9000, Features(Kind.VERBATIM, None, 9, None, "en"))
    assert (transcript.writing, transcript.hours, transcript.length) == (None, None, 9000)


def test_verbatim_minutes_take_as_long_as_their_transcription() -> None:
    assert measured(9000, replace(WEEKLY, kind=Kind.VERBATIM)).writing == PersonHours(round(7.75 * 3600))


def test_no_minutes_are_no_work() -> None:
    for kind in Kind:
        none = measured(0, replace(WEEKLY, kind=kind))
        assert (none.length, none.hours, none.tag, none.figures) == (0, PersonHours(0), Tag.MEASURED, ())


@pytest.mark.parametrize("language", ["en", "zh"])
@given(kind=st.sampled_from(list(Kind)), people=st.integers(1, 40), minutes=st.integers(10, 300))
def test_a_length_that_was_forecast_exactly_takes_the_hours_that_were_forecast(
    language: str, kind: Kind, people: int, minutes: int
) -> None:
    features = Features(kind, minutes, people, 5, language)  # type: ignore[arg-type]
    expected = forecast(features)
    words = expected.length.median / (1.6 if language == "zh" else 1)
    found = measured(words, features)
    assert expected.total is not None
    assert found.hours is not None
    assert found.hours.seconds == pytest.approx(expected.total.median * 3600, abs=1)
    assert (found.unit, found.tag) == (expected.length.unit, expected.total.tag)

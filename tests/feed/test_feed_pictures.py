# SPDX-License-Identifier: Apache-2.0
"""The pictures: right in their proportions, well-formed whatever stands in them."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetcost.feed.picture import NARROW, WIDE, Bar, bars, share_bar
from meetcost.feed.ribbons import Group, ribbons
from meetcost.feed.totals import Flow

TOLD = ("title <b>", "description & more", "id")


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=60), st.sampled_from([WIDE, NARROW]))
def test_bars_are_as_high_as_their_values_and_within_the_scale(values, size):
    picture = ET.fromstring(bars([Bar(value, "<&", '"<') for value in values], size, *TOLD))
    heights = [float(rect.attrib["height"]) for rect in picture.iter("rect")]
    lines = [float(line.attrib["y1"]) for line in picture.iter("line")]
    full = max(lines) - min(lines)
    labels = [float(one.text.replace(",", "")) for one in picture.iter("text") if one.attrib["class"] == "scale"]
    assert max(labels) >= max(values)
    assert len(labels) <= 6
    for value, height in zip(values, heights, strict=True):
        assert height == pytest.approx(full * value / max(labels), abs=0.06)
        assert height <= full + 0.06


@pytest.mark.parametrize(
    ("most", "scale"),
    [
        (432, [0, 100, 200, 300, 400, 500]),
        (1, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (0, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (12, [0, 2.5, 5, 7.5, 10, 12.5]),
        (1.1, [0, 0.25, 0.5, 0.75, 1, 1.25]),
        (125001, [0, 50000, 100000, 150000]),
    ],
)
def test_the_scale_is_of_round_numbers(most, scale):
    picture = ET.fromstring(bars([Bar(most, "", "")], WIDE, *TOLD))
    found = [float(one.text.replace(",", "")) for one in picture.iter("text") if one.attrib["class"] == "scale"]
    assert found == pytest.approx(scale)


def test_a_share_is_a_share():
    assert ET.fromstring(share_bar(0.25, "paid")).find("rect").attrib["width"] == "25.0"
    assert ET.fromstring(share_bar(7, "paid")).find("rect").attrib["width"] == "100.0"


NAMES = st.text(min_size=1, max_size=20)


@given(
    st.dictionaries(st.tuples(NAMES, NAMES), st.integers(1, 10**6), min_size=1, max_size=16), st.sampled_from([0, 210])
)
def test_bands_are_as_thick_as_the_hours_on_both_sides(found, beside):
    flows = [Flow(*pair, seconds) for pair, seconds in found.items()]
    sides = []
    for side in (0, 1):
        sums = {}
        for flow in flows:
            sums[flow[side]] = sums.get(flow[side], 0) + flow.seconds
        sides.append([Group(name, seconds, "label") for name, seconds in sums.items()])
    picture = ET.fromstring(ribbons(flows, tuple(sides), WIDE._replace(height=600), TOLD, beside=beside))
    paths = [path.attrib["d"] for path in picture.iter("path")]
    assert len(paths) == len(flows)
    nodes = [float(rect.attrib["height"]) for rect in picture.iter("rect")]
    scale = (600 - 16 * (max(map(len, sides)) - 1) - 8) / sum(found.values())
    for height, group in zip(nodes, [*sides[0], *sides[1]], strict=True):
        assert height == pytest.approx(max(group.seconds * scale, 1.5), abs=0.06)
    tops = [float(re.match(r"M\S+ (\S+?)C", path)[1]) for path in paths]
    ends = [float(re.search(r" (\S+)Z$", path)[1]) for path in paths]
    assert sum(end - top for top, end in zip(tops, ends, strict=True)) == pytest.approx(
        sum(found.values()) * scale, abs=2
    )

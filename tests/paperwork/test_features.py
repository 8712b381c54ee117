# SPDX-License-Identifier: Apache-2.0
import math

import pytest

from meetcost.errors import UsageError
from meetcost.paperwork.features import Features, Kind


def test_nothing_known_is_the_default():
    assert Features() == Features(Kind.UNKNOWN, None, None, None, None)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"minutes": 0}, "planned duration: `0` minutes"),
        ({"minutes": -30}, "planned duration: `-30` minutes"),
        ({"minutes": math.nan}, "planned duration: `nan` minutes"),
        ({"minutes": math.inf}, "planned duration: `inf` minutes"),
        ({"attendees": 0}, "expected people: `0`"),
        ({"agenda_items": -1}, "agenda items: `-1`"),
        ({"language": "fr"}, "language of the minutes: `fr`"),
    ],
)
def test_what_cannot_be_is_refused_with_its_name(given, message):
    with pytest.raises(UsageError) as error:
        Features(**given)
    assert str(error.value).startswith(message)

# SPDX-License-Identifier: Apache-2.0
"""Which names are time zones."""

import zoneinfo

import pytest

from meetcost.model.zone import is_exact, named_zone


def test_every_zone_of_the_database_is_known_by_its_exact_name() -> None:
    names = zoneinfo.available_timezones() - {"localtime", "posixrules"}
    assert [name for name in sorted(names) if not is_exact(name) or named_zone(name) is None] == []


@pytest.mark.parametrize("name", ["localtime", "posixrules", "../etc/passwd", "/Europe/Berlin", "Europe", ""])
def test_what_is_no_zone_is_not_known(name: str) -> None:
    assert named_zone(name) is None
    assert not is_exact(name)


@pytest.mark.parametrize("name", ["europe/berlin", "W. Europe Standard Time", "EUROPE/BERLIN"])
def test_another_spelling_is_known_but_not_exact(name: str) -> None:
    zone = named_zone(name)
    assert zone is not None
    assert zone.name == "Europe/Berlin"
    assert not is_exact(name)

# SPDX-License-Identifier: Apache-2.0
"""`meetcost demo` where its extra is not installed."""

from importlib.util import find_spec

import pytest


@pytest.mark.parametrize("missing", ["radicale", "caldav"])
def test_without_the_extra_it_says_what_to_install(run, monkeypatch, missing):
    monkeypatch.setattr("meetcost.cli.demo.find_spec", lambda name: None if name == missing else find_spec(name))
    answer = run("demo")
    assert (answer.code, answer.out) == (2, "")
    assert "pip install 'meetcost[all]'" in answer.err

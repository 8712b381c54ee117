# SPDX-License-Identifier: Apache-2.0
"""`meetcost guard` before it starts; tests/proxy has it running."""

import re
import sys

import pytest

from meetcost.cli.guard import guard
from meetcost.cli.reference import parameters


class TestGuard:
    @pytest.mark.parametrize(
        ("words", "told"),
        [
            ((), "--upstream http"),
            (("--upstream", "http://127.0.0.1:9"), "--policy meetcost.toml"),
            (("--upstream", "http://127.0.0.1:9", "--policy", "none.toml"), "--policy: `none.toml`"),
            (("--upstream", "ftp://a", "--policy", "none.toml", "--key", "k"), "guard: 2 mistakes"),
        ],
    )
    def test_what_it_needs_is_said(self, run, words, told):
        answer = run("guard", *words)
        assert (answer.code, told in answer.err) == (2, True), answer.err

    def test_a_card_with_personal_rates_is_not_taken(self, run, tmp_path, examples):
        card = tmp_path / "rates.toml"
        card.write_text('currency = "EUR"\npersonal = true\n[bands]\nA = "46"\n', encoding="utf-8")
        policy = examples / "policies/town-office.toml"
        answer = run("guard", "--upstream", "http://127.0.0.1:9", "--policy", policy, "--rates", card)
        assert answer.code == 2
        assert "rate" in answer.err

    def test_without_the_extra_it_names_it(self, run, monkeypatch):
        for name in [one for one in sys.modules if one.startswith("meetcost.proxy")]:
            monkeypatch.delitem(sys.modules, name)
        monkeypatch.setitem(sys.modules, "aiohttp", None)
        answer = run("guard", "--upstream", "http://127.0.0.1:9", "--policy", "x.toml")
        assert (answer.code, "pip install 'meetcost[guard]'" in answer.err) == (2, True)

    def test_the_unit_for_systemd_names_options_that_there_are(self, examples):
        unit = (examples / "meetcost-guard.service").read_text("utf-8")
        command = unit.partition("ExecStart=")[2].partition("\n#")[0]
        named = set(re.findall(r"--[a-z-]+", command))
        known = {name for one in parameters(guard) for name in one.names}
        assert {"--upstream", "--policy", "--host"} <= named <= known

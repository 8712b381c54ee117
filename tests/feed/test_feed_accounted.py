# SPDX-License-Identifier: Apache-2.0
"""Pages, feeds and tables say no money that `data.json` does not account for."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date

import pytest

from meetcost.feed.accounted import UnaccountedError, accounted, folder_says_more, says_only, texts_of
from meetcost.feed.build import build, parts
from meetcost.feed.folder import write_folder
from meetcost.feed.gate import gate
from meetcost.feed.manifest import MANIFEST
from meetcost.feed.part import Part
from meetcost.feed.public_books import QuotaTold
from meetcost.feed.recorded_data import quota_table
from meetcost.privacy.amounts import Amounts

ODD = 123_457_89


def amounts_of(publication, document=None):
    document = document or json.loads(b"".join(list(parts(publication))[-1].pieces()))
    amounts = Amounts(document["currency"])
    for meeting in document["meetings"]:
        amounts.add(meeting)
    amounts.close(document, [one.rate.amount for one in publication.method.bands], texts_of(publication.method))
    return amounts


@pytest.fixture(params=["en", "zh", "books", "books-zh"])
def told(request, county, chinese_county, guarded_county):
    """Counties with everything there is to say."""
    found = {"en": county, "zh": chinese_county}.get(request.param)
    return found or guarded_county("zh" if request.param == "books-zh" else "en")


def test_all_that_is_published_is_accounted_for(told, tmp_path):
    amounts = amounts_of(told.publication)
    assert [path for path, octets in told.files.items() if not says_only(path, octets, amounts)] == []
    said = sum(len(list(amounts.said(octets.decode()))) for path, octets in told.files.items() if "html" in path)
    assert said > 3000
    write_folder(told.files.items(), tmp_path)
    rates = [one.rate.amount for one in told.publication.method.bands]
    assert folder_says_more(tmp_path, rates, texts_of(told.publication.method)) == []


LEAKS = [
    ("index.html", b"</main>", "GBP 123,457.89"),
    ("index.html", b"</main>", "GBP\u00a0123,457.89"),
    ("m/{id}.html", b"</main>", "GBP 123,458"),
    ("zh/m/{id}.html", b"</main>", "123,457.89 英镑"),
    ("zh/meetings/index.html", b"</main>", "123,457.89英镑"),
    ("feed.atom", b"</feed>", "<rights>GBP 123,457.89</rights>"),
    ("meetings.ics", b"END:VCALENDAR", "X-COST:GBP 123\\,457.\r\n 89\r\n"),
    ("meetings.csv", None, "123457.89"),
    ("search/2026-07-1.js", None, str(ODD)),
]


def leaking(path, octets, before, text):
    if path.endswith(".csv"):
        return re.sub(rb"(?m)^(.*,)[0-9.]+(,[0-9.]*,GBP,)", rb"\g<1>%s\2" % text.encode(), octets, count=1)
    if path.endswith(".js"):
        return re.sub(rb",[0-9]+,0\]\]", b",%s,0]]" % text.encode(), octets, count=1)
    return octets.replace(before, text.encode() + before, 1)


@pytest.mark.parametrize(("path", "before", "text"), LEAKS)
def test_an_amount_that_is_none_of_the_release_is_found_in_each_kind_of_file(county, path, before, text):
    amounts = amounts_of(county.publication)
    path = path.format(id=county.publication.entries[0].id)
    changed = leaking(path, county.files[path], before, text)
    assert changed != county.files[path]
    assert not says_only(path, changed, amounts)


def test_a_release_with_such_a_file_is_not_written_and_the_amount_is_told_to_nobody(county, tmp_path):
    amounts = amounts_of(county.publication)
    files = [Part.of("index.html", b"<p>fine</p>"), Part.of("method.html", b"<p>GBP 123,457.89</p>")]
    with pytest.raises(UnaccountedError) as found:
        write_folder(accounted(files, amounts, "this"), tmp_path)
    assert found.value.finding.places == ("method.html",)
    assert "123" not in f"{found.value} {found.value.finding.said.text('en')} {found.value.finding.said.text('zh')}"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_an_amount_in_a_title_is_no_figure_of_ours(one, tmp_path):
    from meetcost.costing.rate_card import RateCard  # noqa: PLC0415 - of this test only

    card = RateCard.parse(
        b'name = "C"\nversion = "1"\ncurrency = "EUR"\npublished = true\ndefault_band = "B"\n'
        b'[bands.B]\nlabel = "Up to EUR 71,000 a year"\nvalues = {2026-01-01 = 34.10}\n'
    )
    made = one("SUMMARY:The grant of EUR 987\\,654.32", "SUMMARY:EUR 5", rates=card)
    assert "The grant of EUR 987,654.32" in {entry.title for entry in made.publication.entries}
    gated = gate(made.publication, [], [], rates=card)
    assert gated.amounts is not None
    assert all(says_only(path, octets, gated.amounts) for path, octets in made.files.items() if path != "data.json")


def priced_names(publication):
    """Rules, exemptions, quotas, units and levels all have an amount in their name, each kind another."""

    def named(name, minor):
        return f"{name} above GBP 7,654,321.{minor}" if name else name

    def all_named(names, minor):
        return tuple(named(name, minor) for name in names)

    entries = [
        entry._replace(
            held=tuple(
                held._replace(rules=all_named(held.rules, 10), exemption=named(held.exemption, 11))
                for held in entry.held
            )
        )
        for entry in publication.entries
    ]
    rules = [rule._replace(id=named(rule.id, 12)) for rule in publication.method.rules]
    quotas = [
        one._replace(
            id=named(one.id, 13),
            unit=named(one.unit, 14),
            by_unit=tuple((named(unit, 15), n) for unit, n in one.by_unit),
        )
        for one in publication.quotas
    ]
    refusals = [replace(one, rule=named(one.rule, 16), unit=named(one.unit, 17)) for one in publication.refusals]
    meetings = tuple(
        one._replace(rules=all_named(one.rules, 18), beyond=all_named(one.beyond, 19), unit=named(one.unit, 20))
        for one in publication.waived.meetings
    )
    return replace(
        publication,
        entries=tuple(entries),
        method=replace(publication.method, rules=tuple(rules)),
        quotas=tuple(quotas),
        refusals=tuple(refusals),
        waived=publication.waived._replace(meetings=meetings),
        commitments=tuple(one._replace(called_by=named(one.called_by, 21)) for one in publication.commitments),
        levels={unit: named(level, 22) for unit, level in publication.levels.items()},
    )


def test_an_amount_in_the_name_of_a_rule_a_quota_or_a_unit_is_no_figure_of_ours(guarded_county):
    publication = priced_names(guarded_county("en").publication)
    amounts = gate(publication, [], []).amounts
    files = {path: octets for path, octets in build(publication) if path.endswith(("html", "csv", "atom", "ics"))}
    assert [path for path, octets in files.items() if not says_only(path, octets, amounts)] == []
    said = {found.decode() for octets in files.values() for found in re.findall(rb"GBP 7,654,321\.(\d\d)", octets)}
    assert said >= {"10", "11", "12", "13", "14", "16", "17", "20", "21", "22"}
    assert not says_only("index.html", b"GBP 7,654,321.99", amounts)


@pytest.mark.parametrize("wrong", ["1.006", "1.00"])
def test_a_limit_in_a_currency_with_more_decimals_is_held_against_itself(county, wrong):
    days = date(2026, 7, 1), date(2026, 7, 31)
    quota = QuotaTold("dear", "cost", "body", None, 1, *days, 1_005, None, None, None, currency="KWD")
    publication = replace(county.publication, quotas=(quota,))
    amounts, table = amounts_of(publication), quota_table(publication)
    assert b"1.005" in table
    assert says_only("quotas.csv", table, amounts)
    assert not says_only("quotas.csv", table.replace(b"1.005", wrong.encode()), amounts)
    assert not says_only("quotas.csv", table.replace(b"KWD", b"GBP"), amounts)


def test_a_limit_in_another_currency_lets_no_amount_of_the_card_s_pass():
    head = {
        "rate_card": "", "policy": {"name": ""}, "body": "", "coverage": {"statement": ""}, "target_source": "",
        "corrections": [], "commitments": [], "refusals": None, "waived": None,
        "quotas": [
            {"quota": "c", "unit": None, "by_unit": [], "measure": "cost", "currency": "EUR", "limit": "1000.50",
             "used": None, "last_year": None}
        ],
    }  # fmt: skip
    amounts = Amounts("JPY")
    amounts.close(head, [])
    columns = b"quota,measure,limit,used,last_year,currency\r\n"
    assert says_only("quotas.csv", columns + b"c,cost,1000.50,,,EUR\r\n", amounts)
    assert not says_only("quotas.csv", columns + b"c,cost,1000,,,JPY\r\n", amounts)
    assert not says_only("index.html", b"JPY 1,000", amounts)


def test_files_of_the_publisher_and_of_another_folder_below_are_not_looked_at(county, tmp_path):
    write_folder(county.files.items(), tmp_path)
    for name in ("imprint.html", "2025/index.html", "m/notes.html"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("A copy costs GBP 123,457.89")
    known = [one.rate.amount for one in county.publication.method.bands], list(texts_of(county.publication.method))
    assert folder_says_more(tmp_path, *known) == []
    (tmp_path / "m" / "notes.html").unlink()
    (tmp_path / MANIFEST).unlink()
    assert folder_says_more(tmp_path, *known) == []


@pytest.mark.parametrize("listed", [True, False], ids=["listed", "no-list"])
def test_each_of_our_files_is_looked_at_with_or_without_a_list(county, tmp_path, listed):
    write_folder(county.files.items(), tmp_path)
    if not listed:
        (tmp_path / MANIFEST).unlink()
    changed = set()
    for path, before, text in LEAKS:
        file = tmp_path / path.format(id=county.publication.entries[0].id)
        file.write_bytes(leaking(path, file.read_bytes(), before, text))
        changed.add(file.relative_to(tmp_path).as_posix())
    found = folder_says_more(tmp_path, [one.rate.amount for one in county.publication.method.bands], [])
    assert set(found) >= changed

# SPDX-License-Identifier: Apache-2.0
"""Pages, feeds and tables say no money that `data.json` does not account for."""

from __future__ import annotations

import json
import re

import pytest

from meetcost.feed.accounted import UnaccountedError, accounted, folder_says_more, says_only, texts_of
from meetcost.feed.build import parts
from meetcost.feed.folder import write_folder
from meetcost.feed.gate import gate
from meetcost.feed.part import Part
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

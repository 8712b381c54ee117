# SPDX-License-Identifier: Apache-2.0
"""The directory: read from CSV in any usual encoding or from TOML, every mistake with its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetcost.errors import ConfigError
from meetcost.ics.values import parse_attendee
from meetcost.model.attendee import Attendee
from meetcost.model.directory import Directory, Entry, EntryKind
from meetcost.values.rate import Rate

CHINESE = "邮箱,姓名,单位,层级,职级,别名\nli@x.example,李雷,财政局,县,科员,LI@old.example;li2@x.example\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_spreadsheet_of_any_usual_encoding(encoding, newline):
    directory = Directory.parse(CHINESE.replace("\n", newline).encode(encoding), "通讯录.csv")
    expected = Entry(
        "li@x.example", "李雷", unit="财政局", level="县", band="科员", aliases=("LI@old.example", "li2@x.example")
    )
    assert directory.entries == (expected,)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_separators_of_spreadsheet_programs(delimiter):
    text = (
        delimiter.join(("Email", "Unit", "Aliases"))
        + "\n"
        + delimiter.join(("a@x.example", "Roads", '"b@x.example;c@x.example"'))
    )
    entry = Directory.parse(text.encode()).entries[0]
    assert (entry.unit, entry.aliases) == ("Roads", ("b@x.example", "c@x.example"))


def test_one_person_under_every_address_and_spelling():
    directory = Directory.parse(CHINESE.encode())
    (entry,) = directory
    for address in ("li@x.example", "LI@X.example", "mailto:li2@x.example", "li@OLD.example"):
        assert directory.find(address) is entry
    assert directory.find(Attendee.of("Li2@x.example")) is entry
    assert directory.person("mailto:li2@x.example") == "mailto:li@x.example"
    assert directory.person("mailto:stranger@x.example") == "mailto:stranger@x.example"
    assert directory.find("stranger@x.example") is None
    assert len(directory) == 1


def test_toml_says_the_same_as_csv():
    toml = """
        [[entry]]
        address = "all@x.example"
        kind = "group"
        size = 40
        unit = "Council"
        aliases = ["everybody@x.example"]
        rate = "46 EUR"
    """
    csv = "address,kind,size,unit,aliases,rate\nall@x.example,group,40,Council,everybody@x.example,46 EUR\n"
    directory = Directory.parse(toml.encode(), "people.toml")
    assert directory.entries == Directory.parse(csv.encode()).entries
    assert directory.entries[0].kind is EntryKind.GROUP
    assert directory.entries[0].rate == Rate(46, "EUR")


def test_all_mistakes_at_once_with_their_lines():
    """Line 1 is the header, 4 is empty, 5 has a quoted line break."""
    csv = (
        "address,name,kind,size,rate\n"
        "a@x.example,Ann,robot,0,much\n"
        ",Nobody,,,\n"
        "\n"
        'b@x.example,"Bea\nBrown",person,,\n'
        "A@X.example,Ann again,,,\n"
        "c@x.example,Smith, Carl,person,,46 EUR\n"
    )
    with pytest.raises(ConfigError) as caught:
        Directory.parse(csv.encode(), "people.csv")
    found = [(problem.line, problem.code) for problem in caught.value.problems]
    assert found == [
        (2, "directory-kind"),
        (2, "directory-size"),
        (2, "directory-rate"),
        (3, "directory-address"),
        (7, "directory-twice"),
        (8, "directory-cells"),
    ]
    text = str(caught.value)
    assert text.startswith("people.csv: 6 mistakes\n")
    assert "one of person, group, room, resource" in text
    assert "line 8: 6 cells under 5 headers; put a cell that holds the separator between double quotes" in text
    assert "much" not in text, "a personal rate stays out of messages"


@pytest.mark.parametrize("size", ["-1", "1.5", "1e3", "٣", "1" * 5000, "2000000"])
def test_what_is_no_size(size):
    with pytest.raises(ConfigError, match="number of people"):
        Directory.parse(f"address,size\na@x.example,{size}\n".encode())


@pytest.mark.parametrize(
    ("data", "source", "told"),
    [
        (b"", "a.csv", "no header line"),
        (b"name,unit\nAnn,Roads\n", "a.csv", "no address column among `name`, `unit`"),
        (b"email,mail\na@x.example,b@x.example\n", "a.csv", "two columns mean `address`"),
        (b'address\n"a@x.example\n', "a.csv", "not readable as CSV"),
        (b"\xff\xfe\xff", "a.csv", "neither UTF-8 nor GB18030"),
        (b"[[entries]]\naddress='a@x.example'\n", "a.toml", "entries: is not known here; did you mean `entry`?"),
        (b"[[entry]]\nadress='a@x.example'\n", "a.toml", "entry[0].adress: is not known here; did you mean `address`?"),
        (b"entry = 3\n", "a.toml", "not a list of tables"),
        (b"[[entry]\n", "a.toml", "line 1"),
        (b"x=" + b"[" * 5000, "a.toml", "a.toml: 1 mistake"),
        (b"x = " + b"9" * 5000, "a.toml", "a.toml: 1 mistake"),
    ],
)
def test_a_file_that_is_no_directory(data, source, told):
    with pytest.raises(ConfigError) as caught:
        Directory.parse(data, source)
    assert told in str(caught.value)


def test_entries_made_by_hand_are_checked_too():
    with pytest.raises(ConfigError, match="stands in two entries"):
        Directory([Entry("a@x.example"), Entry("b@x.example", aliases=("A@x.example",))])


def test_a_personal_rate_is_not_shown_by_repr():
    assert "46" not in repr(Entry("a@x.example", rate=Rate(46, "EUR")))


def test_loading_a_file(tmp_path):
    file = tmp_path / "people.csv"
    file.write_text(CHINESE, encoding="gb18030")
    assert Directory.load(file).source == "people.csv"
    with pytest.raises(OSError, match="missing"):
        Directory.load(tmp_path / "missing.csv")


@given(st.binary(max_size=300), st.sampled_from(["a.csv", "a.toml"]))
def test_any_octets_are_a_directory_or_a_config_error(data, source):
    try:
        directory = Directory.parse(data, source)
    except ConfigError:
        return
    assert all(directory.find(entry.address) is entry for entry in directory)


@given(st.text(max_size=200))
def test_any_rows_are_a_directory_or_a_config_error(text):
    try:
        directory = Directory.parse(f"address,kind,size,aliases\n{text}".encode(errors="ignore"))
    except ConfigError:
        return
    assert all(directory.find(alias) is entry for entry in directory for alias in entry.aliases)


def test_an_address_that_is_no_mail_address_is_looked_up_by_its_email():
    """Exchange and Apple write such addresses, and EMAIL beside them (RFC 7986 §6.2)."""
    directory = Directory(
        [Entry("ann@x.example", unit="Roads"), Entry("bob@x.example", aliases=("urn:uuid:0000-bob",))]
    )
    ann = parse_attendee('ATTENDEE;CN="Ann";EMAIL=Ann@X.example:/o=Town/cn=Recipients/cn=ann')
    assert ann.email == "mailto:ann@x.example"
    assert directory.find(ann).unit == "Roads"
    assert directory.find(parse_attendee("ATTENDEE;EMAIL=cy@x.example:urn:uuid:0000-cy")) is None
    known = parse_attendee("ATTENDEE;EMAIL=ann@x.example:urn:uuid:0000-bob")  # its own address comes first
    assert directory.find(known).address == "bob@x.example"


def test_beside_a_mail_address_the_email_says_nothing():
    directory = Directory([Entry("ann@x.example", unit="Roads")])
    stranger = parse_attendee("ATTENDEE;EMAIL=ann@x.example:mailto:eve@far.example")
    assert stranger.email == ""
    assert directory.find(stranger) is None


@pytest.mark.parametrize(
    ("source", "data"),
    [
        ("d.csv", b"address,size\n" + b"a@x.example,x\n" * 20_000),
        ("d.csv", b"address\n" + b"a@x.example\n" * 20_000),
        ("d.csv", b"address\n" + b"a@x.example,1\n" * 20_000),
        ("d.toml", b"[[entry]]\nadress = 'a@x.example'\n" * 20_000),
        ("d.toml", b"[[entry]]\n" + b"".join(b"k%d = 1\n" % number for number in range(20_000))),
        ("d.toml", b"".join(b"k%d = 1\n" % number for number in range(20_000))),
    ],
)
def test_of_very_many_mistakes_the_first_hundred_are_told(source, data):
    with pytest.raises(ConfigError) as caught:
        Directory.parse(data, source)
    assert len(caught.value.problems) == 100
    assert len(str(caught.value)) < 50_000


@pytest.mark.parametrize("row", [b"a@x.example,%s,,", b"a@x.example,,%s,", b"a@x.example,,,%s"])
def test_a_mistake_in_a_huge_cell_quotes_its_beginning(row):
    with pytest.raises(ConfigError) as caught:
        Directory.parse(b"address,kind,size,rate\n" + row % (b"x" * 100_000), "d.csv")
    assert len(str(caught.value)) < 500


def test_columns_are_counted_once():
    with pytest.raises(ConfigError, match="two columns mean `address`"):
        Directory.parse(b"address" + b",address" * 100_000 + b"\na@x.example\n", "d.csv")

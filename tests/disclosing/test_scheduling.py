# SPDX-License-Identifier: Apache-2.0
"""A server that schedules (RFC 6638), here Xandikos: the attendee's copy gets the block, and the answers stay."""

from __future__ import annotations

import re
import time

import pytest
from caldav_servers import Xandikos
from invites import BLOCK, THURSDAY, invite
from writing import Desk

ADDRESSES = """<D:propertyupdate xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop>
<C:calendar-user-address-set><D:href>mailto:{}@town.example</D:href></C:calendar-user-address-set>
</D:prop></D:set></D:propertyupdate>"""


@pytest.fixture
def pair(xandikos, xandikos_server):
    """Ann, who calls meetings, and Ben, who is asked, each a user with an address of their own."""
    ann, ben = xandikos, Xandikos(xandikos_server, f"{xandikos.user}ben")
    for one in (ann, ben):
        assert one.send("OPTIONS", f"/{one.user}/").status == 200
        body = ADDRESSES.format(one.user).encode()
        answer = one.send("PROPPATCH", f"/{one.user}/", body, Content_Type="application/xml")
        assert answer.status == 207, answer
        assert b"200 OK" in answer.body
    return ann, ben


def copy_of(user, uid):
    """The attendee's copy, once the server has made one."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        listing = user.send("PROPFIND", "work/", b"", Depth="1", Content_Type="application/xml")
        for href in re.findall(rb"<[^>]*href>([^<]+\.ics)<", listing.body):
            answer = user.get(href.decode())
            if uid.encode() in answer.body:
                return href.decode(), answer
        time.sleep(0.05)
    raise AssertionError("the server made no copy for the attendee")


def test_the_attendees_copy_gets_the_block_and_the_answer_stays(pair, tmp_path):
    ann, ben = pair
    people = [f"{one.user}@town.example" for one in pair]
    assert ann.put("work/meeting.ics", invite("meeting", THURSDAY, people=people)).status == 201
    href, copy = copy_of(ben, "UID:meeting")
    answered = copy.body.replace(
        f"ATTENDEE:mailto:{people[1]}".encode(), f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{people[1]}".encode()
    )
    answered = re.sub(rb"PARTSTAT=NEEDS-ACTION", b"PARTSTAT=ACCEPTED", answered)
    assert ben.put(href, answered, If_Match=copy.headers["ETag"]).status in (201, 204)
    until = time.monotonic() + 10
    while b"PARTSTAT=ACCEPTED" not in ann.get("work/meeting.ics").body and time.monotonic() < until:
        time.sleep(0.05)
    before = ann.get("work/meeting.ics").body
    assert b"PARTSTAT=ACCEPTED" in before

    with ann.account() as account:
        assert account.addresses() == [f"mailto:{people[0]}"]
    desk = Desk(ann, tmp_path / "books.db")
    assert desk.run(addresses=[f"mailto:{people[0]}"])["meeting"].written
    assert desk.states() == ["intent", "done"]
    after = ann.get("work/meeting.ics").body
    assert b"PARTSTAT=ACCEPTED" in after
    assert re.findall(rb"SEQUENCE:.*", after) == re.findall(rb"SEQUENCE:.*", before)
    until = time.monotonic() + 10
    while BLOCK.encode() not in _copied(ben) and time.monotonic() < until:
        time.sleep(0.05)
    theirs = _copied(ben)
    assert theirs.count(BLOCK.encode()) == 1
    assert b"PARTSTAT=ACCEPTED" in theirs

    # Ben's own run leaves his copy alone, though the block is there and he has an account
    his = Desk(ben, tmp_path / "his.db")
    assert {str(one.plan.why) for one in his.run(addresses=[f"mailto:{people[1]}"]).values()} == {"not ours"}


def _copied(ben) -> bytes:
    return copy_of(ben, "UID:meeting")[1].body.replace(b"\r\n ", b"")

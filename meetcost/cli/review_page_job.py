# SPDX-License-Identifier: Apache-2.0
"""One run of `meetcost waiver serve`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from meetcost.cli.times import the_clock
from meetcost.errors import UsageError, said_by
from meetcost.guard.address import Address
from meetcost.ledger.ledger import Ledger
from meetcost.words.say import say

if TYPE_CHECKING:
    from meetcost.cli.shell import Shell


def serve_pages(shell: Shell, location: str, key: str | None, listen: str) -> None:
    """Until it is ended by a signal. Raises `UsageError` where the extra is missing or the address is none."""
    try:
        from meetcost.reviewing.app import Reviewing, serve  # noqa: PLC0415 - needs the extra
    except ImportError:
        raise UsageError("this needs an extra: pip install 'meetcost[guard]'") from None
    try:
        address = Address.parse(listen)
    except ValueError as error:
        raise UsageError("--listen `{listen}`: {why}", listen=listen, why=said_by(error)) from None
    if address.path:
        raise UsageError("--listen `{listen}`: give HOST:PORT", listen=listen)
    with Ledger.open(location, key=key):
        pass  # what is wrong with the books is said now, not to the first reviewer
    shell.note(say("requests are decided at {listen}", shell.language, listen=address))
    serve(Reviewing(location, key, the_clock), address.host, address.port)

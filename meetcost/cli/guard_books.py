# SPDX-License-Identifier: Apache-2.0
"""What `meetcost publish` and `report` take from the books of a guard."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from meetcost.errors import UsageError

if TYPE_CHECKING:
    from datetime import datetime

    from meetcost.feed.recorded import Books
    from meetcost.policy.policy import Policy
    from meetcost.values.span import Span

NEEDS_LEDGER: Final = "the ledger needs SQLAlchemy; run: pip install 'meetcost[ledger]'"


def guard_books(
    location: str | None, key: str | None, window: Span, *, as_of: datetime, policy: Policy | None
) -> Books | None:
    """As `read_books`; None where no books are named. Raises `UsageError` where the extra is missing."""
    if location is None:
        return None
    if find_spec("sqlalchemy") is None:
        raise UsageError(NEEDS_LEDGER)
    from meetcost.feed.books import read_books  # noqa: PLC0415 - needs the extra
    from meetcost.ledger.ledger import Ledger  # noqa: PLC0415 - as above

    with Ledger.open(location, key=key) as ledger:
        return read_books(ledger, window, as_of=as_of, policy=policy)

# SPDX-License-Identifier: Apache-2.0
"""Every rule of the catalogue, in the order of the numbers that rules get in a policy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from meetcost.rules.catalogue import (
    agenda,
    attendance,
    blackout,
    cash_ceiling,
    cost,
    duration,
    hours,
    level,
    no_meeting_day,
    no_meeting_week,
    notice,
    plan,
    purpose,
    series_end,
    window,
)

if TYPE_CHECKING:
    from meetcost.rules.catalogue.form import Documentation

CATALOGUE: Final[tuple[Documentation, ...]] = (
    no_meeting_day.DOC,
    no_meeting_week.DOC,
    blackout.DOC,
    hours.DOC,
    window.DOC,
    duration.DOC,
    attendance.DOC,
    notice.DOC,
    agenda.DOC,
    purpose.DOC,
    series_end.DOC,
    level.DOC,
    plan.DOC,
    cash_ceiling.DOC,
    cost.DOC,
)

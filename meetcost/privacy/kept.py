# SPDX-License-Identifier: Apache-2.0
"""What is kept of a published document: its figures, and the rates they were worked out with.

No title and no sentence: what is taken back from the page must not live on here. Of the policy its digest, to know
whether the tariffs of today are those of then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from meetcost.privacy.release_form import KEPT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from meetcost.privacy.release import BandRate


def kept_release(document: dict[str, Any], bands: Sequence[BandRate]) -> dict[str, Any]:
    """What is to be kept of a published document; where that has no `meetings`, these are to be put in."""
    wanted = ("schema", "period", "as_of", "currency", "rate_card", "totals", "confidential")
    feed = {name: document[name] for name in wanted}
    feed["quotas"] = [
        {
            **{name: one[name] for name in ("quota", "measure", "used")},
            "by_unit": [{"used": unit["used"]} for unit in one["by_unit"]],
            "past": [{"used": past["used"]} for past in one["past"]],
        }
        for one in document["quotas"]
    ]
    if document["waived"] is not None:
        told = document["waived"]["meetings"]
        feed["waived"] = {"meetings": [{"id": one["id"], "starts": one["starts"]} for one in told]}
    feed["policy"] = {"sha256": document["policy"]["sha256"]}
    feed["commitments"] = [kept_part(one) for one in document["commitments"]]
    feed["meetings"] = [kept_part(one) for one in document.get("meetings", ())]
    rates = [
        {"band": one.band, "first": one.first.isoformat() if one.first else None, "rate": f"{one.rate:f}"}
        for one in bands
    ]
    return {"schema": KEPT, "bands": rates, "feed": feed}


def kept_part(part: dict[str, Any]) -> dict[str, Any]:
    """What is kept of a meeting or of a commitment: no title, no unit that called it."""
    return {name: value for name, value in part.items() if name in ("id", "occurrences", "working_time")}

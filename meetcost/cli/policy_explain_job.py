# SPDX-License-Identifier: Apache-2.0
"""One call of `meetcost policy explain`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from meetcost.cli.cost_json import source_object
from meetcost.policy.explain import explain, page

if TYPE_CHECKING:
    from datetime import datetime

    from meetcost.cli.shell import Shell
    from meetcost.policy.policy import Policy


def show_policy(shell: Shell, file: str, policy: Policy, now: datetime) -> None:
    """The page, or its sections as one object."""
    today, language = now.astimezone(policy.zone.tzinfo).date(), shell.language
    if not shell.json:
        shell.line(page(policy, today, language).rstrip("\n"))
        return
    shell.object(
        {
            "file": file,
            "name": policy.name,
            "digest": policy.digest,
            "as_of": today.isoformat(),
            "sections": [
                {
                    "heading": section.heading.text(language),
                    "clauses": [
                        {
                            "label": clause.label,
                            "text": clause.text(language),
                            "source": source_object(clause.source) if clause.source is not None else None,
                        }
                        for clause in section.clauses
                    ],
                }
                for section in explain(policy, today)
            ],
        }
    )

# SPDX-License-Identifier: Apache-2.0
"""How the proxy is doing: counts for a monitoring system, and whether it is alive and of use. Nothing names anybody."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_CLASSES = ("PUT", "POST", "MOVE", "COPY", "DELETE", "GET", "PROPFIND", "REPORT")


@dataclass
class Metrics:
    """Counters since the start; `text` is what Prometheus reads (text format 0.0.4)."""

    requests: Counter[tuple[str, str]] = field(default_factory=Counter)
    decisions: Counter[str] = field(default_factory=Counter)
    failures: int = 0
    in_flight: int = 0
    draining: bool = False

    def answered(self, method: str, status: int, outcome: str) -> None:
        """Count a request that was answered."""
        self.requests[method if method in _CLASSES else "other", f"{status // 100}xx"] += 1
        if outcome:
            self.decisions[outcome] += 1

    def text(self, readings: Mapping[str, int]) -> str:
        """All of them, and the `readings` of a changed policy: how many were `taken`, and `refused`."""
        return "".join(f"{line}\n" for line in self._lines(readings))

    def _lines(self, readings: Mapping[str, int]) -> Iterator[str]:
        yield "# HELP meetcost_requests_total Requests answered, by method and class of status."
        yield "# TYPE meetcost_requests_total counter"
        for (method, status), count in sorted(self.requests.items()):
            yield f'meetcost_requests_total{{method="{method}",status="{status}"}} {count}'
        yield "# HELP meetcost_decisions_total Writes by what the guard said of them."
        yield "# TYPE meetcost_decisions_total counter"
        for outcome, count in sorted(self.decisions.items()):
            yield f'meetcost_decisions_total{{outcome="{outcome}"}} {count}'
        yield "# HELP meetcost_upstream_failures_total Times the server behind did not answer as it should."
        yield "# TYPE meetcost_upstream_failures_total counter"
        yield f"meetcost_upstream_failures_total {self.failures}"
        yield "# HELP meetcost_policy_reloads_total Policies that were read again, by whether they were taken."
        yield "# TYPE meetcost_policy_reloads_total counter"
        for result in ("taken", "refused"):
            yield f'meetcost_policy_reloads_total{{result="{result}"}} {readings.get(result, 0)}'
        yield "# HELP meetcost_requests_in_flight Requests being worked on."
        yield "# TYPE meetcost_requests_in_flight gauge"
        yield f"meetcost_requests_in_flight {self.in_flight}"

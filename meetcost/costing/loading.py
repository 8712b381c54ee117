# SPDX-License-Identifier: Apache-2.0
"""Loading factors: from pay to what the employer pays. Cited, dated, and none of them a default.

A factor knows the hours its pay is divided by. Paid leave is a part of the benefits that BLS counts, so its factors go
with *paid* hours (2,080 a year for 40 a week): with worked hours the leave would be paid for twice, once in the factor
and once in the smaller number of hours.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from meetcost.values.citation import Citation


class HoursBasis(StrEnum):
    """Which hours of a year pay is divided by."""

    PAID = "paid"
    """All that are paid for, leave and holidays among them."""
    WORKED = "worked"
    """Those that are left after leave and holidays."""


@dataclass(frozen=True, slots=True)
class Loading:
    """Pay times `factor` is the employer's cost. `pay_share`, where known, is pay as a percentage of that cost."""

    name: str
    factor: Decimal
    basis: HoursBasis
    citation: Citation | None = None
    pay_share: Decimal | None = None

    @classmethod
    def from_share(cls, name: str, pay_share: str, basis: HoursBasis, citation: Citation) -> Loading:
        """100 / `pay_share`, to two decimals half to even."""
        share = Decimal(pay_share)
        hundredths = round(10_000 / Fraction(share))
        return cls(name, Decimal(hundredths).scaleb(-2), basis, citation, share)


_ECEC_2016: Final = "https://www.bls.gov/news.release/archives/ecec_12082016.htm"

LOADINGS: Final = {
    loading.name: loading
    for loading in (
        Loading.from_share(
            "us-civilian-2016",
            "68.6",
            HoursBasis.PAID,
            Citation(
                "BLS, Employer Costs for Employee Compensation, September 2016",
                "USDL-16-2255, first paragraph",
                "2016-12-08",
                _ECEC_2016,
                "Wages and salaries averaged $23.42 per hour worked and accounted for 68.6 percent of these costs",
            ),
        ),
        Loading.from_share(
            "us-state-local-2016",
            "63.3",
            HoursBasis.PAID,
            Citation(
                "BLS, Employer Costs for Employee Compensation, September 2016",
                "USDL-16-2255, state and local government",
                "2016-12-08",
                _ECEC_2016,
                "Wages and salaries averaged $29.06 per hour and accounted for 63.3 percent of compensation costs",
            ),
        ),
        Loading.from_share(
            "us-state-local-2019",
            "62.3",
            HoursBasis.PAID,
            Citation(
                "BLS, Employer Costs for Employee Compensation, September 2019",
                "USDL-19-2195, first paragraph",
                "2019-12-18",
                "",
                "Wages and salaries averaged $32.19 per hour worked and represented 62.3 percent of total compensation "
                "costs",
            ),
        ),
    )
}
"""Name -> factor, for `loading = "..."` in a rate card."""

LEAVE_TWICE: Final = Citation(
    "BLS, Employer Costs for Employee Compensation, Measuring the cost of paid leave benefits",
    "first paragraphs",
    "",
    "https://www.bls.gov/ecec/factsheets/ecec-leave-benefits-factsheet.htm",
    "Paid leave benefits cost employers on average $2.94 dollars per hour in September 2022, representing 7.4 percent "
    "of total compensation costs.",
)
"""That the benefits of BLS have paid leave in them."""

PEOPLE_DAILY: Final = Citation(
    "人民日报(People's Daily), 降低会议“成本”",
    "p. 1",
    "1999-02-06",
    "https://rmrb.online/read-htm-tid-1197030-fpage-7.html",
    "会议成本=2×参加会议职工每小时平均工资的3倍×与会人数×开会时间",
)
PEOPLE_DAILY_FACTOR: Final = 6
"""2 × 3, from the formula quoted there."""

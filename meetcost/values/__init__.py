# SPDX-License-Identifier: Apache-2.0
"""Values that have never heard of meetings: money, rate, span, person-hours, citation, dated."""

# SPDX-License-Identifier: Apache-2.0
"""One organisation's choices, read from `meetcost.toml`."""

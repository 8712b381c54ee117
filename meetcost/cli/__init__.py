# SPDX-License-Identifier: Apache-2.0
"""The `meetcost` command: the only place where files are opened, the clock is read and the environment asked."""

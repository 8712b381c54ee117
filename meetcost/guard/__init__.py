# SPDX-License-Identifier: Apache-2.0
"""What stands between a calendar program and the calendar: decides, and says why."""

# SPDX-License-Identifier: Apache-2.0
"""Whether a meeting is allowed."""

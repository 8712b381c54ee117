# SPDX-License-Identifier: Apache-2.0
"""What a meeting costs, whether it may take place, and when instead."""

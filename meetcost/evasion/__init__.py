# SPDX-License-Identifier: Apache-2.0
"""Patterns by which a limit on meetings can be got round: findings, no refusals, never public by name."""

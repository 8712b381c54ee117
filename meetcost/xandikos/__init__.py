# SPDX-License-Identifier: Apache-2.0
"""Xandikos with a guard, started by `python -m meetcost.xandikos`."""

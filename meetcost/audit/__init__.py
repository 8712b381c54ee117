# SPDX-License-Identifier: Apache-2.0
"""Whole calendars into the books: what took place, what it cost, which rules it met."""

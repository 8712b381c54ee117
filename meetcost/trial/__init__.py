# SPDX-License-Identifier: Apache-2.0
"""A policy on trial: on its own examples, and on the calendars of the year that is over."""

# SPDX-License-Identifier: Apache-2.0
"""The public record as a folder of files: pages, Atom, iCalendar, CSV, JSON."""

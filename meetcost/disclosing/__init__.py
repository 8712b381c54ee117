# SPDX-License-Identifier: Apache-2.0
"""Costs into the invites of a CalDAV account, and out of them again, with nobody's edit lost."""

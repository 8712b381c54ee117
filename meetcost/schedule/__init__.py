# SPDX-License-Identifier: Apache-2.0
"""Which slots are permitted and free."""

# SPDX-License-Identifier: Apache-2.0
"""What may be said of a meeting's cost, to whom, and in which words."""

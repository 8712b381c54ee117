# SPDX-License-Identifier: Apache-2.0
"""A month of a small town on a calendar server of its own: the whole way of the data, for real."""

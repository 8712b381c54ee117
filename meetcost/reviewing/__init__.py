# SPDX-License-Identifier: Apache-2.0
"""The page on which a level above decides a request, by a link that works once."""

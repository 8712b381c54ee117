# SPDX-License-Identifier: Apache-2.0
"""The books: what was decided, for ever. Append-only rows in a hash chain, on SQLite or PostgreSQL."""

# SPDX-License-Identifier: Apache-2.0
"""Bytes to model and back (RFC 5545): no I/O, bounded."""

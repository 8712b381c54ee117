# SPDX-License-Identifier: Apache-2.0
"""What a meeting is, and what is found out about it: immutable types, no I/O."""

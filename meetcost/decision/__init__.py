# SPDX-License-Identifier: Apache-2.0
"""The guard as a local service, for calendar servers that can refuse and rewrite themselves."""

# SPDX-License-Identifier: Apache-2.0
"""A reverse proxy that guards any CalDAV server: what is written is judged on its way there (`meetcost guard`)."""

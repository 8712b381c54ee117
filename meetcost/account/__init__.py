# SPDX-License-Identifier: Apache-2.0
"""A CalDAV account (RFC 4791) as its client sees it: what lies there, what has changed, one object in and out."""

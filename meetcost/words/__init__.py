# SPDX-License-Identifier: Apache-2.0
"""English and Simplified Chinese: the only place where wording is chosen by language."""

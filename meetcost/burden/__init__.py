# SPDX-License-Identifier: Apache-2.0
"""What is read out of the books: whether the burden of meetings fell, or only moved."""

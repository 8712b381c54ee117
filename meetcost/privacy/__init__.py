# SPDX-License-Identifier: Apache-2.0
"""What an outsider can work out of everything that was published, and whether one more release may join it."""

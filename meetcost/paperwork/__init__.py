# SPDX-License-Identifier: Apache-2.0
"""What has to be written and read because of a meeting."""

# SPDX-License-Identifier: Apache-2.0
"""What meetings take out of the quotas of a policy, and how it is told that there is no room."""

# SPDX-License-Identifier: Apache-2.0
"""Settings for all tests."""

from hypothesis import HealthCheck, settings

# Machines differ in speed and the suite makes no promise about it.
settings.register_profile("meetcost", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("meetcost")

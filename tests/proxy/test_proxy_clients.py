# SPDX-License-Identifier: Apache-2.0
"""python-caldav and vdirsyncer through the proxy: tests of the guarded Radicale, before a bare one behind the proxy.

Left out are those of the notices calendar, which the proxy does not keep, and those that want stored octets to be the
ones sent, which Radicale alone does not do.
"""

from __future__ import annotations

from test_python_caldav import *  # noqa: F403 - its tests and fixtures, with the `home` of this folder
from test_vdirsyncer import (  # noqa: F401 - as above
    desk,
    test_a_banned_invite_is_refused_with_its_reason_and_the_rest_goes_on,
    test_a_change_onto_a_banned_day_is_refused_and_the_calendar_keeps_the_old_time,
    test_an_override_on_a_banned_day_is_refused_and_a_note_on_the_series_passes,
    test_khal_shows_the_no_meeting_days,
    test_under_a_policy_that_observes_everything_is_synchronised,
    test_what_khal_writes_is_stored_and_what_is_deleted_is_gone,
)

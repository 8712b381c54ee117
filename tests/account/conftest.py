# SPDX-License-Identifier: Apache-2.0
"""The servers that an account is tested on."""

from caldav_servers import bad_day, radicale, radicale_server, user, xandikos, xandikos_server

__all__ = ["bad_day", "radicale", "radicale_server", "user", "xandikos", "xandikos_server"]

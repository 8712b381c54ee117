# SPDX-License-Identifier: Apache-2.0
"""Where a guard that is a server of its own listens."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Final, NamedTuple
from urllib.parse import urlsplit

UNIX: Final = "unix:"


class Address(NamedTuple):
    """Where somebody listens: a host and a port, or the path of a Unix socket."""

    host: str = ""
    port: int = 0
    path: str = ""

    @classmethod
    def parse(cls, text: str) -> Address:
        """`127.0.0.1:5233`, `[::1]:5233` or `unix:/run/meetcost/guard.sock`; ValueError for anything else."""
        if text.startswith(UNIX):
            path = text.removeprefix(UNIX)
            if not path.startswith("/"):
                raise ValueError("the path of a Unix socket begins with /")
            return cls(path=path)
        parts = urlsplit(f"//{text}")
        if not parts.hostname or parts.port is None or parts.path or parts.username is not None:
            raise ValueError("write HOST:PORT or unix:/PATH")
        return cls(parts.hostname, parts.port)

    def __str__(self) -> str:
        if self.path:
            return f"{UNIX}{self.path}"
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def is_local(self) -> bool:
        """Whether only programs on the same machine come there."""
        if self.path or self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False

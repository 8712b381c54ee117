# SPDX-License-Identifier: Apache-2.0
"""Whether whoever writes is whoever calls the meeting: only then are their own calendars looked at for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from meetcost.model.attendee import calendar_address

if TYPE_CHECKING:
    from collections.abc import Iterable

    from meetcost.model.directory import Directory

_MAILTO: Final = "mailto:"


def addresses_of(address: str, directory: Directory) -> frozenset[str]:
    """The canonical calendar addresses of whoever has this one."""
    entry = directory.find(address)
    known = (address, *((entry.address, *entry.aliases) if entry is not None else ()))
    return frozenset(map(calendar_address, known))


def is_login_of(user: str, address: str, directory: Directory) -> bool:
    """Whether the name somebody logs in with is an address of theirs, or what stands before its @."""
    names = {one.removeprefix(_MAILTO) for one in addresses_of(address, directory)}
    return user.casefold() in {name for one in names for name in (one, one.partition("@")[0])}


def is_address_of(told: Iterable[str], login: str, address: str, directory: Directory) -> bool:
    """Whether a calendar-user-address-set (RFC 6638 §2.4.1) has an address; by the `login` if it has no e-mail one."""
    mail = {calendar_address(one) for one in told if one.strip().casefold().startswith(_MAILTO)}
    return bool(mail & addresses_of(address, directory)) if mail else is_login_of(login, address, directory)

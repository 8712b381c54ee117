# SPDX-License-Identifier: Apache-2.0
"""Evolution's own windows, on a screen."""

from __future__ import annotations

import subprocess
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from tests.clients.evolution import Evolution
    from tests.clients.screen import Screen

LOCALES = {"en": "en_GB", "zh": "zh_CN"}
SETTINGS = """\
[org/gnome/evolution/calendar]
use-system-timezone=false
timezone='Europe/Berlin'
use-24hour-format=true
editor-show-toolbar=false
[org/gnome/evolution/mail]
composer-inline-spelling=false
"""
SOURCES = {
    "account": "[Mail Account]\nBackendName=none\nIdentityUid=identity\nNeedsInitialSetup=false\n",
    "identity": "Parent=account\n[Mail Identity]\nAddress={address}\nName={name}\n[Mail Submission]\n",
}
"""A mail account that neither fetches nor sends: by it Evolution knows who its user is."""
TEN = (500, 325)
"""Where an event at ten o'clock is in the view of one day."""


def environment(folder: Path, screen: Screen, language: str, address: str) -> dict[str, str]:
    """What is to be added to that of `Evolution(folder)`: screen, language, settings, the user's address."""
    locale = LOCALES[language]
    words = ["localedef", "-f", "UTF-8", "-i", locale, str(folder / f"{locale}.UTF-8")]
    subprocess.run(words, check=True, capture_output=True)
    config = folder / "config_home"
    settings, sources = config / "glib-2.0" / "settings", config / "evolution" / "sources"
    for one in (settings, sources):
        one.mkdir(parents=True)
    (settings / "keyfile").write_text(SETTINGS, encoding="ascii")
    for name, text in SOURCES.items():
        head = f"[Data Source]\nDisplayName={address}\nEnabled=true\n"
        (sources / f"{name}.source").write_text(head + text.format(address=address, name=address), encoding="ascii")
    return {
        "DISPLAY": screen.display,
        "TZ": "Europe/Berlin",
        "LOCPATH": str(folder),
        "LC_ALL": f"{locale}.UTF-8",
        "LANGUAGE": locale,
        "GSETTINGS_BACKEND": "keyfile",
    }


class EvolutionWindow:
    """The calendar's view of one day, in which there is one event, at ten."""

    def __init__(self, evolution: Evolution, screen: Screen, title: str, day: date) -> None:
        """`title` is that of the window, in its language."""
        self.screen = screen
        evolution.start("evolution", "-c", "calendar")
        self.window = screen.window(title)
        screen.tool("windowsize", self.window, 1200, 900)
        time.sleep(6)
        evolution.start("evolution", f"calendar:///?startdate={day:%Y%m%d}T100000")
        time.sleep(4)

    def hover(self) -> None:
        """Rest the pointer on the event."""
        self.screen.tool("mousemove", "--window", self.window, TEN[0], TEN[1] + 300)
        time.sleep(1)
        for step in (2, 0):
            self.screen.tool("mousemove", "--window", self.window, TEN[0], TEN[1] + step)
            time.sleep(0.5)
        time.sleep(3)

    def edit(self, title: str) -> str:
        """Open the event by a double click; the window that changes it."""
        place = ("mousemove", "--window", self.window, *TEN)
        self.screen.tool(*place, "click", "--repeat", 2, "--delay", 80, 1)
        window = self.screen.window(title)
        self.screen.tool("windowsize", window, 720, 820)
        self.screen.tool("windowmove", window, 20, 20)
        self.screen.tool("mousemove", 1270, 990)
        time.sleep(3)
        return window

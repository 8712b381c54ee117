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
[org/gnome/evolution/shell]
start-offline=false
default-component-id='calendar'
[org/gnome/evolution/window]
width=1000
height=900
"""


class EvolutionWindow:
    """Evolution beside a calendar program on the same services."""

    def __init__(self, evolution: Evolution, screen: Screen) -> None:
        self.evolution, self.screen = evolution, screen

    @staticmethod
    def environment(folder: Path, screen: Screen, language: str) -> dict[str, str]:
        """What is to be added to that of the services: the screen, the language, settings in a file in `folder`."""
        locale = LOCALES[language]
        subprocess.run(
            ["localedef", "-f", "UTF-8", "-i", locale, str(folder / f"{locale}.UTF-8")],
            check=True, capture_output=True,
        )  # fmt: skip
        settings = folder / "config_home" / "glib-2.0" / "settings"
        settings.mkdir(parents=True)
        (settings / "keyfile").write_text(SETTINGS, encoding="ascii")
        return {
            "DISPLAY": screen.display,
            "TZ": "Europe/Berlin",
            "LOCPATH": str(folder),
            "LC_ALL": f"{locale}.UTF-8",
            "LANGUAGE": locale,
            "GSETTINGS_BACKEND": "keyfile",
        }

    def open(self, name: str, day: date, title: str) -> None:
        """Open the event of a day in the window that changes it, as by a double click."""
        source = self.evolution.do("uid", name)
        where = f"calendar:///?startdate={day:%Y%m%d}T100000&source-uid={source}&comp-uid=round"
        self.evolution.start("evolution", "-c", "calendar")
        time.sleep(10)
        self.evolution.start("evolution", where)
        time.sleep(5)

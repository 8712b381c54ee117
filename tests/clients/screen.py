# SPDX-License-Identifier: Apache-2.0
"""A screen of its own (Xvfb), a window manager on it, and pictures of what stands there.

Debian: xvfb openbox xdotool imagemagick pngquant fonts-dejavu-core fonts-noto-cjk.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pathlib import Path

NEEDED = ("Xvfb", "openbox", "xdotool", "import", "convert", "pngquant")
SIZE = "1280x1000"
WITHIN = 90.0


def missing() -> str:
    """What is not installed of what is needed; empty if all is there."""
    return ", ".join(name for name in NEEDED if not shutil.which(name))


class Screen:
    """A running display; `with` ends it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        read, write = os.pipe()
        words = ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{SIZE}x24", "-nolisten", "tcp", "-dpi", "96"]
        with (folder / "log").open("ab") as log:
            self._running = [subprocess.Popen(words, pass_fds=[write], stdout=log, stderr=log)]
            os.close(write)
            with os.fdopen(read, encoding="ascii") as number:
                self.display = f":{number.readline().strip()}"
            assert self.display != ":", (folder / "log").read_text()
            self.environment = {**os.environ, "DISPLAY": self.display, "HOME": str(folder), "TZ": "Europe/Berlin"}
            self.environment.pop("WAYLAND_DISPLAY", None)
            self._running.append(
                subprocess.Popen(["openbox", "--sm-disable"], env=self.environment, stdout=log, stderr=log)
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for one in reversed(self._running):
            one.terminate()
            one.wait(10)

    def tool(self, *words: object) -> str:
        """What xdotool answers."""
        done = subprocess.run(
            ["xdotool", *map(str, words)], env=self.environment, capture_output=True, check=False, encoding="utf-8"
        )
        return done.stdout.strip()

    def window(self, name: str) -> str:
        """The newest visible window whose title matches, as soon as there is one."""
        until = time.monotonic() + WITHIN
        while not (found := self.tool("search", "--onlyvisible", "--name", name)):
            assert time.monotonic() < until, f"no window {name}"
            time.sleep(0.1)
        return found.splitlines()[-1]

    def picture(self, file: Path, window: str = "root", crop: str = "") -> Path:
        """What the window shows, as a small PNG; `crop` is a geometry of ImageMagick's."""
        raw = self.folder / "raw.png"
        words = ["-crop", crop, "+repage"] if crop else []
        subprocess.run(["import", "-window", window, str(raw)], env=self.environment, check=True)
        subprocess.run(["convert", str(raw), *words, "-strip", str(raw)], check=True)
        file.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["pngquant", "--force", "--strip", "--output", str(file), "64", str(raw)], check=True)
        return file

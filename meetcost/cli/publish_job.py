# SPDX-License-Identifier: Apache-2.0
"""One call of `meetcost publish`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from meetcost.cli.inputs import inputs
from meetcost.cli.privacy_job import refused, releases_at
from meetcost.cli.readings import meetings_of
from meetcost.cli.times import instant_of, the_clock, window_of
from meetcost.errors import ConfigError, UsageError, said_by
from meetcost.feed.about import About
from meetcost.feed.accounted import UnaccountedError, accounted
from meetcost.feed.build import parts
from meetcost.feed.copies import counted_once
from meetcost.feed.decisions import refusals_of
from meetcost.feed.folder import write_folder
from meetcost.feed.gate import THIS, judged, outsider_for
from meetcost.feed.gather import gather
from meetcost.feed.lock import one_at_a_time
from meetcost.feed.makers import makers
from meetcost.feed.publication import Correction
from meetcost.feed.releases import keep
from meetcost.feed.text import plain
from meetcost.feed.totals import totals
from meetcost.model.phrase import shown
from meetcost.model.text_file import decode_text
from meetcost.values.person_hours import PersonHours
from meetcost.values.toml_text import read_toml
from meetcost.words.say import say, say_count
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from meetcost.cli.shell import Shell
    from meetcost.costing.rate_card import RateCard
    from meetcost.errors import Problem
    from meetcost.feed.folder import Written
    from meetcost.feed.gate import Gated
    from meetcost.feed.publication import Measured, Publication, RefusalCount
    from meetcost.feed.recorded import Books
    from meetcost.policy.policy import Policy
    from meetcost.privacy.outsider import Outsider
    from meetcost.privacy.release import Release
    from meetcost.privacy.release_file import Once
    from meetcost.values.span import Span


_PLACES: Final = 6
_MOST_CORRECTED: Final = 30_000
"""Values of the file of corrections: three or four for each of them."""


@dataclass
class PublishJob:
    """One call, with all that was chosen."""

    shell: Shell
    policy: Policy | None
    rates: RateCard | None
    window: Span
    as_of: datetime

    @classmethod
    def of(
        cls, shell: Shell, chosen: Policy | None, rates: RateCard | None, times: tuple[str, str, str | None]
    ) -> PublishJob:
        """From what was typed; `times` are --from, --to and --as-of, read in the zone of the policy."""
        first, last, as_of = times
        read_in = chosen.zone if chosen is not None else None
        window = window_of(first, last, read_in)
        if window.start == window.end:
            raise UsageError("the period is empty; --to is the day after its last one")
        at = instant_of(as_of, "--as-of", read_in) if as_of is not None else the_clock().replace(microsecond=0)
        return cls(shell, chosen, rates, window, at)

    def run(
        self,
        files: Sequence[str],
        out: str,
        said: Mapping[str, str],
        decisions: str | None,
        corrections: str | None,
        *,
        measured: Callable[[str, str], Measured | None] | None = None,
        books: Books | None = None,
    ) -> None:
        """Read all, work it out, write the folder, say what came of it."""
        target = _percent(said["target"]) if said["target"] else None
        about = About(
            body=said["title"],
            contact=said["contact"],
            base=said["base"],
            coverage=said["coverage"],
            target=target,
            target_source=said["target_source"],
            measured=measured,
            refusals=self._refusals(decisions) if decisions is not None else None,
            books=books,
            corrections=corrections_of(Path(corrections)) if corrections is not None else (),
            withhold=tuple(said["withhold"].split("\n")),
        )
        with one_at_a_time(Path(out)):
            self._published(files, Path(out), about)

    def _published(self, given: Sequence[str], out: Path, about: About) -> None:
        once: Once = {}
        earlier = releases_at(out, once)
        publication, outsider = self.gathered(given, about)
        gated = self.passed(publication, outsider, earlier, once)
        del publication, outsider, earlier, once  # what is written needs none of it, and they are most of the memory
        if gated is None:
            return
        if gated.withheld:
            text = "the hours of confidential meetings are left out: less those said before, they would be of a few"
            self.shell.note(say(text, self.shell.language))
        files = parts(gated.publication, made_by=makers())
        try:
            looked = accounted(files, gated.amounts, THIS) if gated.amounts is not None else files
            written = write_folder(looked, out, release=gated.kept.digest, when_made=partial(keep, gated.kept, out))
        except UnaccountedError as error:
            refused(self.shell, replace(gated.report, findings=(*gated.report.findings, error.finding)))
            return
        self._say(gated.publication, written, out)

    def gathered(self, files: Sequence[str], about: About) -> tuple[Publication, Outsider]:
        """The publication of these calendars, and who knows them; `UsageError` if none of them could be read.

        Of a meeting that stands in ten calendars one copy is kept, and none when this is done.
        """
        shell = self.shell
        read: list[str] = []
        zone = self.policy.zone if self.policy is not None else None
        meetings, copies = counted_once(meetings_of(shell, files, zone, read))
        if not read:
            raise UsageError("no calendar could be read, so nothing was written: what is published stays as it was")
        problems: list[Problem] = []
        publication = gather(
            meetings,
            self.window,
            as_of=self.as_of,
            policy=self.policy,
            rates=self.rates,
            about=replace(about, calendars=len(read), unreadable=len(inputs(files)) - len(read), copies=copies),
            problems=problems,
        )
        shell.problems("", problems)
        return publication, outsider_for(self.window, meetings, policy=self.policy, rates=self.rates)

    def passed(
        self,
        publication: Publication,
        outsider: Outsider,
        earlier: Sequence[Release] = (),
        once: Once | None = None,
    ) -> Gated | None:
        """What of it may be public beside every `earlier` release; None, and said, where nothing may."""
        gated = judged(publication, outsider, earlier, once)
        if gated.report.blocked:
            refused(self.shell, gated.report)
            return None
        return gated

    def _refusals(self, path: str) -> tuple[RefusalCount, ...]:
        octets = Path(path).read_bytes()
        problems: list[Problem] = []
        found = refusals_of(octets, self.window, problems)
        self.shell.problems(path, problems, octets)
        if problems and len(problems) == sum(bool(line.strip()) for line in octets.split(b"\n")):
            raise UsageError(
                "{path}: no line of it is a decision, so nothing was written; name the journal of a guard", path=path
            )
        return found

    def _say(self, publication: Publication, written: Written, out: Path) -> None:
        shell, whole = self.shell, totals(publication.entries)
        if shell.json:
            hours = f"{PersonHours(whole.seconds).hours:f}"
            about = {"out": str(out), "meetings": whole.occurrences, "person_hours": hours}
            shell.object({**about, "confidential": publication.withheld.occurrences, **written._asdict()})
            return
        language = shell.language
        meetings = say_count(whole.occurrences, "{count} meeting", "{count} meetings", language)
        shell.line(f"{meetings}   {shown(PersonHours(whole.seconds), language)}", "bold")
        text = "{written} files written, {unchanged} unchanged, {removed} removed: {page}"
        counts = {name: f"{count:,}" for name, count in written._asdict().items()}
        shell.line(say(text, language, **counts, page=out / "index.html"))
        if self.rates is None:
            shell.note(say("no rate card: the page says hours only. add one with --rates rates.toml", language))
        elif publication.currency is None:
            text = "the rate card is not published (`published = true`), so the page says hours only"
            shell.note(say(text, language))


def corrections_of(path: Path) -> tuple[Correction, ...]:
    """From a TOML file of `[[correction]]` tables with `day` and `text`; `UsageError` for any other."""
    advice = Sentence.of('write [[correction]] with day = 2026-10-05 and text = "..."')
    octets = path.read_bytes()
    try:
        rows = read_toml(decode_text(octets, path.name), path.name, most=_MOST_CORRECTED)["correction"]
        found = [Correction(row["day"], plain(row["text"], 1000)) for row in rows]
    except ConfigError as error:
        raise UsageError("{why}\n  {advice}", why=said_by(error), advice=advice) from None
    except (LookupError, TypeError) as error:
        raise UsageError("{where}: {why}; {advice}", where=path, why=said_by(error), advice=advice) from None
    if not all(type(one.day) is date for one in found):
        raise UsageError("{path}: a day is no date; {advice}", path=path, advice=advice)
    return tuple(sorted(found, key=lambda one: one.day, reverse=True))


def _percent(text: str) -> Decimal:
    try:
        value = Decimal(text.strip().removesuffix("%").strip().replace("−", "-"))
    except InvalidOperation:
        value = Decimal("nan")
    if not value.is_finite() or abs(value) > 1000 or abs(value.adjusted()) > _PLACES:
        raise UsageError("--target: `{text}` is no percentage; write -20", text=plain(text, 40))
    return value

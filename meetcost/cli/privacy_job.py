# SPDX-License-Identifier: Apache-2.0
"""One call of `meetcost privacy check`, and how `meetcost publish` says what it refuses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from meetcost.cli.readings import meetings_of
from meetcost.cli.shell import MistakesError
from meetcost.errors import ConfigError, UsageError
from meetcost.feed.accounted import folder_says_more, texts_of, unaccounted, untold
from meetcost.feed.gate import outsider_of, window_of
from meetcost.feed.method import method_of
from meetcost.feed.releases import SUFFIXES, distinct, release_at, releases_of
from meetcost.feed.titles import levels_of
from meetcost.privacy.check import check
from meetcost.values.currency import minor_digits
from meetcost.words.say import say, say_count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from meetcost.cli.shell import Shell
    from meetcost.costing.rate_card import RateCard
    from meetcost.policy.policy import Policy
    from meetcost.privacy.check import Report, Solver
    from meetcost.privacy.finding import Finding
    from meetcost.privacy.outsider import Outsider
    from meetcost.privacy.release import Release
    from meetcost.privacy.release_file import Once
    from meetcost.privacy.solution import Solution
    from meetcost.values.span import Span
    from meetcost.words.say import Language


@dataclass
class PrivacyJob:
    """One call, with all that was chosen."""

    shell: Shell
    policy: Policy | None
    cards: Sequence[RateCard]
    names: bool
    tariffs: bool
    """Whether `policy` was given, and is not only the directory."""

    def run(self, given: Sequence[str], files: Sequence[str]) -> None:
        """Read the releases and what is known beside them, attack, say what was found."""
        shell = self.shell
        releases = distinct(release for path in given for release in _below(Path(path)))
        outsider = self._outsider(releases, files)
        solver = _solver()
        report = self._with_files(check(releases, outsider, solver=solver), given, releases, outsider)
        shell.findings = bool(report.findings)
        if shell.json:
            shell.object({**report_object(report, shell.language), **self._named(report, releases)})
            return
        _say(shell, report)
        for address, low, high in self._found(report, releases):
            shell.line(f"  {address}: {low}–{high}")
        if solver is None:
            text = "how much is given away is not worked out without SciPy: pip install 'meetcost[privacy]'"
            shell.note(say(text, shell.language))

    def _with_files(
        self, report: Report, given: Sequence[str], releases: Sequence[Release], outsider: Outsider
    ) -> Report:
        """With what the other files of a public folder say that its `data.json` does not."""
        bands = [band for one in releases for band in one.bands or outsider.cards.get(one.card, ())]
        texts = [*self._texts(window_of(releases)), *(band.band for band in bands)]
        found: list[str] = []
        for folder in map(Path, given):
            if (folder / "data.json").is_file():
                found += folder_says_more(folder, [band.rate for band in bands], texts)
        if not found:
            return report
        told = self.tariffs and self.policy is not None and len(self.policy.directory) and self.cards
        finding = unaccounted(report.judged, found) if told else untold(report.judged, found)
        return replace(report, findings=(*report.findings, finding))

    def _texts(self, window: Span) -> Iterator[str]:
        """What people wrote of rules, rates and levels."""
        yield from texts_of(method_of(self.policy, None, window))
        for card in self.cards:
            yield from texts_of(replace(method_of(None, card, window), assumptions=card.assumptions()))
        if self.policy is not None:
            yield from levels_of(self.policy.directory).values()

    def _outsider(self, releases: Sequence[Release], files: Sequence[str]) -> Outsider:
        shell = self.shell
        meetings = meetings_of(shell, files, self.policy.zone if self.policy is not None else None, [])
        outsider = outsider_of(meetings, window_of(releases), policy=self.policy, cards=self.cards)
        return replace(
            outsider,
            rosters=outsider.rosters if files else None,
            heads=outsider.heads if self.policy is not None and len(self.policy.directory) else None,
            cash=outsider.cash if self.tariffs else None,
        )

    def _named(self, report: Report, releases: Sequence[Release]) -> dict[str, Any]:
        if not self.names:
            return {}
        found = self._found(report, releases)
        return {"people": [{"address": who, "low": low, "high": high} for who, low, high in found]}

    def _found(self, report: Report, releases: Sequence[Release]) -> list[tuple[str, str, str]]:
        """Whose hour is given away, from how much to how much; nothing unless it was asked for."""
        currency = next((one.currency for one in releases if one.currency is not None), None)
        if not self.names or currency is None:
            return []
        digits = minor_digits(currency)

        def money(minor: float) -> str:
            return f"{minor / 10**digits:.{digits}f}"

        found = [(who.person.removeprefix("mailto:"), one) for who, one in report.recovered.items()]
        return sorted((who, money(one.low), money(one.high)) for who, one in found)


def releases_at(out: Path, once: Once | None = None) -> list[Release]:
    """What was published in `out` before; `MistakesError` for a release that cannot be read."""
    try:
        return releases_of(out, once)
    except ConfigError as error:
        raise MistakesError(error, b"") from None


def refused(shell: Shell, report: Report) -> None:
    """Say why a release is not written."""
    shell.findings = True
    if shell.json:
        shell.object(report_object(report, shell.language))
        return
    shell.note(say("nothing was written: this release would give away what it must not", shell.language))
    for finding in report.against:
        for line in _told(finding, shell.language):
            shell.note(line)


def report_object(report: Report, language: Language) -> dict[str, Any]:
    """A report for programs; nobody is named."""
    return {
        "judged": report.judged,
        "verdict": "blocked" if report.blocked else "passed",
        "releases": list(report.releases),
        "figures": report.figures,
        "unexplained": report.unexplained,
        "attack": {"explained": _solved(report.explained), "unexplained": _solved(report.taken)},
        "findings": [
            {
                "kind": one.kind.value,
                "text": one.said.text(language),
                "people": one.people,
                "releases": list(one.releases),
                "places": list(one.places),
                "blocks": report.judged in one.releases,
            }
            for one in report.findings
        ],
    }


def _solved(solution: Solution | None) -> dict[str, int] | None:
    if solution is None:
        return None
    return {
        "figures": solution.figures,
        "unknowns": solution.unknowns,
        "rank": solution.rank,
        "found": len(solution.found),
    }


def _say(shell: Shell, report: Report) -> None:
    language = shell.language
    count = say_count(len(report.releases), "{count} release", "{count} releases", language)
    figures = say_count(report.figures, "{count} figure of money", "{count} figures of money", language)
    if report.blocked:
        shell.line(say("{release}: blocked", language, release=report.judged), "bold red")
    else:
        shell.line(say("{release}: may be published", language, release=report.judged), "green")
    shell.line("  " + say(", ", language).join((count, figures)))
    if report.explained is not None:
        text = "solved for pay: {figures} equations, {unknowns} unknowns, rank {rank}: {found} found, as the card says"
        solved = report.explained
        about = {"figures": solved.figures, "unknowns": solved.unknowns, "rank": solved.rank}
        shell.line(f"  {say(text, language, found=len(solved.found), **about)}")
    for finding in report.findings:
        for line in _told(finding, language):
            shell.line(line)


def _told(finding: Finding, language: Language) -> Iterator[str]:
    """What, in which releases, in which figures."""
    yield f"{finding.kind}: {finding.said.text(language)}"
    yield f"  {', '.join(finding.releases)}"
    if finding.places:
        yield f"  {', '.join(finding.places)}"


def _below(path: Path) -> Iterator[Release]:
    """Of a public folder all there is; of another folder each release in it."""
    try:
        if not path.is_dir():
            yield release_at(path)
        elif (path / "data.json").is_file():
            yield from releases_of(path)
        else:
            found = sorted(one for one in path.iterdir() if one.name.endswith(SUFFIXES))
            if not found:
                raise UsageError("`{path}` holds no release; name a public folder, or a data.json", path=path)
            yield from map(release_at, found)
    except ConfigError as error:
        raise MistakesError(error, b"") from None


def _solver() -> Solver | None:
    if find_spec("scipy") is None:
        return None
    from meetcost.privacy.attack import solve  # noqa: PLC0415 - the extra `privacy`

    return solve

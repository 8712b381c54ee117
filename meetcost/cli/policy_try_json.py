# SPDX-License-Identifier: Apache-2.0
"""A policy on trial as JSON objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from meetcost.trial.standing import letters, meaning
from meetcost.trial.trial import Effect, by_unit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from meetcost.policy.policy import Policy
    from meetcost.trial.quotas import QuotaTried
    from meetcost.trial.trial import Met, Trial
    from meetcost.values.span import Span
    from meetcost.words.say import Language


def objects(
    policy: Policy, trial: Trial, past: Span, ahead: Span, language: Language, *, write: bool
) -> Iterator[dict[str, Any]]:
    """Those that the policy meets, the quotas, the standing ones, the letters if they are wanted, the sum."""
    for one in trial.met:
        yield {"kind": "met", **_met(one)}
    for tried in trial.quotas:
        yield from _quota(tried, language)
    for one in trial.standing:
        yield {"kind": "standing", **_met(one), "meaning": meaning(policy, one).text(language)}
    for letter in letters(policy, trial.standing) if write else ():
        yield {
            "kind": "letter",
            "organizer": letter.organiser.address,
            "uids": [one.uid for one in letter.meetings],
            "text": letter.text(language),
        }
    until = policy.rules.keep_until
    yield {
        "kind": "trial",
        "policy": policy.name,
        "digest": policy.digest,
        "from": past.start.isoformat(),
        "to": past.end.isoformat(),
        "horizon": ahead.end.isoformat(),
        "existing": f"until {until}" if until is not None else "keep",
        "meetings": trial.meetings,
        "met": len(trial.met),
        "effects": {effect.value: len(trial.of(effect)) for effect in Effect},
        "skipped_dates": sum(len(one.dates) for one in trial.of(Effect.SKIPS)),
        "exempt": trial.exempt,
        "undecided": trial.undecided,
        "not_asked": list(trial.not_asked),
        "unjudged": trial.unjudged,
        "person_hours": f"{trial.time.hours:f}",
        "standing": len(trial.standing),
        "units": [
            {"unit": share.unit, "meetings": share.meetings, "person_hours": f"{share.time.hours:f}"}
            for share in by_unit(trial.met)
        ],
    }


def _quota(tried: QuotaTried, language: Language) -> Iterator[dict[str, Any]]:
    """What found no room, and the sum of the quota; amounts are meetings, person-seconds or minor units of money."""
    quota, peak = tried.quota, tried.peak
    for one in tried.no_room:
        yield {
            "kind": "no room",
            "quota": quota.id,
            "uid": one.uid,
            "summary": one.title,
            "organizer": one.organiser.address if one.organiser is not None else None,
            "unit": one.unit,
            "dates": [when.isoformat() for when in one.dates],
            "person_hours": f"{one.time.hours:f}",
        }
    value: dict[str, Any] = {
        "kind": "quota",
        "quota": quota.id,
        "measure": quota.measure.value,
        "action": quota.action.value,
        "untried": tried.untried.text(language) if tried.untried is not None else None,
        "dates": tried.instances,
        "meetings": len(tried.no_room),
        "person_hours": f"{tried.time.hours:f}",
        "units": [
            {"unit": share.unit, "meetings": share.meetings, "person_hours": f"{share.time.hours:f}"}
            for share in by_unit(tried.no_room)
        ],
    }
    if peak is not None:
        first, last = peak.stretch.days
        most = {"used": peak.used, "limit": peak.limit, "first": first.isoformat(), "last": last.isoformat()}
        value["most"] = most
    yield value


def _met(one: Met) -> dict[str, Any]:
    return {
        "uid": one.uid,
        "summary": one.title,
        "organizer": one.organiser.address if one.organiser is not None else None,
        "unit": one.unit,
        "effect": one.effect.value,
        "rules": list(one.rules),
        "dates": [when.isoformat() for when in one.dates],
        "held": one.held,
        "person_hours": f"{one.time.hours:f}",
    }

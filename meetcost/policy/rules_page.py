# SPDX-License-Identifier: Apache-2.0
"""The reference page of the rules, made from their documentation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from meetcost.rules.catalogue.form import NOW
from meetcost.rules.catalogue.index import CATALOGUE

if TYPE_CHECKING:
    from meetcost.rules.catalogue.form import Documentation

_HEAD: Final = """# The catalogue of rules

*This page is made from `meetcost/rules/catalogue`, and its examples are run by the tests: each invite is written at
{now} under a policy of its clause alone, in Europe/Berlin. The keys of each table are in
[the reference of `meetcost.toml`](policy.md); for a start, read [how to write a policy](../how-to/write-a-policy.md).*

## What all rules have in common

- **Action.** `action = "refuse"` refuses, and is what holds without one. `"review"` raises the meeting one level: it is
  refused until `reviewer` (an address, or `unit:NAME`) grants a waiver, and the answer says so. `"warn"` records and
  tells, and never refuses.
- **Every rule is asked.** One that refuses outranks any that would let the meeting pass. A rule that cannot be asked,
  as one on costs without a rate card, is an error and no pass.
- **Whom.** `scope` names calendars, organisers and categories, `from` and `until` the days on which the rule holds. A
  rule that bans no days may be for meetings of `people_over` so many people, or longer than `minutes_over` minutes.
- **Exemptions** hold for every rule, or for those that they name.
- **Waivers** cover a rule that refuses as well as one that asks for a review: for one UID, at the approved times, with
  no more people than were approved. People are counted as they may be at most, so that a group has to have a size.
- **What stands** may stay: an instance that the stored object had, within the time it had, broken no less than it is
  now. Under a rule that bans days one more person changes nothing; under the others nothing may grow. A reply
  (PARTSTAT) always passes, since people count whatever they answer.
- **What is over** is recorded and never refused.
- **Zones.** A time breaks a rule if any defensible reading of its zone does.
- **Series.** With `series = "skip"` a series steps over dates that a no-meeting day, a no-meeting week, a blackout or
  the hours ban. Every other rule is about the meeting as such: dropping dates would not mend it.
"""


def rules_page() -> str:
    """The page, in Markdown."""
    return "\n".join([_HEAD.format(now=NOW), *map(_entry, CATALOGUE)])


def _entry(doc: Documentation) -> str:
    decided = "\n".join(f"- {one}" for one in doc.decided)
    return f"""## {doc.title}

`[[{doc.table}]]`: {doc.what}

*Why.* {doc.why}

{decided}

```toml
{doc.clause}```

An invite that breaks it:

```text
{_lines(doc.bad)}
```

The invite mended:

```text
{_lines(doc.mended)}
```

*Source.* {doc.source}
"""


def _lines(lines: tuple[str, ...]) -> str:
    return "\n".join(lines)

"""What nodereview says of suppressions themselves: the two notes, told like findings of rules."""

from __future__ import annotations

import hashlib
from typing import Final

from reviewer.finding import Finding, Place, Precision, RuleInfo, Severity
from reviewer.source.directives import Directive

UNUSED: Final = "unused-suppression"
UNEXPLAINED: Final = "unexplained-suppression"
FORMER: Final = "former-rule-name"

_UNUSED_HELP: Final = """# A suppression hides nothing

## Why
The code below it was repaired, or moved, or the name of the rule is wrong. What stays is a comment, or an entry of
`ignore` in the settings, that says of sound code that it is not, and that will hide the next fault which comes to stand
there.

## Fix
Remove it, or the rule from its list. A range of `nodereview-disable` ends at `nodereview-enable`.

## Limits
Nothing is said where the rule did not run: with `--rule` or `--ignore`, for a part of the files, when the time was up,
or where the profile leaves the rule out.
"""
_UNEXPLAINED_HELP: Final = """# A suppression gives no reason

## Why
In a year nobody knows whether the finding was wrong, or right and not worth the repair, or whether there was no time.
The one who wrote the comment knows it today.

## Fix
Say it behind two hyphens:

```js
// nodereview-disable-next-line unparameterized-sql -- the names come from the schema, never from people
```

In settings it is the `reason` of the entry:

```yaml
ignore:
  - { rule: unparameterized-sql, path: scripts/, reason: the names come from the schema, never from people }
```
"""
_FORMER_HELP: Final = """# A setting calls a rule by a former name

## Why
It still holds. Those who read the settings find no rule of that name in a report, and none in the documentation.

## Fix
Write the name of today; the message says it.
"""
RULES: Final = {
    rule_id: RuleInfo(rule_id, title, "project", Severity.NOTE, Precision.HIGH, text)
    for rule_id, title, text in (
        (UNUSED, "A suppression hides nothing", _UNUSED_HELP),
        (UNEXPLAINED, "A suppression gives no reason", _UNEXPLAINED_HELP),
        (FORMER, "A setting calls a rule by a former name", _FORMER_HELP),
    )
}
"""The rules of nodereview that have no card: they speak of the review, not of the code."""


def note(rule: str, path: str, directive: Directive, message: str, remedy: str) -> Finding:
    """A note that stands at a directive of the file at `path`."""
    place = Place(
        path, directive.line, directive.column, directive.end_line, directive.end_column, directive.start, directive.end
    )
    return note_at(rule, place, f"{directive.word}\n{' '.join(directive.rules)}", message, remedy)


def note_at(rule: str, place: Place, key: str, message: str, remedy: str) -> Finding:
    """A note at a place; `key` is what tells it from others with the same message, and holds no place."""
    said = f"{rule}\n{key}\n{message}"
    return Finding(
        rule=rule,
        severity=Severity.NOTE,
        precision=Precision.HIGH,
        message=message,
        place=place,
        remedy=remedy,
        fingerprint=hashlib.sha256(said.encode()).hexdigest()[:32],
    )

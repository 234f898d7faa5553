"""What nodereview says of suppressions themselves: the two notes, told like findings of rules."""

from __future__ import annotations

import hashlib
from typing import Final

from reviewer.finding import Finding, Place, Precision, RuleInfo, Severity
from reviewer.source.directives import Directive

UNUSED: Final = "unused-suppression"
UNEXPLAINED: Final = "unexplained-suppression"

_UNUSED_HELP: Final = """# A suppression hides nothing

## Why
The code below it was repaired, or moved, or the name of the rule is wrong. What stays is a comment that says of sound
code that it is not, and that will hide the next fault which comes to stand there.

## Fix
Remove the comment, or the rule from its list. A range of `nodereview-disable` ends at `nodereview-enable`.

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
"""
RULES: Final = {
    rule_id: RuleInfo(rule_id, title, "project", Severity.NOTE, Precision.HIGH, text)
    for rule_id, title, text in (
        (UNUSED, "A suppression hides nothing", _UNUSED_HELP),
        (UNEXPLAINED, "A suppression gives no reason", _UNEXPLAINED_HELP),
    )
}
"""The rules of nodereview that have no card: they speak of the review, not of the code."""


def note(rule: str, path: str, directive: Directive, message: str, remedy: str) -> Finding:
    """A note that stands at a directive of the file at `path`."""
    place = Place(
        path, directive.line, directive.column, directive.end_line, directive.end_column, directive.start, directive.end
    )
    said = f"{rule}\n{directive.word}\n{' '.join(directive.rules)}\n{message}"
    return Finding(
        rule=rule,
        severity=Severity.NOTE,
        precision=Precision.HIGH,
        message=message,
        place=place,
        remedy=remedy,
        fingerprint=hashlib.sha256(said.encode()).hexdigest()[:32],
    )

"""A card that holds, and the means to change one part of it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from reviewer.rulebook.card import Card, parse_card
from reviewer.rulebook.vocabulary import Role, RoleKind, Vocabulary
from reviewer.source.documents.document import DocumentKind, Format

FRONT = """\
severity: error
precision: high
cwe: [89]
owasp: [A03:2021]
checklist: [S1:124, S2:51]
message: "{source} becomes part of the SQL that {sink} runs"
remedy: pass the value as a parameter
flow: { from: request.data, into: sql.text, unless: [escaped.sql, number] }
"""

BODY = """\
# Request data reaches the text of a SQL statement
## Why
Because.
## Bad
### in one file
```js app.js
const a = 1
db.query(req.query.name) // bad
```
## Good
### bound
```js app.js
db.query('SELECT $1', [name]) // good
```
## Fix
Bind it.
## Limits
None.
"""

CARD_PATH = Path("rules/injection/sql-injection.md")


@pytest.fixture
def vocabulary() -> Vocabulary:
    kinds = {
        "request.data": RoleKind.VALUE,
        "http.app": RoleKind.VALUE,
        "sql.text": RoleKind.ARGUMENT,
        "database.query": RoleKind.CALL,
        "blocking.call": RoleKind.CALL,
        "escaped.sql": RoleKind.BARRIER,
        "number": RoleKind.BARRIER,
    }
    documents = {
        "lock": DocumentKind("lock", ("*.lock",), Format.LINES),
        "tsconfig": DocumentKind("tsconfig", ("tsconfig.json",), Format.JSONC),
    }
    return Vocabulary({name: Role(name, kind, f"is {name}", "roles.yml", 1) for name, kind in kinds.items()}, documents)


@pytest.fixture
def parse(vocabulary: Vocabulary) -> Callable[..., Card]:
    """A card from its front matter and its body; the front matter takes lines 1 to 10, so that the title is on 11."""

    def parse(front: str = FRONT, body: str = BODY, path: Path = CARD_PATH) -> Card:
        return parse_card(f"---\n{front}---\n{body}", path, vocabulary)

    return parse


@pytest.fixture
def front() -> Callable[..., str]:
    """The front matter with whole keys replaced; None drops a key, new keys come last."""

    def front(**changes: str | None) -> str:
        named = {key.rstrip("_").replace("_", "-"): value for key, value in changes.items()}
        lines = []
        for line in FRONT.splitlines():
            key = line.partition(":")[0]
            if key not in named:
                lines.append(line)
            elif (value := named.pop(key)) is not None:
                lines.append(f"{key}: {value}")
        lines += [f"{key}: {value}" for key, value in named.items() if value is not None]
        return "\n".join(lines) + "\n"

    return front


@pytest.fixture
def body() -> Callable[..., str]:
    """The body of a card with other sections `Bad`, `Good`, `Limits`, …; each text is what stands below its heading."""

    def body(**sections: str) -> str:
        parts = ["# Request data reaches the text of a SQL statement\n"]
        for name, text in _sections():
            parts.append(f"## {name}\n{sections.get(name, text)}")
        if "More" in sections:
            parts.append(f"## More\n{sections['More']}")
        return "".join(parts)

    return body


def _sections() -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for line in BODY.splitlines(keepends=True):
        if line.startswith("## "):
            found.append((line[3:].strip(), ""))
        elif found:
            found[-1] = (found[-1][0], found[-1][1] + line)
    return found

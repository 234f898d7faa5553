"""The parts of the reference, from the schemas of cards, the vocabulary and the questions of the model."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from reviewer.reference.entries import Entry, Part, sentence
from reviewer.reference.questions import answers, families, reporting, rows
from reviewer.rulebook.forms import CONTEXTS, FORMS
from reviewer.rulebook.front_matter import CONDITIONS, KEYS, REQUIRED
from reviewer.rulebook.load import Rulebook
from reviewer.rulebook.roles import STEPS
from reviewer.rulebook.subjects import OF_DOCUMENTS, OF_ROLE, PLAIN, SUPPORTED_SUBJECTS
from reviewer.rulebook.vocabulary import BARRIERS, RoleKind

_ROLES: Final = {
    RoleKind.CALL: "For `what`, `to`, `after`, `lacks`, and the subjects `calls` and `repetitions`.",
    RoleKind.VALUE: "For `from` of `flow`, and `given`.",
    RoleKind.ARGUMENT: "For `into`, `what`, and the subjects `arguments`.",
    RoleKind.BARRIER: "What a value is after a conversion or a check: for `unless` of `flow`.",
}
"""Where cards name the roles of each kind."""


def reference(rulebook: Rulebook) -> list[Part]:
    """All parts, in the order in which somebody who writes a rule needs them."""
    return [
        Part("Front matter", f"The keys of a card; it has {_listed(REQUIRED)}.", tuple(_keys())),
        Part(
            "Shapes",
            "A rule that needs no code has one of these as a key of its front matter. Their messages may name `{…}`.",
            tuple(_shapes()),
        ),
        Part(
            "Entries", "What runs code: for `as` of `reach`, `inside` of `match`, `entry` of a severity.", _of(CONTEXTS)
        ),
        Part(
            "Subjects",
            "A rule with a finder names one or more of these as `subjects`: `find(subject, model, report)` in the file "
            "beside the card is called for each, with the first as said here.",
            tuple(_subjects()),
        ),
        *(Part(_title(kind), says, _words(rulebook, kind)) for kind, says in _ROLES.items()),
        Part("Path steps", "What places in library files are written in.", _of(STEPS)),
        Part("Reports", "How a finder says what it made of its subject.", tuple(reporting())),
        Part(
            "Questions",
            "What a finder may ask. `m` is a module by number; `row`, `call` and `function` are rows of it. What gives "
            "an `Answer` is asked as `model.ask(model.values.resolved(m, row))`: `items` holds what was found, `open` "
            "why there may be more.",
            tuple(families(rulebook)),
        ),
        Part(
            "Things", "What finders are called with, and what is in the answers; with their fields.", tuple(answers())
        ),
        Part("Rows", "What `model.link.body(m)` says of the rows of a module.", tuple(rows())),
    ]


def _keys() -> Iterator[Entry]:
    for name, says in KEYS.items():
        facts = CONDITIONS if name == "severity" else {}
        if name not in FORMS:
            yield Entry(name, says, keys=tuple(Entry(fact, _values(values)) for fact, values in facts.items()))


def _values(values: Collection[str]) -> str:
    return _listed(sorted(values)) or "the role that the call plays"


def _shapes() -> Iterator[Entry]:
    for name, shape in FORMS.items():
        filled = (Entry(f"{{{key}}}", says) for key, says in shape.offers.items())
        yield Entry(name, sentence(shape), keys=(*_of(shape.keys), *filled))


def _subjects() -> Iterator[Entry]:
    for name, kind in (PLAIN | OF_ROLE | OF_DOCUMENTS).items():
        written = name if name in PLAIN else f"{name} {'ROLE' if name in OF_ROLE else 'DOCUMENTS'}"
        later = "" if name in SUPPORTED_SUBJECTS else " (not enumerated yet)"
        yield Entry(written, f"{kind.says}{later}", kind.gives)


def _words(rulebook: Rulebook, kind: RoleKind) -> tuple[Entry, ...]:
    roles = sorted(rulebook.vocabulary.roles.items())
    return tuple(Entry(name, role.says) for name, role in roles if role.kind is kind)


def _title(kind: RoleKind) -> str:
    return "Barriers" if kind in BARRIERS else f"Roles of {kind}s"


def _of(table: Mapping[str, str]) -> tuple[Entry, ...]:
    return tuple(Entry(name, says) for name, says in table.items())


def _listed(names: Collection[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)

"""What one library file says: its types, and its statements at their places."""

from __future__ import annotations

from typing import Final, NamedTuple

from reviewer.model.libraries.conditions import Condition
from reviewer.model.libraries.fact import Fact
from reviewer.model.libraries.steps import Place

WORDS: Final = {
    "command.brief": "programs of the system that only look something up, and end at once",
    "directive.browser": "what a module begins with that frameworks bundle for browsers, with all that it loads",
    "directive.server": "what a module or function begins with that browsers call over the network",
    "event.leaving": "events of a connection whose client has gone, or goes, and waits for nothing more",
    "file.growing": "how files end that hold what others have made, or more with each day",
    "file.settings": "how files end in which programs keep settings and keys: small, whoever chooses which one",
    "folder.filled": "folders for what others have made",
    "measure.operator": "what measures are named after that let only those in who run the application",
    "member.secret": "members of options that take a key or a certificate, which are small",
}
"""The kinds of words to which a platform gives a meaning, each with its sentence."""

OFFERS: Final = {
    "read": "what asks for all of a list at once",
    "text": "the same, where statements are written as text",
    "single": "what helps where the store can be asked for one key at a time only",
    "count": "what counts for all of a list at once",
    "piped": "what sends different commands together",
    "write": "what writes all of a list at once",
    "delete": "what deletes all of a list at once",
}
"""What a store may offer instead of a query for each element, each kind with its sentence."""


class TypePlace(NamedTuple):
    """A place whose values have a type; names and the path `at` are as written. `declared` is that of the row."""

    type: str
    place: Place
    versions: str
    line: int
    at: str
    conditions: tuple[Condition, ...] = ()
    declared: bool = True

    def guarded(self, package: str) -> tuple[Condition, ...]:
        """What guards the last step to the place; `package` is the file's, whose versions are meant."""
        version = (Condition("version", 0, (package,), (self.versions,)),) if self.versions else ()
        return version + self.conditions


class Statement(NamedTuple):
    """A fact at its place. `kind`: a field of `Facts`. Names and `at` are as written, `declared` is that of the row."""

    kind: str
    place: Place
    fact: Fact
    line: int
    at: str
    declared: bool = True


class LibraryFile(NamedTuple):
    """What one file says, checked as far as the file alone allows.

    types: name as written → line. supertypes: subtype, supertype, line. annotations: specifier, name of the TypeScript
    type there, type, line. words, many: see `WORDS` and `OFFERS`.
    """

    path: str
    packages: tuple[str, ...]
    language: bool
    majors: tuple[int, ...]
    builtins: tuple[str, ...]
    types: dict[str, int]
    type_places: list[TypePlace]
    supertypes: list[tuple[str, str, int]]
    annotations: list[tuple[str, str, str, int]]
    statements: list[Statement]
    words: dict[str, tuple[str, ...]]
    many: dict[str, str]

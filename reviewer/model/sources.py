"""Where a value comes from, as records: sources, parameters, and the edges of an equation to other questions."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import Final, NamedTuple, TypeAlias

import msgspec

from reviewer.model.solve import Answer, Key

Path: TypeAlias = tuple[str, ...]
"""Names of members below a value; `*` is any element."""

DEEP: Final = "**"
"""The step of a path that means anything inside a value: what a formatter such as JSON.stringify writes out."""
_BETWEEN_FUNCTIONS: Final = 4
NAMES: Final = "#"
"""The last step of a path that means the names of an object's members."""
GIVEN: Final = "()"
"""The step of a path from a function to what it gives back."""
BUILT: Final = ("built",)
"""What a value has passed that has become part of a longer text."""

KEPT: Final = ("kept",)
"""What a value has passed that an object keeps because of how it was made: others of its class keep other values."""

_REQUEST: Final = "request.data"
_BODY: Final = "body"
DECLARED: Final = "declared number"
"""What a value has passed that the code declares as a number: nothing holds a request against that."""
UNCHECKED: Final = "unchecked"
"""On an edge: only what came in the body of a request passes. Its type is `any`, so that no compiler checks it."""


def is_element(step: str) -> bool:
    """Whether a step of a path leads to an element of a list: some, or the one with that number."""
    return step == "*" or step.isdigit()


def shortened(path: Path) -> Path:
    """A path as it goes from one function to another: at most its first three steps, and anything inside.

    Functions that call themselves on the parts of a value would ask for every sequence of names of their members: where
    a name comes again, the path ends before it.
    """
    end = next((at for at, step in enumerate(path) if step in path[:at]), len(path))
    end = min(end, _BETWEEN_FUNCTIONS)
    return path if path[end:] in {(), (DEEP,), (NAMES,), (DEEP, NAMES)} else somewhere(path[:end], path)


def somewhere(path: Path, below: Path) -> Path:
    """The path to anything inside what lies at `path`; to the names inside it where `below` leads to names."""
    return (*path, DEEP, NAMES) if below[-1:] == (NAMES,) else (*path, DEEP)


def written(value: str, path: Path) -> str:
    """How code would write what lies below a value: `req.query.name`, `rows[].name`."""
    parts = [value]
    for name in path:
        if name == "*":
            parts.append("[]")
        elif name.isdigit():
            parts.append(f"[{name}]")
        elif name == GIVEN:
            parts.append(GIVEN)
        elif name not in {DEEP, NAMES}:
            parts.append("." + name)
    return "".join(parts).lstrip(".")


class Source(msgspec.Struct, frozen=True, gc=False, tag=True):
    """Where a value comes from.

    kind: a role of the libraries (`request.data`, `process.environment`, `database.row` …) or `caller`: a parameter of
    a function that code out of sight calls. part: which part of the request. `module`, `row`: where the value is read;
    `name` how it is written there (`req.query.name`). passed: barriers on the way, sorted.
    """

    kind: str
    part: str
    module: int
    row: int
    name: str
    passed: tuple[str, ...] = ()

    @property
    def is_body(self) -> bool:
        """Whether it came in the body of a request, and nothing has been made of it."""
        return self.kind == _REQUEST and self.part == _BODY and set(self.passed) <= {*BUILT, *KEPT, DECLARED}


class FromParameter(msgspec.Struct, frozen=True, gc=False, tag=True):
    """A value that lies `path` below parameter `index` of a function."""

    module: int
    function: int
    index: int
    path: Path
    passed: tuple[str, ...] = ()


class Edge(NamedTuple):
    """Another question whose origins are also this one's, after passing these barriers."""

    key: Key
    passes: tuple[str, ...] = ()


class Local(NamedTuple):
    """What one expression says by itself."""

    direct: tuple[Source | FromParameter, ...] = ()
    edges: tuple[Edge, ...] = ()
    open: frozenset[str] = frozenset()


NOWHERE: Final = Local()
"""What comes from nowhere that counts: a constant, a function, an object that is not asked for its parts."""

Locally: TypeAlias = Generator[Key, Answer, Local]
"""Yields the questions that must be answered to know the edges, and returns them."""


def together(parts: Iterable[Local]) -> Local:
    """What all of these say."""
    direct: list[Source | FromParameter] = []
    edges: list[Edge] = []
    reasons: set[str] = set()
    for part in parts:
        direct += part.direct
        edges += part.edges
        reasons |= part.open
    return Local(tuple(direct), tuple(edges), frozenset(reasons))

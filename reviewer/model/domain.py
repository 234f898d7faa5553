"""The abstract values: what an expression may evaluate to, told by creation sites, constants and library places."""

from __future__ import annotations

from typing import Final, NamedTuple, TypeAlias

import msgspec

from reviewer.model.solve import Answer

VALUES_LIMIT: Final = 128
"""A final answer about values that holds more is given up as open."""
CANDIDATES_LIMIT: Final = 64
"""How many places of one member name are looked at before the question is given up as open."""
STEPS_LIMIT: Final = 3
"""How many steps a value may lie away from a parameter it is written in terms of."""
ASYNC: Final = "async"
SYNC: Final = "sync"
"""Steps of a `Symbol`: the value where it is an async function, and where it is none."""
AWAIT: Final = "await"
NEW: Final = "new"
"""The step from a class to what is made of it."""
TAIL: Final = "t:"
"""Begins the step from an array to what is left of it from an index on."""
ALL_ARGUMENTS: Final = -1
"""The index of the parameter that a function has under the name `arguments`."""
FAR: Final = "far from a parameter"


class Spot(NamedTuple):
    """A row of a module, both by number. In a document, which has a number below zero, the row is a 1-based line."""

    module: int
    row: int


class Constant(msgspec.Struct, frozen=True, gc=False, tag=True):
    """A primitive known exactly, with its `text` as in the IR.

    kind: string, number, boolean, null, undefined, bigint, regexp.
    """

    kind: str
    text: str


class Primitive(msgspec.Struct, frozen=True, gc=False, tag=True):
    """A primitive of which only the kind is known: string, number, boolean."""

    kind: str


class Closure(msgspec.Struct, frozen=True, gc=False, tag=True):
    """A function of the reviewed code, by its FUNCTION row."""

    module: int
    row: int


class ClassValue(msgspec.Struct, frozen=True, gc=False, tag=True):
    """A class of the reviewed code, by its CLASS row."""

    module: int
    row: int


class Instance(msgspec.Struct, frozen=True, gc=False, tag=True):
    """What `new` makes of a CLASS row, or of a FUNCTION row used as a constructor."""

    module: int
    row: int


class Literal(msgspec.Struct, frozen=True, gc=False, tag=True):
    """An object made at an OBJECT, ARRAY or ENUM row."""

    module: int
    row: int


class Namespace(msgspec.Struct, frozen=True, gc=False, tag=True):
    """The exports of a module: its ES namespace, or the object that `exports` names at its start."""

    module: int


class External(msgspec.Struct, frozen=True, gc=False, tag=True):
    """A value of a library, by its state in the compiled library rows; 0 where no row speaks of it.

    `module`, `row`: the call or `new` that created it, for things that are told apart by where they were made (servers,
    routers); -1 otherwise.
    """

    state: int
    module: int = -1
    row: int = -1


class Folder(msgspec.Struct, frozen=True, gc=False, tag=True):
    """A folder in an object that a library makes of modules, by the object's state: `service.user` of `service/user/`.

    `path`: its names below that, as `module_trees` compares them. home: the folder of the package whose modules these
    are; empty where they may be of any.
    """

    state: int
    path: tuple[str, ...]
    home: str = ""


class Made(msgspec.Struct, frozen=True, gc=False, tag=True):
    """What a call of a library makes of what it is given, at a CALL row: the array of `map`, the object of `assign`.

    `path` leads to a part that is made as well: the pairs in the array of `entries`.
    """

    module: int
    row: int
    path: tuple[str, ...] = ()


class Typed(msgspec.Struct, frozen=True, gc=False, tag=True):
    """A value of which only the declared type is known, by the `text` of an annotation of a module, or the name of one
    of its own interfaces and aliases: an object, array, map or function type.
    """

    module: int
    text: str


class Promised(msgspec.Struct, frozen=True, gc=False, tag=True):
    """A promise of a value, made by an async function of the reviewed code or by a promise combinator."""

    value: Atom


class Yielded(msgspec.Struct, frozen=True, gc=False, tag=True):
    """What a generator of the reviewed code gives: an iterable of a value."""

    value: Atom


class Adapted(msgspec.Struct, frozen=True, gc=False, tag=True):
    """A function that a library makes of one with a callback as its last parameter: it gives a promise instead."""

    value: Atom


class Arguments(msgspec.Struct, frozen=True, gc=False, tag=True):
    """The array of what a CALL or NEW row gives, from an argument on: `arguments`, or a rest parameter."""

    module: int
    row: int
    start: int


class Tail(msgspec.Struct, frozen=True, gc=False, tag=True):
    """What is left of an array from an element on, as a pattern with a rest takes it."""

    value: Literal | Made
    start: int


class Entry(msgspec.Struct, frozen=True, gc=False, tag=True):
    """A pair of key and value, as going through a map gives them: the map."""

    value: External | Typed


class Symbol(msgspec.Struct, frozen=True, gc=False, tag=True):
    """A parameter of the function at (module, row), or what lies some steps away from it.

    Answers about a function are written in terms of its parameters; a caller puts its arguments in their place.
    index: `ALL_ARGUMENTS` for all of them, as an array; a rest parameter is what is left of that.
    steps: `m:name` a member, `e:key` an element, `t:index` the rest of an array, `call`, `new`, `await`; `ASYNC` or
    `SYNC` where a test in force has let only async functions, or none of them, through.
    """

    module: int
    row: int
    index: int
    steps: tuple[str, ...] = ()


Atom: TypeAlias = (
    Constant
    | Primitive
    | Closure
    | ClassValue
    | Instance
    | Literal
    | Made
    | Namespace
    | External
    | Folder
    | Typed
    | Promised
    | Yielded
    | Adapted
    | Arguments
    | Tail
    | Entry
    | Symbol
)

STRING: Final = Primitive("string")
NUMBER: Final = Primitive("number")
BOOLEAN: Final = Primitive("boolean")
UNDEFINED: Final = Constant("undefined", "undefined")


def further(symbol: Symbol, step: str) -> Answer:
    """The value one step further away from a parameter, or open where that is too far; to await it is no step. The same
    name or any element again is too far: through a tree, `node.next[…].next`, the ways would double with each level.
    """
    if step == AWAIT and symbol.steps[-1:] == (AWAIT,):
        return Answer(frozenset({symbol}), frozenset())
    is_again = step in symbol.steps and not step[2:].isdigit()
    if step != AWAIT and (is_again or len(symbol.steps) - symbol.steps.count(AWAIT) >= STEPS_LIMIT):
        return Answer(frozenset(), frozenset({FAR}))
    return Answer(frozenset({Symbol(symbol.module, symbol.row, symbol.index, (*symbol.steps, step))}), frozenset())


def element_further(symbol: Symbol, key: str) -> Answer:
    """The element of an array that a parameter holds; an argument where the array is that of all of them."""
    if symbol.index == ALL_ARGUMENTS and key.isdigit() and all(step.startswith(TAIL) for step in symbol.steps):
        index = int(key) + sum(int(step.removeprefix(TAIL)) for step in symbol.steps)
        return Answer(frozenset({Symbol(symbol.module, symbol.row, index)}), frozenset())
    return further(symbol, "e:" + key)


def promised(found: Answer) -> Answer:
    """A promise of each of these values; a promise of a promise is the inner one."""
    return Answer(frozenset(atom if isinstance(atom, Promised) else Promised(atom) for atom in found.items), found.open)


def yielded(found: Answer) -> Answer:
    """What a generator of these values gives; generators of generators are not told."""
    items = frozenset(Yielded(atom) for atom in found.items if not _is_iterated(atom))
    return Answer(items, found.open if len(items) == len(found.items) else found.open | {"generator"})


def _is_iterated(atom: Atom) -> bool:
    while isinstance(atom, Promised):
        atom = atom.value
    return isinstance(atom, Yielded)


def core(atom: Atom) -> Atom:
    """The value inside of promises and generators."""
    while isinstance(atom, Promised | Yielded):
        atom = atom.value
    return atom


def rewrapped(atom: Atom, found: Answer) -> Answer:
    """Other values in the promises and generators in which the core of this one is."""
    if isinstance(atom, Promised):
        return promised(rewrapped(atom.value, found))
    return yielded(rewrapped(atom.value, found)) if isinstance(atom, Yielded) else found


def is_far(atom: Atom) -> bool:
    """Whether what a parameter gives is better asked of the values that it holds."""
    inner = core(atom)
    return isinstance(inner, Symbol) and "call" in inner.steps


def is_all_arguments(atom: Atom) -> bool:
    """Whether a value is the array of all arguments of a function, or lies some steps away from it."""
    return isinstance(atom, Symbol) and atom.index == ALL_ARGUMENTS


def is_within(atom: Atom, function: Closure) -> bool:
    """Whether a value is written in terms of a parameter of this function."""
    inner = core(atom)
    return isinstance(inner, Symbol) and (inner.module, inner.row) == (function.module, function.row)


def widen_values(found: Answer) -> Answer:
    """Give up what passes `VALUES_LIMIT`: constants first become their kinds, then creation sites are dropped."""
    if len(found.items) <= VALUES_LIMIT:
        return found
    items = frozenset(_without_detail(item) for item in found.items)
    if len(items) <= VALUES_LIMIT:
        return Answer(items, found.open)
    return Answer(frozenset(), found.open | {"cap"})


def _without_detail(atom: Atom) -> Atom:
    if isinstance(atom, Constant) and atom.kind in {"string", "number", "boolean"}:
        return Primitive(atom.kind)
    if isinstance(atom, External) and atom.row >= 0:
        return External(atom.state)
    return atom

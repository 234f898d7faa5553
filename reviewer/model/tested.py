"""Tested: what is known of a variable where it is read, by the tests before it and its declared type."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from reviewer.model.declarations import Declared
from reviewer.model.guards import EQUAL, conjuncts, names
from reviewer.model.paths import Truth, conditions, reaching
from reviewer.model.type_text import returned_type, split_type, type_head
from reviewer.source.module import Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_FUNCTION: Final = "function"
_FUNCTION_TYPE: Final = "Function"
_NOTHING: Final = frozenset({"null", "undefined", "void"})
_PLAIN: Final = frozenset({"boolean", "bigint", "false", "never", "number", "string", "symbol", "true"})
_NO_NAME: Final = "?"
_UNKNOWN: Final = frozenset({"any", "unknown"})
_ANYTHING: Final = _UNKNOWN | {"object", _NO_NAME}
_KNOWN: Final = _NOTHING | _PLAIN | _UNKNOWN | {"object", _FUNCTION_TYPE}
_ALIASES: Final = 3
"""So many aliases one after the other are looked up."""
_MEMBERS: Final = "{ … }"


class Tested(NamedTuple):
    """What the tests before a read say of the variable: its truth, and what `typeof` gives; None where they do not."""

    truth: bool | None = None
    type: str | None = None

    def beside(self, other: Tested) -> Tested:
        """What both say."""
        return Tested(other.truth if self.truth is None else self.truth, self.type or other.type)


def tested(module: Module, row: int) -> Tested:
    """What has been asked of a variable before it is read there, with nothing written to it since."""
    truth: bool | None = None
    binding = module.binding[row]
    owner = module.binding_owner[binding] if binding >= 0 else -1
    is_own = binding >= 0 and all(module.owner[target] == owner for target in module.writes(binding))
    for test, holds in _tests(module, row) if is_own else ():
        if names(module, test, binding):
            truth = holds
        elif module.kind[test] == Kind.BINARY and EQUAL.get(module.text(test)) is holds:
            asked, wanted = module.ops(test)
            if _is_typeof(module, asked, binding) and module.kind[wanted] == Kind.STRING:
                said = module.text(wanted)
                return Tested(said == _FUNCTION or truth, said)
    return Tested(truth)


def _is_typeof(module: Module, row: int, binding: int) -> bool:
    is_typeof = module.kind[row] == Kind.UNARY and module.text(row) == "typeof"
    return is_typeof and names(module, module.first[row], binding)


def _tests(module: Module, row: int) -> Iterator[tuple[int, bool]]:
    """The single tests that were decided before a read: in its function, and before the functions around it were made,
    where nothing is written to the variable from then on.
    """
    binding = module.binding[row]
    at = row
    while True:
        for condition, truth in conditions(module, at):
            if truth in {Truth.TRUE, Truth.FALSE}:
                for test, holds in conjuncts(module, condition, holds=truth == Truth.TRUE):
                    if _is_as_before(module, test, row, at):
                        yield test, holds
        at = module.owner[at]
        is_last = at == module.binding_owner[binding] or module.kind[at] != Kind.FUNCTION
        if is_last or module.has(at, Flag.DECLARATION):
            return
        if any(module.end[target] > module.start[at] for target in module.writes(binding)):
            return


def _is_as_before(module: Module, test: int, row: int, at: int) -> bool:
    """Whether the variable of a read has the value that it had in a test."""
    if at == row:
        read = next((each for each in module.descend_owned(test) if names(module, each, module.binding[row])), -1)
        return read >= 0 and reaching(module, read) == reaching(module, row)
    end, start = module.end[test], module.start[at]
    return not any(end <= module.start[target] < start for target in module.writes(module.binding[row]))


def is_function(model: Model, module: Module, row: int) -> bool:
    """Whether it is a parameter that must be given, and a function is all that it may be as declared."""
    return is_given(model, module, row) and all(map(_is_function, _declared(model, module, row)))


def may_be_function(model: Model, module: Module, row: int) -> bool | None:
    """Whether what is declared for a parameter is one thing, or nothing, and that thing may be a function; False where
    it is none, None where it may be several things, or nothing is declared.
    """
    declared = [each for each in _declared(model, module, row) if each not in _NOTHING]
    if declared and all(map(_is_no_function, declared)):
        return False
    if len(declared) != 1 or len(module.writes(module.binding[row])) > 1:
        return None  # what is written anew was another thing before
    return True if _is_function(declared[0]) or type_head(declared[0])[0] not in _ANYTHING else None


def is_given(model: Model, module: Module, row: int) -> bool:
    """Whether it is a parameter that must be given, and nothing else was written to it."""
    targets, is_open = reaching(module, row)
    parameter = module.parent[targets[0]] if len(targets) == 1 and not is_open else -1
    if parameter < 0 or module.kind[parameter] != Kind.PARAM or module.has(parameter, Flag.OPTIONAL):
        return False
    declared = _declared(model, module, row)
    return bool(declared) and _NOTHING.union(_UNKNOWN).isdisjoint(declared)


def _declared(model: Model, module: Module, row: int) -> tuple[str, ...]:
    """The types of a parameter, those that aliases of the reviewed code stand for in place of these."""
    binding = module.binding[row] if module.kind[row] == Kind.IDENT else -1
    for target in module.writes(binding) if binding >= 0 else ():
        param = module.parent[target]
        if module.kind[param] == Kind.PARAM:
            text = module.annotations.get(param) or module.annotations.get(target) or ""
            return tuple(_parts(model, module.index, text, _ALIASES))
    return ()


def _parts(model: Model, m: int, text: str, depth: int) -> Iterator[str]:
    """The types that a type may be one of."""
    for part in split_type(text, "|"):
        name, _, member = type_head(part)[0].partition(".")
        leads = model.types.declarations.leads(m, name, member) if depth and name != _NO_NAME else None
        if leads is None and depth and not member and part.isidentifier() and part not in _KNOWN:
            yield _NO_NAME  # such as a parameter of a generic function: it may be anything
        elif not isinstance(leads, Declared):
            yield part
        elif leads.declaration.members:
            yield _MEMBERS
        elif leads.declaration.kind == "alias":
            yield from _parts(model, leads.module, leads.declaration.text, depth - 1)
        else:
            yield part


def _is_function(text: str) -> bool:
    return text == _FUNCTION_TYPE or (returned_type(text) is not None and "=>" in text)


def _is_no_function(text: str) -> bool:
    """Whether a type is one of values that are never called: texts, numbers, lists, objects by their members."""
    is_members = text.startswith("{") and not text.removeprefix("{").lstrip().startswith(("(", "<", "new"))
    is_written = text[:1] in "'\"`-" or text[:1].isdigit() or text.endswith("[]") or text.startswith("[")
    return is_members or is_written or text in _PLAIN

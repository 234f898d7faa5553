"""Pieces of a text that are put together again, as the lines of a script without its comments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.flows import Flow
    from reviewer.model.model import Model


def is_one_text(model: Model, module: Module, call: int) -> bool:
    """Whether a call joins the pieces of one text, with white space between them: nothing new is built. Told from the
    calls that make the list, by their names alone.
    """
    callee = module.first[call]
    given = [module.text(argument) for argument in module.args(call) if module.kind[argument] == Kind.STRING]
    is_blank = len(given) == len(module.args(call)) == 1 and not given[0].strip()
    return is_blank and module.kind[callee] == Kind.MEMBER and _are_pieces(model, module, module.first[callee], set())


def _are_pieces(model: Model, module: Module, row: int, passed: set[int]) -> bool:
    """Whether a list holds what a text was split into, or some of that."""
    match module.kind[row]:
        case Kind.IDENT if module.binding[row] >= 0:
            binding = module.binding[row]
            if binding in passed:
                return True
            values = [_value(module, target) for target in module.writes(binding)]
            passed.add(binding)
            return bool(values) and all(value >= 0 and _are_pieces(model, module, value, passed) for value in values)
        case Kind.CALL if module.kind[module.first[row]] == Kind.MEMBER:
            callee = module.first[row]
            flows = [
                flow
                for state in model.libraries.language(module.text(callee))
                for flow in model.libraries.text_flows(state)
            ]
            if any(map(_splits, flows)):
                return True
            return any(map(_chooses, flows)) and _are_pieces(model, module, module.first[callee], passed)
        case _:
            return False


def _value(module: Module, target: int) -> int:
    parent = module.parent[target]
    is_written = module.kind[parent] in {Kind.DECLARATOR, Kind.ASSIGN} and module.first[parent] == target
    return module.op(parent, 1) if is_written else -1


def _splits(flow: Flow) -> bool:
    return flow.place == "receiver" and flow.keeps == "text" and flow.target == ("*",)


def _chooses(flow: Flow) -> bool:
    return flow.place == "receiver" and flow.keeps == "element"

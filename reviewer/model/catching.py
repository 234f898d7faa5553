"""Catching: which failures a `catch` is written for, told from what it does with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Closure, External, Spot
from reviewer.model.escapes import covering_catch
from reviewer.model.within import rows_within
from reviewer.source.module import BindingKind, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_OWN: Final = "throw"
_NEXT: Final = "next.function"
_NEXT_NAME: Final = "next"
"""What middleware calls the function that runs the rest of a chain: asked for only where nothing is known of it."""


def runs_the_rest(model: Model, module: Module, call: int) -> bool:
    """Whether a call hands a request on to the handlers behind this one: `next()`."""
    if module.kind[call] != Kind.CALL:
        return False
    callee = module.first[call]
    held = model.ask(model.values.resolved(module.index, callee)).items
    called = model.ask(model.calls.callees(module.index, call)).items
    known = [
        item for item in (*held, *called) if isinstance(item, Closure) or (isinstance(item, External) and item.state)
    ]
    if known:
        return any(isinstance(item, External) and model.libraries.has_role(item.state, _NEXT, None) for item in known)
    is_own = module.kind[callee] == Kind.IDENT and module.binding[callee] >= 0
    return (
        is_own
        and module.text(callee) == _NEXT_NAME
        and module.binding_kind[module.binding[callee]] == BindingKind.PARAM
        and not len(module.args(call))
    )


def repeats(model: Model, module: Module, row: int, catch: int) -> bool:
    """Whether a CATCH does what has failed once more: it calls the same function, or waits for the same promise. Were
    it to see that failure, it would most likely meet it again.
    """
    body = module.op(catch, 1)
    if module.kind[row] == Kind.IDENT:
        waited = (module.first[each] for each in rows_within(module, body, Kind.AWAIT))
        return any(
            module.kind[each] == Kind.IDENT and module.binding[each] == module.binding[row] >= 0 for each in waited
        )
    if module.kind[row] != Kind.CALL:
        return False
    own = _called(model, module, row)
    return bool(own) and any(own == _called(model, module, call) for call in rows_within(module, body, Kind.CALL))


def is_done_anyway(model: Model, module: Module, row: int, catch: int) -> bool:
    """Whether a chain of promises has a `finally` that calls all that a CATCH calls, so that it is done without that:
    `return work().finally(() => next(error))`.
    """
    wanted = {_called(model, module, call) for call in rows_within(module, module.op(catch, 1), Kind.CALL)}
    done: set[frozenset[Closure | Spot]] = set()
    while module.kind[row] == Kind.CALL and module.kind[module.first[row]] == Kind.MEMBER:
        states = model.libraries.language(module.text(module.first[row]))
        if any((model.libraries.handles(state) or (0, True))[0] is None for state in states):
            for argument in module.args(row):
                inside = model.link.owned(module.index, Kind.CALL, argument)
                done.update(_called(model, module, call) for call in inside)
        row = module.first[module.first[row]]
    return bool(wanted) and all(wanted) and wanted <= done


def is_done_below(model: Model, module: Module, row: int, catch: int) -> bool:
    """Whether a call runs the function that it stands in, so that a CATCH around it has seen the failure there already
    when that comes out: it throws on all that it gets; or all that fails in the function does so in its `try`.
    """
    if module.kind[row] != Kind.CALL:
        return False
    own = Closure(module.index, module.owner[row])
    if model.ask(model.calls.callees(module.index, row)).items != {own}:
        return False
    body = module.op(catch, 1)
    ops = module.ops(body)
    is_left = any(rows_within(module, body, kind) for kind in (Kind.RETURN, Kind.BREAK, Kind.CONTINUE))
    if ops and module.kind[ops[-1]] == Kind.THROW and not is_left:
        return True
    tried = module.parent[catch]
    escapes = model.ask(model.promises.escapes(own.module, own.row)).items
    return all(module.start[tried] <= module.start[escape.row] < module.end[tried] for escape in escapes)


def _called(model: Model, module: Module, call: int) -> frozenset[Closure | Spot]:
    """What a call runs: functions of the code, or the parameter of which nothing else is known."""
    callee = module.first[call]
    if module.kind[callee] == Kind.IDENT and module.binding[callee] >= 0:
        binding = module.binding[callee]
        if module.binding_kind[binding] == BindingKind.PARAM:
            return frozenset({Spot(module.index, binding)})
    items = model.ask(model.calls.callees(module.index, call)).items
    functions = frozenset(item for item in items if isinstance(item, Closure))
    return functions if len(functions) == len(items) else frozenset()


def is_selective(module: Module, catch: int) -> bool:
    """Whether a CATCH picks out some failures, and throws on all others as it gets them: `if (error instanceof Missing)
    return null; throw error`.
    """
    body, target = module.op(catch, 1), module.first[catch]
    ops = module.ops(body)
    if module.kind[target] != Kind.IDENT or not ops:
        return False
    binding = module.binding[target]
    if len(module.writes(binding)) > 1:
        return False
    last = ops[-1]
    if _throws(module, last, binding):
        tests = [module.first[each] for each in ops[:-1] if module.kind[each] == Kind.IF]
        return (
            bool(tests)
            and all(module.kind[each] in {Kind.IF, Kind.VAR, Kind.EXPRESSION} for each in ops[:-1])
            and any(_names(module, test, binding) for test in tests)
        )
    return module.kind[last] == Kind.IF and _is_picking(module, last, binding)


def lets_out(model: Model, module: Module, catch: int) -> bool:
    """Whether a failure may leave a CATCH, the one that it gets or another one: it throws, calls what throws, or gives
    back a promise that rejects.
    """
    body = module.op(catch, 1)
    if any(_is_uncaught(module, row, catch) for row in rows_within(module, body, Kind.THROW)):
        return True
    for row in rows_within(module, body, Kind.CALL):
        for item in model.ask(model.calls.run(module.index, row)).items if _is_uncaught(module, row, catch) else ():
            if isinstance(item, Closure) and any(
                escape.how == _OWN for escape in model.ask(model.promises.throws(item.module, item.row)).items
            ):
                return True
    given = [module.first[row] for row in rows_within(module, body, Kind.RETURN) if module.count[row]]
    return any(model.ask(model.promises.rejects(module.index, value)).items for value in given)


def _is_uncaught(module: Module, row: int, catch: int) -> bool:
    """Whether what fails at a row in a CATCH leaves that."""
    around = covering_catch(module, row)
    return around < 0 or not module.start[catch] <= module.start[around] < module.end[catch]


def _is_picking(module: Module, statement: int, binding: int) -> bool:
    """Whether the last branch of an `if` about the failure throws it on."""
    if not _names(module, module.first[statement], binding):
        return False
    parts = module.ops(statement)
    if len(parts) < 3:
        return False
    other = parts[2]
    if module.kind[other] == Kind.IF:
        return _is_picking(module, other, binding)
    inner = module.ops(other) if module.kind[other] == Kind.BLOCK else (other,)
    return bool(inner) and _throws(module, inner[-1], binding)


def _throws(module: Module, statement: int, binding: int) -> bool:
    if module.kind[statement] != Kind.THROW:
        return False
    value = module.first[statement]
    return module.kind[value] == Kind.IDENT and module.binding[value] == binding


def _names(module: Module, row: int, binding: int) -> bool:
    start, end = module.start[row], module.end[row]
    return any(start <= module.start[ref] < end for ref in module.refs(binding))

"""Phases of a process: what runs only while it starts or ends, and what belongs to a command, which may end with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Closure, Spot
from reviewer.model.paths import conditions
from reviewer.model.program import ProgramKind
from reviewer.model.ways_in import Reached
from reviewer.source.module import Kind

if TYPE_CHECKING:
    from reviewer.model.model import Model

STARTING: Final = "start-up"
ENDING: Final = "shut-down"
COMMAND: Final = "command"
_ENDS: Final = "process.exit"
_COMMANDS: Final = frozenset({ProgramKind.CLI, ProgramKind.TOOL, ProgramKind.TESTS})


def is_command(model: Model, m: int) -> bool:
    """Whether a program of the command line, or of a script, begins with a module, and none that runs on loads it; also
    a script that is run by hand, unless it waits for what happens.
    """
    if model.programs.is_by_hand(m):
        return all(entry.kind == COMMAND for entry in model.entries.in_module(m))
    return _is_of_commands(model, m) and any(m in program.roots for program in model.programs.all())


def ends_process(model: Model, function: Closure) -> bool:
    """Whether a function ends the process as the last thing that it does, by itself or by a helper: it is the work of a
    command, whatever it is started by.
    """
    module = model.link.body(function.module)
    body = module.first[function.row]
    statement = module.ops(body)[-1] if module.kind[body] == Kind.BLOCK and module.count[body] else -1
    value = module.first[statement] if statement >= 0 and module.kind[statement] == Kind.EXPRESSION else -1
    value = module.first[value] if value >= 0 and module.kind[value] == Kind.AWAIT else value
    if value < 0 or module.kind[value] != Kind.CALL:
        return False
    return model.sites.plays(_ENDS, module, value) or any(
        isinstance(item, Closure) and _holds_end(model, item)
        for item in model.ask(model.calls.callees(module.index, value)).items
    )


def _holds_end(model: Model, function: Closure) -> bool:
    """Whether a call that ends the process stands in a function, under no condition; also in a callback that it gives
    to a call, unless that is for what may happen later.
    """
    module = model.link.body(function.module)
    for spot in model.sites.playing(_ENDS, function.module):
        owner = module.owner[spot.row]
        call = module.parent[owner] if owner != function.row else -1
        is_within = owner == function.row or (
            module.kind[call] == Kind.CALL
            and module.owner[call] == function.row
            and not any(entry.row == call for entry in model.entries.in_module(function.module))
        )
        is_plain = module.region[spot.row] in {owner, module.first[owner]} and not conditions(module, spot.row)
        if is_within and is_plain:
            return True
    return False


def is_only_in(model: Model, kind: str, spot: Spot) -> bool:
    """Whether a row runs only while the process starts or ends, or only for a command. Of what only commands load, or
    run, the ways that are known are enough.
    """
    reached = model.entries.reaching(spot.module, model.link.body(spot.module).owner[spot.row])
    kinds = {at.kind for at in reached.items if isinstance(at, Reached)}
    return kinds == {kind} and (not reached.open or _is_of_commands(model, spot.module) or is_in_commands(model, spot))


def while_starting(model: Model, spot: Spot) -> str:
    """What ends where a row fails that runs once while a program starts, or for a command, to be read after `when it
    rejects`; empty where others wait meanwhile.
    """
    is_starting = model.link.body(spot.module).owner[spot.row] <= 0 or is_only_in(model, STARTING, spot)
    if is_command(model, spot.module) or is_only_in(model, COMMAND, spot):
        return "the command ends in the middle of its work"
    if is_starting and is_in_commands(model, spot):
        return "the command ends in the middle of its work"
    return "the process ends while it starts" if is_starting else ""


def _is_of_commands(model: Model, m: int) -> bool:
    """Whether only programs of the command line, or scripts, load a module."""
    kinds = model.programs.kinds(m)
    return bool(kinds) and kinds <= _COMMANDS


def is_in_commands(model: Model, spot: Spot) -> bool:
    """Whether only programs of the command line run a row. One that a script starts to run on, as it says, is such a
    program too, where it takes commands, the package gives it to the command line, and nobody can connect to it.
    """
    running = model.unhandled.programs(*spot)
    commands = {m for each in model.programs.all() if each.kind is ProgramKind.CLI for m in each.roots}
    return bool(running) and all(
        each.kind is ProgramKind.CLI
        or (each.kind is ProgramKind.WORKER and commands.issuperset(each.roots) and model.programs.takes_commands(each))
        for each in running
    )

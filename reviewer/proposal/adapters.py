"""Wrappers of handlers that come from packages out of sight: what routes get where they want a handler."""

from __future__ import annotations

import msgspec

from reviewer.model.domain import Closure
from reviewer.model.link import OUTSIDE
from reviewer.model.model import Model
from reviewer.program import Program
from reviewer.proposal.guesses import ROLE, Guess, model_with, owner, taken_from
from reviewer.proposal.strangers import strangers
from reviewer.source.module import Kind, Module


class Adapter(msgspec.Struct, frozen=True):
    """A function of a package out of sight that makes handlers; `uses` are places as `path:line  code`, sorted."""

    package: str
    callee: str
    uses: tuple[str, ...]


def adapters(program: Program) -> list[Adapter]:
    """The functions of unknown packages to which routes hand the functions that answer requests."""
    model = program.model
    packages = strangers(model)
    made = [
        handler.spot
        for route in model.routes.all()
        if model.link.classes[route.module] not in OUTSIDE
        for handler in route.handlers
        if not handler.functions and model.link.body(handler.module).kind[handler.row] == Kind.CALL
    ]
    made = [spot for spot in made if _is_given_a_function(model, model.link.body(spot.module), spot.row)]
    if not packages or not made:
        return []
    guessed = model_with(program, {package: _guess(model, package) for package in packages})
    found: dict[tuple[str, str], set[str]] = {}
    for spot in made:
        module = model.link.body(spot.module)
        for site in guessed.sites.arguments_at(ROLE, module, spot.row):
            place = guessed.libraries.place(site.state)
            package = owner(place, packages)
            if package:
                callee = place[len(package) :].removeprefix(".")
                use = f"{module.path}:{module.line(spot.row)}  {model.source_text(module, spot.row)}"
                found.setdefault((package, callee), set()).add(use)
    return [Adapter(package, callee, tuple(sorted(uses))) for (package, callee), uses in sorted(found.items())]


def _is_given_a_function(model: Model, module: Module, call: int) -> bool:
    """Whether the first argument of a call is a function of the repository."""
    for argument in module.args(call)[:1]:
        found = model.ask(model.values.resolved(module.index, argument))
        return any(isinstance(item, Closure) for item in found.items)
    return False


def _guess(model: Model, package: str) -> Guess:
    places = ["Argument[0]", *(f"Member[{name}].Argument[0]" for name in sorted(taken_from(model, package)))]
    return Guess({}, {"package": package, "roles": {ROLE: places}})

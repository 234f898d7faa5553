"""Served applications: which ones a server is given, and which take the place of others, as far as their uses tell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import ClassValue, Closure, External, Spot
from reviewer.model.names import held_as
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.apps import App
    from reviewer.model.model import Model

_LISTEN: Final = "http.listen"


class Served:
    """The questions `is_served` and `is_replacement`."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._listening: set[Spot] | None = None

    def is_served(self, app: App) -> bool:
        """Whether an application may be given to a server: its name is used for more than calls of its own methods and
        arguments of functions of the repository, or some of these make it listen.
        """
        body = self.model.link.body(app.module)
        held = held_as(body, app.spot.row)
        if held < 0 or any(self._serves(body, ref) for ref in body.refs(body.binding[held])):
            return True
        names = {export.name for export in body.surface.exports if export.binding == body.binding[held]}
        if any(self._serves(other, ref) for other, ref in self._imported(app.module, names)):
            return True
        return app.spot in self._made_to_listen()

    def _imported(self, m: int, names: set[str]) -> Iterator[tuple[Module, int]]:
        """The uses of exports of a module, by name, in running code that imports them."""
        self.model.solver.touch(("importers", m))
        aside = self.model.programs.aside()
        for importer in self.model.link.importers.get(m, ()) if names else ():
            if importer.module in aside:
                continue
            body = self.model.link.body(importer.module)
            for name, binding in importer.record.names:
                if name in names and binding >= 0:
                    yield from ((body, ref) for ref in body.refs(binding))

    def is_replacement(self, app: App) -> bool:
        """Whether a variable is assigned the application in place of one that is made before: `if (tls) … else …`."""
        name = self._assigned(app)
        return name >= 0 and any(
            other.module == app.module and other.row < app.row and self._assigned(other) == name
            for other in self.model.routes.apps.all()
        )

    def _assigned(self, app: App) -> int:
        """The variable that is assigned an application, not declared with it; -1 for none."""
        module = self.model.link.body(app.module)
        parent = module.parent[app.row]
        return module.binding[module.first[parent]] if module.kind[parent] == Kind.ASSIGN else -1

    def _serves(self, body: Module, ref: int) -> bool:
        parent = body.parent[ref]
        if body.kind[parent] == Kind.DECLARATOR:
            return body.first[parent] != ref
        if body.kind[parent] == Kind.MEMBER:
            call = body.parent[parent]
            is_called = body.kind[call] == Kind.CALL and body.first[call] == parent
            return not is_called or self.model.sites.plays(_LISTEN, body, call)
        while body.kind[parent] in {Kind.PROPERTY, Kind.OBJECT, Kind.ARRAY}:
            parent = body.parent[parent]
        if body.kind[parent] not in {Kind.CALL, Kind.NEW}:
            return True
        run = self.model.ask(self.model.calls.run(body.index, parent))
        return bool(run.open) or not all(isinstance(item, Closure | ClassValue) for item in run.items)

    def _made_to_listen(self) -> set[Spot]:
        """Where those are created that the code makes listen."""
        if self._listening is None:
            calls = [(m, call) for m in range(len(self.model.link)) for call in self.model.sites.candidates(_LISTEN, m)]
            callees = [item for m, call in calls for item in self.model.ask(self.model.calls.callees(m, call)).items]
            self._listening = {
                Spot(item.module, item.row)
                for item in callees
                if isinstance(item, External) and self.model.libraries.has_role(item.state, _LISTEN, None)
            }
        return self._listening

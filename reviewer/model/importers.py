"""Importers of a module: where they take what it exports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.model.link import Target, ToFolder, ToModule
from reviewer.model.solve import NOTHING, Equation, answer, join
from reviewer.model.use import HELD, Use
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_THEN: Final = "then"


class Importers:
    """The equation of `model.uses.exported`, for the function or class at (fm, fr)."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def exported(self, m: int, name: str, fm: int, fr: int) -> Equation:
        """Where the importers of module `m` take its export `name` (`=`: the whole module)."""
        link = self.model.link
        self.model.solver.touch(("importers", m))
        found = yield from self._of_own_exports(link.body(m), name, fm, fr)
        if name in {"default", "="}:
            loading = self.model.loaded.of(m)
            found = join(found, answer(Use("argument", each.module, each.call, each.argument) for each in loading))
            found = join(found, answer(Use("argument", *place) for place in link.standing.get(m, ())))
            found = join(found, answer(open_because=[HELD] if m in self.model.folders.held else []))
        elif self.model.trees.names(m):
            # A library puts what the module exports under the module's name.
            found = join(found, (yield self.model.uses.named(name, fm, fr)))
        for importer in link.importers.get(m, ()):
            record = importer.record
            for imported, binding in record.names:
                if binding < 0:
                    continue
                if imported == name or (name == "=" and imported == "default"):
                    found = join(found, (yield self.model.uses.binding(importer.module, binding, fm, fr)))
                elif imported in {"*", "default"} and name not in {"=", "default"}:
                    body = self.model.link.body(importer.module)
                    for ref in body.refs(binding):
                        found = join(found, (yield from self._of_whole(importer.module, ref, name, fm, fr)))
                    for export in link.surfaces[importer.module].exports:
                        if export.binding == binding:
                            held = (importer.module, export.name)
                            found = join(found, (yield from self._of_namespace(held, name, fm, fr)))
            if record.kind == "reexport":
                found = join(found, (yield from self._reexported(importer.module, record.source, name, fm, fr)))
            elif record.row >= 0:
                found = join(found, (yield from self._of_whole(importer.module, record.row, name, fm, fr)))
        return found

    def _of_own_exports(self, module: Module, name: str, fm: int, fr: int) -> Equation:
        """`exports.name(…)` in the module itself."""
        found = NOTHING
        if not self.model.link.has_exports_object(module.index):
            return found
        for row in module.surface.reads.get(name, ()):
            held = module.first[row]
            if module.kind[held] == Kind.MEMBER and module.text(held) == "exports":
                held = module.first[held]
            if (
                module.kind[held] == Kind.IDENT
                and module.binding[held] < 0
                and module.text(held) in {"exports", "module"}
            ):
                found = join(found, (yield self.model.uses.flow(module.index, row, fm, fr)))
        return found

    def _of_whole(self, m: int, row: int, name: str, fm: int, fr: int) -> Equation:
        """Where the importer that holds a whole module at an expression row takes its export `name`."""
        module = self.model.link.body(m)
        found = NOTHING
        pending = [row]
        seen: set[int] = set()
        while pending:
            at = pending.pop()
            if at in seen:
                continue
            seen.add(at)
            if name in {"=", "default"}:
                found = join(found, (yield self.model.uses.flow(m, at, fm, fr)))
            parent = module.parent[at]
            match module.kind[parent]:
                case Kind.MEMBER if module.text(parent) == name:
                    found = join(found, (yield self.model.uses.flow(m, parent, fm, fr)))
                case Kind.MEMBER if module.text(parent) == "default":
                    pending.append(parent)
                case Kind.AWAIT:
                    pending.append(parent)
                case Kind.MEMBER if module.text(parent) == _THEN and (taken := _taken(module, parent)) >= 0:
                    if module.kind[taken] == Kind.IDENT:
                        pending.extend(module.refs(module.binding[taken]))
                    elif module.kind[taken] == Kind.OBJECT_PATTERN:
                        found = join(found, (yield from self._of_pattern(module, taken, name, fm, fr)))
                case Kind.DECLARATOR:
                    target = module.first[parent]
                    if module.kind[target] == Kind.IDENT:
                        refs = module.refs(module.binding[target])
                        if name in {"=", "default"}:  # the flow follows the variable, but for `loaded.default`
                            refs = [ref for ref in refs if self._member_of(module, ref, "default") >= 0]
                        pending.extend(refs)
                    elif module.kind[target] == Kind.OBJECT_PATTERN:
                        found = join(found, (yield from self._of_pattern(module, target, name, fm, fr)))
                case Kind.MEMBER | Kind.EXPRESSION:
                    pass
                case _ if name not in {"=", "default"}:
                    # The whole module goes on, as an argument or inside an object: then its members are read by name.
                    found = join(found, (yield self.model.uses.named(name, fm, fr)))
                case _:
                    pass
        return found

    def _of_pattern(self, module: Module, pattern: int, name: str, fm: int, fr: int) -> Equation:
        """`const { name } = …`: the binding that takes the member."""
        found = NOTHING
        for property_ in module.ops(pattern):
            if module.kind[property_] != Kind.PROPERTY or module.text(property_) != name:
                continue
            target = module.op(property_, 1)
            if module.kind[target] == Kind.DEFAULT:
                target = module.first[target]
            if module.kind[target] == Kind.IDENT and module.binding[target] >= 0:
                found = join(found, (yield self.model.uses.binding(module.index, module.binding[target], fm, fr)))
            else:
                found = join(found, answer(open_because=["escapes"]))
        return found

    def _reexported(self, m: int, source: str, name: str, fm: int, fr: int) -> Equation:
        found = NOTHING
        for export in self.model.link.surfaces[m].exports:
            if export.source != source:
                continue
            if export.name == "*" and export.imported in {"", "*"}:
                found = join(found, (yield self.model.uses.exported(m, name, fm, fr)))
            elif export.imported == name:
                found = join(found, (yield self.model.uses.exported(m, export.name, fm, fr)))
            elif export.imported == "*":
                found = join(found, (yield from self._of_namespace((m, export.name), name, fm, fr)))
        return found

    def _of_namespace(self, held: tuple[int, str], name: str, fm: int, fr: int) -> Equation:
        """Where importers take `name` of a whole module that another one exports under a name of its own (`held`: that
        module and name), as `export * as name from` does.
        """
        link = self.model.link
        found = NOTHING
        pending = [held]
        seen = {held}
        while pending:
            m, under = pending.pop()
            self.model.solver.touch(("importers", m))
            for importer in link.importers.get(m, ()):
                body = link.body(importer.module)
                for imported, binding in importer.record.names:
                    for ref in body.refs(binding) if binding >= 0 else ():
                        at = ref if imported == under else self._member_of(body, ref, under) if imported == "*" else -1
                        if at >= 0:
                            found = join(found, (yield from self._of_whole(importer.module, at, name, fm, fr)))
                for export in link.surfaces[importer.module].exports if importer.record.kind == "reexport" else ():
                    if export.source != importer.record.source or export.imported not in {"", "*", under}:
                        continue
                    further = (importer.module, export.name if export.imported == under else under)
                    if (export.imported == under or export.name == "*") and further not in seen:
                        seen.add(further)
                        pending.append(further)
        return found

    def _member_of(self, module: Module, row: int, name: str) -> int:
        """The MEMBER of that name which is read of an expression; -1 where another one is."""
        parent = module.parent[row]
        return parent if module.kind[parent] == Kind.MEMBER and module.text(parent) == name else -1


def _taken(module: Module, then: int) -> int:
    """What a function that is written into a call of `then` takes the value as: `import('./a').then((a) => a.run())`;
    -1 where there is none.
    """
    call = module.parent[then]
    if module.kind[call] != Kind.CALL or module.first[call] != then or not module.args(call):
        return -1
    function = module.args(call)[0]
    params = module.params(function) if module.kind[function] == Kind.FUNCTION else ()
    return module.first[params[0]] if params else -1


def modules_of(target: Target | None) -> tuple[int, ...]:
    """The reviewed modules to which an import leads."""
    match target:
        case ToModule(module):
            return (module,)
        case ToFolder(modules):
            return modules
        case _:
            return ()

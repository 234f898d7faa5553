"""Where the name of a type leads: through imports and re-exports to an interface, an alias, a class or a package."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from reviewer.model.link import Target, ToModule, ToPackage
from reviewer.source.module import BindingFlag, BindingKind, Module, TypeDeclaration

if TYPE_CHECKING:
    from reviewer.model.model import Model


_FAR: Final = 12
"""So many modules may export a name again."""


class Declared(NamedTuple):
    """An interface or alias, and the module that declares it."""

    module: int
    declaration: TypeDeclaration


class Bound(NamedTuple):
    """A name that a module declares as a value: a class or an enum."""

    module: int
    binding: int


class Exported(NamedTuple):
    """A value that a module exports under a name."""

    module: int
    name: str


class Packaged(NamedTuple):
    """A type of a package; `name` is `default` or `*` for the whole module, `Knex.Raw` for one in a namespace."""

    package: str
    name: str


Leads = Declared | Bound | Exported | Packaged | None


class Declarations:
    """Looks names of types up. Reads surfaces and imports alone, so that no question is asked meanwhile."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._top_level: dict[int, dict[str, int]] = {}
        self._types: dict[int, dict[str, TypeDeclaration]] = {}

    def binding(self, module: Module, name: str) -> int:
        """The module-level binding of this name, else the one class of a function that has it, or -1."""
        table = self._top_level.get(module.index)
        if table is None:
            table = self._top_level[module.index] = {}
            inner: dict[str, list[int]] = {}
            for binding, flags in enumerate(module.binding_flags):
                if flags & BindingFlag.TOP_LEVEL:
                    table[module.binding_text(binding)] = binding
                elif module.binding_kind[binding] == BindingKind.CLASS:
                    inner.setdefault(module.binding_text(binding), []).append(binding)
            for own, bindings in inner.items():
                if len(bindings) == 1:
                    table.setdefault(own, bindings[0])
        return table.get(name, -1)

    def declared(self, m: int, name: str) -> TypeDeclaration | None:
        """The interface or alias that a module itself declares; of several of one name the one with most members."""
        table = self._types.get(m)
        if table is None:
            self.model.solver.touch(("surface", m))
            table = self._types[m] = {}
            for declaration in self.model.link.surfaces[m].types:
                known = table.get(declaration.name)
                if known is None or len(known.members) < len(declaration.members):
                    table[declaration.name] = declaration
        return table.get(name)

    def leads(self, m: int, name: str, member: str = "") -> Leads:
        """Where `name`, or `name.member`, in an annotation of module `m` leads."""
        module = self.model.link.body(m)
        binding = self.binding(module, name)
        imported = self.model.link.import_bindings[m].get(binding) if binding >= 0 else None
        if imported is not None:
            target, given = imported
            if given == "*" or not member:
                return self._imported(target, member or given)
            if isinstance(target, ToPackage):
                return Packaged(target.name, member if given == "default" else f"{given}.{member}")
            return self._imported(self._whole(target, given, _FAR), member)
        if member:
            return None
        declaration = self.declared(m, name)
        if declaration is not None:
            return Declared(m, declaration)
        return Bound(m, binding) if binding >= 0 else None

    def may_name(self, m: int, name: str, declaring: int) -> bool:
        """Whether a module may mean by `name`, or by `something.name`, what another one declares under that name."""
        module = self.model.link.body(m)
        heads = (module.binding_text(binding) for binding in self.model.link.import_bindings[m])
        found = [self.leads(m, name)]
        if found[0] is None:
            found = [self.leads(m, head, name) for head in heads]
        return any(
            isinstance(led, Declared) and (led.module, led.declaration.name) == (declaring, name) for led in found
        )

    def _whole(self, target: Target | None, name: str, left: int) -> Target | None:
        """The module all of which another one exports under a name: `export * as name from …`."""
        if not isinstance(target, ToModule) or left <= 0:
            return None
        m, link = target.module, self.model.link
        self.model.solver.touch(("surface", m))
        stars: list[Target | None] = []
        for export in link.surfaces[m].exports:
            after: Target | None = None
            if export.source:
                after, given = link.reexports[m].get(export.source), export.imported
            elif export.binding >= 0:
                after, given = link.import_bindings[m].get(export.binding, (None, ""))
            if export.name == name and after is not None:
                return after if given == "*" else self._whole(after, given, left - 1)
            if export.name == "*":
                stars.append(after)
        found = (self._whole(star, name, left - 1) for star in stars)
        return next((whole for whole in found if whole is not None), None)

    def _imported(self, target: Target | None, name: str, passed: tuple[tuple[int, str], ...] = ()) -> Leads:
        if isinstance(target, ToPackage):
            return Packaged(target.name, name)
        return self._exported(target.module, name, passed) if isinstance(target, ToModule) else None

    def _exported(self, m: int, name: str, passed: tuple[tuple[int, str], ...]) -> Leads:
        if (m, name) in passed:
            return None
        passed = (*passed, (m, name))
        link = self.model.link
        self.model.solver.touch(("surface", m))
        for export in link.exported(m, name)[:1]:
            if export.source:
                target = link.reexports[m].get(export.source)
                return self._imported(target, export.imported, passed) if target is not None else None
            declaration = self._declared_as(m, name, export.binding)
            return Declared(m, declaration) if declaration is not None else Exported(m, name)
        declaration = self.declared(m, name)
        if declaration is not None:
            return Declared(m, declaration)
        for export in link.exported(m, "*"):
            target = link.reexports[m].get(export.source)
            found = self._imported(target, name, passed) if isinstance(target, ToModule) else None
            if found is not None:
                return found
        return None

    def _declared_as(self, m: int, name: str, binding: int) -> TypeDeclaration | None:
        """The type that a module exports under a name: that of the name, or of the binding that it stands for."""
        if binding >= 0:
            return self.declared(m, self.model.link.body(m).binding_text(binding))
        return self.declared(m, name)

"""Linking: the modules of a repository by path, imports resolved, the places of each name; from surfaces alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from reviewer.source.classes import FileClass
from reviewer.source.module import Export, Flag, Import, Kind, Module, Surface, open_module

OUTSIDE: Final = frozenset({"test", "example", "benchmark", "declaration"})
"""Classes of files that run no part of the program: what they call and import says nothing about it."""
OF_TOOLS: Final = frozenset({"script", "migration", "seed", "config"})
"""Classes of files that are run beside the program, by hand or by a tool."""

PARAMETER_CALLS_LIMIT: Final = 600


class ToModule(NamedTuple):
    """An import that leads to a reviewed file."""

    module: int


class ToPackage(NamedTuple):
    """An import that leads to a package or a built-in module; `name` holds the subpath (`pg/lib/client`)."""

    name: str


class ToFolder(NamedTuple):
    """An import computed below a folder: any of these modules."""

    modules: tuple[int, ...]


class ToData(NamedTuple):
    """An import of a file that is no code (JSON, CSS, an image)."""

    path: str


class Unresolved(NamedTuple):
    """An import that leads nowhere that is reviewed."""

    reason: str


Target = ToModule | ToPackage | ToFolder | ToData | Unresolved


class Importer(NamedTuple):
    """One import of a module: who imports, and with which record."""

    module: int
    record: Import


class File(NamedTuple):
    """One file of a program: its path and class, what lowering gave, its body encoded (`open_module` opens it)."""

    path: str
    file_class: str
    surface: Surface
    body: Callable[[], bytes | memoryview]


class Link:
    """All modules of one repository, and indexes over their surfaces. A body opens when a row of it is asked for.

    `resolve(record, importer path)` tells where an import leads, with paths for modules. imported: the modules that
    each module takes values from. computed: the lines of each module that load what nobody tells. standing: the
    arguments of calls, as (module, CALL row, index), for which the default export of a module stands. paths: the path
    of each module. package_importers: the imports of each package, by its name.
    """

    def __init__(self, files: Sequence[File], resolve: Callable[[Import, str], Target]) -> None:
        """`files`: sorted by path."""
        self.paths = [file.path for file in files]
        self.classes = [file.file_class for file in files]
        self.surfaces = [file.surface for file in files]
        self._bodies: list[Callable[[], bytes | memoryview] | None] = [file.body for file in files]
        self._open: dict[int, Module] = {}
        self.index_of = {path: index for index, path in enumerate(self.paths)}
        self._by_name: dict[str, dict[str, list[tuple[int, list[int]]]]] = {}
        self._exports: dict[int, dict[str, list[Export]]] = {}
        self._rows_of_kind: dict[tuple[int, int], dict[int, list[int]]] = {}
        self._applied: dict[str, list[tuple[int, int]]] | None = None
        self._parameter_calls: list[tuple[int, int]] | None = None
        self.importers: dict[int, list[Importer]] = {}
        self.package_importers: dict[str, list[Importer]] = {}
        self.import_bindings: list[dict[int, tuple[Target, str]]] = []
        self.import_calls: list[dict[int, Target]] = []
        self.reexports: list[dict[str, Target]] = []
        self.imported: list[list[int]] = []
        self.standing: dict[int, list[tuple[int, int, int]]] = {}
        self.computed = [list(file.surface.computed) for file in files]
        self._resolve_imports(resolve)

    def __len__(self) -> int:
        return len(self.paths)

    def body(self, index: int) -> Module:
        """The module with its rows."""
        found = self._open.get(index)
        if found is None:
            body = self._bodies[index]
            if body is None:
                message = f"the body of {self.paths[index]} was dropped"
                raise AssertionError(message)
            found = self._open[index] = open_module(index, self.paths[index], self.surfaces[index], body())
            self._bodies[index] = None
        return found

    def has_exports_object(self, index: int) -> bool:
        """Whether `exports` names what a module gives away; also where it exports as ES modules do, to be compiled."""
        return self.surfaces[index].commonjs or bool(self.surfaces[index].exports)

    def exported(self, index: int, name: str) -> Sequence[Export]:
        """The exports of a module under a name, in their order; `*` are those that hand on all of another one. An index
        of a package has hundreds, and is asked for each name that goes through it.
        """
        table = self._exports.get(index)
        if table is None:
            table = self._exports[index] = {}
            for export in self.surfaces[index].exports:
                table.setdefault(export.name, []).append(export)
        return table.get(name, ())

    def packages_of(self, index: int) -> frozenset[str]:
        """The packages that a module imports."""
        targets = (*self.import_calls[index].values(), *(target for target, _ in self.import_bindings[index].values()))
        return frozenset(target.name for target in targets if isinstance(target, ToPackage))

    def _resolve_imports(self, resolve: Callable[[Import, str], Target]) -> None:
        for index, surface in enumerate(self.surfaces):
            bindings: dict[int, tuple[Target, str]] = {}
            calls: dict[int, Target] = {}
            sources: dict[str, Target] = {}
            modules: list[int] = []
            for record in surface.imports:
                target = resolve(record, self.paths[index])
                if isinstance(target, ToModule) and not record.type_only:
                    modules.append(target.module)
                elif isinstance(target, ToFolder):
                    modules.extend(target.modules)
                for imported, binding in record.names:
                    if binding >= 0:
                        bindings[binding] = (target, imported)
                if record.row >= 0:
                    calls[record.row] = target
                if record.kind == "reexport":
                    sources[record.source] = target
                if self.classes[index] not in OUTSIDE:
                    self._note_importer(Importer(index, record), target)
            self.import_bindings.append(bindings)
            self.import_calls.append(calls)
            self.reexports.append(sources)
            self.imported.append(modules)
        self.take_in(index for index, kind in enumerate(self.classes) if kind == FileClass.SOURCE)

    def take_in(self, modules: Iterable[int]) -> None:
        """Some modules are the application itself: what they import from a folder of scripts or tools is so as well."""
        pending = list(modules)
        for index in pending:
            self.classes[index] = str(FileClass.SOURCE)
        while pending:
            for index in self.imported[pending.pop()]:
                if self.classes[index] == FileClass.SCRIPT:
                    self.classes[index] = str(FileClass.SOURCE)
                    pending.append(index)

    def load(self, index: int, record: Import, target: Target) -> None:
        """A call of a module loads this, as other modules tell: in the place of what it itself does not say."""
        known = self.import_calls[index].pop(record.row, None)
        for module in known.modules if isinstance(known, ToFolder) else ():
            self.imported[index].remove(module)
            kept = [each for each in self.importers[module] if (each.module, each.record.row) != (index, record.row)]
            del self.importers[module]
            self.importers |= {module: kept} if kept else {}
        self.import_calls[index][record.row] = target
        if isinstance(target, ToModule | ToFolder):
            self.imported[index] += (target.module,) if isinstance(target, ToModule) else target.modules
        self._note_importer(Importer(index, record), target)
        self.computed[index] = [line for line in self.computed[index] if line != record.line]

    def stand_in(self, index: int, module: int, call: int, argument: int) -> None:
        """What a module exports as its default stands for an argument of a call: that loads the file."""
        self.standing.setdefault(index, []).append((module, call, argument))
        self.imported[module].append(index)

    def _note_importer(self, importer: Importer, target: Target) -> None:
        match target:
            case ToModule(module):
                self.importers.setdefault(module, []).append(importer)
            case ToFolder(modules):
                for module in modules:
                    self.importers.setdefault(module, []).append(importer)
            case ToPackage(name):
                self.package_importers.setdefault(name, []).append(importer)
            case _:
                pass

    def note_used(self, packages: Iterable[str]) -> None:
        """Packages that the program uses though no module may import them: they load its modules."""
        for name in packages:
            self.package_importers.setdefault(name, [])

    def rows_named(self, index: str, name: str) -> list[tuple[int, list[int]]]:
        """(module, rows) pairs of one index of the surface: `calls`, `reads`, `writes`, `keys` or `global_writes`."""
        table = self._by_name.get(index)
        if table is None:
            table = self._by_name[index] = {}
            for number, surface in enumerate(self.surfaces):
                if self.classes[number] in OUTSIDE:
                    continue
                named: dict[str, list[int]] = getattr(surface, index)
                for key, rows in named.items():
                    places = table.get(key)
                    if places is None:
                        table[key] = [(number, rows)]
                    else:
                        places.append((number, rows))
        return table.get(name, [])

    def spots_named(self, index: str, name: str) -> Iterator[tuple[int, int]]:
        """Each (module, row) of `rows_named`."""
        for module, rows in self.rows_named(index, name):
            for row in rows:
                yield module, row

    def count_named(self, index: str, name: str) -> int:
        """How many rows carry the name."""
        return sum(len(rows) for _, rows in self.rows_named(index, name))

    def parameter_calls(self) -> list[tuple[int, int]]:
        """(module, row) of the calls that run what a parameter holds; none where there are too many to look at each."""
        if self._parameter_calls is None:
            self._parameter_calls = [
                (number, row)
                for number, surface in enumerate(self.surfaces)
                if self.classes[number] not in OUTSIDE
                for row in (*surface.parameter_calls, *surface.unnamed_calls)
            ]
        return self._parameter_calls if len(self._parameter_calls) <= PARAMETER_CALLS_LIMIT else []

    def applied_to(self, name: str) -> list[tuple[int, int]]:
        """(module, CALL row) of the calls that say what `this` is of a function of this name (empty: of any)."""
        if self._applied is None:
            self._applied = {}
            for method in ("apply", "bind", "call"):  # ECMAScript 20.2.3
                for number, row in self.spots_named("calls", method):
                    module = self.body(number)
                    callee = module.first[row]
                    if module.kind[callee] == Kind.MEMBER and len(module.args(row)):
                        held = module.first[callee]
                        if module.kind[held] in {Kind.IDENT, Kind.MEMBER}:
                            self._applied.setdefault(module.text(held), []).append((number, row))
        found = self._applied.get(name, []) if name else [at for all_ in self._applied.values() for at in all_]
        return found if len(found) <= PARAMETER_CALLS_LIMIT else []

    def owned(self, module: int, kind: int, function: int) -> list[int]:
        """The rows of one kind whose owner is `function`, ascending; built once per module and kind."""
        return self._by_owner(module, kind).get(function, [])

    def of_kind(self, module: int, kind: int) -> Iterator[int]:
        """The rows of one kind in a module."""
        for rows in self._by_owner(module, kind).values():
            yield from rows

    def _by_owner(self, module: int, kind: int) -> dict[int, list[int]]:
        key = (module, kind)
        table = self._rows_of_kind.get(key)
        if table is None:
            table = self._rows_of_kind[key] = {}
            body = self.body(module)
            owner = body.owner
            kinds, wanted = body.kind, bytes((kind,))
            at = kinds.find(wanted)
            while at >= 0:
                table.setdefault(owner[at], []).append(at)
                at = kinds.find(wanted, at + 1)
        return table

    def returned(self, module: int, function: int) -> list[int]:
        """The rows of the values that a FUNCTION gives back, ascending: its expression body, else what it returns."""
        body = self.body(module)
        if body.has(function, Flag.EXPRESSION_BODY):
            return [body.first[function]]
        values = [body.first[row] for row in self.owned(module, Kind.RETURN, function)]
        return [value for value in values if body.kind[value] != Kind.NONE]


def plain_function(module: Module, row: int) -> int:
    """The function that `this` and `arguments` at `row` belong to: the nearest that is no arrow; 0 at the top level."""
    at = module.owner[row]
    while at and module.kind[at] == Kind.FUNCTION and module.has(at, Flag.ARROW):
        at = module.owner[at]
    return at

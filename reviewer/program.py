"""A program: a repository from its files to its linked model; what reviews, `show` and `why` begin with."""

from __future__ import annotations

import functools
import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from reviewer.cache.blobs import Blobs
from reviewer.cache.entries import Cache
from reviewer.config.load import rulebook_of
from reviewer.config.own_libraries import own_libraries
from reviewer.finding import BROWSER_CODE, Gap, GapKind, Phase
from reviewer.loads import Loads
from reviewer.located import Located, locate, timed
from reviewer.model import Model
from reviewer.model.importers import modules_of
from reviewer.model.libraries import Automaton, Libraries, compile_libraries, read_libraries
from reviewer.model.libraries.library_file import LibraryFile
from reviewer.model.link import OUTSIDE, File, Link
from reviewer.model.loaders import Loaders
from reviewer.model.resolve import Resolver
from reviewer.model.rows import Rows
from reviewer.model.serving_scripts import serving_scripts
from reviewer.model.solve import Solver, TimedSolver
from reviewer.model.targets import targets
from reviewer.reading import Reader, Readings, Said, lowered_file
from reviewer.rulebook.folder import rules_folder
from reviewer.rulebook.judge import IN_SCOPE
from reviewer.rulebook.load import Rulebook
from reviewer.rulebook.places import Places
from reviewer.settings import Options, Settings
from reviewer.source.classes import classify, is_code
from reviewer.source.compiled import leave_out_compiled
from reviewer.source.directives import Directive
from reviewer.source.documents.documents import Documents
from reviewer.source.found import Found, LeftOut, SourceFile
from reviewer.source.manifest_names import is_manifest
from reviewer.source.manifests import Manifests, read_manifests
from reviewer.source.manifests.versions import admits
from reviewer.source.pages import Pages, loading
from reviewer.source.paths import is_below
from reviewer.source.tree import Tree

Progress = Callable[[str, int, int], None]
Contents = dict[str, bytes]
_MOST_RULES: Final = 64 << 20  # bytes: several sets of libraries, of engines that are not used any more


class Program(msgspec.Struct):
    """A repository with its model: what `show` and `why` ask. `lines_of` each module, `directives` by path, `parsed` in
    seconds.
    """

    tree: Tree
    model: Model
    places: Places
    rulebook: Rulebook
    found: Found
    gaps: list[Gap]
    left_out_files: list[LeftOut]
    phases: list[Phase]
    lines: int = 0
    bytes: int = 0
    lines_of: list[int] = []
    directives: dict[str, list[Directive]] = {}
    parsed: float = 0.0

    @property
    def left_out(self) -> Counter[str]:
        """How many files each reason left out."""
        return Counter(file.reason for file in self.left_out_files)


def open_program(
    options: Options,
    progress: Progress = lambda *_: None,
    rulebook: Rulebook | None = None,
    also: str | None = None,
    located: Located | None = None,
) -> Program:
    """Read, lower and link a repository, which is found first unless it is `located`. Raises `UsageError` like
    `review`.

    Tests, examples, benchmarks and packages made for browsers are read where running code imports them, and where they
    lie at or below `also`.
    """
    tree, found, phases = located or locate(options)
    rulebook = rulebook or rulebook_of(options.settings.cards, tree.root, options.cache)
    files = found.files
    pages = Pages(files, found.paths, found.manifests)
    new = [
        at
        for at, file in enumerate(files)
        if (file.file_class not in OUTSIDE and at not in pages.files)
        or (also is not None and is_below(file.path, also))
    ]
    prepared: list[tuple[Manifests, Rows, Resolver]] = []

    def prepare() -> None:
        manifests = read_manifests(tree, found.paths)
        rows = load_rows(rulebook, options.settings, tree.root, options.cache)
        prepared.append((manifests, rows, _resolver(found, manifests, rows)))

    kept = kept_of(options.cache, tree.root)
    reader = Reader(tree, files, kept, options.jobs, is_timed=options.timings)
    with timed(phases, "parse and lower"):
        readings = reader.read(new, progress, prepare)
    ((manifests, rows, resolver),) = prepared
    with timed(phases, "link"):
        may_serve = rows.serving_packages | rows.server_packages
        runners = frozenset(fact.command.split()[0] for fact in rows.runners())
        loads = Loads(tree, loading(may_serve | resolver.builtins), kept)
        serving = pages.serving(manifests, rows.browser_packages, may_serve, runners, loads)
        served = [at for at in serving if files[at].file_class not in OUTSIDE and at not in readings]
        new = sorted({*served, *_imported(files, readings, readings, resolver)})
    while new:
        with timed(phases, "parse and lower"):
            readings |= reader.read(new, progress)
        with timed(phases, "link"):
            new = _imported(files, readings, new, resolver)
    if kept is not None:
        with timed(phases, "keep"):
            loads.save()
            kept.save()
    with timed(phases, "link"):
        program = _linked(
            *(tree, found, readings, manifests, rulebook, rows, resolver, phases),
            TimedSolver() if options.timings else Solver(),
        )
    program.parsed = reader.parsed
    return program


def kept_of(cache: Cache | None, root: Path) -> Blobs | None:
    """What earlier runs have made of the files of a repository."""
    return None if cache is None else Blobs(cache, f"modules/{cache.digest(os.fsencode(root)).hex()}")


def program_of(files: Contents, rulebook: Rulebook, rows: Rows | None = None) -> Program:
    """The program of files that are not on disk: the examples of cards, read whole. Paths are relative, with forward
    slashes. `rows` are those of the libraries that nodereview ships, unless others are given.
    """
    code = [SourceFile(path, len(files[path]), classify(path)) for path in sorted(files) if is_code(path)]
    found = Found(files=code, paths=sorted(files), manifests=[path for path in sorted(files) if is_manifest(path)])
    leave_out_compiled(found, files.__getitem__)
    manifests = Manifests(found.paths, files.__getitem__)
    rows = rows or shipped_rows(rulebook)
    resolver = _resolver(found, manifests, rows)
    readings = {at: lowered_file(files[file.path], file.path) for at, file in enumerate(found.files)}
    return _linked(Tree(Path("/"), files), found, readings, manifests, rulebook, rows, resolver, [], Solver())


def load_libraries(rulebook: Rulebook, own: Sequence[LibraryFile] = ()) -> Libraries:
    """What the library files say that nodereview ships, and those of a team's `own`, in the rulebook's vocabulary.
    Raises `UsageError`.
    """
    return Libraries(compile_libraries([*read_libraries([rules_folder()], rulebook.vocabulary.kinds()), *own]), admits)


def shipped_rows(rulebook: Rulebook) -> Rows:
    """The rows of the libraries that nodereview ships, in the rulebook's vocabulary: compiled once in a process, as are
    the tables that follow from them, for examples are small and many. Raises `UsageError`.
    """
    return _rows_in(rules_folder(), tuple(rulebook.vocabulary.kinds().items()))


@functools.lru_cache(maxsize=2)
def _rows_in(folder: Path, roles: tuple[tuple[str, str], ...]) -> Rows:
    return Rows(Libraries(compile_libraries(read_libraries([folder], dict(roles))), admits))


class _Compiled(msgspec.Struct, array_like=True):
    """Libraries with the tables that follow from them."""

    automaton: Automaton
    tables: dict[str, bytes]


def load_rows(rulebook: Rulebook, settings: Settings, root: Path, cache: Cache | None = None) -> Rows:
    """The rows of all libraries, those included that the settings of the repository name; as an earlier run has
    compiled them where there is a cache. Raises `UsageError`.
    """
    roles = rulebook.vocabulary.kinds()
    own = own_libraries(settings.libraries, root, roles)
    if cache is None:
        return Rows(load_libraries(rulebook, own)) if own else shipped_rows(rulebook)
    name = f"rules/{cache.digest(*map(msgspec.msgpack.encode, (roles, own))).hex()}"
    kept = cache.read(name)
    if kept is not None:
        with suppress(msgspec.DecodeError):
            compiled = msgspec.msgpack.decode(kept, type=_Compiled)
            return Rows(Libraries(compiled.automaton, admits), compiled.tables)
    libraries = load_libraries(rulebook, own)
    rows = Rows(libraries)
    cache.write(name, msgspec.msgpack.encode(_Compiled(libraries.automaton, rows.made())))
    cache.trim("rules", _MOST_RULES)
    return rows


def _resolver(found: Found, manifests: Manifests, rows: Rows) -> Resolver:
    left_out = {file.path: file.reason for file in found.left_out_files}
    return Resolver(found.paths, manifests, rows.builtin_names(), links=found.links, left_out=left_out)


def _imported(
    files: Sequence[SourceFile], readings: Readings, importers: Iterable[int], resolver: Resolver
) -> list[int]:
    """The numbers of the files that are imported and not read yet, ascending."""
    if len(readings) == len(files):
        return []
    target_of = targets(resolver, {file.path: at for at, file in enumerate(files)})
    reached: set[int] = set()
    for importer in importers:
        surface = readings[importer].said.surface
        for record in surface.imports if surface is not None else ():
            reached.update(modules_of(target_of(record, files[importer].path)))
    return sorted(reached - readings.keys())


def _linked(
    tree: Tree,
    found: Found,
    readings: Readings,
    manifests: Manifests,
    rulebook: Rulebook,
    rows: Rows,
    resolver: Resolver,
    phases: list[Phase],
    solver: Solver,
) -> Program:
    gaps = [*found.gaps, *manifests.gaps, *rulebook.gaps]
    left_out = list(found.left_out_files)
    modules: list[File] = []
    taken: list[Said] = []
    for at, file in enumerate(found.files):
        reading = readings.get(at)
        if reading is None:
            is_outside = file.file_class in OUTSIDE
            left_out.append(LeftOut(file.path, f"{file.file_class}s" if is_outside else BROWSER_CODE))
            continue
        said = reading.said
        if said.gap is not None:
            gaps.append(said.gap)
        elif said.surface is None:
            left_out.append(LeftOut(file.path, said.left_out))
        else:
            modules.append(File(file.path, str(file.file_class), said.surface, reading.body))
            taken.append(said)
            gaps.extend(Gap(file.path, gap.line, GapKind(gap.kind), gap.message) for gap in said.gaps)
    target_of = targets(resolver, {file.path: index for index, file in enumerate(modules)})
    link = Link(modules, target_of)
    documents = Documents(found.paths, tree.read, rulebook.vocabulary.documents)
    model = Model(link, rows, manifests, documents, solver)
    Loaders(model, target_of).note()
    link.take_in(serving_scripts(model))
    gaps.extend(
        Gap(path, computed[0], GapKind.UNRESOLVED, _computed_at(len(computed)))
        for path, computed, file_class in zip(link.paths, link.computed, link.classes, strict=True)
        if computed and file_class in IN_SCOPE
    )
    return Program(
        tree,
        model,
        Places(link, tree, documents),
        rulebook,
        found,
        gaps,
        left_out,
        phases,
        sum(said.lines for said in taken),
        sum(said.size for said in taken),
        [said.lines for said in taken],
        {file.path: said.directives for file, said in zip(modules, taken, strict=True) if said.directives},
    )


def _computed_at(places: int) -> str:
    more = f" here and at {places - 1} more place{'s' if places > 2 else ''}" if places > 1 else ""
    return f"loads a file whose name is computed{more}: what that brings in is not known"

"""Roots: the modules with which programs begin, as the files of the repository and its own calls say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import External, Spot
from reviewer.model.file_texts import named_file
from reviewer.model.files import Files
from reviewer.model.given import given
from reviewer.model.listed_functions import ListedFunctions
from reviewer.model.root import Root, merged
from reviewer.source.manifests.starts.command import called_scripts, commands_in
from reviewer.source.manifests.starts.options import NODE_ARGUMENTS, exported_mode, mode_before, rejections_mode
from reviewer.source.manifests.starts.start import Start, Starting, starting_of_script
from reviewer.source.manifests.workspaces import matches
from reviewer.source.module import Kind, Module
from reviewer.source.paths import folder_of, is_below, join, upwards

if TYPE_CHECKING:
    from reviewer.model.libraries.load_fact import LoadFact
    from reviewer.model.model import Model

_CALLED: Final = 20  # how many scripts one may call, and these in turn
_LONGEST: Final = 300  # of the names of files
_BEFORE_FILE: Final = 3  # plain words between a command and its file
_BUNDLED: Final = ("entry", "input", "entryPoints")  # what configurations of bundlers call the beginning
_STARTED: Final = ("script", "exec")  # what those of process managers do
_PROCESSES = re.compile(r"(?:ecosystem|pm2|process(?:es)?)\b[\w.-]*\.[cm]?[jt]s")
_FILE_LIKE = re.compile(r"[./]\w")
_CODE_LIKE = re.compile(r"[./\w@-]+")
# Scripts that a server may begin with.
_GOING_ON: Final = frozenset({Starting.SERVER, Starting.COMMAND})
_CONFIG: Final = "config"
_ENVIRONMENT: Final = "env"  # of a process that a process manager starts


class Roots:
    """The roots that manifests, configurations and calls name. `missed`: the folders of packages that start a server
    with a file which is not among the modules.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self.missed: set[str] = set()
        self._files = Files(model.link.paths, model.manifests, {})
        self._runners: list[tuple[list[str], LoadFact]] = sorted(
            ((fact.command.split(), fact) for fact in model.libraries.runners()),
            key=lambda item: (-len(item[0]), item[0]),
        )

    def found(self) -> list[Root]:
        """Every root once for each purpose, in the order of what says it."""
        found: dict[tuple[int, Starting], list[Root]] = {}
        for root in (*self.of_manifests(), *self._of_frameworks(), *self._of_configurations(), *self._of_calls()):
            found.setdefault((root.module, root.starting), []).append(root)
        return [merged(same) for same in found.values()]

    def of_manifests(self) -> Iterator[Root]:
        """What manifests name."""
        for start in self.model.manifests.starts():
            if start.command:
                yield from self._of_line(start, start.command, start.folder, set())
            elif start.starting is not Starting.LIBRARY or not self._is_inner(start):
                for module in self.located(start.folder, start.file):
                    yield Root(module, start.starting, start.said)

    def _is_inner(self, start: Start) -> bool:
        """Whether what a package gives away is for the other packages of the tree alone: they decide what runs it."""
        package = self.model.manifests.packages.get(start.folder)
        return package is not None and package.private and self.model.manifests.is_shared(package)

    # commands

    def _of_line(
        self, start: Start, line: str, folder: str, called: set[tuple[str, str]], mode: str = ""
    ) -> Iterator[Root]:
        """The files that a shell line runs, through the scripts of packages. mode: said of rejections so far."""
        for words in commands_in(line):
            mode = exported_mode(words) or mode
            if words[:1] == ["cd"] and len(words) > 1:
                folder = join(folder, words[1]) or ""
            for module, row, before in self._run(start, words, folder):
                yield Root(
                    module,
                    start.starting,
                    start.said,
                    row,
                    for_development=start.for_development,
                    rejections=before or mode,
                    is_script=start.is_script,
                )
            for name in called_scripts(words):
                home = next((up for up in upwards(folder) if name in self._scripts(up)), None)
                if home is None or (home, name) in called or len(called) >= _CALLED:
                    continue
                if start.starting is Starting.SERVER and starting_of_script(name) in _GOING_ON:
                    called.add((home, name))
                    inherited = rejections_mode(words) or mode
                    yield from self._of_line(start, self._scripts(home)[name], home, called, inherited)

    def _scripts(self, folder: str) -> dict[str, str]:
        package = self.model.manifests.packages.get(folder)
        return package.scripts if package is not None else {}

    def _run(self, start: Start, words: list[str], folder: str) -> Iterator[tuple[int, LoadFact | None, str]]:
        """The modules that a simple command runs, what stands behind a command that runs files, or the first word; and
        what it says of rejections.
        """
        for at in range(len(words)):
            for command, fact in self._runners:
                if words[at : at + len(command)] == command:
                    for module, file in self._first_file(start, words[at + len(command) :], fact, folder):
                        yield module, fact, mode_before(words, file)
                    return
        if words and "/" in words[0] and words[0].endswith((".js", ".mjs", ".cjs", ".ts")):
            yield from ((module, None, "") for module in self.located(folder, words[0]))

    def _first_file(self, start: Start, words: list[str], fact: LoadFact, folder: str) -> list[tuple[int, str]]:
        plain = 0
        skip = False
        for word in words:
            if skip or word.startswith("-"):
                skip = not skip and word in fact.takes
                continue
            found = self.located(folder, word)
            if found:
                return [(module, word) for module in found]
            plain += 1
            if plain == _BEFORE_FILE:
                break
        if plain and start.starting is Starting.SERVER:
            self.missed.add(next((up for up in upwards(folder) if up in self.model.manifests.packages), ""))
        return [] if plain else [(module, ".") for module in self.located(folder, ".")]

    # files

    def located(self, folder: str, text: str) -> list[int]:
        """The module that a path means, seen from a folder or one above it; of an absolute path, any end of it."""
        if len(text) > _LONGEST or not _CODE_LIKE.fullmatch(text):
            return []
        inner = [text]
        if text.startswith("/"):
            parts = text.split("/")[1:]
            inner = ["/".join(parts[at:]) for at in range(len(parts))]
        for part in inner:
            for up in upwards(folder):
                target = join(up, part)
                found = self._file(target) if target is not None else None
                if found is not None:
                    return [self.model.link.index_of[found]]
                loaded = self.model.manifests.loaded_by(target) if target else []
                if loaded:
                    return [module for name in loaded for module in self._named(folder_of(target or ""), name)]
                if part in {".", "./"}:
                    break
        return []

    def _named(self, folder: str, name: str) -> Iterator[int]:
        target = join(folder, name)
        found = self._file(target) if target is not None else None
        if found is not None:
            yield self.model.link.index_of[found]

    def _file(self, target: str) -> str | None:
        """The file, or the source of what is built; `dist/apps/api/main.js` is built from `apps/api/src/main.ts`."""
        found = self._files.locate(target, typed=True)
        if found is None and "/" in target:
            folder, _, name = target.rpartition("/")
            found = self._files.source_of(f"{folder}/src/{name}", typed=True)
        return found

    # frameworks, configurations

    def _of_frameworks(self) -> Iterator[Root]:
        """What frameworks run of those who depend on them: their files, and what says that browsers call it. A file of
        which one runs parts only is none that it runs whole.
        """
        said = self.model.libraries.server_directives
        whole: set[int] = set()
        for name, fact in sorted(self.model.libraries.run_files(), key=lambda item: bool(item[1].only)):
            homes = [folder for folder, package in self.model.manifests.packages.items() if package.declared(name)]
            for folder in homes:
                for m, path in enumerate(self.model.link.paths):
                    inside = path[len(folder) + 1 if folder else 0 :]
                    if not is_below(path, folder) or m in whole:
                        continue
                    fitting = next((one for one in fact.files if matches(one, inside)), "")
                    if not fitting and not fact.only and self.model.link.surfaces[m].said in said:
                        fitting = f"what begins with `{self.model.link.surfaces[m].said}`"
                    if fitting:
                        whole.add(m)
                        yield Root(m, Starting.SERVER, f"{name} runs {fitting}", fact, only=fact.only)

    def _of_configurations(self) -> Iterator[Root]:
        """What the configurations of bundlers and process managers begin with; and they themselves, which tools run."""
        link = self.model.link
        for m, path in enumerate(link.paths):
            listed = list(ListedFunctions(self.model).starts_of(m))
            if link.classes[m] != _CONFIG and not listed:
                continue
            yield Root(m, Starting.TOOL, "configuration")
            for start in listed:
                for module in self.located(start.folder, start.file):
                    yield Root(module, start.starting, start.said)
            is_process = _PROCESSES.fullmatch(path.rpartition("/")[2]) is not None
            starting = Starting.SERVER if is_process else Starting.BUNDLE
            for key in _STARTED if is_process else _BUNDLED:
                for row in link.surfaces[m].keys.get(key, ()):
                    for text in _texts(link.body(m), row):
                        for module in self.located(folder_of(path), text):
                            yield Root(module, starting, f"{path}: {key}", rejections=_mode_beside(link.body(m), row))

    # calls

    def _of_calls(self) -> Iterator[Root]:
        """The files that calls start as a process or thread of their own."""
        names = self.model.libraries.starting_names
        link = self.model.link
        for m, surface in enumerate(link.surfaces):
            for name in names.intersection(surface.calls):
                for call in surface.calls[name]:
                    for text, fact in self._started_at(link.body(m), call):
                        threads = (Spot(m, call),) if fact.kind == "thread" else ()
                        for module in self.located(folder_of(link.paths[m]), text):
                            yield Root(module, Starting.SERVER, f"{link.paths[m]}: {name}", caller=m, threads=threads)

    def _started_at(self, body: Module, call: int) -> Iterator[tuple[str, LoadFact]]:
        if not body.args(call):  # `em.fork()` starts no file, and what it does may take long to find out
            return
        callees = self.model.ask(self.model.calls.callees(body.index, call))
        for callee in callees.items:
            if not isinstance(callee, External):
                continue
            for fact in self.model.libraries.starts(callee.state, self.model.call_shape(body, call)):
                for path in fact.file:
                    texts = (
                        text
                        for spot in given(self.model, body, call, path)
                        for text in named_file(self.model.link.body(spot.module), spot.row)
                    )
                    # Among the words of a command, what is a file has the look of one.
                    yield from ((text, fact) for text in texts if len(path) == 1 or _FILE_LIKE.search(text))


def _mode_beside(body: Module, property_: int) -> str:
    """What the object of a property tells Node.js of rejections."""
    return rejections_mode(
        body.text(row)
        for beside in body.ops(body.parent[property_])
        if body.kind[beside] == Kind.PROPERTY and body.text(beside) in (_ENVIRONMENT, *NODE_ARGUMENTS)
        for row in body.descend_owned(beside)
        if body.kind[row] == Kind.STRING
    )


def _texts(body: Module, property_: int) -> Iterator[str]:
    """The file names in the value of a property: texts, joined paths, lists and objects of them."""
    pending = [body.op(property_, 1)]
    while pending:
        row = pending.pop()
        if body.kind[row] in {Kind.ARRAY, Kind.OBJECT}:
            pending += body.ops(row)
        elif body.kind[row] == Kind.PROPERTY:
            pending.append(body.op(row, 1))
        else:
            yield from named_file(body, row)

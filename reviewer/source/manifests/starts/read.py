"""Reads every file of a tree that says what is run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from reviewer.finding import Gap
from reviewer.source.classes import is_code
from reviewer.source.manifests.package import Package
from reviewer.source.manifests.starts import functions, image, page, projects, services
from reviewer.source.manifests.starts.command import commands_in
from reviewer.source.manifests.starts.start import Start, Starting, is_for_development, starting_of_script
from reviewer.source.manifests.starts.watcher import is_watcher, watched_command, with_watched
from reviewer.source.paths import folder_of

_MAX_FILES: Final = 200
_MAX_SCRIPTS: Final = 500
_MAX_SHELL: Final = 20
_MAX_BYTES: Final = 1_000_000
_Load = Callable[[str], bytes | Gap]

_IMAGE = re.compile(r"(?:dockerfile|containerfile)(?:[.-].*)?|.+\.(?:dockerfile|containerfile)")
_COMPOSE = re.compile(r"(?:docker-)?compose(?:[.-].*)?\.ya?ml")
_PROCESSES = re.compile(r"(?:pm2|process(?:es)?|ecosystem)(?:[.-].*)?\.json")
_FUNCTIONS = re.compile(r"serverless(?:[.-].*)?\.ya?ml")
_TEMPLATE = re.compile(r"(?:sam[.-])?template(?:[.-].*)?\.ya?ml|sam\.ya?ml")
_TARGETS: Final = frozenset({"angular.json", "workspace.json", "project.json"})
_NEST: Final = "nest-cli.json"
_PROCFILE: Final = "procfile"
_SHELL: Final = ".sh"
# Nobody runs what stands in these.
_NOT_RUN = re.compile(r"(?:^|/)(?:tests?|__tests__|fixtures?|examples?|docs?|templates?|node_modules|dist|coverage)/")


def is_start(path: str) -> bool:
    """Whether a file that is no package.json may say what is run, by its name."""
    name = path.rpartition("/")[2].lower()
    return is_watcher(name) or _reader(name) is not None


def read_starts(paths: Iterable[str], packages: Mapping[str, Package], load: _Load) -> list[Start]:
    """What the files at `paths` and the packages say is run; what can't be read says nothing."""
    every = [path for path in paths if not is_code(path) and not _NOT_RUN.search(path)]
    watched = _watched(every, load)
    found = [
        start
        for package in packages.values()
        if not _NOT_RUN.search(package.path)
        for start in _package(package, watched.get(package.dir, ""))
    ]
    telling = [path for path in sorted(every) if is_start(path)][:_MAX_FILES]
    for path in telling:
        reader = _reader(path.rpartition("/")[2].lower())
        data = load(path)
        if reader is not None and not isinstance(data, Gap) and len(data) <= _MAX_BYTES:
            found += reader(path, data)
    shell = {path for path in every if path.endswith(_SHELL)}
    return [*found, *_shell_scripts(found, shell, load)]


def _watched(paths: Iterable[str], load: _Load) -> dict[str, str]:
    """What nodemon runs in each folder that says so."""
    found: dict[str, str] = {}
    for path in [path for path in paths if is_watcher(path.rpartition("/")[2].lower())][:_MAX_FILES]:
        data = load(path)
        if not isinstance(data, Gap) and len(data) <= _MAX_BYTES and (line := watched_command(data)):
            found[folder_of(path)] = line
    return found


def _package(package: Package, watched: str) -> Iterator[Start]:
    said = package.path
    for name, script in list(package.scripts.items())[:_MAX_SCRIPTS]:
        line = with_watched(script, watched) if watched else script
        starting, aside = starting_of_script(name), is_for_development(name)
        yield Start(
            starting, package.dir, f"{said}: script {name}", command=line, for_development=aside, is_script=True
        )
    for name, file in package.bin.items():
        yield Start(Starting.COMMAND, package.dir, f"{said}: bin {name}", file=file)
    for key, file in (("main", package.main), ("module", package.module), ("source", package.source)):
        if file:
            yield Start(Starting.LIBRARY, package.dir, f"{said}: {key}", file=file)
    for row in package.exports:
        for target in row.targets:
            if "*" not in target.path:
                yield Start(Starting.LIBRARY, package.dir, f"{said}: exports {row.subpath}", file=target.path)


_Reader = Callable[[str, bytes], list[Start]]


def _reader(name: str) -> _Reader | None:
    """The reader of a file of this name, in small letters."""
    if name.endswith(".html"):
        return _page
    if name == _PROCFILE:
        return _procfile
    if name == _NEST:
        return _nest
    if name in _TARGETS:
        return _targets
    for pattern, reader in _PATTERNS:
        if pattern.fullmatch(name):
            return reader
    return None


def _commands(path: str, commands: Iterable[tuple[str, str]]) -> list[Start]:
    folder, aside = folder_of(path), is_for_development(path.rpartition("/")[2])
    return [
        Start(Starting.SERVER, folder, f"{path}: {name}" if name else path, command=line, for_development=aside)
        for name, line in commands
    ]


def _image(path: str, data: bytes) -> list[Start]:
    return _commands(path, (("", line) for line in image.image_commands(_text(data))))


def _procfile(path: str, data: bytes) -> list[Start]:
    return _commands(path, services.procfile_commands(_text(data)))


def _compose(path: str, data: bytes) -> list[Start]:
    return _commands(path, services.compose_commands(_text(data)))


def _processes(path: str, data: bytes) -> list[Start]:
    found: list[Start] = []
    for start in _commands(path, services.process_commands(data)):
        first = start.command.partition(" ")[0]
        found += [start, Start(Starting.SERVER, start.folder, start.said, file=first)]
    return found


def _functions(path: str, data: bytes) -> list[Start]:
    return run_by_platform(path, functions.listed_functions(_text(data)))


def _template(path: str, data: bytes) -> list[Start]:
    return run_by_platform(path, functions.template_functions(_text(data)))


def run_by_platform(path: str, found: Iterable[functions.PlatformFunction]) -> list[Start]:
    """What a platform starts because the file at a path lists it."""
    return [
        Start(
            Starting.SERVER,
            folder_of(path),
            f"{path}: {one.name}",
            file=one.file,
            function=one.function,
            events=one.events,
            name=one.name,
            routes=one.routes,
        )
        for one in found
    ]


def _nest(path: str, data: bytes) -> list[Start]:
    return [
        Start(_either(entry), folder_of(path), f"{path} {entry.name}".rstrip(), file=entry.file)
        for entry in projects.nest_entries(data)
    ]


def _either(entry: projects.Entry) -> Starting:
    return Starting.LIBRARY if entry.is_library else Starting.SERVER


def _targets(path: str, data: bytes) -> list[Start]:
    return [
        Start(
            Starting.LIBRARY if entry.is_library else Starting.BUNDLE,
            folder_of(path),
            f"{path} {entry.name}".rstrip(),
            file=entry.file,
        )
        for entry in projects.target_entries(data)
    ]


def _page(path: str, data: bytes) -> list[Start]:
    return [Start(Starting.PAGE, folder_of(path), path, file=file) for file in page.page_scripts(_text(data))]


_PATTERNS: Final[tuple[tuple[re.Pattern[str], _Reader], ...]] = (
    (_IMAGE, _image),
    (_COMPOSE, _compose),
    (_PROCESSES, _processes),
    (_FUNCTIONS, _functions),
    (_TEMPLATE, _template),
)


def _shell_scripts(starts: Iterable[Start], shell: set[str], load: _Load) -> Iterator[Start]:
    """The lines of the shell scripts that servers are started with, found by name: in an image they lie elsewhere."""
    read: set[str] = set()
    for start in starts:
        if start.starting is not Starting.SERVER or _SHELL not in start.command:
            continue
        names = {word.rpartition("/")[2] for words in commands_in(start.command) for word in words}
        for path in sorted(path for path in shell - read if path.rpartition("/")[2] in names)[:_MAX_SHELL]:
            read.add(path)
            data = load(path)
            if isinstance(data, Gap) or len(data) > _MAX_BYTES:
                continue
            yield Start(Starting.SERVER, folder_of(path), path, command=_text(data).replace("\n", ";"))


def _text(data: bytes) -> str:
    return data.decode("utf-8-sig", "replace")

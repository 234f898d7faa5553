"""A program: a repository from its files to its linked model; what reviews, `show` and `why` begin with."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

import msgspec

from reviewer.finding import Gap, GapKind, Phase
from reviewer.model import Model
from reviewer.model.libraries import Libraries, load_automaton
from reviewer.model.link import Link
from reviewer.model.resolve import Resolver
from reviewer.model.rows import Rows
from reviewer.model.targets import targets
from reviewer.rulebook.folder import rules_folder
from reviewer.rulebook.judge import IN_SCOPE
from reviewer.rulebook.load import Rulebook, load_rulebook
from reviewer.rulebook.places import Places
from reviewer.settings import Options
from reviewer.source.classes import classify, is_code
from reviewer.source.find import find
from reviewer.source.found import Found, SourceFile
from reviewer.source.generated import looks_generated
from reviewer.source.lower import lower
from reviewer.source.manifests import Manifests, read_manifests
from reviewer.source.manifests.names import is_manifest
from reviewer.source.manifests.versions import admits
from reviewer.source.module import Lowered
from reviewer.source.read import read_file
from reviewer.source.root import resolve_root
from reviewer.workers import balanced, run

Progress = Callable[[str, int, int], None]
Contents = dict[str, bytes]


class Reading(msgspec.Struct, array_like=True):
    """What a worker says of one file: lowered, or left out for a reason, or not readable."""

    lowered: Lowered | None = None
    left_out: str = ""
    gap: Gap | None = None


class Program(msgspec.Struct):
    """A repository with its model: what `show` and `why` ask."""

    root: Path
    model: Model
    places: Places
    rulebook: Rulebook
    found: Found
    gaps: list[Gap]
    left_out: dict[str, int]
    phases: list[Phase]
    lines: int = 0
    bytes: int = 0


def open_program(options: Options, progress: Progress = lambda *_: None, rulebook: Rulebook | None = None) -> Program:
    """Find, read, lower and link a repository. Raises `UsageError` like `review`."""
    rulebook = rulebook or load_rulebook([rules_folder()])
    root = resolve_root(options.paths, options.root)
    phases: list[Phase] = []
    with timed(phases, "find"):
        found = find(root, options.exclude)
    with timed(phases, "parse and lower"):
        readings = _read(root, found, options.jobs, progress)
    with timed(phases, "link"):
        manifests = read_manifests(root, found.paths)
        return _linked(root, found, readings, manifests, rulebook, phases, None)


def program_of(files: Contents, rulebook: Rulebook) -> Program:
    """The program of files that are not on disk: the examples of cards. Paths are relative, with forward slashes."""
    code = [SourceFile(path, len(files[path]), classify(path)) for path in sorted(files) if is_code(path)]
    found = Found(files=code, paths=sorted(files), manifests=[path for path in sorted(files) if is_manifest(path)])
    readings = [_lowered(files[file.path], file.path) for file in found.files]
    manifests = Manifests(found.manifests, files.__getitem__)
    return _linked(Path("/"), found, readings, manifests, rulebook, [], files)


def _read(root: Path, found: Found, jobs: int, progress: Progress) -> list[Reading]:
    """Every file of `found.files`, read and lowered in workers, in their order."""
    files = found.files
    encoder = msgspec.msgpack.Encoder()

    def work(index: int) -> bytes:
        data = read_file(root, files[index].path)
        reading = Reading(gap=data) if isinstance(data, Gap) else _lowered(data, files[index].path)
        return encoder.encode(reading)

    # A process costs about as much as two dozen small files.
    batches = balanced([file.size for file in files], jobs if len(files) > 24 else 1)
    results = run(work, batches, lambda done: progress("reading", done, len(files)))
    decoder = msgspec.msgpack.Decoder(Reading)
    readings = []
    for index, file in enumerate(files):
        data = results[index]
        if data is None:
            gap = Gap(file.path, 0, GapKind.FAULT, "the reading of this file ended its process")
            readings.append(Reading(gap=gap))
        else:
            readings.append(decoder.decode(data))
    return readings


def _lowered(data: bytes, path: str) -> Reading:
    reason = looks_generated(data)
    if reason is not None:
        return Reading(left_out=reason)
    return Reading(lowered=lower(data, PurePosixPath(path).name))


def _linked(
    root: Path,
    found: Found,
    readings: Sequence[Reading],
    manifests: Manifests,
    rulebook: Rulebook,
    phases: list[Phase],
    contents: Contents | None,
) -> Program:
    gaps = [*found.gaps, *manifests.gaps, *rulebook.gaps]
    left_out = dict(found.left_out)
    modules: list[tuple[str, str, Lowered]] = []
    for file, reading in zip(found.files, readings, strict=True):
        if reading.gap is not None:
            gaps.append(reading.gap)
        elif reading.lowered is None:
            left_out[reading.left_out] = left_out.get(reading.left_out, 0) + 1
        else:
            modules.append((file.path, str(file.file_class), reading.lowered))
            gaps.extend(Gap(file.path, gap.line, GapKind(gap.kind), gap.message) for gap in reading.lowered.gaps)
            computed = reading.lowered.surface.computed
            if computed and file.file_class in IN_SCOPE:
                gaps.append(Gap(file.path, computed[0], GapKind.UNRESOLVED, _computed_at(len(computed))))
    kinds = {name: str(role.kind) for name, role in rulebook.vocabulary.roles.items()}
    libraries = Libraries(load_automaton([rules_folder()], kinds), admits)
    resolver = Resolver(
        found.paths,
        manifests,
        libraries.builtin_names(),
        links=found.links,
        left_out={file.path: file.reason for file in found.left_out_files},
    )
    link = Link(modules, targets(resolver, {path: index for index, (path, _, _) in enumerate(modules)}))
    return Program(
        root,
        Model(link, Rows(libraries), manifests),
        Places(link, None if contents is not None else root, contents),
        rulebook,
        found,
        gaps,
        left_out,
        phases,
        sum(lowered.lines for _, _, lowered in modules),
        sum(lowered.size for _, _, lowered in modules),
    )


def _computed_at(places: int) -> str:
    more = f" here and at {places - 1} more place{'s' if places > 2 else ''}" if places > 1 else ""
    return f"loads a file whose name is computed{more}: what that brings in is not known"


@contextmanager
def timed(phases: list[Phase], name: str) -> Iterator[None]:
    """Add the phase to the list when it is over."""
    begun = time.perf_counter()
    yield
    phases.append(Phase(name, time.perf_counter() - begun))

"""A review from files to findings; the one place that knows the order of the rooms."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

import msgspec

from reviewer.finding import Gap, GapKind, Phase, Review, Severity
from reviewer.model import Model
from reviewer.model.libraries import Libraries, load_automaton
from reviewer.model.link import Link
from reviewer.model.resolve import Resolver
from reviewer.model.rows import Rows
from reviewer.model.targets import targets
from reviewer.rulebook.card import Card
from reviewer.rulebook.folder import rules_folder
from reviewer.rulebook.judge import Decision, Judge, Judged, settled
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


def review(options: Options, progress: Progress = lambda *_: None) -> Review:
    """Review a repository. Raises `UsageError` for settings, rules and paths that are wrong."""
    with _without_cycle_collector():
        rulebook = load_rulebook([rules_folder()])
        cards = selected(rulebook, options)
        program = open_program(options, progress, rulebook)
        return _judged(program, cards, options, progress)


def open_program(options: Options, progress: Progress = lambda *_: None, rulebook: Rulebook | None = None) -> Program:
    """Find, read, lower and link a repository. Raises `UsageError` like `review`."""
    rulebook = rulebook or load_rulebook([rules_folder()])
    root = resolve_root(options.paths, options.root)
    phases: list[Phase] = []
    with _timed(phases, "find"):
        found = find(root, options.exclude)
    with _timed(phases, "parse and lower"):
        readings = _read(root, found, options.jobs, progress)
    with _timed(phases, "link"):
        manifests = read_manifests(root, found.paths)
        return _linked(root, found, readings, manifests, rulebook, phases, None)


def program_of(files: Contents, rulebook: Rulebook) -> Program:
    """The program of files that are not on disk: the examples of cards. Paths are relative, with forward slashes."""
    code = [SourceFile(path, len(files[path]), classify(path)) for path in sorted(files) if is_code(path)]
    found = Found(files=code, paths=sorted(files), manifests=[path for path in sorted(files) if is_manifest(path)])
    readings = [_lowered(files[file.path], file.path) for file in found.files]
    manifests = Manifests(found.manifests, files.__getitem__)
    return _linked(Path("/"), found, readings, manifests, rulebook, [], files)


def judge_all(program: Program, cards: Sequence[Card]) -> tuple[list[Judged], Judge]:
    """Hold the rules against every module, in this process."""
    judge = Judge(program.model, program.rulebook, cards, program.places)
    return [judge.module(m) for m in range(len(program.model.link))], judge


def selected(rulebook: Rulebook, options: Options) -> list[Card]:
    """The rules of a run, by id: those named, else those of the profile, without those ignored."""
    if options.rules:
        cards = [rulebook.card(name) for name in options.rules]
    else:
        cards = [
            card for card in rulebook.cards.values() if options.profile == "strict" or card.front.precision == "high"
        ]
    ignored = {rulebook.card(name).rule_id for name in options.ignore}
    return sorted({card.rule_id: card for card in cards if card.rule_id not in ignored}.values(), key=_by_id)


def _by_id(card: Card) -> str:
    return card.rule_id


# files to modules


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


# modules to findings


def _judged(program: Program, cards: Sequence[Card], options: Options, progress: Progress) -> Review:
    with _timed(program.phases, "judge"):
        all_judged = _judge(program, cards, options, progress)
    findings = settled([finding for judged in all_judged for finding in judged.findings], cards)
    within = _within(program.root, options.paths)
    reported = [finding for finding in findings if within(finding.place.path)]
    faults = [gap for judged in all_judged for gap in judged.faults]
    gaps = sorted({*program.gaps, *faults, *_open_gaps(all_judged)})
    return Review(
        root=program.root,
        findings=reported,
        gaps=[gap for gap in gaps if within(gap.path)],
        rules=[card.info() for card in cards],
        phases=program.phases,
        reviewed=len(program.model.link),
        lines=program.lines,
        bytes=program.bytes,
        left_out=dict(sorted(program.left_out.items())),
        hidden_notes=sum(finding.severity is Severity.NOTE for finding in reported),
        profile=options.profile,
        faults=len(faults),
    )


def _judge(program: Program, cards: Sequence[Card], options: Options, progress: Progress) -> list[Judged]:
    """The verdict on each module, in workers; each has the whole model and asks for its own modules."""
    judge = Judge(program.model, program.rulebook, cards, program.places)
    encoder = msgspec.msgpack.Encoder()
    deadline = time.monotonic() + options.timeout if options.timeout else None

    def work(m: int) -> bytes:
        if deadline is not None and time.monotonic() > deadline:
            gap = Gap(program.model.link.paths[m], 0, GapKind.BUDGET, "not reviewed: the time was up")
            return encoder.encode(Judged(faults=[], findings=[], decisions=[], unreviewed=[gap]))
        return encoder.encode(judge.module(m))

    wanted = [m for m in range(len(program.model.link)) if judge.has_subjects(m)]
    weights = [len(program.model.link.surfaces[m].functions) for m in wanted]
    batches = [[wanted[item] for item in batch] for batch in balanced(weights, options.jobs)]
    results = run(work, batches, lambda done: progress("judging", done, len(wanted)))
    decoder = msgspec.msgpack.Decoder(Judged)
    judged = []
    for m in wanted:
        data = results[m]
        if data is None:
            gap = Gap(program.model.link.paths[m], 0, GapKind.FAULT, "the judging of this file ended its process")
            judged.append(Judged(faults=[gap]))
        else:
            judged.append(decoder.decode(data))
    return judged


def _open_gaps(all_judged: Sequence[Judged]) -> Iterator[Gap]:
    """What kept rules from deciding, and what was not looked at."""
    for judged in all_judged:
        yield from judged.unreviewed
        for decision in judged.decisions:
            if decision.open:
                yield _open_gap(decision)


def _open_gap(decision: Decision) -> Gap:
    return Gap(decision.path, decision.line, GapKind.UNRESOLVED, decision.reason, decision.rule)


def _within(root: Path, paths: Sequence[Path]) -> Callable[[str], bool]:
    """Whether a path below the root lies at or below one of the paths that were asked for."""
    prefixes: list[str] = []
    for path in paths:
        resolved = path.resolve()
        if resolved == root or not resolved.is_relative_to(root):
            return lambda _: True
        prefixes.append(resolved.relative_to(root).as_posix())
    return lambda path: any(path == prefix or path.startswith(prefix + "/") for prefix in prefixes)


@contextmanager
def _timed(phases: list[Phase], name: str) -> Iterator[None]:
    begun = time.perf_counter()
    yield
    phases.append(Phase(name, time.perf_counter() - begun))


@contextmanager
def _without_cycle_collector() -> Iterator[None]:
    """The model lives until the end of the run: the collector would only walk it again and again."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()

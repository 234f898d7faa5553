"""Judging: a program held against the rules, and what is left of it when the repository and the settings are heard."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from reviewer.finding import BROWSER_CODE, Finding, Gap, GapKind, Place, Review, Timing
from reviewer.located import timed
from reviewer.model.program import ProgramKind
from reviewer.model.solve import Spent, TimedSolver
from reviewer.program import Program
from reviewer.quiet.ignored import ignore
from reviewer.quiet.levels import levels_of
from reviewer.quiet.narrow import Narrowing
from reviewer.quiet.notes import RULES as OWN_RULES
from reviewer.quiet.suppress import Names, Quieted, Ran, suppress
from reviewer.rulebook.card import Card
from reviewer.rulebook.judge import IN_SCOPE, Decision, Judge, Judged
from reviewer.rulebook.settled import settled
from reviewer.settings import Options, Origin
from reviewer.source.ignore import IgnorePatterns
from reviewer.source.log import Read
from reviewer.source.paths import is_below
from reviewer.workers import balanced, run

Progress = Callable[[str, int, int], None]
_TOOLS: Final = "tools"


def judge_all(program: Program, cards: Sequence[Card]) -> tuple[list[Judged], Judge]:
    """Hold the rules against every module, in this process."""
    judge = Judge(program.model, program.rulebook, cards, program.places)
    return [*(judge.module(m) for m in range(len(program.model.link))), judge.documents()], judge


def judged(
    program: Program, cards: Sequence[Card], options: Options, narrowing: Narrowing, progress: Progress
) -> tuple[Review, bool]:
    """The review of a program, and whether everything was looked at.

    Where only some paths are asked for, only they are judged. What a baseline knows is told apart by its number among
    equal findings, and one fault met on several ways is told at the first: where either may matter, all is judged.
    """
    with timed(program.phases, "link"):
        outside = _outside(program)
        judge = Judge(program.model, program.rulebook, cards, program.places)
    within = _within(program.tree.root, options)
    if not within(""):
        asked = {m for m, path in enumerate(program.model.link.paths) if within(path)}
        some = _judged(program, judge, asked, outside, cards, options, narrowing, progress)
        if not some.in_doubt:
            return some.review, some.is_complete
    whole = _judged(program, judge, None, outside, cards, options, narrowing, progress)
    return whole.review, whole.is_complete


class _Outcome(NamedTuple):
    """A review; whether every rule came to its end; and whether it takes more modules to tell what a baseline knows."""

    review: Review
    is_complete: bool
    in_doubt: bool


def _judged(
    program: Program,
    judge: Judge,
    asked: set[int] | None,
    outside: dict[int, str],
    cards: Sequence[Card],
    options: Options,
    narrowing: Narrowing,
    progress: Progress,
) -> _Outcome:
    left_out = _left_out(program, outside)
    with timed(program.phases, "judge"):
        all_judged, spent = _judge(program, judge, asked, options, progress)
    levels = levels_of(program.rulebook, options)
    findings = levels.settled(settled([finding for judged in all_judged for finding in judged.findings], cards))
    within = _within(program.tree.root, options)
    own = {rule for rule in OWN_RULES if levels.run(rule) and rule not in options.ignore}
    quieted = _quieted(program, [found for found in findings if within(found.place.path)], cards, all_judged, options)
    notes = [note for note in quieted.notes if note.rule in own and within(note.place.path)]
    told = sorted([*quieted.kept, *levels.settled(notes)], key=_by_place)
    narrowed = narrowing.of(told)
    ran = {card.rule_id for card in cards} | own
    is_read = not any(gap.kind is GapKind.FAULT for gap in program.gaps)
    is_complete = is_read and not any(one.unreviewed or one.faults for one in all_judged)
    is_whole = within("") and is_complete
    faults = [gap for judged in all_judged for gap in judged.faults]
    opened = [gap for gap in _open_gaps(all_judged) if not gap.rule or levels.is_on(gap.rule, gap.path)]
    read = {(gap.path, gap.kind) for gap in program.gaps if gap.kind is GapKind.MANIFEST}
    gaps = sorted({*program.gaps, *faults, *(gap for gap in opened if (gap.path, gap.kind) not in read)})
    infos = [*(card.info() for card in cards), *(info for rule, info in sorted(OWN_RULES.items()) if rule in own)]
    review = Review(
        root=program.tree.root,
        instead=dict(program.tree.instead),
        findings=[one for one in narrowed.findings if one.severity.rank <= options.severity.rank],
        gaps=[gap for gap in gaps if within(gap.path)],
        rules=[msgspec.structs.replace(info, severity=levels.severity(info.id, "", info.severity)) for info in infos],
        phases=program.phases,
        reviewed=len(program.model.link) - len(outside),
        lines=program.lines - sum(program.lines_of[m] for m in outside),
        bytes=program.bytes,
        left_out=dict(sorted(Counter(reason for _, reason in left_out).items())),
        left_out_files=left_out,
        profile=options.profile,
        faults=len(faults),
        suppressed=len(quieted.hidden),
        known=narrowed.known,
        fixed=[one for one in narrowed.gone if is_whole and one.rule in ran],
        elsewhere=narrowed.elsewhere,
        less_grave=sum(one.severity.rank > options.severity.rank for one in narrowed.findings),
        settings=[Path(file).name if Path(file).is_absolute() else file for file in options.settings.files],
        timings=_timings(program, all_judged, spent) if options.timings else [],
    )
    return _Outcome(review, is_complete, narrowing.doubts(told))


def _quieted(
    program: Program, findings: list[Finding], cards: Sequence[Card], judged: Sequence[Judged], options: Options
) -> Quieted:
    """What is left of the findings when the suppressions of the repository and of its settings have been heard."""
    rulebook = program.rulebook
    names = Names(frozenset(rulebook.cards) | OWN_RULES.keys(), rulebook.aliases)
    ran = Ran(
        rules=frozenset(card.rule_id for card in cards),
        is_all_rules=len(cards) == len(rulebook.cards),
        is_whole=not any(one.unreviewed or one.faults for one in judged),
    )
    directives = program.directives | program.model.documents.directives()
    said = suppress(findings, directives if options.local else {}, names, ran)
    whole = msgspec.structs.replace(ran, is_whole=ran.is_whole and not _prefixes(program.tree.root, options.paths))

    def placed(origin: Origin) -> Place:
        return program.places.of_line(origin.path, origin.line)

    more = ignore(said.kept, options.settings, whole, placed)
    return Quieted(more.kept, said.hidden + more.hidden, said.notes + more.notes)


def _by_place(finding: Finding) -> tuple[object, ...]:
    return (finding.place, finding.rule)


def left_out_files(program: Program) -> list[tuple[str, str]]:
    """The files that are not reviewed and why, by path."""
    return _left_out(program, _outside(program))


def _left_out(program: Program, outside: dict[int, str]) -> list[tuple[str, str]]:
    unread = [(file.path, str(file.reason)) for file in program.left_out_files]
    return sorted([*unread, *((program.model.link.paths[m], reason) for m, reason in outside.items())])


def _outside(program: Program) -> dict[int, str]:
    """The modules that are part of no program which rules look at, each with what it is part of; without those that
    rules do not look at anyway.
    """
    model = program.model
    return {
        m: BROWSER_CODE if ProgramKind.BROWSER in model.programs.kinds(m) else _TOOLS
        for m in model.programs.aside()
        if model.link.classes[m] in IN_SCOPE
    }


def _judge(
    program: Program, judge: Judge, asked: set[int] | None, options: Options, progress: Progress
) -> tuple[list[Judged], Spent]:
    """The verdict on each module that is `asked` for, in workers; each has the whole model and asks for its own
    modules. Of the others only what may have findings in those.
    """
    encoder = msgspec.msgpack.Encoder()
    deadline = time.monotonic() + options.timeout if options.timeout else None
    log = program.tree.log
    solver = program.model.solver

    def work(m: int) -> bytes:
        if deadline is not None and time.monotonic() > deadline:
            gap = Gap(program.model.link.paths[m], 0, GapKind.BUDGET, "not reviewed: the time was up")
            judged = Judged(faults=[], findings=[], decisions=[], unreviewed=[gap])
        else:
            judged = judge.module(m, elsewhere=asked is not None and m not in asked)
        spent = solver.taken() if isinstance(solver, TimedSolver) else {}
        return encoder.encode((judged, [] if log is None else log.taken(), spent))

    wanted = [m for m in range(len(program.model.link)) if judge.has_subjects(m)]
    if asked is not None:
        near = judge.telling(asked)
        wanted = [m for m in wanted if m in asked or m in near]
    weights = [len(program.model.link.surfaces[m].functions) for m in wanted]
    batches = [[wanted[item] for item in batch] for batch in balanced(weights, options.jobs)]
    judged: list[Judged] = []
    all_spent = solver.taken() if isinstance(solver, TimedSolver) else {}  # while programs were told apart
    results = run(
        work,
        batches,
        lambda done: progress("judging", done, len(wanted)),
        meanwhile=lambda: judged.append(judge.documents()),
    )
    decoder = msgspec.msgpack.Decoder(tuple[Judged, list[Read], Spent])
    for m in wanted:
        data = results[m]
        if data is None:
            gap = Gap(program.model.link.paths[m], 0, GapKind.FAULT, "the judging of this file ended its process")
            judged.append(Judged(faults=[gap]))
        else:
            one, reads, spent = decoder.decode(data)
            _add(all_spent, spent)
            judged.append(one)
            if log is not None:
                log.add(reads)
    return judged, all_spent


def _add(total: Spent, more: Spent) -> None:
    for name, (asked, seconds) in more.items():
        before = total.get(name, (0, 0.0))
        total[name] = (before[0] + asked, before[1] + seconds)


def _timings(program: Program, judged: Sequence[Judged], spent: Spent) -> list[Timing]:
    """Where the time went: the parse of new files, each rule, each kind of question; the longest first."""
    rules: dict[str, float] = {}
    for one in judged:
        for rule, seconds in one.seconds.items():
            rules[rule] = rules.get(rule, 0.0) + seconds
    found = [
        *(Timing("rule", rule, seconds) for rule, seconds in rules.items()),
        *(Timing("question", name, seconds, asked) for name, (asked, seconds) in spent.items()),
    ]
    parts = [Timing("part", "parse", program.parsed)] if program.parsed else []
    return [*parts, *sorted(found, key=lambda one: (one.kind != "rule", -one.seconds))]


def _open_gaps(all_judged: Sequence[Judged]) -> Iterator[Gap]:
    """What kept rules from deciding, and what was not looked at."""
    for judged in all_judged:
        yield from judged.unreviewed
        for decision in judged.decisions:
            if decision.open:
                yield _open_gap(decision)


def _open_gap(decision: Decision) -> Gap:
    return Gap(decision.path, decision.line, GapKind.UNRESOLVED, decision.reason, decision.rule)


def _within(root: Path, options: Options) -> Callable[[str], bool]:
    """Whether a path below the root is asked for: by the paths of the run, and by the patterns to include. Settings are
    not code: they are asked for whatever is included.
    """
    prefixes = _prefixes(root, options.paths)
    included = IgnorePatterns(options.include)
    settings = frozenset(options.settings.files)

    def within(path: str) -> bool:
        if prefixes and not any(is_below(path, prefix) for prefix in prefixes):
            return False
        return not options.include or not path or path in settings or included.verdict(path) is True

    return within


def _prefixes(root: Path, paths: Sequence[Path]) -> list[str]:
    """The paths that were asked for, relative to the root; none where that is everything."""
    prefixes: list[str] = []
    for path in paths:
        resolved = path.resolve()
        if resolved == root or not resolved.is_relative_to(root):
            return []
        prefixes.append(resolved.relative_to(root).as_posix())
    return prefixes

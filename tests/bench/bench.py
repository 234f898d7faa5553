"""What a review costs: its phases beside the bare tree-sitter parse of the same files, in the same run.

`python tests/bench/bench.py REPO` runs three rounds, each in a process of its own and without anything cached, and
prints medians. The parse is done on one core with the files in memory; the review uses all cores unless --jobs says
otherwise. The whole is the process from its start to its end, the interpreter's own start included.
"""

from __future__ import annotations

import argparse
import gc
import io
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import tree_sitter
import tree_sitter_javascript
import tree_sitter_typescript
from rich.console import Console

from reviewer.finding import Gap
from reviewer.program import open_program
from reviewer.report import render_text
from reviewer.reviewing import review as run
from reviewer.settings import Options
from reviewer.source.read import read_file

REPOSITORY = Path(__file__).resolve().parent.parent.parent
# Phases that share a budget, as multiples of the parse; the whole may take this and a fixed part.
BUDGETS = {
    "find + parse + lower": (("find", "parse and lower"), 1.8),
    "surfaces + link": (("link",), 0.3),
    "judge": (("judge",), 1.2),
    "report": (("report",), 0.1),
}
WHOLE, FIXED = 3.0, 0.3
RSS_UNIT = 1 if sys.platform == "darwin" else 1024


def measure(repo: Path, jobs: int) -> dict[str, object]:
    """One round: parses, reviews and reports; seconds by phase, peak memory in bytes, and what was reviewed."""
    gc.disable()  # as the command does: the report would pay for a walk over the whole model
    started = time.perf_counter()
    review = run(Options(paths=(repo,), root=repo, jobs=jobs), lambda _phase, _done, _total: None)
    reported = time.perf_counter()
    render_text(review, Console(file=io.StringIO(), width=120), quiet=False, verbose=False)
    ended = time.perf_counter()
    peak = [resource.getrusage(who).ru_maxrss * RSS_UNIT for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    phases = {phase.name: phase.seconds for phase in review.phases}
    phases["report"] = ended - reported
    return {
        "phases": phases,
        "inside": ended - started,
        "peak": peak,
        "files": review.reviewed,
        "lines": review.lines,
        "bytes": review.bytes,
        "findings": len(review.findings),
    }


def parse(repo: Path) -> dict[str, object]:
    """The floor: how long tree-sitter takes for the files that a review of `repo` reads."""
    javascript = tree_sitter.Parser(tree_sitter.Language(tree_sitter_javascript.language()))
    typescript = tree_sitter.Parser(tree_sitter.Language(tree_sitter_typescript.language_typescript()))
    tsx = tree_sitter.Parser(tree_sitter.Language(tree_sitter_typescript.language_tsx()))
    parsers = {".ts": typescript, ".mts": typescript, ".cts": typescript, ".tsx": tsx}
    work = []
    for path in open_program(Options(paths=(repo,), root=repo)).model.link.paths:
        data = read_file(repo, path)
        if not isinstance(data, Gap):
            work.append((parsers.get(os.path.splitext(path)[1], javascript), data))
    started = time.perf_counter()
    for parser, data in work:
        parser.parse(data)
    return {"parse": time.perf_counter() - started, "files": len(work), "bytes": sum(len(data) for _, data in work)}


def round_of(what: str, repo: Path, jobs: int, compiled: str) -> dict[str, object]:
    """One measurement in a process of its own; adds the seconds from the process's start to its end.

    Python finds the modules compiled in `compiled`, as it does where nodereview is installed.
    """
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, "XDG_CACHE_HOME": cache, "PYTHONPATH": str(REPOSITORY)}
        environment |= {"PYTHONPYCACHEPREFIX": compiled, "PYTHONDONTWRITEBYTECODE": ""}
        command = [sys.executable, __file__, str(repo), "--jobs", str(jobs), "--once", what]
        started = time.perf_counter()
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
        return {**json.loads(done.stdout), "whole": time.perf_counter() - started}


def main() -> None:
    """Measure and print."""
    reader = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    reader.add_argument("repo", type=Path)
    reader.add_argument("--rounds", type=int, default=3)
    reader.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    reader.add_argument("--once", choices=["parse", "review"], help=argparse.SUPPRESS)
    given = reader.parse_args()
    repo, jobs, rounds = given.repo.resolve(), given.jobs, given.rounds
    if given.once:
        json.dump(parse(repo) if given.once == "parse" else measure(repo, jobs), sys.stdout)
        return
    with tempfile.TemporaryDirectory() as compiled:
        round_of("parse", repo, jobs, compiled)
        pairs = [
            (round_of("parse", repo, jobs, compiled), round_of("review", repo, jobs, compiled)) for _ in range(rounds)
        ]
    floors = [float(floor["parse"]) for floor, _ in pairs]
    floor, review = pairs[-1]
    megabytes = int(floor["bytes"]) / 1e6
    print(
        f"{repo.name}: {review['files']} files, {review['lines']:,} lines, {review['findings']} findings, {jobs} jobs"
    )
    if (floor["files"], floor["bytes"]) != (review["files"], review["bytes"]):
        print(f"  the parse read other files than the review: {floor['files']} files, {floor['bytes']:,} bytes")
    floor_seconds = statistics.median(floors)
    print(
        f"  parse of the same files {floor_seconds:.2f} s ({megabytes / floor_seconds:.1f} MB/s), median of {rounds}\n"
    )
    print(f"  {'phase':<24}{'seconds':>9}{'x parse':>9}{'budget':>9}")
    reviews = [review for _, review in pairs]
    for name in review["phases"]:
        line(name, [float(one["phases"].get(name, 0)) for one in reviews], floors)
    print()
    for name, (parts, budget) in BUDGETS.items():
        line(name, [sum(one["phases"].get(part, 0) for part in parts) for one in reviews], floors, budget)
    line("whole - 0.3 s", [float(one["whole"]) - FIXED for one in reviews], floors, WHOLE)
    line("whole", [float(one["whole"]) for one in reviews], floors)
    peaks = [statistics.median(one["peak"][at] for one in reviews) / 1e6 for at in (0, 1)]
    print(f"\n  peak memory {peaks[0]:.0f} MB, largest worker {peaks[1]:.0f} MB")


def line(name: str, seconds: list[float], floors: list[float], budget: float | None = None) -> None:
    """Print the median seconds of a phase, and the median of the rounds' ratios to their own parse."""
    ratio = statistics.median(one / floor for one, floor in zip(seconds, floors, strict=True))
    allowed = "" if budget is None else f"{budget:.1f}{' OVER' if ratio > budget else ''}"
    print(f"  {name:<24}{statistics.median(seconds):>9.2f}{ratio:>9.2f}{allowed:>9}".rstrip())


if __name__ == "__main__":
    main()

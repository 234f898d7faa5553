"""What nodereview takes as people run it: the first time, again, after an edit, in a hook, on larger repositories.

`python tests/bench/runs.py REPO` copies REPO into a checkout of its own and prints medians of several rounds, beside
the bare tree-sitter parse of the files that are reviewed. With `--others` ESLint, Biome and oxlint from npm run on the
same files, with what they have of comparable rules. With `--write` the table of the README is written anew.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
README = REPOSITORY / "README.md"
BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"
SUFFIXES = (".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx")
# Of the budget: so many times the bare parse, and so many seconds more.
BUDGETS = {
    "nothing kept": (2.5, 0.3),
    "nothing changed": (0.3, 0.15),
    "one file changed": (0.5, 0.2),
    "three files, in a hook": (0.5, 0.2),
    "`nodereview --version`": (0.0, 0.15),
    "one small file": (0.0, 0.35),
}
PACKAGES = (
    "eslint@9",
    "typescript-eslint@8",
    "eslint-plugin-n@17",
    "eslint-plugin-promise@7",
    "oxlint@1",
    "@biomejs/biome@2",
)
ESLINT = """
import n from 'eslint-plugin-n'
import promise from 'eslint-plugin-promise'
import ts from 'typescript-eslint'
export default [
  { ignores: ['**/node_modules/**'] },
  {
    files: ['**/*.{js,mjs,cjs,jsx,ts,mts,cts,tsx}'],
    languageOptions: { parser: ts.parser, parserOptions: { ecmaFeatures: { jsx: true } } },
    linterOptions: { reportUnusedDisableDirectives: 'off' },
    plugins: { n, promise },
    rules: {
      'n/no-sync': 'warn', 'n/handle-callback-err': 'warn', 'promise/catch-or-return': 'warn',
      'promise/no-callback-in-promise': 'warn', 'no-await-in-loop': 'warn', 'no-async-promise-executor': 'warn',
    },
  },
]
"""
OXLINT = (
    *("--promise-plugin", "--node-plugin", "-A", "all"),
    *("-D", "eslint/no-await-in-loop", "-D", "eslint/no-async-promise-executor"),
    *("-D", "promise/catch-or-return", "-D", "promise/no-callback-in-promise"),
)
BIOME = {
    "$schema": "https://biomejs.dev/schemas/2.0.0/schema.json",
    "formatter": {"enabled": False},
    "assist": {"enabled": False},
    "linter": {"rules": {"recommended": False, "performance": {"noAwaitInLoops": "warn"},
                         "suspicious": {"noAsyncPromiseExecutor": "warn"}}},
}  # fmt: skip


class Taken(NamedTuple):
    """One measurement: seconds from start to end, and the peak memory of the largest process in bytes."""

    seconds: float
    peak: int


class Bench:
    """A copy of a repository, and a cache, in a folder that is gone afterwards."""

    def __init__(self, repo: Path, scratch: Path) -> None:
        self.scratch = scratch
        self.repo = copied(repo, scratch / repo.name)
        self.environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONDONTWRITEBYTECODE": ""}
        self.environment |= {"PYTHONPYCACHEPREFIX": str(scratch / "compiled"), "XDG_CACHE_HOME": str(scratch / "cache")}

    def run(self, words: Sequence[str], where: Path | None = None) -> Taken:
        """The command, timed. It may end with 1, which says that something was found."""
        begun = time.perf_counter()
        process = subprocess.Popen(
            words, cwd=where or self.repo, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        _, status, usage = os.wait4(process.pid, 0)
        taken = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in {0, 1}:
            message = f"{' '.join(map(str, words[:4]))} … ended with {process.returncode}"
            raise SystemExit(message)
        return Taken(taken, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024))

    def review(self, *words: str, where: Path | None = None) -> Taken:
        """A run of nodereview."""
        return self.run([sys.executable, "-m", "reviewer", *words], where)

    def parse(self, where: Path | None = None) -> dict[str, float]:
        """The floor, as the other benchmark takes it."""
        words = [sys.executable, str(HERE / "bench.py"), str(where or self.repo), "--once", "parse"]
        done = subprocess.run(words, env=self.environment, stdout=subprocess.PIPE, check=True)
        return {name: float(value) for name, value in json.loads(done.stdout).items()}

    def edit(self, path: str, number: int) -> None:
        """Change a file."""
        with (self.repo / path).open("a") as stream:
            stream.write(f"// {number}\n")

    def forget(self) -> None:
        """Remove what was kept of files and runs; what was compiled of the rules stays."""
        for name in ("modules", "names", "runs"):
            shutil.rmtree(self.scratch / "cache" / "nodereview" / name, ignore_errors=True)

    def reviewed(self) -> list[str]:
        """The files that are reviewed, the largest first."""
        words = [sys.executable, "-m", "reviewer", "files", "--format", "json"]
        done = subprocess.run(words, cwd=self.repo, env=self.environment, stdout=subprocess.PIPE, check=True)
        files = [one for one in json.loads(done.stdout) if one["class"] == "source"]
        return [one["path"] for one in sorted(files, key=lambda one: (-one["bytes"], one["path"]))]


def copied(repo: Path, to: Path) -> Path:
    """The files of a repository in a checkout that knows nothing else."""
    shutil.copytree(repo, to, ignore=shutil.ignore_patterns(".git", "node_modules"), symlinks=True)
    checked_out(to)
    return to


def checked_out(folder: Path) -> None:
    """Make a folder a checkout whose files are all in the index."""
    for words in (("init", "-q"), ("add", "-A")):
        subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True)


def rounds_of(bench: Bench, rounds: int) -> dict[str, list[Taken]]:
    """Each way of running it, in turn."""
    small = bench.scratch / "small"
    small.mkdir()
    files = bench.reviewed()
    edited = [files[len(files) * part // 8] for part in (1, 2, 3)]
    bench.review("check", "--exit-zero")  # compiles Python and the rules
    found: dict[str, list[Taken]] = {}

    def take(name: str, run: Callable[[], Taken]) -> None:
        found.setdefault(name, []).append(run())

    for number in range(rounds):
        (small / "a.js").write_text(f"console.log({number})\n")
        take("`nodereview --version`", lambda: bench.review("--version"))
        take("one small file", lambda: bench.review("check", str(small)))
        bench.forget()
        take("nothing kept", lambda: bench.review("check", "--exit-zero"))
        take("nothing changed", lambda: bench.review("check", "--exit-zero"))
        bench.edit(edited[0], number)
        take("one file changed", lambda: bench.review("check", "--exit-zero"))
        bench.edit(edited[1], number)
        take("three files, in a hook", lambda: bench.review("check", "--exit-zero", *edited))
    return found


def others(bench: Bench, rounds: int) -> dict[str, list[Taken]]:
    """ESLint, Biome and oxlint, on the files that nodereview reads."""
    tools = bench.scratch / "tools"
    tools.mkdir()
    subprocess.run(["npm", "init", "-y"], cwd=tools, check=True, capture_output=True)
    subprocess.run(["npm", "install", "--no-audit", "--no-fund", *PACKAGES], cwd=tools, check=True, capture_output=True)
    files = [path for path in bench.reviewed() if path.endswith(SUFFIXES)]
    sources = tools / "sources"
    for path in files:
        (sources / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(bench.repo / path, sources / path)
    (tools / "eslint.config.mjs").write_text(ESLINT)
    (tools / "biome.json").write_text(json.dumps(BIOME))
    program = tools / "node_modules" / ".bin"
    commands = {
        "ESLint": [str(program / "eslint"), "--no-warn-ignored", "--quiet", "sources"],
        "Biome": [str(program / "biome"), "lint", "--max-diagnostics=none", "sources"],
        "oxlint": [str(program / "oxlint"), *OXLINT, "sources"],
    }
    return {name: [bench.run(words, tools) for _ in range(rounds)] for name, words in commands.items()}


def growth(bench: Bench, sizes: Sequence[float]) -> list[tuple[float, Taken]]:
    """Cold runs on repositories of about so many MB: packages that are copies of this one, or of a part of it."""
    found = []
    for size in sizes:
        folder = bench.scratch / f"grown-{size:g}"
        total, number = 0, 0
        while total < size * 1e6:
            package = folder / "packages" / f"p{number}"
            number += 1
            for path in sorted(bench.reviewed()):
                target = package / path
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(bench.repo / path, target)
                total += target.stat().st_size
                if total >= size * 1e6:
                    break
            if (bench.repo / "package.json").exists():
                shutil.copy(bench.repo / "package.json", package / "package.json")
        checked_out(folder)
        bench.forget()
        found.append((bench.parse(folder)["bytes"] / 1e6, bench.review("check", "--exit-zero", where=folder)))
    return found


def machine() -> str:
    """The machine and what runs there, for the reader of figures."""
    model = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        named = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
        model = named[1] if named else model
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{cores} cores of {model}, Python {platform.python_version()}"


def main() -> None:
    """Measure and print."""
    reader = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    reader.add_argument("repo", type=Path)
    reader.add_argument("--rounds", type=int, default=3)
    reader.add_argument("--others", action="store_true", help="beside ESLint, Biome and oxlint, from npm")
    reader.add_argument(
        "--growth", type=float, nargs="*", default=[], metavar="MB", help="also repositories of this size"
    )
    reader.add_argument("--write", action="store_true", help="write the table of the README")
    given = reader.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(given.repo.resolve(), Path(folder))
        found = rounds_of(bench, given.rounds)
        floors = [bench.parse() for _ in range(given.rounds)]
        floor = statistics.median(one["parse"] for one in floors)
        size = floors[0]["bytes"] / 1e6
        measured = f"{given.repo.resolve().name}: {floors[0]['files']:.0f} files, {size:.1f} MB, on {machine()}"
        parsing = f"The bare parse of these files on one core takes {floor:.2f} s."
        lines = [
            f"{measured}; medians of {given.rounds}. {parsing}",
            "",
            "| Run | Seconds | × parse | Peak memory |",
            "| --- | ---: | ---: | ---: |",
        ]
        if given.others:
            found |= others(bench, given.rounds)
        for name, runs in found.items():
            seconds = statistics.median(one.seconds for one in runs)
            peak = max(one.peak for one in runs) / 1e6
            lines.append(f"| {name} | {seconds:.2f} | {seconds / floor:.1f} | {peak:.0f} MB |")
            if name in BUDGETS:
                times, more = BUDGETS[name]
                print(f"{name:<26}{seconds:7.2f} s, allowed {times * floor + more:5.2f} s", file=sys.stderr)
        for megabytes, taken in growth(bench, given.growth):
            peak = f"{taken.peak / 1e6:.0f} MB"
            each = taken.seconds / megabytes
            lines.append(f"| nothing kept, {megabytes:.0f} MB | {taken.seconds:.2f} | {each:.2f} s/MB | {peak} |")
    print("\n".join(lines))
    if given.write:
        text = README.read_text(encoding="utf-8")
        before, rest = text.split(BEGIN)
        after = rest.split(END)[1]
        written = "\n".join((f"{before}{BEGIN}", *lines, f"{END}{after}"))
        README.write_text(written, encoding="utf-8")


if __name__ == "__main__":
    main()

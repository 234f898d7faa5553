"""Every file of some hundred real packages from npm is read: no crash, no hang, bounded memory.

Needs npm and the network. The packages are kept in `.world/` between runs.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from multiprocessing.pool import Pool
from pathlib import Path
from types import FrameType
from typing import Final, NamedTuple

import pytest

from reviewer.finding import Gap
from reviewer.source.lower import lower
from reviewer.source.read import read_file

REPOSITORY: Final = Path(__file__).resolve().parent.parent.parent
WORLD: Final = REPOSITORY / ".world" / "packages"
SUFFIXES: Final = (".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx")
DECLARATIONS: Final = (".d.ts", ".d.mts", ".d.cts")
# With what they depend on, several hundred: servers, databases, tools, compilers, bundles, generated tables.
PACKAGES: Final = (
    *("express", "fastify", "koa", "@nestjs/core", "@nestjs/common", "socket.io", "apollo-server-express"),
    *("pg", "mysql2", "sequelize", "knex", "mongoose", "typeorm", "ioredis", "bullmq", "rxjs", "lodash", "core-js"),
    *("typescript", "webpack", "rollup", "eslint", "jest", "mocha", "prettier", "aws-sdk", "pm2", "nodemailer"),
)
SECONDS: Final = 60
"""For one file, on a busy machine; the largest take a few."""
MEMORY: Final = 4 << 30


class Read(NamedTuple):
    """What came of one file: its gaps by kind, seconds, or the error."""

    path: str
    size: int
    seconds: float
    gaps: tuple[str, ...]
    error: str


@pytest.fixture(scope="module")
def packages() -> Path:
    """The folder with all packages, installed by npm without running any of their scripts."""
    modules = WORLD / "node_modules"
    wanted = WORLD / "package.json"
    manifest = json.dumps({"private": True, "dependencies": dict.fromkeys(PACKAGES, "*")}, indent=2)
    if not modules.is_dir() or not wanted.is_file() or wanted.read_text(encoding="utf-8") != manifest:
        npm = shutil.which("npm")
        assert npm, "npm is needed for the tests of tests/world"
        WORLD.mkdir(parents=True, exist_ok=True)
        wanted.write_text(manifest, encoding="utf-8")
        command = [npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--legacy-peer-deps", "--silent"]
        subprocess.run(command, cwd=WORLD, check=True)
    return modules


def sources(folder: Path) -> list[str]:
    """The paths of all files in a language that is reviewed, below `folder` and relative to it, sorted."""
    return sorted(
        os.path.relpath(os.path.join(parent, name), folder)
        for parent, _, names in os.walk(folder)
        for name in names
        if name.endswith(SUFFIXES) and not os.path.islink(os.path.join(parent, name))
    )


def read(work: tuple[Path, str]) -> Read:
    """Read and lower one file; after SECONDS an alarm ends it."""
    folder, path = work
    data = read_file(folder, path)
    if isinstance(data, Gap):
        return Read(path, 0, 0.0, (data.kind,), "")
    signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(SECONDS)
    started = time.perf_counter()
    try:
        gaps = tuple(sorted({str(gap.kind) for gap in lower(data, os.path.basename(path)).gaps}))
        error = ""
    except Exception as caught:  # noqa: BLE001 - what is caught is what the test is about
        gaps, error = (), f"{type(caught).__name__}: {caught}"
    finally:
        signal.alarm(0)
    return Read(path, len(data), time.perf_counter() - started, gaps, error)


def _too_long(_signal: int, _frame: FrameType | None) -> None:
    message = f"not read after {SECONDS} s"
    raise TimeoutError(message)


def _bounded() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


@pytest.fixture(scope="module")
def readers() -> Iterator[Pool]:
    """As many processes as there are cores, each with bounded memory."""
    with multiprocessing.get_context("fork").Pool(initializer=_bounded) as pool:
        yield pool


def test_every_file_is_read(packages: Path, readers: Pool) -> None:
    paths = sources(packages)
    names = {_package(path) for path in paths}
    results = list(readers.imap_unordered(read, [(packages, path) for path in paths], chunksize=16))
    megabytes = sum(result.size for result in results) / 1e6
    gaps = [result for result in results if result.gaps]
    slowest = max(results, key=lambda result: result.seconds)
    print(f"\n{len(names)} packages, {len(results)} files, {megabytes:.0f} MB; {len(gaps)} files with gaps, of these")
    print(f"{sum(result.path.endswith(DECLARATIONS) for result in gaps)} declarations; the others below")
    print(f"slowest: {slowest.path}, {slowest.size / 1e6:.1f} MB, {slowest.seconds:.1f} s")
    for result in (result for result in gaps if not result.path.endswith(DECLARATIONS)):
        print(f"  {', '.join(result.gaps)}: {result.path} ({result.size} bytes)")
    assert len(names) > 300
    assert [f"{result.path}: {result.error}" for result in results if result.error] == []


def _package(path: str) -> str:
    inner = path.rpartition("node_modules/")[2].split("/")
    return "/".join(inner[:2]) if inner[0].startswith("@") else inner[0]


def test_packages_are_reviewed_like_an_application(packages: Path, tmp_path: Path) -> None:
    # node_modules is never entered, so the packages stand in another folder, as somebody's own code would.
    for name in ("express", "knex", "mongoose", "pm2", "sequelize", "socket.io", "typeorm"):
        shutil.copytree(packages / name, tmp_path / "src" / name, ignore=shutil.ignore_patterns("node_modules"))
    command = [sys.executable, "-m", "reviewer", "check", "-f", "json", "--profile", "strict", str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(command, env=environment, capture_output=True, check=False, timeout=300)
    assert done.stderr == b""
    assert done.returncode in {0, 1}
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    assert peak < MEMORY
    report = json.loads(done.stdout)
    assert [gap for gap in report["gaps"] if gap["kind"] == "fault"] == []

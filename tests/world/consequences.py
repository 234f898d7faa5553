"""Tries what the cards say happens: their claims of consequences, versions and figures, on the Node.js that is here.

The programs in claims/ state one claim a line, with what was measured. They get the real packages, through npm, in a
folder of their own, a PostgreSQL and a Redis; both come through apt when they are missing and this runs as root. Run it
as a script, with the names of programs or for all.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from servers import free_port, postgres

CLAIMS: Final = Path(__file__).parent / "claims"
PROGRAMS: Final = ("rejections", "handlers", "listeners", "jobs", "blocking", "headers", "queries", "samples")
PATIENCE: Final = 120
"""Seconds after which a program has failed."""

# Folders, since the packages of Nest ask for one another by name.
PACKAGES: Final = {
    ".": (
        *("express4@npm:express@4", "express5@npm:express@5", "koa@2", "fastify@5", "hono@4", "@hono/node-server@1"),
        *("helmet@8", "koa-helmet@8", "@fastify/helmet@13", "bcrypt@6"),
        *("socket.io@4", "socket.io-client@4", "amqplib@0.10", "cron433@npm:cron@4.3.3", "cron434@npm:cron@4.3.4"),
        *("node-schedule@2", "node-cron@4", "bull@4", "bullmq@5", "ioredis@5"),
        *("cache-manager4@npm:cache-manager@4", "cache-manager5@npm:cache-manager@5"),
        *("pg@8", "mysql2@3", "knex@3", "sequelize@6", "pg-promise@12"),
        *("typeorm@0.3", "typeorm1@npm:typeorm@1", "reflect-metadata@0.2"),
    ),
    "nest10": (
        *("@nestjs/common@10", "@nestjs/core@10", "@nestjs/platform-express@10", "reflect-metadata@0.2", "rxjs@7"),
        *("@nestjs/bull@10", "@nestjs/bullmq@10", "bull@4", "bullmq@5"),
    ),
    "nest11": ("@nestjs/common@11", "@nestjs/core@11", "@nestjs/platform-express@11", "reflect-metadata@0.2", "rxjs@7"),
}
# The last Node.js that went on after an unhandled rejection, and the first that did not.
OLD: Final = (14, 15)


def install(folder: Path, *packages: str, needed: bool = True) -> None:
    """Put packages into the node_modules of a folder; those that are not needed may be missing for this machine."""
    folder.mkdir(exist_ok=True)
    if not (folder / "package.json").exists():
        (folder / "package.json").write_text('{ "private": true }\n', encoding="utf-8")
    command = ["npm", "install", "--no-audit", "--no-fund", "--loglevel=error", *packages]
    subprocess.run(command, cwd=folder, check=needed, stdout=subprocess.DEVNULL)


def platform() -> str:
    """The system and the processor, as Node.js calls them and its packages are named."""
    asked = ["node", "-p", "`${process.platform}-${process.arch}`"]
    return subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()


@contextmanager
def redis() -> Iterator[str]:
    """A fresh Redis on loopback, which keeps nothing on disk; gives its URL."""
    if shutil.which("redis-server") is None:
        if os.geteuid() != 0:
            sys.exit("Redis is missing: apt-get install redis-server")
        subprocess.run(["apt-get", "update", "-q"], check=True)
        subprocess.run(["apt-get", "install", "-y", "-q", "--no-install-recommends", "redis-server"], check=True)
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with tempfile.TemporaryDirectory(prefix="world-redis-") as folder:
        server = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
        try:
            yield f"redis://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait()


def main(names: list[str]) -> int:
    """Run the programs, or those named; the number of those in which a claim does not hold."""
    began = time.monotonic()
    failed = []
    with tempfile.TemporaryDirectory(prefix="world-claims-") as place, postgres() as database, redis() as queue:
        folder = Path(place)
        shutil.copytree(CLAIMS, folder, dirs_exist_ok=True)
        for below, packages in PACKAGES.items():
            install(folder / below, *packages)
        for major in OLD:
            install(folder, f"node{major}@npm:node-{platform()}@{major}", needed=False)
        environment = {**os.environ, "DATABASE_URL": database.url, "REDIS_URL": queue}
        for name in names or PROGRAMS:
            done = subprocess.run(["node", f"{name}.mjs"], cwd=folder, env=environment, check=False, timeout=PATIENCE)
            if done.returncode:
                failed.append(name)
    sys.stdout.write(f"{time.monotonic() - began:.0f} seconds; {', '.join(failed) or 'nothing'} failed\n")
    return len(failed)


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1:]), 1))

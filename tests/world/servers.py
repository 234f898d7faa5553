"""What a fixture needs to run: a PostgreSQL server, its packages, its process, and the service it calls."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final, NamedTuple

FIXTURES: Final = Path(__file__).parents[2] / "fixtures"
PASSWORD: Final = "correct horse"
HANGS: Final = 0  # the status of a request that got no answer in time
LOST: Final = -1  # the status of a request whose connection was cut
PATIENCE: Final = 1.5


class Answer(NamedTuple):
    """A status (or HANGS, LOST) and the decoded JSON body, if any."""

    status: int
    body: object


class Ask(NamedTuple):
    """One request; `role` is who signs in first, if anyone."""

    method: str
    path: str
    body: object = None
    role: str = ""
    headers: tuple[tuple[str, str], ...] = ()


def free_port() -> int:
    """A port that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def postgres_programs() -> Path:
    """The folder of initdb and pg_ctl; installs PostgreSQL when it is missing and this runs as root."""
    for attempt in range(2):
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
        if found:
            return found[-1].parent
        if attempt == 0 and os.geteuid() == 0:
            subprocess.run(["apt-get", "update", "-q"], check=True)
            subprocess.run(["apt-get", "install", "-y", "-q", "postgresql"], check=True)
    sys.exit("PostgreSQL is missing: apt-get install postgresql")


@contextmanager
def postgres() -> Iterator[str]:
    """A fresh database server on loopback, as a user that is not root; gives its URL."""
    programs = postgres_programs()
    folder = Path(tempfile.mkdtemp(prefix="world-postgres-"))
    user: str | None = None
    if os.geteuid() == 0:
        user = "postgres"
        account = pwd.getpwnam(user)
        os.chown(folder, account.pw_uid, account.pw_gid)
    port = free_port()
    data = folder / "data"

    def run(*command: str) -> None:
        subprocess.run(command, check=True, user=user, cwd=folder, stdout=subprocess.DEVNULL)

    run(str(programs / "initdb"), "-D", str(data), "-U", "shop", "-A", "trust", "-E", "UTF8", "--no-sync")
    options = f"-c listen_addresses=127.0.0.1 -c fsync=off -p {port} -k {folder}"
    run(str(programs / "pg_ctl"), "-D", str(data), "-l", str(folder / "log"), "-o", options, "-w", "start")
    try:
        yield f"postgres://shop@127.0.0.1:{port}/postgres"
    finally:
        run(str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder)


class Shop:
    """A copy of a fixture with its packages installed, which can be started, asked and stopped."""

    def __init__(self, name: str, folder: Path, database: str) -> None:
        self.folder = folder / name
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.tokens: dict[str, str] = {}
        self.environment = {
            **os.environ,
            "PORT": str(self.port),
            "DATABASE_URL": database,
            "JWT_SECRET": "a secret for the world tests",
            "LOG_LEVEL": "silent",
            "NODE_ENV": "test",
        }
        shutil.copytree(FIXTURES / name, self.folder)
        self.run("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error")
        self.run("npm", "test")
        self.seed()

    def run(self, *command: str, **environment: str) -> str:
        """Run a command in the copy; its output."""
        done = subprocess.run(
            command,
            cwd=self.folder,
            env={**self.environment, **environment},
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout

    def seed(self) -> None:
        """Fill the tables anew."""
        self.run("node", "scripts/migrate.js")
        self.run("node", "scripts/seed.js", SEED_PASSWORD=PASSWORD)

    @contextmanager
    def started(self, *flags: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
        """The server, listening."""
        process = subprocess.Popen(
            ["node", *flags, "src/server.js"],
            cwd=self.folder,
            env={**self.environment, **environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            deadline = time.monotonic() + 20
            while self.ask(Ask("GET", "/health/ready")).status != 200:
                if time.monotonic() > deadline or process.poll() is not None:
                    sys.exit(f"{self.folder.name} does not start")
                time.sleep(0.1)
            yield process
        finally:
            process.kill()
            process.wait()

    def ask(self, ask: Ask) -> Answer:
        """Send one request, signed in as its role."""
        headers = {"content-type": "application/json", **dict(ask.headers)}
        if ask.role:
            headers["authorization"] = f"Bearer {self.token(ask.role)}"
        data = None if ask.body is None else json.dumps(ask.body).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{ask.path}", data=data, headers=headers, method=ask.method
        )
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as response:
                return Answer(response.status, json.loads(response.read() or b"null"))
        except urllib.error.HTTPError as refused:
            return Answer(refused.code, None)
        except TimeoutError:
            return Answer(HANGS, None)
        except OSError:
            return Answer(LOST, None)

    def token(self, role: str) -> str:
        """A session of one of the seeded users."""
        if role not in self.tokens:
            body = {"email": f"{role}@shop.example", "password": PASSWORD}
            answer = self.ask(Ask("POST", "/api/auth/login", body))
            if not isinstance(answer.body, dict):
                sys.exit(f"{role} cannot sign in: {answer.status}")
            self.tokens[role] = answer.body["token"]
        return self.tokens[role]


@contextmanager
def bank(rates: dict[str, object]) -> Iterator[str]:
    """A service of exchange rates; gives its URL."""

    class Rates(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps({"rates": rates}).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Rates)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/latest"
    finally:
        server.shutdown()
        server.server_close()

"""What a fixture needs to run: a PostgreSQL server, its packages, its process, and the services that it calls."""

from __future__ import annotations

import base64
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
import urllib.parse
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


class Database(NamedTuple):
    """A server of its own: its URL, and the file that names each statement it gets."""

    url: str
    log: Path


def quote(text: str) -> str:
    """Text for a query string or a path segment."""
    return urllib.parse.quote(text, safe="")


def size(answer: Answer) -> int:
    """How much an answer gives away: rows, or the number of changed rows; 0 for refusals."""
    body = answer.body
    if answer.status != 200:
        return 0
    if isinstance(body, dict):
        found = next((body[key] for key in ("changed", "products", "names", "results") if key in body), body)
        return int(found) if isinstance(found, int) else len(found)
    return len(body) if isinstance(body, list) else 0


def check(claim: str, *, holds: bool) -> bool:
    """Print one line; whether it holds."""
    sys.stdout.write(f"{'ok  ' if holds else 'FAIL'} {claim}\n")
    sys.stdout.flush()
    return holds


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
def postgres() -> Iterator[Database]:
    """A fresh database server on loopback, as a user that is not root."""
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
    options = f"-c listen_addresses=127.0.0.1 -c fsync=off -c log_statement=all -p {port} -k {folder}"
    run(str(programs / "pg_ctl"), "-D", str(data), "-l", str(folder / "log"), "-o", options, "-w", "start")
    try:
        yield Database(f"postgres://shop@127.0.0.1:{port}/postgres", folder / "log")
    finally:
        run(str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder)


class Shop:
    """A copy of a fixture with its packages installed, which can be started, asked and stopped."""

    def __init__(self, name: str, folder: Path, database: Database) -> None:
        self.folder = folder / name
        self.database = database
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.tokens: dict[str, str] = {}
        self.environment = {
            **os.environ,
            "PORT": str(self.port),
            "DATABASE_URL": database.url,
            "JWT_SECRET": "a secret for the world tests",
            "LOG_LEVEL": "silent",
            "NODE_ENV": "test",
        }
        shutil.copytree(FIXTURES / name, self.folder)
        self.main = str(json.loads((self.folder / "package.json").read_text(encoding="utf-8"))["main"])
        self.run("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error")
        self.run("npm", "run", "build", "--if-present")
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
        self.run("npm", "run", "migrate")
        self.run("npm", "run", "seed", SEED_PASSWORD=PASSWORD)

    @contextmanager
    def started(self, *flags: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
        """The server, listening."""
        process = subprocess.Popen(
            ["node", *flags, self.main],
            cwd=self.folder,
            env={**self.environment, **environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.tokens.clear()
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

    def ask(self, ask: Ask, patience: float = PATIENCE) -> Answer:
        """Send one request, signed in as its role."""
        headers = {"content-type": "application/json", **dict(ask.headers)}
        if ask.role:
            headers["authorization"] = f"Bearer {self.token(ask.role)}"
        data = None if ask.body is None else json.dumps(ask.body).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{ask.path}", data=data, headers=headers, method=ask.method
        )
        try:
            with urllib.request.urlopen(request, timeout=patience) as response:
                return Answer(response.status, json.loads(response.read() or b"null"))
        except urllib.error.HTTPError as refused:
            return Answer(refused.code, None)
        except TimeoutError:
            return Answer(HANGS, None)
        except OSError:
            return Answer(LOST, None)

    def statements(self, ask: Ask, table: str) -> int:
        """How many statements that name a table the answer to a request takes."""
        self.token(ask.role) if ask.role else None
        before = self._named(table)
        self.ask(ask)
        return self._named(table) - before

    def _named(self, table: str) -> int:
        lines = self.database.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return sum(table in line and ("execute " in line or "statement: " in line) for line in lines)

    def knock(self, path: str, message: str | None = None) -> None:
        """Open a WebSocket (RFC 6455), and send one message of text."""
        key = base64.b64encode(os.urandom(16)).decode()
        request = (
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as connection:
            connection.sendall(request.encode())
            connection.recv(4096)
            if message is not None:
                # a final frame of text, masked with zeros
                connection.sendall(bytes([0x81, 0x80 | len(message), 0, 0, 0, 0]) + message.encode())
            time.sleep(0.5)

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
def partner(status: int) -> Iterator[str]:
    """A service that gives every request this status; gives its URL."""

    class Partner(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("content-length") or 0))
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        do_POST = do_GET  # noqa: N815 - the name that the base class looks for

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
            pass

    with _serving(Partner) as url:
        yield url


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

    with _serving(Rates) as url:
        yield f"{url}/latest"


@contextmanager
def _serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()

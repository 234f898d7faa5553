"""The fixtures of frameworks and brokers are real programs: their packages install, their types hold, and they start.

Their databases and brokers are out of reach here, so that a program may complain of refused connections, and end for
it; it may not fail because of what it asks of its packages.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from tests.world.servers import FIXTURES, free_port

_PATIENCE: Final = 8.0
_BROKEN: Final = re.compile(
    r"\b(?:SyntaxError|TypeError|ReferenceError|ERR_MODULE_NOT_FOUND|ERR_PACKAGE_PATH_NOT_EXPORTED)\b"
    r"|Cannot find module|is not a (?:function|constructor)|does not provide an export"
)
"""What a program prints whose code asks its packages for something that they do not have."""
_NPM: Final = ("npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock", "--loglevel=error")
_KEY: Final = [
    "openssl",
    "req",
    "-x509",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-subj",
    "/CN=depot",
    "-keyout",
    "key.pem",
    "-out",
    "cert.pem",
]

# Each with the environment that it cannot start without. Shops are asked for more by start_fixtures.py.
STARTED: Final[Mapping[str, Mapping[str, str]]] = {
    "apollo-library": {},
    "broker-freight": {},
    "bull-post": {},
    "hapi-clinic": {},
    "hono-library": {},
    "http-depot": {"KEY_FILE": "key.pem", "CERT_FILE": "cert.pem"},
    "mercurius-tickets": {},
    "nest-graphql-courses": {},
    "queue-press": {},
    "socket-desk": {},
    "sqs-media": {
        "AWS_REGION": "eu-west-1",
        "UPLOADS_QUEUE": "https://sqs.eu-west-1.amazonaws.com/1/uploads",
        "CUTS_QUEUE": "https://sqs.eu-west-1.amazonaws.com/1/cuts",
    },
    "trpc-tasks": {},
    "typegraphql-recipes": {},
    "yoga-feed": {},
}
# What the platform starts, not the program itself.
TYPED_ONLY: Final = ("lambda-parcels", "next-tickets")


@pytest.mark.parametrize("name", [*STARTED, *TYPED_ONLY])
def test_a_fixture_holds_with_its_real_packages(name: str, tmp_path: Path) -> None:
    folder = tmp_path / name
    shutil.copytree(FIXTURES / name, folder)
    ran = subprocess.run(_NPM, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    assert ran.returncode == 0, ran.stderr
    if (folder / "tsconfig.json").exists():
        # Declarations of packages that name packages which the fixture does without are not the fixture's.
        typed = ("npx", "--no-install", "tsc", "-p", ".", "--noEmit", "--skipLibCheck")
        ran = subprocess.run(typed, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
        assert ran.returncode == 0, ran.stdout
    if name in STARTED:
        if "KEY_FILE" in STARTED[name]:
            subprocess.run(_KEY, cwd=folder, capture_output=True, check=True)
        printed = _printed_by(folder, STARTED[name])
        assert _BROKEN.search(printed) is None, printed


def _printed_by(folder: Path, wanted: Mapping[str, str]) -> str:
    """What the program prints while it starts, its databases out of reach."""
    nowhere = f"127.0.0.1:{free_port()}"
    environment = {
        **os.environ,
        "PORT": str(free_port()),
        "SCANNER_PORT": str(free_port()),
        "CALLBACK_PORT": str(free_port()),
        "DATABASE_URL": f"postgres://nobody@{nowhere}/none",
        "REDIS_URL": f"redis://{nowhere}",
        **wanted,
    }
    scripts = json.loads((folder / "package.json").read_text(encoding="utf-8"))["scripts"]
    if "dist/" in scripts["start"]:
        emit = ("npx", "--no-install", "tsc", "-p", ".", "--skipLibCheck")
        subprocess.run(emit, cwd=folder, capture_output=True, timeout=120, check=True)
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(
            ("npm", "start"), cwd=folder, env=environment, stdout=output, stderr=output, start_new_session=True
        )
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait()
        output.seek(0)
        return output.read()

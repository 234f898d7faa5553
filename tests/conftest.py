"""What holds for every test: no network, no settings of the person who runs them."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from reviewer.cli import main

_NETWORK = frozenset({"socket.connect", "socket.getaddrinfo", "socket.gethostbyname"})


def _refuse_network(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _NETWORK and not (event == "socket.connect" and arguments[0].family == socket.AF_UNIX):
        message = f"a test asked for the network: {event}{arguments[1:]}"
        raise RuntimeError(message)


def pytest_configure() -> None:
    """Refuse the network to the tests' own processes; tests/world starts npm and others, which may use it."""
    sys.addaudithook(_refuse_network)


@pytest.fixture(autouse=True)
def _same_everywhere(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    for name in ("COLUMNS", "FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE", "GITHUB_ACTIONS", "CI"):
        monkeypatch.delenv(name, raising=False)
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("XDG_CACHE_HOME", str(_cache_home(tmp_path_factory)))


def _cache_home(factory: pytest.TempPathFactory) -> Path:
    return factory.getbasetemp() / "cache"


class Ended(NamedTuple):
    """What a run of the command left: its exit status, and what it wrote where."""

    status: int
    out: str
    err: str


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    def run(*arguments: str) -> Ended:
        with pytest.raises(SystemExit) as left:
            main(arguments)
        captured = capfd.readouterr()
        return Ended(int(left.value.code or 0), captured.out, captured.err)

    return run

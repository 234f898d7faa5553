"""One thing that a file says is run, and for what: a command line, or a file."""

from __future__ import annotations

import re
from enum import StrEnum, auto
from typing import Final

import msgspec


class Starting(StrEnum):
    """What something is started for, as far as the file says it.

    SERVER: to run on. COMMAND: by hand, once. TOOL: to build, check, generate. LIBRARY: a package gives it away.
    BUNDLE: a bundler begins there. PAGE: an HTML page loads it.
    """

    SERVER = auto()
    COMMAND = auto()
    TOOL = auto()
    TESTS = auto()
    LIBRARY = auto()
    BUNDLE = auto()
    PAGE = auto()


class Start(msgspec.Struct, frozen=True, gc=False):
    """Exactly one of `command` (a shell line) and `file` is given, seen from `folder`; `said` tells people where.
    for_development: nobody starts it so in production. is_script: others may run it by its name.

    function: the export of the file that a platform of functions runs, and `events`: for what, in the words of the
    file that says so; `name` is what that calls it. routes: the methods and paths of those events that have one, as
    written, and with each what the platform asks first whether it may, by the name of that function there.
    """

    starting: Starting
    folder: str
    said: str
    command: str = ""
    file: str = ""
    for_development: bool = False
    function: str = ""
    events: tuple[str, ...] = ()
    name: str = ""
    is_script: bool = False
    routes: tuple[tuple[str, str, str], ...] = ()


_TESTS: Final = frozenset({"test", "tests", "testonly", "e2e", "spec", "cypress", "coverage", "jest", "mocha", "bench"})
_TOOL: Final = frozenset(
    {
        *("build", "bundle", "compile", "lint", "format", "fmt", "prettier", "eslint", "types", "typecheck", "tsc"),
        *("release", "publish", "version", "changelog", "deploy", "docs", "doc", "clean", "gen", "generate", "codegen"),
        *("prepare", "prepack", "preinstall", "install", "postinstall", "prebuild", "postbuild", "prepublish"),
        *("predev", "prestart", "ci", "i18n", "storybook", "icons", "schema", "definitions", "check", "validate"),
        *("seed", "migrate", "migration", "migrations", "setup", "package", "copy", "prepublishonly"),
    }
)
_SERVER: Final = frozenset(
    {
        *("start", "serve", "server", "dev", "develop", "development", "watch", "debug", "prod", "production", "web"),
        *("api", "run", "worker", "workers", "app", "backend", "up", "listen", "daemon", "queue", "cron", "scheduler"),
    }
)
_ANYTHING: Final = "run"
"""What is done with tools as well: `db:migrate:run`."""
_DEVELOPMENT: Final = frozenset({"dev", "develop", "development", "watch", "debug", "local"})
_SEGMENT = re.compile(r"[:._/\s-]+")


def starting_of_script(name: str) -> Starting:
    """What a script of a package.json is run for, by the words of its name: `build:server` is a tool."""
    words = [word for word in _SEGMENT.split(name.lower()) if word]
    if not _TESTS.isdisjoint(words) or words[:1] in (["pretest"], ["posttest"]):
        return Starting.TESTS
    if words and words[0] in _TOOL:
        return Starting.TOOL
    is_tool = not _TOOL.isdisjoint(words)
    serving = _SERVER.intersection(words)
    if serving and not (is_tool and serving == {_ANYTHING}):
        return Starting.SERVER
    return Starting.TOOL if is_tool else Starting.COMMAND


def is_for_development(name: str) -> bool:
    """Whether a script or file is for those who develop, by the words of its name: `start:dev`, `compose.dev.yml`."""
    return not _DEVELOPMENT.isdisjoint(_SEGMENT.split(name.lower()))

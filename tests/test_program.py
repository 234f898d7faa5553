"""Programs: which files of a repository are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewer.model.link import ToModule
from reviewer.program import Program, open_program
from reviewer.settings import Options

FILES = {
    "package.json": "{}",
    "src/server.js": "const { data } = require('../examples/data');\nrequire('./routes/' + process.argv[2]);\n",
    "src/routes/test/helper.js": "exports.a = 1;\n",
    "src/routes/users.js": "exports.b = require('./test/helper');\n",
    "examples/data.js": "module.exports = { data: require('./more') };\n",
    "examples/more.js": "module.exports = [];\n",
    "examples/other.js": "require('../src/server');\n",
    "test/server.test.js": "require('../src/server');\n const = ;\n",
    "benchmarks/run.js": "require('../src/server');\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return tmp_path


def opened(root: Path, also: str | None = None) -> Program:
    return open_program(Options(paths=(root,), root=root), also=also)


def test_tests_and_examples_are_read_where_running_code_imports_them(root: Path) -> None:
    program = opened(root)
    read = ["examples/data.js", "examples/more.js", "src/routes/test/helper.js", "src/routes/users.js", "src/server.js"]
    assert program.model.link.paths == read
    assert program.left_out == {"benchmarks": 1, "examples": 1, "tests": 1}
    assert [gap for gap in program.gaps if gap.path.startswith("test/")] == []
    target = program.model.link.import_bindings[program.model.link.index_of["src/server.js"]]
    calls = program.model.link.import_calls[program.model.link.index_of["src/server.js"]]
    assert target == {}
    assert ToModule(read.index("examples/data.js")) in calls.values()


def test_what_is_asked_for_is_read(root: Path) -> None:
    program = opened(root, also="test/server.test.js")
    assert "test/server.test.js" in program.model.link.paths
    assert program.left_out == {"benchmarks": 1, "examples": 1}
    assert opened(root, also="examples").left_out == {"benchmarks": 1, "tests": 1}

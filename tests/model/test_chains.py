"""Where the value of a chain of calls is shown."""

from __future__ import annotations

import pytest

from reviewer.model.chains import chain_start
from reviewer.program import program_of
from reviewer.rulebook.folder import rules_folder
from reviewer.rulebook.load import load_rulebook
from reviewer.source.module import Kind


def test_what_is_no_call_is_shown_where_it_is() -> None:
    program = program_of({"a.js": b"run(\n  find\n)\n"}, load_rulebook([rules_folder()]))
    module = program.model.link.body(0)
    for row in range(1, len(module.kind)):
        assert chain_start(module, row) == row


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("db.find(1)", "db.find(1)"),
        ("db.users\n  .find(1)", "db.users"),
        ("select()\n  .from('a')\n  .load()", "select()"),
        ("db.select().from('a')\n  .load()", "db.select().from('a')"),
        ("db\n  .select({\n    id: 1,\n  }).load()", "db"),
        ("db.select({\n  id: 1,\n}).load()", "db.select"),
        ("run(() => {\n  stop()\n}).catch(log)", "run"),
        ("(async () => {\n  stop()\n})()", "(async () => {\n  stop()\n})()"),
        ("list[0]\n  ?.run()", "list[0]"),
        ("new Query('a')\n  .load()", "new Query('a')"),
    ],
)
def test_a_chain_is_shown_where_its_first_line_is(code: str, shown: str) -> None:
    program = program_of({"a.js": f"\n{code}\n".encode()}, load_rulebook([rules_folder()]))
    module = program.model.link.body(0)
    outermost = next(row for row in range(len(module.kind)) if module.kind[row] == Kind.CALL)
    start = chain_start(module, outermost)
    assert code[module.start[start] - 1 : module.end[start] - 1] == shown

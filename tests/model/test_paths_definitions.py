"""The writes that reach a read: `see(x)` is the read, each write stands on a line of its own."""

from __future__ import annotations

import pytest

from reviewer.model.paths import in_effect, reaching
from reviewer.source.lower import lower
from reviewer.source.module import Kind, Module, open_module


def reached(source: str) -> tuple[list[int], bool]:
    """The lines of the writes that reach the argument of `see()`, and whether there may be others."""
    module, read = parsed(source)
    writes, is_open = reaching(module, read)
    return [module.line(row) for row in writes], is_open


def parsed(source: str) -> tuple[Module, int]:
    lowered = lower(source.encode(), "test.js")
    assert lowered.gaps == []
    module = open_module(0, "test.js", lowered.surface, lowered.body)
    (see,) = (row for row in range(len(module)) if module.kind[row] == Kind.CALL and module.text(row) == "see")
    return module, module.op(see, 1)


@pytest.mark.parametrize(
    ("statements", "lines", "is_open"),
    [
        ("const x = 1; see(x)", [1], False),
        ("let x = 1\n x = 2\n see(x)", [2], False),
        ("let x = 1\n if (p)\n x = 2\n see(x)", [1, 3], False),
        ("let x\n if (p)\n x = 2\n else\n x = 3\n see(x)", [3, 5], False),
        ("let x\n if (p)\n x = 2\n see(x)\n x = 3", [3], True),
        ("if (p)\n var x = 2\n see(x)\n x = 3", [2], True),
        ("var x\n if (p)\n x = 2\n see(x)\n x = 3", [3], True),
        ("let x = 1\n x += 2\n see(x)", [2], False),
        ("let x = 1\n x =\n see(x)", [1], False),
        ("let x = 1\n x +=\n see(x)", [1], False),
        ("let x = 1\n x++\n see(x)", [2], False),
        ("let x = 1\n x ||=\n 2\n see(x)", [1, 2], False),
        ("let x = 1\n p && (x = 2)\n see(x)", [1, 2], False),
        ("let x = 1\n while (p) {\n see(x)\n x = 2 }", [1, 4], False),
        ("let x = 1\n for (const y of p) {\n x = 2\n see(x) }", [3], False),
        ("let x = 1\n for (x of p)\n see(x)", [2], False),
        ("let x = 1\n for (x of p) {}\n see(x)", [1, 2], False),
        ("let x = 1\n try {\n x = p()\n x = q() } catch {\n see(x) }", [1, 3], False),
        ("let x = 1\n try {\n x = p() } finally {\n see(x) }", [1, 3], False),
        ("let x = 1\n try {\n x = p()\n return } catch {}\n see(x)", [1], False),
        ("let x = 1\n switch (p) {\n case 1: x = 2; break\n default: x = 3 }\n see(x)", [3, 4], False),
        ("let x = 1\n ;[x = 3] = p\n see(x)", [2], False),
        ("let x = 1\n ;({ x } = p)\n see(x)", [2], False),
        ("let x = 1\n x = 2\n return () => see(x)", [1, 2], False),
        ("let x = 1\n const g = () => {\n x = 2 }\n x = 3\n g(); see(x)", [3, 4], False),
        ("for (const y of p) {\n let x\n if (q)\n x = 1\n see(x)\n x = 2 }", [4, 6], True),
        ("\n p = 2\n see(p)", [2], False),
        ("if (q)\n p = 2\n see(p)", [1, 2], False),
        ("see(x)\n function x() {}\n x = 2", [2], False),
        ("see(nowhere)", [], True),
        ("return\n let x = 1\n x = 2\n see(x)", [2, 3], False),
    ],
)
def test_reaching(*, statements: str, lines: list[int], is_open: bool) -> None:
    assert reached(f"function f(p, q) {{ {statements} }}") == (lines, is_open)


def test_names_of_the_module_read_in_a_function_have_all_writes() -> None:
    assert reached("let x = 1\nx = 2\nfunction f() { see(x) }") == ([1, 2], False)


def test_names_of_the_module_read_by_the_module_have_those_that_reach() -> None:
    assert reached("let x = 1\nx = 2\nsee(x)") == ([2], False)


def test_imports_are_open() -> None:
    assert reached("import x from 'x'\nsee(x)") == ([], True)


@pytest.mark.parametrize(
    ("statements", "lines"),
    [
        ("p = q(p)\n see(p)", [1]),
        ("let x = 1\n x += 2\n x += 3\n see(x)", [1, 2, 3]),
        ("let x = 1\n x = 2\n if (q)\n x += 3\n see(x)", [2, 4]),
        ("let x = 1\n x ||= 2\n see(x)", [1, 2]),
        ("let x = 1\n for (const y of p) {\n x += y }\n see(x)", [1, 3]),
        ("let x = 1\n x = 2\n p.map(() => see(x))", [1, 2]),
    ],
)
def test_what_is_added_to_is_in_effect_too(statements: str, lines: list[int]) -> None:
    module, read = parsed(f"function f(p, q) {{ {statements} }}")
    assert [module.line(row) for row in in_effect(module, read)] == lines

"""The conditions in force at a call."""

from __future__ import annotations

import pytest

from reviewer.model.paths import Truth, conditions
from reviewer.source.lower import lower
from reviewer.source.module import Kind, Module, open_module

SIGNS = {
    Truth.TRUE: "{}",
    Truth.FALSE: "not {}",
    Truth.NULLISH: "no {}",
    Truth.PRESENT: "some {}",
    Truth.ABSENT: "absent {}",
    Truth.EQUAL: "= {}",
    Truth.UNEQUAL: "!= {}",
    Truth.MORE: "more {}",
    Truth.DONE: "done {}",
}


def told(source: str) -> list[str]:
    lowered = lower(source.encode(), "test.js")
    assert lowered.gaps == []
    module = open_module(0, "test.js", lowered.surface, lowered.body)
    (row,) = (row for row in range(len(module)) if module.kind[row] == Kind.CALL and module.text(row) == "here")
    return [SIGNS[truth].format(text(module, condition)) for condition, truth in conditions(module, row)]


def text(module: Module, row: int) -> str:
    kind = module.kind[row]
    if kind == Kind.UNARY:
        return f"!{text(module, module.op(row, 0))}"
    if kind in {Kind.LOGICAL, Kind.BINARY}:
        left, right = module.ops(row)
        return f"({text(module, left)} {module.text(row)} {text(module, right)})"
    return module.text(row) or {Kind.FOR_OF: "element", Kind.DEFAULT: "argument"}[kind]


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ("here()", []),
        ("if (p) here()", ["p"]),
        ("if (p) {} else here()", ["not p"]),
        ("if (!p) here()", ["not p"]),
        ("if (p && !q) here()", ["p", "not q"]),
        ("if (p && q) {} else here()", ["not (p && q)"]),
        ("if (p || q) here()", ["(p || q)"]),
        ("if (p || q) {} else here()", ["not p", "not q"]),
        ("if (!(p || q)) here()", ["not p", "not q"]),
        ("if (p) { if (q) here() }", ["p", "q"]),
        ("if (p) { if (q) {} here() }", ["p"]),
        # earlier exits
        ("if (!p) return; here()", ["p"]),
        ("if (!p || !q) throw 1; here()", ["p", "q"]),
        ("if (!p && !q) return; here()", ["not (!p && !q)"]),
        ("if (p) { q() } else { return } here()", ["p"]),
        ("if (p) return; if (q) return; here()", ["not p", "not q"]),
        ("if (p) { if (q) return; } here()", []),
        ("{ if (!p) return } here()", ["p"]),
        ("try { if (!p) return } finally { q() } here()", ["p"]),
        ("try { if (!p) throw 1 } catch { return } here()", ["p"]),
        ("try { if (!p) return } catch { q() } here()", []),
        ("try { q() } finally { here() }", []),
        ("if (p) { try { q() } finally { here() } }", ["p"]),
        # expressions
        ("p && here()", ["p"]),
        ("p || here()", ["not p"]),
        ("p ?? here()", ["no p"]),
        ("p ? here() : q", ["p"]),
        ("p ? q : here()", ["not p"]),
        ("p && q && here()", ["p", "q"]),
        ("p?.x(here())", ["some p"]),
        ("if (p?.x) here()", ["some p", "x"]),
        ("if (!p?.x) return; here()", ["some p", "x"]),
        ("if (p?.x) return; here()", ["not x"]),
        ("p ||= here()", ["not p"]),
        ("p &&= here()", ["p"]),
        ("p ??= here()", ["no p"]),
        ("const { x = here() } = p", ["absent argument"]),
        # loops
        ("while (p) here()", ["p"]),
        ("while (p) { q() } here()", ["not p"]),
        ("while (p) { if (q) break } here()", []),
        ("while (p) { if (!q) continue; here() }", ["p", "q"]),
        ("for (; p; ) here()", ["p"]),
        ("for (;;) { if (p) break } here()", ["p"]),
        ("do { q() } while (p); here()", ["not p"]),
        ("do { here() } while (p)", []),
        ("for (const x of p) here()", ["more element"]),
        ("for (const x of p) { q() } here()", ["done element"]),
        # switch
        ("switch (p) { case 1: here() }", ["= 1"]),
        ("switch (p) { case 1: break; case 2: here() }", ["!= 1", "= 2"]),
        ("switch (p) { case 1: case 2: here() }", []),
        ("switch (p) { case 1: return; default: here() }", ["!= 1"]),
        ("switch (p) { default: here(); break; case 1: }", ["!= 1"]),
        ("switch (true) { case p: here() }", ["p"]),
        ("switch (true) { case p: break; case q: here() }", ["not p", "q"]),
        # unreachable, constant
        ("return; here()", []),
        ("if (true) here()", []),
    ],
)
def test_conditions(statements: str, expected: list[str]) -> None:
    assert told(f"function f(p, q) {{ {statements} }}") == expected


def test_a_loop_that_decides_again_keeps_the_last_decision() -> None:
    assert told("function f(p, q) { while (p) { if (q) return } here() }") == ["not p"]


def test_conditions_of_the_function_around_are_not_told() -> None:
    assert told("function f(p) { if (p) return () => here() }") == []


def test_defaults_of_parameters() -> None:
    assert told("function f(p = here()) {}") == ["absent argument"]


def test_many_conditions_take_linear_time() -> None:
    source = "function f(p) {" + "if (p) return;" * 1500 + "here() }"
    assert told(source) == ["not p"] * 1500

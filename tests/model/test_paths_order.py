"""Evaluation order, dominance, reachability, cover by a catch, and the ends of functions."""

from __future__ import annotations

import pytest

from reviewer.model.paths import after_one, before, covered, evaluation_order, exits, reachable
from reviewer.source.lower import lower
from reviewer.source.module import Kind, Module, open_module


def module_of(source: str) -> Module:
    lowered = lower(source.encode(), "test.js")
    assert lowered.gaps == []
    return open_module(0, "test.js", lowered.surface, lowered.body)


def call(module: Module, name: str) -> int:
    """The one CALL of this name."""
    (row,) = (row for row in range(len(module)) if module.kind[row] == Kind.CALL and module.text(row) == name)
    return row


def function(module: Module, number: int = 0) -> int:
    return module.surface.functions[number]


def words(module: Module, row: int) -> str:
    """The rows in evaluation order, by their names or kinds."""
    names = {value: name for name, value in vars(Kind).items() if isinstance(value, int)}
    return " ".join(module.text(at) or names[module.kind[at]] for at in evaluation_order(module, row))


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("a + b * c", "a b c * + EXPRESSION"),
        ("o.m(a, ...b)", "o m a b SPREAD m EXPRESSION"),
        ("o[k].m = v", "o k INDEX v m = EXPRESSION"),
        ("x = v", "v x = EXPRESSION"),
        ("x += v", "x v += EXPRESSION"),
        ("x ||= v", "x v ||= EXPRESSION"),
        ("x++", "x ++ EXPRESSION"),
        ("const { k: x = d } = v", "v d x DEFAULT k OBJECT_PATTERN DECLARATOR const"),
        ("if (!a && b) c; else d", "IF a ! b && BLOCK c EXPRESSION d EXPRESSION"),
        ("do a; while (b && c)", "DO a EXPRESSION b c &&"),
        ("for (x of y) z", "y FOR_OF x z EXPRESSION"),
        ("return `p${a}q`", "p a q TEMPLATE RETURN"),
        ("p ? a : b", "p a b CONDITIONAL EXPRESSION"),
    ],
)
def test_evaluation_order(statement: str, expected: str) -> None:
    module = module_of(f"function f() {{ {statement} }}")
    body = module.op(function(module), 0)
    assert words(module, module.op(body, 0)) == expected.replace("BLOCK ", "")


def test_evaluation_order_has_each_row_of_a_function_once_and_none_of_its_functions() -> None:
    module = module_of("function f(x = d) { g(() => inner(y), function () { z }); return x }")
    assert words(module, function(module)) == "d x DEFAULT PARAM BLOCK g FUNCTION FUNCTION g EXPRESSION x RETURN"


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ("a(); b()", "yes"),
        ("b(); a()", "no"),
        ("if (p) a(); b()", "maybe"),
        ("if (p) a(); else return; b()", "yes"),
        ("if (p) a(); else b()", "no"),
        ("if (!a()) return; b()", "yes"),
        ("p && a(); b()", "maybe"),
        ("a() && b()", "yes"),
        ("b(a())", "yes"),
        ("a(b())", "no"),
        ("while (a()) b()", "yes"),
        ("while (b()) a()", "maybe"),
        ("while (p) a(); b()", "maybe"),
        ("do a(); while (p); b()", "yes"),
        ("for (;;) { a(); if (p) break } b()", "yes"),
        ("try { a() } finally { b() }", "maybe"),
        ("try { x(); a() } catch { b() }", "no"),
        ("try { a(); x() } catch { b() }", "maybe"),
        ("try { x() } finally { a() } b()", "yes"),
        ("try { a() } catch { throw p } b()", "yes"),
        ("switch (p) { case 1: a(); case 2: b() }", "maybe"),
        ("switch (p) { case a(): b() }", "yes"),
        ("switch (p) { case 1: a(); break; default: b() }", "no"),
        ("a(); const g = () => b()", "yes"),
        ("const g = () => b(); a()", "maybe"),
        ("const g = () => a(); b()", "maybe"),
        ("return; b(); a()", "yes"),
        ("const g = () => { a(); b() }", "yes"),
    ],
)
def test_before(statements: str, expected: str) -> None:
    module = module_of(f"function f(p) {{ {statements} }}")
    assert before(module, call(module, "a"), call(module, "b")) == expected


def test_before_in_different_functions_is_maybe() -> None:
    module = module_of("function f() { a() } function g() { b() }")
    assert before(module, call(module, "a"), call(module, "b")) == "maybe"


@pytest.mark.parametrize(
    ("source", "returns", "falls_off", "throws"),
    [
        ("function f() {\n a() }", [], True, [2]),
        ("function f(p) {\n if (p)\n return 1\n else\n return 2 }", [3, 5], False, []),
        ("function f() {\n for (;;) {}\n return 1 }", [], False, []),
        ("function f() {\n try { a() } catch {}\n }", [], True, []),
        ("function f() {\n try {\n return a() } finally {\n throw 1 } }", [], False, [4]),
        ("const f = async (p) =>\n await p", [2], False, [2]),
    ],
)
def test_exits(*, source: str, returns: list[int], falls_off: bool, throws: list[int]) -> None:
    module = module_of(source)
    ends = exits(module, function(module))
    assert [module.line(row) for row in ends.returns] == returns
    assert ends.falls_off is falls_off
    assert [module.line(row) for row in ends.throws] == throws
    assert ends.never is (not returns and not falls_off and not throws)


def test_exits_ask_which_calls_throw() -> None:
    module = module_of("function f() {\n a()\n b()\n return 1 }")
    ends = exits(module, function(module), lambda row: module.text(row) == "b")
    assert [module.line(row) for row in ends.throws] == [3]


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ("a()", True),
        ("return; a()", False),
        ("throw 1; a()", False),
        ("if (p) return; a()", True),
        ("if (p) return; else throw 1; a()", False),
        ("for (;;) {} a()", False),
        ("while (true) { if (p) break } a()", True),
        ("while (p) { break; a() }", False),
        ("try { return 1 } finally { a() }", True),
        ("try { p() } catch { return } a()", True),
        ("try { return p() } catch { a() }", True),
        ("try { return 1 } catch { return 2 } a()", False),
        ("try { p() } finally { return } a()", False),
        ("if (false) a()", False),
        ("switch (p) { case 1: return; default: throw 1 } a()", False),
        ("switch (p) { case 1: break; default: throw 1 } a()", True),
        ("one: { break one; a() }", False),
        ("return f(); function g() {} a()", False),
    ],
)
def test_reachable(*, statements: str, expected: bool) -> None:
    module = module_of(f"function f(p) {{ {statements} }}")
    assert reachable(module, call(module, "a")) is expected


def test_a_function_declared_behind_a_return_is_reachable() -> None:
    module = module_of("function f() { return g(); function g() {} }")
    assert reachable(module, function(module, 1))


@pytest.mark.parametrize(
    ("statements", "line"),
    [
        ("a()", None),
        ("try {\n a() }\n catch {}", 3),
        ("try {}\n catch { a() }", None),
        ("try {\n a() } finally {}", None),
        ("try { try {\n a() } finally {} }\n catch {}", 3),
        ("try { try {} finally {\n a() } }\n catch {}", 3),
        ("try { try {\n a() }\n catch {} } catch {}", 3),
        ("try { try {} catch {\n a() } }\n catch {}", 3),
        ("try { g(() => {\n a() }) }\n catch {}", None),
        ("try { class C { x = a() } }\n catch {}", None),
        ("try { class C { static x = a() } }\n catch {}", 2),
    ],
)
def test_covered(statements: str, line: int | None) -> None:
    module = module_of(f"function f() {{ {statements} }}")
    catch = covered(module, call(module, "a"))
    assert (catch if catch is None else module.line(catch)) == line
    assert catch is None or module.kind[catch] == Kind.CATCH


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ("a(); c()", True),
        ("try { a() } catch (e) { b() } c()", True),
        ("if (p) a(); else b(); c()", True),
        ("if (p) a(); c()", False),
        ("if (p) a(); else return; c()", True),
        ("c(); a(); b()", False),
    ],
)
def test_after_one_of_some(statements: str, *, expected: bool) -> None:
    module = module_of(f"function f() {{ {statements} }}")
    firsts = [row for row in range(len(module)) if module.kind[row] == Kind.CALL and module.text(row) in {"a", "b"}]
    assert after_one(module, firsts, call(module, "c")) is expected


def test_after_one_of_none() -> None:
    module = module_of("function f() { c() }")
    assert not after_one(module, [], call(module, "c"))

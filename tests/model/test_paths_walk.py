"""The walker on each construct: which calls happen in which order, and how the function ends.

A path is the string of its calls in the order of their first evaluation. Only calls of `t…` throw, then unevaluated.
"""

from __future__ import annotations

import pytest

from reviewer.model.paths import Fork, Machine, Truth, walk
from reviewer.source.lower import lower
from reviewer.source.module import Kind, Module, open_module

Found = dict[str, set[str]]


def module_of(source: str) -> Module:
    lowered = lower(source.encode(), "test.js")
    assert lowered.gaps == []
    return open_module(0, "test.js", lowered.surface, lowered.body)


def first(module: Module, kind: int) -> int:
    return next(row for row in module.descend(0) if module.kind[row] == kind)


class Trail(Machine[str]):
    """The state is the trail of calls so far."""

    kinds = frozenset({Kind.CALL})
    throwing = frozenset({Kind.CALL, Kind.AWAIT, Kind.YIELD})

    def __init__(self, module: Module) -> None:
        self.module = module

    def step(self, state: str, row: int) -> str:
        name = self.module.text(row)
        return state if name in state else state + name

    def may_throw(self, row: int) -> bool:
        return self.module.text(row).startswith("t") or self.module.kind[row] == Kind.AWAIT


def paths(source: str, kind: int = Kind.FUNCTION) -> Found:
    module = module_of(source)
    exits = walk(module, first(module, kind), Trail(module), "")
    assert not exits.open
    found = {
        "end": set(exits.normal),
        "return": set().union(*exits.returns.values()),
        "throw": set().union(*exits.throws.values()),
        "jump": set().union(*exits.jumps.values()),
    }
    return {key: value for key, value in found.items() if value}


def body(statements: str) -> Found:
    return paths(f"async function f(p, q) {{ {statements} }}")


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        # straight lines
        ("a(); b()", {"end": {"ab"}}),
        ("return a(); b()", {"return": {"a"}}),
        ("throw a(); b()", {"throw": {"a"}}),
        ("", {"end": {""}}),
        # evaluation order
        ("a(b(), c())", {"end": {"bca"}}),
        ("a().b(c())", {"end": {"acb"}}),
        ("new (a())(b())", {"end": {"ab"}}),
        ("a()[b()] = c()", {"end": {"abc"}}),
        ("a()[b()] += c()", {"end": {"abc"}}),
        ("[a(), ...b(), `${c()}${d()}`]", {"end": {"abcd"}}),
        ("({ [a()]: b(), c: c(), ...d() })", {"end": {"abcd"}}),
        ("a()`${b()}`", {"end": {"ab"}}),
        ("const { [b()]: x = c(), ...rest } = a()", {"end": {"ab", "abc"}}),
        ("[b().x = c()] = a()", {"end": {"ab", "abc"}}),
        ("delete a().b, typeof c()", {"end": {"ac"}}),
        # short circuits
        ("p && a(); b()", {"end": {"b", "ab"}}),
        ("a() && b() || c()", {"end": {"ab", "ac", "abc"}}),
        ("a() ?? b()", {"end": {"a", "ab"}}),
        ("p ? a() : b()", {"end": {"a", "b"}}),
        ("p?.[a()]", {"end": {"", "a"}}),
        ("p?.b(c()).d[e()]; g()", {"end": {"g", "cbeg"}}),
        ("a()?.b?.(c())", {"end": {"a", "acb"}}),
        ("p ||= a()", {"end": {"", "a"}}),
        ("a().x ??= b()", {"end": {"a", "ab"}}),
        ("p &&= a()", {"end": {"", "a"}}),
        # constants
        ("if (false) a(); else b()", {"end": {"b"}}),
        ("if (!0) a(); else b()", {"end": {"a"}}),
        ("if (p || true) a(); else b()", {"end": {"a"}}),
        ("true && a()", {"end": {"a"}}),
        # if
        ("if (a()) b(); c()", {"end": {"abc", "ac"}}),
        ("if (p) return a(); else return b(); c()", {"return": {"a", "b"}}),
        ("if (!(p && a())) return; b()", {"return": {"", "a"}, "end": {"ab"}}),
        ("if (p?.b()) return c(); d()", {"return": {"bc"}, "end": {"d", "bd"}}),
        ("{ { if (p) { return a() } } b() } c()", {"return": {"a"}, "end": {"bc"}}),
        # loops
        ("while (a()) b(); c()", {"end": {"ac", "abc"}}),
        ("while (true) a()", {}),
        ("while (1) { if (p) break; a() } b()", {"end": {"b", "ab"}}),
        ("for (;;) { a() }", {}),
        ("for (;;) { if (a()) return b() }", {"return": {"ab"}}),
        ("for (a(); b(); c()) d(); e()", {"end": {"abe", "abdce"}}),
        ("for (a(); b(); c()) { if (p) continue; d() } e()", {"end": {"abe", "abce", "abdce", "abcde"}}),
        ("do { a(); if (p) continue; b() } while (c()); d()", {"end": {"acd", "abcd", "acbd"}}),
        ("do { a(); if (p) break } while (b()); c()", {"end": {"ac", "abc"}}),
        ("do a(); while (false); b()", {"end": {"ab"}}),
        ("for (const x of a()) b(); c()", {"end": {"ac", "abc"}}),
        ("for (const { x = a() } of b()) c(); d()", {"end": {"bd", "bcd", "bacd", "bcad"}}),
        ("for (const x in a()) { if (p) break; b() } c()", {"end": {"ac", "abc"}}),
        ("for (a().x of b()) c()", {"end": {"b", "bac"}}),
        # labels
        ("one: for (;;) { for (;;) { a(); break one } } b()", {"end": {"ab"}}),
        ("one: { a(); if (p) break one; b() } c()", {"end": {"ac", "abc"}}),
        ("one: two: while (p) { a(); continue one; b() } c()", {"end": {"c", "ac"}}),
        ("one: for (x of a()) { switch (b()) { case 1: continue one; case 2: break; default: break one } c() } d()",
         {"end": {"ad", "abd", "abcd"}}),
        # switch
        ("switch (a()) { case b(): c(); break; case d(): e() } g()", {"end": {"abcg", "abdeg", "abdg"}}),
        ("switch (p) { case 1: a(); case 2: b(); break; case 3: c() }", {"end": {"ab", "b", "c", ""}}),
        ("switch (p) { case 1: a(); default: b(); case 2: c() } d()", {"end": {"abcd", "bcd", "cd"}}),
        ("switch (p) { case a(): default: b(); break; case c(): d() }", {"end": {"ab", "acd", "acb"}}),
        ("switch (true) { case p > 1: return a(); default: return b() } c()", {"return": {"a", "b"}}),
        ("switch (a()) {} b()", {"end": {"ab"}}),
        # throws and catches
        ("ta(); b()", {"throw": {""}, "end": {"tab"}}),
        ("try { ta(); b() } catch { c() } d()", {"end": {"tabd", "cd"}}),
        ("try { a(); throw b(); c() } catch (e) { d() }", {"end": {"abd"}}),
        ("try { a() } catch { b() }", {"end": {"a"}}),
        ("try { ta() } catch { tb() } c()", {"end": {"tac", "tbc"}, "throw": {""}}),
        ("try { await a() } catch { await b() } c()", {"end": {"ac", "abc"}, "throw": {"ab"}}),
        ("for (;;) { try { ta(); break } catch { b() } } c()", {"end": {"tac", "btac"}}),
        ("while (a()) { try { tb() } catch { continue } finally { c() } d() } e()",
         {"end": {"ae", "ace", "atbcde", "actbde"}}),
        # finally
        ("try { ta() } finally { b() } c()", {"end": {"tabc"}, "throw": {"b"}}),
        ("try { return a() } finally { b() } c()", {"return": {"ab"}}),
        ("try { return a() } finally { return b() }", {"return": {"ab"}}),
        ("try { throw a() } finally { return b() }", {"return": {"ab"}}),
        ("one: try { return a() } finally { break one } b()", {"end": {"ab"}}),
        ("while (p) { try { return a() } finally { break } } b()", {"end": {"b", "ab"}}),
        ("while (p) { try { return a() } finally { continue } } b()", {"end": {"b", "ab"}}),
        ("while (p) { try { ta(); break } finally { b() } } c()", {"throw": {"b"}, "end": {"c", "tabc"}}),
        ("try { a() } finally { throw b() }", {"throw": {"ab"}}),
        ("try { ta() } catch { throw b() } finally { c() } d()", {"end": {"tacd"}, "throw": {"bc"}}),
        ("try { ta() } catch { return b() } finally { c() } d()", {"end": {"tacd"}, "return": {"bc"}}),
        ("try { try { ta() } finally { b() } } catch { c() } d()", {"end": {"tabd", "bcd"}}),
        ("try { try { ta() } finally { tb() } } finally { c() } d()",
         {"end": {"tatbcd"}, "throw": {"tbc", "c", "tac"}}),
        ("try { return a() } finally { try { tb() } catch { c() } }", {"return": {"atb", "ac"}}),
        ("try { if (p) return a(); b() } finally { if (q) c() } d()",
         {"return": {"a", "ac"}, "end": {"bd", "bcd"}}),
        ("try { a() } finally { while (p) { b(); break } } c()", {"end": {"ac", "abc"}}),
        # what is not entered
        ("const g = () => { a(); return 1 }; b()", {"end": {"b"}}),
        ("function g() { throw a() } b(); class C { x = a(); m() { a() } }", {"end": {"b"}}),
        ("class C extends a() { static x = c(); static { d() } [b()]() {} }", {"end": {"abcd"}}),
    ],
)  # fmt: skip
def test_construct(statements: str, expected: Found) -> None:
    assert body(statements) == expected


def test_defaults_of_parameters_run_where_the_argument_is_absent() -> None:
    assert paths("function f(x = a(), { y = b() } = c()) { d() }") == {
        "end": {"d", "ad", "cd", "bd", "abd", "acd", "cbd", "acbd"}
    }


def test_arrow_without_braces_returns_its_body() -> None:
    assert paths("const f = () => a() || b()") == {"return": {"a", "ab"}}


def test_yield_is_an_event_and_a_generator_goes_on_behind_it() -> None:
    assert paths("function* f() { a(); const x = yield b(); yield* c(); d() }") == {"end": {"abcd"}}


def test_program_runs_its_statements_and_functions_inside_are_not_entered() -> None:
    source = "a(); if (b()) z(); function f() { c() } export const g = () => d(); export default e()"
    assert paths(source, Kind.PROGRAM) == {"end": {"abze", "abe"}}


def test_break_out_of_the_root_is_a_jump() -> None:
    assert paths("for (;;) { a(); if (p) break; b(); if (q) continue; c() }", Kind.BLOCK) == {
        "end": {"abc"},
        "jump": {"a", "ab"},
    }


def test_exits_name_their_rows() -> None:
    module = module_of("function f(p) {\n if (p) return 1;\n try {\n t() } finally {\n c() }\n throw 2 }")
    exits = walk(module, first(module, Kind.FUNCTION), Trail(module), "")
    assert {module.line(row): states.keys() for row, states in exits.returns.items()} == {2: {""}}
    assert {module.line(row): states.keys() for row, states in exits.throws.items()} == {4: {"c"}, 6: {"tc"}}
    assert (exits.ended(), exits.thrown()) == ({""}, {"c", "tc"})


class Decided(Machine[str]):
    """Keeps what was decided about names, and drops paths that decide `never`."""

    def __init__(self, module: Module) -> None:
        self.module = module

    def assume(self, state: str, condition: int, truth: int) -> str | None:
        name = self.module.text(condition)
        if name == "never" and truth == Truth.TRUE:
            return None
        word = {Truth.TRUE: "+", Truth.FALSE: "-", Truth.NULLISH: "0", Truth.PRESENT: "1"}.get(truth, f"={truth}")
        return f"{state}{word}{name}"


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ("if (p) {}", {"+p", "-p"}),
        ("if (!p && q) {}", {"+p", "-p+q", "-p-q"}),
        ("p ?? q", {"0p", "1p"}),
        ("p?.q", {"0p", "1p"}),
        ("p ??= 1", {"0p", "1p"}),
        ("p ||= 1", {"+p", "-p"}),
        ("if (never) { if (p) {} }", {"-never"}),
        ("switch (p) { case q: }", {f"={Truth.EQUAL}q", f"={Truth.UNEQUAL}q"}),
    ],
)
def test_decisions_are_told_and_may_be_refused(statements: str, expected: set[str]) -> None:
    module = module_of(f"function f(p, q, never) {{ {statements} }}")
    assert set(walk(module, first(module, Kind.FUNCTION), Decided(module), "").normal) == expected


class Split(Machine[int]):
    """Every call makes two states of one, but `stop` ends the path."""

    kinds = frozenset({Kind.CALL})
    throwing = frozenset()

    def __init__(self, module: Module) -> None:
        self.module = module

    def step(self, state: int, row: int) -> Fork[int] | None:
        return None if self.module.text(row) == "stop" else Fork((state * 2, state * 2 + 1))


def test_a_step_may_fork_or_end_a_path() -> None:
    module = module_of("function f(p) { a(); b(); if (p) { stop(); c() } }")
    assert set(walk(module, first(module, Kind.FUNCTION), Split(module), 1).normal) == {4, 5, 6, 7}


class Counting(Machine[int]):
    """A machine that breaks the rules: its states never end."""

    kinds = frozenset({Kind.CALL})

    def step(self, state: int, _row: int) -> int:
        return state + 1


def test_endless_states_end_at_the_budget_and_are_open() -> None:
    module = module_of("function f() { for (;;) a() }")
    assert walk(module, first(module, Kind.FUNCTION), Counting(), 0).open


def test_decisions_of_a_path_lead_through_finally() -> None:
    source = "function f(p, q, r) { try { if (p) return 1; if (q) a() } finally { if (r) b() } }"
    module = module_of(source)
    exits = walk(module, first(module, Kind.FUNCTION), Trail(module), "")

    def told(state: str) -> list[tuple[str, int]]:
        return [(module.text(row), truth) for row, truth in exits.decisions(exits.normal[state])]

    assert told("a") == [("p", 0), ("q", 1), ("r", 0)]
    assert told("ab") == [("p", 0), ("q", 1), ("r", 1)]
    assert told("") == [("p", 0), ("q", 0), ("r", 0)]
    (states,) = exits.returns.values()
    assert [(module.text(row), truth) for row, truth in exits.decisions(states["b"])] == [("p", 1), ("r", 1)]


@pytest.mark.parametrize(
    ("opening", "inside", "closing"),
    [
        ("if (p) {", "a()", "}"),
        ("try {", "a()", "} finally { b() }"),
        ("try {", "a()", "} catch { b() }"),
        ("while (p) {", "a()", "}"),
        ("(", "a()", ") && q"),
        ("p ? q : (", "a()", ")"),
        ("!", "a()", ""),
        ("g(", "a()", ")"),
        ("try { q } finally {", "a()", "}"),
        ("l: {", "a()", "}"),
    ],
)
def test_deep_nesting_does_not_overflow(opening: str, inside: str, closing: str) -> None:
    depth = 2000 if " " in opening else 4500
    found = body(opening * depth + inside + closing * depth)
    assert any("a" in trail for trail in found["end"])


def test_long_chains_do_not_overflow() -> None:
    assert body("p" + "?.b(c)" * 2400) == {"end": {"", "b"}}
    assert body("x = " + " && ".join(["a()"] * 4500)) == {"end": {"a"}}
    assert body("a()" + " + 1" * 4500) == {"end": {"a"}}

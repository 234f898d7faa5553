"""What must happen on each path, and what may happen once."""

from __future__ import annotations

from typing import Literal

import pytest

from reviewer.model.paths import at_most_once, between, must, surely_again
from reviewer.source.lower import lower
from reviewer.source.module import Kind, Module, open_module


def module_of(source: str) -> Module:
    lowered = lower(source.encode(), "test.js")
    assert lowered.gaps == []
    return open_module(0, "test.js", lowered.surface, lowered.body)


def calls(module: Module, name: str) -> list[int]:
    return [row for row in range(len(module)) if module.kind[row] == Kind.CALL and module.text(row) == name]


def missed(source: str, on: Literal["every", "normal", "throwing"] = "every") -> list[tuple[int, bool]]:
    """Line and whether it throws, of the paths from `get()` that leave without `free()`."""
    module = module_of(source)
    (get,) = calls(module, "get")
    free = calls(module, "free")
    return [(module.line(path.row), path.throws) for path in must(module, 1, get, free.__contains__, on)]


OUT = (1, False)
"""The end of the function, which stands on line 1."""


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ("const c = await get(); c.free()", []),
        ("const c = await get()", [OUT]),
        ("const c = await get()\n if (p) return\n c.free()", [(2, False)]),
        ("const c = await get()\n if (p) return c.free()\n return 1", [(3, False)]),
        ("const c = await get()\n use(c)\n c.free()", [(2, True)]),
        ("const c = await get()\n try {\n use(c) } finally {\n c.free() }", []),
        ("const c = await get()\n try {\n use(c)\n c.free() } catch (e) {\n throw e }", [(5, True)]),
        ("const c = await get()\n try {\n use(c)\n c.free() } catch (e) {\n c.free(); throw e }", []),
        ("const c = await get()\n try {\n if (p) return 1\n return 2 } finally {\n if (q) c.free() }",
         [(3, False), (4, False)]),
        ("if (p) return\n const c = await get()\n c.free()", []),
        ("for (const x of p) { const c = await get(); if (x) continue; c.free() }", [OUT] + 3 * [(1, True)]),
        # names that are known to hold something
        ("let c\n try {\n c = await get() } finally {\n if (c) c.free() }", []),
        ("let c\n try {\n c = await get() } finally {\n c?.free() }", []),
        ("let c\n try {\n c = await get() } finally {\n c && c.free() }", []),
        ("let c\n try {\n c = await get()\n c = null } finally {\n if (c) c.free() }", [OUT]),
        ("let c\n if (p) c = await get()\n if (p) c.free()", []),
        ("let c\n if (p) c = await get()\n if (!p) return\n c.free()", []),
        ("let c\n if (p) c = await get()\n p = 1\n if (p) c.free()", [OUT]),
        ("const c = await get()\n if (!c) return\n c.free()", []),
    ],
)  # fmt: skip
def test_must(statements: str, expected: list[tuple[int, bool]]) -> None:
    assert missed(f"async function f(p, q) {{ {statements} }}") == expected


def test_must_on_normal_or_throwing_paths_alone() -> None:
    source = "async function f(p) { const c = await get()\n use(c)\n if (p) return\n c.free() }"
    assert missed(source) == [(2, True), (3, False)]
    assert missed(source, "normal") == [(3, False)]
    assert missed(source, "throwing") == [(2, True)]


def test_must_tells_the_decisions_of_the_path() -> None:
    module = module_of("function f(p, q) { get(); if (p) { if (q) return 1; free() } else free() }")
    (path,) = must(module, module.surface.functions[0], *calls(module, "get"), calls(module, "free").__contains__)
    assert [(module.text(row), truth) for row, truth in path.decisions] == [("p", 1), ("q", 1)]


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ("send()", None),
        ("send()\n send()", (1, 2)),
        ("if (p) send()\n send()", (1, 2)),
        ("if (p) return send()\n send()", None),
        ("if (p) { send() } else { send() }", None),
        ("if (p) send()\n if (q) send()", (1, 2)),
        ("if (p) send()\n if (!p) send()", None),
        ("if (p) send()\n p = 0\n if (!p) send()", (1, 3)),
        ("for (const x of p) send()", (1, 1)),
        ("for (const x of p) { if (x) { send(); break } }", None),
        ("for (const x of p) { const y = x()\n if (y) send()\n if (!y) send() }", (2, 2)),
        ("try { await p()\n send() } catch {\n send() }", None),
        ("try { send()\n await p() } catch {\n send() }", (1, 3)),
        ("try { if (p) return send() } finally {\n send() }", (1, 2)),
        ("switch (p) { case 1: send()\n case 2: send(); break\n default: send() }", (1, 2)),
        ("p.on('x', () => send())\n send()", None),
    ],
)
def test_at_most_once(statements: str, expected: tuple[int, int] | None) -> None:
    module = module_of(f"async function f(p, q) {{ {statements} }}")
    function = module.surface.functions[0]
    rows = [row for row in calls(module, "send") if module.owner[row] == function]
    pair = at_most_once(module, function, rows)
    assert (pair and (module.line(pair[0]), module.line(pair[1]))) == expected


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ("send()", []),
        ("send()\n send()", [(1, [2])]),
        ("if (p) send()\n send()", [(1, [2])]),
        ("if (p) send()\n if (q) return send()\n send()", [(1, [2, 3])]),
        ("if (p) send()\n if (q) send()\n send()", [(1, [3]), (2, [3])]),
        ("if (p) send()\n if (q) send()\n else send()", [(1, [2, 3])]),
        ("if (p) send()\n if (q) send()", []),
        ("if (p === 1) send()\n if (p === 2) send()\n send()", [(1, [3]), (2, [3])]),
        ("if (p) { send(); return }\n send()", []),
        ("if (p) { send(); throw q }\n send()", []),
        ("for (const x of p) send()", []),
        ("for (const x of p) { if (x) send() }\n send()", [(1, [2])]),
        ("try { send()\n await p() } catch {\n send() }", []),
        ("switch (p) { case 1: send()\n case 2: send(); break\n default: send() }", [(1, [2])]),
    ],
)
def test_surely_again(statements: str, expected: list[tuple[int, list[int]]]) -> None:
    module = module_of(f"async function f(p, q) {{ {statements} }}")
    function = module.surface.functions[0]
    rows = [row for row in calls(module, "send") if module.owner[row] == function]
    assert [(module.line(a), [*map(module.line, b)]) for a, b in surely_again(module, function, rows)] == expected


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ("store()\n send()\n send()", []),
        ("send()\n store()\n send()", [2]),
        ("if (p) send()\n if (q) store()\n send()\n store()", [2]),
        ("if (p) send()\n else store()\n send()", []),
    ],
)
def test_between(statements: str, expected: list[int]) -> None:
    module = module_of(f"async function f(p, q) {{ {statements} }}")
    function = module.surface.functions[0]
    first, second = sorted(calls(module, "send"), key=lambda row: module.start[row])
    met = between(module, function, first, second, calls(module, "store"))
    assert [module.line(row) for row in met] == expected


def test_must_counts_the_throws_that_it_is_told() -> None:
    module = module_of("async function f() { const c = await get()\n use(c)\n await use(c)\n c.free() }")
    (get,), free = calls(module, "get"), calls(module, "free")
    awaits = [row for row in range(len(module)) if module.kind[row] == Kind.AWAIT]
    found = must(module, 1, get, free.__contains__, "throwing", awaits.__contains__)
    assert [module.line(path.row) for path in found] == [3]

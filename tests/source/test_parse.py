"""Text that the grammars read otherwise than the language says."""

from __future__ import annotations

import pytest
from dump import opened

from reviewer.source.module import Kind, Module


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("await f<T>(x)", "AWAIT(CALL(f,x))"),
        ("await a.b<T[], Map<string, Array<U>>>(x)", "AWAIT(CALL(MEMBER(a),x))"),
        ("await a // why\n  .b<T>(x)", "AWAIT(CALL(MEMBER(a),x))"),
        (
            "await a.b(c(d()), e => 2).f<T>(x)",
            "AWAIT(CALL(MEMBER(CALL(MEMBER(a),CALL(c,CALL(d)),FUNCTION(NUMBER,PARAM(e)))),x))",
        ),
        ("await db<T>('x').where(y).first()", "AWAIT(CALL(MEMBER(CALL(MEMBER(CALL(db,STRING)),y))))"),
        ("await a().b<T>(x)", "AWAIT(CALL(MEMBER(CALL(a)),x))"),
        ("await f<{\n a: 'b' }>(x)", "AWAIT(CALL(f,x))"),
        ("await f<{ a: string; b?: Map<string, { c: () => void; d: 1 }> }[]>(x)", "AWAIT(CALL(f,x))"),
        ("await a<T & { b: U<V> }>(x)", "AWAIT(CALL(a,x))"),
        ("await a<T>(x)\n  .b<U>(y).c(z)", "AWAIT(CALL(MEMBER(CALL(MEMBER(CALL(a,x)),y)),z))"),
        ("await a\n  .b(c)\n  .d<T>(x)", "AWAIT(CALL(MEMBER(CALL(MEMBER(a),c)),x))"),
        ("void a.b<T>(x)", "UNARY(CALL(MEMBER(a),x))"),
        ("await a < b && c > (d)", "LOGICAL(BINARY(AWAIT(a),b),BINARY(c,d))"),
    ],
)
def test_what_is_awaited_is_the_whole_call(text: str, shape: str) -> None:
    module = opened(f"async () => {text}", "a.ts")
    row = next(row for row in range(len(module)) if module.kind[row] == Kind.FUNCTION)
    assert shown(module, module.first[row]) == shape


def shown(module: Module, row: int) -> str:
    if module.kind[row] == Kind.IDENT:
        return module.text(row)
    name = next(name for name, kind in vars(Kind).items() if kind == module.kind[row])
    operands = ",".join(shown(module, operand) for operand in module.ops(row))
    return f"{name}({operands})" if operands else name

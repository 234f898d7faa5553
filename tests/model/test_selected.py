"""Which columns of a statement's rows are numbers by how the statement makes them."""

from __future__ import annotations

import pytest

from reviewer.model.selected import is_counted


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        ("count(*)", True),
        ("count(x)::int", True),
        ("round(avg(price), 2)::numeric(10, 2)", True),
        ("count(*) FILTER (WHERE name = 'a, b) from')", True),
        ("sum(x) OVER (PARTITION BY y)", True),
        ("sum(a) - sum(b) * 2", True),
        ('COALESCE(SUM("price"), 0)', True),
        ("greatest(length(a), length(b), -1.5)", True),
        ("cast(sum(x) AS unsigned)", True),
        ("cast(name AS decimal(10, 2))", True),
        ("coalesce(cast(x AS int), count(y))", True),
        ("name", False),
        ("max(name)", False),
        ("count(x) || upper(name)", False),
        ("round(a) || (name)", False),
        ("sum(a) || '-' || sum(b)", False),
        ("sum(a) + max(b)", False),
        ("greatest(length(a), name)", False),
        ("coalesce(sum(x), name)", False),
        ("coalesce(sum(x), ')')", False),
        ("cast(count(x) || name AS text)", False),
        ("cast(f('x' as int) AS text)", False),
        ("cast(x AS int[])", False),
        ("cast(x AS double precision)", True),
        ("array_agg(count(x))", False),
        ("count(x", False),
        ("count(x))", False),
    ],
)
def test_a_column_is_counted_by_what_makes_it(made: str, *, expected: bool) -> None:
    assert is_counted(f"SELECT day, {made} AS n, name FROM sales", "n") is expected


@pytest.mark.parametrize(
    ("text", "column", "expected"),
    [
        ("SELECT count(*) FROM sales", "count", True),
        ("SELECT coalesce(sum(x), 0) FROM sales", "coalesce", True),
        ("SELECT extract(year from day) AS year, count(*) sales FROM sales", "sales", True),
        ("SELECT 'a, count(*) AS n' AS n FROM sales", "n", False),
        ("SELECT count(*) AS n", "n", False),
        ("SELECT count(*) AS n FROM sales", "name", False),
        ("SELECT count(*) AS n FROM sales UNION SELECT name FROM shops", "n", False),
        ("SELECT count(*) AS n FROM sales INTERSECT SELECT name FROM shops", "n", False),
        ("SELECT count(*) AS n FROM sales except all SELECT name FROM shops", "n", False),
        (f"SELECT count(*) AS n, '{'x' * 5_000}' FROM sales", "n", False),
    ],
)
def test_a_statement_tells_of_a_column(text: str, column: str, *, expected: bool) -> None:
    assert is_counted(text, column) is expected

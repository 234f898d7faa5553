"""Tables of the library rows: what was kept of them is what they are."""

from __future__ import annotations

from reviewer.model.row_tables import kept_table
from reviewer.model.rows import Rows
from reviewer.program import load_libraries
from reviewer.rulebook.folder import rules_folder
from reviewer.rulebook.load import load_rulebook


def test_kept_tables_are_those_that_are_made() -> None:
    libraries = load_libraries(load_rulebook([rules_folder()]))
    fresh = Rows(libraries)
    made = fresh.made()
    kept = Rows(libraries, made)
    assert len(made) > 30
    for name in made:
        assert getattr(kept, name) == getattr(fresh, name), name
        assert type(getattr(kept, name)) is type(getattr(fresh, name)), name


def test_tables_are_found_before_they_are_asked_again() -> None:
    rows = Rows(load_libraries(load_rulebook([rules_folder()])))
    assert isinstance(Rows.route_names, kept_table)
    assert rows.route_names is rows.route_names

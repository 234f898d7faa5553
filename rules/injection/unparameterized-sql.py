"""Finds SQL text that is put together from a value that is neither constant nor known to be harmless."""

from __future__ import annotations

import re

from reviewer.finding import Severity
from reviewer.model import Argument, Model, Source, Spot
from reviewer.model.quotes import without
from reviewer.model.selected import is_counted
from reviewer.model.sources import DECLARED, KEPT, FromParameter
from reviewer.rulebook.finder import Report
from reviewer.source.module import Kind

_HARMLESS = frozenset({"number", "boolean", "date", "uuid", "identifier", "escaped.sql", DECLARED})
_UNQUOTED = frozenset({without("'"), without('"')})
"""What a value has passed that can hold no quote: it breaks no statement by one, bare in the text or not."""
_STORED = frozenset({"database.row", "file.content", "network.response"})
_UNPROVEN = _STORED | {"caller", "process.arguments", "queue.job"}
_SCHEMA = re.compile(
    r"(?:\s|--[^\n]*\n|/\*.*?\*/)*(?:alter|analyze|attach|cluster|comment\s+on|create|detach|drop|grant|lock\s+table|"
    r"pragma|refresh|reindex|rename|revoke|truncate|use|vacuum)\b"
    r"|\s*select\s+(?:pg_catalog\.)?(?:currval|nextval|pg_get_serial_sequence|setval)\s*\(",
    re.IGNORECASE | re.DOTALL,
)
"""How a statement begins that is about tables, indexes, sequences and rights, not about what stands in rows."""
_STORED_ID = re.compile(r".*[\])\w…]\.(?:\w*_)?id|.*\.\w*Ids?|.*\.ids")
"""How the code names the identifier of something stored: the database has made it, of digits or of letters."""
_STATEMENT = frozenset({"query", "querytext", "sql", "sqltext", "statement"})
"""The names of parameters that hold a statement, and not a value for one."""


def find(site: Argument, model: Model, report: Report) -> None:
    """The SQL text of one call, where what is put into it comes from callers out of sight or from a query."""
    if site.handed_on:
        report.silent("the text is handed on as it is: its callers are looked at")
        return
    key = model.origins.closed(site.module, site.argument, site.path)
    found = model.ask(key)
    sources = [item for item in found.items if isinstance(item, Source) and item.kind in _UNPROVEN]
    built = [item for item in sources if site.inserted or "built" in item.passed]
    unsafe = [item for item in built if not _is_harmless(item) and not _is_counted(item, model)]
    harmful = [item for item in unsafe if not {*KEPT} & {*item.passed}]
    module = model.link.body(site.module)
    if harmful and _holds_the_statement(site, model):
        report.silent("the text is the statement that callers give, and only its placeholders are written anew")
    elif harmful and _is_about_the_schema(model.texts(module, site.argument)):
        report.silent("a statement about the schema takes names, and no placeholder can stand for a name")
    elif harmful:
        source = min(harmful, key=_weight)
        sink = Spot(site.module, site.row)
        report.at(
            sink,
            steps=model.traces.steps(key, source, site),
            severity=_severity(harmful, sink, model),
            source=source.name,
            sink=model.source_text(module, module.first[site.row]),
        )
    elif unsafe:
        report.open("an object keeps it of which only the class is known: others of it keep other values")
    elif sources:
        report.silent("the text is not built here, or what is put into it is harmless")
    elif found.open:
        report.open(f"not every origin is known: {', '.join(sorted(found.open))}")
    else:
        report.silent("the text is constant")


def _weight(source: Source) -> tuple[object, ...]:
    """What is named of several: what makes it a warning first."""
    return source.kind not in _STORED, source.kind, source.module, source.row, source.name, source.passed


def _severity(sources: list[Source], sink: Spot, model: Model) -> Severity | None:
    """A note unless it is known that a stored or a foreign text gets in: what callers out of sight pass is most often
    their own, as the name of a table is, and who starts a command may ask the database anything anyhow. So is what
    nothing calls.
    """
    is_told = any(item.kind in _STORED for item in sources) and not model.entries.is_dead(*sink)
    return None if is_told else Severity.NOTE


def _holds_the_statement(site: Argument, model: Model) -> bool:
    """Whether all that goes into a text, within its function, is a parameter that is named for the statement."""
    found = model.ask(model.origins.of(site.module, site.argument, site.path))
    module = model.link.body(site.module)
    given = [item for item in found.items if isinstance(item, FromParameter) and item.module == site.module]
    names = [module.text(module.first[module.params(item.function)[item.index]]) for item in given]
    return bool(names) and len(names) == len(found.items) and all(name.lower() in _STATEMENT for name in names)


def _is_harmless(source: Source) -> bool:
    passed = set(source.passed)
    return bool(_HARMLESS & passed) or passed >= _UNQUOTED or _is_meant(source)


def _is_meant(source: Source) -> bool:
    """Whether a value holds no quote by what it is."""
    return source.kind in {"caller", "database.row"} and _STORED_ID.fullmatch(source.name) is not None


def _is_counted(source: Source, model: Model) -> bool:
    """Whether a value is a column of which the statement that asked for it says that it is a number."""
    module = model.link.body(source.module)
    if source.kind != "database.row" or module.kind[source.row] != Kind.CALL:
        return False
    texts = [text for row in module.args(source.row)[:1] for text in model.texts(module, row)]
    column = source.name.rpartition(".")[2]
    return bool(texts) and all(is_counted(text, column) for text in texts)


def _is_about_the_schema(texts: tuple[str, ...]) -> bool:
    return bool(texts) and all(_SCHEMA.match(text) for text in texts)

"""Statements: what a query says where it stands, and whether it writes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from reviewer.model.chains import whole_chain
from reviewer.model.domain import Spot
from reviewer.model.made_around import Made, given
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.does import Doing
    from reviewer.model.model import Model

_WRITING: Final = re.compile(
    r"\$?(?:add|bulk(?:Create|Save|Write)|clear|create|decr|del|destroy|executeRaw|expire|findAndModify|findByIdAnd|findOneAnd|flush|native"
    r"|h[Dd]el|h[Ss]et|incr|index|insert|persist|put|remove|replace|restore|s[Aa]dd|s[Rr]em|save|set|soft|store|trash|truncate|up(?:date|sert)"
    r"|hincr|unlink|[lr](?:[Pp]ush|[Rr]em|[Tt]rim)|z(?:[Aa]dd|[Rr]em|[Ii]ncr))"
)
_WRITING_SQL: Final = re.compile(
    r"\s*(?:insert|update|delete|replace|merge|begin|start\s+transaction)\b", re.IGNORECASE
)
_WRITING_HANDED: Final = re.compile(
    r"\s*(?:(?:insert|replace|merge)\s+into|update\s.+\sset|delete\s+from|begin|start\s+transaction)(?:\s|;|$)",
    re.IGNORECASE | re.DOTALL,
)
_WRITING_NAMED: Final = re.compile(r"(?:insert|update|delete|upsert)(?:_\w+|[A-Z]\w*)")
"""What statements that are kept elsewhere are called: `sql.insert_row`."""
_WRITING_STEP: Final = re.compile(
    r"(?:delete|insert|patch|update|upsert)\w*|del|truncate|increment|decrement|relate|unrelate"
)
_DELETING: Final = re.compile(
    r"h?del|delete\w*|destroy\w*|find(?:ById|One)And(?:Delete|Remove)|remove\w*|truncate|unlink|unrelate"
)
_DELETING_SQL: Final = re.compile(r"\s*delete\b", re.IGNORECASE)
_COUNTING: Final = re.compile(r"average|avg|count(?:By|Distinct|Documents)?|max(?:imum)?|min(?:imum)?|sum(?:Distinct)?")
_COUNTING_SQL: Final = re.compile(r"\s*select\s+(?:avg|count|max|min|sum)\s*\(", re.IGNORECASE)
_DEFINING_SQL: Final = re.compile(
    r"\s*(?:alter|analyze|comment\s+on|create|describe|drop|grant|optimize|refresh|reindex|revoke|show|truncate|vacuum)\s",
    re.IGNORECASE,
)
_WRITING_COMMAND: Final = re.compile(r"(?:BatchWrite|Delete|Put|TransactWrite|Update)(?:Item)?Command")
_TEXTS: Final = frozenset({Kind.BINARY, Kind.IDENT, Kind.MEMBER, Kind.STRING, Kind.TEMPLATE})
_STATEMENT: Final = frozenset({"query", "sql", "text"})


class Statements:
    """Asked only of what is reported."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def texts(self, module: Module, call: int) -> list[str]:
        """The texts that a query is sent with: its first argument, or what the object there holds."""
        if module.kind[call] not in {Kind.CALL, Kind.NEW, Kind.TAGGED}:
            return []
        found: list[str] = []
        for argument in module.args(call)[:1]:
            rows = [argument]
            if module.kind[argument] == Kind.OBJECT:
                parts = [part for part in module.ops(argument) if module.kind[part] == Kind.PROPERTY]
                rows = [module.op(part, 1) for part in parts if module.text(part) in _STATEMENT]
            for row in rows:
                texts = self.model.texts(module, row)
                if not texts and module.kind[row] == Kind.CALL and module.args(row):  # `adapted('UPDATE …')`
                    texts = self.model.texts(module, module.args(row)[0])
                found.extend(texts)
        return found

    def sent(self, way: list[Doing]) -> list[str]:
        """The texts that a query is sent with on one way to it: where a helper sends what it is given, of this call."""
        query = way[-1]
        module = self.model.link.body(query.module)
        arguments = module.args(query.row) if module.kind[query.row] in {Kind.CALL, Kind.NEW} else ()
        handed = Spot(query.module, arguments[0]) if arguments else None
        if handed is None or (at := self._given(handed, way[:-1])) == handed:
            return self.texts(module, query.row)
        return list(self.model.texts(self.model.link.body(at.module), at.row))

    def _given(self, spot: Spot, way: list[Doing]) -> Spot:
        """An expression, or what the calls of a way to it give to the parameter that it is."""
        made = tuple(
            Made(Spot(at.callee.module, at.callee.row), Spot(at.module, at.row)) for at in way if at.callee is not None
        )
        return given(self.model, spot, made)[0] if len(made) == len(way) else spot

    def writes(self, way: list[Doing]) -> bool:
        """Whether a call writes, told by the way from it to the query: by what is sent in the end, or by the statement
        that is handed on to there.
        """
        query = way[-1]
        if self._is_write(query, self.sent(way)) or any(map(self._builds_write, way)):
            return True
        for number, at in enumerate(way):
            module = self.model.link.body(at.module)
            for row in module.args(at.row) if module.kind[at.row] in {Kind.CALL, Kind.NEW} else ():
                handed = self._given(Spot(at.module, row), way[:number]) if module.kind[row] in _TEXTS else None
                texts = self.model.texts(self.model.link.body(handed.module), handed.row) if handed is not None else ()
                if at is not query and any(map(_WRITING_HANDED.match, texts)):
                    return True
                if module.kind[row] == Kind.MEMBER and not texts and _WRITING_NAMED.fullmatch(module.text(row)):
                    return True
        return False

    def deletes(self, way: list[Doing]) -> bool:
        """Whether what a call writes is that something goes."""
        return self._says(way[-1], _DELETING, _DELETING_SQL, self.sent(way))

    def counts(self, way: list[Doing]) -> bool:
        """Whether what a call asks for is a number that is made of rows, and no rows."""
        return self._says(way[-1], _COUNTING, _COUNTING_SQL, self.sent(way))

    def defines(self, way: list[Doing]) -> bool:
        """Whether what a call sends is about tables, schemas or rights, and not about rows: `DROP TABLE`."""
        texts = self.sent(way)
        return bool(texts) and all(map(_DEFINING_SQL.match, texts))

    def _says(self, query: Doing, methods: re.Pattern[str], text: re.Pattern[str], texts: list[str]) -> bool:
        """Whether a method in the chain of a query is named so, or a text of it begins so."""
        module = self.model.link.body(query.module)
        at = query.row
        names = [module.text(at)]
        while at != whole_chain(module, query.row):
            at = module.parent[at]
            names.append(module.text(at) if module.kind[at] == Kind.MEMBER else "")
        at = module.first[query.row] if module.kind[query.row] == Kind.CALL else -1
        while at >= 0 and module.kind[at] in {Kind.MEMBER, Kind.CALL}:
            names.append(module.text(at))
            at = module.first[at]
        return any(map(methods.fullmatch, names)) or any(map(text.match, texts))

    def _builds_write(self, call: Doing) -> bool:
        """Whether a call ends a chain that begins with a write: `insert(table).given(row).execute(connection)`."""
        module = self.model.link.body(call.module)
        at = module.first[call.row] if module.kind[call.row] == Kind.CALL else -1
        while at >= 0 and module.kind[at] in {Kind.MEMBER, Kind.CALL}:
            if module.kind[at] == Kind.CALL and _WRITING_STEP.fullmatch(module.text(at)):
                return True
            at = module.first[at]
        texts = self.texts(module, at) if at >= 0 and module.kind[at] == Kind.TAGGED else []
        return any(_WRITING_SQL.match(text) for text in texts)

    def _is_write(self, query: Doing, texts: list[str]) -> bool:
        module = self.model.link.body(query.module)
        if _WRITING.match(module.text(query.row)):
            return True
        if any(map(_WRITING_SQL.match, texts)):
            return True
        commands = [at for at in module.args(query.row) if module.kind[at] == Kind.NEW]
        if any(_WRITING_COMMAND.fullmatch(module.text(at)) for at in commands):
            return True
        at = query.row
        while at != whole_chain(module, query.row):
            at = module.parent[at]
            if module.kind[at] == Kind.MEMBER and _WRITING_STEP.fullmatch(module.text(at)):
                return True
        return False

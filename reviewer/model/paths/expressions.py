"""The order in which expressions and patterns are evaluated, and where they part (ECMAScript §13, §8.6.2)."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from operator import itemgetter
from typing import ClassVar, Final

from reviewer.model.paths.blocks import OWNED, OWNED_FALSE, OWNED_TRUE, Builder, Op, Truth, Work
from reviewer.source.module import Flag, Kind, Module

_LINKS: Final = frozenset({Kind.MEMBER, Kind.INDEX, Kind.CALL})
_REFERENCES: Final = frozenset({Kind.MEMBER, Kind.INDEX})
_PATTERNS: Final = frozenset({Kind.OBJECT_PATTERN, Kind.ARRAY_PATTERN})
_METHODS: Final = Flag.METHOD | Flag.GETTER | Flag.SETTER
_TRUTHY: Final = frozenset({Kind.TRUE, Kind.REGEX, Kind.FUNCTION, Kind.CLASS, Kind.OBJECT, Kind.ARRAY, Kind.NEW})
_FALSY: Final = frozenset({Kind.FALSE, Kind.NULL, Kind.UNDEFINED})
_ZERO: Final = re.compile(r"0[xXoObB][0_]+n?|(?=[.0])[0_]*\.?[0_]*(?:[eE][+-]?[0-9_]+)?n?")
_LOGICAL_ASSIGNMENTS: Final = {"&&=": Truth.TRUE, "||=": Truth.FALSE, "??=": Truth.NULLISH}


def constant_truth(module: Module, row: int) -> bool | None:
    """What ToBoolean gives for a row that says so by itself (`while (true)`, `void 0`); None where it depends."""
    kind = module.kind[row]
    if kind in _TRUTHY:
        return True
    if kind in _FALSY:
        return False
    if kind in {Kind.NUMBER, Kind.BIGINT}:
        return not _ZERO.fullmatch(module.text(row))
    if kind == Kind.STRING:
        return bool(module.text(row))
    if kind == Kind.UNARY and module.text(row) == "void":
        return False
    return None


class Expressions(Builder):
    """Visits expressions. A form that is not named here is its operands in order, then itself."""

    forms: ClassVar[dict[int, Callable[..., None]]] = {}

    def run(self) -> None:
        """Do all work on the stack."""
        stack = self.stack
        kinds = self.module.kind
        first, count = self.module.first, self.module.count
        forms = self.forms
        while stack:
            item = stack.pop()
            if not isinstance(item, int):
                item()
            elif item < 0:
                self.rows.append(~item)
            else:
                form = forms.get(kinds[item])
                if form is not None:
                    form(self, item)
                elif number := count[item]:
                    stack.append(~item)
                    at = first[item]
                    stack.extend(range(at + number - 1, at - 1, -1))
                elif kinds[item]:
                    self.rows.append(item)

    # decisions

    def condition(self, row: int, yes: int, no: int, owned: int = 0) -> None:
        """Evaluate `row` for its truth: on to block `yes` or `no`, straight out of `!`, `&&`, `||` and `?.`."""
        module = self.module
        kind = module.kind[row]
        operator = module.text(row) if kind in {Kind.UNARY, Kind.LOGICAL} else ""
        if operator in {"!", "&&", "||"}:
            pads: list[int] = []
            yes = self._side(row, yes, owned & OWNED_TRUE, pads)
            no = self._side(row, no, owned & OWNED_FALSE, pads)
            left = module.first[row]
            between = self.new()
            parts: tuple[Work, ...]
            if operator == "!":
                parts = (partial(self.condition, left, no, yes, OWNED),)
            elif operator == "&&":
                self._fact(no, row, Truth.FALSE)
                parts = (
                    partial(self.condition, left, between, no, OWNED_TRUE),
                    partial(self.start, between),
                    partial(self.condition, left + 1, yes, no, OWNED_TRUE),
                )
            else:
                self._fact(yes, row, Truth.TRUE)
                parts = (
                    partial(self.condition, left, yes, between, OWNED_FALSE),
                    partial(self.start, between),
                    partial(self.condition, left + 1, yes, no, OWNED_FALSE),
                )
            self.then(*parts, partial(self.flow.order.extend, pads))
            return
        constant = constant_truth(module, row)
        if constant is not None:
            self.then(row, partial(self.goto, yes if constant else no))
        elif kind in _LINKS and any(map(self._is_optional, spine := self._spine(row))):
            if not owned & OWNED_FALSE:
                pad = self._pad(no)
                self.flow.order.append(pad)
                no = pad
            self._fact(no, row, Truth.FALSE)
            self.stack.append(partial(self.branch, row, Truth.TRUE, yes, no))
            self._links(spine, no)
        else:
            self.then(row, partial(self.branch, row, Truth.TRUE, yes, no))

    def _pad(self, target: int) -> int:
        pad = self.new()
        flow = self.flow
        flow.op[pad] = Op.GOTO
        flow.a[pad] = target
        return pad

    def _side(self, row: int, target: int, owned: int, pads: list[int]) -> int:
        """A block that starts with `row` and belongs to its condition alone, on the way to `target`."""
        if not owned:
            target = self._pad(target)
            pads.append(target)
        self.flow.rows[target].insert(0, row)
        return target

    def _fact(self, block: int, row: int, truth: int) -> None:
        self.flow.facts.setdefault(block, []).append((row, truth))

    # operators

    def logical(self, row: int) -> None:
        left = self.module.first[row]
        operator = self.module.text(row)
        right, end = self.new(), self.new()
        test: tuple[Work, ...]
        if operator == "&&":
            test = (partial(self.condition, left, right, end, OWNED_TRUE),)
        elif operator == "||":
            test = (partial(self.condition, left, end, right, OWNED_FALSE),)
        else:
            test = (left, partial(self.branch, left, Truth.NULLISH, right, end))
        self.then(*test, partial(self.start, right), left + 1, partial(self.link, end, end), ~row)

    def conditional(self, row: int) -> None:
        test = self.module.first[row]
        yes, no, end = self.new(), self.new(), self.new()
        self.then(
            partial(self.condition, test, yes, no, OWNED),
            partial(self.start, yes),
            test + 1,
            partial(self.link, end, no),
            test + 2,
            partial(self.link, end, end),
            ~row,
        )

    def assign(self, row: int) -> None:
        """Of a compound assignment the target's row is the read, and the ASSIGN, where it happens, the write."""
        module = self.module
        target = module.first[row]
        value = target + 1
        operator = module.text(row)
        kind = module.kind[target]
        if operator in _LOGICAL_ASSIGNMENTS:
            assigned, end = self.new(), self.new()
            self.then(
                target,
                partial(self.branch, target, _LOGICAL_ASSIGNMENTS[operator], assigned, end),
                partial(self.start, assigned),
                value,
                ~row,
                partial(self.link, end, end),
            )
        elif operator != "=":
            self.then(target, value, ~row)
        elif kind in _REFERENCES:
            self.then(*module.ops(target), value, ~target, ~row)
        else:
            self.then(value, target, ~row)

    def default(self, row: int) -> None:
        """A target with a default value: a member's object first, then the default where needed, then the write."""
        module = self.module
        target = module.first[row]
        reference = module.kind[target] in _REFERENCES
        absent, end = self.new(), self.new()
        self.then(
            *(module.ops(target) if reference else ()),
            partial(self.branch, row, Truth.ABSENT, absent, end),
            partial(self.start, absent),
            target + 1,
            partial(self.link, end, end),
            ~target if reference else target,
            ~row,
        )

    # member and call chains

    def _spine(self, row: int) -> list[int]:
        """The links of a chain from its end down to the base, which comes last and is no link."""
        kinds, first = self.module.kind, self.module.first
        spine = [row]
        while kinds[row] in _LINKS:
            row = first[row]
            spine.append(row)
        return spine

    def chain(self, row: int) -> None:
        """A chain as a value: where `?.` ends it early, its rest is passed over."""
        spine = self._spine(row)
        if any(map(self._is_optional, spine)):
            end = self.new()
            self.stack.append(partial(self.link, end, end))
            self._links(spine, end)
        else:
            self._links(spine, -1)

    def _is_optional(self, link: int) -> int:
        return self.module.flags[link] & Flag.OPTIONAL

    def _links(self, spine: list[int], end: int) -> None:
        """The links from the base on; where `?.` finds nothing, on to block `end`."""
        module = self.module
        work = self.stack
        base = spine.pop()
        for link in spine:
            first = module.first[link]
            work.append(~link)
            work.extend(range(first + module.count[link] - 1, first, -1))
            if module.flags[link] & Flag.OPTIONAL:
                work.append(partial(self._optional, first, end))
        work.append(base)

    def _optional(self, operand: int, end: int) -> None:
        present = self.new()
        self.branch(operand, Truth.NULLISH, end, present)
        self.start(present)

    # what holds code that does not run here

    def function(self, row: int) -> None:
        self.rows.append(row)

    def param(self, row: int) -> None:
        """Decorators of a parameter run with its class, long before."""
        self.then(self.module.first[row], ~row)

    def class_(self, row: int) -> None:
        """Heritage, keys, decorators, then static fields and blocks (§15.7.14); instance fields run in constructors."""
        module = self.module
        heritage = module.first[row]
        work: list[Work] = [heritage]
        static: list[tuple[int, tuple[Work, ...]]] = []
        for part in range(heritage + 1, heritage + module.count[row]):
            kind = module.kind[part]
            if kind == Kind.BLOCK:
                static.append((module.start[part], (part,)))
                continue
            if kind != Kind.PROPERTY:
                work.append(part)
                continue
            key = module.first[part]
            value = key + 1
            work.append(key)
            work.extend(range(key + 2, key + module.count[part]))
            if module.kind[value] == Kind.FUNCTION and module.flags[value] & _METHODS:
                work.extend((value, ~part))
            elif module.flags[part] & Flag.STATIC:
                static.append((module.start[part], (value, ~part)))
            else:
                work.append(~part)
        static.sort(key=itemgetter(0))
        for _, parts in static:
            work.extend(parts)
        self.then(*work, ~row)


Expressions.forms.update(
    {
        Kind.LOGICAL: Expressions.logical,
        Kind.CONDITIONAL: Expressions.conditional,
        Kind.ASSIGN: Expressions.assign,
        Kind.DEFAULT: Expressions.default,
        Kind.MEMBER: Expressions.chain,
        Kind.INDEX: Expressions.chain,
        Kind.CALL: Expressions.chain,
        Kind.FUNCTION: Expressions.function,
        Kind.PARAM: Expressions.param,
        Kind.CLASS: Expressions.class_,
    }
)

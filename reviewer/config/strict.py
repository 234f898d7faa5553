"""Holds a file of settings against its form: what is wrong is told with its line and the nearest name."""

from __future__ import annotations

from collections.abc import Sequence

from reviewer.config.form import FORM, Either, Keys, Kind, Named, Several, Text, Words
from reviewer.diagnosis import unknown
from reviewer.yaml_nodes import Node


def conform(node: Node) -> None:
    """Nothing where `node` has the form of settings; UsageError otherwise. Nothing at all is a form of settings too."""
    if node.entries is None and node.items is None and node.scalar is None:
        return
    _hold(node, FORM, "")


def _hold(node: Node, kind: Kind, what: str) -> None:
    match kind:
        case Text():
            node.text(f"`{what}`")
        case Words(words):
            _choose(node, what, words)
        case Several(item, least):
            items = node.sequence(f"`{what}`")
            if len(items) < least:
                raise node.wrong(f"`{what}` is empty")
            for one in items:
                _hold(one, item, what)
        case Named(value):
            if node.entries is None:
                raise node.wrong(f"`{what}` wants a mapping")
            for name, one in node.entries.items():
                _hold(one, value, name)
        case Keys(_, _, keys):
            known = {key.name: key.holds for key in keys}
            required = [key.name for key in keys if key.required]
            for name, one in node.mapping(f"`{what}`" if what else "", list(known), required).items():
                _hold(one, known[name], name)
        case Either(kinds):
            _hold(node, _meant(node, kinds), what)


def _meant(node: Node, kinds: Sequence[Kind]) -> Kind:
    """The kind that has the shape of the node; the first where none has."""
    shape: tuple[type, ...] = (Text, Words)
    if node.entries is not None:
        shape = (Keys, Named)
    elif node.items is not None:
        shape = (Several,)
    return next((kind for kind in kinds if isinstance(kind, shape)), kinds[0])


def _choose(node: Node, what: str, words: Sequence[str]) -> None:
    if node.items is not None or node.entries is not None or not isinstance(node.scalar, str):
        raise node.wrong(f"`{what}` wants {', '.join(words[:-1])} or {words[-1]}")
    if node.scalar not in words:
        raise node.wrong(unknown(f"value of `{what}`:", node.scalar, words))

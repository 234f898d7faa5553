"""The heap: what objects hold, what modules export, and what library calls make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.model.added import Added
from reviewer.model.contents import Contents
from reviewer.model.copied import Copied
from reviewer.model.domain import widen_values
from reviewer.model.elements import Elements
from reviewer.model.exports import Exports
from reviewer.model.fillers import Fillers
from reviewer.model.heirs import Heirs
from reviewer.model.keyed import Keyed
from reviewer.model.link import ToFolder
from reviewer.model.made import MadeObjects
from reviewer.model.members import Members
from reviewer.model.solve import NOTHING, Equation, Question, join
from reviewer.model.writes import Writes

if TYPE_CHECKING:
    from reviewer.model.model import Model


class Heap:
    """Questions about what objects hold.

    `member` takes (value, name); `element` (array, index or `*`); `element_made` (module, CALL row, path) of what a
    library's call made; `contents` (module, row) what is put into the container that is made there, at the rows of
    `put`; `export` (module, name); `module_value` a module; `global_` a name; `written` (value, name); `copied` (value,
    name) what is put there under the name that it has elsewhere; `keyed` (value, pattern) what is written there under
    names that are not known; `under` (value, pattern) all that it and what it extends have so; `filled` (value, name)
    what calls put into it: its `fillers`, as (value, name), each of which `fills`, as (module, CALL row), some objects;
    `subclasses` (module, CLASS or FUNCTION row) the classes that extend it, directly or not; `lineage` (module, CLASS
    row) what of libraries it extends; `added` (state, name) what the code adds to the values at a library's place.
    """

    def __init__(self, model: Model) -> None:
        made = MadeObjects(model)
        members = Members(model, made)
        exports = Exports(model)
        writes = Writes(model)
        fillers = Fillers(model)
        copied = Copied(model)
        keyed = Keyed(model)
        self.member = Question("member", 1, members.member, widen_values)
        self.element = Question("element", 1, Elements(model, members).element, widen_values)
        contents = Contents(model)
        self.contents = Question("contents", 1, contents.of, widen_values)
        self.put = Question("rows put in", 1, contents.put)
        self.element_made = Question("element made", 1, made.below, widen_values)
        self.may_export = exports.may_export
        self.export = Question("export", 1, exports.export, widen_values)
        self.module_value = Question("module value", 1, exports.module_value, widen_values)
        self.global_ = Question("global", 1, writes.global_, widen_values)
        self.filled = Question("filled member", 1, fillers.filled, widen_values, shortcut=fillers.unfilled)
        self.copied = Question("copied member", 1, copied.copied, widen_values, shortcut=copied.not_copied)
        self.keyed = Question("keyed member", 1, keyed.keyed, widen_values, shortcut=keyed.not_keyed)
        self.under = Question("members under a pattern", 1, keyed.under, widen_values)
        self.fillers = Question("fillers", 1, fillers.fillers)
        self.fills = Question("objects filled", 1, fillers.fills, widen_values)
        self.written = Question("written member", 1, writes.written, widen_values)
        added = Added(model, members)
        self.added = Question("added member", 1, added.of, widen_values)
        self.lineage = Question("lineage", 1, added.lineage)
        self._added = added
        self.subclasses = Question("subclasses", 1, Heirs(model).subclasses, widen_values)

    def declares(self, state: int, name: str) -> bool:
        """Whether the code says itself what this member is of values at a library's place."""
        return self._added.declares(state, name)

    def folder(self, target: ToFolder) -> Equation:
        """What a computed `require` may give."""
        found = NOTHING
        for m in target.modules:
            found = join(found, (yield self.module_value(m)))
        return found

"""The model of the reviewed programs: every question in one place, over linked modules and library rows."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Final, TypeVar

from reviewer.model.asked import Asked
from reviewer.model.bounds import Bounds
from reviewer.model.callbacks import Callbacks
from reviewer.model.calls import Calls
from reviewer.model.conventions import Conventions
from reviewer.model.depending import Depending
from reviewer.model.does import Does
from reviewer.model.domain import Constant, External
from reviewer.model.drawn import Drawn
from reviewer.model.dropped import Dropped
from reviewer.model.emitted import Emitted
from reviewer.model.entries import Entries
from reviewer.model.filled import FilledFields
from reviewer.model.gathered import Gathered
from reviewer.model.handled import FailureHandlers
from reviewer.model.headers import Headers
from reviewer.model.heap import Heap
from reviewer.model.implementations import Implementations
from reviewer.model.imported import Imported
from reviewer.model.injection import Injection
from reviewer.model.loaded import Loaded
from reviewer.model.memory import Memory
from reviewer.model.module_folders import ModuleFolders
from reviewer.model.module_trees import ModuleTrees
from reviewer.model.named_files import NamedFiles
from reviewer.model.named_models import NamedModels
from reviewer.model.names import Names
from reviewer.model.node_versions import NodeVersions
from reviewer.model.origins import Origins
from reviewer.model.programs import Programs
from reviewer.model.promises import Promises
from reviewer.model.provisions import Provisions
from reviewer.model.results import Results
from reviewer.model.returned import ReturnedPromises
from reviewer.model.routes import Routes
from reviewer.model.sent import Sent
from reviewer.model.shape import CallShape
from reviewer.model.shaped import Shaped
from reviewer.model.sites import Sites
from reviewer.model.solve import Answer, Key, Solver, answer
from reviewer.model.standing import Standing
from reviewer.model.statements import Statements
from reviewer.model.together import Together
from reviewer.model.tokens import Tokens
from reviewer.model.traces import Traces
from reviewer.model.turns import Turns
from reviewer.model.types import Types
from reviewer.model.unhandled import Unhandled
from reviewer.model.uses import Uses
from reviewer.model.values import Values
from reviewer.source.documents.documents import NO_DOCUMENTS, Documents
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.escapes import Escape
    from reviewer.model.link import Link
    from reviewer.model.route import Route
    from reviewer.model.rows import Rows
    from reviewer.source.manifests import Manifests

_TEXT_LIMIT: Final = 60
_T = TypeVar("_T")


class Model:
    """What rules ask. Each family of questions is an attribute; `ask` answers a key of any of them."""

    def __init__(
        self,
        link: Link,
        libraries: Rows,
        manifests: Manifests,
        documents: Documents = NO_DOCUMENTS,
        solver: Solver | None = None,
    ) -> None:
        self.link = link
        self.libraries = libraries
        self.manifests = manifests
        self.documents = documents
        self.solver = solver or Solver()
        self.loaded = Loaded(self)
        self.folders = ModuleFolders(self)
        self.conventions = Conventions(self)
        self.trees = ModuleTrees(self)
        self.named_models = NamedModels(self)
        self.names = Names(self)
        self.tokens = Tokens(self)
        self.provisions = Provisions(self)
        self.named_files = NamedFiles(self)
        self.standing = Standing(self)
        self.asked = Asked(self)
        self.fields = FilledFields(self)
        self.injection = Injection(self)
        self.shaped = Shaped(self)
        self.values = Values(self)
        self.heap = Heap(self)
        self.calls = Calls(self)
        self.results = Results(self)
        self.uses = Uses(self)
        self.types = Types(self)
        self.promises = Promises(self)
        self.origins = Origins(self)
        self.routes = Routes(self)
        self.sites = Sites(self)
        self.traces = Traces(self)
        self.programs = Programs(self)
        self.memory = Memory(self)
        self.entries = Entries(self)
        self.gathered = Gathered(self)
        self.headers = Headers(self)
        self.turns = Turns(self)
        self.bounds = Bounds(self)
        self.does = Does(self)
        self.statements = Statements(self)
        self.depending = Depending(self)
        self.together = Together(self)
        self.sent = Sent(self)
        self.dropped = Dropped(self)
        self.returned = ReturnedPromises(self)
        self.drawn = Drawn(self)
        self.handlers = FailureHandlers(self)
        self.callbacks = Callbacks(self)
        self.emitted = Emitted(self)
        self.node_versions = NodeVersions(self)
        self.unhandled = Unhandled(self)
        self.implementations = Implementations(self)
        self.imported = Imported(self)
        self._shapes: dict[tuple[int, int], CallShape] = {}

    def ask(self, key: Key) -> Answer:
        """The final answer to a key, asked from outside any equation."""
        return self.solver.ask(key)

    def settled(self, equation: Generator[Key, Answer, _T]) -> _T:
        """What an equation returns, run over final answers, from outside any other one."""
        try:
            asked = next(equation)
            while True:
                asked = equation.send(self.ask(asked))
        except StopIteration as stop:
            found: _T = stop.value
            return found

    def call_shape(self, module: Module, call: int) -> CallShape:
        """A call as the conditions of library rows ask about it."""
        key = (module.index, call)
        if key not in self._shapes:
            self._shapes[key] = CallShape(self, module, call)
        return self._shapes[key]

    def version(self, path: str, package: str) -> str | None:
        """The version of a package, or its declared range, as the manifests nearest to a file tell it."""
        return self.manifests.version_text(path, package)

    def created(self, state: int, callee: External, module: int, row: int) -> External:
        """The value that a call gives: with the call as its creation site where such values are told apart by it."""
        if self.folders.is_folder(state):
            return External(state, module, row)
        if not self.libraries.is_sited(state):
            is_new = self.link.body(module).kind[row] == Kind.NEW
            return External(state, module, row) if is_new and self.libraries.is_own(state) else External(state)
        if self.libraries.is_route(callee.state) and callee.row >= 0:
            # A registration gives back what it was called on.
            return External(state, callee.module, callee.row)
        return External(state, module, row)

    def external_member(self, atom: External, name: str) -> Answer:
        """The member of a library's value; a member that no row names is of that library all the same."""
        if not atom.state:
            return answer([atom])
        states = self.libraries.member(atom.state, name)
        if states and self.libraries.is_begun(atom.state, name) and self.heap.declares(atom.state, name):
            return answer([External(0)])
        if not states:
            return answer(map(External, self.libraries.untold_member(atom.state, name) or (0,)))
        return answer(External(state, atom.module, atom.row) if atom.row >= 0 else External(state) for state in states)

    def texts(self, module: Module, row: int) -> tuple[str, ...]:
        """The constant texts that an expression may have, sorted; holes in templates stand as `:?`."""
        found = self.ask(self.values.resolved(module.index, row))
        constants = [item.text for item in found.items if isinstance(item, Constant)]
        if constants:
            return tuple(sorted(constants))
        if module.kind[row] == Kind.TEMPLATE:
            return tuple(sorted(self._filled(module, row)))
        if module.kind[row] == Kind.BINARY and module.text(row) == "+":
            lefts = self.texts(module, module.first[row]) or (":?",)
            rights = self.texts(module, module.op(row, 1)) or (":?",)
            return tuple(sorted({left + right for left in lefts[:4] for right in rights[:4]}))
        return ()

    def _filled(self, module: Module, template: int) -> set[str]:
        texts = {""}
        for chunk in module.ops(template):
            if module.kind[chunk] == Kind.STRING:
                parts: tuple[str, ...] = (module.text(chunk),)
            else:
                found = self.ask(self.values.resolved(module.index, chunk))
                parts = tuple(sorted(item.text for item in found.items if isinstance(item, Constant)))[:4] or (":?",)
            texts = {text + part for text in texts for part in parts}
        return texts

    def source_text(self, module: Module, row: int) -> str:
        """How the code names a value: `req.query.name`; short, and never longer than a line."""
        parts: list[str] = []
        at = row
        while True:
            kind = module.kind[at]
            if kind == Kind.MEMBER:
                parts.append("." + module.text(at))
            elif kind == Kind.INDEX:
                parts.append("[…]")
            elif kind in {Kind.CALL, Kind.NEW}:
                parts.append("(…)" if module.count[at] > 1 else "()")
            elif kind == Kind.TAGGED:
                parts.append("…")
            elif kind != Kind.AWAIT:
                break
            at = module.first[at]
        head = module.text(at) if kind == Kind.IDENT else {Kind.THIS: "this", Kind.SUPER: "super"}.get(kind, "…")
        text = head + "".join(reversed(parts))
        return text if len(text) <= _TEXT_LIMIT else text[: _TEXT_LIMIT - 1] + "…"

    def function_name(self, module: Module, function: int) -> str:
        """The name under which people know a function, empty where it has none."""
        name = module.text(function)
        if name:
            return name
        parent = module.parent[function]
        match module.kind[parent]:
            case Kind.DECLARATOR | Kind.ASSIGN:
                target = module.first[parent]
                return module.text(target) if module.kind[target] in {Kind.IDENT, Kind.MEMBER} else ""
            case Kind.PROPERTY:
                return module.text(parent)
            case _:
                return ""

    def name_path(self, module: Module, row: int) -> str:
        """The names of the functions and classes around a row, outermost first: `Users.create`."""
        names: list[str] = []
        for at in module.ancestors(row):
            if module.kind[at] == Kind.FUNCTION:
                parent = module.parent[at]
                names.append(self.function_name(module, at) or (module.text(parent) if parent else ""))
            elif module.kind[at] == Kind.CLASS:
                names.append(module.text(at))
        return ".".join(name for name in reversed(names) if name)

    def escape_text(self, escape: Escape) -> str:
        """What happens at the row that lets a rejection out, for the evidence."""
        module = self.link.body(escape.module)
        match escape.how:
            case "await":
                return f"`{self.source_text(module, module.first[escape.row])}` may reject, and no `catch` is around it"
            case "return":
                return "the promise given back here may reject"
            case "throw":
                return "what is thrown here rejects the promise"
            case _:
                return f"`{self.source_text(module, escape.row)}` may throw, and no `catch` is around it"

    def escape_reason(self, escape: Escape, m: int) -> str:
        """The same as a condition: `load()` on line 3 rejects; with the file where that is another than module `m`."""
        module = self.link.body(escape.module)
        line = str(module.line(escape.row))
        if escape.module != m:
            line += f" of {module.path}"
        match escape.how:
            case "await":
                return f"`{self.source_text(module, module.first[escape.row])}` on line {line} rejects"
            case "return":
                return f"the promise given back on line {line} rejects"
            case "throw":
                return f"it throws on line {line}"
            case _:
                return f"`{self.source_text(module, escape.row)}` on line {line} throws"

    def framework(self, route: Route) -> str:
        """The framework of a route for people, with its major version where that is known: `Express 4`."""
        package = self.libraries.package_name(route.state)
        version = self.version(self.link.paths[route.module], package) or ""
        major = next((part for part in version.lstrip("^~>=v ").split(".")[:1] if part.isdigit()), "")
        return f"{package.capitalize()} {major}".rstrip()

    def loads_role(self, role: str) -> bool:
        """Whether any file loads a module that plays the role, such as one that patches a framework."""
        return any(package in self.link.package_importers for package in self.libraries.loading_packages(role))

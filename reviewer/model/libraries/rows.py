"""The rows of a library file as they are written: their keys, and the words that these may have."""

from __future__ import annotations

import re
from enum import StrEnum, auto
from typing import Literal, TypeAlias

import msgspec

Conditions: TypeAlias = dict[str, object]
Paths: TypeAlias = str | list[str]


class Part(StrEnum):
    """The parts of a request; of other entries, the message of a socket or broker and the arguments of a query."""

    QUERY = auto()
    PARAMS = auto()
    BODY = auto()
    HEADERS = auto()
    COOKIES = auto()
    URL = auto()
    FILES = auto()
    MESSAGE = auto()
    ARGUMENTS = auto()


class Loaded(StrEnum):
    """What a call loads."""

    FILE = auto()
    MODULE = auto()
    FOLDER = auto()
    PLUGINS = auto()
    SERVICES = auto()
    PROGRAM = auto()
    FUNCTIONS = auto()
    THREAD = auto()
    MODULES = auto()
    MEMBERS = auto()
    ROUTES = auto()
    EXPORT = auto()
    EXPORTS = auto()


class Sight(StrEnum):
    """Who sees a provided value."""

    MODULE = auto()
    GLOBAL = auto()


Keeps: TypeAlias = Literal["value", "text", "element", "members", "content"]
Text: TypeAlias = Literal["", "same", "part", "concatenated", "joined", "repeated", "replaced", "formatted"]
Moment: TypeAlias = Literal[
    "now", "later", "start-up", "per-request", "listener", "timer", "socket", "job", "command", "shut-down"
]
Fate: TypeAlias = Literal["awaited", "returned", "forwarded", "dropped"]
Thrown: TypeAlias = Literal["caught", "lost", "propagates"]
Adaptation: TypeAlias = Literal["same", "bind", "call", "apply", "promise", "callback"]
Stage: TypeAlias = Literal[
    "middleware", "plugin", "on-request", "pre-parsing", "pre-validation", "schema", "pre-handler",
    "guard", "no-guard", "interceptor", "pipe", "reply", "error",
]  # fmt: skip
ValueKind: TypeAlias = Literal["string", "number", "boolean", "object", "array"]


class Row(msgspec.Struct, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """What every row says: places, the versions it is about, and when it does not apply. A text alone is an `at`.

    declared: false where the members there are made as a program runs, from its schema or its models, so that nothing
    of the package names them.
    """

    at: Paths
    versions: str = msgspec.field(default="", name="for")
    unless: Conditions = {}
    declared: bool = True


class ConditionalRow(Row, frozen=True, kw_only=True):
    """A row that may also say when it applies; in `calls`, where `when` is the moment, that is `given`."""

    when: Conditions = {}


class RoleRow(ConditionalRow, frozen=True, kw_only=True):
    """See `RoleFact`."""

    part: Part | None = None
    kinds: list[ValueKind] = []
    typed: bool = False
    shape: bool = False
    until: str = ""
    again: str = ""
    late: bool = False
    use: str = ""
    inserts: str = ""

    def __post_init__(self) -> None:
        """Raises ValueError where `inserts` is no regular expression with the groups `index` and `name`."""
        if self.inserts and not {"index", "name"} <= re.compile(self.inserts).groupindex.keys():
            raise ValueError("`inserts` wants a pattern with the groups `index` and `name`")


class TypeRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Places whose values have a type, in some versions or where modules are loaded or not (`loaded` alone).

    declared: see `Row`.
    """

    at: Paths
    versions: str = msgspec.field(default="", name="for")
    when: Conditions = {}
    unless: Conditions = {}
    declared: bool = True


class PromiseRow(ConditionalRow, frozen=True, kw_only=True):
    """See `PromiseFact`; `with` is said by giving `of`."""

    rejects: Literal["may", "never", "always"] = "may"
    of: Paths = []
    lazy: bool = False
    value: bool = False
    resolver: Paths = []
    rejector: Paths = []


class HandlesRow(ConditionalRow, frozen=True, kw_only=True):
    """See `HandlesFact`."""

    of: Paths = "Argument[this]"
    fulfilment: Paths = []
    rejection: Paths = []
    anyway: Paths = []


class FlowRow(ConditionalRow, frozen=True, kw_only=True):
    """See `FlowFact`."""

    sources: Paths = msgspec.field(name="from")
    targets: Paths = msgspec.field(default="ReturnValue", name="to")
    keeps: Keeps = "value"
    text: Text = ""
    separator: Paths = []
    name: Paths = []
    where: Paths = []


class CallRow(Row, frozen=True, kw_only=True):
    """See `CallFact`; without `function` it is `at` that is called."""

    when: Moment
    given: Conditions = {}
    function: Paths = []
    times: Literal["once", "many"] = "many"
    promise: Fate = "dropped"
    throw: Thrown = "propagates"
    through: Paths = []
    name: Paths = []
    done: int = -1
    tells: str = ""


class AdaptRow(ConditionalRow, frozen=True, kw_only=True):
    """See `AdaptFact`."""

    function: Paths = "Argument[0]"
    to: Paths = "ReturnValue"
    how: Adaptation


class RouteRow(ConditionalRow, frozen=True, kw_only=True):
    """See `RouteFact`; the method `name` is the upper-cased last member of `at`."""

    method: str
    handlers: Paths
    path: Paths = []
    methods: Paths = []
    before: Paths = []
    path_optional: bool = False
    named: bool = False
    receiver_path: bool = False
    mount: bool = False
    encapsulates: bool = False
    error_arity: int = 0
    sealed: bool = False
    member: str = ""
    below: str = ""
    pairs: str = ""


class MeasureRow(ConditionalRow, frozen=True, kw_only=True):
    """See `MeasureFact`."""

    kind: Stage
    reach: Literal["route", "own", "class", "member", "parameter", "program", "provided", "chosen", "handler"]
    sources: Paths = msgspec.field(default=[], name="by")
    key: str = ""
    late: Literal["", "same", "all", "whole"] = ""
    path: Paths = []
    path_optional: bool = False
    path_member: str = ""
    method_member: str = ""
    exceptions: Paths = []
    converts: str = ""
    part: Part | None = None


class PrefixRow(ConditionalRow, frozen=True, kw_only=True):
    """See `PrefixFact`."""

    path: Paths
    reach: Literal["own", "result", "program", "class", "member"] = "own"
    form: Literal["path", "version"] = "path"
    exceptions: Paths = []


class LoadRow(ConditionalRow, frozen=True, kw_only=True):
    """See `LoadFact`."""

    kind: Loaded = msgspec.field(name="as")
    file: Paths = []
    command: str = ""
    flat: Paths = []
    prefix: str = ""
    main: str = ""
    hooks: Paths = []
    cascade: Paths = []
    hooked: list[str] = []
    takes: list[str] = []
    files: list[str] = []
    only: list[str] = []
    hears: str = ""
    events: list[str] = []
    exported: list[str] = []
    gives: Paths = []
    suffix: str = ""
    names: list[Literal["globals", "handlers", "keys"]] = []
    serves: Literal["", "name", "all"] = ""
    begins: str = ""


class BarrierRow(ConditionalRow, frozen=True, kw_only=True):
    """See `BarrierFact`."""

    makes: str
    sources: Paths = msgspec.field(default="Argument[0]", name="from")
    targets: Paths = msgspec.field(default="ReturnValue", name="to")
    guard: bool | Literal["index"] | None = None
    against: Paths = []


class ProvideRow(ConditionalRow, frozen=True, kw_only=True):
    """See `ProvideFact`."""

    key: Paths
    by: Paths = []
    seen_by: Sight = Sight.MODULE
    alias: Paths = []
    takes: Paths = []
    shape: bool = False
    member: bool = False
    of: str = ""


class InjectRow(ConditionalRow, frozen=True, kw_only=True):
    """See `InjectFact`; the key `type` means the class that the type of the place names."""

    key: Paths = []
    to: Paths = []
    derived: bool = False


class ChannelRow(ConditionalRow, frozen=True, kw_only=True):
    """See `ChannelFact`; `send` and `receive` are paths from `at` to the two functions."""

    send: Paths
    receive: Paths
    key: Paths
    payload: dict[str, str]
    listener: Paths


class RemovedRow(Row, frozen=True, kw_only=True):
    """See `RemovedFact`; `for` is what says in which versions."""

    use: str

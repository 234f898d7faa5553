"""What library files state about a place, one struct per kind of row."""

from __future__ import annotations

import msgspec

from reviewer.model.libraries.check_facts import CheckFact, RefusalFact, SchemaFact
from reviewer.model.libraries.fact import Fact
from reviewer.model.libraries.load_fact import LoadFact
from reviewer.model.libraries.steps import Path, Step


class RoleFact(Fact, frozen=True, kw_only=True, gc=False):
    """The place plays a role of `roles.yml`. part: of the request. kinds: what kinds of value it can be (none: any).
    typed: it has the type that the code declares for it, for the library checks that. shape: a parameter may play it by
    the way it is used. until: what such a call waits for, as the end of a sentence. again: what it does behind another
    one, as a sentence; empty where it fails. late: its work is done behind what follows. use: what to call instead.
    inserts: a pattern; only the parts of the argument, by `index` from 1 or by `name`, that matches in its text name.
    """

    role: str
    part: str = ""
    kinds: tuple[str, ...] = ()
    typed: bool = False
    shape: bool = False
    until: str = ""
    again: str = ""
    late: bool = False
    use: str = ""
    inserts: str = ""


class PromiseFact(Fact, frozen=True, kw_only=True, gc=False):
    """A call of the place yields a promise; with `value`, what stands at the place is one.

    rejects: `may`, `never`, `always`, or `with` the promises at `of` (paths from the call: a promise there hands its
    rejection on). lazy: nothing runs before it is awaited or `then` is called. resolver, rejector: settle it.
    """

    rejects: str = "may"
    of: tuple[Path, ...] = ()
    lazy: bool = False
    value: bool = False
    resolver: tuple[Path, ...] = ()
    rejector: tuple[Path, ...] = ()


class HandlesFact(Fact, frozen=True, kw_only=True, gc=False):
    """A call of the place continues the promise at `of`: functions that get its value, its rejection, or run anyway.
    The rejection ends where `rejection` is a function that does not itself throw or reject.
    """

    of: tuple[Path, ...]
    fulfilment: tuple[Path, ...] = ()
    rejection: tuple[Path, ...] = ()
    anyway: tuple[Path, ...] = ()


class FlowFact(Fact, frozen=True, kw_only=True, gc=False):
    """A call of the place moves what stands at `sources` to `targets` (paths from the call).
    keeps: `value` (the same value) · `text` (its text becomes part of the result, in the way `text` says: same, part,
    concatenated, joined, repeated, replaced, formatted) · `element` (its elements become elements) · `members` (its
    members become members) · `content` (whatever is in the one may be anywhere in the other). separator: the text
    between joined elements. name: where that of the member stands which `AnyMember` at the end of a target means.
    where: the function that is asked of each element, which goes on only where it says yes. Ranges on both sides run in
    step.
    """

    sources: tuple[Path, ...]
    targets: tuple[Path, ...]
    keeps: str = "value"
    text: str = ""
    separator: tuple[Path, ...] = ()
    name: tuple[Path, ...] = ()
    where: tuple[Path, ...] = ()


class CallFact(Fact, frozen=True, kw_only=True, gc=False):
    """A function that stands at the place gets called by the library.
    at: now | later | start-up | per-request | listener | timer | socket (a message of a connection) | job (its time has
    come, or a message of a queue) | command (of the command line) | shut-down (the process ends). once: at most one
    time. promise: what becomes of a promise that it returns: awaited (the call that took the function yields a promise
    that follows it) | returned (it is in the call's result) | forwarded (to the framework's error handling) | dropped.
    throw: caught | lost | propagates (to the call that took the function). through: paths from that call to what calls
    this one, with the same arguments (wrappers). name: to the name of the event, queue or command, or the schedule;
    `MemberName`: of the member or decorator itself, or the method that takes the function. done: of a function with a
    parameter there, which says that it is done, the promise is dropped. tells: the event of the result of the call
    whose listeners hear of what is else dropped.
    """

    at: str
    once: bool = False
    promise: str = "dropped"
    throw: str = "propagates"
    through: tuple[Path, ...] = ()
    name: tuple[Path, ...] = ()
    done: int = -1
    tells: str = ""


class AdaptFact(Fact, frozen=True, kw_only=True, gc=False):
    """A call of the place makes (`to`) a function out of one (`function`), or runs it: how says which.
    same | bind (`this`, and what goes first) | call | apply | promise (for a last parameter) | callback (back).
    """

    function: tuple[Path, ...]
    to: tuple[Path, ...]
    how: str


class RouteFact(Fact, frozen=True, kw_only=True, gc=False):
    """A call of the place registers request handlers; arrays among them are flattened, one of objects stands for more.
    method: upper case, `ALL`, or `PARAM` for what runs once for a path parameter. pattern: where the path stands,
    empty: it is the receiver's (`receiver_path`), or every path. path_optional: a function, router or array of them at
    `pattern` is no path but the first handler. named: a name may stand before the path. methods: where the methods
    stand, if the call says them. before: functions that run before the handlers. mount: the path is a prefix, handlers
    may be routers. encapsulates: the handlers register routes on their first parameter, below the path. error_arity:
    functions with that many parameters handle errors. sealed: it runs only for requests that a route of it answers.
    member: the handler is that member of what stands at `handlers`, if it has it; below: what is put behind the path
    then. pairs: a list of a class and a text names a method of its instances, `[Users, 'list']`, and one of the class
    alone the method `pairs`; a function may import it.
    """

    method: str
    handlers: tuple[Path, ...]
    pattern: tuple[Path, ...] = ()
    methods: tuple[Path, ...] = ()
    before: tuple[Path, ...] = ()
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

    def along(self, path: Path) -> Path:
        """A path to what stands for handlers, led on to the handler itself."""
        return (*path, Step("member", self.member)) if self.member else path


class MeasureFact(Fact, frozen=True, kw_only=True, gc=False):
    """A call of the place puts measures before handlers, or behind them for what they let out.

    kind: as `Measure` tells it. sources: what they are (paths from the call); empty: the call itself. reach: `route`
    (the handlers that the call registers) · `own` (those of the router or application that it is called on, if they
    come later, and of what is mounted there later) · `class`, `member`, `parameter` (those in what the call decorates)
    · `program` (all of the program) · `provided` (the same, where an object literal holds the place as member `key`;
    paths lead from that object) · `chosen` (those at `pattern`, written in one chain of calls, each with its part) ·
    `handler` (what the call is put around; with a member `key`). late: `same`: also what comes earlier on the same
    router · `all`: there and in what is mounted there · `whole`: in all that it is mounted on. pattern: the paths below
    which, or classes of handlers, or objects with the members `path_member` and `method_member`. path_optional: as in
    routes. exceptions: what goes without. converts: their method that makes what a parameter gets. part: of a request,
    what they are JSON schemas of.
    """

    kind: str
    reach: str
    sources: tuple[Path, ...] = ()
    key: str = ""
    late: str = ""
    pattern: tuple[Path, ...] = ()
    path_optional: bool = False
    path_member: str = ""
    method_member: str = ""
    exceptions: tuple[Path, ...] = ()
    converts: str = ""
    part: str = ""


class PrefixFact(Fact, frozen=True, kw_only=True, gc=False):
    """A call of the place puts something before the paths of routes.

    pattern: where the text stands. reach: `own` (of the router that the call makes, or is called on), `result` (only of
    the one that it gives), `program` (all), `class`, `member` (of what it decorates). form: `path`, or `version`: a
    segment of its own (`v1`), of which the nearest counts and a program's is the default. exceptions: left as is.
    """

    pattern: tuple[Path, ...]
    reach: str = "own"
    form: str = "path"
    exceptions: tuple[Path, ...] = ()


class BarrierFact(Fact, frozen=True, kw_only=True, gc=False):
    """A call of the place makes what stands at `sources` harmless: its result at `targets` is of the kind `makes`.

    guard: the call yields a boolean; where that is `guard`, the value at `sources` is of that kind; `index`: it yields
    an index, below zero where it found nothing. against: the closed set, or the pattern, with which it compares the
    value: its elements or member names; the model sees whether the code holds them.
    """

    makes: str
    sources: tuple[Path, ...]
    targets: tuple[Path, ...]
    guard: bool | str | None = None
    against: tuple[Path, ...] = ()


class ProvideFact(Fact, frozen=True, kw_only=True, gc=False):
    """The value at `by` is provided under `key` (paths from the place), visible in `seen_by`: module | global.

    Both may go through the same elements or members; `MemberName` as a key is the name of each. alias: the key of what
    is provided under this one as well; a class is one. takes: the keys of what the function whose result is provided
    gets. shape: any object literal with those members. member: all values of the type, or of `of`, have it.
    """

    key: tuple[Path, ...]
    by: tuple[Path, ...]
    seen_by: str
    alias: tuple[Path, ...] = ()
    takes: tuple[Path, ...] = ()
    shape: bool = False
    member: bool = False
    of: str = ""


class InjectFact(Fact, frozen=True, kw_only=True, gc=False):
    """The place gets the value provided under `key`: a path from the call, that of the decorator for what is decorated,
    or `MemberName`, `ParameterName`: the name that the place itself has. Empty: under the class that its type names.

    to: where it stands, from the call or what is decorated; empty: it is that. derived: the key is made of that text.
    """

    key: tuple[Path, ...]
    to: tuple[Path, ...] = ()
    derived: bool = False


class ChannelFact(Fact, frozen=True, kw_only=True, gc=False):
    """A call of the place sends on a channel of its receiver, or receives from it. channel: the same at both ends. key:
    which channel. payload: (argument sent, parameter received) pairs. listener: the receiving function; else empty.
    """

    channel: str
    key: tuple[Path, ...]
    payload: tuple[tuple[Path, Path], ...]
    listener: tuple[Path, ...] = ()


class RemovedFact(Fact, frozen=True, kw_only=True, gc=False):
    """The place no longer exists in `versions`; `use` is what to write instead."""

    use: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """All facts of one place, by kind."""

    roles: tuple[RoleFact, ...] = ()
    promise: tuple[PromiseFact, ...] = ()
    handles: tuple[HandlesFact, ...] = ()
    flows: tuple[FlowFact, ...] = ()
    calls: tuple[CallFact, ...] = ()
    adapts: tuple[AdaptFact, ...] = ()
    routes: tuple[RouteFact, ...] = ()
    measures: tuple[MeasureFact, ...] = ()
    prefixes: tuple[PrefixFact, ...] = ()
    loads: tuple[LoadFact, ...] = ()
    barriers: tuple[BarrierFact, ...] = ()
    schemas: tuple[SchemaFact, ...] = ()
    checks: tuple[CheckFact, ...] = ()
    refusals: tuple[RefusalFact, ...] = ()
    provides: tuple[ProvideFact, ...] = ()
    injects: tuple[InjectFact, ...] = ()
    channels: tuple[ChannelFact, ...] = ()
    removed: tuple[RemovedFact, ...] = ()


NO_FACTS = Facts()

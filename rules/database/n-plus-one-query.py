"""Finds queries that are sent once for each element of a collection, in the loop itself or by what it calls."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from reviewer.finding import Severity
from reviewer.model import Closure, Doing, External, Model, Repetition, Source, Spot, Turn
from reviewer.model.bounds import BATCHES, is_same_each_time, values_written
from reviewer.model.chains import chain_start, whole_chain
from reviewer.model.kept import Kept
from reviewer.model.sent import Sending
from reviewer.model.ways_in import Reached
from reviewer.rulebook.entry_text import EACH
from reviewer.rulebook.finder import Report
from reviewer.source.module import BindingKind, Kind, Module

_ROLE = "database.query"
_ELSEWHERE = "network.request"
_PROGRAM = "program.run"
_WAITS = {
    _ELSEWHERE: "each also waits for another service, asked",
    _PROGRAM: "each also waits for another program, started",
}
_ROW = "database.row"
_TOLD = 3  # so many queries of each kind are told of one loop
_EMBEDDED = "database.embedded"
_BACKGROUND = frozenset({"job", "timer", "loop"})
_MOMENTS = frozenset({"request", "socket", "job", "timer", "loop", "listener"})
_READING_SQL = re.compile(r"\s*(?:select|with)\s", re.IGNORECASE)
_WHOLE_SQL = re.compile(r"\s*(?:select|with|insert|update|delete|merge|call|create|alter|drop|set)\b", re.IGNORECASE)
_BY_KEY = frozenset({"get", "getbuffer"})


def find(repetition: Repetition, model: Model, report: Report) -> None:
    """One finding for each of a few queries that something repeats; those after the first are notes."""
    m = repetition.calls[0].module
    module = model.link.body(m)
    calls = []
    for call in repetition.calls:
        if _runs(module, call, model):
            calls.append(call)
        else:
            report.silent("it becomes part of another query", Spot(m, call.row))
    if not calls:
        return
    turn, reason = _turn(repetition.turns, model)
    if turn is None:
        for call in calls:
            report.silent(reason, Spot(m, call.row))
        return
    asked: dict[Doing, list[Sending]] = {}
    for call in calls:
        if call.callee == Closure(turn.module, turn.row):
            report.silent("it is the next turn itself", Spot(m, call.row))
            continue
        reason = model.bounds.leaving(turn, call.row)
        if call.callee is not None and is_same_each_time(turn, module, call.row):
            reason = "nothing of the element goes into it"
        elif model.memory.in_turn(module, call.row, turn.row):
            reason = "it is asked in one turn, and remembered for the others"
        sent = [] if reason else model.sent.by(turn, call)
        each_time = [each for each in sent if _is_each_time(each, model)]
        if not reason and not each_time:
            reason = _left_out(sent)
        if reason:
            report.silent(reason, Spot(m, call.row))
        else:
            asked[call] = each_time
    if not asked:
        return
    reached, is_whole = _reached(module, _around(module, turn, model), model)
    if is_whole and reached and not any(item.kind in _MOMENTS for item in reached):
        for call in asked:
            report.silent("it runs when a program starts, or for a command", Spot(m, call.row))
        return
    moments = _nearest_first(module, _around(module, turn, model), reached, model)
    before: Doing | None = None
    is_told = False
    for group in _groups(module, asked):
        is_told |= _report(module, turn, group, moments, before, model, report, is_told=is_told)
        before = next(iter(group))


# what repeats


def _turn(turns: tuple[Turn, ...], model: Model) -> tuple[Turn | None, str]:
    """The innermost repetition over a collection that may grow, or why there is none."""
    first = ""
    for turn in turns:
        reason = model.bounds.of(turn)
        if not reason:
            return turn, ""
        first = first or reason
        if reason == BATCHES:
            return None, reason
    return None, first


# what happens in a turn


def _runs(module: Module, call: Doing, model: Model) -> bool:
    """Whether the query is sent where it stands, and not part of another one that is built."""
    if call.callee is not None:
        return True
    if module.kind[call.row] == Kind.TAGGED:
        texts = model.statements.texts(module, call.row)
        return not texts or any(_WHOLE_SQL.match(text) for text in texts)
    top = whole_chain(module, call.row)
    parent = module.parent[top]
    if module.kind[parent] != Kind.CALL or module.first[parent] == top:
        return True
    package = _package(module, call.row, model)
    return not (package and package == _package(module, parent, model))


def _is_each_time(sending: Sending, model: Model) -> bool:
    """Whether a query may be sent anew for each element, and is about rows."""
    is_once = sending.is_joined or sending.kept == Kept.ONCE
    return not is_once and not model.statements.defines(sending.way[-1])


def _left_out(sent: list[Sending]) -> str:
    """Why none of the queries that a call leads to is sent for each element."""
    if not sent:
        return "what it is given leaves the query out"
    if all(each.is_joined for each in sent):
        return "the client sends them together"
    if any(each.kept == Kept.ONCE for each in sent):
        return "it is asked once, and remembered"
    return "it is about tables, and not about rows"


# who waits


def _around(module: Module, turn: Turn, model: Model) -> int:
    """The row of a turn, or of what it is written in, in the function that runs it."""
    function = list(model.turns.runners(module.index, turn.row))[-1]
    row = turn.row
    while module.owner[row] != function:
        row = module.owner[row]
    return row


def _reached(module: Module, row: int, model: Model) -> tuple[list[Reached], bool]:
    """What starts the code around a row, and whether that is all; nothing where it is not known, as of what a library
    hands to others.
    """
    found = model.entries.reaching_row(module.index, row)
    return sorted(found.items, key=lambda item: (item.kind != "request", item.module, item.row)), not found.open


def _nearest_first(module: Module, row: int, reached: list[Reached], model: Model) -> list[Reached]:
    """The moments among these, the first of them one from which it is not far to the code around a row."""
    moments = [item for item in reached if item.kind in _MOMENTS]
    first = [item for item in moments if item.kind == moments[0].kind]
    way = model.entries.nearest(module.index, module.owner[row], first) if len(first) > 1 else None
    return moments if way is None else [way.entry, *(item for item in moments if item != way.entry)]


# what is told


def _groups(module: Module, calls: dict[Doing, list[Sending]]) -> list[dict[Doing, list[Sending]]]:
    """The calls by what is mended on its own: those that ask and those that write, and of each a few of the queries;
    the calls that are left go with the last of these. All in the order of the text.
    """
    kinds: dict[bool, dict[Spot, dict[Doing, list[Sending]]]] = {False: {}, True: {}}
    for call in sorted(calls, key=lambda call: module.start[call.row]):
        told = min(calls[call], key=Sending.rank)
        queries = kinds[told.writes]
        query = Spot(told.way[-1].module, told.way[-1].row)
        if query not in queries and len(queries) == _TOLD:
            query = next(reversed(queries))
        queries.setdefault(query, {})[call] = calls[call]
    found = [group for queries in kinds.values() for group in queries.values()]
    return sorted(found, key=lambda group: module.start[next(iter(group)).row])


def _report(
    module: Module,
    turn: Turn,
    calls: dict[Doing, list[Sending]],
    reached: list[Reached],
    before: Doing | None,
    model: Model,
    report: Report,
    *,
    is_told: bool,
) -> bool:
    """One finding at the first of the calls; whether it is more than a note. before: what was told of the same turns
    last; is_told: whether anything was as more than a note.
    """
    first = next(iter(calls))
    told = min(calls[first], key=Sending.rank)
    way, query = told.way, told.way[-1]
    package = _package(model.link.body(query.module), query.row, model)
    instead = _instead(told, package, model)
    over = model.source_text(module, turn.over)
    steps = [(Spot(item.module, item.row), f"this runs it, for each {EACH[item.kind]}") for item in reached[:1]]
    for at, after in pairwise(way):
        name = model.function_name(model.link.body(after.module), at.callee.row) if at.callee is not None else ""
        steps.append((Spot(at.module, _call(model, at)), f"`{name}` is called here" if name else "this is called"))
    steps.append((Spot(query.module, query.row), "one query is sent here"))
    steps.extend((Spot(call.module, call.row), "so does this, in the same loop") for call in calls if call is not first)
    steps.append((Spot(turn.module, turn.row), f"and again for each element of `{over}`"))
    if before is not None:
        steps.append((Spot(first.module, first.row), f"in the same loop as line {module.line(before.row)}"))
    slower = _slower(_ELSEWHERE, module, turn, model)
    changing = {call for call, sent in calls.items() if _changes(sent, model)}
    is_embedded = model.sites.plays(_EMBEDDED, model.link.body(query.module), query.row)
    is_dropped = module.kind[turn.row] != Kind.FUNCTION
    is_dropped &= _is_dropped(module, first.row)
    is_minor = is_told or changing == calls.keys() or bool(model.libraries.many(package, "single")) or is_dropped or told.is_step
    is_minor |= told.kept == Kept.BY_KEY
    is_minor |= not reached and model.entries.is_dead(module.index, _around(module, turn, model))
    is_minor |= is_embedded or _is_background(reached) or not _grows(module, turn, calls, model)
    if slower is None and not is_minor:
        slower = _slower(_PROGRAM, module, turn, model)
    if slower is not None:
        role, asked = slower
        waits = f"{_WAITS[role]} by `{model.source_text(model.link.body(asked.module), asked.row)}`"
    elif is_embedded:
        waits = "they run one after the other"
    elif is_dropped:
        waits = "nobody waits for them, so that all are sent at once"
    elif told.kept == Kept.BY_KEY:
        waits = "what was found before is kept in memory"
    elif _is_background(reached):
        waits = "the work in the background waits for all of them"
    elif first in changing and not told.writes:
        waits = "each of them is also written"
    else:
        waits = "the caller waits for all of them"
    is_minor |= slower is not None
    report.at(
        Spot(module.index, chain_start(module, first.row)),
        steps=steps,
        severity=Severity.NOTE if is_minor else None,
        call=f"`{model.source_text(module, first.row)}`",
        verb="writes to the database" if told.writes else "asks the database",
        collection=f"`{over}`{_through(module, first, way, model)}",
        trips=f"{_trips(module, turn, model)} {'queries in this process' if is_embedded else 'round trips'}",
        waits=waits,
        instead=instead,
    )
    return not is_minor


def _is_dropped(module: Module, row: int) -> bool:
    """Whether a call is a statement of its own, with or without `void`."""
    above = module.parent[whole_chain(module, row)]
    if module.kind[above] == Kind.UNARY and module.text(above) == "void":
        above = module.parent[above]
    return module.kind[above] == Kind.EXPRESSION


def _instead(told: Sending, package: str, model: Model) -> str:
    """What does the same for all elements."""
    query = told.way[-1]
    body = model.link.body(query.module)
    many = model.libraries.many
    if told.writes:
        deleted = many(package, "delete") if model.statements.deletes(told.way) else ""
        return deleted or many(package, "write") or "one statement for all of them"
    if told.is_same:
        return "the one query before the loop: it asks for the same each time"
    counted = many(package, "count") if model.statements.counts(query) else ""
    if counted:
        return counted
    if many(package, "piped") and body.text(query.row).lower() not in _BY_KEY:
        return many(package, "piped")
    if any(_READING_SQL.match(text) for text in model.statements.texts(body, query.row)):
        return many(package, "text") or "`WHERE id IN (…)` with the list of ids, or a join"
    found = (many(package, kind) for kind in ("read", "text", "single"))
    return next(filter(None, found), "one query for all of them")


def _changes(sent: list[Sending], model: Model) -> bool:
    """Whether a call writes, or does so besides what it reads: a step that is taken for each element. What is put into
    a cache is part of reading.
    """
    told = min(sent, key=Sending.rank)
    package = _package(model.link.body(told.way[-1].module), told.way[-1].row, model)
    if told.writes or any(each.is_step for each in sent):
        return True
    written = {
        _package(model.link.body(each.way[-1].module), each.way[-1].row, model)
        for each in sent
        if each.writes and not each.fills
    }
    return package in written and not model.libraries.many(package, "piped")


def _grows(module: Module, turn: Turn, calls: Iterable[Doing], model: Model) -> bool:
    """Whether the collection is known to get longer with what is stored: it comes out of a query, or the function goes
    on to the children of each element. How long a list is that a request brings, its sender knows.
    """
    if all(model.bounds.is_short(turn, call.row) for call in calls):
        return False
    if _is_asked_for(module, turn, model):
        return True
    runners = set(model.turns.runners(module.index, turn.row))
    if not _is_given(module, turn.over, runners) and any(
        call.callee is not None and call.callee.module == module.index and call.callee.row in runners for call in calls
    ):
        return True
    found = model.ask(model.origins.closed(module.index, turn.over, ("*",)))
    return any(isinstance(item, Source) and item.kind == _ROW for item in found.items)


def _is_given(module: Module, over: int, functions: set[int]) -> bool:
    """Whether a collection is what one of some functions is given, or a part of that: a tree that is there already."""
    while module.kind[over] in {Kind.MEMBER, Kind.INDEX, Kind.CALL}:
        over = module.first[over]
    binding = module.binding[over] if module.kind[over] == Kind.IDENT else -1
    is_parameter = binding >= 0 and module.binding_kind[binding] == BindingKind.PARAM
    return is_parameter and module.binding_owner[binding] in functions


def _is_background(reached: list[Reached]) -> bool:
    """Whether no client waits for it: only what starts by itself runs it."""
    return bool(reached) and all(item.kind in _BACKGROUND for item in reached)


def _slower(role: str, module: Module, turn: Turn, model: Model) -> tuple[str, Doing] | None:
    """The call that asks another service or starts a program in each turn, here or where that leads, and takes longer
    than a query does; with the role that it plays.
    """
    for doing in model.does.below(role, module.index, turn.body):
        way = model.does.taken(role, doing) if module.kind[doing.row] in {Kind.CALL, Kind.NEW} else []
        if way:
            found = model.does.at(_ROLE, way[-1].module, way[-1].row)
            if found is None or found.callee is not None:
                return role, way[-1]
    return None


def _call(model: Model, doing: Doing) -> int:
    module = model.link.body(doing.module)
    return doing.row if module.kind[doing.row] in {Kind.CALL, Kind.NEW} else module.parent[doing.row]


def _through(module: Module, first: Doing, way: list[Doing], model: Model) -> str:
    if first.callee is None:
        return ""
    query = way[-1]
    body = model.link.body(query.module)
    place = f"line {body.line(query.row)}" + ("" if body is module else f" of {body.path}")
    return f" (by `{model.source_text(body, query.row)}` on {place})"


def _trips(module: Module, turn: Turn, model: Model) -> str:
    """How many queries a hundred elements cost: one more where the collection itself is asked for."""
    return "101" if _is_asked_for(module, turn, model) else "100"


def _is_asked_for(module: Module, turn: Turn, model: Model) -> bool:
    return any(
        model.does.at(_ROLE, module.index, at) is not None
        for row in (turn.over, *values_written(module, turn.over))
        for at in module.descend_owned(row)
    )


def _package(module: Module, row: int, model: Model) -> str:
    return next((model.libraries.package_name(item.state) for item in _places(module, row, model)), "")


def _places(module: Module, row: int, model: Model) -> list[External]:
    if module.kind[row] not in {Kind.CALL, Kind.NEW, Kind.TAGGED}:
        return []
    run = model.ask(model.calls.run(module.index, row))
    found = [item for item in run.items if isinstance(item, External) and item.state]
    return sorted(found, key=lambda item: (not model.libraries.has_role(item.state, _ROLE, None), item.state))

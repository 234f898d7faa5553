"""Finds queries that are sent once for each element of a collection, in the loop itself or by what it calls."""

from __future__ import annotations

import re
from itertools import pairwise

from reviewer.finding import Severity
from reviewer.model import Closure, Doing, Model, Repetition, Spot, Turn
from reviewer.model.bounds import BATCHES, is_same_each_time, values_written
from reviewer.model.chains import chain_start, whole_chain
from reviewer.model.fragments import Fragments
from reviewer.model.growing import grows, is_in_each
from reviewer.model.instead import instead_of, package_asked
from reviewer.model.kept import Kept
from reviewer.model.sent import Sending
from reviewer.model.waiting import BACKGROUND, CLIENT, NOBODY, Waiting, is_left_on_the_way, waiting
from reviewer.rulebook.entry_text import EACH
from reviewer.rulebook.finder import Report
from reviewer.source.module import Kind, Module

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
_WHOLE_SQL = re.compile(r"\s*(?:select|with|insert|update|delete|merge|call|create|alter|drop|set)\b", re.IGNORECASE)


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
            reason = _left_out(sent, model)
        if reason:
            report.silent(reason, Spot(m, call.row))
        else:
            asked[call] = each_time
    if not asked:
        return
    waits = waiting(model, turn)
    if waits.is_start:
        for call in asked:
            report.silent("it runs when a program starts, or for a command", Spot(m, call.row))
        return
    before: Doing | None = None
    is_told = False
    for group in _groups(module, asked):
        is_told |= _report(module, turn, group, waits, before, model, report, is_told=is_told)
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
    package = package_asked(model, module, call.row)
    return not (package and package == package_asked(model, module, parent))


def _is_each_time(sending: Sending, model: Model) -> bool:
    """Whether a query may be sent anew for each element, and is about rows."""
    is_once = sending.is_joined or sending.kept == Kept.ONCE
    return not is_once and not model.statements.defines(sending.way) and not _is_part(sending, model)


def _is_part(sending: Sending, model: Model) -> bool:
    """Whether what a builder gives is never sent itself."""
    query = sending.way[-1]
    module = model.link.body(query.module)
    return Fragments(model, package_asked(model, module, query.row)).are_parts(module, query.row)


def _left_out(sent: list[Sending], model: Model) -> str:
    """Why none of the queries that a call leads to is sent for each element."""
    if not sent:
        return "what it is given leaves the query out"
    if all(each.is_joined for each in sent):
        return "the client sends them together"
    if any(each.kept == Kept.ONCE for each in sent):
        return "it is asked once, and remembered"
    if any(_is_part(each, model) for each in sent):
        return "it becomes part of another query"
    return "it is about tables, and not about rows"


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
    waits: Waiting,
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
    package = package_asked(model, model.link.body(query.module), query.row)
    over = model.source_text(module, turn.over)
    steps = [(Spot(item.module, item.row), f"this runs it, for each {EACH[item.kind]}") for item in waits.entries[:1]]
    for at, after in pairwise(way):
        name = model.function_name(model.link.body(after.module), at.callee.row) if at.callee is not None else ""
        steps.append((Spot(at.module, _call(model, at)), f"`{name}` is called here" if name else "this is called"))
    steps.append((Spot(query.module, query.row), "one query is sent here"))
    steps.extend((Spot(call.module, call.row), "so does this, in the same loop") for call in calls if call is not first)
    steps.append((Spot(turn.module, turn.row), f"and again for each element of `{over}`"))
    if before is not None:
        steps.append((Spot(first.module, first.row), f"in the same loop as line {module.line(before.row)}"))
    many = model.libraries.many
    slower = _slower(_ELSEWHERE, module, turn, model)
    changing = {call for call, sent in calls.items() if _changes(sent, model)}
    is_embedded = model.sites.plays(_EMBEDDED, model.link.body(query.module), query.row)
    is_dropped = module.kind[turn.row] != Kind.FUNCTION and _is_dropped(module, first.row)
    is_left = waits.who == NOBODY or is_left_on_the_way(model, way)
    is_known = waits.who == CLIENT and grows(model, turn, calls) and is_in_each(model, turn, first.row)
    is_minor = is_told or is_dropped or is_left or is_embedded or not is_known
    is_minor |= changing == calls.keys() or told.is_step or told.kept == Kept.BY_KEY
    is_minor |= bool(many(package, "single") or many(package, "piped"))
    if slower is None and not is_minor:
        slower = _slower(_PROGRAM, module, turn, model)
    if slower is not None:
        role, asked = slower
        told_of = f"{_WAITS[role]} by `{model.source_text(model.link.body(asked.module), asked.row)}`"
    elif is_embedded:
        told_of = "they run one after the other"
    elif is_dropped:
        told_of = "nobody waits for them, so that all are sent at once"
    elif many(package, "piped") and model.together.are_begun(turn):
        told_of = "all of them are on their way at once"
    elif told.kept == Kept.BY_KEY:
        told_of = "what was found before is kept in memory"
    elif is_left:
        told_of = "no client waits for them"
    elif waits.who == BACKGROUND:
        told_of = "the work in the background waits for all of them"
    elif first in changing and not told.writes:
        told_of = "each of them is also written"
    else:
        told_of = "the caller waits for all of them"
    is_minor |= slower is not None
    report.at(
        Spot(module.index, chain_start(module, first.row)),
        steps=steps,
        severity=Severity.NOTE if is_minor else None,
        call=f"`{model.source_text(module, first.row)}`",
        verb="writes to the database" if told.writes else "asks the database",
        collection=f"`{over}`{_through(module, first, way, model)}",
        trips=f"{_trips(module, turn, model)} {'queries in this process' if is_embedded else 'round trips'}",
        waits=told_of,
        instead=instead_of(model, told),
    )
    return not is_minor


def _is_dropped(module: Module, row: int) -> bool:
    """Whether a call is a statement of its own, with or without `void`, and is handed nothing that goes on after it."""
    if module.kind[row] == Kind.CALL and any(module.kind[at] == Kind.FUNCTION for at in module.args(row)[-1:]):
        return False
    above = module.parent[whole_chain(module, row)]
    if module.kind[above] == Kind.UNARY and module.text(above) == "void":
        above = module.parent[above]
    return module.kind[above] == Kind.EXPRESSION


def _changes(sent: list[Sending], model: Model) -> bool:
    """Whether a call writes, or does so besides what it reads: a step that is taken for each element. What is put into
    a cache is part of reading.
    """
    told = min(sent, key=Sending.rank)
    package = package_asked(model, model.link.body(told.way[-1].module), told.way[-1].row)
    if told.writes or any(each.is_step for each in sent):
        return True
    written = {
        package_asked(model, model.link.body(each.way[-1].module), each.way[-1].row)
        for each in sent
        if each.writes and not each.fills
    }
    return package in written and not model.libraries.many(package, "piped")


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

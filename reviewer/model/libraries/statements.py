"""Rows turned into facts at places: paths parsed, words taken over, functions and channel ends put where they stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

from reviewer.model.libraries import check_rows, facts, rows
from reviewer.model.libraries.check_facts import CheckFact, RefusalFact, SchemaFact
from reviewer.model.libraries.conditions import Condition
from reviewer.model.libraries.fact import Fact
from reviewer.model.libraries.load_fact import LoadFact
from reviewer.model.libraries.steps import Path, Place

ParsePaths: TypeAlias = Callable[[rows.Paths], tuple[Path, ...]]


class Terms(NamedTuple):
    """What every fact of a row has: see `Fact`."""

    source: str
    package: str
    versions: str
    when: tuple[Condition, ...]
    unless: tuple[Condition, ...]


def states(
    row: rows.Row, role: str, places: Sequence[Place], terms: Terms, parse: ParsePaths
) -> list[tuple[Place, Fact]]:
    """The facts that `row` states at its places; `role` is empty for all kinds but roles."""
    match row:
        case rows.CallRow():
            call = _call(row, terms, parse)
            return [(extended(place, steps), call) for place in places for steps in (parse(row.function) or ((),))]
        case rows.ChannelRow():
            return [stated for place in places for stated in _channel(row, place, terms, parse)]
        case rows.RouteRow(method="name"):
            methods = {method: _route(row, method, terms, parse) for method in map(_method, places)}
            return [(place, methods[_method(place)]) for place in places]
        case _:
            fact = _fact(row, role, terms, parse)
            return [(place, fact) for place in places]


def extended(place: Place, steps: Path) -> Place:
    """The place that `steps` lead to from `place`."""
    return Place(place.base, place.name, place.steps + steps) if steps else place


def _call(row: rows.CallRow, terms: Terms, parse: ParsePaths) -> facts.CallFact:
    return facts.CallFact(
        **terms._asdict(), at=row.when, once=row.times == "once", promise=row.promise, throw=row.throw,
        through=parse(row.through), name=parse(row.name), done=row.done, tells=row.tells,
    )  # fmt: skip


def _channel(row: rows.ChannelRow, place: Place, terms: Terms, parse: ParsePaths) -> list[tuple[Place, Fact]]:
    payload = tuple(pair for sent, got in row.payload.items() for pair in zip(parse(sent), parse(got), strict=True))
    common = {**terms._asdict(), "channel": terms.source, "key": parse(row.key), "payload": payload}
    sender = facts.ChannelFact(**common)
    receiver = facts.ChannelFact(**common, listener=parse(row.listener))
    found: list[tuple[Place, Fact]] = [(extended(place, steps), sender) for steps in parse(row.send)]
    found += [(extended(place, steps), receiver) for steps in parse(row.receive)]
    return found


def _fact(row: rows.Row, role: str, terms: Terms, parse: ParsePaths) -> Fact:
    shared = terms._asdict()
    match row:
        case rows.RoleRow():
            part = row.part.value if row.part else ""
            return facts.RoleFact(
                **shared, role=role, part=part, kinds=tuple(row.kinds), typed=row.typed, shape=row.shape,
                until=row.until, again=row.again, late=row.late, use=row.use, inserts=row.inserts,
            )  # fmt: skip
        case rows.PromiseRow():
            of = parse(row.of)
            return facts.PromiseFact(
                **shared, rejects="with" if of else row.rejects, of=of, lazy=row.lazy, value=row.value,
                resolver=parse(row.resolver), rejector=parse(row.rejector),
            )  # fmt: skip
        case rows.HandlesRow():
            return facts.HandlesFact(
                **shared, of=parse(row.of), fulfilment=parse(row.fulfilment), rejection=parse(row.rejection),
                anyway=parse(row.anyway),
            )  # fmt: skip
        case rows.FlowRow():
            return facts.FlowFact(
                **shared, sources=parse(row.sources), targets=parse(row.targets), keeps=row.keeps, text=row.text,
                separator=parse(row.separator), name=parse(row.name), where=parse(row.where),
            )  # fmt: skip
        case rows.AdaptRow():
            return facts.AdaptFact(**shared, function=parse(row.function), to=parse(row.to), how=row.how)
        case rows.RouteRow():
            return _route(row, row.method, terms, parse)
        case rows.MeasureRow():
            return facts.MeasureFact(
                **shared, kind=row.kind, reach=row.reach, sources=parse(row.sources), key=row.key, late=row.late,
                pattern=parse(row.path), path_optional=row.path_optional, path_member=row.path_member,
                method_member=row.method_member, exceptions=parse(row.exceptions), converts=row.converts,
                part=row.part.value if row.part else "",
            )  # fmt: skip
        case rows.PrefixRow():
            return facts.PrefixFact(
                **shared, pattern=parse(row.path), reach=row.reach, form=row.form, exceptions=parse(row.exceptions)
            )
        case rows.LoadRow():
            return LoadFact(
                **shared, kind=row.kind.value, file=parse(row.file), command=row.command, flat=parse(row.flat),
                prefix=row.prefix, main=row.main, hooks=parse(row.hooks), cascade=parse(row.cascade),
                hooked=tuple(row.hooked), takes=tuple(row.takes), files=tuple(row.files), only=tuple(row.only),
                hears=row.hears, events=tuple(row.events), exported=tuple(row.exported), serves=row.serves,
                begins=row.begins, gives=parse(row.gives), suffix=row.suffix, names=tuple(row.names),
            )  # fmt: skip
        case rows.BarrierRow():
            return facts.BarrierFact(
                **shared, makes=row.makes, sources=parse(row.sources), targets=parse(row.targets), guard=row.guard,
                against=parse(row.against),
            )  # fmt: skip
        case check_rows.SchemaRow() | check_rows.CheckRow() | check_rows.RefusalRow():
            return _of_schemas(row, terms, parse)
        case rows.ProvideRow():
            return facts.ProvideFact(
                **shared, key=parse(row.key), by=parse(row.by), seen_by=row.seen_by.value, alias=parse(row.alias),
                takes=parse(row.takes), shape=row.shape, member=row.member,
                of=row.of,
            )  # fmt: skip
        case rows.InjectRow():
            key = () if row.key == "type" else parse(row.key)
            return facts.InjectFact(**shared, key=key, to=parse(row.to), derived=row.derived)
        case rows.RemovedRow():
            return facts.RemovedFact(**shared, use=row.use)
        case _:
            raise AssertionError(row)


def _of_schemas(
    row: check_rows.SchemaRow | check_rows.CheckRow | check_rows.RefusalRow, terms: Terms, parse: ParsePaths
) -> Fact:
    shared = terms._asdict()
    match row:
        case check_rows.SchemaRow():
            return SchemaFact(
                **shared, members=parse(row.members), elements=parse(row.elements), same=parse(row.same),
                either=parse(row.either), pattern=parse(row.pattern),
            )  # fmt: skip
        case check_rows.CheckRow():
            return CheckFact(
                **shared, of=parse(row.of), schema=parse(row.schema), to=parse(row.to), told=parse(row.told),
                fits=row.fits,
            )  # fmt: skip
        case check_rows.RefusalRow():
            return RefusalFact(
                **shared, part=row.part.value if row.part else "", schema=parse(row.schema), field=parse(row.field),
                listed=parse(row.listed), within=row.within, asked=row.asked,
            )  # fmt: skip


def _route(row: rows.RouteRow, method: str, terms: Terms, parse: ParsePaths) -> facts.RouteFact:
    return facts.RouteFact(
        **terms._asdict(), method=method, handlers=parse(row.handlers), pattern=parse(row.path),
        methods=parse(row.methods), before=parse(row.before), path_optional=row.path_optional, named=row.named,
        receiver_path=row.receiver_path, mount=row.mount, encapsulates=row.encapsulates, error_arity=row.error_arity,
        sealed=row.sealed, member=row.member, below=row.below, pairs=row.pairs,
    )  # fmt: skip


def _method(place: Place) -> str:
    """The method that the last member of a place names."""
    names = [step.name for step in place.steps if step.kind == "member"]
    return names[-1].upper() if names else "ALL"

"""The shipped library files: the main paths of each library lead where its documentation says."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewer.model.libraries import (
    AWAIT,
    CALL,
    ELEMENT,
    NEW,
    Libraries,
    State,
    argument,
    load_automaton,
    member,
    parameter,
)
from reviewer.model.libraries.conditions import Literal
from reviewer.rulebook.vocabulary import load_vocabulary
from reviewer.source.manifests.versions import admits

RULES = Path(__file__).resolve().parents[3] / "rules"
VOCABULARY = load_vocabulary([RULES])
KINDS = {name: str(role.kind) for name, role in VOCABULARY.roles.items()}


@pytest.fixture(scope="module")
def libraries() -> Libraries:
    return Libraries(load_automaton([RULES], KINDS), admits)


class Use:
    """A call that has so many arguments, a function that has so many parameters, in a program with these versions."""

    def __init__(
        self,
        *,
        arity: int | None = None,
        parameters: int | None = None,
        callback: bool | None = None,
        version: str | None = None,
        patched: bool = False,
    ) -> None:
        self._arity, self._parameters, self._callback = arity, parameters, callback
        self._version, self._patched = version, patched

    def arity(self) -> tuple[int, int] | None:
        return None if self._arity is None else (self._arity, self._arity)

    def parameters(self) -> int | None:
        return self._parameters

    def kinds(self, argument: int, _: tuple[str, ...]) -> frozenset[str] | None:
        if argument != -1 or self._callback is None:
            return None
        return frozenset({"function" if self._callback else "array"})

    def literals(self, *_: object) -> frozenset[Literal] | None:
        return None

    def has(self, *_: object) -> bool | None:
        return None

    def says(self, *_: object) -> bool | None:
        return None

    def tagged(self) -> bool | None:
        return None

    def loaded(self, _: str) -> bool | None:
        return self._patched

    def version(self, _: str) -> str | None:
        return self._version


def begin(libraries: Libraries, name: str) -> State:
    state = libraries.global_(name[1:]) if name.startswith("$") else libraries.package(name)
    assert state is not None, name
    return state


def follow(libraries: Libraries, way: str) -> list[State]:
    """`pg: Pool new connect() await query 0` and the like: members by name, `f()` calls one, digits are arguments,
    `<n/m` parameter n of a function with m parameters."""
    name, _, rest = way.partition(": ")
    states = [begin(libraries, name)]
    words = {"new": NEW, "await": AWAIT, "[]": ELEMENT, "()": CALL}
    for word in rest.split():
        site = None
        labels: list[str]
        if word in words:
            labels = [words[word]]
        elif word.isdecimal():
            labels = [argument(int(word))]
        elif word.startswith("<"):
            index, _, count = word[1:].partition("/")
            labels, site = [parameter(int(index))], Use(parameters=int(count))
        elif word.endswith("()"):
            labels = [member(word[:-2]), CALL]
        else:
            labels = [member(word)]
        for label in labels:
            states = list(dict.fromkeys(after for state in states for after in libraries.step(state, label, site)))
    return states


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        ("express: ()", "express/Application"),
        ("express: default ()", "express/Application"),
        ("express: Router()", "express/Router"),
        ("express: () use() get 1", "express/Handler"),
        ("express: () get 1 [] []", "express/Handler"),
        ("express: () post 1 <0/2", "express/Request"),
        ("express: () post 1 <1/3", "express/Response"),
        ("express: () post 1 <2/3", "express/Next"),
        ("express: () use 1 <1/4", "express/Request"),
        ("express: Router() route() put() delete 0 <1/2", "express/Response"),
        ("express: Router() param 1 <0/5", "express/Request"),
        ("express: () get 1 <1/2 status() cookie() json()", "express/Response"),
        ("express: () listen()", "node/Server"),
        ("express-async-handler: 0 <0/3", "express/Request"),
        ("router: () get 1 <0/3", "router/Request"),
        ("http: createServer 0 <0/2", "node/IncomingMessage"),
        ("http: createServer() listen()", "node/Server"),
        ("fs/promises: open() await", "node/FileHandle"),
        ("fs: promises open() await", "node/FileHandle"),
        ("events: new on()", "node/EventEmitter"),
        ("events: EventEmitter new", "node/EventEmitter"),
        ("pg: Pool new connect() await", "pg/Client"),
        ("pg: native Pool new connect 0 <1/3", "pg/Client"),
        ("pg: default Client new", "pg/Client"),
        ("pg-pool: new connect() await", "pg/Client"),
        ("pg: Pool new query() await", "pg/Result"),
        ("mysql2: createPool() promise() getConnection() await", "mysql2/PromiseConnection"),
        ("mysql2/promise: createConnection() await", "mysql2/PromiseConnection"),
        ("mysql2: createPool() getConnection 0 <1/2", "mysql2/Connection"),
        ("mysql: createPool() getConnection 0 <1/2", "mysql/Connection"),
        ("knex: () ()", "knex/Builder"),
        ("knex: () select() from() where()", "knex/Builder"),
        ("knex: () transaction() await ()", "knex/Builder"),
        ("knex: () transaction 0 <0/1", "knex/Transaction"),
        ("sequelize: Sequelize new", "sequelize/Sequelize"),
        ("sequelize: new define()", "sequelize/ModelClass"),
        ("sequelize: Model new save() await", "sequelize/Model"),
        ("sequelize: Model findAll() await []", "sequelize/Model"),
        ("sequelize: new transaction() await", "sequelize/Transaction"),
        ("mongoose: model() find() sort()", "mongoose/Query"),
        ("mongoose: model() new save() await", "mongoose/Document"),
        ("mongoose: Schema new", "mongoose/Schema"),
        ("typeorm: DataSource new initialize() await", "typeorm/DataSource"),
        ("typeorm: BaseEntity getRepository() createQueryBuilder() where()", "typeorm/QueryBuilder"),
        ("typeorm: DataSource new transaction 1 <0/1", "typeorm/EntityManager"),
        ("typeorm: Brackets 0 <0/1", "typeorm/QueryBuilder"),
        ("typeorm: BaseEntity createQueryBuilder() relation()", "typeorm/RelationQueryBuilder"),
        ("@prisma/client: PrismaClient new user findMany()", "@prisma/client/PrismaPromise"),
        ("@prisma/client/edge: PrismaClient new $transaction 0 <0/1 user", "@prisma/client/Delegate"),
        ("@prisma/client: PrismaClient new $extends() $queryRawUnsafe()", "@prisma/client/PrismaPromise"),
        ("sequelize-typescript: Model findAll() await []", "sequelize/Model"),
        ("sequelize-typescript: Sequelize new getRepository() findOne() await", "sequelize/Model"),
        ("@sequelize/core: Sequelize new define()", "sequelize/ModelClass"),
        ("redis: createClient() on() connect() await get", "redis/Read"),
        ("redis: createClient() multi() set() hGet()", "redis/Multi"),
        ("ioredis: default Cluster new duplicate() pipeline() get()", "ioredis/Pipeline"),
        ("ioredis: Redis new scanStream()", "node/Readable"),
        ("pg-promise: () () tx 1 <0/1 task 0 <0/1", "pg-promise/Database"),
        ("$Promise: all()", "ecmascript/Promise"),
        ("$Promise: new then() catch()", "ecmascript/Promise"),
        ("$Object: keys() map() filter()", "ecmascript/Array"),
    ],
)
def test_types(libraries: Libraries, way: str, expected: str) -> None:
    assert expected in {libraries.type_name(state) for state in follow(libraries, way)}


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        ("express: ()", {"extended.object", "http.app", "event.emitter"}),
        ("express: Router()", {"extended.object", "http.router"}),
        ("express: () listen", {"http.listen"}),
        ("express: () get 1 <0/2", {"extended.object", "request.object", "event.emitter"}),
        ("express: () get 1 <0/2 query", {"request.data"}),
        ("express: () get 1 <0/2 query id", {"request.data"}),
        ("express: () get 1 <0/2 url", {"request.data"}),
        ("express: () get 1 <0/2 get()", {"request.data"}),
        ("express: () get 1 <0/2 user", set()),
        ("express: () param 1 <3/5", {"request.data"}),
        ("express: () get 1 <1/2 end", {"response.send"}),
        ("express: () get 1 <1/2 status", set()),
        ("express: () get 1 <2/3", {"failure.passed", "next.function"}),
        ("express-async-errors: ", {"http.handler-patch"}),
        ("helmet: ()", {"security.headers"}),
        ("http: createServer 0 <0/2 headers host", {"request.data"}),
        ("http: get 1 <0/1 headers host", set()),
        ("$process: env", {"process.environment"}),
        ("process: argv", {"process.arguments"}),
        ("fs: readFileSync", {"blocking.file"}),
        ("fs: readFileSync ()", {"file.content"}),
        ("fs: promises readFile() await", {"file.content"}),
        ("child_process: execSync", {"blocking.call", "program.run"}),
        ("pg: Pool new query", {"database.query"}),
        ("pg: Client new query 0 text", {"sql.text"}),
        ("pg: Pool new query 1", set()),
        ("pg: Pool new query() await rows []", {"database.row"}),
        ("pg: Pool new query 2 <1/2 rows []", {"database.row"}),
        ("mysql2/promise: createPool() execute 0", {"sql.text"}),
        ("mysql2/promise: createPool() query 0 sql", {"sql.text"}),
        ("mysql2: createConnection() query", {"database.query"}),
        ("mysql2/promise: createPool() execute() await []", {"database.row"}),
        ("mysql: createPool() query 0", {"sql.text"}),
        ("knex: () raw 0", {"sql.text"}),
        ("knex: () () where() orderByRaw 0", {"sql.text"}),
        ("knex: () () where 0", set()),
        ("knex: ()", {"database.query", "event.emitter"}),
        ("sequelize: new query 0", {"sql.text"}),
        ("sequelize: Sequelize literal 0", {"sql.text"}),
        ("sequelize: literal 0", {"sql.text"}),
        ("sequelize: new query 1", set()),
        ("sequelize: Model findAll", {"database.query"}),
        ("mongoose: model() findOne", {"database.query"}),
        ("mongoose: model() new save", {"database.query"}),
        ("typeorm: DataSource new query 0", {"sql.text"}),
        ("typeorm: BaseEntity createQueryBuilder() leftJoinAndSelect 2", {"sql.text"}),
        ("typeorm: BaseEntity createQueryBuilder() orderBy 1", set()),
        ("typeorm: BaseEntity createQueryBuilder() getMany", {"database.query"}),
        ("typeorm: BaseEntity createQueryBuilder() getMany() await []", {"database.row", "inherited.object"}),
        ("@prisma/client: Prisma raw 0", {"sql.text"}),
        ("@prisma/client: Prisma join 0", set()),
        ("@prisma/client: PrismaClient new $executeRawUnsafe 0", {"sql.text"}),
        ("@prisma/client: PrismaClient new $queryRaw 0", set()),
        ("@prisma/client: PrismaClient new user upsert", {"database.query"}),
        ("@sequelize/core: sql literal 0", {"sql.text"}),
        ("sequelize-typescript: Model new $set", {"database.query"}),
        ("redis: createClient() hGetAll() await", {"database.row"}),
        ("redis: createClient() multi() get", set()),
        ("ioredis: new set", {"database.query"}),
        ("pg-promise: () () oneOrNone 0", {"sql.text"}),
        ("pg-promise: () () oneOrNone 1", {"sql.text"}),
    ],
)
def test_roles(libraries: Libraries, way: str, expected: set[str]) -> None:
    assert {fact.role for state in follow(libraries, way) for fact in libraries.roles(state)} == expected


def rejections(libraries: Libraries, way: str, site: Use | None = None) -> list[str]:
    found = [fact for state in follow(libraries, way) for fact in libraries.facts(state).promise]
    return sorted(fact.rejects for fact in found if libraries.applies(fact, site) is not False)


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        ("pg: Pool new query", ["may"]),
        ("mysql2: createPool() query", []),
        ("mysql2/promise: createPool() query", ["may"]),
        ("mysql: createPool() query", []),
        ("sequelize: Model create", ["may"]),
        ("mongoose: model() where", ["may"]),
        ("knex: ()", ["may"]),
        ("fs: readFile", []),
        ("fs/promises: readFile", ["may"]),
        ("$fetch: ", ["may"]),
        ("express-async-handler: ()", ["never"]),
        ("$Promise: all", ["with"]),
        ("$Promise: allSettled", ["never"]),
        ("$Promise: reject", ["always"]),
        ("$Promise: resolve() catch", ["with"]),
        ("typeorm: BaseEntity createQueryBuilder", []),
        ("typeorm: BaseEntity createQueryBuilder() getMany", ["may"]),
        ("@prisma/client: PrismaClient new user findMany", ["may"]),
        ("redis: createClient() multi() get", []),
        ("ioredis: new multi() exec", ["may"]),
        ("pg-promise: () () batch", ["with"]),
    ],
)
def test_promises(libraries: Libraries, way: str, expected: list[str]) -> None:
    assert rejections(libraries, way) == expected


def test_a_query_with_a_callback_yields_no_promise(libraries: Libraries) -> None:
    assert rejections(libraries, "pg: Pool new query", Use(callback=True)) == []
    assert rejections(libraries, "pg: Pool new query", Use(callback=False)) == ["may"]


@pytest.mark.parametrize(
    ("version", "patched", "expected"),
    [
        ("4.18.2", False, {("dropped", True)}),
        ("^4.17.0", False, {("dropped", True)}),
        ("5.0.0", False, {("forwarded", True)}),
        ("4.18.2", True, {("forwarded", True)}),
        (None, False, {("dropped", None), ("forwarded", None)}),
    ],
)
def test_what_becomes_of_a_handlers_promise(
    libraries: Libraries, version: str | None, *, patched: bool, expected: set[tuple[str, bool | None]]
) -> None:
    site = Use(version=version, patched=patched)
    for way in (
        "express: () get 1",
        "express: Router() use 0",
        "express: Router() route() all 0",
        "express: () param 1",
    ):
        facts = [fact for state in follow(libraries, way) for fact in libraries.facts(state).calls]
        found = {(fact.promise, libraries.applies(fact, site)) for fact in facts}
        assert {(promise, applies) for promise, applies in found if applies is not False} == expected


def test_a_wrapped_handler_is_called_by_its_wrapper_alone(libraries: Libraries) -> None:
    facts = [fact for state in follow(libraries, "express-async-handler: 0") for fact in libraries.facts(state).calls]
    assert [(fact.promise, fact.throw, fact.through[0][0].kind) for fact in facts] == [
        ("forwarded", "propagates", "return")
    ]


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        ("express: () get", [("GET", False, False, 4)]),
        ("express: () all", [("ALL", False, False, 4)]),
        ("express: Router() use", [("ALL", True, True, 4)]),
        ("express: Router() route() patch", [("PATCH", False, False, 4)]),
        ("express: Router() param", [("PARAM", False, False, 0)]),
        ("express: () listen", []),
        ("router: () m-search", [("M-SEARCH", False, False, 4)]),
    ],
)
def test_routes(libraries: Libraries, way: str, expected: list[tuple[str, bool, bool, int]]) -> None:
    facts = [fact for state in follow(libraries, way) for fact in libraries.facts(state).routes]
    assert [(fact.method, fact.mount, fact.path_optional, fact.error_arity) for fact in facts] == expected


def test_reading_a_setting_is_no_route(libraries: Libraries) -> None:
    (state,) = follow(libraries, "express: () get")
    (fact,) = libraries.facts(state).routes
    assert [libraries.applies(fact, Use(arity=arity)) for arity in (1, 2, 5)] == [False, True, True]


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        ("$setTimeout: 0", [("timer", True, "dropped", "lost")]),
        ("$Promise: 0", [("now", True, "dropped", "caught")]),
        ("$Promise: new then 0", [("later", True, "awaited", "caught")]),
        ("$Object: keys() map 0", [("now", False, "returned", "propagates")]),
        ("$Object: keys() forEach 0", [("now", False, "dropped", "propagates")]),
        ("events: new on 1", [("listener", False, "dropped", "propagates")]),
        ("http: createServer 0", [("per-request", False, "dropped", "lost")]),
        ("sequelize: new transaction 0", [("later", True, "awaited", "caught")]),
        ("typeorm: DataSource new transaction 0", [("later", True, "awaited", "caught")]),
        ("@prisma/client: PrismaClient new $transaction 0", [("later", True, "awaited", "caught")]),
        ("pg-promise: () () tx 0", [("later", True, "awaited", "caught")]),
    ],
)
def test_called_functions(libraries: Libraries, way: str, expected: list[tuple[str, bool, str, str]]) -> None:
    facts = [fact for state in follow(libraries, way) for fact in libraries.facts(state).calls]
    assert [(fact.at, fact.once, fact.promise, fact.throw) for fact in facts] == expected


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        ("$Number: ", ["number"]),
        ("$Date: ", ["date"]),
        ("mysql2: createPool() escape", ["escaped.sql"]),
        ("pg: Client new escapeLiteral", ["escaped.sql"]),
        ("pg: escapeIdentifier", ["escaped.sql"]),
        ("sequelize: new escape", ["escaped.sql"]),
        ("pg-promise: as name", ["escaped.sql"]),
        ("pg-promise: as value", []),
    ],
)
def test_barriers(libraries: Libraries, way: str, expected: list[str]) -> None:
    found = [fact.makes for state in follow(libraries, way) for fact in libraries.facts(state).barriers]
    assert found == expected


@pytest.mark.parametrize(
    ("specifier", "name", "expected"),
    [
        ("express", "Request", "express/Request"),
        ("express", "NextFunction", "express/Next"),
        ("express-serve-static-core", "RequestHandler", "express/HandlerFunction"),
        ("pg", "PoolClient", "pg/Client"),
        ("mysql2/promise", "Pool", "mysql2/PromisePool"),
        ("mysql2", "Pool", "mysql2/Pool"),
        ("http", "Server", "node/Server"),
        ("net", "Server", "node/NetServer"),
        ("knex", "Knex", "knex/Knex"),
        ("sequelize", "Sequelize", "sequelize/Sequelize"),
        ("typeorm", "SelectQueryBuilder", "typeorm/QueryBuilder"),
        ("@prisma/client", "Prisma.TransactionClient", "@prisma/client/PrismaClient"),
        ("sequelize-typescript", "Repository", "sequelize/ModelClass"),
        ("redis", "RedisClientType", "redis/Client"),
        ("ioredis", "Redis", "ioredis/Redis"),
        ("pg-promise", "IDatabase", "pg-promise/Database"),
    ],
)
def test_annotations(libraries: Libraries, specifier: str, name: str, expected: str) -> None:
    state = libraries.type_state(specifier, name)
    assert state is not None
    assert libraries.type_name(state) == expected


def test_builtins(libraries: Libraries) -> None:
    assert {"fs", "fs/promises", "http", "node:test"} <= libraries.builtin_names()
    assert "test" not in libraries.builtin_names()
    assert all(libraries.package(name) is not None for name in libraries.builtin_names())


def test_members_of_the_language(libraries: Libraries) -> None:
    assert [libraries.place(state) for state in libraries.language("trim")] == ["ecmascript/String.Member[trim]"]
    assert [libraries.place(state) for state in libraries.language("then")] == ["ecmascript/Promise.Member[then]"]
    assert "ecmascript/Array.Member[map]" in map(libraries.place, libraries.language("map"))
    assert libraries.language("query") == ()


def test_where_roles_can_occur(libraries: Libraries) -> None:
    assert libraries.role_names("http.listen") == {"bindAsync", "listen", "serve", "start", "startStandaloneServer"}
    assert libraries.role_names("process.environment") == {"env"}
    assert {"query", "execute", "raw", "literal", "whereRaw"} <= libraries.role_names("sql.text")
    assert {"helmet", "@fastify/helmet", "koa-helmet", "lusca"} <= libraries.role_packages("security.headers")
    assert libraries.role_packages("http.handler-patch") == {"express-async-errors"}
    assert {"pg", "pg-pool", "mysql2", "mysql2/promise", "knex"} <= libraries.role_packages("sql.text")


def test_every_word_of_the_vocabulary_is_used(libraries: Libraries) -> None:
    facts = libraries.automaton.facts.values()
    used = {fact.role for at in facts for fact in at.roles} | {fact.makes for at in facts for fact in at.barriers}
    assert set(KINDS) == used


def test_an_argument_role_stands_at_an_argument(libraries: Libraries) -> None:
    wrong = [
        libraries.place(state)
        for state, facts in libraries.automaton.facts.items()
        for fact in facts.roles
        if KINDS[fact.role] == "argument" and "Argument[" not in libraries.place(state)
    ]
    assert wrong == []


def test_every_range_can_be_judged(libraries: Libraries) -> None:
    ranges = {fact.versions for facts in libraries.automaton.facts.values() for fact in (*facts.calls, *facts.roles)}
    for versions in sorted(ranges - {""}):
        assert admits(versions, "99.0.0") in {True, False}

"""The six shapes: what each takes, what it refuses, and which are not run yet."""

import pytest

from reviewer.finding import UsageError
from reviewer.rulebook.forms import Absent, Flow, Manifest, Match, Path, Reach, Shape, Where
from reviewer.rulebook.shapes import SHAPES, parse_shape
from reviewer.rulebook.vocabulary import Vocabulary
from reviewer.yaml_nodes import read_yaml

BESIDE = "`at`, or `beside` and perhaps `program`, or `must-not: exist`"
AFTER = "`after`, and perhaps `on`, with `must`; `at-most-once` holds for whole functions"


@pytest.mark.parametrize(
    ("name", "text", "shape"),
    [
        ("match", "{ what: blocking.call }", Match(("blocking.call",))),
        (
            "match",
            "{ what: http.app, where: { 0: [md5, sha1], 1.strict: missing, -1: dynamic, 2: null }, inside: request }",
            Match(
                ("http.app",),
                (
                    Where("0", "literal", ("md5", "sha1")),
                    Where("1.strict", "missing"),
                    Where("-1", "dynamic"),
                    Where("2", "literal", (None,)),
                ),
                ("request",),
            ),
        ),
        (
            "flow",
            "{ from: [request.data, http.app], into: sql.text }",
            Flow(("request.data", "http.app"), ("sql.text",)),
        ),
        (
            "reach",
            "{ to: database.query, as: [request, job], per: element, unless: bounded }",
            Reach(("database.query",), (), ("request", "job"), "element", ("bounded",)),
        ),
        (
            "path",
            "{ after: database.query, must: blocking.call, on: throwing }",
            Path(("database.query",), ("blocking.call",), (), "throwing"),
        ),
        (
            "path",
            "{ at-most-once: blocking.call, unless: http.app }",
            Path(at_most_once=("blocking.call",), unless=("http.app",)),
        ),
        ("absent", "{ given: http.app, lacks: blocking.call }", Absent(("http.app",), ("blocking.call",))),
        (
            "manifest",
            "{ file: tsconfig, at: compilerOptions.strict, must: true }",
            Manifest("tsconfig", "compilerOptions.strict", must=True, values=(True,)),
        ),
        (
            "manifest",
            "{ file: lock, beside: tsconfig, at: include, program: [server], must: exist }",
            Manifest("lock", "include", beside="tsconfig", programs=("server",)),
        ),
        ("manifest", "{ file: lock, must-not: exist }", Manifest("lock", must=False)),
    ],
)
def test_shapes_are_read(vocabulary: Vocabulary, name: str, text: str, shape: Shape) -> None:
    assert SHAPES[name](read_yaml(text, "x.md"), vocabulary) == shape


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("match", "{ where: { 0: x } }", "match lacks `what`"),
        (
            "match",
            "{ what: http.app, where: [0] }",
            "match.where wants a mapping from an argument to `dynamic`, `missing`, a literal or a list",
        ),
        (
            "match",
            "{ what: http.app, where: { first: x } }",
            "match.where wants arguments as `0` or `1.name`, not `first`",
        ),
        ("match", "{ what: http.app, inside: requests }", "unknown match.inside `requests`; did you mean `request`?"),
        ("reach", "{ to: sql.text }", "reach.to wants a role of kind call; `sql.text` is of kind argument"),
        ("reach", "{ to: database.query, per: loop }", "unknown reach.per `loop`; known: call, element"),
        (
            "reach",
            "{ to: database.query, unless: memoized }",
            "unknown reach.unless `memoized`; did you mean `memoised`?",
        ),
        ("path", "{ after: database.query }", "path wants either `must` or `at-most-once`"),
        ("path", "{ must: database.query }", f"path wants {AFTER}"),
        ("path", "{ after: database.query, at-most-once: blocking.call }", f"path wants {AFTER}"),
        ("path", "{ on: normal, at-most-once: blocking.call }", f"path wants {AFTER}"),
        (
            "path",
            "{ after: database.query, must: blocking.call, on: all }",
            "unknown path.on `all`; known: every, normal, throwing",
        ),
        ("absent", "{ given: http.app }", "absent lacks `lacks`"),
        ("manifest", "{ file: lock }", "manifest wants either `must` or `must-not`"),
        ("manifest", "lock", "manifest wants a mapping with at, beside, file, must, must-not, program"),
        ("manifest", "{ file: locks, must-not: exist }", "unknown kind of documents `locks`; did you mean `lock`?"),
        ("manifest", "{ file: lock, at: a, must: exist }", "manifest.at wants documents with keys; `lock` have none"),
        ("manifest", "{ file: lock, must: exist }", f"manifest wants {BESIDE}"),
        ("manifest", "{ file: tsconfig, at: a, must: 1, program: server }", f"manifest wants {BESIDE}"),
        ("manifest", "{ file: lock, beside: tsconfig, must: 1 }", "`beside` of manifest is for `must: exist`"),
    ],
)
def test_wrong_shapes_are_refused(vocabulary: Vocabulary, name: str, text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_shape(name, read_yaml(text, "x.md"), vocabulary)
    assert str(caught.value) == f"x.md:1: {message}"


@pytest.mark.parametrize("text", ["from: request.data", "per: element", "unless: bounded"])
def test_what_the_judge_lacks_of_reach_is_refused(vocabulary: Vocabulary, text: str) -> None:
    with pytest.raises(UsageError, match="can't be run, not yet"):
        parse_shape("reach", read_yaml(f"{{ to: database.query, {text} }}", "x.md"), vocabulary)
    parse_shape("reach", read_yaml("{ to: database.query, per: call, unless: memoised }", "x.md"), vocabulary)


def test_every_shape_is_run() -> None:
    assert frozenset({"absent", "flow", "manifest", "match", "path", "reach"}) == SHAPES.keys()

"""Documents of a tree: which files they are, how hostile ones are read, and what their comments say."""

from __future__ import annotations

import pytest

from reviewer.finding import Gap, GapKind
from reviewer.rulebook.folder import rules_folder
from reviewer.rulebook.vocabulary import load_vocabulary, parse_documents
from reviewer.source.documents.document import Document, Format
from reviewer.source.documents.documents import Documents, name_pattern

KINDS = load_vocabulary([rules_folder()]).documents


def read(path: str, data: bytes | str, kind: str) -> Document | Gap:
    content = data.encode() if isinstance(data, str) else data
    return Documents([path], lambda _: content, KINDS).read(kind, path)


@pytest.mark.parametrize(
    ("path", "kinds"),
    [
        ("Dockerfile", {"dockerfile"}),
        ("a/b/Dockerfile.dev", {"dockerfile"}),
        ("docker/dockerfile-prod", {"dockerfile"}),
        ("api.Dockerfile", {"dockerfile"}),
        ("Dockerfiles/a", set()),
        ("mydockerfile", set()),
        (".env", {"environment"}),
        ("api/.env.production", {"environment"}),
        (".envrc", set()),
        (".github/workflows/ci.yml", {"workflow"}),
        ("a/.github/workflows/ci.yaml", {"workflow"}),
        ("workflows/ci.yml", set()),
        ("docker-compose.override.yml", {"compose"}),
        ("compose.yaml", {"compose"}),
        ("deploy/k8s/app.yaml", {"kubernetes"}),
        ("yarn.lock", {"lock"}),
        ("package.json", {"package"}),
        ("my-package.json", set()),
        ("prisma/schema.prisma", {"prisma-schema"}),
        ("tsconfig.build.json", {"tsconfig"}),
        (".nvmrc", {"node-version"}),
    ],
)
def test_kinds_are_told_by_names(path: str, kinds: set[str]) -> None:
    assert {name for name, kind in KINDS.items() if name_pattern([kind])(path)} == kinds


def test_documents_of_others_are_left_aside() -> None:
    own = ["Dockerfile", "api/Dockerfile", "docker/Dockerfile"]
    others = ["node_modules/a/Dockerfile", "test/Dockerfile", "examples/a/Dockerfile", "templates/b/Dockerfile"]
    documents = Documents([*others, *own], lambda _: b"FROM node", KINDS)
    assert (documents.own("dockerfile"), documents.named("dockerfile")) == (own, sorted([*own, *others]))
    assert [documents.path(documents.number(path)) for path in own] == own
    assert documents.number("index.js") == 0


def test_nothing_is_read_before_it_is_asked_for() -> None:
    def load(path: str) -> bytes:
        raise AssertionError(path)

    documents = Documents(["Dockerfile", "yarn.lock"], load, KINDS)
    assert (documents.named("lock"), documents.of("package"), documents.directives()) == (["yarn.lock"], [], {})


@pytest.mark.parametrize(
    ("path", "kind", "data", "line", "said"),
    [
        ("package.json", "package", "{", 1, "not JSON"),
        ("package.json", "package", '{\n "a": tru }', 2, "not JSON"),
        ("package.json", "package", "[" * 100_000, 1, "nested more than 64 levels deep"),
        ("package.json", "package", '{ "a": [' + "1," * 30_000 + "1] }", 1, "more than 20,000 JSON values"),
        ("package.json", "package", b"\xff\xfe{\x00}\x00", 1, "not JSON"),
        ("package.json", "package", "", 1, "not JSON"),
        ("compose.yml", "compose", "a: &a [1]\nb: *a\n", 1, "anchors and tags are not allowed"),
        ("compose.yml", "compose", "a: [*b, *b]", 1, "aliases are not allowed"),
        ("compose.yml", "compose", "a:\n  b: !!python/object:os.system x", 2, "anchors and tags are not allowed"),
        ("compose.yml", "compose", "a: 1\na: 2", 2, "`a` is given twice"),
        ("compose.yml", "compose", "[" * 100_000, 1, "nested more than 64 levels deep"),
        ("compose.yml", "compose", "- 1\n" * 30_000, 20_000, "more than 20,000 YAML values"),
        ("compose.yml", "compose", "a: 'b", 1, "not YAML"),
        ("compose.yml", "compose", "\ta: b", 1, "not YAML"),
        ("compose.yml", "compose", b"a: \x00", 1, "not YAML"),
        ("compose.yml", "compose", "# " + "x" * 1_000_001, 1, "more than 1,000,000 characters of YAML"),
        ("compose.yml", "compose", "? [a]\n: b", 1, "a key wants text"),
        ("tsconfig.json", "tsconfig", "/* \n", 1, "not JSON"),
    ],
)
def test_what_can_not_be_read_is_a_gap(path: str, kind: str, data: str | bytes, line: int, said: str) -> None:
    found = read(path, data, kind)
    assert isinstance(found, Gap)
    assert (found.path, found.kind) == (path, GapKind.MANIFEST)
    assert said in found.message
    assert found.line == line


@pytest.mark.parametrize(
    ("path", "kind", "data"),
    [
        ("Dockerfile", "dockerfile", b"\xff\xfe\x00FROM"),
        ("Dockerfile", "dockerfile", b"FROM \\\n" * 90_000),
        (".env", "environment", b"A=\xff\n=\n'\nB='\n" + b"C=1\n" * 90_000),
        (".nvmrc", "node-version", b""),
        ("schema.prisma", "prisma-schema", b"\x00" * 1000),
        ("compose.yml", "compose", b""),
        ("tsconfig.json", "tsconfig", b'\xef\xbb\xbf{ // a\n "a": [1,], /* \n */ }'),
        ("package.json", "package", b'{ "a": "\xff", "__proto__": {}, "a": 2 }'),
    ],
)
def test_what_is_odd_is_read(path: str, kind: str, data: bytes) -> None:
    assert isinstance(read(path, data, kind), Document)


def test_values_know_the_lines_of_their_keys() -> None:
    found = read("tsconfig.json", '/* a\n b */ {\n\n "a": {\n  // c\n  "b": [1,\n 2,] } }', "tsconfig")
    assert isinstance(found, Document)
    (root,) = found.roots
    assert root.entries is not None
    assert (root.line, root.keys, root.entries["a"].keys) == (2, {"a": 4}, {"b": 6})


def test_a_file_may_hold_several_documents() -> None:
    found = read("k8s/a.yml", "---\nkind: A\n---\nkind: B\n", "kubernetes")
    assert isinstance(found, Document)
    assert [root.keys for root in found.roots] == [{"kind": 2}, {"kind": 4}]


def test_an_environment_is_read_without_quotes_and_comments() -> None:
    found = read(".env", "# a\nexport A='1 # 2' # 3\nB = two # 4\nC=\"x\nnot this\n", "environment")
    assert isinstance(found, Document)
    (root,) = found.roots
    assert {key: node.scalar for key, node in (root.entries or {}).items()} == {"A": "1 # 2", "B": "two", "C": "x"}
    assert root.keys == {"A": 2, "B": 3, "C": 4}


@pytest.mark.parametrize(
    ("path", "kind", "text", "words"),
    [
        ("Dockerfile", "dockerfile", "# nodereview-disable-next-line a\nFROM node\n", ["disable-next-line"]),
        ("compose.yml", "compose", "a: 1 # nodereview-disable-line a\nb: '# nodereview-enable'\n", ["disable-line"]),
        (".env", "environment", "# nodereview-disable-file\n", ["disable-file"]),
        ("a.prisma", "prisma-schema", "model A { // nodereview-disable-line\n", ["disable-line"]),
        ("tsconfig.json", "tsconfig", '{ // nodereview-disable a\n "b": 1 }', ["disable"]),
        ("package.json", "package", '{ "a": "// nodereview-disable-file" }', []),
        (".nvmrc", "node-version", "# nodereview-disable-file", []),
    ],
)
def test_comments_speak_in_the_way_of_their_format(path: str, kind: str, text: str, words: list[str]) -> None:
    documents = Documents([path], lambda _: text.encode(), KINDS)
    documents.read(kind, path)
    assert [one.word for found in documents.directives().values() for one in found] == words


def test_kinds_are_described_strictly() -> None:
    (kind,) = parse_documents("a-b: { files: [ x, 'y*' ], as: yaml }", "d.yml")
    assert (kind.name, kind.files, kind.format) == ("a-b", ("x", "y*"), Format.YAML)
    assert list(KINDS) == sorted(KINDS)

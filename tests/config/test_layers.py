"""Files of settings: what is read, what is merged, and what is refused with file, line and nearest name."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from reviewer.config.layers import read_layers
from reviewer.config.load import load_settings
from reviewer.finding import UsageError
from reviewer.quiet.notes import RULES
from reviewer.settings import Settings, State


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    return folder


def write(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def settings(root: Path, text: str) -> Settings:
    write(root / ".nodereview.yml", text)
    return load_settings(root, own=RULES)[0]


def refusal(root: Path, text: str, given: Path | None = None) -> str:
    if given is None:
        write(root / ".nodereview.yml", text)
    with pytest.raises(UsageError) as refused:
        load_settings(root, given, own=RULES)
    return str(refused.value)


def test_nothing_is_said(root: Path) -> None:
    assert read_layers(root) == Settings()


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n", "{}\n", "\ufeff# a mark\n"])
def test_a_file_that_says_nothing(root: Path, text: str) -> None:
    assert settings(root, text) == Settings(files=(".nodereview.yml",))


def test_every_key(root: Path) -> None:
    for folder in ("own/libraries", "own/cards"):
        (root / folder).mkdir(parents=True)
    found = settings(
        root,
        """profile: strict
fail-on: warning
rules:
  sql-injection: warning
  unparameterized-sql: { severity: off, reason: every name is ours }
include: [src/]
exclude: [src/old/, '!src/old/kept.js']
overrides:
  - paths: scripts/
    rules: { sql-injection: note }
ignore:
  - { rule: sql-injection, path: [a.json, b/], reason: read at start-up only }
libraries: own/libraries
cards: [own/cards]
baseline: known.json
""",
    )
    assert (found.profile, found.fail_on, found.baseline) == ("strict", "warning", root / "known.json")
    assert {name: (ruling.state, ruling.reason, ruling.origin.line) for name, ruling in found.rules.items()} == {
        "sql-injection": (State.WARNING, "", 4),
        "unparameterized-sql": (State.OFF, "every name is ours", 5),
    }
    assert (found.include, found.exclude) == (("src/",), ("src/old/", "!src/old/kept.js"))
    (override,) = found.overrides
    assert (override.paths, override.rules["sql-injection"].state, override.origin.line) == (("scripts/",), "note", 9)
    (entry,) = found.ignored
    assert (entry.rules, entry.paths, entry.origin.line) == (("sql-injection",), ("a.json", "b/"), 12)
    assert [(folder.path, folder.trusted) for folder in (*found.libraries, *found.cards)] == [
        (root / "own/libraries", False),
        (root / "own/cards", False),
    ]
    assert str(found.origins["exclude src/old/"]) == ".nodereview.yml:7"


@pytest.mark.parametrize("indent", ["  ", "\t"])
def test_settings_in_package_json(root: Path, indent: str) -> None:
    text = f'{{\n{indent}"name": "a",\n{indent}"nodereview": {{\n{indent}{indent}"fail-on": "note"\n{indent}}}\n}}\n'
    write(root / "package.json", text)
    found = read_layers(root)
    assert (found.fail_on, found.files, str(found.origins["fail-on"])) == ("note", ("package.json",), "package.json:4")


def test_a_dependency_of_that_name_is_no_settings(root: Path) -> None:
    write(root / "package.json", '{ "devDependencies": { "nodereview": "^1" } }')
    assert read_layers(root) == Settings()


def test_the_folders_of_the_convention_are_read_unnamed(root: Path) -> None:
    write(root / ".nodereview/libraries/db.yml", "package: '@acme/db'\n")
    assert [folder.path for folder in read_layers(root).libraries] == [root / ".nodereview/libraries"]
    assert read_layers(root, local=False) == Settings()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("profil: strict", ".nodereview.yml:1: unknown key `profil`; did you mean `profile`?"),
        ("\nprofile: strikt", ".nodereview.yml:2: unknown value of `profile`: `strikt`; did you mean `strict`?"),
        ("fail-on: 1", ".nodereview.yml:1: `fail-on` wants error, warning, note or never"),
        ("rules:\n  sql-injektion: off", ".nodereview.yml:2: unknown rule `sql-injektion`; did you mean `sql-injection`?"),
        ("rules: { sql-injection: warn }", ".nodereview.yml:1: unknown value of `sql-injection`: `warn`; did you mean `warning`?"),
        ("rules: { sql-injection: 2 }", ".nodereview.yml:1: `sql-injection` wants off, on, note, warning or error"),
        ("rules: [sql-injection]", ".nodereview.yml:1: `rules` wants a mapping"),
        ("rules: { sql-injection: { reason: x } }", ".nodereview.yml:1: `sql-injection` lacks `severity`"),
        ("exclude: dist", ".nodereview.yml:1: `exclude` wants a list"),
        ("exclude:", ".nodereview.yml:1: `exclude` wants a list"),
        ("exclude:\n  - a\n  - '*/*/*/*/*.js'", ".nodereview.yml:3: the pattern `*/*/*/*/*.js` in `exclude` is not valid or has too many stars"),
        ("exclude: ['#a']", ".nodereview.yml:1: the pattern `#a` in `exclude` is not valid or has too many stars"),
        ("overrides:\n  - rules: {}", ".nodereview.yml:2: `overrides` lacks `paths`"),
        ("overrides:\n  - { paths: [], rules: {} }", ".nodereview.yml:2: `paths` is empty"),
        ("ignore:\n  - { rule: sql-injection }", ".nodereview.yml:2: `ignore` lacks `path`"),
        ("ignore:\n  - { rule: sql-injektion, path: a }", ".nodereview.yml:2: unknown rule `sql-injektion`; did you mean `sql-injection`?"),
        ("libraries: nowhere", ".nodereview.yml:1: `nowhere` is no folder"),
        ("cards: ../outside", ".nodereview.yml:1: `../outside` leaves the repository; only a file given with --config may name it"),
        ("baseline: /etc/passwd", ".nodereview.yml:1: `/etc/passwd` leaves the repository; only a file given with --config may name it"),
        ("- a", ".nodereview.yml:1: wants a mapping with baseline, cards, exclude, extends, fail-on, ignore, include, libraries, overrides, profile, rules"),
        ("a: &a [x]\nb: *a", ".nodereview.yml:1: anchors and tags are not allowed"),
        ("profile: 'a", ".nodereview.yml:1: not YAML: found unexpected end of stream"),
        ("profile: strict\nprofile: default", ".nodereview.yml:2: `profile` is given twice"),
        ("exclude: " + "[" * 30 + "]" * 30, ".nodereview.yml:1: nested more than 16 levels deep"),
        ("# " + "x" * 1_000_001, ".nodereview.yml: is larger than 976 kB"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line(root: Path, text: str, expected: str) -> None:
    assert refusal(root, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            '{ "nodereview": { "rules": { "sql-inject": "off" } } }',
            "package.json:1: unknown rule `sql-inject`; did you mean `sql-injection`?",
        ),
        ('{\n"nodereview": {\n"profil": "strict" } }', "package.json:3: unknown key `profil`; did you mean `profile`?"),
        ('{\n"nodereview": {\n"profile": "strict", } }', "package.json:3: not JSON: a key wants double quotes"),
        ('{\n"nodereview": {}\n', "package.json:3: not JSON: `}` is missing"),
        ('{ "nodereview": {} } x', "package.json:1: not JSON: something stands after its end"),
        ('{ "nodereview": { "rules": {}, "rules": {} } }', "package.json:1: `rules` is given twice"),
        ('{ "nodereview": ' + "[" * 5000 + "]" * 5000 + "}", "package.json:1: nested more than 16 levels deep"),
    ],
)
def test_a_mistake_in_package_json(root: Path, text: str, expected: str) -> None:
    write(root / "package.json", text)
    with pytest.raises(UsageError) as refused:
        load_settings(root, own=RULES)
    assert str(refused.value) == expected


def test_two_files_of_settings(root: Path) -> None:
    write(root / "package.json", '{\n "nodereview": {} }')
    assert refusal(root, "") == "package.json:2: settings stand in .nodereview.yml as well; keep one of them"


def test_what_extends_has_the_last_word_and_adds_to_lists(root: Path) -> None:
    write(root / "conf/base.yml", "extends: [deep.json]\nprofile: strict\nexclude: [b]\nrules: { sql-injection: note }")
    write(root / "conf/deep.json", '{ "fail-on": "note", "exclude": ["a"], "profile": "default" }')
    found = settings(root, "extends: ./conf/base.yml\nexclude: [c]\nrules: { sql-injection: error }")
    assert (found.profile, found.fail_on, found.exclude) == ("strict", "note", ("a", "b", "c"))
    assert found.rules["sql-injection"].state is State.ERROR
    assert found.files == (".nodereview.yml", "conf/base.yml", "conf/deep.json")


def test_a_file_that_two_extend_is_read_once(root: Path) -> None:
    write(root / "c.yml", "exclude: [c]")
    write(root / "a.yml", "extends: c.yml")
    write(root / "b.yml", "extends: c.yml")
    assert settings(root, "extends: [a.yml, b.yml]").exclude == ("c",)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"a.yml": "extends: .nodereview.yml"}, "a.yml:1: `.nodereview.yml` leads back to .nodereview.yml: a circle of `extends`"),
        ({"a.yml": "extends: a.yml"}, "a.yml:1: `a.yml` leads back to a.yml: a circle of `extends`"),
        ({}, ".nodereview.yml:1: a.yml: no such file; `extends` names a file, not a package"),
        ({"a.yml": "profil: x"}, "a.yml:1: unknown key `profil`; did you mean `profile`?"),
        ({"a.yml": "extends: ../b.yml"}, "a.yml:1: `../b.yml` leaves the repository; only a file given with --config may name it"),
        ({"a.yml": "extends: https://a.b/c.yml"}, "a.yml:1: `https://a.b/c.yml`: `extends` names a file; nothing is fetched"),
        ({"a.yml": "extends: c.js", "c.js": ""}, "c.js: settings are YAML or JSON: .yml, .yaml or .json"),
        ({"a.yml": "rules: { sql-inject: off }"}, "a.yml:1: unknown rule `sql-inject`; did you mean `sql-injection`?"),
    ],
)  # fmt: skip
def test_mistakes_of_extends(root: Path, files: dict[str, str], expected: str) -> None:
    for name, text in files.items():
        write(root / name, text)
    assert refusal(root, "extends: a.yml") == expected


def test_many_files_that_extend_each_other(root: Path) -> None:
    for number in range(40):
        write(root / f"{number}.yml", f"extends: {number + 1}.yml")
    assert "more than 32 files of settings extend each other" in refusal(root, "extends: 0.yml")


def test_links_that_leave_the_root_are_refused(root: Path) -> None:
    outside = write(root.parent / "outside.yml", "profile: strict")
    (root / ".nodereview.yml").symlink_to(outside)
    with pytest.raises(UsageError, match="is a link that leaves the repository; it is not followed"):
        read_layers(root)
    (root / ".nodereview.yml").unlink()
    (root / "linked.yml").symlink_to(outside)
    (root / "folder").symlink_to(root.parent)
    assert "linked.yml: is a link that leaves the repository" in refusal(root, "extends: linked.yml")
    assert "is a link that leaves the repository" in refusal(root, "extends: folder/outside.yml")
    assert "is a link that leaves the repository" in refusal(root, "libraries: folder")


def test_a_link_inside_the_root_is_followed(root: Path) -> None:
    write(root / "conf/nodereview.yml", "profile: strict")
    (root / ".nodereview.yml").symlink_to("conf/nodereview.yml")
    assert read_layers(root).profile == "strict"


def test_what_is_no_file_is_refused(root: Path) -> None:
    (root / ".nodereview.yml").mkdir()
    with pytest.raises(UsageError, match=r"\.nodereview\.yml: is not a regular file"):
        read_layers(root)
    (root / ".nodereview.yml").rmdir()
    os.mkfifo(root / ".nodereview.yml")
    with pytest.raises(UsageError, match=r"\.nodereview\.yml: is not a regular file"):
        read_layers(root)


def test_a_given_file_takes_the_place_of_the_repositorys(root: Path) -> None:
    (root.parent / "cards").mkdir()
    write(root.parent / "base.yml", "fail-on: note")
    given = write(root.parent / "team.yml", "extends: base.yml\nprofile: strict\ncards: cards")
    write(root / ".nodereview.yml", "profile: nonsense")
    found = read_layers(root, given)
    assert (found.profile, found.fail_on, found.files) == (
        "strict",
        "note",
        (str(given), str(root.parent / "base.yml")),
    )
    assert [folder.trusted for folder in found.cards] == [True]


def test_a_given_file_that_is_not_there(root: Path) -> None:
    assert refusal(root, "", root / "gone.yml") == "gone.yml: no such file"


def test_a_given_file_does_not_make_the_repositorys_cards_trusted(root: Path) -> None:
    (root / "cards").mkdir()
    given = write(root.parent / "team.yml", "cards: repository/cards")
    assert [folder.trusted for folder in read_layers(root, given).cards] == [False]
    inside = write(root / "ci.yml", "cards: cards\nextends: ../team.yml")
    assert "leaves the repository" in refusal(root, "", inside)


def test_rules_by_their_former_names(root: Path) -> None:
    card = (Path(__file__).resolve().parents[2] / "rules/injection/sql-injection.md").read_text()
    card = card.replace("severity: error", "severity: error\naliases: [old-name]", 1)
    card = "\n".join(line for line in card.split("\n") if not line.startswith("instead-of"))
    write(root / ".nodereview/rules/injection/own-rule.md", card)
    found = settings(root, "rules: { old-name: warning }\nignore: [{ rule: old-name, path: a, reason: b }]")
    assert (list(found.rules), found.ignored[0].rules) == (["own-rule"], ("own-rule",))
    assert [(former.name, former.today, str(former.origin)) for former in found.former] == [
        ("old-name", "own-rule", ".nodereview.yml:1"),
        ("old-name", "own-rule", ".nodereview.yml:2"),
    ]
    assert refusal(root, "rules:\n  own-rule: off\n  old-name: off") == (
        ".nodereview.yml:3: `own-rule` is set on line 2 too"
    )

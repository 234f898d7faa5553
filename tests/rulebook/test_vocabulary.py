"""The vocabulary: roles.yml, read strictly."""

from pathlib import Path

import pytest

from reviewer.finding import UsageError
from reviewer.rulebook.folder import rules_folder
from reviewer.rulebook.vocabulary import RoleKind, load_vocabulary, parse_roles


def test_roles_have_kind_and_sentence() -> None:
    (role,) = parse_roles('sql.text: { kind: argument, says: "SQL text" }\n', "roles.yml")
    assert (role.name, role.kind, role.says, role.line) == ("sql.text", RoleKind.ARGUMENT, "SQL text", 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: { kind: calls, says: x }", "roles.yml:1: unknown kind `calls`; did you mean `call`?"),
        ("a: { kind: call }", "roles.yml:1: role `a` lacks `says`"),
        ("a: { kind: call, say: x }", "roles.yml:1: unknown key of role `a` `say`; did you mean `says`?"),
        (
            "A.b: { kind: call, says: x }",
            "roles.yml:1: `A.b` is no name for a role: lower case words with dots and hyphens",
        ),
        ("- a", "roles.yml:1: wants a mapping from a role's name to its kind and sentence"),
    ],
)
def test_a_wrong_vocabulary_is_refused(text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_roles(text, "roles.yml")
    assert str(caught.value) == message


def test_a_role_documented_in_two_folders_is_refused(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "roles.yml").write_text("x: { kind: call, says: y }\n")
    with pytest.raises(UsageError) as caught:
        load_vocabulary([tmp_path / "one", tmp_path / "two"])
    assert str(caught.value) == f"{tmp_path}/two/roles.yml:1: role `x` is documented in {tmp_path}/one/roles.yml:1"


def test_the_shipped_vocabulary_is_sorted() -> None:
    names = list(load_vocabulary([rules_folder()]).roles)
    assert names == sorted(names)

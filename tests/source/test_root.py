"""The root of a review."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from reviewer.finding import UsageError
from reviewer.source.root import resolve_root

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")


def write(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("a()\n")


def git(root: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True)


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """The folder, free of links, as roots are."""
    return tmp_path.resolve()


def test_given_folder(top: Path) -> None:
    write(top, "package.json", "src/a.js")
    assert resolve_root([top / "src"]) == top / "src"


def test_file_leads_to_the_nearest_package(top: Path) -> None:
    write(top, "package.json", "p/package.json", "p/src/a.js", "q/b.js")
    assert resolve_root([top / "p" / "src" / "a.js"]) == top / "p"
    assert resolve_root([top / "q" / "b.js"]) == top


def test_no_path_means_the_current_folder(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(top, "package.json", "src/a.js")
    monkeypatch.chdir(top / "src")
    assert resolve_root([]) == top
    assert resolve_root([Path()]) == top / "src"


def test_several_paths(top: Path) -> None:
    write(top, "a/b/x.js", "a/c/y.js")
    assert resolve_root([top / "a" / "b", top / "a" / "c"]) == top / "a"


def test_a_link_is_followed_to_where_it_leads(top: Path) -> None:
    write(top, "real/a.js")
    (top / "link").symlink_to("real")
    assert resolve_root([top / "link"]) == top / "real"


def test_override(top: Path) -> None:
    write(top, "a/b/x.js")
    assert resolve_root([top / "a" / "b"], top / "a") == top / "a"
    with pytest.raises(UsageError, match="lies outside the root"):
        resolve_root([top / "a"], top / "a" / "b")
    with pytest.raises(UsageError, match="is not a folder"):
        resolve_root([top / "a"], top / "a" / "b" / "x.js")


def test_missing_path(top: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere' does not exist\.$"):
        resolve_root([top / "nowhere"])
    with pytest.raises(UsageError, match="does not exist"):
        resolve_root([top / "a\0b"])


def test_cyclic_link(top: Path) -> None:
    (top / "a").symlink_to("a")
    with pytest.raises(UsageError, match="does not exist"):
        resolve_root([top / "a"])


@needs_git
class TestCheckout:
    def test_folder_and_file_in_a_checkout(self, top: Path) -> None:
        write(top, "src/deep/a.js", "src/package.json")
        git(top, "init")
        git(top, "add", ".")
        assert resolve_root([top / "src" / "deep"]) == top
        assert resolve_root([top / "src" / "deep" / "a.js"]) == top
        assert resolve_root([top]) == top

    def test_new_checkout_without_a_commit(self, top: Path) -> None:
        write(top, "a.js")
        git(top, "init")
        assert resolve_root([top]) == top

    def test_folder_below_which_nothing_is_tracked(self, top: Path) -> None:
        write(top, "a.js", "export/app/src/b.js", "export/app/package.json")
        git(top, "init")
        git(top, "add", "a.js")
        assert resolve_root([top / "export" / "app"]) == top / "export" / "app"
        assert resolve_root([top / "export" / "app" / "src" / "b.js"]) == top / "export" / "app"

    def test_nested_checkout(self, top: Path) -> None:
        write(top, "a.js", "inner/b/c.js")
        git(top, "init")
        git(top, "add", "a.js")
        git(top / "inner", "init")
        git(top / "inner", "add", ".")
        assert resolve_root([top / "inner" / "b"]) == top / "inner"

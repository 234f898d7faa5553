"""Finding: what is reviewed, what is left out and why, in checkouts and elsewhere, on friendly and hostile trees."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from reviewer.finding import Gap, GapKind, UsageError
from reviewer.source.classes import FileClass
from reviewer.source.find import find
from reviewer.source.found import Found, LeftOut, SourceFile


def write(root: Path, *paths: str, text: str = "a()\n") -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)


def git(root: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "init.defaultBranch=main")
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


def names(found: Found) -> list[str]:
    return [file.path for file in found.files]


def test_files_with_size_and_class(tmp_path: Path) -> None:
    write(tmp_path, "a.js", text="run()\n")
    write(tmp_path, "test/a.test.ts", text="")
    write(tmp_path, "readme.md", "src/x.json")
    found = find(tmp_path)
    assert found.files == [SourceFile("a.js", 6, FileClass.SOURCE), SourceFile("test/a.test.ts", 0, FileClass.TEST)]
    assert found.paths == ["a.js", "readme.md", "src/x.json", "test/a.test.ts"]
    assert found.gaps == []


def test_folders_above_the_root_play_no_part(tmp_path: Path) -> None:
    root = tmp_path / "tests" / "node_modules" / "dist" / "vendor"
    write(root, "a.js")
    assert find(root).files == [SourceFile("a.js", 4, FileClass.SOURCE)]


def test_all_suffixes(tmp_path: Path) -> None:
    write(tmp_path, "a.js", "b.mjs", "c.cjs", "d.jsx", "e.ts", "f.mts", "g.cts", "h.tsx", "i.coffee", "j.vue")
    assert names(find(tmp_path)) == ["a.js", "b.mjs", "c.cjs", "d.jsx", "e.ts", "f.mts", "g.cts", "h.tsx"]


def test_manifests(tmp_path: Path) -> None:
    wanted = [
        "package.json",
        "package-lock.json",
        "packages/a/package.json",
        "pnpm-workspace.yaml",
        "lerna.json",
        "tsconfig.json",
        "tsconfig.base.json",
        "_tsconfig.base.json",
        "jsconfig.json",
        "yarn.lock",
        "bun.lockb",
    ]
    write(tmp_path, *wanted, "node_modules/x/package.json", "other.json", "bower_components/x/package.json")
    assert find(tmp_path).manifests == sorted(wanted)


class TestWalk:
    def test_nested_ignore_files(self, tmp_path: Path) -> None:
        write(tmp_path, ".gitignore", text="*.tmp.js\n/top.js\nlogs/\n!keep.tmp.js\n# comment\n\n")
        write(tmp_path, "a/.gitignore", text="local.js\n!b.tmp.js\n")
        write(
            tmp_path,
            "top.js",
            "a/top.js",
            "x.tmp.js",
            "keep.tmp.js",
            "logs/a.js",
            "a/logs/b.js",
            "a/local.js",
            "local.js",
        )
        write(tmp_path, "a/b.tmp.js", "a/c/local.js", "a/c/d.js")
        found = find(tmp_path)
        assert found.paths == [
            ".gitignore",
            "a/.gitignore",
            "a/b.tmp.js",
            "a/c/d.js",
            "a/top.js",
            "keep.tmp.js",
            "local.js",
        ]
        assert found.left_out == {}

    def test_node_modules_is_not_entered(self, tmp_path: Path) -> None:
        write(tmp_path, "a.js", "node_modules/x/index.js", "packages/b/node_modules/y/index.js", ".git.d/x.js")
        found = find(tmp_path)
        assert names(found) == [".git.d/x.js", "a.js"]
        assert found.left_out == {}

    def test_patterns_with_many_stars_cost_nothing(self, tmp_path: Path) -> None:
        write(tmp_path, ".gitignore", text="*a*a*a*a*a*a*a*a*b\n!\n*.log\n")
        write(tmp_path, "a" * 200 + ".js", "b.log")
        start = time.process_time()
        found = find(tmp_path)
        assert time.process_time() - start < 1
        assert found.paths == [".gitignore", "a" * 200 + ".js"]
        assert [(gap.path, gap.kind) for gap in found.gaps] == [(".gitignore", GapKind.UNREADABLE)]

    def test_ignore_file_that_is_a_pipe(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / ".gitignore")
        write(tmp_path, "a.js")
        found = find(tmp_path)
        assert names(found) == ["a.js"]
        assert found.gaps == [Gap(".gitignore", 0, GapKind.UNREADABLE, "is not a regular file")]

    @pytest.mark.skipif(os.geteuid() == 0, reason="root reads every folder")
    def test_unreadable_folder(self, tmp_path: Path) -> None:
        write(tmp_path, "a.js", "closed/b.js")
        (tmp_path / "closed").chmod(0)
        try:
            found = find(tmp_path)
        finally:
            (tmp_path / "closed").chmod(0o700)
        assert names(found) == ["a.js"]
        assert found.gaps == [Gap("closed", 0, GapKind.UNREADABLE, "folder cannot be read: Permission denied")]

    def test_deep_folders(self, tmp_path: Path) -> None:
        folder = tmp_path
        for _ in range(1200):
            folder /= "d"
            folder.mkdir()
        (folder / "a.js").write_text("")
        try:
            assert names(find(tmp_path)) == ["d/" * 1200 + "a.js"]
        finally:
            # pytest would remove the folders by recursion.
            (folder / "a.js").unlink()
            while folder != tmp_path:
                folder.rmdir()
                folder = folder.parent


class TestHostileNames:
    def test_names_are_kept_as_they_are(self, tmp_path: Path) -> None:
        strange = ["a\nb.js", "\x1b[31mred.js", "::error::x.js", "<img>.js", "ü.js", " a.js"]
        write(tmp_path, *strange)
        assert names(find(tmp_path)) == sorted(strange)

    def test_names_that_are_not_utf8(self, tmp_path: Path) -> None:
        (tmp_path / os.fsdecode(b"a\xff.js")).write_text("a()")
        found = find(tmp_path)
        assert found.files == []
        assert found.left_out_files == [LeftOut("a\\xff.js", "name is not UTF-8")]
        assert found.gaps == [Gap("a\\xff.js", 0, GapKind.UNREADABLE, "its name is not UTF-8")]

    def test_special_files_are_not_opened(self, tmp_path: Path) -> None:
        write(tmp_path, "a.js")
        os.mkfifo(tmp_path / "pipe.js")
        found = find(tmp_path)
        assert names(found) == ["a.js"]
        assert found.left_out_files == [LeftOut("pipe.js", "not a regular file")]

    def test_huge_file(self, tmp_path: Path) -> None:
        with (tmp_path / "big.js").open("wb") as file:
            file.truncate(17 * 1024 * 1024)
        found = find(tmp_path)
        assert found.files == []
        assert found.left_out_files == [LeftOut("big.js", "too large")]
        assert found.gaps == [Gap("big.js", 0, GapKind.TOO_LARGE, "is larger than 16384 kB")]


class TestLinks:
    def test_links_that_leave_the_root(self, tmp_path: Path) -> None:
        write(tmp_path, "outside/secret.js", "root/a.js")
        root = tmp_path / "root"
        (root / "file.js").symlink_to("../outside/secret.js")
        (root / "folder").symlink_to("../outside")
        (root / "passwd.js").symlink_to("/etc/passwd")
        found = find(root)
        assert names(found) == ["a.js"]
        assert found.left_out_files == [
            LeftOut("file.js", "link outside the root"),
            LeftOut("folder", "link outside the root"),
            LeftOut("passwd.js", "link outside the root"),
        ]
        assert found.links == {}

    def test_links_inside_the_root(self, tmp_path: Path) -> None:
        write(tmp_path, "shared/a.js", "x/b.js")
        (tmp_path / "x" / "shared").symlink_to("../shared")
        (tmp_path / "x" / "a.js").symlink_to("../shared/a.js")
        found = find(tmp_path)
        assert names(found) == ["shared/a.js", "x/b.js"]
        assert found.links == {"x/a.js": "shared/a.js", "x/shared": "shared"}
        assert found.left_out_files == [LeftOut("x/a.js", "link to a file of the tree")]

    def test_cyclic_and_broken_links(self, tmp_path: Path) -> None:
        write(tmp_path, "a/b.js")
        (tmp_path / "a" / "up").symlink_to("..")
        (tmp_path / "one.js").symlink_to("two.js")
        (tmp_path / "two.js").symlink_to("one.js")
        (tmp_path / "gone.js").symlink_to("nowhere.js")
        found = find(tmp_path)
        assert names(found) == ["a/b.js"]
        assert found.left_out == {"broken link": 3}


class TestLeftOut:
    def reasons(self, root: Path) -> dict[str, str]:
        return {file.path: str(file.reason) for file in find(root).left_out_files}

    def test_by_name(self, tmp_path: Path) -> None:
        write(tmp_path, "a.min.js", "b.d.ts", "c_pb.js", "d.bundle.js", "main.0a1b2c3d.js", "cafebabe.js", "a.pb.ts")
        assert self.reasons(tmp_path) == {
            "a.min.js": "minified",
            "a.pb.ts": "generated",
            "b.d.ts": "declarations",
            "c_pb.js": "generated",
            "d.bundle.js": "build output",
            "main.0a1b2c3d.js": "build output",
        }

    def test_folders_of_tools(self, tmp_path: Path) -> None:
        write(
            tmp_path, ".next/server/a.js", "third_party/a.js", "web/bower_components/j/a.js", "src/__generated__/a.ts"
        )
        assert self.reasons(tmp_path) == {
            ".next/server/a.js": "build output",
            "src/__generated__/a.ts": "generated",
            "third_party/a.js": "vendored",
            "web/bower_components/j/a.js": "vendored",
        }

    def test_libraries_among_static_files(self, tmp_path: Path) -> None:
        write(tmp_path, "public/js/jquery-3.6.0.js", "public/lib/bootstrap.bundle.js", "public/app.js", "src/chart.js")
        write(tmp_path, "static/thing-1.2.3.js", "src/vue.js", "public/tailwind.config.js")
        assert self.reasons(tmp_path) == {
            "public/js/jquery-3.6.0.js": "vendored",
            "public/lib/bootstrap.bundle.js": "build output",
            "static/thing-1.2.3.js": "vendored",
        }

    def test_vendor(self, tmp_path: Path) -> None:
        write(tmp_path, "vendor/lib.js", "public/vendor/x.js", "packages/a/vendor/y.js", "packages/a/package.json")
        write(tmp_path, "src/vendor/own.js", "routes/vendor/index.js")
        assert self.reasons(tmp_path) == {
            "packages/a/vendor/y.js": "vendored",
            "public/vendor/x.js": "vendored",
            "vendor/lib.js": "vendored",
        }

    def test_vendors_of_a_marketplace(self, tmp_path: Path) -> None:
        write(tmp_path, "vendor/routes/index.js", "vendor/app.js", "vendors/vendor.controller.js")
        assert self.reasons(tmp_path) == {}

    def test_build_output_with_source_maps(self, tmp_path: Path) -> None:
        write(tmp_path, "dist/a.js", "dist/a.js.map", "dist/b.js")
        assert self.reasons(tmp_path) == {"dist/a.js": "build output", "dist/b.js": "build output"}

    def test_one_source_map_among_own_scripts(self, tmp_path: Path) -> None:
        write(tmp_path, "public/lib/popup.js", "public/lib/menu.js", "public/lib/x.js", "public/lib/x.js.map")
        assert self.reasons(tmp_path) == {}

    def test_build_output_compiled_from_a_sibling(self, tmp_path: Path) -> None:
        write(tmp_path, "build/a.js", "build/b/c.js", "src/a.ts", "src/b/c.js")
        assert self.reasons(tmp_path) == {"build/a.js": "build output", "build/b/c.js": "build output"}

    def test_build_folder_with_sources(self, tmp_path: Path) -> None:
        write(tmp_path, "build/webpack.js", "build/tasks/copy.js", "src/a.ts", "dist/start.js", "out/x.ts")
        assert self.reasons(tmp_path) == {}

    def test_one_script_of_the_same_name(self, tmp_path: Path) -> None:
        write(tmp_path, "build/index.js", "src/index.js", "p/build/index.js", "p/src/index.ts")
        assert self.reasons(tmp_path) == {"p/build/index.js": "build output"}

    def test_lib_beside_sources(self, tmp_path: Path) -> None:
        write(tmp_path, "lib/a.js", "src/a.js", "p/lib/b.js", "p/src/b.ts")
        assert self.reasons(tmp_path) == {"p/lib/b.js": "build output"}

    def test_coverage(self, tmp_path: Path) -> None:
        write(tmp_path, "coverage/lcov.info", "coverage/sorter.js", "src/coverage/a.js")
        assert self.reasons(tmp_path) == {"coverage/sorter.js": "build output"}

    def test_exclude(self, tmp_path: Path) -> None:
        write(tmp_path, "a.js", "legacy/b.js", "legacy/keep.js", "legacy/c.json")
        found = find(tmp_path, ["legacy/*", "!legacy/keep.js"])
        assert found.paths == ["a.js", "legacy/keep.js"]
        assert found.left_out_files == [LeftOut("legacy/b.js", "excluded")]

    def test_a_pattern_that_takes_back(self, tmp_path: Path) -> None:
        for path in ("vendor/ours/a.js", "vendor/b.js", "src/node_modules/c/index.js", "app.min.js"):
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text("")
        found = find(tmp_path, ["!vendor/ours/", "!*.min.js", "!node_modules/"])
        assert [file.path for file in found.files] == ["app.min.js", "vendor/ours/a.js"]

    def test_invalid_exclude(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match=r"'\*a\*b\*c\*d\*e' in `exclude`"):
            find(tmp_path, ["*a*b*c*d*e"])


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
class TestCheckout:
    def test_tracked_and_unignored(self, tmp_path: Path) -> None:
        git(tmp_path, "init")
        write(tmp_path, ".gitignore", text="ignored.js\ntracked.js\n")
        write(tmp_path, "tracked.js", "new.js", "ignored.js", "gone.js", "node_modules/x/index.js")
        git(tmp_path, "add", "-f", "tracked.js", "gone.js", ".gitignore")
        (tmp_path / "gone.js").unlink()
        found = find(tmp_path)
        assert found.paths == [".gitignore", "new.js", "tracked.js"]
        assert found.left_out == {}
        assert found.gaps == []

    def test_tracked_node_modules(self, tmp_path: Path) -> None:
        git(tmp_path, "init")
        write(tmp_path, "a.js", "node_modules/x/index.js", "node_modules/x/package.json")
        git(tmp_path, "add", "-f", ".")
        found = find(tmp_path)
        assert names(found) == ["a.js"]
        assert found.left_out == {"node_modules": 1}
        assert found.manifests == []

    def test_submodules_and_nested_checkouts(self, tmp_path: Path) -> None:
        write(tmp_path, "other/b.js", "root/a.js", "root/inner/c.js")
        for folder in ("other", "root", "root/inner"):
            git(tmp_path / folder, "init")
        git(tmp_path / "other", "add", ".")
        git(tmp_path / "other", "commit", "-m", "x")
        git(tmp_path / "root", "-c", "protocol.file.allow=always", "submodule", "add", "../other", "sub")
        found = find(tmp_path / "root")
        assert names(found) == ["a.js"]
        assert found.left_out_files == [
            LeftOut("inner", "submodule or other checkout"),
            LeftOut("sub", "submodule or other checkout"),
        ]

    def test_folder_replaced_by_a_link(self, tmp_path: Path) -> None:
        root = tmp_path / "root"
        write(tmp_path, "outside/secret.js")
        write(root, "x/secret.js", "a.js")
        git(root, "init")
        git(root, "add", ".")
        shutil.rmtree(root / "x")
        (root / "x").symlink_to("../outside")
        assert names(find(root)) == ["a.js"]

    def test_folder_of_a_checkout_as_root(self, tmp_path: Path) -> None:
        write(tmp_path, "a.js", "packages/b/c.js", "packages/b/d.js")
        git(tmp_path, "init")
        git(tmp_path, "add", "packages/b/c.js")
        assert names(find(tmp_path / "packages" / "b")) == ["c.js", "d.js"]

    def test_folder_that_the_checkout_does_not_know_is_walked(self, tmp_path: Path) -> None:
        write(tmp_path, ".gitignore", text="export/\n")
        write(tmp_path, "a.js", "export/b.js")
        git(tmp_path, "init")
        git(tmp_path, "add", ".")
        assert names(find(tmp_path / "export")) == ["b.js"]

    def test_strange_names(self, tmp_path: Path) -> None:
        git(tmp_path, "init")
        write(tmp_path, "a\nb.js", '"q".js', "ü.js")
        (tmp_path / os.fsdecode(b"\xff.js")).write_text("")
        found = find(tmp_path)
        assert names(found) == ['"q".js', "a\nb.js", "ü.js"]
        assert [gap.path for gap in found.gaps] == ["\\xff.js"]

    def test_merge_conflict_lists_a_file_once(self, tmp_path: Path) -> None:
        git(tmp_path, "init")
        write(tmp_path, "a.js", text="0\n")
        git(tmp_path, "add", ".")
        git(tmp_path, "commit", "-m", "0")
        git(tmp_path, "checkout", "-b", "other")
        write(tmp_path, "a.js", text="1\n")
        git(tmp_path, "commit", "-am", "1")
        git(tmp_path, "checkout", "main")
        write(tmp_path, "a.js", text="2\n")
        git(tmp_path, "commit", "-am", "2")
        with pytest.raises(subprocess.CalledProcessError):
            git(tmp_path, "merge", "other")
        assert names(find(tmp_path)) == ["a.js"]

    def test_environment_of_a_hook_is_ignored(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        git(tmp_path, "init")
        write(tmp_path, "a.js")
        git(tmp_path, "add", ".")
        monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "nowhere"))
        monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
        assert names(find(tmp_path)) == ["a.js"]

    def test_configuration_of_the_repository_runs_nothing(self, tmp_path: Path) -> None:
        root, marker, program = tmp_path / "root", tmp_path / "ran", tmp_path / "program"
        program.write_text(f"#!/bin/sh\necho ran >> '{marker}'\n")
        program.chmod(0o755)
        write(root, "a.js", "b.js")
        write(root, ".gitattributes", text="*.js filter=x diff=x\n")
        git(root, "init")
        git(root, "add", "a.js")
        settings = {
            "core.fsmonitor": str(program),
            "core.hooksPath": str(tmp_path),
            "core.sshCommand": str(program),
            "core.pager": str(program),
            "core.worktree": "/etc",
            "alias.ls-files": f"!{program}",
            "filter.x.clean": str(program),
            "filter.x.process": str(program),
            "diff.x.textconv": str(program),
            "credential.helper": f"!{program}",
            "extensions.partialClone": "origin",
            "remote.origin.promisor": "true",
            "remote.origin.url": f"ext::{program}",
            "protocol.ext.allow": "always",
        }
        for key, value in settings.items():
            git(root, "config", key, value)
        for hook in ("post-index-change", "fsmonitor-watchman"):
            shutil.copy(program, root / ".git" / "hooks" / hook)
            shutil.copy(program, tmp_path / hook)
        found = find(root)
        assert not marker.exists()
        assert names(found) == ["a.js", "b.js"]

    def test_the_planted_program_would_run(self, tmp_path: Path) -> None:
        """Shows that the test above can fail: a plain call of git runs it."""
        root, marker, program = tmp_path / "root", tmp_path / "ran", tmp_path / "program"
        program.write_text(f"#!/bin/sh\necho ran >> '{marker}'\n")
        program.chmod(0o755)
        write(root, "a.js")
        git(root, "init")
        git(root, "add", "a.js")
        git(root, "config", "core.fsmonitor", str(program))
        git(root, "ls-files", "--others")
        assert marker.exists()

    def test_broken_checkout_is_walked_with_a_gap(self, tmp_path: Path) -> None:
        write(tmp_path, "a.js", ".git/HEAD")
        found = find(tmp_path)
        assert names(found) == ["a.js"]
        assert [(gap.path, gap.kind) for gap in found.gaps] == [(".git", GapKind.UNREADABLE)]
        assert found.gaps[0].message.endswith("; the folder was walked instead")

    def test_without_git(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        git(tmp_path, "init")
        write(tmp_path, ".gitignore", text="b.js\n")
        write(tmp_path, "a.js", "b.js")
        monkeypatch.setenv("PATH", str(tmp_path))
        found = find(tmp_path)
        assert names(found) == ["a.js"]
        assert found.gaps == [
            Gap(".git", 0, GapKind.UNREADABLE, "git is not installed; the folder was walked instead"),
        ]

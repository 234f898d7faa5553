"""What a wheel holds, and that the command finds its rules in it."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent


def test_a_wheel_holds_one_package_with_the_rules(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=REPOSITORY, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        archive.extractall(tmp_path / "site")
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"reviewer", "nodereview"}
    shipped = {name.removeprefix("reviewer/_rules/") for name in names if name.startswith("reviewer/_rules/")}
    rules = REPOSITORY / "rules"
    assert shipped == {
        file.relative_to(rules).as_posix()
        for file in rules.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}
    command = [sys.executable, "-m", "reviewer", "rules"]
    listed = subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True, text=True)
    assert "sql-injection" in listed.stdout

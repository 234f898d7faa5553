"""Real applications from npm, whose packages hold their source as it was written."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from pathlib import Path


def unpacked(package: str, folder: Path) -> Path:
    """The files of a package, in `folder`."""
    npm = shutil.which("npm")
    assert npm is not None
    subprocess.run([npm, "pack", "--silent", package], cwd=folder, check=True, timeout=300)
    (archive,) = folder.glob("*.tgz")
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    return folder / "package"

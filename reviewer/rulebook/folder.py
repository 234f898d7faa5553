"""Where rules are: the folder that nodereview ships, in a wheel, an editable install and a bare checkout alike."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import reviewer
from reviewer.diagnosis import wrong
from reviewer.finding import UsageError

MAX_BYTES: Final = 1_000_000


def rules_folder() -> Path:
    """The shipped rules: `_rules` inside the installed package, else `rules` beside it; UsageError if neither is."""
    package = Path(reviewer.__file__).resolve().parent
    for folder in (package / "_rules", package.parent / "rules"):
        if folder.is_dir():
            return folder
    raise UsageError(f"{package}: the rules are missing; install nodereview again")


def read_text(file: Path) -> str:
    """A file of a rules folder as text with LF line ends and no byte order mark; UsageError if it can't be read."""
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise wrong(file, 0, f"cannot be read: {error.strerror}") from error
    if len(data) > MAX_BYTES:
        raise wrong(file, 0, f"larger than {MAX_BYTES:,} bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise wrong(file, data.count(b"\n", 0, error.start) + 1, "not UTF-8") from error
    return text.replace("\r\n", "\n").replace("\r", "\n")

"""The Python interface: `reviewer.review(path)` gives what the command `nodereview` prints."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from reviewer.config.load import load_settings
from reviewer.config.weigh import weighed
from reviewer.finding import Review
from reviewer.quiet.notes import RULES as OWN_RULES
from reviewer.reviewing import review as run
from reviewer.settings import Options
from reviewer.source.root import resolve_root


def review(
    path: str | os.PathLike[str] = ".",
    *,
    root: str | os.PathLike[str] | None = None,
    profile: str | None = None,
    rules: Sequence[str] = (),
    ignore: Sequence[str] = (),
    baseline: str | os.PathLike[str] | None = None,
    changed_since: str = "",
    config: str | os.PathLike[str] | None = None,
    local: bool = True,
    jobs: int = 1,
    timeout: float | None = None,
) -> Review:
    """Review the repository around `path`, and report what lies at or below it: as `nodereview check` does.

    The arguments are the options of the same names; `local` False is `--no-local`. Settings of the repository hold,
    arguments beat them. With more than one of `jobs` the process forks. `Review.findings` is sorted by place, and
    `Review.gaps` says what was not looked at. Raises `reviewer.UsageError` for what is wrong with an argument, a file
    of settings or a card.
    """
    paths = (Path(path),)
    top = resolve_root(paths, None if root is None else Path(root))
    settings, rulebook = load_settings(top, None if config is None else Path(config), OWN_RULES, local=local)
    for name in (*rules, *ignore):
        if name not in OWN_RULES:
            rulebook.card(name)
    options = Options(
        paths=paths,
        root=top,
        rules=tuple(rules),
        ignore=tuple(ignore),
        jobs=jobs,
        timeout=timeout,
        local=local,
        baseline=None if baseline is None else Path(baseline),
        changed_since=changed_since,
    )
    return run(weighed(options, settings, profile), rulebook=rulebook)

"""What settings say beside the command line, in one place for every command and the Python interface."""

from __future__ import annotations

import msgspec

from reviewer.config.form import DEFAULT_PROFILE
from reviewer.settings import Options, Settings


def weighed(options: Options, settings: Settings, profile: str | None = None) -> Options:
    """The options of a run with what the settings say; `profile` and what stands in `options` weigh more."""
    return msgspec.structs.replace(
        options,
        profile=profile or settings.profile or DEFAULT_PROFILE,
        exclude=settings.exclude,
        include=settings.include,
        settings=settings,
        baseline=options.baseline or settings.baseline,
    )

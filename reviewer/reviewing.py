"""A review from files to findings; the one place that knows the order of the rooms."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import msgspec

from reviewer.config.load import rulebook_of
from reviewer.finding import Review
from reviewer.located import keep_names, locate, root_of, timed
from reviewer.quiet.levels import selected
from reviewer.quiet.narrow import Narrowing
from reviewer.replay import Replay
from reviewer.rulebook.load import Rulebook
from reviewer.settings import Options

Progress = Callable[[str, int, int], None]


def review(options: Options, progress: Progress = lambda *_: None, rulebook: Rulebook | None = None) -> Review:
    """Review a repository. Raises `UsageError` for rules and paths that are wrong. `rulebook` are the rules that the
    settings in `options` were read with, where they have been loaded already.
    """
    with _without_cycle_collector():
        rulebook = rulebook or rulebook_of(options.settings.cards, root_of(options), options.cache)
        cards = selected(rulebook, options)
        narrowing = Narrowing(root_of(options), options.baseline, options.changed_since)
        located = locate(options)
        replay = None
        if options.cache is not None:
            with timed(located.phases, "replay"):
                replay = Replay(options.cache, options, located, cards, narrowing)
                before = replay.review()
            if before is not None:
                keep_names(options.cache, located.tree)
                return msgspec.structs.replace(before, phases=located.phases, instead=dict(options.instead))
        from reviewer.judging import judged
        from reviewer.program import open_program

        program = open_program(options, progress, rulebook, located=located)
        made, is_whole = judged(program, cards, options, narrowing, progress)
        if options.cache is not None and replay is not None:
            with timed(program.phases, "keep"):
                keep_names(options.cache, located.tree)
                if is_whole:
                    replay.keep(made)
        return made


@contextmanager
def _without_cycle_collector() -> Iterator[None]:
    """The model lives until the end of the run: the collector would only walk it again and again."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()

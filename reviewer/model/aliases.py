"""Aliases: paths for which imports have other names, as manifests, settings of bundlers and module paths say."""

from __future__ import annotations

from collections.abc import Iterator

from reviewer.source.manifests import Manifests
from reviewer.source.paths import folder_of, is_below, join, upwards


class Aliases:
    """Answers with paths relative to the root, whether something stands there or not."""

    def __init__(self, manifests: Manifests) -> None:
        self._manifests = manifests

    def targets(self, text: str, importer: str) -> Iterator[str]:
        """What manifests say that a specifier means: `paths` of a TypeScript project, aliases of the own package."""
        for project in self._manifests.ts_configs.projects_of(folder_of(importer)):
            for alias in project.aliases:
                star = alias.match(text)
                if star is not None:
                    yield from (
                        target for place in alias.targets if (target := join("", place.replace("*", star))) is not None
                    )
        own = self._manifests.package_of(importer)
        home = self._home(importer)
        for name, place in own.aliases.items() if own is not None else ():
            if text == name or text.startswith(f"{name}/"):
                yield from _known(join(home, f"{place}/{text[len(name) :]}"))

    def guesses(self, rest: str, importer: str) -> Iterator[str]:
        """Where the settings of bundlers, which are code, let `@/x` lead: to `src`, or to the package's folder."""
        for folder in ("src", "app", ""):
            yield from _known(join(self._home(importer), f"{folder}/{rest}"))

    def on_module_path(self, text: str, importer: str) -> Iterator[str]:
        """Where a package that nobody declares may lie as a file: in the folders that scripts name, or, for a path, in
        those above the importer, of which the code may make one (`NODE_PATH`).
        """
        own, home = self._manifests.package_of(importer), self._home(importer)
        for folder in own.module_paths if own is not None else ():
            yield from _known(join(home, f"{folder}/{text}"))
        if "/" in text:
            above = [folder for folder in upwards(folder_of(importer)) if is_below(folder, home)]
            for folder in reversed(above):
                yield from _known(join(folder, text))

    def _home(self, importer: str) -> str:
        own = self._manifests.package_of(importer)
        return own.dir if own is not None else ""


def _known(path: str | None) -> Iterator[str]:
    if path is not None:
        yield path

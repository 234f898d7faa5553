"""File classes: what a file is for, told from its path below the root and its name alone."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from typing import Final


class FileClass(StrEnum):
    """What a JavaScript or TypeScript file is for."""

    SOURCE = "source"
    TEST = "test"
    EXAMPLE = "example"
    MIGRATION = "migration"
    SEED = "seed"
    SCRIPT = "script"
    CONFIG = "config"
    BENCHMARK = "benchmark"
    DECLARATION = "declaration"


CODE_SUFFIXES: Final = (".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx")

_TEST_FOLDER = re.compile(
    r"(?:__)?(?:tests?|testing|specs?|mocks?|fixtures?|snapshots?|e2e|cypress|playwright)(?:__)?"
    r"|(?:unit|integration|functional|acceptance|system|smoke|e2e|api|http|load|backend|frontend)[-_]?(?:tests?|specs?)"
    r"|tests?[-_](?:utils?|helpers?|support|fixtures?|setup|data|lib|server|app)",
)
_EXAMPLE_FOLDER = re.compile(r"examples?|docs?|demos?|samples?|website|\.?storybook|stories|tutorials?|playground")
_MIGRATION_FOLDER = re.compile(r"(?:.*[-_.])?migrations?(?:[-_]scripts?)?")
_UPGRADES_FOLDER = re.compile(r"upgrades?|updates?")
_VERSION_FOLDER = re.compile(r"v?\d+(?:[._]\d+)+")
_SEED_FOLDER = re.compile(r"(?:.*[-_.])?(?:seeds?|seeders?|seeding)")
_SCRIPT_FOLDER = re.compile(r"scripts?|tools?|tooling|tasks?|\.github|\.husky|\.circleci|\.ci|ci")
_BENCHMARK_FOLDER = re.compile(r"(?:__)?(?:bench|benchs|benchmarks?|benchmarking|perf)(?:__)?")

_TEST_NAME = re.compile(
    r".+[._-](?:tests?|specs?|e2e|cy|mocks?|fixtures?)\.[cm]?[jt]sx?"
    r"|.+\.e2e[-_](?:spec|test)\.[cm]?[jt]sx?"
    r"|.+\.(?:spec|test)[-.].+\.[cm]?[jt]sx?",
)
_EXAMPLE_NAME = re.compile(r".+\.(?:stories|story)\.[cm]?[jt]sx?")
_BENCHMARK_NAME = re.compile(r".+[._-](?:bench|benchmark|perf)\.[cm]?[jt]sx?|bench(?:mark)?\.[cm]?[jt]s")
_SEED_NAME = re.compile(r"(?:.+[._-])?(?:seeds?|seeder)\.[cm]?[jt]s")
_MIGRATION_NAME = re.compile(r".+\.migration\.[cm]?[jt]s|[mM]igration\d{8,}.*\.[cm]?[jt]s")

# Files that a tool of the build reads, wherever they stand.
_TOOL_CONFIG = re.compile(
    r"\..+"
    r"|(?:gruntfile|gulpfile|jakefile|knexfile|brunch-config|ember-cli-build)(?:\.babel|\.esm)?\.[cm]?[jt]s"
    r"|(?:babel|webpack|rollup|vite|vitest|esbuild|tsup|rspack|rsbuild|snowpack|parcel|postcss|tailwind|jest|karma|mocha|ava"
    r"|cypress|playwright|wdio|protractor|nightwatch|codecept|eslint|stylelint|prettier|commitlint|lint-staged|release|next"
    r"|nuxt|vue|svelte|astro|remix|gatsby|metro|react-native|ecosystem|pm2|drizzle|prisma|codegen|orval|i18next|sentry"
    r"|nodemon|nyc|craco|capacitor|docusaurus|vitepress|typedoc|jsdoc|renovate|semantic-release|turbo|nx|lerna|rush)"
    r"[.-](?:.+[.-])?(?:config|conf|setup|preset|workspace)(?:\..+)?\.[cm]?[jt]sx?"
    r"|(?:webpack|karma|rollup)\.[\w.-]+\.[cm]?js"
    r"|(?:jest|vitest)[-.](?:setup|preset|environment|global.*).*\.[cm]?[jt]s",
)
_ANY_CONFIG = re.compile(r".+\.(?:config|conf)\.[cm]?[jt]s")
_DECLARATION = re.compile(r".*\.d\.(?:[^./]+\.)?[cm]?ts")

# A name without any of these matches none of the patterns above.
_TELLING_NAME = re.compile(
    r"^\.|\.d\.|test|spec|e2e|[._-]cy\.|mock|fixture|stor(?:y|ies)|bench|perf|migration|seed|conf|setup|preset|workspace"
    r"|file\.|build\.|webpack|karma|rollup|jest",
)

# Below these folders `tools`, `docs`, `benchmarks`, `x.config.ts` are parts of the application itself; `scripts` below
# the first.
_SOURCE_FOLDERS = frozenset({"src", "source", "lib", "app", "routes"})
_CODE_FOLDERS = _SOURCE_FOLDERS | {"server", "api", "backend", "modules", "services"}
_OWN_CONFIG_FOLDERS = _SOURCE_FOLDERS | {"server", "api", "backend", "config", "configs"}


def is_code(path: str) -> bool:
    """Whether the name ends like JavaScript or TypeScript."""
    return path.endswith(CODE_SUFFIXES)


def classify(path: str) -> FileClass:
    """The class of a file, from its `path` below the root (forward slashes). Folders above the root play no part."""
    folder, _, name = path.rpartition("/")
    low = name.lower()
    if not _TELLING_NAME.search(low):
        return class_of_folder(folder)
    if _DECLARATION.fullmatch(low):
        return FileClass.DECLARATION
    of_folder = class_of_folder(folder)
    if of_folder is FileClass.TEST or _TEST_NAME.fullmatch(low) or (not folder and _is_root_test(low)):
        return FileClass.TEST
    if of_folder is FileClass.BENCHMARK or _BENCHMARK_NAME.fullmatch(low):
        return FileClass.BENCHMARK
    if of_folder is FileClass.MIGRATION or _MIGRATION_NAME.fullmatch(low):
        return FileClass.MIGRATION
    if of_folder is FileClass.SEED or _SEED_NAME.fullmatch(low):
        return FileClass.SEED
    if _EXAMPLE_NAME.fullmatch(low):
        return FileClass.EXAMPLE
    if _TOOL_CONFIG.fullmatch(low) or (
        _ANY_CONFIG.fullmatch(low) and _OWN_CONFIG_FOLDERS.isdisjoint(folder.split("/"))
    ):
        return FileClass.CONFIG
    return of_folder


def _is_root_test(name: str) -> bool:
    return name.partition(".")[0] in {"test", "tests", "spec"}


@lru_cache(maxsize=16384)
def class_of_folder(folder: str) -> FileClass:
    """The class that the folders of a path give; the more telling class wins over the one further up."""
    found = FileClass.SOURCE
    above: set[str] = set()
    last = ""
    for segment in folder.lower().split("/"):
        if _TEST_FOLDER.fullmatch(segment):
            return FileClass.TEST
        if _BENCHMARK_FOLDER.fullmatch(segment) and above.isdisjoint(_CODE_FOLDERS):
            return FileClass.BENCHMARK
        is_upgrade = _UPGRADES_FOLDER.fullmatch(last) and _VERSION_FOLDER.fullmatch(segment)
        last = segment
        if is_upgrade or _MIGRATION_FOLDER.fullmatch(segment):
            found = FileClass.MIGRATION
        elif _SEED_FOLDER.fullmatch(segment):
            found = FileClass.SEED
        elif found is FileClass.SOURCE and above.isdisjoint(_SOURCE_FOLDERS if segment == "scripts" else _CODE_FOLDERS):
            if _EXAMPLE_FOLDER.fullmatch(segment):
                found = FileClass.EXAMPLE
            elif _SCRIPT_FOLDER.fullmatch(segment):
                found = FileClass.SCRIPT
            elif segment.startswith("."):
                found = FileClass.CONFIG
        above.add(segment)
    return found

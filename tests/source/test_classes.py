"""File classes from the path below the root."""

from __future__ import annotations

import pytest

from reviewer.source.classes import FileClass, classify, is_code


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("server.js", FileClass.SOURCE),
        ("src/routes/users.ts", FileClass.SOURCE),
        ("bin/www.js", FileClass.SOURCE),
        ("src/tools/search.ts", FileClass.SOURCE),
        ("src/docs/swagger.js", FileClass.SOURCE),
        ("src/config/database.config.ts", FileClass.SOURCE),
        ("config/app.config.js", FileClass.SOURCE),
        ("src/contest.js", FileClass.SOURCE),
        ("src/latest/inspect.js", FileClass.SOURCE),
        ("routes/test.js", FileClass.SOURCE),
        ("spec/ParseUser.spec.js", FileClass.TEST),
        ("test.js", FileClass.TEST),
        ("src/users/users.service.spec.ts", FileClass.TEST),
        ("src/users/users.test.js", FileClass.TEST),
        ("src/__tests__/a.js", FileClass.TEST),
        ("src/__mocks__/fs.js", FileClass.TEST),
        ("test/fixtures/app/server.js", FileClass.TEST),
        ("packages/a/integration-tests/setup.js", FileClass.TEST),
        ("cypress/support/commands.js", FileClass.TEST),
        ("e2e/login.ts", FileClass.TEST),
        ("app.e2e-spec.ts", FileClass.TEST),
        ("examples/basic/server.js", FileClass.EXAMPLE),
        ("docs/snippets/a.js", FileClass.EXAMPLE),
        ("src/Button.stories.tsx", FileClass.EXAMPLE),
        ("migrations/20200101_init.js", FileClass.MIGRATION),
        ("db/knex_migrations/2023-a.js", FileClass.MIGRATION),
        ("src/migrations/1650000000000-Init.ts", FileClass.MIGRATION),
        ("src/upgrades/1.10.2/event_filters.js", FileClass.MIGRATION),
        ("src/upgrades/index.js", FileClass.SOURCE),
        ("src/api/v1.0/upgrades.js", FileClass.SOURCE),
        ("prisma/seed.ts", FileClass.SEED),
        ("src/database/seeders/users.js", FileClass.SEED),
        ("scripts/release.js", FileClass.SCRIPT),
        ("tools/generate.mjs", FileClass.SCRIPT),
        (".github/scripts/label.js", FileClass.SCRIPT),
        ("packages/api/scripts/dev.js", FileClass.SCRIPT),
        ("webpack.config.js", FileClass.CONFIG),
        ("packages/web/vite.config.ts", FileClass.CONFIG),
        ("webpack.prod.js", FileClass.CONFIG),
        (".eslintrc.js", FileClass.CONFIG),
        (".storybook.d/main.js", FileClass.CONFIG),
        ("Gruntfile.js", FileClass.CONFIG),
        ("knexfile.js", FileClass.CONFIG),
        ("ecosystem.config.cjs", FileClass.CONFIG),
        ("jest.setup.js", FileClass.CONFIG),
        ("benchmarks/router.js", FileClass.BENCHMARK),
        ("packages/core/benchmarks/router.js", FileClass.BENCHMARK),
        ("apps/api/src/app/benchmarks/benchmarks.controller.ts", FileClass.SOURCE),
        ("src/router.bench.ts", FileClass.BENCHMARK),
        ("src/types.d.ts", FileClass.DECLARATION),
        ("index.d.mts", FileClass.DECLARATION),
        ("test/globals.d.ts", FileClass.DECLARATION),
    ],
)
def test_class(path: str, expected: FileClass) -> None:
    assert classify(path) is expected


@pytest.mark.parametrize("name", ["a.js", "a.mjs", "a.cjs", "a.jsx", "a.ts", "a.mts", "a.cts", "a.tsx"])
def test_code(name: str) -> None:
    assert is_code(name)


@pytest.mark.parametrize("name", ["a.json", "a.vue", "js", "a.js.map", "a.JS", "a.py"])
def test_no_code(name: str) -> None:
    assert not is_code(name)

"""Modules that a library loads because of their folders: what lies in its objects, and what texts name there."""

from __future__ import annotations

from reviewer.model import Model
from reviewer.model.module_trees import compared
from reviewer.program import program_of
from reviewer.rulebook.folder import rules_folder
from reviewer.rulebook.load import load_rulebook

_HOME = b"module.exports = class Home extends require('egg').Controller { async index() {} }"
_ROUTER = b"module.exports = (app) => { app.router.get('/', app.controller.home.index); app.get('/b', 'home.index') }"


def model_of(files: dict[str, bytes]) -> Model:
    return program_of(files, load_rulebook([rules_folder()])).model


def handlers(model: Model) -> list[tuple[str, str]]:
    return [
        (route.paths[0], model.link.paths[function.module])
        for route in model.routes.all()
        for handler in route.handlers
        for function in handler.functions
    ]


def test_names_are_compared_without_case_and_separators() -> None:
    assert compared("UserPosts") == compared("user_posts") == compared("user-posts") == "userposts"


def test_members_and_texts_lead_to_modules_of_a_folder() -> None:
    files = {
        "package.json": b'{"dependencies": {"egg": "3.31.0"}}',
        "app/controller/home.js": _HOME,
        "app/router.js": _ROUTER,
    }
    assert handlers(model_of(files)) == [("/", "app/controller/home.js"), ("/b", "app/controller/home.js")]


def test_each_application_of_a_repository_has_its_own_folders() -> None:
    files = {
        f"{home}/{path}": text
        for home in ("one", "two")
        for path, text in (
            ("package.json", b'{"dependencies": {"egg": "3.31.0"}}'),
            ("app/controller/home.js", _HOME),
            ("app/router.js", _ROUTER.replace(b"; app.get('/b', 'home.index')", b"")),
        )
    }
    assert handlers(model_of(files)) == [("/", "one/app/controller/home.js"), ("/", "two/app/controller/home.js")]


def test_folders_of_a_package_without_the_library_are_none() -> None:
    files = {"package.json": b"{}", "app/controller/home.js": _HOME, "app/router.js": _ROUTER}
    assert handlers(model_of(files)) == []


def test_a_table_of_routes_names_actions() -> None:
    files = {
        "package.json": b'{"dependencies": {"sails": "1.5.0"}}',
        "config/routes.js": b"module.exports.routes = { 'GET /a': 'UserController.show', 'GET /b': { view: 'b' } }",
        "api/controllers/UserController.js": b"module.exports = { show: async (req, res) => res.ok() }",
    }
    assert handlers(model_of(files)) == [("/a", "api/controllers/UserController.js")]

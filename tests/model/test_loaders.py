"""What is loaded by names of which other files tell a part."""

from __future__ import annotations

import pytest

from reviewer.model.domain import Closure
from reviewer.model.link import ToFolder, ToModule, ToPackage
from reviewer.program import Program, program_of
from reviewer.rulebook.folder import rules_folder
from reviewer.rulebook.load import load_rulebook

MODELS = {"models/user.js": "exports.find = () => 1", "models/order.js": "exports.find = () => 2"}
MANIFEST = {"package.json": '{ "name": "shop", "main": "server.js", "scripts": { "start": "node server.js" } }'}
USE = "const user = load('models/user'); user.find()"


def loaded(files: dict[str, str]) -> Program:
    texts = {path: text.encode() for path, text in (MANIFEST | MODELS | files).items()}
    return program_of(texts, load_rulebook([rules_folder()]))


def leads(program: Program, path: str) -> dict[str, list[str]]:
    """Where the calls of a file that load something lead, by their text."""
    model = program.model
    m = model.link.index_of[path]
    found = {}
    for row, target in model.link.import_calls[m].items():
        match target:
            case ToModule(at):
                names = [model.link.paths[at]]
            case ToFolder(modules):
                names = [model.link.paths[at] for at in modules]
            case ToPackage(name):
                names = [name]
            case _:
                names = []
        body = model.link.body(m)
        text = " ".join(body.text(at) for at in body.args(row) if body.text(at))
        found[f"{body.line(row)} {text}".strip()] = names
    return found


@pytest.mark.parametrize(
    "helper",
    [
        "global.load = (name) => require(require('path').resolve(__dirname, '../' + name))",
        "const { join } = require('path')\nglobal.load = function (id) { return require(join(__dirname, '..', id)) }",
        "globalThis.load = name => require(`${__dirname}/../${name}`)",
        "GLOBAL.load = (name) => { const found = require(__dirname + '/../' + name); return found }",
        "load = (name) => require(process.cwd() + '/' + name)",
        "function load(name) { return require.main.require('./' + name) }\nglobal.load = load",
        "const load = global.load = name => require(require('path').join(require.main.path, name))",
        "global.load = (name = 'models/user') => { name = name.trim(); return require('../' + name) }",
        "global.base = __dirname + '/../'\nglobal.load = name => require(base + name)",
        (
            "import { createRequire } from 'module'\nconst require = createRequire(import.meta.url)\n"
            "globalThis.load = name => require(import.meta.dirname + '/../' + name)"
        ),
    ],
)
def test_function_that_the_whole_program_has(helper: str) -> None:
    program = loaded({"lib/load.js": helper, "server.js": f"require('./lib/load')\n{USE}", "routes/a.js": USE})
    assert leads(program, "server.js")["2 models/user"] == ["models/user.js"]
    assert leads(program, "routes/a.js") == {"1 models/user": ["models/user.js"]}
    (server,) = [each for each in program.model.programs.all() if each.name == "server.js"]
    inside = {program.model.link.paths[m] for m in program.model.programs.files(server)}
    assert inside == {"lib/load.js", "models/user.js", "server.js"}  # of the models, what is named
    assert program.gaps == []


@pytest.mark.parametrize(
    ("helper", "use"),
    [
        ("module.exports = (name) => require('./' + name)", "const load = require('./load')\nload('models/user')"),
        ("module.exports = (name) => require('./' + name)", "const x = 1\nrequire('./load')('models/user')"),
        ("exports.load = (name) => require('./' + name)", "const { load } = require('./load')\nload('models/user')"),
        ("exports.load = (name) => require('./' + name)", "const tools = require('./load')\ntools.load('models/user')"),
        (
            "module.exports = { load (name) { return require('./' + name) } }",
            "const tools = require('./load')\ntools.load('models/user')",
        ),
        (
            "const load = (name) => require('./' + name)\nmodule.exports = { load }",
            "const tools = require('./load')\ntools.load('models/user')",
        ),
        (
            "module.exports = (name) => require(__dirname + '/' + name)",
            "const load = require('./load')\nconst model = (name) => load('models/' + name); model('user')",
        ),
    ],
)
def test_function_that_a_module_exports(helper: str, use: str) -> None:
    program = loaded({"load.js": helper, "server.js": use})
    assert ["models/user.js"] in leads(program, "server.js").values()


@pytest.mark.parametrize(
    ("base", "use"),
    [
        ("global.__base = __dirname + '/'", "require(__base + 'models/user')"),
        ("global.appRoot = __dirname", "require(global.appRoot + '/models/user')"),
        ("global.appRoot = require('path').resolve(__dirname)", "require(`${appRoot}/models/user`)"),
        ("", "require(process.cwd() + '/models/user')"),
        ("", "require(require('path').resolve('models/user'))"),
        ("", "require(require('path').join(process.env.PWD, 'models', 'user'))"),
        ("", "require.main.require('./models/user')"),
        ("", "require(require('path').dirname(require.main.filename) + '/models/user')"),
        ("", "import(new URL('../models/user.js', import.meta.url).href)"),
    ],
)
def test_folder_that_others_know(base: str, use: str) -> None:
    program = loaded({"server.js": f"{base}\nrequire('./routes/a')", "routes/a.js": use})
    assert ["models/user.js"] in leads(program, "routes/a.js").values()
    assert program.gaps == []


def test_folder_of_which_not_all_is_known() -> None:
    program = loaded(
        {
            "load.js": "module.exports = (name) => require(process.cwd() + '/' + name)",
            "server.js": "const load = require('./load')\nfor (const name of names) load(`models/${name}`).find()",
        }
    )
    assert leads(program, "server.js")["2"] == ["models/order.js", "models/user.js"]


def test_two_folders_are_no_folder() -> None:
    program = loaded(
        {
            "server.js": "global.base = __dirname\nglobal.base = other\nrequire(base + '/models/user')",
        }
    )
    assert leads(program, "server.js") == {}
    assert [gap.line for gap in program.gaps] == [3]


@pytest.mark.parametrize("folder", ["__dirname + '/models'", "'./models'", "path.join(__dirname, 'models')"])
@pytest.mark.parametrize(
    "helper",
    [
        "for (const file of fs.readdirSync(folder)) { const one = require(path.join(folder, file)); each(one, file) }",
        "fs.readdirSync(folder).forEach((file) => { each(require(`${folder}/${file}`)) })",
        "fs.readdirSync(folder).filter(Boolean).map(file => require(path.resolve(folder, file))).forEach(each)",
    ],
)
def test_function_that_loads_a_folder(folder: str, helper: str) -> None:
    head = "const fs = require('fs'), path = require('path')\n"
    use = "const path = require('path'), load = require('./tools/load')\n"
    program = loaded(
        {
            "tools/load.js": f"{head}module.exports = (folder, each) => {{ {helper} }}",
            "server.js": f"{use}load({folder}, (found) => found.find())",
        }
    )
    assert ["models/order.js", "models/user.js"] in leads(program, "tools/load.js").values()
    link = program.model.link
    body = link.body(link.index_of["server.js"])
    (call,) = body.surface.calls["find"]
    found = program.model.ask(program.model.calls.callees(body.index, call))
    functions = {link.paths[item.module] for item in found.items if isinstance(item, Closure)}
    assert functions == {"models/order.js", "models/user.js"}


def test_folders_below_where_the_function_calls_itself() -> None:
    program = loaded(
        {
            "models/shop/cart.js": "",
            "load.js": """const fs = require('fs'), path = require('path')
function load(folder, each) {
  for (const name of fs.readdirSync(folder)) {
    const file = path.join(folder, name)
    if (fs.statSync(file).isDirectory()) load(file, each)
    else each(require(file))
  }
}
module.exports = load""",
            "server.js": "require('./load')(__dirname + '/models', console.log)",
        }
    )
    assert leads(program, "load.js")["6 file"] == ["models/order.js", "models/shop/cart.js", "models/user.js"]


def test_package_by_its_name() -> None:
    program = loaded(
        {
            "load.js": "module.exports = (name) => { try { return require(name) } catch (e) { return null } }",
            "server.js": "const load = require('./load')\nload('pg')\nload(process.argv[2])",
        }
    )
    assert leads(program, "server.js")["2 pg"] == ["pg"]
    assert [gap.path for gap in program.gaps] == ["load.js"]  # the other one is not known

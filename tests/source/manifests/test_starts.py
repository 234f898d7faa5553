"""What files say is run: each reader on well-formed, odd and hostile text."""

from __future__ import annotations

import pytest

from reviewer.source.manifests.package import read_package
from reviewer.source.manifests.starts.command import called_scripts, commands_in
from reviewer.source.manifests.starts.functions import PlatformFunction, listed_functions, template_functions
from reviewer.source.manifests.starts.image import image_commands
from reviewer.source.manifests.starts.options import exported_mode, mode_before
from reviewer.source.manifests.starts.page import page_scripts
from reviewer.source.manifests.starts.projects import Entry, nest_entries, target_entries
from reviewer.source.manifests.starts.read import is_start, read_starts
from reviewer.source.manifests.starts.script import loaded_modules
from reviewer.source.manifests.starts.services import compose_commands, process_commands, procfile_commands
from reviewer.source.manifests.starts.start import Start, Starting, starting_of_script


@pytest.mark.parametrize(
    ("line", "commands"),
    [
        ("A=1 node a.js && npm run b; c | d", [["A=1", "node", "a.js"], ["npm", "run", "b"], ["c"], ["d"]]),
        (
            "concurrently 'node a.js' \"tsx b.ts\"",
            [["concurrently", "node a.js", "tsx b.ts"], ["node", "a.js"], ["tsx", "b.ts"]],
        ),
        ("sh -c 'exec node a.js'", [["sh", "-c", "exec node a.js"], ["exec", "node", "a.js"]]),
        ("node 'a.js", [["node", "'a.js"]]),
        ("", [[]]),
    ],
)
def test_shell_lines(line: str, commands: list[list[str]]) -> None:
    assert list(commands_in(line)) == commands


@pytest.mark.parametrize(
    ("words", "scripts"),
    [
        ("npm run build --if-present", ["build"]),
        ("yarn start", ["start"]),
        ("cross-env A=1 pnpm run -s dev", ["dev"]),
        ("concurrently npm:web npm:jobs", ["web", "jobs"]),
        ("npm start --prefix client", []),
        ("node a.js", []),
    ],
)
def test_called_scripts(words: str, scripts: list[str]) -> None:
    assert called_scripts(words.split()) == scripts


@pytest.mark.parametrize(
    ("name", "starting"),
    [
        ("start", Starting.SERVER),
        ("start:dev", Starting.SERVER),
        ("worker", Starting.SERVER),
        ("build:server", Starting.TOOL),
        ("postinstall", Starting.TOOL),
        ("db:migrate", Starting.TOOL),
        ("db:migrate:run", Starting.TOOL),
        ("run:jobs", Starting.SERVER),
        ("test:server", Starting.TESTS),
        ("pretest", Starting.TESTS),
        ("reset-password", Starting.COMMAND),
    ],
)
def test_scripts_by_their_names(name: str, starting: Starting) -> None:
    assert starting_of_script(name) is starting


def test_images() -> None:
    text = (
        'FROM a\nRUN x\nCMD node a.js\nFROM b\nENTRYPOINT ["sh", "-c", "x y"]\ncmd ["node",\\\n  "b.js"]\nCMD [broken\n'
    )
    assert list(image_commands(text)) == ["node a.js", "sh -c 'x y'"]
    assert list(image_commands('FROM a\nENTRYPOINT ["tini"]\nCMD ["node", "a.js"]')) == ["tini node a.js", "node a.js"]


def test_process_files() -> None:
    assert list(procfile_commands("# no\nweb: node a.js\nempty:\njob-1: b\n")) == [("web", "node a.js"), ("job-1", "b")]
    compose = (
        "services:\n  a:\n    image: x\n    command: node a.js\n  b:\n    command: [node, b.js]\nx:\n  command: c\n"
    )
    assert list(compose_commands(compose)) == [("a", "node a.js"), ("b", "node b.js")]
    assert list(process_commands(b'{"apps": [{"name": "a", "script": "a.js", "args": "-x"}, 3, {}]}')) == [
        ("a", "a.js -x")
    ]
    assert list(process_commands(b"{")) == []


def test_what_is_said_of_rejections() -> None:
    warned = "export NODE_OPTIONS=--unhandled-rejections=warn; "
    image = 'FROM a\nENV A=1 NODE_OPTIONS="--unhandled-rejections=warn"\nCMD node a.js\nFROM b\nCMD node b.js\n'
    assert list(image_commands(image)) == [f"{warned}node a.js", "node b.js"]
    assert list(image_commands("ENV NODE_OPTIONS --unhandled-rejections=warn\nCMD node a.js")) == [f"{warned}node a.js"]
    compose = (
        "services:\n  a:\n    environment:\n      - NODE_OPTIONS=--unhandled-rejections=warn\n    command: node a.js\n"
        "  b:\n    environment:\n      NODE_OPTIONS: --unhandled-rejections=warn\n    command: node b.js\n"
        "  c:\n    environment:\n      OTHERS: --unhandled-rejections=warn\n    command: node c.js\n"
    )
    assert list(compose_commands(compose)) == [
        ("a", f"{warned}node a.js"),
        ("b", f"{warned}node b.js"),
        ("c", "node c.js"),
    ]
    processes = b'{"apps": [{"script": "a.js", "node_args": ["--unhandled-rejections=none"]}]}'
    assert list(process_commands(processes)) == [("", "node --unhandled-rejections=none a.js")]


@pytest.mark.parametrize(
    ("line", "mode"),
    [
        ("node --unhandled-rejections=warn a.js", "warn"),
        ("node --unhandled-rejections warn-with-error-code a.js", "warn-with-error-code"),
        ("NODE_OPTIONS='--no-warnings --unhandled-rejections=none' node --unhandled-rejections=strict a.js", "strict"),
        ("node a.js --unhandled-rejections=warn", ""),
        ("pm2 start a.js --node-args='--unhandled-rejections=warn'", "warn"),
        ("node --unhandled-rejections=maybe a.js", ""),
    ],
)
def test_modes_of_rejections(line: str, mode: str) -> None:
    assert mode_before(commands_in(line)[0], "a.js") == mode
    assert exported_mode(commands_in(line)[0]) == ""
    assert exported_mode(["export", "NODE_OPTIONS=--unhandled-rejections=warn"]) == "warn"


def test_functions() -> None:
    text = "functions:\n  a:\n    handler: src/a.b.run\n    x: !Ref Y\n    events:\n"
    text += "      - http:\n          path: /a\n          method: get\n      - sqs: arn\n"
    text += "  b:\n    handler: ${file(x)}\n  c:\n    handler: run\n"
    assert list(listed_functions(text)) == [
        PlatformFunction("a", "src/a.b", "run", ("http", "sqs"), (("GET", "/a", ""),))
    ]


def test_routes_of_functions() -> None:
    text = "provider:\n  httpApi:\n    authorizers:\n      staff:\n        type: request\n        functionName: who\n"
    text += "functions:\n  a:\n    handler: a.run\n    events:\n      - http: GET users/{id}\n      - httpApi: '*'\n"
    text += "      - http: { path: users, method: post, authorizer: who }\n      - sns: topic\n"
    text += "      - websocket: $connect\n"
    text += "      - httpApi:\n          method: '*'\n          path: /all\n"
    text += "          authorizer:\n            name: staff\n"
    text += "      - schedule: rate(1 hour)\n      - sqs:\n          arn: arn:aws:sqs:1\n"
    routes = (("GET", "/users/{id}", ""), ("ALL", "*", ""), ("POST", "/users", "who"), ("ALL", "/all", "who"))
    [found] = listed_functions(text)
    assert (found.events, found.routes) == (("http", "httpApi", "sns", "websocket", "schedule", "sqs"), routes)


def test_functions_of_templates() -> None:
    text = """Globals:
  Function:
    CodeUri: ./api/
Resources:
  List:
    Type: AWS::Serverless::Function
    Properties:
      Handler: list.handler
      Events:
        Api:
          Type: HttpApi
          Properties:
            Path: /users
  Mail:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: jobs
      Handler: dist/mail.run
      Events:
        Queue:
          Type: SQS
    Metadata:
      BuildMethod: esbuild
      BuildProperties:
        EntryPoints:
          - mail.ts
  Table:
    Type: AWS::DynamoDB::Table
  Other:
    Type: AWS::Lambda::Function
    Properties:
      Handler: !Ref Handler
"""
    assert list(template_functions(text)) == [
        PlatformFunction("List", "./api/list", "handler", ("HttpApi",), (("ALL", "/users", ""),)),
        PlatformFunction("Mail", "jobs/mail", "run", ("SQS",)),
    ]


def test_projects() -> None:
    assert list(nest_entries(b'{"projects": {"a": {"root": "libs/a", "type": "library"}, "b": 1}}')) == [
        Entry("", "src/main", is_library=False),
        Entry("a", "libs/a/src/main", is_library=True),
    ]
    angular = b'{"projects": {"w": {"architect": {"build": {"options": {"browser": "src/main.ts"}}, "x": []}}}}'
    assert list(target_entries(angular)) == [Entry("w", "src/main.ts", is_library=False)]
    assert list(target_entries(b"[]")) == []


def test_pages() -> None:
    text = "<script src='/a.js?v=1'></script><SCRIPT defer\nSRC=b.js></SCRIPT><script>x</script><script src='//c/d.js'>"
    assert list(page_scripts(text)) == ["a.js", "b.js"]


def test_scripts_without_an_ending() -> None:
    text = b"#!/usr/bin/env node\nvar a = require('../app');\nimport b from \"./b.js\"\nimport './c'\nrequire('http')\n"
    assert loaded_modules(text) == ["../app", "./b.js", "./c"]
    assert loaded_modules(b"#!/bin/sh\nrequire('./a')") == []
    assert loaded_modules(b"#!/usr/bin/env node\nrequire('module')._load('./dist/server.js', module, true)") == [
        "./dist/server.js"
    ]


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("Dockerfile", True),
        ("docker/web.dockerfile", True),
        ("docker-compose.dev.yml", True),
        ("Procfile", True),
        ("a/serverless.ts", False),
        ("a/template.yaml", True),
        ("a/nest-cli.json", True),
        ("package.json", False),
        ("a/x.yml", False),
    ],
)
def test_names(path: str, *, told: bool) -> None:
    assert is_start(path) is told


def test_shell_scripts_that_an_image_runs_are_looked_into() -> None:
    files = {
        "Dockerfile": b'CMD ["/x/run.sh"]',
        "deploy/run.sh": b"#!/bin/sh\nexec node main.js\n",
        "b.sh": b"node b.js",
    }
    starts = read_starts(files, {}, files.__getitem__)
    assert starts == [
        Start(Starting.SERVER, "", "Dockerfile", command="/x/run.sh"),
        Start(Starting.SERVER, "deploy", "deploy/run.sh", command="#!/bin/sh;exec node main.js;"),
    ]


def test_hostile_text_ends_in_time() -> None:
    assert list(page_scripts("<script " * 100_000)) == []
    assert list(listed_functions(f"functions:\n  a:\n    handler: {'a-' * 100_000}!\n")) == []
    assert len(commands_in("(" * 100_000 + "'a b" * 100_000)) <= 200
    assert list(image_commands("CMD " + "\\ " * 100_000)) != []
    assert loaded_modules(b"#!/usr/bin/env node\n" + b"require(" * 10_000) == []
    package = read_package(
        "package.json", b'{"scripts": {%s}}' % b",".join(b'"s%d": "npm run s1"' % n for n in range(2000))
    )
    assert len(read_starts([], {"": package}, {}.__getitem__)) == 500

"""The model's answers do not depend on the order in which it is asked."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from reviewer.model import Model
from reviewer.model.census import census
from reviewer.program import open_program, program_of
from reviewer.rulebook.folder import rules_folder
from reviewer.rulebook.load import load_rulebook
from reviewer.settings import Options

# What has no end: functions that call themselves and each other on the parts of a value, texts that grow in loops.
ENDLESS = {
    "transform.js": """
        const each = (object, change) => {
          const result = {};
          Object.keys(object).forEach(key => { result[key] = change(object[key], key); });
          return result;
        };
        const inner = (value, key) => {
          if (value.left) return { left: inner(value.left, key), amount: value.amount, iso: value.iso };
          if (value.right) return [inner(value.right, key), value.className, value.objectId];
          return value.amount ? each(value.amount, inner) : outer({ ...value, buffer: value.value.buffer });
        };
        const outer = value => each(value.value || value.options || value.default || value.module, inner);
        exports.transform = value => outer(value || value.adapter || inner(value.class || value.arg));
        exports.load = function load(adapter, fallback, options) {
          if (!adapter) return fallback ? load(fallback, undefined, options) : options;
          if (adapter.module) return load(adapter.module, adapter.default || adapter, adapter.options);
          if (adapter.class) return load(adapter.class, undefined, adapter.options.class);
          return adapter.adapter ? load(adapter.adapter, adapter.default, adapter.options) : adapter(options);
        };
    """,
    "server.js": """
        const app = require('express')(), db = new (require('pg').Pool)(), { transform, load } = require('./transform');
        app.post('/', (req, res) => {
          let sql = 'select ', node = req.body, part = 'a';
          while (node) { node = node.left || node.right || node.next; sql = sql + part + transform(node).where; }
          for (const name in req.body) { part = name + part; sql += load(req.body[name], part, sql).text; }
          db.query(sql).then(rows => res.json(transform(rows)), transform);
        });
    """,
}
FIXTURES = Path(__file__).resolve().parent.parent.parent / "fixtures"


@pytest.mark.parametrize("name", ["express-shop", "express-clean"])
def test_shuffled_orders_give_the_same_answers(name: str) -> None:
    shuffle(open_program(Options(paths=(FIXTURES / name,), root=FIXTURES / name)).model)


def test_what_has_no_end_ends_the_same_in_every_order() -> None:
    program = program_of({path: text.encode() for path, text in ENDLESS.items()}, load_rulebook([rules_folder()]))
    shuffle(program.model)


def shuffle(first: Model) -> None:
    keys = list(census(first))
    answers = [first.ask(key) for key in keys]
    for seed in range(3):
        model = Model(first.link, first.libraries, first.manifests)
        again = list(census(model))
        order = list(range(len(again)))
        random.Random(seed).shuffle(order)
        shuffled = {at: model.ask(again[at]) for at in order}
        differing = [(keys[at][0].name, keys[at][1]) for at in order if shuffled[at] != answers[at]]
        assert differing == []

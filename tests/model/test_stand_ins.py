"""Stand-ins: what only says that something is not there does not speak for what is."""

from __future__ import annotations

import pytest

from reviewer.program import program_of
from reviewer.rulebook.folder import rules_folder
from reviewer.rulebook.load import load_rulebook
from reviewer.source.module import Kind

LICENCES = """
export interface Licences {
  register(key: string)
  check(key: string): Promise<boolean>
}
export class NoLicences implements Licences {
  async register(key: string): Promise<void> {
    throw new Error('Not implemented')
  }
  async check(key: string): Promise<boolean> {
    BODY
  }
}
"""
START = """
import { type Licences } from './licences'
export interface Services {
  licences: Licences
}
export class Start {
  private licences: Licences
  constructor(services: Services) {
    this.licences = services.licences
  }
  async run(key: string) {
    await this.licences.register(key)
  }
}
"""


@pytest.mark.parametrize(("body", "rejects"), [("throw new Error('Not implemented')", False), ("return key", True)])
def test_a_class_that_only_throws_says_nothing_of_what_is_there_instead(body: str, *, rejects: bool) -> None:
    files = {
        "licences.ts": LICENCES.replace("BODY", body).encode(),
        "start.ts": START.encode(),
    }
    model = program_of(files, load_rulebook([rules_folder()])).model
    m = model.link.index_of["start.ts"]
    module = model.link.body(m)
    call = next(row for row in range(len(module)) if module.kind[row] == Kind.CALL and module.text(row) == "register")
    found = model.ask(model.promises.rejects(m, call))
    assert bool(found.items) is rejects

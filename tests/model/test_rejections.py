"""Rejections: what a call hands over decides whether the promise that it gives may reject."""

from __future__ import annotations

import pytest

from reviewer.model import Model
from reviewer.model.solve import YES
from reviewer.program import program_of
from reviewer.rulebook.folder import rules_folder
from reviewer.rulebook.load import load_rulebook
from reviewer.source.module import Kind

_HEAD = """
type Done = (error?: Error | null, ...found: unknown[]) => void
type Options = { user?: string } | null
export function told(done: Done | null | undefined, error: Error | string | null | undefined, ...found: unknown[]) {
  if (error !== undefined && error !== null && !(error instanceof Error)) {
    error = new Error(error)
  }
  const isClosed = error ? error.message === 'closed' : false
  if (typeof done === 'function') {
    setImmediate(done, error, ...found)
  } else if (error && !isClosed) {
    return Promise.reject(error)
  } else {
    return Promise.resolve(found)
  }
}
export function named(done: Done | null | undefined, error: Error | string | null | undefined, ...found: unknown[]) {
  if (error instanceof Error) error.message = `store: ${error.message}`
  return told(done, error, ...found)
}
export function plain(options, done) {
  if (typeof options === 'function') {
    done = options
    options = {}
  }
  if (done) return done(null, options)
  return Promise.reject(new Error('no function'))
}
export function generic<T>(value: T | null) {
  if (typeof value === 'function') return value()
  return Promise.reject(new Error('no function'))
}
export function chosen(done) {
  return done ? done(null) : Promise.reject(new Error('no function'))
}
function later() {}
class Store {
  get(id: string, options?: Options | Done, done?: Done): void | Promise<string> {
    if (typeof options === 'function') {
      done = options
      options = null
    }
    if (!done) {
      return new Promise((resolve, reject) =>
        this.get(id, options, (error, found) => (error ? reject(error) : resolve(found))),
      )
    }
    allowed(id, options, (error) => {
      if (error) return named(done, error)
      return this.taken(id, done)
    })
  }
  async taken(id: string, done?: Done) {
    if (!id) return told(done, 'no id')
    try {
      return told(done, null, await fetch(id))
    } catch (error) {
      return named(done, error, id)
    }
  }
}
export function both(kind: string | Done | null, options: Options | Done, done?: Done): void | Promise<string> {
  if (typeof kind === 'function') {
    done = kind
    options = null
    kind = null
  }
  if (typeof options === 'function') {
    done = options
    options = null
  }
  if (!done) {
    return new Promise((resolve, reject) => both(kind, options, (error) => (error ? reject(error) : resolve(''))))
  }
  return ask({ kind, options, done })
}
function ask(settings: { kind: string | Done | null; options: Options | Done; done?: Done }) {
  const { kind, done } = settings
  if (!kind) return told(settings.done, 'no kind')
  return told(done, new Error('no such kind'))
}
declare function allowed(id: string, options: Options, done: Done): void
const store = new Store()
"""


def _model(body: str) -> Model:
    return program_of({"a.ts": (_HEAD + body).encode()}, load_rulebook([rules_folder()])).model


def _rejects(body: str) -> bool:
    """Whether the promise of the call that the function `subject` returns last may reject."""
    model = _model(body)
    return bool(model.ask(model.promises.rejects(0, _subject(model))).items)


def _subject(model: Model) -> int:
    """The call that the function `subject` returns last."""
    module = model.link.body(0)
    function = next(
        row for row, kind in enumerate(module.kind) if kind == Kind.FUNCTION and module.text(row) == "subject"
    )
    return module.first[max(model.link.owned(0, Kind.RETURN, function), key=module.start.__getitem__)]


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("told(null, null, id)", False),
        ("told(undefined, null)", False),
        ("told(null, 'no id')", True),
        ("told(null, error)", True),
        ("told((failure) => later(), 'no id')", False),
        ("told(later, error)", False),
        ("told(done, error)", False),
        ("told(maybe, error)", True),
        ("told(maybe, null, id)", False),
        ("named((failure) => later(), error)", False),
        ("named(null, error)", True),
        ("named(null, null)", False),
        ("store.get(id)", True),
        ("store.get(id, options)", True),
        ("store.get(id, (failure) => later())", False),
        ("store.get(id, null, (failure) => later())", False),
        ("store.get(id, options, (failure) => later())", False),
        ("store.get(id, options, done)", False),
        ("store.taken(id)", True),
        ("store.taken(id, (failure) => later())", False),
        ("both(id, options)", True),
        ("both(id, options, done)", False),
        ("both(id, done)", False),
        ("both(done, null)", False),
        ("both(id, options, maybe)", True),
        ("ask({ kind: id, options, done })", False),
        ("ask({ kind: id, options })", True),
        ("ask({ kind: id, options, done: maybe })", True),
        ("plain((failure) => later())", False),
        ("plain(options, (failure) => later())", False),
        ("plain(options)", True),
        ("plain({}, later.bind(null))", False),
        ("chosen(later)", False),
        ("chosen()", True),
        ("generic(store)", True),
        ("generic(error)", True),
        ("generic(later)", False),
    ],
)
def test_what_is_handed_over(call: str, *, expected: bool) -> None:
    head = "export function subject(id: string, error: Error, done: Done, options: Options, maybe?: Done) {"
    assert _rejects(f"{head} return {call} }}") is expected


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("if (!maybe) return later()", False),
        ("if (typeof maybe !== 'function') return later()", False),
        ("if (maybe) later()", True),
        ("if (!maybe) return later(); maybe = undefined", True),
        ("maybe = maybe || later", False),
        ("later(() => { maybe = undefined }); if (!maybe) return later()", True),
    ],
)
def test_what_was_tested_before(before: str, *, expected: bool) -> None:
    head = "export function subject(error: Error, maybe?: Done) {"
    assert _rejects(f"{head} {before}; return told(maybe, error) }}") is expected


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("store.get(id)", True),
        ("store.get(id, null)", True),
        ("store.get(id, done)", False),
        ("store.get(id, null, (failure) => later())", False),
        ("plain({}, maybe)", True),
        ("chosen(done)", False),
        ("told(null, null, id)", True),
        ("told(later, null, id)", False),
    ],
)
def test_what_gives_a_promise(call: str, *, expected: bool) -> None:
    model = _model(f"export function subject(id: string, done: Done, maybe?: Done) {{ return {call} }}")
    assert (YES in model.ask(model.promises.yields(0, _subject(model))).items) is expected

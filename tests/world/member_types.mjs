// Follows access paths over the declared types of a package, and says which of the members they name are declared.
//
// Reads one question as JSON from standard input and writes one answer for each of its places, in order:
// found: how many of the names in the place are declared, from the left; a global or module at its beginning is one.
// why: empty where all are; `absent` where a type is known and lacks the next one (`near`: the names that it has), else
// what kept the path from being followed.
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { typeSteps } from './type_steps.mjs'

const question = JSON.parse(readFileSync(0, 'utf8'))
const ts = createRequire(join(question.typescript, 'index.js'))('typescript')
const MOST_TYPES = 80 // of one place; each generic type counts at most twice
const MOST_ROUNDS = 8

const entry = join(question.folder, 'entry.cts')
const lines = Object.values(question.modules).map((name, at) => `import m${at} = require(${JSON.stringify(name)})`)
const beside = question.beside.map((name) => `import ${JSON.stringify(name)}`)
writeFileSync(entry, `${[...lines, ...beside].join('\n')}\nexport {}\n`)
const program = ts.createProgram([entry], {
  lib: ['lib.esnext.d.ts'],
  module: ts.ModuleKind.Node16,
  moduleResolution: ts.ModuleResolutionKind.Node16,
  noEmit: true,
  skipLibCheck: true,
  strict: true,
  target: ts.ScriptTarget.ESNext,
  types: question.node ? ['node'] : [],
  typeRoots: [join(question.folder, 'node_modules', '@types')],
})
const checker = program.getTypeChecker()
const source = program.getSourceFile(entry)
const { parts, typeOf, STEPS } = typeSteps(ts, checker, source)
const imports = source.statements.filter(ts.isImportEqualsDeclaration)
const imported = new Map(Object.keys(question.modules).map((name, at) => [name, aliased(imports[at].name)]))
const globals = new Map(checker.getSymbolsInScope(source, ts.SymbolFlags.Value).map((one) => [one.name, one]))

// What may stand at a place: `types` by identity, each with the value it is a member of. open: why not all is known.
class Standing {
  constructor(open = '') {
    this.types = new Map()
    this.variants = new Map()
    this.open = open
  }

  add(type, receiver, guard) {
    for (const one of parts(type)) {
      if (one.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) this.open ||= 'declared as any'
      else if (!(one.flags & ts.TypeFlags.Never) && !this.types.has(one.id)) {
        const variant = one.symbol && one.flags & ts.TypeFlags.Object ? ts.getSymbolId(one.symbol) : `type ${one.id}`
        const count = this.variants.get(variant) ?? 0
        if (count < 2 && this.types.size < MOST_TYPES) {
          this.types.set(one.id, { type: one, receiver, guard })
          this.variants.set(variant, count + 1)
        }
      }
    }
  }

  merge(other) {
    for (const one of other.types.values()) this.add(one.type, one.receiver, one.guard)
    this.open ||= other.open
  }
}

function aliased(node) {
  const symbol = checker.getSymbolAtLocation(node)
  const target = symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
  return target && target.escapedName !== 'unknown' ? target : undefined
}

// bases

const named = new Map(Object.keys(question.types).map((key) => [key, new Standing()]))
let memo = new Map()
let settled = false

function base(place) {
  if (place.base === 'type') return ofType(place.name)
  const symbol = place.base === 'global' ? globals.get(place.name) : imported.get(place.name)
  const found = new Standing(symbol ? '' : 'no types')
  if (!symbol) return found
  found.add(typeOf(symbol))
  const byDefault = place.base === 'package' && checker.getPropertyOfType(typeOf(symbol), 'default')
  if (byDefault) found.add(typeOf(byDefault))
  return found
}

function ofType(key) {
  const found = new Standing()
  for (const one of [key, ...(question.subtypes[key] ?? [])]) {
    if (named.has(one)) found.merge(named.get(one))
  }
  if (settled && !found.types.size) found.open ||= `nothing known of ${key}`
  return found
}

function settle() {
  for (const [key, name] of Object.entries(question.seeds)) {
    const symbol = checker.getSymbolsInScope(source, ts.SymbolFlags.Interface).find((one) => one.name === name)
    if (symbol) named.get(key).add(checker.getDeclaredTypeOfSymbol(symbol))
  }
  for (const [module, name, key] of question.annotated) {
    const { symbol } = annotated([module, name])
    if (symbol && symbol.flags & ts.SymbolFlags.Type) named.get(key)?.add(checker.getDeclaredTypeOfSymbol(symbol))
  }
  const size = () => [...named.values()].reduce((sum, one) => sum + one.types.size + (one.open ? 1 : 0), 0)
  for (let round = 0, before = -1; round < MOST_ROUNDS && before !== size(); round += 1) {
    before = size()
    memo = new Map()
    for (const [key, places] of Object.entries(question.types)) {
      // what was open in an earlier round may have been found since
      named.get(key).open = ''
      for (const place of places) named.get(key).merge(follow(place, place.steps.length).standing)
    }
  }
  memo = new Map()
  settled = true
}

// steps

// What stands after the first `length` steps, how many members on the way are declared, and what is wrong with the next.
function follow(place, length) {
  const key = JSON.stringify([place.base, place.name, place.steps.slice(0, length)])
  let known = memo.get(key)
  if (!known) {
    const first = length === 1 && place.base === 'package'
    known = length ? step(follow(place, length - 1), place.steps[length - 1], first) : start(place)
    memo.set(key, known)
  }
  return known
}

function start(place) {
  const standing = base(place)
  if (place.base === 'type') return { standing, found: 0, why: '', near: [] }
  const symbol = place.base === 'global' ? globals.get(place.name) : imported.get(place.name)
  if (symbol) return { standing, found: 1, why: '', near: [] }
  return place.base === 'global'
    ? { standing, found: 0, why: 'absent', near: [...globals.keys()] }
    : { standing, found: 0, why: 'no types', near: [] }
}

function step(before, [kind, name, low, high, values], ofModule) {
  if (before.why) return before
  const after = new Standing()
  const result = { standing: after, found: before.found, why: '', near: [] }
  if (kind === 'member') return member(before, name, result, ofModule)
  after.open = before.standing.open
  for (const one of before.standing.types.values()) {
    if (kind.startsWith('with-')) {
      after.add(one.type, one.receiver, { kind, low, high, values })
    } else {
      const given = (STEPS[kind] ?? (() => []))(one, low, high)
      for (const type of given) after.add(type)
    }
  }
  if (settled && !after.types.size) after.open ||= `the types have no ${kind} there`
  return result
}

function member(before, name, result, ofModule) {
  // what a module is, its default import is as well
  if (ofModule && name === 'default') return { ...before, found: before.found + 1 }
  const near = new Set()
  let indexed = false
  for (const { type } of before.standing.types.values()) {
    const apparent = checker.getApparentType(type)
    const property = checker.getPropertyOfType(apparent, name)
    if (property) {
      result.found = before.found + 1
      result.standing.add(typeOf(property), type)
      continue
    }
    const index = checker.getIndexTypeOfType(apparent, ts.IndexKind.String)
    if (index) {
      indexed = true
      result.standing.add(index, type)
    }
    for (const one of checker.getPropertiesOfType(apparent)) near.add(one.name)
    // `object` and `{}` say nothing of what is in them
    if (type.flags & ts.TypeFlags.NonPrimitive || empty(apparent)) indexed = true
  }
  if (result.found > before.found) return result
  result.near = [...near].filter((one) => !one.startsWith('__@'))
  if (indexed) result.why = 'declared with any members'
  // what one of several rows knows nothing of, the others may
  else if (before.standing.types.size) result.why = 'absent'
  else result.why = before.standing.open || 'the types have nothing there'
  return result
}

function empty(type) {
  return (
    !(type.flags & ts.TypeFlags.Primitive) &&
    !checker.getPropertiesOfType(type).length &&
    !type.getCallSignatures().length &&
    !type.getConstructSignatures().length
  )
}

// names of types

function annotation(names) {
  const { near, symbol } = annotated(names)
  return symbol ? { found: 1, why: '', near: [] } : { found: 0, why: near.length ? 'absent' : 'no types', near }
}

function annotated([module, name]) {
  let symbol = imported.get(module)
  if (!symbol) return { near: [] }
  for (const part of name.split('.')) {
    const all = checker.getExportsOfModule(symbol)
    // what a module is, its default import is as well
    const itself = part === 'default' && symbol.flags & ts.SymbolFlags.Type ? symbol : undefined
    const next = all.find((one) => one.name === part) ?? itself
    if (!next) return { near: [...all.map((one) => one.name), ''] }
    symbol = next.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(next) : next
  }
  return { near: [], symbol }
}

settle()
const places = question.places.map((place) => {
  const own = follow(place, place.steps.length)
  // what the rows of another file say of a supertype is there as well
  const above = own.why && place.base === 'type' ? (question.supertypes[place.name] ?? []) : []
  const inherited = above.map((name) => follow({ ...place, name }, place.steps.length)).find((one) => !one.why)
  const { found, why, near } = inherited ?? own
  return { found, why, near: why === 'absent' ? near.slice(0, 1500) : [] }
})
const named_as = Object.fromEntries(
  [...named].map(([key, { types }]) => [key, [...types.values()].flatMap(({ type }) => type.symbol?.name ?? [])])
)
process.stdout.write(JSON.stringify({ places, annotations: question.annotations.map(annotation), named_as }))

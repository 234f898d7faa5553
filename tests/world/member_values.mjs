// Follows access paths over the values that a package exports when it is loaded, as far as these are there without
// calling anything: members, and what instances of a class inherit or are given by its constructor. A type that is
// reached by a call is the class, or the object, of the same name in any module that was loaded.
//
// Reads one question as JSON from standard input and writes for each of its places `found`: how many of the members it
// names are there, from the left, a global or module at its beginning counted as one; and `lacks`: whether what stands
// before the next one is there, is no instance, and does not have it.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const question = JSON.parse(readFileSync(0, 'utf8'))
const load = createRequire(join(question.folder, 'entry.js'))
const MOST_VALUES = 50
const MOST_ROUNDS = 4
// what a package prints while it is loaded is no answer
const print = process.stdout.write.bind(process.stdout)
process.stdout.write = () => true

const modules = new Map()
for (const [name, installed] of Object.entries(question.modules)) {
  try {
    modules.set(name, [load(installed)])
  } catch {
    try {
      modules.set(name, [await import(load.resolve(installed))])
    } catch {
      // it stays away: its places are unknown
    }
  }
}
for (const values of modules.values()) {
  const byDefault = values.flatMap((one) => (has(one, 'default') ? get(one, 'default') : []))
  values.push(...byDefault)
}
const named = new Map(Object.keys(question.types).map((key) => [key, new Set()]))
const byName = new Map()
for (const { exports } of Object.values(load.cache)) index(exports, 2)
for (const values of modules.values()) values.forEach((one) => index(one, 2))

// Enter classes by their names, and what objects hold by the names of their members.
function index(value, depth) {
  if (!value || !/object|function/.test(typeof value)) return
  if (typeof value === 'function' && value.name) enter(value.name, value.prototype)
  for (const [name, { value: held }] of Object.entries(Object.getOwnPropertyDescriptors(value))) {
    enter(name, typeof held === 'function' ? held.prototype : held)
    if (depth) index(held, depth - 1)
  }
}

function enter(name, value) {
  if (value && typeof value === 'object') byName.set(name.toLowerCase(), (byName.get(name.toLowerCase()) ?? new Set()).add(value))
}

function has(value, name) {
  return value !== null && value !== undefined && (name in Object(value) || isGiven(value, name))
}

// Whether the constructor of a prototype says `this.name = …`.
function isGiven(value, name) {
  const own = Object.getOwnPropertyDescriptor(Object(value), 'constructor')?.value
  if (typeof own !== 'function' || own.prototype !== value) return false
  return new RegExp(`\\bthis\\.${name.replace(/\W/g, '\\$&')}\\s*=[^=]`).test(Function.prototype.toString.call(own))
}

function get(value, name) {
  try {
    const found = value[name]
    return found === undefined || found === null ? [] : [found]
  } catch {
    return []
  }
}

function start(place) {
  if (place.base === 'type') {
    const keys = [place.name, ...(question.subtypes[place.name] ?? [])]
    const names = keys.flatMap((key) => [key.split('/').at(-1), ...(question.named_as[key] ?? [])])
    const alike = new Set(names.flatMap((name) => [...(byName.get(name.toLowerCase()) ?? [])]))
    return { found: 0, values: [...keys.flatMap((key) => [...(named.get(key) ?? [])]), ...alike] }
  }
  if (place.base === 'global') {
    const there = has(globalThis, place.name)
    return { found: there ? 1 : 0, values: there ? get(globalThis, place.name) : [] }
  }
  return { found: modules.has(place.name) ? 1 : 0, values: modules.get(place.name) ?? [] }
}

function follow(place) {
  let { found, values } = start(place)
  let fields = place.base === 'type' // what an instance has of its own is not seen
  for (const [at, [kind, name]] of place.steps.entries()) {
    if (kind === 'member') {
      if (name === 'default' && at === 0 && place.base === 'package' && found > 0) {
        found += 1 // what a module is, its default import is as well
        continue
      }
      const holders = values.filter((one) => has(one, name))
      if (!holders.length) return { found, values: [], lacks: values.length > 0 && !fields }
      found += 1
      values = holders.flatMap((one) => get(one, name))
    } else if (kind === 'instance') {
      fields = true
      values = values.filter((one) => typeof one === 'function').flatMap((one) => get(one, 'prototype'))
    } else if (!kind.startsWith('with-')) {
      return { found, values: [] }
    }
    values = [...new Set(values)].slice(0, MOST_VALUES)
  }
  return { found, values }
}

for (let round = 0; round < MOST_ROUNDS; round += 1) {
  for (const [key, places] of Object.entries(question.types)) {
    for (const place of places) {
      for (const value of follow(place).values) named.get(key).add(value)
    }
  }
}
const answer = question.places.map((place) => {
  const { found, lacks = false } = follow(place)
  return { found, lacks }
})
print(JSON.stringify(answer), () => process.exit(0))
